import * as kinds from '../kinds/index.ts'
import { eye } from '../tensor/construct.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { checkDims, type Dims, sizeOf } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { rebuild, type Tree } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { unflatten } from '../tree/tree.ts'
import { elementsOf } from './reach.ts'
import { sweptBack, sweptForward } from './sweep.ts'
import type { TakesAnyShape } from './argument.ts'
import { differentiate, sizeOfAll, traceTree } from './tree.ts'
import { vmap } from './vmap.ts'

/** Options of `jacobian` and `hessian`. @category transform @since 0.1.0 */
export interface JacobianSettings {
  /**
   * `reverse`: one cotangent per element of the value; `forward`: one tangent per element of the argument. By default, whichever
   * needs fewer, forward where both need the same.
   */
  readonly mode?: 'forward' | 'reverse'
}

/**
 * The type of all derivatives of a tree `Q` by a tree `P`: the structure of `Q`, in which each tensor is replaced by the structure
 * of `P`, whose tensors have the axes of both.
 *
 * @category transform
 * @since 0.1.0
 */
export type Jacobian<Q, P> =
  Q extends Tensor<infer T extends Shape>
    ? P extends Tensor<infer S extends Shape>
      ? Tensor<[...T, ...S]>
      : { readonly [K in keyof P]: Jacobian<Q, P[K]> }
    : { readonly [K in keyof Q]: Jacobian<Q[K], P> }

type Mode = JacobianSettings['mode']

const modes = kinds.settings('jacobian', { mode: [kinds.oneOf('forward', 'reverse'), undefined] })

/** The identity on the elements of a shape, as a batch of tensors of that shape. */
const flatIdentity = (what: string, dims: Dims): Tensor => {
  const n = sizeOf(dims)
  checkDims(what, [n, ...dims])
  return op.reshape(eye(n), [n, ...dims])
}

/** A function of a tensor mapped over a basis, one tensor per element of a shape; `out` is the axis of the basis. */
const overBasis = (what: string, dims: Dims, out: 0 | -1, f: (x: Tensor) => readonly Tensor[]): readonly Tensor[] =>
  vmap(f, { out })(flatIdentity(what, dims) as never)

/** All derivatives of a function of trees at a point: those of each tensor of the value by each of the argument. */
const derivativesOf = <P, Q>(what: string, f: (p: P) => Q, p: P, wanted: Mode): Jacobian<Q, P> => {
  const { traced, structure, outputs } = traceTree(what, f, p)
  const { values } = traced
  const leaves = traced.primals.slice(0, traced.inputs)
  const mode = wanted ?? (sizeOfAll(leaves) <= sizeOfAll(values) ? 'forward' : 'reverse')
  const shaped = (x: Tensor, value: Tensor, leaf: Tensor): Tensor => op.reshape(x, [...dimsOf(value), ...dimsOf(leaf)])
  /** What moves is one of a list; a row or column reaches one of its elements. */
  const alone = (list: readonly Tensor[], at: number, x: Tensor) => ({
    moving: list.map((_, i) => (i === at ? x : undefined)),
    seeds: list.map((_, i) => (i === at ? elementsOf(x) : null))
  })
  const rows = (): readonly (readonly Tensor[])[] =>
    values.map((value, i) =>
      overBasis(what, dimsOf(value), 0, (ct) => {
        const { moving, seeds } = alone(values, i, ct)
        return sweptBack(traced, moving, seeds).values
      }).map((row, j) => shaped(row, value, leaves[j]!))
    )
  const columns = (): readonly (readonly Tensor[])[] => {
    const byLeaf = leaves.map((leaf, j) =>
      overBasis(what, dimsOf(leaf), -1, (tangent) => {
        const { moving, seeds } = alone(leaves, j, tangent)
        return sweptForward(traced, moving, seeds).values
      }).map((column, i) => shaped(column, values[i]!, leaf))
    )
    return values.map((_, i) => byLeaf.map((own) => own[i]!))
  }
  const found = mode === 'forward' ? columns() : rows()
  return unflatten(outputs)(found.map((own) => rebuild(structure, own))) as Jacobian<Q, P>
}

