import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axesOf, axisOf, broadcastBoth, type Dims, sameDims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { ownArray } from '../tensor/frozen.ts'
import { asTensor } from '../tensor/given.ts'
import type { Broadcast, Check, ExpandDims, Ok, Shape, Squeeze } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { axesKind, axisKind, ofTensorOrOptions } from './reduction.ts'
import { someTensors } from './structure.ts'

/** Axes of length 1, and shapes that are brought together. */

const expandSettings = kinds.settings('expandDims', { axis: axisKind })

/**
 * With a new axis of length 1, at this place of the result: `axis: 0` in front, `axis: -1` at the end.
 *
 * @shape S → S with a 1 at the axis
 * @throws AxisError when the result would have no such axis
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { expandDims, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(expandDims({ axis: -1 })(tensor([1, 2]))), [[1], [2]])
 * @category structure
 * @since 0.1.0
 */
export const expandDims = <const Ax extends number>(settings: { readonly axis: Ax }) => {
  const { axis } = expandSettings.read(settings)
  return <S extends Shape>(x: Tensor<S> & Check<ExpandDims<S, Ax>>): Tensor<Ok<ExpandDims<S, Ax>>> => {
    const given = asTensor('expandDims', x)
    const dims = dimsOf(given)
    return op.reshape(given, dims.toSpliced(axisOf('expandDims', [...dims, 1], axis), 0, 1)) as never
  }
}

const squeezeSettings = kinds.settings('squeeze', { axis: axesKind })

/**
 * Without the axes of length 1: without all of them, or without one or several by their numbers.
 *
 * @shape S → S without the axis of 1, or without all
 * @throws AxisError when an axis is out of range, or named twice
 * @throws ShapeError when the length along an axis is not 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { squeeze, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(squeeze(tensor([[[1], [2]]]))), [1, 2])
 * deepStrictEqual(toArray(squeeze({ axis: 0 })(tensor([[[1], [2]]]))), [[1], [2]])
 * @category structure
 * @since 0.1.0
 */
export const squeeze = ofTensorOrOptions(
  'squeeze',
  '{ axis: 0 }',
  (x) =>
    op.reshape(
      x,
      dimsOf(x).filter((n) => n !== 1)
    ),
  (options: { readonly axis: number | readonly number[] }) => {
    const own = ownArray(squeezeSettings.read(options).axis)
    return (data: unknown) => {
      const x = asTensor('squeeze', data)
      const dims = dimsOf(x)
      const axes = axesOf('squeeze', dims, own)
      const long = axes.find((axis) => dims[axis] !== 1)
      return long === undefined
        ? op.reshape(
            x,
            dims.filter((_, axis) => !axes.includes(axis))
          )
        : fail('ShapeError', `squeeze: axis ${long} of shape ${showDims(dims)} is not of length 1`)
    }
  }
) as {
  <S extends Shape>(x: Tensor<S>): Tensor<Ok<Squeeze<S, undefined>>>
  <const Ax extends number>(options: {
    readonly axis: Ax
  }): <S extends Shape>(x: Tensor<S> & Check<Squeeze<S, Ax>>) => Tensor<Ok<Squeeze<S, Ax>>>
  (options: { readonly axis: readonly number[] }): (x: Tensor<Shape>) => Tensor
}

/** The shape of a tensor of each item. */
type ShapesOf<T extends readonly Tensor<Shape>[]> = { [K in keyof T]: T[K] extends Tensor<infer S> ? S : never }

/** The shape that all broadcast to. */
type Joint<Shapes extends readonly unknown[], Acc extends Shape = []> = Shapes extends readonly [
  infer H extends Shape,
  ...infer R
]
  ? Joint<R, Broadcast<Acc, H>>
  : Shapes extends readonly []
    ? Acc
    : number[]

const jointDims = (list: readonly Tensor[]): Dims =>
  list.map(dimsOf).reduce((joint, dims) => {
    const both = broadcastBoth(joint, dims)
    return both ?? fail('ShapeError', `broadcastArrays: cannot broadcast ${showDims(joint)} with ${showDims(dims)}`)
  })

/**
 * Stretches tensors to a shape that all of them broadcast to. Arithmetic stretches one of its two operands only: an outer sum,
 * of a column and a row, says so by this.
 *
 * @shape [n, 1], [m] → [n, m] each
 * @throws ShapeError when two dimensions differ and neither is 1, or the list is empty
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { add, broadcastArrays, tensor, toArray } from 'grad-ts'
 *
 * const [column, row] = broadcastArrays([tensor([[10], [20]]), tensor([1, 2, 3])])
 * deepStrictEqual(toArray(add(row)(column)), [[11, 12, 13], [21, 22, 23]])
 * @category structure
 * @since 0.1.0
 */
export const broadcastArrays = <const T extends readonly Tensor<Shape>[]>(
  xs: T
): { readonly [K in keyof T]: Tensor<Joint<ShapesOf<T>>> } => {
  const list = someTensors('broadcastArrays', xs)
  const dims = jointDims(list)
  return list.map((x) => (sameDims(dimsOf(x), dims) ? x : op.broadcastTo(x, dims))) as never
}

const gridFields = {
  /**
   * The order of the first two axes: `ij` is that of the vectors, as in matrices; `xy`, when left out, swaps them, as in
   * pictures.
   */
  indexing: [kinds.oneOf('xy', 'ij'), 'xy']
} as const
const gridSettings = kinds.settings('meshgrid', gridFields)

/** How the axes of a grid are ordered. @category structure @since 0.1.0 */
export interface MeshgridSettings extends kinds.Given<typeof gridFields> {}

/**
 * The coordinates of a grid, one tensor for each vector, by which functions are evaluated all over it. As in NumPy, the first
 * vector runs along the second axis and the second along the first, unless `indexing` is `ij`.
 *
 * @shape [n], [m], … → [m, n, …] each; with `ij` [n, m, …]
 * @throws ShapeError when one is not a vector, or the list is empty
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { meshgrid, tensor, toArray } from 'grad-ts'
 *
 * const [x, y] = meshgrid()([tensor([1, 2, 3]), tensor([10, 20])])
 * deepStrictEqual([x, y].map(toArray), [[[1, 2, 3], [1, 2, 3]], [[10, 10, 10], [20, 20, 20]]])
 * @category structure
 * @since 0.1.0
 */
export const meshgrid = (settings: MeshgridSettings = {}) => {
  const { indexing } = gridSettings.read(settings)
  return <const T extends readonly Tensor<[number]>[]>(xs: T): { readonly [K in keyof T]: Tensor } => {
    const list = someTensors('meshgrid', xs)
    const odd = list.find((x) => dimsOf(x).length !== 1)
    if (odd !== undefined) return fail('ShapeError', `meshgrid: needs vectors, got shape ${showDims(dimsOf(odd))}`)
    const order = list.map((_, i) => (indexing === 'xy' && list.length > 1 && i < 2 ? 1 - i : i))
    const dims = order.map((i) => dimsOf(list[i]!)[0]!)
    const lined = (x: Tensor, axis: number): Tensor =>
      op.reshape(
        x,
        dims.map((n, i) => (i === axis ? n : 1))
      )
    return list.map((x, i) => op.broadcastTo(lined(x, order[i]!), dims)) as never
  }
}
