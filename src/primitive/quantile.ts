import { zip } from '../kernel/elementwise.ts'
import { logGammaQuantile as gammaAt } from '../kernel/gammaQuantile.ts'
import { poissonQuantile as poissonAt } from '../kernel/poissonQuantile.ts'
import type { Algebra } from './algebra.ts'
import { stretch, sumTo } from './broadcast.ts'
import { insideOne, positive } from './domain.ts'
import { pairs, times } from './elementwise.ts'
import { nonDifferentiable } from './nonDifferentiable.ts'
import type { Interval, NoParams, Primitive, Reached } from './primitive.ts'
import type { OrderParams } from './unary.ts'

/**
 * Quantiles by which a distribution with a parameter is drawn: a random `tail` says which share of it is below the number, twice
 * that share, or, as a negative number, twice the share above. It is not differentiable; the number drawn, of the same share, is
 * differentiable in the parameter.
 */

/** Tails of either sign, not 0. */
const tails: Interval = { ...insideOne, avoid: [0] }

const slope = <A>(op: Algebra<A>, order: number, [tail, alpha]: readonly A[], v: A, reached: Reached<A> | null): A =>
  times(op, v, op.logGammaQuantile(tail!, alpha!, order + 1), reached)

/**
 * The logarithm of the quantile of the gamma distribution of shape `alpha`, differentiated `order` times by it; a primitive because
 * it has no closed form, and with an order because its derivatives are a family that is closed.
 */
export const logGammaQuantile: Primitive<OrderParams> = {
  ...pairs<OrderParams>('logGammaQuantile', ({ order }) => zip(gammaAt(order)), [tails, positive]),
  differentiable: (index) => index === 1,
  vjp: (op, { order }, inputs, _, ct, __, reached) =>
    sumTo(op, slope(op, order, inputs, ct, reached), op.dims(inputs[1]!)),
  jvp: (op, { order }, inputs, y, t, _, reached) =>
    stretch(op, slope(op, order, inputs, stretch(op, t, op.dims(y)), reached), op.dims(y)),
  reach: 'element'
}

/** The quantile of the Poisson distribution, a count; a primitive because it is a search. */
export const poissonQuantile: Primitive<NoParams> = nonDifferentiable(
  pairs<NoParams>('poissonQuantile', () => zip(poissonAt), [tails, positive])
)
