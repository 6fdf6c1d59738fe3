import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { countKept, kept, type Mask, unlessWrong } from './mask.ts'
import { norm2 } from './norm.ts'
import { maskedMean, meanOf, unkept } from './reducers.ts'
import { countOver, type Reducers, type Reduction, reductionWith } from './reduction.ts'

/** How far numbers are spread about their mean, of any size. */

/** What `variance` and `std` take beside the options of every reduction. @category reduction @since 0.1.0 */
export interface VarianceOptions {
  /** Delta degrees of freedom: what the number of elements is less by where it divides; 1 for a sample (0). */
  readonly ddof?: number
}

const zero = op.constant(0)
const one = op.constant(1)
const lowest = op.constant(-Infinity)

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

/** The same of the elements that count, and 0 for the others. */
const maskedCentred = (what: string, x: Tensor, mask: Mask, axes: readonly number[]): Centred => {
  const shrink = shrinkOf(kept(x, mask, zero), axes)
  const small = op.mul(kept(x, mask, zero), shrink)
  const largest = op.max(op.stopGradient(kept(small, mask, lowest)), axes, true)
  const shifted = op.sub(small, op.where(countKept(mask, dimsOf(x), axes, true), largest, zero))
  const mean = maskedMean(what)(shifted, mask, axes, true)
  return { centred: op.where(mask.counts, op.sub(kept(shifted, mask, zero), mean), zero), shrink }
}

/** A measure of centred numbers, with their degrees of freedom; its axes are kept. */
type Measure = (numbers: Centred, degrees: Tensor, axes: readonly number[]) => Tensor

/** The sum of the squares over the degrees of freedom. */
const varianceOf: Measure = ({ centred, shrink }, degrees, axes) =>
  op.div(op.div(op.sum(op.square(centred), axes, true), degrees), op.square(shrink))

/** The norm over the root of the degrees of freedom. */
const stdOf: Measure = ({ centred, shrink }, degrees, axes) =>
  op.div(op.div(norm2(centred, axes, true), op.sqrt(degrees)), shrink)

const reducers = (what: string, measure: Measure, ddof: number): Reducers => ({
  f: (x, axes, keepDims) => {
    const dims = dimsOf(x)
    const degrees = countOver(what, dims, axes) - ddof
    if (degrees <= 0)
      fail('ShapeError', `${what}: ddof ${ddof} needs more elements than shape ${showDims(dims)} has in a group`)
    return unkept(measure(centredOver(what, x, axes), op.constant(degrees), axes), dims, axes, keepDims)
  },
  masked: (x, mask, axes, keepDims) => {
    const dims = dimsOf(x)
    const degrees = op.sub(countKept(mask, dims, axes, true), op.constant(ddof))
    const isDefined = op.greater(degrees, zero)
    const spread = measure(maskedCentred(what, x, mask, axes), op.where(isDefined, degrees, one), axes)
    return unkept(unlessWrong(mask, dims, axes, true, op.where(isDefined, spread, zero)), dims, axes, keepDims)
  }
})

const own = { ddof: [kinds.notNegative, 0] } as const

/**
 * The variance of all elements, or over axes, divided by their number, or by `ddof` less; of equal numbers exactly 0. No sum
 * overflows on the way: it is infinite only where the variance itself is beyond the largest number. With a mask, of the
 * elements that count; 0, with derivative 0, for no more than `ddof` of them.
 *
 * @throws ShapeError when there are no more than `ddof` elements along an axis
 * @example
 * import { strictEqual } from 'assert'
 * import { tensor, toNumber, variance } from 'grad-ts'
 *
 * strictEqual(toNumber(variance(tensor([1, 2, 3]))), 2 / 3)
 * strictEqual(toNumber(variance({ ddof: 1 })(tensor([1, 2, 3]))), 1)
 * @category reduction
 * @since 0.1.0
 */
export const variance: Reduction<VarianceOptions> = reductionWith('variance', own, ({ ddof }) =>
  reducers('variance', varianceOf, ddof)
)

/**
 * The standard deviation of all elements, or over axes: the root of `variance`, though no square overflows or vanishes on the
 * way. Its derivative is 0 where all are equal, and its second derivative, which does not exist there, NaN. With a mask, of
 * the elements that count; 0, with derivative 0, for no more than `ddof` of them.
 *
 * @throws ShapeError when there are no more than `ddof` elements along an axis
 * @example
 * import { strictEqual } from 'assert'
 * import { std, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(std({ ddof: 1 })(tensor([1, 3, 5]))), 2)
 * @category reduction
 * @since 0.1.0
 */
export const std: Reduction<VarianceOptions> = reductionWith('std', own, ({ ddof }) => reducers('std', stdOf, ddof))
