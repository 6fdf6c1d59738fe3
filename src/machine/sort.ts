import type { Lanes } from './lanes.ts'
import { countdown } from './nest.ts'
import {
  assign,
  doWhile,
  f64,
  fillBytes,
  i32,
  i64,
  local,
  perform,
  type Statement,
  v128,
  type Value,
  when
} from './wasm.ts'

/**
 * Stable sorting of lines. Each number becomes an unsigned key of the same order, NaN above all, kept in a record with its
 * place in the line. Short lines are sorted by insertion, others by the digits of the keys, from the lowest on.
 *
 * @see Knuth, The Art of Computer Programming, volume 3, algorithm 5.2.5R
 */
export interface Sort {
  /** The array is seen as `[outer, along, inner]`. */
  readonly outer: number
  readonly along: number
  readonly inner: number
  readonly descending: boolean
  readonly from: number
  readonly to: number
  readonly scratch: number
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Up to this length insertion is faster. */
const SHORT = 40
/** From this length on wider digits are faster. */
const LONG = 2 ** 13

const digitBits = (along: number): number => (along < LONG ? 8 : 11)

/** A key, and a place of four bytes behind it. */
const recordBytes = (l: Pick<Lanes, 'bytes'>): number => 2 * l.bytes

interface Layout {
  /** The bits from which each digit begins. */
  readonly digits: readonly number[]
  readonly buckets: number
  /** Offsets in the scratch: two arrays of records, one behind a key of 0, and counts for each digit. */
  readonly records: readonly [number, number]
  readonly counts: number
  readonly bytes: number
}

const layoutOf = (l: Pick<Lanes, 'bytes'>, along: number): Layout => {
  const bits = digitBits(along)
  const digits = along <= SHORT ? [] : numbers(Math.ceil((8 * l.bytes) / bits)).map((i) => i * bits)
  const size = along * recordBytes(l)
  const second = 16 + size
  const counts = second + (digits.length === 0 ? 0 : size)
  return {
    digits,
    buckets: 2 ** bits,
    records: [16, second],
    counts,
    bytes: counts + digits.length * 2 ** bits * 4
  }
}

/** Bytes of scratch. */
export const scratchOfSort = (l: Pick<Lanes, 'bytes'>, along: number): number => layoutOf(l, along).bytes

/** The key of a number: the sign bit flipped, or all bits of a negative number. */
const keyOf = (l: Lanes, x: Value, descending: boolean): Value => {
  const ones = l.pattern(-1n)
  // −0 as 0
  const bits = l.add(x, l.constant(0))
  const isNegative = l.subBits(l.pattern(0n), l.shiftRight(bits, 8 * l.bytes - 1))
  const ascending = l.select(l.ne(x, x), ones, l.xor(bits, l.or(isNegative, l.constant(-0))))
  return descending ? l.xor(ascending, ones) : ascending
}

/** Loads and stores of keys and records, of doubles and of singles. */
const double = {
  key: 'i64',
  load: i64.load,
  below: i64.ltU,
  digit: (key: Value, from: number): Value => i64.wrap(i64.shrU(key, i64.constant(from))),
  record: 'v128',
  loadRecord: v128.load,
  storeRecord: v128.store
} as const
const single = {
  key: 'i32',
  load: i32.load,
  below: i32.ltU,
  digit: (key: Value, from: number): Value => i32.shrU(key, i32.constant(from)),
  record: 'i64',
  loadRecord: i64.load,
  storeRecord: i64.store
} as const

/** Sorts the records of one line; the address of the sorted ones is left in `sorted`. */
const byDigits = (l: Lanes, along: number, scratch: number) => {
  const { digits, buckets, records, counts } = layoutOf(l, along)
  const size = recordBytes(l)
  const kind = l.precision === 'double' ? double : single
  const [source, target] = [local('i32'), local('i32')]
  const [place, bucket, sum, at] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const scaled = (key: Value, from: number): Value =>
    i32.mul(i32.and(kind.digit(key, from), i32.constant(buckets - 1)), i32.constant(4))
  const countsAt = (d: number): number => scratch + counts + d * buckets * 4
  /** Counts the digits of a key. */
  const count = (key: Value): Statement =>
    perform(
      ...digits.map((from, d) => {
        const address = scaled(key, from)
        return i32.store(address, i32.add(i32.load(address, countsAt(d)), i32.constant(1)), countsAt(d))
      })
    )
  const pass = (from: number, d: number): Statement =>
    // one digit that all keys share changes nothing
    when(i32.ne(i32.load(scaled(kind.load(source), from), countsAt(d)), i32.constant(along)), [
      // counts become the offsets at which the buckets begin
      assign([bucket, i32.constant(0)], [sum, i32.constant(0)]),
      ...countdown(buckets, [
        {
          _tag: 'Step',
          sets: [
            [sum, i32.add(sum, i32.mul(i32.load(bucket, countsAt(d)), i32.constant(size)))],
            [bucket, i32.add(bucket, i32.constant(4))]
          ],
          effects: [i32.store(bucket, sum, countsAt(d))]
        }
      ]),
      assign([place, source]),
      ...countdown(along, [
        assign([at, scaled(kind.load(place), from)]),
        assign([sum, i32.load(at, countsAt(d))]),
        perform(
          i32.store(at, i32.add(sum, i32.constant(size)), countsAt(d)),
          kind.storeRecord(i32.add(target, sum), kind.loadRecord(place))
        ),
        assign([place, i32.add(place, i32.constant(size))])
      ]),
      assign([source, target], [target, source])
    ])
  return {
    sorted: source,
    before: [perform(fillBytes(i32.constant(countsAt(0)), i32.constant(0), i32.constant(digits.length * buckets * 4)))],
    count,
    after: [
      assign([source, i32.constant(scratch + records[0])], [target, i32.constant(scratch + records[1])]),
      ...digits.map(pass)
    ]
  }
}

const byInsertion = (l: Lanes, along: number, scratch: number) => {
  const { records } = layoutOf(l, along)
  const size = recordBytes(l)
  const kind = l.precision === 'double' ? double : single
  const [sorted, next, place] = [local('i32'), local('i32'), local('i32')]
  const [key, record] = [local(kind.key), local(kind.record)]
  const before = i32.sub(place, i32.constant(size))
  const isLater = kind.below(key, kind.load(before))
  return {
    sorted,
    // a key of 0 in front of the first one ends every search
    before: [perform(v128.store(i32.constant(scratch), v128.constant(Array.from({ length: 16 }, () => 0))))],
    count: null,
    after: [
      assign([sorted, i32.constant(scratch + records[0])]),
      ...(along < 2
        ? []
        : [
            assign([next, sorted]),
            ...countdown(along - 1, [
              assign([next, i32.add(next, i32.constant(size))]),
              assign([place, next], [key, kind.load(next)], [record, kind.loadRecord(next)]),
              when(isLater, [
                doWhile(isLater, perform(kind.storeRecord(place, kind.loadRecord(before))), assign([place, before])),
                perform(kind.storeRecord(place, record))
              ])
            ])
          ])
    ]
  }
}

/** The places of the elements of each line in sorted order. */
export const argsort = (l: Lanes, sort: Sort): readonly Statement[] => {
  const { outer, along, inner, descending, from, to, scratch } = sort
  if (outer * along * inner === 0) return []
  const size = recordBytes(l)
  const { records } = layoutOf(l, along)
  const [line, at, record, index] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const step = i32.constant(inner * l.bytes)
  const { sorted, before, count, after } = (along <= SHORT ? byInsertion : byDigits)(l, along, scratch)
  const kind = l.precision === 'double' ? double : single
  const one: readonly Statement[] = [
    ...before,
    assign([at, line], [record, i32.constant(scratch + records[0])], [index, i32.constant(0)]),
    ...countdown(along, [
      perform(l.storeLane(keyOf(l, l.loadOne(at, from), descending), record, 0), i32.store(record, index, l.bytes)),
      ...(count === null ? [] : [count(kind.load(record))]),
      assign(
        [at, i32.add(at, step)],
        [record, i32.add(record, i32.constant(size))],
        [index, i32.add(index, i32.constant(1))]
      )
    ]),
    ...after,
    assign([at, line], [record, sorted]),
    ...countdown(along, [
      perform(l.storeNumber(at, f64.fromI32U(i32.load(record, l.bytes)), to)),
      assign([at, i32.add(at, step)], [record, i32.add(record, i32.constant(size))])
    ])
  ]
  return [
    assign([line, i32.constant(0)]),
    ...countdown(outer, [
      ...countdown(inner, [...one, assign([line, i32.add(line, i32.constant(l.bytes))])]),
      assign([line, i32.add(line, i32.constant((along - 1) * inner * l.bytes))])
    ])
  ]
}
