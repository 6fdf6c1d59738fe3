import type { Lanes } from './lanes.ts'
import { call, type Expr, f32, f32x4, f64, f64x2, v128, type Value } from './wasm.ts'

/** A function that the host computes, one lane after another, in doubles. */

/** The bytes of a shuffle that puts lane 0 of the second operand into lane `lane` of the first. */
const putIn = (l: Lanes, lane: number): readonly number[] =>
  Array.from({ length: 16 }, (_, i) => (Math.floor(i / l.bytes) === lane ? 16 + (i % l.bytes) : i))

/** What the host's function gives for one lane of its arguments, in every lane. */
const oneLane = (l: Lanes, host: number, vectors: readonly Value[], lane: number): Expr =>
  l.precision === 'double'
    ? f64x2.splat(call('f64', host, ...vectors.map((x) => f64x2.extract(x, lane))))
    : f32x4.splat(f32.demote(call('f64', host, ...vectors.map((x) => f64.promote(f32x4.extract(x, lane))))))

/** A vector of what the host's function number `host` gives for each lane of its arguments. */
export const byHost = (l: Lanes, host: number, ...vectors: readonly Value[]): Expr =>
  Array.from({ length: l.count - 1 }, (_, i) => i + 1).reduce<Expr>(
    (result, lane) => v128.shuffle(result, oneLane(l, host, vectors, lane), putIn(l, lane)),
    oneLane(l, host, vectors, 0)
  )
