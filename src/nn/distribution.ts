import { firstNotOneHot, firstOutside, firstUneven } from '../kernel/probability.ts'
import { tensors as op } from '../tape/algebra.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf, dimsOf, type Tensor } from '../tensor/tensor.ts'

/**
 * Whether numbers are probabilities, and rows of them distributions. Targets that are known and are not is an error that
 * names the row; predictions, and targets whose numbers are not known yet, make the loss NaN.
 */

/** How far the sum of a row may be from 1: more than rounding in single precision takes, less than any mistake. */
const tolerance = 1e-3

const zero = op.constant(0)
const one = op.constant(1)
const nan = op.constant(NaN)
const allowed = op.constant(tolerance)

const isProbability = (x: Tensor): Tensor => op.equal(x, op.clip(x, 0, 1))

/** 1, or NaN where a number is not from 0 to 1. */
const probabilityGuard = (x: Tensor): Tensor => op.where(isProbability(x), one, nan)

/** 1 for each row along the last axis, or NaN where it has a number that is not from 0 to 1 or does not add up to 1. */
const distributionGuard = (x: Tensor): Tensor => {
  const sum = op.sum(op.where(isProbability(x), x, nan), [dimsOf(x).length - 1], true)
  return op.where(op.greaterEqual(allowed, op.abs(op.sub(sum, one))), one, nan)
}

/**
 * Targets that are NaN wherever predictions are not probabilities. A loss that multiplies by them is then NaN, and so are its
 * derivatives of every order.
 */
export const unlessImprobable = (targets: Tensor, p: Tensor): Tensor => op.mul(targets, probabilityGuard(p))

/** The same, of rows of predictions that are not distributions. */
export const unlessUneven = (targets: Tensor, p: Tensor): Tensor => op.mul(targets, distributionGuard(p))

const showRow = (values: Float64Array, width: number, row: number): string => {
  const shown = Array.from(values.subarray(row * width, row * width + Math.min(width, 6)), (value) => String(value))
  return `[${shown.join(', ')}${width > 6 ? ', …' : ''}]`
}

const widthOf = (x: Tensor): number => dimsOf(x)[dimsOf(x).length - 1]!

/** Targets, or an error when one is not from 0 to 1; where that is not known now, it is NaN in its place. */
export const asProbabilities = (what: string, targets: Tensor): Tensor => {
  const values = bufferOf(targets)
  if (values === null) return unlessImprobable(targets, targets)
  const wrong = firstOutside(values)
  return wrong < 0
    ? targets
    : fail('ValueError', `${what}: targets must be from 0 to 1, got ${values[wrong]} at position ${wrong}`)
}

/** Targets, or an error when a row is not a distribution; where that is not known now, it is NaN in its place. */
export const asDistributions = (what: string, targets: Tensor): Tensor => {
  const values = bufferOf(targets)
  if (values === null) return unlessUneven(targets, targets)
  const width = widthOf(targets)
  const outside = firstOutside(values)
  const wrong = outside < 0 ? firstUneven(values, width, tolerance) : Math.floor(outside / width)
  return wrong < 0
    ? targets
    : fail(
        'ValueError',
        `${what}: row ${wrong} of the targets is ${showRow(values, width, wrong)}; a row must be numbers from 0 to 1 that ` +
          'add up to 1, such as oneHot gives; leave rows out with a mask'
      )
}

/** The class of each row of targets that are one-hot, or an error that names the first row that is not. */
export const oneHotClasses = (what: string, values: Float64Array, classes: number): Float64Array => {
  const wrong = firstNotOneHot(values, classes)
  return wrong < 0
    ? Float64Array.from({ length: values.length / classes }, (_, row) =>
        values.subarray(row * classes, (row + 1) * classes).indexOf(1)
      )
    : fail(
        'ValueError',
        `${what}: row ${wrong} of the targets is ${showRow(values, classes, wrong)}; a row must be zeros with a single one, ` +
          'such as oneHot gives'
      )
}

/**
 * `x`, and `instead` where the weight is 0 and `x` is `pole`: what is multiplied by the weight then has no infinity to meet
 * it, in the value or in a derivative.
 */
export const avoidPole = (weight: Tensor, x: Tensor, pole: number, instead: number): Tensor =>
  op.where(op.equal(x, op.where(op.equal(weight, zero), op.constant(pole), nan)), op.constant(instead), x)
