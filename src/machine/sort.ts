import type { Lanes } from './lanes.ts'
import { countdown } from './nest.ts'
import { loadVector, storeVector } from './vector.ts'
import {
  assign,
  doWhile,
  f64,
  fillBytes,
  i32,
  i64,
  type Local,
  local,
  perform,
  type Statement,
  v128,
  type Value,
  when
} from './wasm.ts'

/**
 * Stable sorting of lines. Each number becomes an unsigned key of the same order, NaN above all, kept in a record, with its
 * place in the line where places are asked for. Short lines are sorted by insertion. Others are sorted by the digits of the
 * keys from the first bit on in which they differ, some of them only, and then by insertion, which finds little left to
 * do; where it finds much, by all digits, from the lowest on.
 *
 * @see Knuth, The Art of Computer Programming, volume 3, algorithm 5.2.5R
 */
export interface Sort {
  /** The array is seen as `[outer, along, inner]`. */
  readonly outer: number
  readonly along: number
  readonly inner: number
  readonly descending: boolean
  /** The elements in order, or the places that they had. */
  readonly gives: 'values' | 'places'
  readonly from: number
  readonly to: number
  readonly scratch: number
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Up to this length insertion is faster. */
const SHORT = 40
/** From this length on more and wider digits are faster. */
const LONG = 2 ** 12
/** Moves of the insertion, for each record, after which all digits are faster. */
const MOVES = 4

/** A key, and a place of four bytes behind it. */
const recordBytes = (l: Pick<Lanes, 'bytes'>, gives: Sort['gives']): number => (gives === 'values' ? 1 : 2) * l.bytes

interface Layout {
  /** Digits of one round, and the bits of each. */
  readonly digits: number
  readonly bits: number
  /** Offsets in the scratch: two arrays of records, each behind a key of 0, and counts for each digit. */
  readonly records: readonly [number, number]
  readonly counts: number
  readonly bytes: number
}

/** A key of 0 in front of the first one, which ends every search. */
const FRONT = 16

const layoutOf = (l: Pick<Lanes, 'bytes'>, along: number, gives: Sort['gives']): Layout => {
  const [digits, bits] = along <= SHORT ? [0, 0] : along < LONG ? [2, 10] : [3, 11]
  const size = Math.ceil((along * recordBytes(l, gives)) / FRONT) * FRONT
  const second = FRONT + size + FRONT
  const counts = digits === 0 ? FRONT + size : second + size
  return { digits, bits, records: [FRONT, second], counts, bytes: counts + digits * 2 ** bits * 4 }
}

/** Bytes of scratch. */
export const scratchOfSort = (l: Pick<Lanes, 'bytes'>, along: number, gives: Sort['gives']): number =>
  layoutOf(l, along, gives).bytes

/** The key of a number: the sign bit flipped, or all bits of a negative number. */
const keyOf = (l: Lanes, x: Value, { descending, gives }: Sort): Value => {
  const ones = l.pattern(-1n)
  // −0 as 0, where it can be told from the place which it was
  const bits = gives === 'values' ? x : l.add(x, l.constant(0))
  const isNegative = l.subBits(l.pattern(0n), l.shiftRight(bits, 8 * l.bytes - 1))
  const ascending = l.select(l.ne(x, x), ones, l.xor(bits, l.or(isNegative, l.constant(-0))))
  return descending ? l.xor(ascending, ones) : ascending
}

/** The number of a key. */
const numberOf = (l: Lanes, key: Value, { descending }: Sort): Value => {
  const ones = l.pattern(-1n)
  const ascending = descending ? l.xor(key, ones) : key
  const isPositive = l.subBits(l.pattern(0n), l.shiftRight(ascending, 8 * l.bytes - 1))
  return l.xor(ascending, l.or(l.xor(isPositive, ones), l.constant(-0)))
}

/** Arithmetic on keys, and loads and stores of records, of doubles and of singles. */
const double = {
  key: 'i64',
  bits: 64,
  zero: i64.constant(0),
  load: i64.load,
  below: i64.ltU,
  or: i64.or,
  xor: i64.xor,
  /** Its highest bits that are 0. */
  zeros: (key: Value): Value => i64.wrap(i64.clz(key)),
  digit: (key: Value, from: Value): Value => i64.wrap(i64.shrU(key, i64.fromI32U(from)))
} as const
const single = {
  key: 'i32',
  bits: 32,
  zero: i32.constant(0),
  load: i32.load,
  below: i32.ltU,
  or: i32.or,
  xor: i32.xor,
  zeros: i32.clz,
  digit: (key: Value, from: Value): Value => i32.shrU(key, from)
} as const

const byBytes = {
  4: { type: 'i32', load: i32.load, store: i32.store },
  8: { type: 'i64', load: i64.load, store: i64.store },
  16: { type: 'v128', load: v128.load, store: v128.store }
} as const

const kindOf = (l: Lanes, gives: Sort['gives']) => {
  const size = recordBytes(l, gives)
  return { ...(l.precision === 'double' ? double : single), size, record: byBytes[size as 4 | 8 | 16] }
}

/** Sorts the records at an address by insertion; `moves` counts, and ends it at `most`. */
const insertion = (
  {
    size,
    key: keyType,
    load,
    below,
    record: { type, load: loadRecord, store: storeRecord }
  }: ReturnType<typeof kindOf>,
  along: number,
  sorted: Local,
  moves: Local,
  most: number
): readonly Statement[] => {
  const [next, place, left] = [local('i32'), local('i32'), local('i32')]
  const [key, record] = [local(keyType), local(type)]
  const before = i32.sub(place, i32.constant(size))
  const isLater = below(key, load(before))
  return [
    assign([next, sorted], [left, i32.constant(along - 1)], [moves, i32.constant(0)]),
    doWhile(
      i32.and(i32.ne(left, i32.constant(0)), i32.ltU(moves, i32.constant(most))),
      assign([next, i32.add(next, i32.constant(size))], [left, i32.sub(left, i32.constant(1))]),
      assign([place, next], [key, load(next)]),
      when(isLater, [
        assign([record, loadRecord(next)]),
        doWhile(
          isLater,
          perform(storeRecord(place, loadRecord(before))),
          assign([place, before], [moves, i32.add(moves, i32.constant(1))])
        ),
        perform(storeRecord(place, record))
      ])
    )
  ]
}

/** Sorts the records at `source` by their digits from bit `shift` on; the two areas change places. */
const round = (
  kind: ReturnType<typeof kindOf>,
  { digits, bits, counts }: Layout,
  along: number,
  scratch: number,
  { source, target, shift }: { readonly source: Local; readonly target: Local; readonly shift: Local }
): readonly Statement[] => {
  const { size, load, record } = kind
  const buckets = 2 ** bits
  const [place, bucket, sum, at, key] = [local('i32'), local('i32'), local('i32'), local('i32'), local(kind.key)]
  const scaled = (of: Value, d: number): Value =>
    i32.mul(i32.and(kind.digit(of, i32.add(shift, i32.constant(d * bits))), i32.constant(buckets - 1)), i32.constant(4))
  const countsAt = (d: number): number => scratch + counts + d * buckets * 4
  const pass = (d: number): Statement =>
    // one digit that all keys share changes nothing
    when(i32.ne(i32.load(scaled(load(source), d), countsAt(d)), i32.constant(along)), [
      // counts become the places at which the buckets begin
      assign([bucket, i32.constant(0)], [sum, target]),
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
        assign([at, scaled(load(place), d)]),
        assign([sum, i32.load(at, countsAt(d))]),
        perform(i32.store(at, i32.add(sum, i32.constant(size)), countsAt(d)), record.store(sum, record.load(place))),
        assign([place, i32.add(place, i32.constant(size))])
      ]),
      assign([source, target], [target, source])
    ])
  return [
    perform(fillBytes(i32.constant(countsAt(0)), i32.constant(0), i32.constant(digits * buckets * 4))),
    assign([place, source]),
    ...countdown(along, [
      assign([key, load(place)]),
      ...numbers(digits).flatMap((d) => [
        assign([at, scaled(key, d)]),
        perform(i32.store(at, i32.add(i32.load(at, countsAt(d)), i32.constant(1)), countsAt(d)))
      ]),
      assign([place, i32.add(place, i32.constant(size))])
    ]),
    ...numbers(digits).map(pass)
  ]
}

