import * as kinds from '../../kinds/index.ts'
import { oneHot } from '../../ops/index.ts'
import { type Mask, maskSetting, notBareMask } from '../../ops/mask.ts'
import { listOperand } from '../../ops/operand.ts'
import { tensors as op } from '../../tape/algebra.ts'
import type { Dims } from '../../tensor/dims.ts'
import { dimsOf, type Scalar, type Tensor, type Vec } from '../../tensor/tensor.ts'
import { classDims, type Comparable, comparedDims, countLabels, labelledDims, type Labels } from './compare.ts'
import { asDistributions, asProbabilities, nanUnlessProbability, nanUnlessDistribution } from './distribution.ts'
import { loss, type Loss, type LossOptions, type LossRule, maskOver } from './loss.ts'

/**
 * Cross-entropies of probabilities and of logits. Nothing is added inside a logarithm: where a target is 0 and the logarithm
 * infinite, the term is exactly 0, and so are its derivatives.
 */

const zero = op.constant(0)
const one = op.constant(1)

const complement = (x: Tensor): Tensor => op.sub(one, x)

const classesOf = (dims: Dims): number => dims[dims.length - 1]!

/**
 * Binary cross-entropy of probabilities, the mean over all elements, in nats:
 * `−mean(y · log p + (1 − y) · log(1 − p))`. `0 · log 0` is 0, with derivative 0; a wrong certainty costs ∞. Probabilities
 * outside [0, 1], as logits are, give NaN, in the derivatives too. From logits, use `binaryCrossEntropyWithLogits`.
 *
 * The lesson "Complete NumPy Implementation" adds 1e-8 inside each logarithm, and leaves the mean out of its gradient.
 *
 * @shape targets S, probabilities S → []
 * @throws ShapeError when the two shapes differ or are empty, or a mask does not fit
 * @throws ValueError when a target is not from 0 to 1; inside `compile` and `vmap`, where no number is known yet, that
 * gives NaN
 * @see Goodfellow, Bengio, Courville, Deep Learning (2016), §6.2.2.2
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * const loss = nn.binaryCrossEntropy(tensor([[1], [0]]))
 * ok(Math.abs(toNumber(loss(tensor([[0.8], [0.4]]))) + (Math.log(0.8) + Math.log(0.6)) / 2) < 1e-12)
 * strictEqual(toNumber(loss(tensor([[1], [0]]))), 0)
 * strictEqual(toNumber(loss(tensor([[3], [-2]]))), NaN)
 * @category losses
 * @since 0.1.0
 */
export const binaryCrossEntropy: Loss = loss('binaryCrossEntropy', {
  dims: comparedDims,
  meanOver: 'element',
  negated: true,
  stand: () => [0.5, 0.5],
  terms: (what, targets, p) => {
    const y = nanUnlessProbability(asProbabilities(what, targets), p)
    return op.add(op.xlogy(y, p), op.xlog1py(complement(y), op.neg(p)))
  }
})

/**
 * Binary cross-entropy of logits, the mean over all elements, in nats: that of `sigmoid(logits)`, as
 * `mean(y · softplus(−z) + (1 − y) · softplus(z))`. Finite for any finite logits, and exactly 0 for infinite ones that are
 * right, with finite derivatives.
 *
 * @shape targets S, logits S → []
 * @throws ShapeError when the two shapes differ or are empty, or a mask does not fit
 * @throws ValueError when a target is not from 0 to 1; inside `compile` and `vmap` that gives NaN
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
export const binaryCrossEntropyWithLogits: Loss = loss('binaryCrossEntropyWithLogits', {
  dims: comparedDims,
  meanOver: 'element',
  stand: () => [0.5, 0],
  terms: (what, targets, z) => {
    const y = asProbabilities(what, targets)
    const not = complement(y)
    return op.add(op.mulNoNan(y, op.softplus(op.neg(z))), op.mulNoNan(not, op.softplus(z)))
  }
})

/** A mean over examples of `−Σ labels · log p`. */
const likelihood = (
  instead: string,
  /** A prediction of every class that says nothing. */
  even: (classes: number) => number,
  terms: (labels: Tensor, predictions: Tensor, axis: number) => Tensor
): LossRule => ({
  dims: classDims(instead),
  meanOver: 'example',
  negated: true,
  stand: (dims) => [1 / classesOf(dims), even(classesOf(dims))],
  terms: (what, y, x, dims) => terms(asDistributions(what, y), x, dims.length - 1)
})

/**
 * Categorical cross-entropy of probabilities, averaged over the batch, in nats: `−Σ labels · log p / batch`. `0 · log 0`
 * is 0, with derivative 0; a wrong certainty costs ∞. A row of predictions that is not a distribution, since it has a number
 * outside [0, 1] or does not add up to 1 within 0.001, gives NaN, in the derivatives too. From logits, use
 * `softmaxCrossEntropy`.
 *
 * After `softmax` the gradient is that of the true Jacobian, so any other loss may follow it too. The lesson "Complete
 * NumPy Implementation" adds 1e-8 inside the logarithm, and leaves the mean out of its gradient.
 *
 * @shape labels [...batch, classes], probabilities [...batch, classes] → []
 * @throws ShapeError when the two shapes differ or are empty, there are fewer than two classes, or a mask does not fit
 * @throws ValueError when a row of the labels has a number outside [0, 1] or does not add up to 1 within 0.001; inside
 * `compile` and `vmap`, where no number is known yet, that gives NaN
 * @see Goodfellow, Bengio, Courville, Deep Learning (2016), §6.2.2.3
 * @example
 * import { ok } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * const loss = nn.categoricalCrossEntropy(tensor([[0, 1], [1, 0]]))(tensor([[0.5, 0.5], [1, 0]]))
 * ok(Math.abs(toNumber(loss) - Math.log(2) / 2) < 1e-12)
 * ok(Number.isNaN(toNumber(nn.categoricalCrossEntropy(tensor([[0, 1]]))(tensor([[0.5, 0.9]])))))
 * @category losses
 * @since 0.1.0
 */
