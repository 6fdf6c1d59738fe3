import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { sizeOf } from '../tensor/dims.ts'

/**
 * What elements are divided by before they are squared, by the size of the largest: a power of two, so that nothing is
 * rounded, and 1 where the squares are ordinary numbers anyway. The inner powers serve both precisions. The outer ones serve
 * doubles: in single precision their bounds are ∞ and 0, beyond which there is nothing.
 */
const scaleOf = (largest: Tensor): Tensor => {
  const power = (exponent: number): Tensor => op.constant(2 ** exponent)
  const large = op.where(op.greater(largest, power(500)), power(600), power(80))
  const small = op.where(op.greater(power(-500), largest), power(-600), power(-80))
  return op.where(
    op.greater(largest, power(40)),
    large,
    op.where(op.greater(power(-40), largest), small, op.constant(1))
  )
}

const everyAxis = (x: Tensor): readonly number[] => dimsOf(x).map((_, axis) => axis)

/** The Euclidean norm of tensors taken together, as a product: the norm itself may overflow. @internal */
export interface ScaledNorm {
  /** 1, or a power of two where squares could overflow or vanish; without a derivative. */
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
