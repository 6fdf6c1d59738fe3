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

/**
 * What was measured of each feature: what to subtract, and what to divide by then. Plain tensors, so that it is saved and
 * read back as parameters are, with `codec.JsonParams`.
 *
 * @category scaling
 * @since 0.1.0
 */
export interface Scaler<I extends Shape = number[]> {
  readonly shift: Tensor<[...I]>
  readonly scale: Tensor<[...I]>
}

const place = (dims: readonly number[], index: number): string =>
  dims.length === 2 ? `row ${Math.floor(index / dims[1]!)}, column ${index % dims[1]!}` : `position ${index}`

const scalerKind = kinds.record('{ shift, scale } such as standardScaler gives', {})

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

const onExamples =
  (what: string, f: (x: Tensor, shift: Tensor, scale: Tensor) => Tensor) =>
  <I extends Shape>(scaler: Scaler<I>): OnExamples<I> => {
    const given = kinds.mustBe(scalerKind, `${what}: scaler`, scaler)
    const [shift, scale] = [asTensor(`${what}: shift`, given.shift), asTensor(`${what}: scale`, given.scale)]
    return ((x: Tensor) => f(checked(what, scale, checked(what, shift, x)), shift, scale)) as unknown as OnExamples<I>
  }

/**
 * Measures the mean (`shift`) and the standard deviation (`scale`) of each feature, over the rows and divided by their number;
 * `transform` then gives mean 0 and standard deviation 1. A feature that
 * is the same in every row has the scale 1, so that it becomes exactly 0 and not NaN.
 *
 * @shape x [rows, ...I] → shift I, scale I
 * @throws ShapeError when there are no rows
 * @throws ValueError when a number is not finite, naming its place, or so large that the spread is not
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, tensor, toArray } from 'grad-ts'
 *
 * const { shift, scale } = data.standardScaler(tensor([[1, 7], [3, 7]]))
 * deepStrictEqual(toArray(shift), [2, 7])
 * deepStrictEqual(toArray(scale), [1, 1])
 * @category scaling
 * @since 0.1.0
 */
export const standardScaler = <I extends Shape>(x: Tensor<[number, ...I]>): Scaler<I> => {
  const rows = measurable('standardScaler', x)
  const [low, high] = [lowest(rows), highest(rows)]
  const count = op.constant(dimsOf(rows)[0]!)
  const mean = op.div(op.sum(rows, [0], false), count)
  // as parts of the range, so that squares neither overflow nor vanish
  const range = finite('standardScaler', op.sub(high, low))
  const parts = op.div(op.sub(rows, mean), range)
  const deviation = op.mul(range, op.sqrt(op.div(op.sum(op.square(parts), [0], false), count)))
  const ones = op.broadcastTo(one, dimsOf(mean))
  return {
    // the mean of equal numbers may be off by a rounding
    shift: finite('standardScaler', op.where(op.equal(low, high), low, mean)) as unknown as Tensor<[...I]>,
    // not above 0 also where all are equal and the parts are NaN
    scale: op.where(op.greater(deviation, op.constant(0)), deviation, ones) as unknown as Tensor<[...I]>
  }
}

/**
 * Measures the smallest value (`shift`) of each feature and the distance to the largest (`scale`); `transform` then gives
 * numbers from 0 to 1. A feature that is the same in every row has the scale 1, so
 * that it becomes exactly 0.
 *
 * @shape x [rows, ...I] → shift I, scale I
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
export const minMaxScaler = <I extends Shape>(x: Tensor<[number, ...I]>): Scaler<I> => {
  const rows = measurable('minMaxScaler', x)
  const [low, high] = [lowest(rows), highest(rows)]
  const ones = op.broadcastTo(one, dimsOf(low))
  return {
    shift: low as unknown as Tensor<[...I]>,
    scale: finite('minMaxScaler', op.where(op.equal(low, high), ones, op.sub(high, low))) as unknown as Tensor<[...I]>
  }
}

/**
 * `(x − shift) / scale`, for each feature, on any data: those of the test are scaled as those of the training were.
 *
 * @shape x [rows, ...I] → [rows, ...I]
 * @throws ShapeError when the examples have another shape than those measured
 * @throws ValueError when the scaler is none
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, tensor, toArray } from 'grad-ts'
 *
 * const train = tensor([[1, 7], [3, 7]])
 * const scaler = data.standardScaler(train)
 * deepStrictEqual(toArray(data.transform(scaler)(train)), [[-1, 0], [1, 0]])
 * deepStrictEqual(toArray(data.transform(scaler)(tensor([[2, 8]]))), [[0, 1]])
 * @category scaling
 * @since 0.1.0
 */
export const transform = onExamples('transform', (x, shift, scale) => op.div(op.sub(x, shift), scale))

/**
 * The way back from `transform`: `x · scale + shift`, for predictions in the units of the data.
 *
 * @shape x [rows, ...I] → [rows, ...I]
 * @throws ShapeError when the examples have another shape than those measured
 * @throws ValueError when the scaler is none
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, tensor, toArray } from 'grad-ts'
 *
 * const scaler = data.minMaxScaler(tensor([[10], [30]]))
 * deepStrictEqual(toArray(data.inverseTransform(scaler)(tensor([[0], [0.5], [1]]))), [[10], [20], [30]])
 * @category scaling
 * @since 0.1.0
 */
export const inverseTransform = onExamples('inverseTransform', (x, shift, scale) => op.add(op.mul(x, scale), shift))
