import { oneHot } from '../ops/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { type Dims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asRecord } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'
import { classDims, type Comparable, comparedDims, countLabels, labelledDims, type Labels } from './compare.ts'
import { checkPositive } from './settings.ts'

/**
 * Losses: `loss(targets)(predictions)` is one number to make small. Each is a mean and its gradient is the gradient of
 * that mean, the division by the number of examples included. Nothing is added inside a logarithm: where a target is 0,
 * its term is exactly 0, and so is its derivative.
 */

/**
 * A loss: one number from targets, then predictions of exactly the same shape.
 *
 * @category losses
 * @since 0.1.0
 */
export type Loss = <T extends Shape>(
  targets: Tensor<T>
) => <S extends Shape>(predictions: Tensor<S> & Comparable<T, S>) => Scalar

/** Of both: their shape was checked. */
type Compare = (targets: Tensor, predictions: Tensor, dims: Dims) => Tensor

const loss = (
  what: string,
  dimsOfBoth: (what: string, targets: Tensor, predictions: Tensor) => Dims,
  compare: Compare
): Loss =>
  ((targets: Tensor) => (predictions: Tensor) =>
    compare(targets, predictions, dimsOfBoth(what, targets, predictions))) as unknown as Loss

const total = (x: Tensor): Tensor =>
  op.sum(
    x,
    op.dims(x).map((_, axis) => axis),
    false
  )
const meanOf = (x: Tensor): Tensor => op.div(total(x), op.constant(sizeOf(op.dims(x))))

/** All axes but the last count examples. */
const examplesIn = (dims: Dims): number => sizeOf(dims.slice(0, -1))

/** `0 − x`, since a loss of `−0` reads badly. */
const opposite = (x: Tensor): Tensor => op.sub(op.constant(0), x)

const complement = (x: Tensor): Tensor => op.sub(op.constant(1), x)

/**
 * Binary cross-entropy of probabilities, the mean over all elements, in nats:
 * `−mean(y · log p + (1 − y) · log(1 − p))`. `0 · log 0` is 0, with a finite derivative; a wrong certainty costs ∞.
 * Probabilities outside [0, 1] give NaN. From logits, prefer `binaryCrossEntropyWithLogits`.
 *
 * The lesson "Complete NumPy Implementation" adds 1e-8 inside each logarithm, and leaves the mean out of its gradient.
 *
 * @shape targets S, probabilities S → []
 * @throws ShapeError when the two shapes differ or are empty
 * @see Goodfellow, Bengio, Courville, Deep Learning (2016), §6.2.2.2
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * const loss = nn.binaryCrossEntropy(tensor([[1], [0]]))
 * ok(Math.abs(toNumber(loss(tensor([[0.8], [0.4]]))) + (Math.log(0.8) + Math.log(0.6)) / 2) < 1e-12)
 * strictEqual(toNumber(loss(tensor([[1], [0]]))), 0)
 * @category losses
 * @since 0.1.0
 */
export const binaryCrossEntropy: Loss = loss('binaryCrossEntropy', comparedDims, (y, p) => {
  const certain = op.xlogy(y, p)
  const against = op.xlog1py(complement(y), op.neg(p))
  return opposite(meanOf(op.add(certain, against)))
})

/** `y · v`, and 0 where `v` is infinite but has no weight: what an infinite logit of another class costs. */
const weighted = (y: Tensor, v: Tensor): Tensor => {
  const zero = op.constant(0)
  const weightless = op.mul(op.equal(op.abs(v), op.constant(Infinity)), op.equal(y, zero))
  return op.where(weightless, zero, op.mul(y, v))
}

/**
 * Binary cross-entropy of logits, the mean over all elements, in nats: that of `sigmoid(logits)`, as
 * `mean(y · softplus(−z) + (1 − y) · softplus(z))`. Finite for any finite logits, and exactly 0 for infinite ones that are
 * right, with finite derivatives.
 *
 * @shape targets S, logits S → []
 * @throws ShapeError when the two shapes differ or are empty
 * @see Goodfellow, Bengio, Courville, Deep Learning (2016), §6.2.2.2
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * const loss = nn.binaryCrossEntropyWithLogits(tensor([[1], [0]]))
 * strictEqual(toNumber(loss(tensor([[0], [0]]))), Math.log(2))
 * strictEqual(toNumber(loss(tensor([[-1000], [-Infinity]]))), 500)
 * @category losses
 * @since 0.1.0
 */
