import { gather } from '../kernel/rows.ts'
import { tensors as op } from '../tape/algebra.ts'
import { sizeOf } from '../tensor/dims.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'

/** The rows of a tensor at some indices, in their order. */
export const rowsAt = (x: Tensor, indices: Float64Array): Tensor => {
  const [, ...rest] = dimsOf(x)
  return make([indices.length, ...rest], gather(valuesOf('fit', x), indices, sizeOf(rest)))
}

/** The rows of a tensor from one index up to another. */
export const rowsBetween = (x: Tensor, from: number, to: number): Tensor => {
  const [count, ...rest] = dimsOf(x)
  return from === 0 && to === count ? x : op.slice(x, [from, ...rest.map(() => 0)], [to, ...rest])
}
