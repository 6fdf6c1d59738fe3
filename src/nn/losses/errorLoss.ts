import * as kinds from '../../kinds/index.ts'
import { tensors as op } from '../../tape/algebra.ts'
import { type Dims, showDims } from '../../tensor/dims.ts'
import { fail } from '../../tensor/errors.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { comparedDims } from './compare.ts'
import { loss, type Loss, type LossRule } from './loss.ts'

/** Regression losses. */

/** The mean over all elements of the cost of an error. */
const meanCost = (cost: (error: Tensor) => Tensor): LossRule => ({
  dims: comparedDims,
  meanOver: 'element',
  stand: () => [0, 0],
  terms: (_, y, x) => cost(op.sub(x, y))
})

const half = op.constant(0.5)

const huberSettings = kinds.settings('huber', { delta: [kinds.positive, 1] })

const batchedDims = (what: string, targets: Tensor, predictions: Tensor): Dims => {
  const dims = comparedDims(what, targets, predictions)
  return dims.length >= 2
    ? dims
    : fail(
        'ShapeError',
        `${what}: needs shape [...batch, outputs], got ${showDims(dims)}; reshape to [batch, 1] or [1, outputs]`
      )
}

/**
 * The mean over all elements of the squared error.
 *
 * @shape targets S, predictions S → []
 * @throws ShapeError when the two shapes differ or are empty, or a mask does not fit
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(nn.meanSquaredError(tensor([[1, 2]]))(tensor([[1, 4]]))), 2)
 * // a target that is not known
 * const known = nn.meanSquaredError(tensor([[1, NaN]]), { mask: tensor([[1, 0]]) })
 * strictEqual(toNumber(known(tensor([[3, 4]]))), 4)
 * @category losses
 * @since 0.1.0
 */
export const meanSquaredError: Loss = loss('meanSquaredError', meanCost(op.square))

/**
 * Half the squared error, summed over the outputs and averaged over the batch: `Σ (x − y)² / (2 · batch)`, the form of the
 * lesson "Complete NumPy Implementation". Its gradient is `(x − y) / batch`; the lesson's loss leaves out the `/ batch`.
 *
 * @shape targets [...batch, outputs], predictions [...batch, outputs] → []; a vector would leave open which it is
 * @throws ShapeError when the two shapes differ or are empty, or have fewer than two dimensions, or a mask does not fit
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * const loss = nn.halfMeanSquaredError(tensor([[1, 2], [0, 0]]))
 * strictEqual(toNumber(loss(tensor([[1, 4], [2, 0]]))), (4 + 4) / (2 * 2))
 * @category losses
 * @since 0.1.0
 */
export const halfMeanSquaredError: Loss = loss('halfMeanSquaredError', {
  dims: batchedDims,
  meanOver: 'example',
  stand: () => [0, 0],
  terms: (_, y, x) => op.mul(op.square(op.sub(x, y)), half)
})

/**
 * The mean over all elements of the absolute error. Where an error is 0 its derivative is 0.
 *
 * @shape targets S, predictions S → []
 * @throws ShapeError when the two shapes differ or are empty, or a mask does not fit
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(nn.meanAbsoluteError(tensor([[1, 2]]))(tensor([[1, 4]]))), 1)
 * @category losses
 * @since 0.1.0
 */
export const meanAbsoluteError: Loss = loss('meanAbsoluteError', meanCost(op.abs))

/**
 * Huber's loss, the mean over all elements of `e² / 2` for an error `e` within `±delta` and `delta · (|e| − delta / 2)`
 * beyond: the squared error for small errors, the absolute for large ones, with a continuous derivative (`±delta` at the
 * bounds).
 *
 * @shape targets S, predictions S → []
 * @throws ValueError when `delta` is not a finite number above 0
 * @throws ShapeError when the two shapes differ or are empty, or a mask does not fit
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
  const { delta } = huberSettings.read(settings)
  return loss(
    'huber',
    meanCost((error) => {
      const near = op.clip(error, -delta, delta)
      // near · (error − near / 2) is the one inside the bounds and the other outside; so is its derivative
      return op.mul(near, op.sub(error, op.mul(near, half)))
    })
  )
}