export const binaryCrossEntropyWithLogits: Loss = loss('binaryCrossEntropyWithLogits', comparedDims, (y, z) =>
  meanOf(op.add(weighted(y, op.softplus(op.neg(z))), weighted(complement(y), op.softplus(z))))
)

/** Minus the sum of what each label adds to the likelihood, averaged over the batch. */
const negativeLogLikelihood = (terms: Tensor, dims: Dims): Tensor =>
  opposite(op.div(total(terms), op.constant(examplesIn(dims))))

/**
 * Categorical cross-entropy of probabilities, averaged over the batch, in nats: `−Σ labels · log p / batch`. `0 · log 0`
 * is 0, with a finite derivative; a wrong certainty costs ∞. From logits, prefer `softmaxCrossEntropy`.
 *
 * After `softmax` the gradient is that of the true Jacobian, so any other loss may follow it too. The lesson "Complete
 * NumPy Implementation" adds 1e-8 inside the logarithm, and leaves the mean out of its gradient.
 *
 * @shape labels [...batch, classes], probabilities [...batch, classes] → []
 * @throws ShapeError when the two shapes differ, are empty or have no axis of classes
 * @see Goodfellow, Bengio, Courville, Deep Learning (2016), §6.2.2.3
 * @example
 * import { ok } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * const loss = nn.categoricalCrossEntropy(tensor([[0, 1], [1, 0]]))(tensor([[0.5, 0.5], [1, 0]]))
 * ok(Math.abs(toNumber(loss) - Math.log(2) / 2) < 1e-12)
 * @category losses
 * @since 0.1.0
 */
export const categoricalCrossEntropy: Loss = loss('categoricalCrossEntropy', classDims, (y, p, dims) =>
  negativeLogLikelihood(op.xlogy(y, p), dims)
)

/**
 * Softmax cross-entropy, averaged over the batch, in nats: `−Σ labels · logSoftmax(logits) / batch`. Takes logits, not
 * probabilities, and stays finite for any finite logits; an infinite one that is right costs 0, with finite derivatives.
 *
 * @shape labels [...batch, classes], logits [...batch, classes] → []
 * @throws ShapeError when the two shapes differ, are empty or have no axis of classes
 * @see Goodfellow, Bengio, Courville, Deep Learning (2016), §6.2.2.3
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import { grad, nn, tensor, toArray, toNumber } from 'grad-ts'
 *
 * const loss = nn.softmaxCrossEntropy(tensor([[0, 1]]))
 * strictEqual(toNumber(loss(tensor([[0, 0]]))), Math.log(2))
 * strictEqual(toNumber(loss(tensor([[1000, 0]]))), 1000)
 * deepStrictEqual(toArray(grad(loss<[1, 2]>)(tensor([[0, 0]]))), [[0.5, -0.5]])
 * @category losses
 * @since 0.1.0
 */
export const softmaxCrossEntropy: Loss = loss('softmaxCrossEntropy', classDims, (y, z, dims) =>
  negativeLogLikelihood(weighted(y, op.logSoftmax(z, dims.length - 1)), dims)
)

/**
 * A loss that takes class labels, then one row of predictions for each.
 *
 * @category losses
 * @since 0.1.0
 */
export type SparseLoss = <N extends number>(
  labels: Labels<N>
) => <M extends number>(predictions: Tensor<[M, number]> & Comparable<[N], [M]>) => Scalar

const sparse =
  (what: string, dense: Loss): SparseLoss =>
  (labels: Labels) =>
  (predictions: Tensor) => {
    const [, classes] = labelledDims(what, countLabels(what, labels), predictions)
    return dense(oneHot(classes)(labels) as unknown as Tensor)(predictions)
  }

/**
 * `softmaxCrossEntropy` of class labels, whole numbers from 0, instead of rows of zeros with a one.
 *
 * @shape labels [batch], logits [batch, classes] → []
 * @throws ShapeError when there is not one row of logits for each label
 * @throws IndexError when a label is not a class
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(nn.sparseSoftmaxCrossEntropy([1])(tensor([[0, 0]]))), Math.log(2))
 * @category losses
 * @since 0.1.0
 */
