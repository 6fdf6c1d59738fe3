import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axisOf, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { block } from './block.ts'
import { along, axisKind, ofTensorOrOptions } from './reduction.ts'
import { elementsAlong, inOrder } from './moveAxis.ts'

/** Sorting along an axis: the places of elements in order, and the values gathered by them. */

/** Options of `sort` and `argsort`. @category order @since 0.1.0 */
export interface SortOptions {
  /** The axis, a negative one counted from the end; the last one when left out. */
  readonly axis?: number
  /** The largest first (false). */
  readonly descending?: boolean
}

/**
 * Works on each line along the last axis, or, given options first, along any: `sort(x)`, `sort({ axis: 0 })(x)`.
 *
 * @category order
 * @since 0.1.0
 */
export interface Sort {
  (options: SortOptions): <S extends Shape>(x: Tensor<S>) => Tensor<S>
  <S extends Shape>(x: Tensor<S>): Tensor<S>
}

const sorting = (what: string, f: (x: Tensor, axis: number, descending: boolean) => Tensor): Sort => {
  const settings = kinds.settings(what, { axis: [axisKind, -1], descending: [kinds.yesOrNo, false] })
  const by = ({ axis, descending }: Required<SortOptions>) => along(what, axis, (x, own) => f(x, own, descending))
  return ofTensorOrOptions(what, '{ axis: 0 }', by({ axis: -1, descending: false }), (options: SortOptions) =>
    by(settings.read(options))
  ) as Sort
}

/**
 * The places that elements have before they are sorted: `x[argsort(x)[i]]` is in order. Equal elements, 0 and −0 among them,
 * keep their order; NaN is larger than all numbers, last as in NumPy, and first when descending. Not differentiable.
 *
 * @shape x S → S
 * @throws AxisError when there is no such axis, as for a scalar
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { argsort, tensor, toArray } from 'grad-ts'
 *
 * const x = tensor([3, 1, NaN, 1])
 * deepStrictEqual(toArray(argsort(x)), [1, 3, 0, 2])
 * deepStrictEqual(toArray(argsort({ descending: true })(x)), [2, 0, 1, 3])
 * @category order
 * @since 0.1.0
 */
export const argsort: Sort = sorting('argsort', op.argsort)

/**
 * The elements of each line in order, NaN above all numbers: last, as in NumPy, and first when descending. A derivative goes
 * to where the element comes from; equal elements keep their order, as if each were a little larger than the one before.
 *
 * @shape x S → S
 * @throws AxisError when there is no such axis, as for a scalar
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { get, grad, sort, tensor, toArray, type Vec } from 'grad-ts'
 *
 * deepStrictEqual(toArray(sort(tensor([[3, 1, 2], [0, 5, 4]]))), [[1, 2, 3], [0, 4, 5]])
 * deepStrictEqual(toArray(sort({ axis: 0, descending: true })(tensor([[3, 1], [0, 5]]))), [[3, 5], [0, 1]])
 * deepStrictEqual(toArray(grad((x: Vec<3>) => get(0)(sort(x)))(tensor([3, 1, 2]))), [0, 1, 0])
 * @category order
 * @since 0.1.0
 */
export const sort: Sort = sorting('sort', inOrder)

/** What `topK` takes. @category order @since 0.1.0 */
export interface TopKSettings {
  /** How many elements of each line. */
  readonly k: number
  /** The axis, a negative one counted from the end; the last one when left out. */
  readonly axis?: number
  /** The largest ones, or the smallest (true). */
  readonly largest?: boolean
}

/** Elements, and their places along the axis. @category order @since 0.1.0 */
export interface TopK {
  readonly values: Tensor
  readonly indices: Tensor
}

const topKSettings = kinds.settings('topK', {
  k: kinds.index,
  axis: [axisKind, -1],
  largest: [kinds.yesOrNo, true]
})

/**
 * The `k` largest elements of each line, the largest first, or the smallest, the smallest first, and their places. Equal
 * elements keep their order, and NaN is larger than all numbers. A derivative goes to where the element comes from.
 *
 * @shape x S → values and indices S with `k` in the place of the axis
 * @throws AxisError when there is no such axis, as for a scalar
 * @throws ShapeError when there are fewer elements than `k`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { tensor, toArray, topK } from 'grad-ts'
 *
 * const { values, indices } = topK({ k: 2 })(tensor([3, 1, 4, 1, 5]))
 * deepStrictEqual([toArray(values), toArray(indices)], [[5, 4], [4, 2]])
 * deepStrictEqual(toArray(topK({ k: 2, largest: false })(tensor([3, 1, 4, 1, 5])).indices), [1, 3])
 * @category order
 * @since 0.1.0
 */
export const topK = (settings: TopKSettings) => {
  const { k, axis, largest } = topKSettings.read(settings)
  return <S extends Shape>(x: Tensor<S>): TopK => {
    const given = asTensor('topK', x)
    const dims = dimsOf(given)
    const own = axisOf('topK', dims, axis)
    if (k > dims[own]!) fail('ShapeError', `topK: axis ${own} of shape ${showDims(dims)} has fewer than ${k} elements`)
    const indices = block(op.argsort(given, own, largest), own, 0, k)
    return { values: elementsAlong(given, indices, own), indices }
  }
}
