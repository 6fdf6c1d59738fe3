import type { Lanes } from './lanes.ts'
import { type Effect, type Expr, i32, v128, type Value } from './wasm.ts'

/** Loads and stores of vectors, and reductions over their lanes. */

/** How results are combined along a loop that their address does not depend on. */
export type Reduction = 'sum' | 'max'

export const identity = { sum: 0, max: -Infinity } as const
export const combine = (l: Lanes, reduction: Reduction, a: Value, b: Value): Expr =>
  reduction === 'sum' ? l.add(a, b) : l.max(a, b)

/** A mask of the first lanes. */
export const maskOf = (l: Lanes, lanes: number): Expr =>
  v128.constant(Array.from({ length: 16 }, (_, i) => (i < lanes * l.bytes ? 0xff : 0)))

/** Horizontal reduction; the result is in the lowest lane. */
export const acrossLanes = (l: Lanes, reduction: Reduction, x: Value): Expr => {
  if (l.count === 2) return combine(l, reduction, x, l.spread(x, 1))
  const upper = v128.shuffle(
    x,
    x,
    Array.from({ length: 16 }, (_, i) => (i + 8) % 16)
  )
  const pairs = combine(l, reduction, x, upper)
  return combine(l, reduction, pairs, l.spread(pairs, 1))
}

/** Shuffles the lanes of two vectors; lane numbers of the second follow those of the first. */
const pick = (l: Lanes, a: Value, b: Value, lanes: readonly number[]): Expr =>
  v128.shuffle(
    a,
    b,
    lanes.flatMap((lane) => Array.from({ length: l.bytes }, (_, i) => lane * l.bytes + i))
  )

/** Horizontal sums of up to `count` vectors, one per lane. */
export const sumsOfLanes = (l: Lanes, xs: readonly Value[]): Expr => {
  const [a, b = a!, c = b, d = c] = xs
  if (xs.length === 1) return acrossLanes(l, 'sum', a!)
  if (l.count === 2) return l.add(pick(l, a!, b, [0, 2]), pick(l, a!, b, [1, 3]))
  const halves = (x: Value, y: Value): Expr => l.add(pick(l, x, y, [0, 4, 1, 5]), pick(l, x, y, [2, 6, 3, 7]))
  const [first, second] = [halves(a!, b), halves(c, d)]
  return l.add(pick(l, first, second, [0, 1, 4, 5]), pick(l, first, second, [2, 3, 6, 7]))
}

/** The lanes in reverse order. */
const reversed = (l: Lanes, x: Value): Expr => {
  const lanes = Array.from({ length: l.count }, (_, i) => l.count - 1 - i)
  return pick(l, x, x, lanes)
}

/**
 * Loads the first lanes of a vector, `stride` elements apart; a stride of 0 broadcasts. A pointer that goes `backwards` may
 * be below 0.
 */
export const loadVector = (
  l: Lanes,
  pointer: Value,
  offset: number,
  stride: number,
  lanes: number,
  backwards = false
): Expr => {
  /** An address and an immediate offset, which is not negative; sums of pointers wrap around instead. */
  const at = (lane: number): readonly [Value, number] => {
    const place = offset + lane * stride * l.bytes
    return backwards ? [i32.add(pointer, i32.constant(place | 0)), 0] : [pointer, place]
  }
  if (stride === 1 && lanes === l.count) return v128.load(...at(0))
  if (stride === -1 && lanes === l.count) return reversed(l, v128.load(...at(lanes - 1)))
  return stride === 0
    ? l.loadSplat(...at(0))
    : Array.from({ length: lanes - 1 }, (_, i) => i + 1).reduce<Expr>(
        (vector, lane) => {
          const [address, place] = at(lane)
          return l.loadLane(vector, address, lane, place)
        },
        l.loadOne(...at(0))
      )
}

/** Stores the first lanes of a vector, `stride` elements apart. */
export const storeVector = (
  l: Lanes,
  address: Value,
  value: Value,
  offset: number,
  stride: number,
  lanes: number
): readonly Effect[] =>
  stride === 1 && lanes === l.count
    ? [v128.store(address, value, offset)]
    : Array.from({ length: lanes }, (_, lane) => l.storeLane(value, address, lane, offset + lane * stride * l.bytes))
