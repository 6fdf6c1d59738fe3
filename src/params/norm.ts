import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { sizeOf } from '../tensor/dims.ts'

/**
 * What elements are divided by before they are squared: nothing where the squares are ordinary numbers in both precisions,
 * the largest element above that, a power of two below, as the inverse of the least numbers is infinite. The outer power
 * serves doubles: in single precision its bound is 0, below which there is nothing.
 */
const scaleOf = (largest: Tensor): Tensor => {
  const power = (exponent: number): Tensor => op.constant(2 ** exponent)
  const one = op.constant(1)
  return op.where(
    op.greater(largest, power(40)),
    op.where(op.greater(op.constant(Infinity), largest), largest, one),
    op.where(op.greater(power(-40), largest), op.where(op.greater(power(-500), largest), power(-600), power(-80)), one)
  )
}

const everyAxis = (x: Tensor): readonly number[] => dimsOf(x).map((_, axis) => axis)

/** The Euclidean norm of tensors taken together, as a product: the norm itself may overflow. @internal */
export interface ScaledNorm {
  /** 1, or about the size of the largest element where squares could overflow or vanish; without a derivative. */
  readonly scale: Tensor
  /** The norm of the elements divided by `scale`. */
  readonly root: Tensor
  /** The size of the largest element; without a derivative. */
  readonly largest: Tensor
}

/** @internal */
export const scaledNorm = (xs: readonly Tensor[]): ScaledNorm => {
  const zero = op.constant(0)
  const elements = xs.filter((x) => sizeOf(dimsOf(x)) > 0)
  const largest = op.stopGradient(
    elements.map((x) => op.max(op.abs(x), everyAxis(x), false)).reduce((a, b) => op.maximum(a, b), zero)
  )
  const scale = scaleOf(largest)
  const squared = elements.map((x) => op.sum(op.square(op.div(x, scale)), everyAxis(x), false))
  return { scale, largest, root: op.sqrt(squared.reduce((a, b) => op.add(a, b), zero)) }
}

/** The Euclidean norm of tensors taken together; its derivative where all are 0 is 0. @internal */
export const normOf = (xs: readonly Tensor[]): Tensor => {
  const { scale, root, largest } = scaledNorm(xs)
  return op.where(op.equal(largest, op.constant(0)), op.constant(0), op.mul(scale, root))
}
