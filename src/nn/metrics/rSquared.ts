import { showDims, sizeOf } from '../../tensor/dims.ts'
import { fail } from '../../tensor/errors.ts'
import { type Tensor, valuesOf } from '../../tensor/tensor.ts'
import { comparedDims } from '../losses/compare.ts'
import type { Metric } from './metric.ts'

/** The coefficient of determination R². */

const sumOf = (values: Float64Array, term: (value: number, i: number) => number): number =>
  values.reduce((total, value, i) => total + term(value, i), 0)

/** The coefficient of one output. */
const coefficient = (y: Float64Array, x: Float64Array): number => {
  const mean = sumOf(y, (target) => target) / y.length
  // a power of two, so that the squares neither overflow nor vanish and keep their bits
  const largest = y.reduce((size, target, i) => Math.max(size, Math.abs(target - x[i]!), Math.abs(target - mean)), 0)
  const scale = largest > 0 && largest < Infinity ? 2 ** Math.max(Math.floor(Math.log2(largest)), -1022) : 1
  const left = sumOf(y, (target, i) => ((target - x[i]!) / scale) ** 2)
  // asked of the targets, as their mean may be rounded
  if (y.every((target) => target === y[0])) return left === 0 ? 1 : Number.isNaN(left) ? NaN : 0
  return 1 - left / sumOf(y, (target) => ((target - mean) / scale) ** 2)
}

/**
 * The coefficient of determination R²: 1 less the squared error over the squared error of predicting the mean, taken of
 * each output over all examples, and the plain mean of that. 1 is perfect, 0 no better than the mean of the targets, and it
 * may be below 0. An output whose targets are all equal leaves nothing to explain: it has 1 where the predictions are exact,
 * else 0. NaN where a prediction is NaN.
 *
 * @shape targets [...batch, outputs], predictions [...batch, outputs] → a number; a vector would leave open which it is
 * @throws ShapeError when the two shapes differ or are empty, or have fewer than two dimensions
 * @throws TracedValueError inside a function that is traced by shape alone
 * @see Draper, Smith, Applied Regression Analysis (1998), §1.3
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor } from 'grad-ts'
 *
 * strictEqual(nn.rSquared(tensor([[1], [2], [3]]))(tensor([[1], [2], [4]])), 0.5)
 * strictEqual(nn.rSquared(tensor([[1, 5], [3, 5]]))(tensor([[2, 5], [2, 5]])), (0 + 1) / 2)
 * @category metrics
 * @since 0.1.0
 */
export const rSquared: Metric = (targets: Tensor) => (predictions: Tensor) => {
  const what = 'rSquared'
  const dims = comparedDims(what, targets, predictions)
  if (dims.length < 2)
    return fail(
      'ShapeError',
      `${what}: needs shape [...batch, outputs], got ${showDims(dims)}; reshape to [batch, 1] or [1, outputs]`
    )
  const outputs = dims[dims.length - 1]!
  const examples = sizeOf(dims) / outputs
  const column = (x: Tensor, k: number): Float64Array => {
    const values = valuesOf(what, x)
    return Float64Array.from({ length: examples }, (_, i) => values[i * outputs + k]!)
  }
  const each = Array.from({ length: outputs }, (_, k) => coefficient(column(targets, k), column(predictions, k)))
  return each.reduce((total, value) => total + value, 0) / outputs
}
