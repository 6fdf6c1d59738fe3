import { tensors as op } from '../tape/algebra.ts'
import { asTensor } from '../tensor/given.ts'
import type { BroadcastsTo, Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mustStretch, operand } from './operand.ts'

/** Choosing between values by a condition, where plain code would branch. */

/**
 * `where(condition, otherwise)(x)` is `x` where the condition is not 0, else `otherwise`. What is not chosen takes no part: its
 * derivative is exactly 0 at every order, even where it would be infinite or NaN, so `where` guards a pole. A 0 that comes of
 * numbers (a limit, an underflow, a rounding) guards nothing: 0 · ∞ is NaN.
 *
 * @shape x S, condition and otherwise broadcast to S → S
 * @throws ShapeError when the condition or the alternative does not broadcast to the shape of `x`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { grad, greater, log, sum, tensor, toArray, type Vec, where } from 'grad-ts'
 *
 * const safeLog = (x: Vec<2>) => pipe(log(x), where(greater(0)(x), 0), sum)
 * deepStrictEqual(toArray(grad(safeLog)(tensor([0, 2]))), [0, 0.5])
 * @category comparison
 * @since 0.1.0
 */
export const where = <C extends Shape, B extends Shape = []>(condition: Tensor<C>, otherwise: number | Tensor<B>) => {
  const chooser = asTensor('where: the condition', condition)
  const other = operand('where', otherwise)
  return <S extends Shape>(x: Tensor<S> & BroadcastsTo<C, S> & BroadcastsTo<B, S>): Tensor<S> => {
    const chosen = asTensor('where', x)
    mustStretch('where: the condition', chooser, chosen)
    mustStretch('where: the alternative', other, chosen)
    return op.where(chooser, chosen, other) as unknown as Tensor<S>
  }
}