/** Sorts the records of one line, which differ in the bits of `differing`; `source` is where they are, and then are in order. */
const sortRecords = (
  l: Lanes,
  { along, gives, scratch }: Sort,
  source: Local,
  differing: Value
): readonly Statement[] => {
  const kind = kindOf(l, gives)
  const layout = layoutOf(l, along, gives)
  const { digits, bits, records } = layout
  const moves = local('i32')
  if (along < 2) return []
  if (digits === 0) return insertion(kind, along, source, moves, 2 ** 31 - 1)
  const [target, shift, isFirst, again] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const span = digits * bits
  const last = Math.max(0, kind.bits - span)
  const most = MOVES * along
  const clamped = (limit: number): Statement =>
    // an unsigned comparison: below 0 is far above
    when(i32.ltU(i32.constant(limit), shift), [assign([shift, i32.constant(limit)])])
  return [
    assign(
      [target, i32.constant(scratch + records[1])],
      [isFirst, i32.constant(1)],
      [shift, i32.sub(i32.constant(last), kind.zeros(differing))]
    ),
    when(i32.ltU(i32.constant(last), shift), [assign([shift, i32.constant(0)])]),
    doWhile(
      again,
      ...round(kind, layout, along, scratch, { source, target, shift }),
      when(
        isFirst,
        [
          ...insertion(kind, along, source, moves, most),
          assign(
            [again, i32.eqz(i32.ltU(moves, i32.constant(most)))],
            [isFirst, i32.constant(0)],
            [shift, i32.constant(0)]
          )
        ],
        [assign([again, i32.ne(shift, i32.constant(last))], [shift, i32.add(shift, i32.constant(span))]), clamped(last)]
      )
    )
  ]
}

