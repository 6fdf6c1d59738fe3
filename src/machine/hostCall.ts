import type { Lanes } from './lanes.ts'
import { call, type Expr, f32, f32x4, f64, f64x2, v128, type Value } from './wasm.ts'

/** Calls of a scalar host function in doubles, lane by lane. */

/** Shuffle indices that insert lane 0 of the second operand as lane `lane` of the first. */
const putIn = (l: Lanes, lane: number): readonly number[] =>
  Array.from({ length: 16 }, (_, i) => (Math.floor(i / l.bytes) === lane ? 16 + (i % l.bytes) : i))

/** A vector, or a scalar for all lanes, which is not rounded to the lanes' precision. */
export type HostArgument = Value | number

const inLane = (l: Lanes, x: HostArgument, lane: number): Value =>
  typeof x === 'number'
    ? f64.constant(x)
    : l.precision === 'double'
      ? f64x2.extract(x, lane)
      : f64.promote(f32x4.extract(x, lane))

/** The host function of one lane of the arguments, broadcast to all lanes. */
const oneLane = (l: Lanes, host: number, args: readonly HostArgument[], lane: number): Expr => {
  const result = call('f64', host, ...args.map((x) => inLane(l, x, lane)))
  return l.precision === 'double' ? f64x2.splat(result) : f32x4.splat(f32.demote(result))
}

/** Applies the host function with index `host` to each lane of the arguments. */
export const hostCall = (l: Lanes, host: number, ...args: readonly HostArgument[]): Expr =>
  Array.from({ length: l.count - 1 }, (_, i) => i + 1).reduce<Expr>(
    (result, lane) => v128.shuffle(result, oneLane(l, host, args, lane), putIn(l, lane)),
    oneLane(l, host, args, 0)
  )
