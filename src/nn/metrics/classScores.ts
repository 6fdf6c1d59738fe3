import * as kinds from '../../kinds/index.ts'
import { showDims } from '../../tensor/dims.ts'
import { fail } from '../../tensor/errors.ts'
import { asTensor } from '../../tensor/given.ts'
import { dimsOf, makeFrom, type Mat, type Tensor, valuesOf, type Vec } from '../../tensor/tensor.ts'
import { binaryPairs, categoricalPairs, countsOf, type Pairs, type ThresholdSettings } from './confusion.ts'
import type { Metric } from './metric.ts'

/** Precision, recall and F1 of a class, and their averages over classes. */

/** What is known of one class. */
interface ClassScore {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** The true positives: examples of the class that were predicted as it. */
  readonly hits: number
  /** The number of examples of the class (support). */
  readonly support: number
  /** How many examples it was predicted for. */
  readonly predicted: number
}

/** 0 / 0 is 0 here, as is usual. */
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const classScores = (classes: number, counts: Float64Array): readonly ClassScore[] => {
  const numbers = Array.from({ length: classes }, (_, i) => i)
  return numbers.map((c) => {
    const hits = counts[c * classes + c]!
    const support = sum(numbers.map((j) => counts[c * classes + j]!))
    const predicted = sum(numbers.map((i) => counts[i * classes + c]!))
    return {
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + predicted),
      hits,
      support,
      predicted
    }
  })
}

/** Precision, recall, F1 and the number of examples of every class. @category metrics @since 0.1.0 */
export interface ClassReport<C extends number> {
  /** Of the examples a class was predicted for, the share that are of it; 0 without such examples. */
  readonly precision: Vec<C>
  /** Of the examples of a class, the share it was predicted for; 0 without such examples. */
  readonly recall: Vec<C>
  /** The harmonic mean of the two; 0 when both are. */
  readonly f1: Vec<C>
  /** How many examples are of a class. */
  readonly support: Vec<C>
}

/**
 * Precision, recall, F1 and support of every class, from a confusion matrix whose rows are the true classes.
 *
 * @shape confusion [classes, classes] → four vectors [classes]
 * @throws ShapeError when the matrix is not square, or has fewer than two classes
 * @throws ValueError when a count is negative or not finite
 * @throws TracedValueError inside a function that is traced by shape alone
 * @see Sokolova, Lapalme, A Systematic Analysis of Performance Measures for Classification Tasks (2009)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, tensor, toArray } from 'grad-ts'
 *
 * const { precision, recall, f1, support } = nn.classReport(tensor([[3, 1], [0, 4]]))
 * deepStrictEqual([toArray(precision), toArray(recall)], [[1, 0.8], [0.75, 1]])
 * deepStrictEqual([toArray(f1), toArray(support)], [[6 / 7, 8 / 9], [4, 4]])
 * @category metrics
 * @since 0.1.0
 */
export const classReport = <C extends number>(confusion: Mat<C, NoInfer<C>>): ClassReport<C> => {
  const what = 'classReport'
  const given = asTensor(what, confusion)
  const [rows = 0, columns] = dimsOf(given)
  if (dimsOf(given).length !== 2 || rows !== columns || rows < 2)
    fail(
      'ShapeError',
      `${what}: needs counts of shape [classes, classes], of at least two classes, got ${showDims(dimsOf(given))}`
    )
  const counts = valuesOf(what, given)
  const wrong = counts.findIndex((count) => !(Number.isFinite(count) && count >= 0))
  if (wrong >= 0)
    fail(
      'ValueError',
      `${what}: row ${Math.floor(wrong / rows)}, column ${wrong % rows} is ${counts[wrong]}, which is not a count`
    )
  const scores = classScores(rows, counts)
  const vector = (of: (score: ClassScore) => number): Vec<C> => makeFrom<[C]>([rows], scores.map(of))
  return {
    precision: vector(({ precision }) => precision),
    recall: vector(({ recall }) => recall),
    f1: vector(({ f1 }) => f1),
    support: vector(({ support }) => support)
  }
}

/**
 * How the scores of classes become one number.
 *
 * - `macro`: their plain mean, every class counting the same; over the classes that occur, as true or as predicted.
 * - `weighted`: their mean weighted by how many examples each class has.
 * - `micro`: the score of all decisions taken together. With one class an example it is the accuracy, be it of precision,
 *   recall or F1.
 *
 * @category metrics
 * @since 0.1.0
 */
export type Average = 'macro' | 'micro' | 'weighted'

/** Binary scores of class 1, thresholded. @category metrics @since 0.1.0 */
export interface BinaryScoreSettings extends ThresholdSettings {
  readonly average?: undefined
}

/** Many classes, each with a score. @category metrics @since 0.1.0 */
export interface AveragedScoreSettings {
  readonly average: Average
  readonly threshold?: undefined
}

/**
 * A metric of two classes, or with `average` one of many.
 *
 * @category metrics
 * @since 0.1.0
 */
export type ScoreMetric = (settings?: BinaryScoreSettings | AveragedScoreSettings) => Metric

const averages: Readonly<
  Record<Average, (of: 'precision' | 'recall' | 'f1', scores: readonly ClassScore[]) => number>
