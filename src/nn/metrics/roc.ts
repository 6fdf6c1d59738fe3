import { countAbove, type ThresholdCounts } from '../../kernel/tally.ts'
import { fail } from '../../tensor/errors.ts'
import type { Shape } from '../../tensor/shape.ts'
import { make, type Tensor, type Vec } from '../../tensor/tensor.ts'
import type { Comparable } from '../losses/compare.ts'
import type { Metric } from './metric.ts'
import { binaryValues } from './scores.ts'

/** Ranking metrics of binary scores, over all thresholds: the ROC curve and the area under it. */

/**
 * Points of a receiver operating characteristic, from (0, 0) to (1, 1).
 *
 * @category metrics
 * @since 0.1.0
 */
export interface RocCurve {
  /** Of the examples of class 0, the share that score at least the threshold. */
  readonly falsePositiveRate: Vec
  /** Of the examples of class 1, the share that do. */
  readonly truePositiveRate: Vec
  /** ∞, where nothing is predicted to be 1, and then every score that occurs, from the largest down. */
  readonly thresholds: Vec
}

/** The counts, which need both classes: a rate of none is not defined. */
const countsOf = (
  what: string,
  y: Float64Array,
  p: Float64Array
): ThresholdCounts & { readonly ones: number; readonly zeros: number } => {
  const counts = countAbove(y, p)
  const [ones, zeros] = [counts.positives.at(-1)!, counts.negatives.at(-1)!]
  return ones > 0 && zeros > 0
    ? { ...counts, ones, zeros }
    : fail('ValueError', `${what}: needs targets of both classes, got only ${ones > 0 ? 1 : 0}`)
}

/**
 * The receiver operating characteristic: the rates of true and of false positives as the threshold falls, where an example
 * that scores at least the threshold is predicted to be of class 1. There is one point for every score that occurs, ties
 * taken together, and one before them. Scores may be probabilities, logits, or anything that rises with the belief in 1.
 *
 * @shape targets S of 0 and 1, scores S → three vectors
 * @throws ValueError when a target is neither 0 nor 1, all targets are of one class, or a score is NaN
 * @throws ShapeError when the two shapes differ or are empty
 * @throws TracedValueError inside a function that is traced by shape alone
 * @see Fawcett, An Introduction to ROC Analysis (2006)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, tensor, toArray } from 'grad-ts'
 *
 * const curve = nn.rocCurve(tensor([0, 0, 1, 1]))(tensor([0.1, 0.4, 0.35, 0.8]))
 * deepStrictEqual(toArray(curve.falsePositiveRate), [0, 0, 0.5, 0.5, 1])
 * deepStrictEqual(toArray(curve.truePositiveRate), [0, 0.5, 0.5, 1, 1])
 * deepStrictEqual(toArray(curve.thresholds), [Infinity, 0.8, 0.4, 0.35, 0.1])
 * @category metrics
 * @since 0.1.0
 */
export const rocCurve =
  <T extends Shape>(targets: Tensor<T>) =>
  <S extends Shape>(scores: Tensor<S> & Comparable<T, S>): RocCurve => {
    const what = 'rocCurve'
    const [y, p] = binaryValues(what, targets, scores)
    const wrong = p.findIndex(Number.isNaN)
    if (wrong >= 0) fail('ValueError', `${what}: example ${wrong} has a score of NaN, which cannot be ranked`)
    const { thresholds, positives, negatives, ones, zeros } = countsOf(what, y, p)
    const vector = (values: Float64Array): Vec => make([values.length], values)
    return {
      falsePositiveRate: vector(negatives.map((count) => count / zeros)),
      truePositiveRate: vector(positives.map((count) => count / ones)),
      thresholds: vector(thresholds)
    }
  }

/**
 * The area under the receiver operating characteristic, by trapezoids: the probability that an example of class 1 scores
 * above one of class 0, where a tie counts half. 1 is a perfect order, 0.5 no better than chance, 0 the reverse. Only the
 * order of the scores matters. NaN where a score is NaN.
 *
 * @shape targets S of 0 and 1, scores S → a number
 * @throws ValueError when a target is neither 0 nor 1, or all targets are of one class
 * @throws ShapeError when the two shapes differ or are empty
 * @throws TracedValueError inside a function that is traced by shape alone
 * @see Hanley, McNeil, The Meaning and Use of the Area under a Receiver Operating Characteristic Curve (1982)
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * strictEqual(nn.rocAuc(tensor([0, 0, 1, 1]))(tensor([0.1, 0.4, 0.35, 0.8])), 0.75)
 * strictEqual(nn.rocAuc(tensor([0, 1]))(tensor([3, 3])), 0.5)
 * @category metrics
 * @since 0.1.0
 */
export const rocAuc: Metric = (targets: Tensor) => (scores: Tensor) => {
  const what = 'rocAuc'
  const [y, p] = binaryValues(what, targets, scores)
  const { positives, negatives, ones, zeros } = countsOf(what, y, p)
  if (p.some(Number.isNaN)) return NaN
  // twice the area in whole numbers, so that nothing is rounded before the end
  const twice = negatives.reduce(
    (area, count, i) => (i === 0 ? 0 : area + (count - negatives[i - 1]!) * (positives[i]! + positives[i - 1]!)),
    0
  )
  return twice / (2 * ones * zeros)
}
