import type { Shape } from '../tensor/shape.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'

/**
 * What a function that can be called with a number as its one argument takes: a scalar when it keeps the shape of
 * whatever it is given, as `square` does, otherwise what it says, as any tensor for `norm`.
 *
 * @category transform
 * @since 0.1.0
 */
export type Taken<F> = F extends (x: Tensor<Shape>) => Scalar ? (F extends (x: infer W) => unknown ? W : never) : Scalar

/** `Yes` for a function that takes tensors of any shape and nothing else, `No` for all others. @category transform */
export type TakesAnyShape<F, Yes, No> = [Taken<F>, Tensor<Shape>] extends [Tensor<Shape>, Taken<F>] ? Yes : No
