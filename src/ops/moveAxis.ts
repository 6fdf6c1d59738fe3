import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/** One axis at another place, the others in their order; counted from the front. */
export const moveAxis = (x: Tensor, from: number, to: number): Tensor =>
  from === to
    ? x
    : op.permute(
        x,
        dimsOf(x)
          .map((_, axis) => axis)
          .toSpliced(from, 1)
          .toSpliced(to, 0, from)
      )

/** Without a call where the shape is the same. */
export const reshaped = (x: Tensor, dims: readonly number[]): Tensor =>
  dims.length === dimsOf(x).length && dims.every((n, axis) => n === dimsOf(x)[axis]) ? x : op.reshape(x, dims)

/** The elements of each line along an axis by their places in it; the shapes are equal off the axis. */
export const elementsAlong = (x: Tensor, indices: Tensor, axis: number): Tensor => {
  const last = dimsOf(x).length - 1
  return moveAxis(op.gather(moveAxis(x, axis, last), moveAxis(indices, axis, last)), last, axis)
}

/** The elements in order: one kernel, where the places are not asked for too. */
export const inOrder = (x: Tensor, axis: number, descending: boolean): Tensor => {
  const last = dimsOf(x).length - 1
  const lines = moveAxis(x, axis, last)
  return moveAxis(op.gather(lines, op.argsort(lines, last, descending)), last, axis)
}
