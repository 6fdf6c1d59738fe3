import * as kinds from '../../kinds/index.ts'
import { countLargestAt, countRight } from '../../kernel/largest.ts'
import { fail } from '../../tensor/errors.ts'
import { type Tensor, valuesOf } from '../../tensor/tensor.ts'
import { classDims } from '../losses/compare.ts'
import { oneHotClasses } from '../losses/distribution.ts'
import type { Metric } from './metric.ts'
import { best, binaryValues, rowsOf, share } from './scores.ts'

/** Accuracies: the share of correct predictions. */

const binaryAccuracySettings = kinds.settings('binaryAccuracy', { threshold: [kinds.finite, 0.5] })
const topKAccuracySettings = kinds.settings('topKAccuracy', { k: kinds.size })

/**
 * The share, from 0 to 1, of scores on the right side of a threshold: above it predicts 1, at or below it 0. The threshold is
 * 0.5, for probabilities; for logits it is 0. A NaN is never right.
 *
 * @shape targets S of 0 and 1, scores S → a number
 * @throws ValueError when the threshold is not finite, or a target is neither 0 nor 1
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
 * strictEqual(nn.binaryAccuracy({ threshold: 0 })(tensor([[1], [0]]))(tensor([[3], [0.1]])), 0.5)
 * @category metrics
 * @since 0.1.0
 */
export const binaryAccuracy = (
  settings: {
    /** 0.5 when left out. */
    readonly threshold?: number
  } = {}
): Metric => {
  const { threshold } = binaryAccuracySettings.read(settings)
  return (targets: Tensor) => (scores: Tensor) => {
    const [y, values] = binaryValues('binaryAccuracy', targets, scores)
    return countRight(y, values, threshold) / values.length
  }
}

/**
 * The share, from 0 to 1, of rows whose largest score is at the class of the target. Scores may be probabilities or
 * logits; the first of equal scores counts, and a row with a NaN is never right. `sparse` makes it take labels.
 *
 * @shape targets [...batch, classes], one-hot; scores [...batch, classes] → a number
 * @throws ValueError when a row of the targets is not one-hot
 * @throws ShapeError when the two shapes differ or are empty, or there are fewer than two classes
 * @throws TracedValueError inside a function that is traced by shape alone
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * const scores = tensor([[-1, 2], [0.3, 0.4]])
 * strictEqual(nn.categoricalAccuracy(tensor([[0, 1], [1, 0]]))(scores), 0.5)
 * strictEqual(nn.sparse(nn.categoricalAccuracy)([1, 0])(scores), 0.5)
 * @category metrics
 * @since 0.1.0
 */
export const categoricalAccuracy: Metric = (targets: Tensor) => (scores: Tensor) => {
  const what = 'categoricalAccuracy'
  const dims = classDims('binaryAccuracy')(what, targets, scores)
  const classes = dims[dims.length - 1]!
  const wanted = oneHotClasses(what, targets)
  return countLargestAt(wanted, valuesOf(what, scores), classes) / wanted.length
}

/** How many classes score more than one, and equals that stand before it. */
const rankOf = (row: Float64Array, at: number): number =>
  row.reduce((above, score, i) => above + (score > row[at]! || (score === row[at] && i < at) ? 1 : 0), 0)

/**
 * The share, from 0 to 1, of rows in which the class of the target has one of the `k` largest scores. Scores may be
 * probabilities or logits; of equal scores the first ones count, and a row with a NaN is never right. With `k: 1` it is
 * `categoricalAccuracy`; `sparse` makes it take labels.
 *
 * @shape targets [...batch, classes], one-hot; scores [...batch, classes] → a number
 * @throws ValueError when `k` is not a whole number of at least 1, or, at a call, is above the number of classes; or when a row
 * of the targets is not one-hot
 * @throws ShapeError when the two shapes differ or are empty, or there are fewer than two classes
 * @throws TracedValueError inside a function that is traced by shape alone
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * const targets = tensor([[1, 0, 0], [0, 0, 1]])
 * const scores = tensor([[0.3, 0.6, 0.1], [0.5, 0.4, 0.1]])
 * strictEqual(nn.topKAccuracy({ k: 1 })(targets)(scores), 0)
 * strictEqual(nn.topKAccuracy({ k: 2 })(targets)(scores), 0.5)
 * @category metrics
 * @since 0.1.0
 */
export const topKAccuracy = (settings: { readonly k: number }): Metric => {
  const what = 'topKAccuracy'
  const { k } = topKAccuracySettings.read(settings)
  return (targets: Tensor) => (scores: Tensor) => {
    const dims = classDims('binaryAccuracy')(what, targets, scores)
    const classes = dims[dims.length - 1]!
    if (k > classes) fail('ValueError', `${what}: k must be at most the number of classes, ${classes}, got ${k}`)
    const wanted = oneHotClasses(what, targets)
    const got = rowsOf(what, scores, classes)
    return share(wanted.length, (i) => best(got(i)) >= 0 && rankOf(got(i), wanted[i]!) < k)
  }
}
