import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { sameDims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor, valuesOf } from '../tensor/tensor.ts'

/**
 * Bringing features to a common scale. What was measured on the training data is itself data, to be used on the test data
 * as it is, and saved beside the parameters.
 */

/** The mean of each feature and what to divide by. @category scaling @since 0.1.0 */
export interface Standardizer<I extends Shape = number[]> {
  readonly mean: Tensor<[...I]>
  readonly scale: Tensor<[...I]>
}

/** The smallest value of each feature and what to divide by. @category scaling @since 0.1.0 */
export interface MinMax<I extends Shape = number[]> {
  readonly min: Tensor<[...I]>
  readonly scale: Tensor<[...I]>
}

const place = (dims: readonly number[], index: number): string =>
  dims.length === 2 ? `row ${Math.floor(index / dims[1]!)}, column ${index % dims[1]!}` : `position ${index}`

const standardizerKind = kinds.record('{ mean, scale } such as standardizer gives', {})
const minMaxKind = kinds.record('{ min, scale } such as minMaxScaler gives', {})

/** Examples that have something to measure: at least one, all numbers finite. */
const measurable = (what: string, x: Tensor): Tensor => {
  const dims = dimsOf(asTensor(what, x))
  if (dims.length === 0 || dims[0] === 0)
    return fail('ShapeError', `${what}: needs at least one example, got shape ${showDims(dims)}`)
  const values = valuesOf(what, x)
  const wrong = values.findIndex((value) => !Number.isFinite(value))
  return wrong < 0
    ? x
    : fail('ValueError', `${what}: needs finite numbers, got ${values[wrong]} at ${place(dims, wrong)}`)
}

const finite = (what: string, x: Tensor): Tensor =>
  valuesOf(what, x).every(Number.isFinite)
    ? x
    : fail('ValueError', `${what}: the numbers are too large: their spread is not finite; divide them first`)

const lowest = (x: Tensor): Tensor => op.neg(op.max(op.neg(x), [0], false))
const highest = (x: Tensor): Tensor => op.max(x, [0], false)
const one = op.constant(1)

/** Examples of the shape that was measured. */
const checked = (what: string, measured: Tensor, x: Tensor): Tensor => {
  const [, ...example] = dimsOf(asTensor(what, x))
  return dimsOf(x).length > 0 && sameDims(example, dimsOf(measured))
    ? x
    : fail(
        'ShapeError',
        `${what}: was measured on examples of shape ${showDims(dimsOf(measured))}, got ${showDims(example)} in shape ${showDims(dimsOf(x))}`
      )
}

type OnExamples<I extends Shape> = <N extends number>(x: Tensor<[N, ...I]>) => Tensor<[N, ...I]>

const onExamples = <I extends Shape>(
  what: string,
  first: Tensor<[...I]>,
  second: Tensor<[...I]>,
  f: (x: Tensor, first: Tensor, second: Tensor) => Tensor
): OnExamples<I> => {
  const [a, b] = [asTensor(`${what}: what was measured`, first), asTensor(`${what}: scale`, second)]
  return ((x: Tensor) => f(checked(what, b, checked(what, a, x)), a, b)) as unknown as OnExamples<I>
}

/**
 * Measures the mean and the standard deviation of each feature, over the rows and divided by their number. A feature that
 * is the same in every row has the scale 1, so that it becomes exactly 0 and not NaN.
 *
 * @shape x [rows, ...I] → mean I, scale I
 * @throws ShapeError when there are no rows
 * @throws ValueError when a number is not finite, naming its place, or so large that the spread is not
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, tensor, toArray } from 'grad-ts'
 *
 * const { mean, scale } = data.standardizer(tensor([[1, 7], [3, 7]]))
 * deepStrictEqual(toArray(mean), [2, 7])
 * deepStrictEqual(toArray(scale), [1, 1])
 * @category scaling
 * @since 0.1.0
 */
