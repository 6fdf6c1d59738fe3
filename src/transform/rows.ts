import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/** The rows of a tensor, along its first axis, from one index up to another. */
export const rowsBetween = (x: Tensor, from: number, to: number): Tensor => {
  const [count, ...rest] = dimsOf(x)
  return from === 0 && to === count ? x : op.slice(x, [from, ...rest.map(() => 0)], [to, ...rest])
}
