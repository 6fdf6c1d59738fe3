import type { Lanes } from './lanes.ts'
import { call, type Expr, f32, f32x4, f64, f64x2, v128, type Value } from './wasm.ts'

/** A function that the host computes, one lane after another, in doubles. */

/** The bytes of a shuffle that puts lane 0 of the second operand into lane `lane` of the first. */
const putIn = (l: Lanes, lane: number): readonly number[] =>
  Array.from({ length: 16 }, (_, i) => (Math.floor(i / l.bytes) === lane ? 16 + (i % l.bytes) : i))

/** A vector, or a number that is the same for every lane and is not rounded to the precision of the lanes. */
export type HostArgument = Value | number

const inLane = (l: Lanes, x: HostArgument, lane: number): Value =>
  typeof x === 'number'
    ? f64.constant(x)
    : l.precision === 'double'
      ? f64x2.extract(x, lane)
      : f64.promote(f32x4.extract(x, lane))

/** What the host's function gives for one lane of its arguments, in every lane. */
const oneLane = (l: Lanes, host: number, args: readonly HostArgument[], lane: number): Expr => {
  const result = call('f64', host, ...args.map((x) => inLane(l, x, lane)))
  return l.precision === 'double' ? f64x2.splat(result) : f32x4.splat(f32.demote(result))
}

/** A vector of what the host's function number `host` gives for each lane of its arguments. */
export const hostCall = (l: Lanes, host: number, ...args: readonly HostArgument[]): Expr =>
  Array.from({ length: l.count - 1 }, (_, i) => i + 1).reduce<Expr>(
    (result, lane) => v128.shuffle(result, oneLane(l, host, args, lane), putIn(l, lane)),
    oneLane(l, host, args, 0)
  )