export const standardizer = <I extends Shape>(x: Tensor<[number, ...I]>): Standardizer<I> => {
  const rows = measurable('standardizer', x)
  const [low, high] = [lowest(rows), highest(rows)]
  const count = op.constant(dimsOf(rows)[0]!)
  const mean = op.div(op.sum(rows, [0], false), count)
  // as parts of the range, so that squares neither overflow nor vanish
  const range = finite('standardizer', op.sub(high, low))
  const parts = op.div(op.sub(rows, mean), range)
  const deviation = op.mul(range, op.sqrt(op.div(op.sum(op.square(parts), [0], false), count)))
  const ones = op.broadcastTo(one, dimsOf(mean))
  return {
    // the mean of equal numbers may be off by a rounding
    mean: finite('standardizer', op.where(op.equal(low, high), low, mean)) as unknown as Tensor<[...I]>,
    // not above 0 also where all are equal and the parts are NaN
    scale: op.where(op.greater(deviation, op.constant(0)), deviation, ones) as unknown as Tensor<[...I]>
  }
}

/**
 * `(x − mean) / scale`, for each feature: on the data that were measured, mean 0 and standard deviation 1.
 *
 * @shape x [rows, ...I] → [rows, ...I]
 * @throws ShapeError when the examples have another shape than those measured
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, tensor, toArray } from 'grad-ts'
 *
 * const train = tensor([[1, 7], [3, 7]])
 * const fitted = data.standardizer(train)
 * deepStrictEqual(toArray(data.standardize(fitted)(train)), [[-1, 0], [1, 0]])
 * deepStrictEqual(toArray(data.standardize(fitted)(tensor([[2, 8]]))), [[0, 1]])
 * @category scaling
 * @since 0.1.0
 */
export const standardize = <I extends Shape>(measured: Standardizer<I>): OnExamples<I> => {
  const { mean, scale } = kinds.mustBe(standardizerKind, 'standardize: measured', measured)
  return onExamples('standardize', mean, scale, (x, shift, by) => op.div(op.sub(x, shift), by))
}

/**
 * The way back from `standardize`: `x · scale + mean`, for predictions in the units of the data.
 *
 * @shape x [rows, ...I] → [rows, ...I]
 * @throws ShapeError when the examples have another shape than those measured
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, tensor, toArray } from 'grad-ts'
 *
 * const fitted = data.standardizer(tensor([[10], [30]]))
 * deepStrictEqual(toArray(data.unstandardize(fitted)(tensor([[-1], [0], [1]]))), [[10], [20], [30]])
 * @category scaling
 * @since 0.1.0
 */
export const unstandardize = <I extends Shape>(measured: Standardizer<I>): OnExamples<I> => {
  const { mean, scale } = kinds.mustBe(standardizerKind, 'unstandardize: measured', measured)
  return onExamples('unstandardize', mean, scale, (x, shift, by) => op.add(op.mul(x, by), shift))
}

/**
 * Measures the smallest and the largest value of each feature. A feature that is the same in every row has the scale 1, so
 * that it becomes exactly 0.
 *
 * @shape x [rows, ...I] → min I, scale I
 * @throws ShapeError when there are no rows
 * @throws ValueError when a number is not finite, naming its place, or so large that the spread is not
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(data.minMaxScaler(tensor([[1, 7], [5, 7]])).scale), [4, 1])
 * @category scaling
 * @since 0.1.0
 */
export const minMaxScaler = <I extends Shape>(x: Tensor<[number, ...I]>): MinMax<I> => {
  const rows = measurable('minMaxScaler', x)
  const [low, high] = [lowest(rows), highest(rows)]
  const ones = op.broadcastTo(one, dimsOf(low))
  return {
    min: low as unknown as Tensor<[...I]>,
    scale: finite('minMaxScaler', op.where(op.equal(low, high), ones, op.sub(high, low))) as unknown as Tensor<[...I]>
  }
}

/**
 * `(x − min) / scale`, for each feature: on the data that were measured, from 0 to 1.
 *
 * @shape x [rows, ...I] → [rows, ...I]
 * @throws ShapeError when the examples have another shape than those measured
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, tensor, toArray } from 'grad-ts'
 *
 * const train = tensor([[1], [2], [5]])
 * deepStrictEqual(toArray(data.minMax(data.minMaxScaler(train))(train)), [[0], [0.25], [1]])
 * @category scaling
 * @since 0.1.0
 */
export const minMax = <I extends Shape>(measured: MinMax<I>): OnExamples<I> => {
  const { min, scale } = kinds.mustBe(minMaxKind, 'minMax: measured', measured)
  return onExamples('minMax', min, scale, (x, shift, by) => op.div(op.sub(x, shift), by))
}
