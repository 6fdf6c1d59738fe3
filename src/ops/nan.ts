import { tensors as op } from '../tape/algebra.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { maskedMax, maskedMean, maskedMin, maskedSum } from './reducers.ts'
import { type MaskedReducer, reduction, type Reduction } from './reduction.ts'

/** Reductions of the numbers among elements: those that are NaN do not count. */

const isNumber = (x: Tensor): Tensor => op.equal(x, x)

/** A masked reduction, with a mask of the numbers. */
const ofNumbers = (what: string, f: MaskedReducer): Reduction =>
  reduction(
    what,
    (x, axes, keepDims) => f(x, { counts: isNumber(x), guard: null }, axes, keepDims),
    (x, { counts, guard }, axes, keepDims) =>
      f(x, { counts: op.where(counts, isNumber(x), op.constant(0)), guard }, axes, keepDims)
  )

/**
 * The sum of the elements that are not NaN; 0 for none. Those that are have derivative 0.
 *
 * @throws ShapeError when the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nanSum, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(nanSum({ axis: 1 })(tensor([[1, NaN, 3], [NaN, NaN, NaN]]))), [4, 0])
 * @category reduction
 * @since 0.1.0
 */
export const nanSum: Reduction = ofNumbers('nanSum', maskedSum)

/**
 * The mean of the elements that are not NaN; 0, with derivative 0, for none, where NumPy gives NaN. Those that are have
 * derivative 0.
 *
 * @throws ShapeError when there is nothing along an axis, or the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { grad, nanMean, tensor, toArray, type Vec } from 'grad-ts'
 *
 * deepStrictEqual(toArray(grad((x: Vec<3>) => nanMean(x))(tensor([1, NaN, 3]))), [0.5, 0, 0.5])
 * @category reduction
 * @since 0.1.0
 */
export const nanMean: Reduction = ofNumbers('nanMean', maskedMean('nanMean'))

/**
 * The largest of the elements that are not NaN; −∞, with derivative 0, for none, where NumPy gives NaN. Several share the
 * derivative equally.
 *
 * @throws ShapeError when there is nothing along an axis, or the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @example
 * import { strictEqual } from 'assert'
 * import { nanMax, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(nanMax(tensor([1, NaN, 3]))), 3)
 * @category reduction
 * @since 0.1.0
 */
export const nanMax: Reduction = ofNumbers('nanMax', maskedMax)

/**
 * The smallest of the elements that are not NaN; ∞, with derivative 0, for none, where NumPy gives NaN. Several share the
 * derivative equally.
 *
 * @throws ShapeError when there is nothing along an axis, or the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @example
 * import { strictEqual } from 'assert'
 * import { nanMin, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(nanMin(tensor([NaN, 3, 1]))), 1)
 * @category reduction
 * @since 0.1.0
 */
export const nanMin: Reduction = ofNumbers('nanMin', maskedMin('nanMin'))
