import { tensors as op } from '../tape/algebra.ts'
import { type Dims, reducedDims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { countKept, kept, type Mask } from './mask.ts'
import { filled, type MaskedReducer, type Reducer, reduction, type Reduction } from './reduction.ts'
import { rootOf, scaleOf } from './scale.ts'

/** Reductions: `sum(x)` of all elements, `sum({ axis, keepDims, mask })(x)` over axes and of what a mask leaves. */

export type { ReducedAxes, ReduceOptions, Reduction } from './reduction.ts'

const zero = op.constant(0)
const one = op.constant(1)
const lowest = op.constant(-Infinity)

const countOver = (what: string, dims: Dims, axes: readonly number[]): number => {
  const count = sizeOf(axes.map((axis) => dims[axis]!))
  return count === 0
    ? fail('ShapeError', `${what}: cannot reduce an empty tensor: shape ${showDims(dims)} is empty`)
    : count
}

const meanOf =
  (what: string): Reducer =>
  (x, axes, keepDims) =>
    op.div(op.sum(x, axes, keepDims), op.constant(countOver(what, dimsOf(x), axes)))

const unkept = (x: Tensor, dims: Dims, axes: readonly number[], keepDims: boolean): Tensor =>
  keepDims ? x : op.reshape(x, reducedDims(dims, axes, false))

/** `√Σ x²`, scaled so that no square overflows or vanishes. */
const normOf: Reducer = (x, axes, keepDims) => {
  const dims = dimsOf(x)
  if (sizeOf(dims) === 0) return op.sum(x, axes, keepDims)
  const scale = scaleOf(op.max(op.abs(op.stopGradient(x)), axes, true))
  const norm = op.mul(rootOf(op.sum(op.square(op.div(x, scale)), axes, true)), scale)
  return unkept(norm, dims, axes, keepDims)
}

/** Above this sums of some millions of numbers, and of their squares, are taken of numbers times `SHRINK`, in both precisions. */
const LARGE = 2 ** 32
const SHRINK = 2 ** -30

/** What numbers are multiplied by, a power of two, so that neither their differences nor the sums of those overflow. */
const shrinkOf = (x: Tensor, axes: readonly number[]): Tensor =>
  op.where(op.greater(op.max(op.abs(op.stopGradient(x)), axes, true), op.constant(LARGE)), op.constant(SHRINK), one)

/** Numbers without their mean, times `shrink`. */
interface Centred {
  readonly centred: Tensor
  readonly shrink: Tensor
}

/** The largest element is taken off before the mean: equal numbers, whose mean may be rounded, are then exactly 0. */
const centredOver = (what: string, x: Tensor, axes: readonly number[]): Centred => {
  const shrink = shrinkOf(x, axes)
  const small = op.mul(x, shrink)
  const shifted = op.sub(small, op.max(op.stopGradient(small), axes, true))
  return { centred: op.sub(shifted, meanOf(what)(shifted, axes, true)), shrink }
}

/** The norm of centred numbers over the root of their number. */
const deviationOf = ({ centred, shrink }: Centred, root: Tensor, axes: readonly number[], keepDims: boolean): Tensor =>
  unkept(op.div(op.div(normOf(centred, axes, true), root), shrink), dimsOf(centred), axes, keepDims)

/** The sum of the squares of centred numbers over their number. */
const spreadOf = ({ centred, shrink }: Centred, count: Tensor, axes: readonly number[], keepDims: boolean): Tensor => {
  const mean = op.div(op.sum(op.square(centred), axes, true), count)
  return unkept(op.div(mean, op.square(shrink)), dimsOf(centred), axes, keepDims)
}

const varianceOf =
  (what: string): Reducer =>
  (x, axes, keepDims) => {
    const count = op.constant(countOver(what, dimsOf(x), axes))
    return spreadOf(centredOver(what, x, axes), count, axes, keepDims)
  }

const stdOf =
  (what: string): Reducer =>
  (x, axes, keepDims) => {
    const root = op.constant(Math.sqrt(countOver(what, dimsOf(x), axes)))
    return deviationOf(centredOver(what, x, axes), root, axes, keepDims)
  }

/** −max(−x). */
const minOf =
  (what: string): Reducer =>
  (x, axes, keepDims) => {
    countOver(what, dimsOf(x), axes)
    return op.neg(op.max(op.neg(x), axes, keepDims))
  }

/** How many elements count, at least 1: a mean of none is 0 / 1. */
const divisor = (mask: Mask, x: Tensor, axes: readonly number[], keepDims: boolean): Tensor =>
  op.maximum(countKept(mask, dimsOf(x), axes, keepDims), one)

const maskedMean =
  (what: string): MaskedReducer =>
  (x, mask, axes, keepDims) => {
    countOver(what, dimsOf(x), axes)
    return op.div(op.sum(kept(x, mask, zero), axes, keepDims), divisor(mask, x, axes, keepDims))
  }

/** The same of the elements that count, and 0 for the others. */
const maskedCentred = (what: string, x: Tensor, mask: Mask, axes: readonly number[]): Centred => {
  const shrink = shrinkOf(kept(x, mask, zero), axes)
  const small = op.mul(kept(x, mask, zero), shrink)
  const largest = op.max(op.stopGradient(kept(small, mask, lowest)), axes, true)
  const shifted = op.sub(small, op.where(countKept(mask, dimsOf(x), axes, true), largest, zero))
  const mean = maskedMean(what)(shifted, mask, axes, true)
  return { centred: op.where(mask.counts, op.sub(kept(shifted, mask, zero), mean), zero), shrink }
}

const maskedVariance =
  (what: string): MaskedReducer =>
  (x, mask, axes, keepDims) =>
    spreadOf(maskedCentred(what, x, mask, axes), divisor(mask, x, axes, true), axes, keepDims)

const maskedStd =
  (what: string): MaskedReducer =>
  (x, mask, axes, keepDims) =>
    deviationOf(maskedCentred(what, x, mask, axes), op.sqrt(divisor(mask, x, axes, true)), axes, keepDims)

/**
 * The sum of all elements, or over axes. With a mask, of the elements that count; 0 for none.
 *
 * @throws AxisError when an axis is out of range, or named twice
 * @throws ShapeError when the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1; inside `compile` and `vmap`, where no number is
 * known yet, that gives NaN
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import { sum, tensor, toArray, toNumber } from 'grad-ts'
 *
 * const x = tensor([[1, 2], [3, 4]])
 * strictEqual(toNumber(sum(x)), 10)
 * deepStrictEqual(toArray(sum({ axis: 0 })(x)), [4, 6])
 * deepStrictEqual(toArray(sum({ axis: 1, keepDims: true })(x)), [[3], [7]])
 * strictEqual(toNumber(sum({ mask: tensor([1, 0]) })(tensor([[1, 2], [3, NaN]]))), 4)
 * @category reduction
 * @since 0.1.0
 */
export const sum: Reduction = reduction('sum', op.sum, filled(op.sum, zero))

/**
 * The mean of all elements, or over axes, by their sum: where that is beyond the largest number, about 1.8e308 (3.4e38 in
 * single precision), so is the mean. With a mask, of the elements that count; 0 for none, with derivative 0.
 *
 * @throws ShapeError when there is nothing along an axis, or the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { mean, tensor, toArray } from 'grad-ts'
 *
 * const mask = tensor([[1, 1, 0], [0, 0, 0]])
 * deepStrictEqual(toArray(mean({ axis: 1, mask })(tensor([[1, 4, NaN], [7, 8, 9]]))), [2.5, 0])
 * @category reduction
 * @since 0.1.0
 */
export const mean: Reduction = reduction('mean', meanOf('mean'), maskedMean('mean'))

/**
 * The largest element, or those along axes; several share the derivative equally. With a mask, of the elements that count;
 * −∞ for none, with derivative 0.
 *
 * @throws ShapeError when there is nothing along an axis, or the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { max, tensor, toArray } from 'grad-ts'
 *
 * const mask = tensor([[1, 1, 0], [0, 0, 0]])
 * deepStrictEqual(toArray(max({ axis: 1, mask })(tensor([[1, 4, 9], [7, 8, 9]]))), [4, -Infinity])
 * @category reduction
 * @since 0.1.0
 */
export const max: Reduction = reduction('max', op.max, filled(op.max, lowest))
/**
 * The smallest element, or those along axes; several share the derivative equally. With a mask, of the elements that count;
 * ∞ for none, with derivative 0.
 *
 * @throws ShapeError when there is nothing along an axis
 * @category reduction
 * @since 0.1.0
 */
export const min: Reduction = reduction('min', minOf('min'), filled(minOf('min'), op.constant(Infinity)))

/**
 * The variance of all elements, or over axes, divided by their number (not by one less); of equal numbers exactly 0. No sum
 * overflows on the way: it is infinite only where the variance itself is beyond the largest number. With a mask, of the
 * elements that count; 0 for none.
 *
 * @throws ShapeError when there is nothing along an axis
 * @category reduction
 * @since 0.1.0
 */
export const variance: Reduction = reduction('variance', varianceOf('variance'), maskedVariance('variance'))
/**
 * The standard deviation of all elements, or over axes: the root of `variance`, though no square overflows or vanishes on the
 * way. Its derivative is 0 where all are equal, and its second derivative, which does not exist there, NaN. With a mask, of
 * the elements that count; 0 for none.
 *
 * @category reduction
 * @since 0.1.0
 */
export const std: Reduction = reduction('std', stdOf('std'), maskedStd('std'))

/**
 * The Euclidean (Frobenius) norm of all elements, or over axes, of numbers of any size: no square overflows or vanishes on
 * the way. Its derivative at 0 is 0, and its second derivative, which does not exist there, NaN. Of a norm that is subnormal,
 * below 2.3e-308 (1.2e-38 in single precision), the second derivative, of the size of its inverse, may be NaN or an infinity
 * whose sign means nothing. With a mask, of the elements that count; 0 for none.
 *
 * @example
 * import { deepStrictEqual, ok, strictEqual } from 'assert'
 * import { norm, tensor, toArray, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(norm(tensor([3, 4]))), 5)
 * deepStrictEqual(toArray(norm({ axis: 1 })(tensor([[3, 4], [0, -2]]))), [5, 2])
 * ok(Math.abs(toNumber(norm(tensor([3e200, 4e200]))) / 5e200 - 1) < 1e-15)
 * @category reduction
 * @since 0.1.0
 */
export const norm: Reduction = reduction('norm', normOf, filled(normOf, zero))
