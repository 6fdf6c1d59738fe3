import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/** An axis brought to the end, and back. */
const toLast = (rank: number, axis: number): readonly number[] => [
  ...Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis),
  axis
]
const fromLast = (rank: number, axis: number): readonly number[] =>
  Array.from({ length: rank }, (_, i) => (i < axis ? i : i === axis ? rank - 1 : i - 1))

/** The elements of each line along an axis by their places in it; the shapes are equal off the axis. */
export const takeAlongAxis = (x: Tensor, indices: Tensor, axis: number): Tensor => {
  const rank = dimsOf(x).length
  return axis === rank - 1
    ? op.gather(x, indices)
    : op.permute(
        op.gather(op.permute(x, toLast(rank, axis)), op.permute(indices, toLast(rank, axis))),
        fromLast(rank, axis)
      )
}
