import type { Lanes } from './lanes.ts'
import {
  assign,
  call,
  type Effect,
  f32,
  f64,
  i32,
  i64,
  type Import,
  local,
  doWhile,
  perform,
  type Statement,
  v128,
  type Value,
  when
} from './wasm.ts'

/** Gather and scatter of rows. Indices are data, so they are bounds-checked: a wrong one would access other memory. */
export interface Rows {
  /** How many rows are gathered or scattered. */
  readonly count: number
  /** How many of them per example of a batch; each example has rows of its own. */
  readonly each: number
  /** Elements of a row. */
  readonly width: number
  /** How many rows an example has. */
  readonly rows: number
  /** Addresses of the source rows, the indices and the destination rows. */
  readonly from: number
  readonly indices: number
  readonly to: number
  /** Bytes of an index, which is stored as a single or a double. */
  readonly indexBytes: 4 | 8
}

/** The host function that throws for a bad index: its arguments are the entry, the position and the index. */
export const wrongIndex: Import = { name: 'wrongIndex', params: ['i32', 'i32', 'f64'], results: [] }

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

const number = (bytes: 4 | 8, address: Value, offset: number): Value =>
  bytes === 8 ? f64.load(address, offset) : f64.promote(f32.load(address, offset))

/** Copies or adds a row from one pointer to another. */
export const row = (
  l: Lanes,
  width: number,
  from: Value,
  to: Value,
  addresses: Pick<Rows, 'from' | 'to'>,
  adds: boolean
) => {
  const vectors = Math.floor(width / l.count)
  const rest = numbers(width % l.count).map((i) => vectors * l.count + i)
  const whole = (a: Value, b: Value, offset: number): Effect => {
    const value = v128.load(a, addresses.from + offset)
    return v128.store(b, adds ? l.add(v128.load(b, addresses.to + offset), value) : value, addresses.to + offset)
  }
  const single = (i: number): Effect => {
    const value = l.loadOne(from, addresses.from + i * l.bytes)
    const sum = adds ? l.add(l.loadOne(to, addresses.to + i * l.bytes), value) : value
    return l.storeLane(sum, to, 0, addresses.to + i * l.bytes)
  }
  if (vectors <= 8)
    return [...numbers(vectors).map((v) => perform(whole(from, to, v * 16))), ...rest.map((i) => perform(single(i)))]
  const [a, b, left] = [local('i32'), local('i32'), local('i32')]
  return [
    assign([a, from], [b, to], [left, i32.constant(vectors)]),
    doWhile(
      left,
      perform(whole(a, b, 0)),
      assign(
        [a, i32.add(a, i32.constant(16))],
        [b, i32.add(b, i32.constant(16))],
        [left, i32.sub(left, i32.constant(1))]
      )
    ),
    ...rest.map((i) => perform(single(i)))
  ]
}

/** From here on single precision does not represent all integers. */
const MAX_SINGLE_INDEX = 2 ** 24
const MAX_WORD = 2 ** 32 - 1

/** A number from 0 to 2³² − 1 if it is whole, and some word if not: the lower half of its bits, once 2⁵² is added. */
const wordOf = (value: Value): Value => i64.wrap(i64.bitsOf(f64.add(value, f64.constant(2 ** 52))))

/** A loop over the indices with a bounds check; `id` tells the host which entry a bad index belongs to. */
const overIndices = (
  { count, each, rows, indices, indexBytes }: Pick<Rows, 'count' | 'each' | 'rows' | 'indices' | 'indexBytes'>,
  id: number,
  host: number,
  body: (position: Value, index: Value) => readonly Statement[]
): readonly Statement[] => {
  const [i, value, index] = [local('i32'), local('f64'), local('i32')]
  const most = Math.min(rows, indexBytes === 8 ? MAX_WORD : MAX_SINGLE_INDEX)
  const inside = i32.and(f64.eq(f64.fromI32U(index), value), i32.ltU(index, i32.constant(most | 0)))
  const among = each === count ? index : i32.add(index, i32.mul(i32.divU(i, i32.constant(each)), i32.constant(rows)))
  return count === 0
    ? []
    : [
        assign([i, i32.constant(0)]),
        doWhile(
          i32.ltU(i, i32.constant(count)),
          assign([value, number(indexBytes, i32.mul(i, i32.constant(indexBytes)), indices)]),
          assign([index, wordOf(value)]),
          when(i32.eqz(inside), [perform({ ...callEffect(host, i32.constant(id), i, value) })]),
          ...body(i, among),
          assign([i, i32.add(i, i32.constant(1))])
        )
      ]
}

const callEffect = (index: number, ...args: readonly Value[]): Effect => ({ code: call('i32', index).code, args })

/** Copies the rows named by the indices, in their order. */
export const gather = (l: Lanes, g: Rows, id: number, host: number): readonly Statement[] => {
  const bytes = i32.constant(g.width * l.bytes)
  const [from, to] = [local('i32'), local('i32')]
  return overIndices(g, id, host, (position, index) => [
    assign([from, i32.mul(index, bytes)], [to, i32.mul(position, bytes)]),
    ...row(l, g.width, from, to, g, false)
  ])
}

/** Adds each row to the destination row that its index names; the destination must be initialised. */
export const scatterAdd = (l: Lanes, s: Rows, id: number, host: number): readonly Statement[] => {
  const bytes = i32.constant(s.width * l.bytes)
  const [from, to] = [local('i32'), local('i32')]
  return overIndices(s, id, host, (position, index) => [
    assign([from, i32.mul(position, bytes)], [to, i32.mul(index, bytes)]),
    ...row(l, s.width, from, to, s, true)
  ])
}

/** Writes the position of each index, counted from 1 in its example, to the number that it names; the last one stays. */
export const lastAt = (
  l: Lanes,
  r: Pick<Rows, 'count' | 'each' | 'rows' | 'indices' | 'indexBytes' | 'to'>,
  id: number,
  host: number
): readonly Statement[] =>
  overIndices(r, id, host, (position, index) => {
    const each = i32.constant(r.each)
    const own = r.each === r.count ? position : i32.sub(position, i32.mul(i32.divU(position, each), each))
    const place = f64.fromI32U(i32.add(own, i32.constant(1)))
    return [perform(l.storeNumber(i32.mul(index, i32.constant(l.bytes)), place, r.to))]
  })

/** Copies numbers after checking that each is an integer from 0 to `rows − 1`. */
export const checked = (
  l: Lanes,
  c: Pick<Rows, 'count' | 'rows' | 'indices' | 'indexBytes' | 'to'>,
  id: number,
  host: number
): readonly Statement[] =>
  overIndices({ ...c, each: c.count }, id, host, (position) => {
    const place = i32.mul(position, i32.constant(l.bytes))
    return [perform(l.storeLane(l.loadOne(place, c.indices), place, 0, c.to))]
  })
