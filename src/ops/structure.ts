import { tensors as op } from '../tape/algebra.ts'
import { axisOf, checkDims, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { ownArray } from '../tensor/frozen.ts'
import { asTensor } from '../tensor/given.ts'
import type { BroadcastsTo, Check, Concat, Flatten, Ok, Permute, Reshape, Shape, Transpose } from '../tensor/shape.ts'
import { dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'

/** Moving elements: new shapes, axes in another order, joins. */

/**
 * The same elements in another shape, in row-major order.
 *
 * @shape S → shape, of as many elements
 * @throws ShapeError when the number of elements differs
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { arange, reshape, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(reshape([2, 2])(arange(4))), [[0, 1], [2, 3]])
 * @category structure
 * @since 0.1.0
 */
export const reshape = <const T extends number[]>(shape: readonly [...T]) => {
  const dims = [...checkDims('reshape', shape)]
  return <S extends Shape>(x: Tensor<S> & Check<Reshape<S, T>>): Tensor<Ok<Reshape<S, T>>> =>
    op.reshape(asTensor('reshape', x), dims) as never
}

/** All elements as a vector, in row-major order. @shape S → [n] @category structure @since 0.1.0 */
export const flatten = <S extends Shape>(x: Tensor<S>): Tensor<Flatten<S>> => {
  const given = asTensor('flatten', x)
  return op.reshape(given, [sizeOf(dimsOf(given))]) as never
}

/**
 * Stretches dimensions of 1, and adds dimensions in front.
 *
 * @shape S → shape
 * @throws ShapeError when a dimension is neither equal nor 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { broadcastTo, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(broadcastTo([2, 2])(tensor([[1], [2]]))), [[1, 1], [2, 2]])
 * @category structure
 * @since 0.1.0
 */
export const broadcastTo = <const T extends number[]>(shape: readonly [...T]) => {
  const dims = [...checkDims('broadcastTo', shape)]
  return <S extends Shape>(x: Tensor<S> & BroadcastsTo<S, T>): Tensor<T> =>
    op.broadcastTo(asTensor('broadcastTo', x), dims) as never
}

/**
 * The last two axes swapped.
 *
 * @shape [...S, m, n] → [...S, n, m]
 * @throws ShapeError for a rank below 2
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { tensor, toArray, transpose } from 'grad-ts'
 *
 * deepStrictEqual(toArray(transpose(tensor([[1, 2, 3]]))), [[1], [2], [3]])
 * @category structure
 * @since 0.1.0
 */
export const transpose = <S extends Shape>(x: Tensor<S> & Check<Transpose<S>>): Tensor<Ok<Transpose<S>>> => {
  const given = asTensor('transpose', x)
  const rank = dimsOf(given).length
  return rank < 2
    ? fail('ShapeError', `transpose: needs rank 2 or more, got shape ${showDims(dimsOf(given))}`)
    : (op.permute(given, [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2]) as never)
}

/**
 * The axes in a new order: axis `i` of the result is axis `axes[i]` of the input.
 *
 * @shape S → S in that order
 * @throws ShapeError when `axes` is not a permutation of the axes
 * @category structure
 * @since 0.1.0
 */
export const permute = <const P extends number[]>(axes: readonly [...P]) => {
  const places = ownArray(axes) as readonly number[]
  return <S extends Shape>(x: Tensor<S> & Check<Permute<S, P>>): Tensor<Ok<Permute<S, P>>> => {
    const given = asTensor('permute', x)
    if (!Array.isArray(places)) return fail('ShapeError', `permute: needs an array of axes, got ${showGiven(axes)}`)
    return places.every(Number.isInteger)
      ? (op.permute(given, places) as never)
      : fail('ShapeError', `permute: ${showDims(places)} does not permute the axes of ${showDims(dimsOf(given))}`)
  }
}

/** Joins along an axis, see {@link concat}. @category structure @since 0.1.0 */
export interface Joining {
  (axis: number): (xs: readonly Tensor<Shape>[]) => Tensor
  <B extends Shape, const Ax extends number>(
    b: Tensor<B>,
    axis: Ax
  ): <A extends Shape>(a: Tensor<A> & Check<Concat<A, B, Ax>>) => Tensor<Ok<Concat<A, B, Ax>>>
}

/**
 * Joins along an axis: two tensors, the data first, so that `concat(b, axis)(a)` is `a` then `b`; or any number of them, by
 * `concat(axis)([a, b, c])`.
 *
 * @shape tensors that are equal off the axis → the axis as long as together
 * @throws ShapeError when the shapes differ off the axis, or the list is empty
 * @throws AxisError when there is no such axis
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { concat, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(concat(tensor([3]), 0)(tensor([1, 2]))), [1, 2, 3])
 * deepStrictEqual(toArray(concat(0)([tensor([1]), tensor([2, 3]), tensor([4])])), [1, 2, 3, 4])
 * @category structure
 * @since 0.1.0
 */
export const concat = ((first: number | Tensor, axis?: number) => {
  if (axis === undefined && !isTensor(first)) return (xs: readonly Tensor[]) => joined(first, someTensors('concat', xs))
  const last = asTensor('concat', first)
  return (a: Tensor) => joined(axis!, [asTensor('concat', a), last])
}) as Joining

const joined = (axis: number, list: readonly Tensor[]): Tensor =>
  op.concat(list, axisOf('concat', dimsOf(list[0]!), axis))

/** At least one tensor. */
export const someTensors = (what: string, xs: readonly Tensor<Shape>[]): readonly Tensor[] =>
  !Array.isArray(xs)
    ? fail('ValueError', `${what}: needs an array of tensors, got ${showGiven(xs)}`)
    : xs.length === 0
      ? fail('ShapeError', `${what}: needs at least one tensor`)
      : Array.from(xs, (x: Tensor) => asTensor(what, x))

/**
 * Puts tensors of one shape side by side along a new first axis.
 *
 * @shape n times S → [n, ...S]
 * @throws ShapeError when the list is empty, or the shapes differ
 * @category structure
 * @since 0.1.0
 */
export const stack = <S extends Shape>(xs: readonly Tensor<S>[]): Tensor<[number, ...S]> => {
  const list = someTensors('stack', xs)
  const dims = dimsOf(list[0]!)
  const misfit = list.find((x) => !sameDims(dimsOf(x), dims))
  return misfit === undefined
    ? (op.concat(
        list.map((x) => op.reshape(x, [1, ...dims])),
        0
      ) as never)
    : fail('ShapeError', `stack: the tensors differ in shape: ${showDims(dims)} and ${showDims(dimsOf(misfit))}`)
}
