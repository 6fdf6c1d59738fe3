import * as kinds from '../kinds/index.ts'
import { eye } from '../tensor/construct.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { checkDims, type Dims, sizeOf } from '../tensor/dims.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { tensors as op } from '../tape/algebra.ts'
import { grad } from './grad.ts'
import { elementsOf } from './reach.ts'
import { sweepBack, sweepForward, type Traced, traceAt } from './sweep.ts'
import type { TakesAnyShape } from './argument.ts'
import { vmap } from './vmap.ts'

/** The identity matrix on the elements of a shape, as a batch of tensors of that shape. */
const flatIdentity = (what: string, dims: Dims): Tensor => {
  const n = sizeOf(dims)
  checkDims(what, [n, ...dims])
  return op.reshape(eye(n), [n, ...dims])
}

type Map1 = (x: Tensor) => Tensor

/** Traces a function of one tensor at a point. */
const traceOne = (what: string, f: Map1, x: Tensor): Traced =>
  traceAt(what, [x], ([leaf]) => [asTensor(`${what}: of the result`, f(leaf!))])

/**
 * The Jacobian of a function of one tensor, by reverse mode: one pullback per output element, batched.
 *
 * @shape x S → [...value, ...S]
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { jacobian, square, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(jacobian(square<[2]>)(tensor([1, 2]))), [[2, 0], [0, 4]])
 * @category transform
 * @since 0.1.0
 */
export const jacobian = <S extends Shape, T extends Shape>(f: (x: Tensor<S>) => Tensor<T>) => {
  kinds.mustBe(kinds.anyFunction, 'jacobian: f', f)
  return (x: Tensor<S>): Tensor<[...T, ...S]> => {
    const traced = traceOne('jacobian', f as unknown as Map1, asTensor('jacobian', x))
    const [value] = traced.values
    const pull = (ct: Tensor): Tensor => sweepBack(traced, [ct], [elementsOf(ct)])[0]!
    const rows = vmap(pull)(flatIdentity('jacobian', dimsOf(value!)) as never) as unknown as Tensor
    return op.reshape(rows, [...dimsOf(value!), ...dimsOf(x)]) as unknown as Tensor<[...T, ...S]>
  }
}

/** The columns of a Jacobian: one tangent per input element, batched. */
const columnsOf = <S extends Shape, T extends Shape>(
  what: string,
  f: (x: Tensor<S>) => Tensor<T>,
  x: Tensor<S>
): Tensor<[...T, ...S]> => {
  const traced = traceOne(what, f as unknown as Map1, asTensor(what, x))
  const push = (t: Tensor): Tensor => sweepForward(traced, [t], [elementsOf(t)])[0]!
  const columns = vmap(push)(flatIdentity(what, dimsOf(x)) as never) as unknown as Tensor
  const rank = dimsOf(columns).length
  const last = op.permute(columns, [...Array.from({ length: rank - 1 }, (_, i) => i + 1), 0])
  return op.reshape(last, [...dimsOf(last).slice(0, -1), ...dimsOf(x)]) as unknown as Tensor<[...T, ...S]>
}

/**
 * As `jacobian`, by forward mode: one tangent per input element. Cheaper when there are fewer inputs than outputs.
 *
 * @shape x S → [...value, ...S]
 * @category transform
 * @since 0.1.0
 */
export const jacobianForward = <S extends Shape, T extends Shape>(f: (x: Tensor<S>) => Tensor<T>) => {
  kinds.mustBe(kinds.anyFunction, 'jacobianForward: f', f)
  return (x: Tensor<S>): Tensor<[...T, ...S]> => columnsOf('jacobianForward', f, x)
}

/** The type of `hessian` of a function of one number, or of any one tensor. @category transform @since 0.1.0 */
export type HessianOf<F> = TakesAnyShape<
  F,
  <S extends Shape>(x: Tensor<S>) => Tensor<[...S, ...S]>,
  (x: Scalar) => Scalar
>

/**
 * The Hessian of a scalar function of one tensor, by forward over reverse.
 *
 * @shape x S → [...S, ...S]
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { hessian, pow, sum, tensor, toArray, type Vec } from 'grad-ts'
 *
 * deepStrictEqual(toArray(hessian((x: Vec<2>) => sum(pow(3)(x)))(tensor([1, 2]))), [[6, 0], [0, 12]])
 * @category transform
 * @since 0.1.0
 */
export function hessian<F extends (x: Scalar) => Scalar>(f: F): HessianOf<F>
export function hessian<S extends Shape>(f: (x: Tensor<S>) => Scalar): (x: Tensor<S>) => Tensor<[...S, ...S]>
export function hessian<S extends Shape>(f: (x: Tensor<S>) => Scalar): (x: Tensor<S>) => Tensor<[...S, ...S]> {
  kinds.mustBe(kinds.anyFunction, 'hessian: f', f)
  const gradient = grad<Tensor<S>, []>(f)
  return (x) => columnsOf('hessian', gradient, x)
}
