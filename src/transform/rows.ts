import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/** The rows of a tensor, along its first axis, from `start` up to `stop`. */
export const rows = (x: Tensor, start: number, stop: number): Tensor => {
  const rest = dimsOf(x).slice(1)
  return op.slice(x, [start, ...rest.map(() => 0)], [stop, ...rest])
}
