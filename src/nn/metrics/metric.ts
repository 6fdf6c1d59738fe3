import * as kinds from '../../kinds/index.ts'
import { oneHot } from '../../ops/index.ts'
import type { Shape } from '../../tensor/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { classLabels, type Comparable, countLabels, labelledDims, type Labels } from '../losses/compare.ts'

/** Metrics: plain numbers that report how good a model is. They are not differentiable. */

/**
 * A metric: a plain number from targets, then predictions of exactly the same shape.
 *
 * @category metrics
 * @since 0.1.0
 */
export type Metric = <T extends Shape>(
  targets: Tensor<T>
) => <S extends Shape>(predictions: Tensor<S> & Comparable<T, S>) => number

/**
 * A metric that takes class labels, then one row of scores for each.
 *
 * @category metrics
 * @since 0.1.0
 */
export type SparseMetric = OfLabels<number>

/** What is found from class labels, then one row of scores for each. @category metrics @since 0.1.0 */
export type OfLabels<A> = <N extends number>(
  labels: Labels<N>
) => <M extends number>(scores: Tensor<[M, number]> & Comparable<[N], [M]>) => A

/**
 * What takes rows of zeros with a one as its targets, made to take class labels, whole numbers from 0: a metric, or the
 * count of a confusion matrix.
 *
 * @shape labels [batch], scores [batch, classes] → what the metric gives
 * @throws ShapeError when there is not one row of scores for each label, or none at all, or one class
 * @throws IndexError when a label is not a class
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * const secondBest = nn.sparse(nn.topKAccuracy({ k: 2 }))
 * strictEqual(secondBest([0, 2])(tensor([[0.3, 0.6, 0.1], [0.5, 0.4, 0.1]])), 0.5)
 * @category metrics
 * @since 0.1.0
 */
export const sparse = <A>(
  of: (targets: Tensor<[number, number]>) => (scores: Tensor<[number, number]>) => A
): OfLabels<A> => {
  const what = 'sparse'
  kinds.mustBe(kinds.anyFunction, 'sparse: metric', of)
  return (labels: Labels) => (scores: Tensor<[number, number]>) => {
    const [, classes] = labelledDims('a binary metric')(what, countLabels(what, labels), scores)
    return kinds.mustBe(
      kinds.anyFunction,
      `${what}: the result of the metric for targets`,
      of(oneHot(classes)(classLabels(what, labels, classes)))
    )(scores)
  }
}