/**
 * All first derivatives of a function by its first argument, any trees of tensors; further arguments are data. One sweep, mapped
 * over the elements of the value (reverse mode) or of the argument (forward mode), whichever are fewer unless told; forward where
 * they are as many. A `whileLoop` without `maxSteps` has forward mode only: `{ mode: 'forward' }`.
 *
 * @shape x S → [...value, ...S], for each tensor of the value and each of the argument
 * @throws TreeError when a leaf of the argument or of the value is not a tensor
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { jacobian, mul, square, tensor, toArray, type Vec } from 'grad-ts'
 *
 * deepStrictEqual(toArray(jacobian(square<[2]>)(tensor([1, 2]))), [[2, 0], [0, 4]])
 * const product = (p: { readonly a: Vec<2>; readonly b: Vec<2> }) => mul(p.a)(p.b)
 * const { a } = jacobian(product)({ a: tensor([1, 2]), b: tensor([3, 4]) })
 * deepStrictEqual(toArray(a), [[3, 0], [0, 4]])
 * @category transform
 * @since 0.1.0
 */
export function jacobian<S extends Shape, T extends Shape, A extends readonly unknown[]>(
  f: (x: Tensor<S>, ...data: A) => Tensor<T>,
  settings?: JacobianSettings
): (x: Tensor<S>, ...data: A) => Tensor<[...T, ...S]>
export function jacobian<P extends Tree<P>, Q extends Tree<Q>, A extends readonly unknown[]>(
  f: (p: P, ...data: A) => Q,
  settings?: JacobianSettings
): (p: P, ...data: A) => Jacobian<Q, P>
export function jacobian<P, Q, A extends readonly unknown[]>(
  f: (p: P, ...data: A) => Q,
  settings: JacobianSettings = {}
): (p: P, ...data: A) => Jacobian<Q, P> {
  kinds.mustBe(kinds.anyFunction, 'jacobian: f', f)
  const { mode } = modes.read(settings)
  return (p, ...data) => derivativesOf('jacobian', (at: P) => f(at, ...data), p, mode)
}

/** The type of `hessian` of a function of one number, or of any one tensor. @category transform @since 0.1.0 */
export type HessianOf<F> = TakesAnyShape<
  F,
  <S extends Shape>(x: Tensor<S>) => Tensor<[...S, ...S]>,
  (x: Scalar) => Scalar
>

const hessianModes = kinds.settings('hessian', { mode: [kinds.oneOf('forward', 'reverse'), 'forward'] })

/**
 * All second derivatives of a scalar function by its first argument, any tree of tensors: the Jacobian of its gradient, forward
 * over reverse unless told otherwise. Further arguments are data.
 *
 * @shape x S → [...S, ...S], for each pair of tensors of the argument
 * @throws ShapeError when the function does not return a scalar
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { hessian, pow, sum, tensor, toArray, type Vec } from 'grad-ts'
 *
 * deepStrictEqual(toArray(hessian((x: Vec<2>) => sum(pow(3)(x)))(tensor([1, 2]))), [[6, 0], [0, 12]])
 * @category transform
 * @since 0.1.0
 */
export function hessian<F extends (x: Scalar) => Scalar>(f: F, settings?: JacobianSettings): HessianOf<F>
export function hessian<S extends Shape, A extends readonly unknown[]>(
  f: (x: Tensor<S>, ...data: A) => Scalar,
  settings?: JacobianSettings
): (x: Tensor<S>, ...data: A) => Tensor<[...S, ...S]>
export function hessian<P extends Tree<P>, A extends readonly unknown[]>(
  f: (p: P, ...data: A) => Scalar,
  settings?: JacobianSettings
): (p: P, ...data: A) => Jacobian<P, P>
export function hessian<P extends Tree<P>, A extends readonly unknown[]>(
  f: (p: P, ...data: A) => Scalar,
  settings: JacobianSettings = {}
): (p: P, ...data: A) => Jacobian<P, P> {
  kinds.mustBe(kinds.anyFunction, 'hessian: f', f)
  const { mode } = hessianModes.read(settings)
  return (p, ...data) => {
    const gradient = (at: P): P => differentiate('hessian', at, (q) => f(q, ...data), 'argument').grad
    return derivativesOf('hessian', gradient, p, mode)
  }
}
