import { tensors as op } from '../tape/algebra.ts'
import { maskedMax, maskedMean, maskedMin, maskedSum, meanOf, minOf } from './reducers.ts'
import { reduction, type Reduction } from './reduction.ts'

/** Reductions: `sum(x)` of all elements, `sum({ axis, keepDims, mask })(x)` over axes and of what a mask leaves. */

export type { ReducedAxes, ReduceOptions, Reduction } from './reduction.ts'

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
export const sum: Reduction = reduction('sum', op.sum, maskedSum)

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
export const max: Reduction = reduction('max', op.max, maskedMax)

/**
 * The smallest element, or those along axes; several share the derivative equally. With a mask, of the elements that count;
 * ∞ for none, with derivative 0.
 *
 * @throws ShapeError when there is nothing along an axis
 * @category reduction
 * @since 0.1.0
 */
export const min: Reduction = reduction('min', minOf('min'), maskedMin('min'))
