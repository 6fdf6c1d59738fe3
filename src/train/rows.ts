import { gather } from '../kernel/rows.ts'
import { tensors as op } from '../tape/algebra.ts'
import { sizeOf } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { Dataset } from './state.ts'

/** A data set of what a function makes of the inputs, and of the targets. */
export const onBoth = <I extends Shape, T extends Shape>(
  { inputs, targets }: Dataset<I, T>,
  f: (x: Tensor) => Tensor
): Dataset<I, T> => ({ inputs: f(inputs), targets: f(targets) }) as unknown as Dataset<I, T>

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
