import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axesOf, axisOf, checkDims, type Dims, sizeOf } from '../tensor/dims.ts'
import { ownArray } from '../tensor/frozen.ts'
import { asTensor } from '../tensor/given.ts'
import type { Check, Ok, Shape, Splice, Times } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { block } from './block.ts'
import { axesKind, axisKind, ofTensorOrOptions } from './reduction.ts'

/** The same elements in another order, or more than once. */

const flipSettings = kinds.settings('flip', { axis: axesKind })

/**
 * The elements in reverse order: along one axis or several, or along all. In a program it is a view, and not copied.
 *
 * @shape of x
 * @throws AxisError when an axis is out of range, or named twice
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { flip, tensor, toArray } from 'grad-ts'
 *
 * const x = tensor([[1, 2, 3], [4, 5, 6]])
 * deepStrictEqual(toArray(flip({ axis: 1 })(x)), [[3, 2, 1], [6, 5, 4]])
 * deepStrictEqual(toArray(flip(x)), [[6, 5, 4], [3, 2, 1]])
 * @category structure
 * @since 0.1.0
 */
export const flip = ofTensorOrOptions(
  'flip',
  '{ axis: 0 }',
  (x) =>
    op.flip(
      x,
      dimsOf(x).map((_, axis) => axis)
    ),
  (options: { readonly axis: number | readonly number[] }) => {
    const axes = ownArray(flipSettings.read(options).axis)
    return (data: unknown) => {
      const x = asTensor('flip', data)
      return op.flip(x, axesOf('flip', dimsOf(x), axes))
    }
  }
) as {
  (options: { readonly axis: number | readonly number[] }): <S extends Shape>(x: Tensor<S>) => Tensor<S>
  <S extends Shape>(x: Tensor<S>): Tensor<S>
}

const rollFields = {
  /** How far elements move, to higher indices; back where it is below 0. */
  shift: kinds.safeInteger,
  /** The axis along which they move; when left out, they move in row-major order over all. */
  axis: [axisKind, undefined]
} as const
const rollSettings = kinds.settings('roll', rollFields)

/** How elements are rolled. @category structure @since 0.1.0 */
export interface RollSettings extends kinds.Given<typeof rollFields> {}

const rolled = (x: Tensor, axis: number, shift: number): Tensor => {
  const n = dimsOf(x)[axis]!
  const cut = n === 0 ? 0 : ((-shift % n) + n) % n
  return cut === 0 ? x : op.concat([block(x, axis, cut, n), block(x, axis, 0, cut)], axis)
}

/**
 * Moves elements along an axis; those pushed out at one end come in at the other.
 *
 * @shape of x
 * @throws AxisError when the axis is out of range
 * @throws ValueError when the shift is not a whole number
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { arange, roll, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(roll({ shift: 2 })(arange(5))), [3, 4, 0, 1, 2])
 * deepStrictEqual(toArray(roll({ shift: -1, axis: 1 })(tensor([[1, 2, 3], [4, 5, 6]]))), [[2, 3, 1], [5, 6, 4]])
 * @category structure
 * @since 0.1.0
 */
export const roll = (settings: RollSettings) => {
  const { shift, axis } = rollSettings.read(settings)
  return <S extends Shape>(x: Tensor<S>): Tensor<S> => {
    const given = asTensor('roll', x)
    const dims = dimsOf(given)
    return (
      axis === undefined
        ? op.reshape(rolled(op.reshape(given, [sizeOf(dims)]), 0, shift), dims)
        : rolled(given, axisOf('roll', dims, axis), shift)
    ) as never
  }
}

/** Each axis with an axis of repetitions before it. */
const repeated = (x: Tensor, dims: Dims, counts: Dims): Tensor => {
  const apart = op.reshape(
    x,
    dims.flatMap((n) => [1, n])
  )
  const wide = op.broadcastTo(
    apart,
    dims.flatMap((n, axis) => [counts[axis]!, n])
  )
  return op.reshape(
    wide,
    dims.map((n, axis) => n * counts[axis]!)
  )
}

/**
 * Repeats a whole tensor along its axes, as tiles: `tile([2, 3])` of a matrix lays two rows of three. Shorter lists count
 * from the last axis, longer ones add axes in front.
 *
 * @shape S, counts R → S · R, from the right
 * @throws ShapeError when the counts are not whole numbers of at least 0
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { tensor, tile, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(tile([2])(tensor([1, 2]))), [1, 2, 1, 2])
 * deepStrictEqual(toArray(tile([2, 1])(tensor([1, 2]))), [[1, 2], [1, 2]])
 * @category structure
 * @since 0.1.0
 */
export const tile = <const R extends number[]>(counts: readonly [...R]) => {
  const own = [...checkDims('tile', counts)]
  return <S extends Shape>(x: Tensor<S>): Tensor<Times<S, R>> => {
    const given = asTensor('tile', x)
    const rank = Math.max(own.length, dimsOf(given).length)
    const filled = (dims: Dims): Dims => [...Array.from({ length: rank - dims.length }, () => 1), ...dims]
    return repeated(given, filled(dimsOf(given)), filled(own)) as never
  }
}

const repeatFields = {
  /** How often each comes. */
  repeats: kinds.count,
  /** The axis along which it is repeated; a negative one counts from the end. */
  axis: axisKind
} as const
const repeatSettings = kinds.settings('repeatInterleave', repeatFields)

/**
 * Repeats each element along an axis, `[a, b]` to `[a, a, b, b]`: NumPy's `repeat`, PyTorch's `repeat_interleave`. `repeat` is
 * the loop.
 *
 * @shape S → S with the axis as many times as long
 * @throws AxisError when the axis is out of range
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { repeatInterleave, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(repeatInterleave({ repeats: 2, axis: 0 })(tensor([1, 2]))), [1, 1, 2, 2])
 * @category structure
 * @since 0.1.0
 */
export const repeatInterleave = <const Ax extends number>(settings: {
  readonly repeats: number
  readonly axis: Ax
}) => {
  const { repeats, axis } = repeatSettings.read(settings)
  return <S extends Shape>(x: Tensor<S> & Check<Splice<S, Ax, [number]>>): Tensor<Ok<Splice<S, Ax, [number]>>> => {
    const given = asTensor('repeatInterleave', x)
    const dims = dimsOf(given)
    const at = axisOf('repeatInterleave', dims, axis)
    const [before, after] = [dims.slice(0, at + 1), dims.slice(at + 1)]
    const wide = op.broadcastTo(op.reshape(given, [...before, 1, ...after]), [...before, repeats, ...after])
    return op.reshape(wide, dims.with(at, dims[at]! * repeats)) as never
  }
}
