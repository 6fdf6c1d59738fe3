import * as kinds from '../../kinds/index.ts'
import { countPairs } from '../../kernel/tally.ts'
import { fail } from '../../tensor/errors.ts'
import type { Shape } from '../../tensor/shape.ts'
import { make, type Tensor } from '../../tensor/tensor.ts'
import { classDims, type Comparable } from '../losses/compare.ts'
import { oneHotClasses } from '../losses/distribution.ts'
import { best, binaryValues, rowsOf } from './scores.ts'

/** Confusion matrices: counts of true and predicted classes. */

/** The true class of each example and the one predicted, −1 where a NaN predicts none. */
export interface Pairs {
  readonly classes: number
  readonly wanted: Float64Array
  readonly got: Float64Array
}

/** The pairs of rows that are one-hot and rows of scores; `instead` is what takes one score of two classes. */
export const categoricalPairs = (what: string, instead: string, targets: Tensor, scores: Tensor): Pairs => {
  const dims = classDims(instead)(what, targets, scores)
  const classes = dims[dims.length - 1]!
  const wanted = oneHotClasses(what, targets)
  const row = rowsOf(what, scores, classes)
  return { classes, wanted, got: wanted.map((_, i) => best(row(i))) }
}

/** What a score must be above to predict class 1. @category metrics @since 0.1.0 */
export interface ThresholdSettings {
  /** Any finite number: 0.5 when left out, for probabilities; 0 for logits. */
  readonly threshold?: number
}

const thresholdSettings = kinds.settings('binaryConfusionMatrix', { threshold: [kinds.finite, 0.5] })

/** The pairs of targets of 0 and 1 and scores of 1. */
export const binaryPairs = (what: string, threshold: number, targets: Tensor, scores: Tensor): Pairs => {
  const [wanted, p] = binaryValues(what, targets, scores)
  return { classes: 2, wanted, got: p.map((score) => (Number.isNaN(score) ? -1 : score > threshold ? 1 : 0)) }
}

/** The counts of pairs that all predict something. */
export const countsOf = ({ classes, wanted, got }: Pairs): Float64Array => countPairs(classes, wanted, got)

const matrixOf = (what: string, pairs: Pairs): Tensor => {
  const wrong = pairs.got.indexOf(-1)
  return wrong < 0
    ? make([pairs.classes, pairs.classes], countsOf(pairs))
    : fail('ValueError', `${what}: example ${wrong} has a score of NaN, which predicts nothing`)
}

/** The confusion matrix of scores of a shape whose last dimension counts classes. @category metrics @since 0.1.0 */
export type Confusion<S extends Shape> = S extends readonly [...number[], infer C extends number]
  ? Tensor<[C, C]>
  : Tensor<[number, number]>

/**
 * How often each class was predicted for each: rows are the true classes, columns the predicted ones. What a row of scores
 * predicts is its largest, the first of equals; they may be probabilities or logits. `sparse` makes it take labels,
 * `classReport` reads it, and `confusionHeatmap` of `grad-ts/report` draws it.
 *
 * @shape targets [...batch, classes], one-hot; scores [...batch, classes] → [classes, classes]
 * @throws ValueError when a row of the targets is not one-hot, or a score is NaN
 * @throws ShapeError when the two shapes differ or are empty, or there are fewer than two classes
 * @throws TracedValueError inside a function that is traced by shape alone
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, tensor, toArray } from 'grad-ts'
 *
 * const scores = tensor([[3, 1], [0, 2], [0, 5]])
 * deepStrictEqual(toArray(nn.confusionMatrix(tensor([[1, 0], [1, 0], [0, 1]]))(scores)), [[1, 1], [0, 1]])
 * deepStrictEqual(toArray(nn.sparse(nn.confusionMatrix)([0, 0, 1])(scores)), [[1, 1], [0, 1]])
 * @category metrics
 * @since 0.1.0
 */
export const confusionMatrix =
  <T extends Shape>(targets: Tensor<T>) =>
  <S extends Shape>(scores: Tensor<S> & Comparable<T, S>): Confusion<S> =>
    matrixOf(
      'confusionMatrix',
      categoricalPairs('confusionMatrix', 'binaryConfusionMatrix', targets, scores)
    ) as unknown as Confusion<S>

/**
 * The confusion matrix of two classes, from one score each: above the threshold it predicts 1, at or below it 0. So the
 * rows read `[true negatives, false positives]`, `[false negatives, true positives]`.
 *
 * @shape targets S of 0 and 1, scores S → [2, 2]
 * @throws ValueError when the threshold is not finite, a target is neither 0 nor 1, or a score is NaN
 * @throws ShapeError when the two shapes differ or are empty
 * @throws TracedValueError inside a function that is traced by shape alone
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, tensor, toArray } from 'grad-ts'
 *
 * const counts = nn.binaryConfusionMatrix()(tensor([[0], [0], [1], [1]]))(tensor([[0.1], [0.8], [0.5], [0.9]]))
 * deepStrictEqual(toArray(counts), [[1, 1], [1, 1]])
 * @category metrics
 * @since 0.1.0
 */
export const binaryConfusionMatrix = (settings: ThresholdSettings = {}) => {
  const what = 'binaryConfusionMatrix'
  const { threshold } = thresholdSettings.read(settings)
  return <T extends Shape>(targets: Tensor<T>) =>
    <S extends Shape>(scores: Tensor<S> & Comparable<T, S>): Tensor<[2, 2]> =>
      matrixOf(what, binaryPairs(what, threshold, targets, scores)) as unknown as Tensor<[2, 2]>
}