/** Zeros of both signs in the order in which they were met, which their keys do not tell. */
const zerosInOrder = (l: Lanes, { along, inner, from, to }: Sort, line: Local): readonly Statement[] => {
  const [at, out] = [local('i32'), local('i32')]
  const step = i32.constant(inner * l.bytes)
  const isZero = (place: Value, offset: number): Value => v128.anyTrue(l.eq(l.loadSplat(place, offset), l.constant(0)))
  return [
    assign([out, line]),
    doWhile(i32.eqz(isZero(i32.sub(out, step), to)), assign([out, i32.add(out, step)])),
    assign([at, line], [out, i32.sub(out, step)]),
    ...countdown(along, [
      when(isZero(at, from), [
        perform(l.storeLane(l.loadOne(at, from), out, 0, to)),
        assign([out, i32.add(out, step)])
      ]),
      assign([at, i32.add(at, step)])
    ])
  ]
}

/** The elements of each line in order, or their places. */
export const sort = (l: Lanes, sort: Sort): readonly Statement[] => {
  const { outer, along, inner, gives, from, to, scratch } = sort
  if (outer * along * inner === 0) return []
  const { records } = layoutOf(l, along, gives)
  const kind = kindOf(l, gives)
  const [line, at, record, index] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const [sorted, first, differing] = [local('i32'), local(kind.key), local(kind.key)]
  const [x, key, negativeZeros] = [local('v128'), local('v128'), local('v128')]
  const isValues = gives === 'values'
  /** One number, or a vector of them. */
  const taken = (lanes: number): readonly Statement[] => [
    assign([x, loadVector(l, at, from, 1, lanes)]),
    assign([key, keyOf(l, x, sort)]),
    perform(...storeVector(l, record, key, 0, 1, lanes), ...(isValues ? [] : [i32.store(record, index, l.bytes)])),
    ...(isValues ? [assign([negativeZeros, l.or(negativeZeros, l.and(l.eq(x, l.constant(0)), x))])] : []),
    ...numbers(lanes).map((lane) =>
      assign([differing, kind.or(differing, kind.xor(first, kind.load(record, lane * l.bytes)))])
    ),
    assign(
      [at, i32.add(at, i32.constant(lanes * inner * l.bytes))],
      [record, i32.add(record, i32.constant(lanes * kind.size))],
      [index, i32.add(index, i32.constant(1))]
    )
  ]
  const given = (lanes: number): readonly Statement[] => [
    perform(
      ...(isValues
        ? storeVector(l, at, numberOf(l, loadVector(l, record, 0, 1, lanes), sort), to, 1, lanes)
        : [l.storeNumber(at, f64.fromI32U(i32.load(record, l.bytes)), to)])
    ),
    assign(
      [at, i32.add(at, i32.constant(lanes * inner * l.bytes))],
      [record, i32.add(record, i32.constant(lanes * kind.size))]
    )
  ]
  const lanes = isValues && inner === 1 ? l.count : 1
  const each = (body: (lanes: number) => readonly Statement[]): readonly Statement[] => [
    ...(along < lanes ? [] : countdown(Math.floor(along / lanes), body(lanes))),
    ...numbers(along % lanes).flatMap(() => body(1))
  ]
  const start = i32.constant(scratch + records[0])
  const zero = v128.constant(Array.from({ length: FRONT }, () => 0))
  const one: readonly Statement[] = [
    perform(
      ...(along <= SHORT ? [records[0]] : records).map((place) =>
        v128.store(i32.constant(scratch + place - FRONT), zero)
      )
    ),
    assign([x, l.loadOne(line, from)]),
    perform(l.storeLane(keyOf(l, x, sort), start, 0)),
    assign([at, line], [record, start], [index, i32.constant(0)], [negativeZeros, zero]),
    assign([first, kind.load(start)], [differing, kind.zero]),
    ...each(taken),
    assign([sorted, start]),
    ...sortRecords(l, sort, sorted, differing),
    assign([at, line], [record, sorted]),
    ...each(given),
    ...(isValues ? [when(v128.anyTrue(negativeZeros), zerosInOrder(l, sort, line))] : [])
  ]
  return [
    assign([line, i32.constant(0)]),
    ...countdown(outer, [
      ...countdown(inner, [...one, assign([line, i32.add(line, i32.constant(l.bytes))])]),
      assign([line, i32.add(line, i32.constant((along - 1) * inner * l.bytes))])
    ])
  ]
}
