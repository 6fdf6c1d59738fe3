import type { Shape } from '../tensor/shape.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'

/**
 * The argument type of a function of a scalar: `Scalar` for a shape-preserving function such as `square`, else its
 * declared parameter, such as any tensor for `norm`.
 *
 * @category transform
 * @since 0.1.0
 */
export type Taken<F> = F extends (x: Tensor<Shape>) => Scalar ? (F extends (x: infer W) => unknown ? W : never) : Scalar

/** `Yes` for a function that takes tensors of any shape and nothing else, `No` for all others. @category transform */
export type TakesAnyShape<F, Yes, No> = [Taken<F>, Tensor<Shape>] extends [Tensor<Shape>, Taken<F>] ? Yes : No
