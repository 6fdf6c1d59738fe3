import { columnsOfOnes, firstNotOneHot, firstOutside, firstUneven } from '../../kernel/probability.ts'
import { tensors as op } from '../../tape/algebra.ts'
import { fail } from '../../tensor/errors.ts'
import { bufferOf, dimsOf, type Tensor, valuesOf } from '../../tensor/tensor.ts'

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

/** 1, or NaN where `margin` is below 0 or NaN. A logarithm makes the NaN, which `check.firstBad` then names with its number. */
const nanIfNegative = (margin: Tensor): Tensor =>
  op.where(op.greaterEqual(margin, zero), one, op.stopGradient(op.log(margin)))

/** How far a number is inside [0, 1]. */
const inside = (p: Tensor): Tensor => op.minimum(p, op.sub(one, p))

/** How much nearer to 1 the sum of each row is than it has to be. */
const evenness = (rows: Tensor): Tensor =>
  op.sub(allowed, op.abs(op.sub(op.sum(rows, [dimsOf(rows).length - 1], true), one)))

/**
 * Targets that are NaN wherever predictions are not probabilities. A loss that multiplies by them is then NaN, and so are its
 * derivatives of every order.
 */
export const nanUnlessProbability = (targets: Tensor, p: Tensor): Tensor => op.mul(targets, nanIfNegative(inside(p)))

/** The targets, with NaN in rows whose predictions are not distributions. */
export const nanUnlessDistribution = (targets: Tensor, p: Tensor): Tensor =>
  op.mul(targets, nanIfNegative(evenness(op.mul(p, nanIfNegative(inside(p))))))

/** A number, or NaN where it is not from 0 to 1. */
const probabilities = (x: Tensor): Tensor => op.mul(x, op.where(op.equal(x, op.clip(x, 0, 1)), one, nan))

const showRow = (values: Float64Array, width: number, row: number): string => {
  const shown = Array.from(values.subarray(row * width, row * width + Math.min(width, 6)), (value) => String(value))
  return `[${shown.join(', ')}${width > 6 ? ', …' : ''}]`
}

const widthOf = (x: Tensor): number => dimsOf(x)[dimsOf(x).length - 1]!

/** Targets that were checked already. */
const sound = new WeakSet<Tensor>()

/** Marks targets as checked, as training does before it traces a step for batches of them. */
export const markChecked = (targets: Tensor): void => {
  sound.add(targets)
}

/** Targets, or an error when one is not from 0 to 1; where that is not known now, it is NaN in its place. */
export const asProbabilities = (what: string, targets: Tensor): Tensor => {
  if (sound.has(targets)) return targets
  const values = bufferOf(targets)
  if (values === null) return probabilities(targets)
  const wrong = firstOutside(values)
  return wrong < 0
    ? targets
    : fail('ValueError', `${what}: targets must be from 0 to 1, got ${values[wrong]} at position ${wrong}`)
}

/** Targets, or an error when a row is not a distribution; where that is not known now, it is NaN in its place. */
export const asDistributions = (what: string, targets: Tensor): Tensor => {
  if (sound.has(targets)) return targets
  const values = bufferOf(targets)
  if (values === null) {
    const isEven = op.greaterEqual(evenness(probabilities(targets)), zero)
    return op.mul(targets, op.where(isEven, one, nan))
  }
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

/** The classes of targets that have been looked at: metrics ask again after each epoch, and tensors never change. */
const classesOf = new WeakMap<Tensor, Float64Array>()

/** The class of each row of targets that are one-hot, or an error that names the first row that is not. */
export const oneHotClasses = (what: string, targets: Tensor): Float64Array => {
  const known = classesOf.get(targets)
  if (known !== undefined) return known
  const [values, classes] = [valuesOf(what, targets), widthOf(targets)]
  const wrong = firstNotOneHot(values, classes)
  if (wrong >= 0)
    return fail(
      'ValueError',
      `${what}: row ${wrong} of the targets is ${showRow(values, classes, wrong)}; a row must be zeros with a single one, ` +
        'such as oneHot gives'
    )
  const found = columnsOfOnes(values, classes)
  classesOf.set(targets, found)
  return found
}
