import { tensors as op } from '../tape/algebra.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Between this and its inverse, squares and what derivatives make of them are ordinary numbers in both precisions. */
const ORDINARY = 2 ** 16
/** Makes a number whose inverse is infinite large enough to have one, and leaves its square's root within reach. */
const LIFT = 2 ** 53

/**
 * What elements are divided by before they are squared: nothing where the squares are ordinary numbers, otherwise the
 * largest size among them, or a multiple of it where that has no inverse.
 */
export const scaleOf = (largest: Tensor): Tensor => {
  const [one, infinity] = [op.constant(1), op.constant(Infinity)]
  const small = op.where(op.greater(infinity, op.div(one, largest)), largest, op.mul(largest, op.constant(LIFT)))
  const isSmall = op.mul(op.greater(op.constant(1 / ORDINARY), largest), op.greater(largest, op.constant(0)))
  const isLarge = op.mul(op.greater(largest, op.constant(ORDINARY)), op.greater(infinity, largest))
  return op.where(isLarge, largest, op.where(isSmall, small, one))
}

/**
 * The root of a sum of squares, or of other powers. At 0 the derivative of a norm is 0, the one of least size, and there is no second one:
 * `total · √total` replaces the root there: it has the same value and derivative, and NaN for a second derivative.
 */
export const rootOf = (total: Tensor, root: (x: Tensor) => Tensor = op.sqrt): Tensor => {
  const isZero = op.equal(total, op.constant(0))
  return op.where(isZero, op.powNumber(total, 1.5), root(op.where(isZero, op.constant(1), total)))
}
