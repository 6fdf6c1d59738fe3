import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axisOf, reducedDims, sizeOf } from '../tensor/dims.ts'
import { asTensor } from '../tensor/given.ts'
import type { BroadcastsTo, Check, Ok, Reduce, Shape } from '../tensor/shape.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { type Mask, maskFor, type MaskOptions, maskSetting, unlessWrong } from './mask.ts'
import { axisKind, ofTensorOrOptions, type ReducedAxes } from './reduction.ts'

/** Where the largest and the smallest elements are. */

/** Options of `argmax` and `argmin`. @category reduction @since 0.1.0 */
export interface ArgmaxOptions<
  Ax extends number | undefined = number,
  K extends boolean = boolean,
  M extends Shape = Shape
> extends MaskOptions<M> {
  /** The axis, a negative one counted from the end; all elements in row-major order when left out. */
  readonly axis?: Ax
  /** Keep the reduced axes, with length 1. */
  readonly keepDims?: K
}

/**
 * An index of a tensor's elements: of all of them, or, given options first, along an axis and of those that a mask leaves.
 *
 * @category reduction
 * @since 0.1.0
 */
export interface Argmax {
  <const Ax extends number | undefined = undefined, const K extends boolean = false, M extends Shape = []>(
    options: ArgmaxOptions<Ax, K, M>
  ): <S extends Shape>(
    x: Tensor<S> & Check<Reduce<S, ReducedAxes<Ax>, K>> & BroadcastsTo<M, S>
  ) => Tensor<Ok<Reduce<S, ReducedAxes<Ax>, K>>>
  (x: Tensor<Shape>): Scalar
}

const zero = op.constant(0)
const lowest = op.constant(-Infinity)

/** 1 for the largest of the elements that count, and for a NaN among them. */
const isLargest = (x: Tensor, { counts }: Mask, axes: readonly number[]): Tensor => {
  const shown = op.where(counts, op.stopGradient(x), lowest)
  const largest = op.broadcastTo(op.max(shown, axes, true), dimsOf(x))
  const isTop = op.where(op.equal(shown, shown), op.equal(shown, largest), op.constant(1))
  return op.where(counts, isTop, zero)
}

/** `sign` is −1 for the smallest. */
const argmaxBy = (what: string, sign: 1 | -1): Argmax => {
  const settings = kinds.settings(what, {
    axis: [axisKind, undefined],
    keepDims: [kinds.yesOrNo, false],
    ...maskSetting
  })
  const signed = (x: Tensor): Tensor => (sign === 1 ? x : op.neg(x))
  const whole = (x: Tensor): Tensor => op.argmax(op.reshape(x, [sizeOf(dimsOf(x))]), 0)
  return ofTensorOrOptions(
    what,
    '{ axis: 0 }',
    (x) => whole(signed(x)),
    (given: ArgmaxOptions) => {
      const { axis, keepDims, mask } = settings.read(given)
      return (data: unknown) => {
        const x = asTensor(what, data)
        const dims = dimsOf(x)
        const own = axis === undefined ? undefined : axisOf(what, dims, axis)
        const axes = own === undefined ? dims.map((_, i) => i) : [own]
        const checked = mask === undefined || sizeOf(dims) === 0 ? undefined : maskFor(what, mask, dims)
        const ranked = checked === undefined ? signed(x) : isLargest(signed(x), checked, axes)
        const found = own === undefined ? whole(ranked) : op.argmax(ranked, own)
        const index = keepDims ? op.reshape(found, reducedDims(dims, axes, true)) : found
        return checked === undefined ? index : unlessWrong(checked, dims, axes, keepDims, index)
      }
    }
  ) as Argmax
}

/**
 * The row-major index of the largest of all elements, or its index along an axis, the first of equals; a NaN is larger than
 * all numbers. Not differentiable. With a mask, of the elements that count, its place among all; 0 where none counts.
 *
 * @throws AxisError when the axis is out of range
 * @throws ShapeError when there is nothing along the axis, or the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1; inside `compile` and `vmap`, where no number is
 * known yet, that gives NaN
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import { argmax, tensor, toArray, toNumber } from 'grad-ts'
 *
 * const x = tensor([[1, 5, 2], [7, 0, 7]])
 * strictEqual(toNumber(argmax(x)), 3)
 * deepStrictEqual(toArray(argmax({ axis: 1 })(x)), [1, 0])
 * deepStrictEqual(toArray(argmax({ axis: 1, mask: tensor([0, 1, 1]) })(x)), [1, 2])
 * @category reduction
 * @since 0.1.0
 */
export const argmax: Argmax = argmaxBy('argmax', 1)

/**
 * The same of the smallest element: the first of equals, and a NaN before all numbers, as in NumPy.
 *
 * @throws AxisError when the axis is out of range
 * @throws ShapeError when there is nothing along the axis, or the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @see {@link argmax}
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import { argmin, tensor, toArray, toNumber } from 'grad-ts'
 *
 * const x = tensor([[1, 5, 2], [7, 0, 0]])
 * strictEqual(toNumber(argmin(x)), 4)
 * deepStrictEqual(toArray(argmin({ axis: 1, keepDims: true })(x)), [[0], [1]])
 * @category reduction
 * @since 0.1.0
 */
export const argmin: Argmax = argmaxBy('argmin', -1)
