import { take } from '../src/ops/take.ts'
import type { Tensor } from '../src/tensor/tensor.ts'

/** Some examples of a batch, by their places along the first axis, in that order. */
export const rowsAt =
  (places: readonly number[]): ((x: Tensor) => Tensor) =>
  (x) =>
    take({ axis: 0 })(places)(x)