> = {
  macro: (of, scores) => {
    const occurring = scores.filter(({ support, predicted }) => support + predicted > 0)
    return sum(occurring.map((score) => score[of])) / occurring.length
  },
  weighted: (of, scores) =>
    sum(scores.map((score) => score[of] * score.support)) / sum(scores.map(({ support }) => support)),
  // each example is one decision that is right or wrong: precision, recall and F1 are the share of right ones
  micro: (_, scores) => sum(scores.map(({ hits }) => hits)) / sum(scores.map(({ support }) => support))
}

const scoreMetric = (what: 'precision' | 'recall' | 'f1'): ScoreMetric => {
  const scoreSettings = kinds.settings(what, {
    threshold: [kinds.finite, undefined],
    average: [kinds.oneOf('macro', 'weighted', 'micro'), undefined]
  })
  return (settings = {}) => {
    const { threshold, average } = scoreSettings.read(settings)
    if (threshold !== undefined && average !== undefined)
      fail('ValueError', `${what}: threshold is for two classes and average for many; give one of them`)
    const of =
      (pairsOf: (targets: Tensor, scores: Tensor) => Pairs, summary: (scores: readonly ClassScore[]) => number) =>
      (targets: Tensor) =>
      (scores: Tensor): number => {
        const pairs = pairsOf(targets, scores)
        return pairs.got.includes(-1) ? NaN : summary(classScores(pairs.classes, countsOf(pairs)))
      }
    return average === undefined
      ? of(
          (targets, scores) => binaryPairs(what, threshold ?? 0.5, targets, scores),
          ([, positive]) => positive![what]
        )
      : of(
          (targets, scores) => categoricalPairs(what, `${what} without average`, targets, scores),
          (scores) => averages[average](what, scores)
        )
  }
}

/**
 * Precision: of what was predicted to be of a class, the share that is. Of two classes it is that of class 1, from one
 * score each; with `average` it is taken of every class, from rows of scores of which the largest counts, and averaged. A
 * class that is never predicted has precision 0. NaN where a score is NaN.
 *
 * @shape targets S of 0 and 1, scores S → a number; with `average`, targets [...batch, classes], one-hot, and scores alike
 * @throws ValueError when a setting is not valid, a target is neither 0 nor 1, or with `average` a row of them is not
 * one-hot
 * @throws ShapeError when the two shapes differ or are empty, or with `average` there are fewer than two classes
 * @throws TracedValueError inside a function that is traced by shape alone
 * @see Powers, Evaluation: from Precision, Recall and F-Measure to ROC (2011)
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * const probabilities = tensor([[0.9], [0.8], [0.4], [0.2]])
 * strictEqual(nn.precision()(tensor([[1], [0], [1], [0]]))(probabilities), 1 / 2)
 * strictEqual(nn.precision({ threshold: 0.3 })(tensor([[1], [0], [1], [0]]))(probabilities), 2 / 3)
 * @category metrics
 * @since 0.1.0
 */
export const precision: ScoreMetric = scoreMetric('precision')

/**
 * Recall, also known as sensitivity: of what is of a class, the share that was predicted to be. Of two classes it is that of
 * class 1; with `average` it is taken of every class. A class that has no examples has recall 0. NaN where a score is NaN.
 *
 * @shape targets S of 0 and 1, scores S → a number; with `average`, targets [...batch, classes], one-hot, and scores alike
 * @throws ValueError when a setting is not valid, a target is neither 0 nor 1, or with `average` a row of them is not
 * one-hot
 * @throws ShapeError when the two shapes differ or are empty, or with `average` there are fewer than two classes
 * @throws TracedValueError inside a function that is traced by shape alone
 * @see {@link precision}
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * const probabilities = tensor([[0.9], [0.8], [0.4], [0.2]])
 * strictEqual(nn.recall()(tensor([[1], [0], [1], [1]]))(probabilities), 1 / 3)
 * @category metrics
 * @since 0.1.0
 */
export const recall: ScoreMetric = scoreMetric('recall')

/**
 * F1: the harmonic mean of precision and recall, `2 · hits / (examples of the class + predictions of it)`. Of two classes it
 * is that of class 1; with `average` it is taken of every class, and then averaged. A class that neither occurs nor is
 * predicted has F1 0. NaN where a score is NaN.
 *
 * @shape targets S of 0 and 1, scores S → a number; with `average`, targets [...batch, classes], one-hot, and scores alike
 * @throws ValueError when a setting is not valid, a target is neither 0 nor 1, or with `average` a row of them is not
 * one-hot
 * @throws ShapeError when the two shapes differ or are empty, or with `average` there are fewer than two classes
 * @throws TracedValueError inside a function that is traced by shape alone
 * @see {@link precision}
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * strictEqual(nn.f1()(tensor([[1], [0], [1], [1]]))(tensor([[0.9], [0.8], [0.4], [0.2]])), 2 / (3 + 2))
 * const scores = tensor([[5, 1], [2, 3], [0, 1]])
 * strictEqual(nn.sparse(nn.f1({ average: 'macro' }))([0, 0, 1])(scores), 2 / 3)
 * @category metrics
 * @since 0.1.0
 */
export const f1: ScoreMetric = scoreMetric('f1')