export const sparseSoftmaxCrossEntropy: SparseLoss = sparse('sparseSoftmaxCrossEntropy', softmaxCrossEntropy)
/**
 * `categoricalCrossEntropy` of class labels, whole numbers from 0, instead of rows of zeros with a one.
 *
 * @shape labels [batch], probabilities [batch, classes] → []
 * @throws ShapeError when there is not one row of probabilities for each label
 * @throws IndexError when a label is not a class
 * @category losses
 * @since 0.1.0
 */
export const sparseCategoricalCrossEntropy: SparseLoss = sparse(
  'sparseCategoricalCrossEntropy',
  categoricalCrossEntropy
)

/**
 * The mean over all elements of the squared error.
 *
 * @shape targets S, predictions S → []
 * @throws ShapeError when the two shapes differ or are empty
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(nn.meanSquaredError(tensor([[1, 2]]))(tensor([[1, 4]]))), 2)
 * @category losses
 * @since 0.1.0
 */
export const meanSquaredError: Loss = loss('meanSquaredError', comparedDims, (y, x) => meanOf(op.square(op.sub(x, y))))

/**
 * Half the squared error, summed over the outputs and averaged over the batch: `Σ (x − y)² / (2 · batch)`, the form of the
 * lesson "Complete NumPy Implementation". Its gradient is `(x − y) / batch`; the lesson's loss leaves out the `/ batch`.
 *
 * @shape targets [...batch, outputs], predictions [...batch, outputs] → []; a vector would leave open which it is
 * @throws ShapeError when the two shapes differ or are empty, or have fewer than two dimensions
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * const loss = nn.halfMeanSquaredError(tensor([[1, 2], [0, 0]]))
 * strictEqual(toNumber(loss(tensor([[1, 4], [2, 0]]))), (4 + 4) / (2 * 2))
 * @category losses
 * @since 0.1.0
 */
export const halfMeanSquaredError: Loss = loss('halfMeanSquaredError', comparedDims, (y, x, dims) =>
  dims.length < 2
    ? fail(
        'ShapeError',
        `halfMeanSquaredError: needs shape [...batch, outputs], got ${showDims(dims)}; reshape to [batch, 1] or [1, outputs]`
      )
    : op.div(total(op.square(op.sub(x, y))), op.constant(2 * examplesIn(dims)))
)

/**
 * The mean over all elements of the absolute error. Where an error is 0 its derivative is 0.
 *
 * @shape targets S, predictions S → []
 * @throws ShapeError when the two shapes differ or are empty
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(nn.meanAbsoluteError(tensor([[1, 2]]))(tensor([[1, 4]]))), 1)
 * @category losses
 * @since 0.1.0
 */
export const meanAbsoluteError: Loss = loss('meanAbsoluteError', comparedDims, (y, x) => meanOf(op.abs(op.sub(x, y))))

/**
 * Huber's loss, the mean over all elements of `e² / 2` for an error `e` within `±delta` and `delta · (|e| − delta / 2)`
 * beyond: the squared error for small errors, the absolute for large ones, with a continuous derivative (`±delta` at the
 * bounds).
 *
 * @shape targets S, predictions S → []
 * @throws ValueError when `delta` is not a finite number above 0
 * @throws ShapeError when the two shapes differ or are empty
 * @see Huber, Robust Estimation of a Location Parameter (1964)
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(nn.huber({ delta: 1 })(tensor([0, 0]))(tensor([0.5, -3]))), (0.125 + 2.5) / 2)
 * @category losses
 * @since 0.1.0
 */
export const huber = (
  settings: {
    /** Up to where an error counts squared; 1 when left out. */
    readonly delta?: number
  } = {}
): Loss => {
  const delta = checkPositive('huber', 'delta', asRecord('huber', 'settings such as { delta: 1 }', settings).delta ?? 1)
  return loss('huber', comparedDims, (y, x) => {
    const error = op.sub(x, y)
    const near = op.clip(error, -delta, delta)
    // near · (error − near / 2) is the one inside the bounds and the other outside; so is its derivative
    return meanOf(op.mul(near, op.sub(error, op.mul(near, op.constant(0.5)))))
  })
}
