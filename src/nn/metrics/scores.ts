import { fail, showGiven } from '../../tensor/errors.ts'
import { type Tensor, valuesOf } from '../../tensor/tensor.ts'
import { comparedDims } from '../losses/compare.ts'

/** How metrics read their two tensors as plain numbers. */

/** The share of places where something holds. */
export const share = (n: number, holds: (i: number) => boolean): number =>
  Array.from({ length: n }, (_, i) => i).reduce((count, i) => count + (holds(i) ? 1 : 0), 0) / n

/** The index of the largest, the first of equals; −1 when one is NaN. */
export const best = (row: Float64Array): number =>
  row.some(Number.isNaN) ? -1 : row.reduce((top, value, i) => (value > row[top]! ? i : top), 0)

/** The numbers of each example, along the last axis. */
export const rowsOf = (what: string, x: Tensor, classes: number): ((i: number) => Float64Array) => {
  const values = valuesOf(what, x)
  return (i) => values.subarray(i * classes, (i + 1) * classes)
}

/** Targets of 0 and 1 and their predictions, of one shape that is not empty. */
export const binaryValues = (
  what: string,
  targets: Tensor,
  predictions: Tensor
): readonly [targets: Float64Array, predictions: Float64Array] => {
  comparedDims(what, targets, predictions)
  const [y, p] = [valuesOf(what, targets), valuesOf(what, predictions)]
  const wrong = y.findIndex((target) => target !== 0 && target !== 1)
  return wrong < 0
    ? [y, p]
    : fail('ValueError', `${what}: targets must be 0 or 1, got ${showGiven(y[wrong])} at position ${wrong}`)
}