export const categoricalCrossEntropy: Loss = loss(
  'categoricalCrossEntropy',
  likelihood(
    'binaryCrossEntropy',
    (classes) => 1 / classes,
    (labels, p) => op.xlogy(nanUnlessDistribution(labels, p), p)
  )
)

/**
 * Softmax cross-entropy, averaged over the batch, in nats: `−Σ labels · logSoftmax(logits) / batch`. Takes logits, not
 * probabilities, and stays finite for any finite logits; an infinite one that is right costs 0, with finite derivatives.
 *
 * @shape labels [...batch, classes], logits [...batch, classes] → []
 * @throws ShapeError when the two shapes differ or are empty, there are fewer than two classes, or a mask does not fit
 * @throws ValueError when a row of the labels has a number outside [0, 1] or does not add up to 1 within 0.001; inside
 * `compile` and `vmap`, where no number is known yet, that gives NaN
 * @see Goodfellow, Bengio, Courville, Deep Learning (2016), §6.2.2.3
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import { grad, nn, tensor, toArray, toNumber } from 'grad-ts'
 *
 * const loss = nn.softmaxCrossEntropy(tensor([[0, 1]]))
 * strictEqual(toNumber(loss(tensor([[0, 0]]))), Math.log(2))
 * strictEqual(toNumber(loss(tensor([[1000, 0]]))), 1000)
 * deepStrictEqual(toArray(grad(loss<[1, 2]>)(tensor([[0, 0]]))), [[0.5, -0.5]])
 * // the second example is padding
 * const padded = nn.softmaxCrossEntropy(tensor([[0, 1], [0, 0]]), { mask: tensor([1, 0]) })
 * strictEqual(toNumber(padded(tensor([[0, 0], [NaN, 0]]))), Math.log(2))
 * @category losses
 * @since 0.1.0
 */
export const softmaxCrossEntropy: Loss = loss(
  'softmaxCrossEntropy',
  likelihood(
    'binaryCrossEntropyWithLogits',
    () => 0,
    (y, z, axis) => op.mulNoNan(y, op.logSoftmax(z, axis))
  )
)

/**
 * A loss that takes class labels, then one row of predictions for each.
 *
 * @category losses
 * @since 0.1.0
 */
export type SparseLoss = <N extends number>(
  labels: Labels<N>,
  options?: LossOptions
) => <M extends number>(predictions: Tensor<[M, number]> & Comparable<[N], [M]>) => Scalar

const sparse = (what: string, instead: string, dense: Loss): SparseLoss => {
  const lossSettings = kinds.settings(what, maskSetting)
  return (labels: Labels, options: LossOptions = {}) => {
    const { mask } = lossSettings.read(notBareMask(what, options))
    return (predictions: Tensor) => {
      const dims = labelledDims(instead)(what, countLabels(what, labels), predictions)
      const classes = oneHot(dims[1])
      const rows =
        mask === undefined
          ? classes(labels)
          : classes(knownLabels(listOperand(what, labels), maskOver(what, mask, 'example', dims)))
      return dense(rows as unknown as Tensor, options)(predictions)
    }
  }
}

/** Labels that do not count may be anything, such as −1. */
const knownLabels = (labels: Tensor, { counts }: Mask): Vec =>
  op.where(op.reshape(counts, dimsOf(labels)), labels, zero) as unknown as Vec

/**
 * `softmaxCrossEntropy` of class labels, whole numbers from 0, instead of rows of zeros with a one. Labels that a mask leaves
 * out may be anything, such as −1.
 *
 * @shape labels [batch], logits [batch, classes] → []
 * @throws ShapeError when there is not one row of logits for each label, there are fewer than two classes, or a mask does
 * not fit
 * @throws IndexError when a label is not a class
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(nn.sparseSoftmaxCrossEntropy([1])(tensor([[0, 0]]))), Math.log(2))
 * const padded = nn.sparseSoftmaxCrossEntropy([1, -1], { mask: tensor([1, 0]) })
 * strictEqual(toNumber(padded(tensor([[0, 0], [8, 9]]))), Math.log(2))
 * @category losses
 * @since 0.1.0
 */
export const sparseSoftmaxCrossEntropy: SparseLoss = sparse(
  'sparseSoftmaxCrossEntropy',
  'binaryCrossEntropyWithLogits',
  softmaxCrossEntropy
)
/**
 * `categoricalCrossEntropy` of class labels, whole numbers from 0, instead of rows of zeros with a one. Labels that a mask
 * leaves out may be anything, such as −1.
 *
 * @shape labels [batch], probabilities [batch, classes] → []
 * @throws ShapeError when there is not one row of probabilities for each label, there are fewer than two classes, or a mask
 * does not fit
 * @throws IndexError when a label is not a class
 * @category losses
 * @since 0.1.0
 */
export const sparseCategoricalCrossEntropy: SparseLoss = sparse(
  'sparseCategoricalCrossEntropy',
  'binaryCrossEntropy',
  categoricalCrossEntropy
)
