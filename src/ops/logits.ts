import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { reducedDims } from '../tensor/dims.ts'
import type { BroadcastsTo, Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { countKept, kept, maskFor, type MaskOptions, maskSetting } from './mask.ts'
import {
  along,
  axisKind,
  type MaskedReducer,
  ofTensorOrOptions,
  type Reducer,
  reduction,
  type Reduction,
  together
} from './reduction.ts'

/** Softmax, its logarithm, and the logarithm of its denominator. */

/** Options of a softmax. @category activations @since 0.1.0 */
export interface SoftmaxOptions<M extends Shape = Shape> extends MaskOptions<M> {
  /** The axis of the classes; the last one when left out. */
  readonly axis?: number
}

/**
 * A softmax: of a tensor along its last axis, or, given options first, along any, of the elements that a mask leaves:
 * `softmax(x)`, `softmax({ axis: 0 })(x)`.
 *
 * @category activations
 * @since 0.1.0
 */
export interface Softmax {
  <M extends Shape = []>(options: SoftmaxOptions<M>): <S extends Shape>(x: Tensor<S> & BroadcastsTo<M, S>) => Tensor<S>
  <S extends Shape>(x: Tensor<S>): Tensor<S>
}

const zero = op.constant(0)
const lowest = op.constant(-Infinity)

type AlongAxis = (x: Tensor, axis: number) => Tensor

/** `missing`: what stands where an element does not count. */
const alongAxis = (what: string, f: AlongAxis, missing: Tensor): Softmax => {
  const settings = kinds.settings(what, { axis: [axisKind, -1], ...maskSetting })
  return ofTensorOrOptions(what, '{ axis: 0 }', along(what, -1, f), (options: SoftmaxOptions) => {
    const { axis, mask } = settings.read(options)
    return along(what, axis, (x, own) => {
      if (mask === undefined) return f(x, own)
      const checked = maskFor(what, mask, dimsOf(x))
      return op.where(checked.counts, f(kept(x, checked, lowest), own), missing)
    })
  }) as Softmax
}

/**
 * Softmax: `eˣ / Σ eˣ`, shares that add up to 1, an activation for class probabilities: along the last axis, or, given options
 * first, along any. A logit of −∞ gets 0, one of +∞ everything. With a mask, the elements that count share out 1 among them
 * and the others get 0; where nothing counts all are 0, with derivative 0. Beside a cross-entropy prefer the loss that takes
 * logits.
 *
 * @shape x S, mask broadcasts to S → S
 * @throws AxisError when there is no such axis, as for a scalar
 * @throws ShapeError when the axis is empty, or the mask does not broadcast to the shape of `x`
 * @throws ValueError when the mask has a number that is neither 0 nor 1; inside `compile` and `vmap`, where no number is
 * known yet, that gives NaN
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { softmax, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(softmax(tensor([0, 0]))), [0.5, 0.5])
 * deepStrictEqual(toArray(softmax({ axis: 0 })(tensor([[0, 5], [0, 5]]))), [[0.5, 0.5], [0.5, 0.5]])
 * const mask = tensor([[1, 1, 0], [0, 0, 0]])
 * deepStrictEqual(toArray(softmax({ mask })(tensor([[3, 3, NaN], [1, 2, 3]]))), [[0.5, 0.5, 0], [0, 0, 0]])
 * @category activations
 * @since 0.1.0
 */
export const softmax: Softmax = alongAxis('softmax', op.softmax, zero)

/**
 * The logarithm of softmax, stable. With a mask, that of the elements that count; the others are −∞, with derivative 0.
 *
 * @shape x S, mask broadcasts to S → S
 * @throws AxisError when there is no such axis, as for a scalar
 * @throws ShapeError when the axis is empty, or the mask does not broadcast to the shape of `x`
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @see {@link softmax}
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { logSoftmax, tensor, toArray } from 'grad-ts'
 *
 * const mask = tensor([1, 1, 0])
 * deepStrictEqual(toArray(logSoftmax({ mask })(tensor([7, 7, 9]))), [-Math.log(2), -Math.log(2), -Infinity])
 * @category activations
 * @since 0.1.0
 */
export const logSoftmax: Softmax = alongAxis('logSoftmax', op.logSoftmax, lowest)

/** What is above a level, chosen so that the sum is 1. */
const sparsemaxOf: AlongAxis = (x, axis) => {
  const dims = dimsOf(x)
  const shifted = op.sub(x, op.max(op.stopGradient(x), [axis], true))
  const constant = op.stopGradient(shifted)
  const beside = (at: number): Tensor => op.reshape(constant, [...dims.slice(0, at), 1, ...dims.slice(at)])
  const pairs = [...dims.slice(0, axis), dims[axis]!, ...dims.slice(axis)]
  // what the others are larger by; what a number gets is above 0 while that is less than 1 together
  const larger = op.relu(op.sub(op.broadcastTo(beside(axis), pairs), beside(axis + 1)))
  const isSupported = op.greater(op.constant(1), op.sum(larger, [axis + 1], false))
  const count = op.sum(isSupported, [axis], true)
  const total = op.sum(op.where(isSupported, shifted, zero), [axis], true)
  return op.relu(op.sub(shifted, op.div(op.sub(total, op.constant(1)), count)))
}

/**
 * Sparsemax: the nearest shares that add up to 1, as softmax with exact zeros: `max(x − t, 0)` with the level `t` that makes the
 * sum 1. Along the last axis, or, given options first, along any; by comparing all pairs along it. Piecewise linear: an element
 * that is just at the level has derivative 0. A logit of −∞ gets 0; one of +∞ gives NaN. With a mask, the elements that count
 * share out 1 among them and the others get 0; where nothing counts all are 0.
 *
 * @shape x S, mask broadcasts to S → S
 * @throws AxisError when there is no such axis, as for a scalar
 * @throws ShapeError when the axis is empty, or the mask does not broadcast to the shape of `x`
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @see Martins, Astudillo, From Softmax to Sparsemax (2016)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { sparsemax, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(sparsemax(tensor([0.5, 0, -1]))), [0.75, 0.25, 0])
 * deepStrictEqual(toArray(sparsemax({ axis: 0 })(tensor([[7, 1], [2, 1]]))), [[1, 0.5], [0, 0.5]])
 * @category activations
 * @since 0.1.0
 */
export const sparsemax: Softmax = alongAxis('sparsemax', sparsemaxOf, zero)

const logSumExpOf: Reducer = (x, axes, keepDims) => {
  const dims = dimsOf(x)
  return op.reshape(op.logSumExp(together(x, axes), dims.length - axes.length), reducedDims(dims, axes, keepDims))
}

const maskedLogSumExp: MaskedReducer = (x, mask, axes, keepDims) => {
  const isOccupied = op.greater(countKept(mask, dimsOf(x), axes, keepDims), zero)
  // forward mode would otherwise meet the NaN that is the softmax of a group of −∞
  return op.where(isOccupied, logSumExpOf(kept(x, mask, lowest), axes, keepDims), lowest)
}

/**
 * `log Σ eˣ` over all elements, or over axes, never overflowing. With a mask, of the elements that count; of none it is −∞,
 * with derivative 0.
 *
 * @throws ShapeError when there is nothing along an axis, or the mask does not broadcast to the shape of `x`
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import { logSumExp, tensor, toArray, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(logSumExp(tensor([1000, 1000]))), 1000 + Math.log(2))
 * const mask = tensor([[1, 0], [0, 0]])
 * deepStrictEqual(toArray(logSumExp({ axis: 1, mask })(tensor([[3, 9], [1, 2]]))), [3, -Infinity])
 * @category reduction
 * @since 0.1.0
 */
export const logSumExp: Reduction = reduction('logSumExp', logSumExpOf, maskedLogSumExp)
