import { rootOf, scaleOf } from '../ops/scale.ts'
import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { sizeOf } from '../tensor/dims.ts'

const everyAxis = (x: Tensor): readonly number[] => dimsOf(x).map((_, axis) => axis)

/** The Euclidean norm of tensors taken together, as a product: the norm itself may overflow. @internal */
export interface ScaledNorm {
  /** 1, or a power of two where squares could overflow or vanish; without a derivative. */
  readonly scale: Tensor
  /** The sum of the squares of the elements divided by `scale`, and its root. */
  readonly squares: Tensor
  readonly root: Tensor
}

/** @internal */
export const scaledNorm = (xs: readonly Tensor[]): ScaledNorm => {
  const zero = op.constant(0)
  const elements = xs.filter((x) => sizeOf(dimsOf(x)) > 0)
  const largest = op.stopGradient(
    elements.map((x) => op.max(op.abs(x), everyAxis(x), false)).reduce((a, b) => op.maximum(a, b), zero)
  )
  const scale = scaleOf(largest)
  const squares = elements
    .map((x) => op.sum(op.square(op.div(x, scale)), everyAxis(x), false))
    .reduce((a, b) => op.add(a, b), zero)
  return { scale, squares, root: op.sqrt(squares) }
}

/** The Euclidean norm of tensors taken together; its derivative where all are 0 is 0, and it has no second one. @internal */
export const normOf = (xs: readonly Tensor[]): Tensor => {
  const { scale, squares } = scaledNorm(xs)
  return op.mul(scale, rootOf(squares))
}
