import * as kinds from '../../kinds/index.ts'
import { type Dims, sameDims, showDims, sizeOf } from '../../tensor/dims.ts'
import { fail, showGiven } from '../../tensor/errors.ts'
import { asNumbers, asTensor } from '../../tensor/given.ts'
import type { Same, SameDims, Shape, ShapeError, Show } from '../../tensor/shape.ts'
import { dimsOf, isTensor, type Tensor, valuesOf } from '../../tensor/tensor.ts'

/** Checks that losses and metrics share: predictions and targets must have exactly the same shape. */

/**
 * `unknown` when predictions of shape `S` may be compared with targets of shape `T`, else the error. Nothing is
 * broadcast: a column beside a vector is the classic silent bug.
 *
 * @category losses
 * @since 0.1.0
 */
export type Comparable<T extends Shape, S extends Shape> =
  Same<T, S> extends true
    ? unknown
    : SameDims<T, S> extends Shape
      ? unknown
      : ShapeError<`predictions ${Show<S>} and targets ${Show<T>} must have the same shape`>

/** The shape of both, which hold at least one element. */
export const comparedDims = (what: string, targets: Tensor, predictions: Tensor): Dims => {
  const wanted = dimsOf(asTensor(`${what}: targets`, targets))
  const dims = dimsOf(asTensor(`${what}: predictions`, predictions))
  if (!sameDims(wanted, dims))
    return fail(
      'ShapeError',
      `${what}: predictions ${showDims(dims)} and targets ${showDims(wanted)} must have the same shape; ` +
        'reshape one of them'
    )
  return sizeOf(dims) > 0
    ? dims
    : fail('ShapeError', `${what}: cannot average an empty tensor: shape ${showDims(dims)} is empty`)
}

/** The probability of one class alone is 1 whatever the model does, and its largest score is always right. */
const severalClasses = (what: string, dims: Dims, instead: string): void => {
  if (dims[dims.length - 1] === 1)
    fail(
      'ShapeError',
      `${what}: needs at least two classes along the last axis, got shape ${showDims(dims)}; one class is always right; ` +
        `use ${instead} for a single score of two classes`
    )
}

/** The same, for scores or probabilities of at least two classes along the last axis. */
export const classDims =
  (instead: string) =>
  (what: string, targets: Tensor, predictions: Tensor): Dims => {
    const dims = comparedDims(what, targets, predictions)
    if (dims.length === 0)
      return fail('ShapeError', `${what}: needs shape [...batch, classes], got the scalar shape []`)
    severalClasses(what, dims, instead)
    return dims
  }

/** Labels and how many there are, beside predictions of shape `[labels, classes]`. */
export const labelledDims =
  (instead: string) =>
  (what: string, count: number, predictions: Tensor): readonly [number, number] => {
    const dims = dimsOf(asTensor(`${what}: predictions`, predictions))
    if (dims.length !== 2 || dims[0] !== count)
      return fail(
        'ShapeError',
        `${what}: ${count} labels need predictions of shape [${count}, classes], got ${showDims(dims)}`
      )
    if (sizeOf(dims) === 0)
      return fail('ShapeError', `${what}: cannot average an empty tensor: shape ${showDims(dims)} is empty`)
    severalClasses(what, dims, instead)
    return [dims[0], dims[1]!]
  }

/** Class labels: whole numbers from 0, as a list or a vector. @category losses @since 0.1.0 */
export type Labels<N extends number = number> = ArrayLike<number> | Tensor<[N]>

const someLabels = kinds.record('an array or a vector', {})

/** How many labels there are. */
export const countLabels = (what: string, labels: Labels): number => {
  kinds.mustBe(someLabels, `${what}: labels`, labels)
  if (!isTensor(labels)) return asNumbers(`${what}: labels`, labels).length
  const dims: Dims = dimsOf(labels)
  return dims.length === 1
    ? dims[0]!
    : fail('ShapeError', `${what}: labels must be a vector, got shape ${showDims(dims)}`)
}

/** The numbers of labels that are all classes. */
export const classLabels = (what: string, labels: Labels, classes: number): ArrayLike<number> => {
  const values = isTensor(labels) ? valuesOf(what, labels) : asNumbers(`${what}: labels`, labels)
  const wrong = Array.from(values).findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes))
  return wrong < 0
    ? values
    : fail(
        'IndexError',
        `${what}: label ${showGiven(values[wrong])} at position ${wrong} is not a class; use whole numbers from 0 to ${classes - 1}`
      )
}
