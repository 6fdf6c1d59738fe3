import { tensors as op } from '../tape/algebra.ts'
import { type Dims, reducedDims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { Check, Ok, Reduce, Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { countKept, kept, type Mask } from './mask.ts'
import { along, type MaskedReducer, over, type Over, type Reducer, whole, type Whole } from './over.ts'
import { rootOf, scaleOf } from './scale.ts'

/** Reductions. `sum` and the like reduce all axes; `sumOver` and the like take axes, and optionally a mask. */

export type { Over, ReduceOptions, Whole } from './over.ts'

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

/** The reduction of the elements that count and of `fill` for the others. */
const filled =
  (f: Reducer, fill: Tensor): MaskedReducer =>
  (x, mask, axes, keepDims) =>
    f(kept(x, mask, fill), axes, keepDims)

/**
 * The sum of all elements; 0 for none.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import { sum, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(sum(tensor([[1, 2], [3, 4]]))), 10)
 * @category reduction
 * @since 0.1.0
 */
export const sum: Whole = whole('sum', op.sum)
/**
 * Sums over one axis or several, or over `'all'`; negative axes count from the end. With a mask, of the elements that count;
 * 0 for none.
 *
 * @throws AxisError when an axis is out of range, or named twice
 * @throws ShapeError when the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1; inside `compile` and `vmap`, where no number is
 * known yet, that gives NaN
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { sumOver, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(sumOver(0)(tensor([[1, 2], [3, 4]]))), [4, 6])
 * deepStrictEqual(toArray(sumOver(1, { keepDims: true })(tensor([[1, 2], [3, 4]]))), [[3], [7]])
 * deepStrictEqual(toArray(sumOver('all', { mask: tensor([1, 0]) })(tensor([[1, 2], [3, NaN]]))), 4)
 * @category reduction
 * @since 0.1.0
 */
export const sumOver: Over = over('sumOver', op.sum, filled(op.sum, zero))

/**
 * The mean of all elements, by their sum: where that is beyond the largest number, about 1.8e308 (3.4e38 in single precision),
 * so is the mean. With a mask, `meanOver('all', { mask })`.
 *
 * @throws ShapeError when the tensor is empty
 * @category reduction
 * @since 0.1.0
 */
export const mean: Whole = whole('mean', meanOf('mean'))
/**
 * Means over axes, or over `'all'`, by sums, which must not overflow. With a mask, of the elements that count; 0 for none,
 * with derivative 0.
 *
 * @throws ShapeError when an axis is empty, or the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { meanOver, tensor, toArray } from 'grad-ts'
 *
 * const mask = tensor([[1, 1, 0], [0, 0, 0]])
 * deepStrictEqual(toArray(meanOver(1, { mask })(tensor([[1, 4, NaN], [7, 8, 9]]))), [2.5, 0])
 * @category reduction
 * @since 0.1.0
 */
export const meanOver: Over = over('meanOver', meanOf('meanOver'), maskedMean('meanOver'))

/** The largest element; several share the derivative equally. @throws ShapeError when the tensor is empty @category reduction @since 0.1.0 */
export const max: Whole = whole('max', op.max)
/**
 * Largest elements over axes, or over `'all'`; several share the derivative equally. With a mask, of the elements that
 * count; −∞ for none, with derivative 0.
 *
 * @throws ShapeError when an axis is empty, or the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { maxOver, tensor, toArray } from 'grad-ts'
 *
 * const mask = tensor([[1, 1, 0], [0, 0, 0]])
 * deepStrictEqual(toArray(maxOver(1, { mask })(tensor([[1, 4, 9], [7, 8, 9]]))), [4, -Infinity])
 * @category reduction
 * @since 0.1.0
 */
export const maxOver: Over = over('maxOver', op.max, filled(op.max, lowest))
/** The smallest element; several share the derivative equally. @throws ShapeError when the tensor is empty @category reduction @since 0.1.0 */
export const min: Whole = whole('min', minOf('min'))
/** Smallest elements over axes. With a mask, of those that count; ∞ for none. @throws ShapeError when an axis is empty @category reduction @since 0.1.0 */
export const minOver: Over = over('minOver', minOf('minOver'), filled(minOf('minOver'), op.constant(Infinity)))

/**
 * The variance of all elements, divided by their number (not by one less); of equal numbers exactly 0. No sum overflows on
 * the way: it is infinite only where the variance itself is beyond the largest number.
 *
 * @throws ShapeError when the tensor is empty
 * @category reduction
 * @since 0.1.0
 */
export const variance: Whole = whole('variance', varianceOf('variance'))
/** Variances over axes, divided by the number of elements. With a mask, of those that count; 0 for none. @category reduction @since 0.1.0 */
export const varianceOver: Over = over('varianceOver', varianceOf('varianceOver'), maskedVariance('varianceOver'))
/**
 * The standard deviation of all elements: the root of `variance`, though no square overflows or vanishes on the way. Its
 * derivative is 0 where all are equal, and its second derivative, which does not exist there, NaN.
 *
 * @category reduction
 * @since 0.1.0
 */
export const std: Whole = whole('std', stdOf('std'))
/** Standard deviations over axes. With a mask, of the elements that count; 0 for none. @category reduction @since 0.1.0 */
export const stdOver: Over = over('stdOver', stdOf('stdOver'), maskedStd('stdOver'))

/**
 * The Euclidean (Frobenius) norm, of numbers of any size: no square overflows or vanishes on the way. Its derivative at 0
 * is 0, and its second derivative, which does not exist there, NaN. Of a norm that is subnormal, below 2.3e-308 (1.2e-38
 * in single precision), the second derivative, of the size of its inverse, may be NaN or an infinity whose sign means nothing.
 *
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { norm, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(norm(tensor([3, 4]))), 5)
 * ok(Math.abs(toNumber(norm(tensor([3e200, 4e200]))) / 5e200 - 1) < 1e-15)
 * @category reduction
 * @since 0.1.0
 */
export const norm: Whole = whole('norm', normOf)
/** Euclidean norms over axes. With a mask, of the elements that count; 0 for none. @category reduction @since 0.1.0 */
export const normOver: Over = over('normOver', normOf, filled(normOf, zero))

/**
 * The index of the largest element along an axis, the first of equals; not differentiable.
 *
 * @throws ShapeError when the axis is empty
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { argmaxOver, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(argmaxOver(1)(tensor([[1, 5, 2], [7, 0, 7]]))), [1, 0])
 * @category reduction
 * @since 0.1.0
 */
export const argmaxOver =
  <const Ax extends number>(axis: Ax) =>
  <S extends Shape>(x: Tensor<S> & Check<Reduce<S, Ax, false>>): Tensor<Ok<Reduce<S, Ax, false>>> =>
    along('argmaxOver', axis, op.argmax)(x) as never

/** The row-major index of the largest of all elements, the first of equals. @category reduction @since 0.1.0 */
export const argmax: Whole = whole('argmax', (x) => op.argmax(op.reshape(x, [sizeOf(dimsOf(x))]), 0))
