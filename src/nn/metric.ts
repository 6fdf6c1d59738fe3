import { checkProbability, showGot } from '../random/settings.ts'
import { fail } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { type Tensor, valuesOf } from '../tensor/tensor.ts'
import { classDims, type Comparable, comparedDims, countLabels, labelledDims, type Labels } from './compare.ts'

/** Metrics: what a person wants to know of a model, as a plain number. They are not differentiable. */

/**
 * A metric: a plain number from targets, then predictions of exactly the same shape.
 *
 * @category metrics
 * @since 0.1.0
 */
export type Metric = <T extends Shape>(
  targets: Tensor<T>
) => <S extends Shape>(predictions: Tensor<S> & Comparable<T, S>) => number

/** The share of places where something holds. */
const share = (n: number, holds: (i: number) => boolean): number =>
  Array.from({ length: n }, (_, i) => i).reduce((count, i) => count + (holds(i) ? 1 : 0), 0) / n

const binary =
  (what: string, bound: number): Metric =>
  (targets: Tensor) =>
  (predictions: Tensor) => {
    comparedDims(what, targets, predictions)
    const [y, p] = [valuesOf(what, targets), valuesOf(what, predictions)]
    const wrong = y.findIndex((target) => target !== 0 && target !== 1)
    if (wrong >= 0) fail('ValueError', `${what}: targets must be 0 or 1, got ${showGot(y[wrong])} at position ${wrong}`)
    return share(p.length, (i) => (y[i] === 1 ? p[i]! > bound : p[i]! <= bound))
  }

/**
 * The share, from 0 to 1, of probabilities on the right side of a threshold: above it predicts 1, at or below it 0. A NaN
 * is never right.
 *
 * @shape targets S of 0 and 1, probabilities S → a number
 * @throws ValueError when the threshold is not from 0 to 1, or a target is neither 0 nor 1
 * @throws ShapeError when the two shapes differ or are empty
 * @throws TracedValueError inside a function that is traced by shape alone
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * const targets = tensor([[1], [0], [1], [1]])
 * const probabilities = tensor([[0.9], [0.2], [0.4], [0.7]])
 * strictEqual(nn.binaryAccuracy()(targets)(probabilities), 0.75)
 * strictEqual(nn.binaryAccuracy({ threshold: 0.3 })(targets)(probabilities), 1)
 * @category metrics
 * @since 0.1.0
 */
export const binaryAccuracy = (
  settings: {
    /** 0.5 when left out. */
    readonly threshold?: number
  } = {}
): Metric => binary('binaryAccuracy', checkProbability('binaryAccuracy', 'threshold', settings.threshold ?? 0.5))

/**
 * The share, from 0 to 1, of logits of the right sign: above 0 predicts 1, at or below it 0. A NaN is never right.
 *
 * @shape targets S of 0 and 1, logits S → a number
 * @throws ValueError when a target is neither 0 nor 1
 * @throws ShapeError when the two shapes differ or are empty
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * strictEqual(nn.binaryAccuracyFromLogits(tensor([[1], [0]]))(tensor([[3], [0.1]])), 0.5)
 * @category metrics
 * @since 0.1.0
 */
export const binaryAccuracyFromLogits: Metric = binary('binaryAccuracyFromLogits', 0)

/** The index of the largest, the first of equals; −1 when one is NaN. */
const best = (row: Float64Array): number =>
  row.some(Number.isNaN) ? -1 : row.reduce((top, value, i) => (value > row[top]! ? i : top), 0)

const rows = (what: string, x: Tensor, classes: number): ((i: number) => Float64Array) => {
  const values = valuesOf(what, x)
  return (i) => values.subarray(i * classes, (i + 1) * classes)
}

/**
 * The share, from 0 to 1, of rows whose largest score is at the class of the target. Scores may be probabilities or
 * logits; the first of equal scores counts, and a row with a NaN is never right.
 *
 * @shape targets [...batch, classes], one-hot; scores [...batch, classes] → a number
 * @throws ShapeError when the two shapes differ, are empty or have no axis of classes
 * @throws TracedValueError inside a function that is traced by shape alone
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * strictEqual(nn.categoricalAccuracy(tensor([[0, 1], [1, 0]]))(tensor([[-1, 2], [0.3, 0.4]])), 0.5)
 * @category metrics
 * @since 0.1.0
 */
export const categoricalAccuracy: Metric = (targets: Tensor) => (scores: Tensor) => {
  const what = 'categoricalAccuracy'
  const dims = classDims(what, targets, scores)
  const classes = dims[dims.length - 1]!
  const [wanted, got] = [rows(what, targets, classes), rows(what, scores, classes)]
  const examples = valuesOf(what, scores).length / classes
  return share(examples, (i) => best(got(i)) === best(wanted(i)) && best(got(i)) >= 0)
}

/**
 * A metric that takes class labels, then one row of scores for each.
 *
 * @category metrics
 * @since 0.1.0
 */
export type SparseMetric = <N extends number>(
  labels: Labels<N>
) => <M extends number>(scores: Tensor<[M, number]> & Comparable<[N], [M]>) => number

/**
 * The share, from 0 to 1, of rows whose largest score is at the label. Scores may be probabilities or logits; the first of
 * equal scores counts, and a row with a NaN is never right.
 *
 * @shape labels [batch], scores [batch, classes] → a number
 * @throws ShapeError when there is not one row of scores for each label, or none at all
 * @throws IndexError when a label is not a class
 * @throws TracedValueError inside a function that is traced by shape alone
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * strictEqual(nn.sparseAccuracy([1, 0])(tensor([[-1, 2], [0.3, 0.4]])), 0.5)
 * @category metrics
 * @since 0.1.0
 */
export const sparseAccuracy: SparseMetric = (labels: Labels) => (scores: Tensor) => {
  const what = 'sparseAccuracy'
  const [examples, classes] = labelledDims(what, countLabels(what, labels), scores)
  const wanted = 'shape' in labels ? valuesOf(what, labels) : labels
  const wrong = Array.from(wanted).findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes))
  if (wrong >= 0)
    fail(
      'IndexError',
      `${what}: label ${showGot(wanted[wrong])} at position ${wrong} is not a class; use whole numbers from 0 to ${classes - 1}`
    )
  const row = rows(what, scores, classes)
  return share(examples, (i) => best(row(i)) === wanted[i])
}
