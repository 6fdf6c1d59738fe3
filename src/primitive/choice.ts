import * as E from 'fp-ts/lib/Either.js'
import * as loop from '../kernel/elementwise.ts'
import { nearest } from '../kernel/special.ts'
import { expand } from '../kernel/strided.ts'
import { sizeOf } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import { betweenHalves, betweenIntegers, nonZero, reals, zeroOrOne } from './domain.ts'
import { broadcastAll, alignBatch, stretch, sumTo, values } from './broadcast.ts'
import { comparison } from './elementwise.ts'
import { nonDifferentiable } from './nonDifferentiable.ts'
import type { Interval, NoParams, Primitive } from './primitive.ts'

/** Comparisons, `where` and `stopGradient`. */

export const greater = comparison('greater')(loop.greater)
export const greaterEqual = comparison('greaterEqual')(loop.greaterEqual)
export const equal = comparison('equal')(loop.equal)

/** A function of each element that is constant between its jumps. */
const step = (name: string, domain: Interval, f: (x: number) => number): Primitive<NoParams> =>
  nonDifferentiable({
    name,
    arity: 1,
    domain: [domain],
    shape: (_, [x]) => E.right(x!),
    evaluate: (_, [x]) => values(x!).map(f),
    batch: ({ params, inputs, again }) => again(params, inputs),
    flops: (_, __, output) => sizeOf(output)
  })

/** −1, 0 or 1. */
export const sign = step('sign', nonZero, Math.sign)

/** The largest integer that is not larger. */
export const floor = step('floor', betweenIntegers, Math.floor)

/** The nearest integer, and the even one of two that are equally near. */
export const round = step('round', betweenHalves, nearest)

/** The identity with derivative 0 (detach). */
export const stopGradient: Primitive<NoParams> = nonDifferentiable({
  name: 'stopGradient',
  arity: 1,
  domain: [reals],
  shape: (_, [x]) => E.right(x!),
  evaluate: (_, [x]) => values(x!),
  batch: ({ params, inputs, again }) => again(params, inputs),
  flops: () => 0
})

/** The branch not taken is not reached by the sweep: it contributes exactly 0, whatever its derivative is. */
export const where: Primitive<NoParams> = {
  name: 'where',
  arity: 3,
  domain: [zeroOrOne, reals, reals],
  differentiable: (index) => index > 0,
  shape: (_, inputs) => broadcastAll(inputs),
  evaluate: (_, inputs, output) => {
    const n = sizeOf(output)
    const [c, a, b] = inputs.map((x) => (values(x).length === 1 ? values(x) : expand(values(x), dimsOf(x), output)))
    const step = (x: Float64Array): number => (x.length === n ? 1 : 0)
    return loop.select(c!, step(c!), a!, step(a!), b!, step(b!), n)
  },
  vjp: (op, _, [condition, a, b], __, ct, index) =>
    index === 1
      ? sumTo(op, op.where(condition!, ct, op.constant(0)), op.dims(a!))
      : sumTo(op, op.where(condition!, op.constant(0), ct), op.dims(b!)),
  jvp: (op, _, [condition], y, t, index) => {
    const tangent = stretch(op, t, op.dims(y))
    return index === 1 ? op.where(condition!, tangent, op.constant(0)) : op.where(condition!, op.constant(0), tangent)
  },
  reach: 'chooses',
  batch: (batching) => batching.again(batching.params, alignBatch(batching)),
  flops: (_, __, output) => sizeOf(output)
}
