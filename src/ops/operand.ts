import { tensors as op } from '../tape/algebra.ts'
import { broadcastsTo, showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { asNumbers } from '../tensor/given.ts'
import { dimsOf, isTensor, make, type Tensor } from '../tensor/tensor.ts'

/** Operands that may be given as something other than a tensor, and settings that may not be given as one. */

/** Settings, or an error when a tensor stands in their place. */
export const notTensor = <T>(what: string, settings: T, remedy: string): T =>
  isTensor(settings) ? fail('ValueError', `${what}: needs settings, got a Tensor; ${remedy}`) : settings

/** A number or a tensor as a tensor, or an error that says what was given instead. */
export const operand = (what: string, value: unknown): Tensor =>
  typeof value === 'number'
    ? op.constant(value)
    : isTensor(value)
      ? value
      : fail('ValueError', `${what}: needs a tensor or a number, got ${showGiven(value)}`)

/** Refuses an operand that would stretch the data, where the result has the data's shape. */
export const mustStretch = (what: string, y: Tensor, x: Tensor): void => {
  if (!broadcastsTo(dimsOf(y), dimsOf(x)))
    fail('ShapeError', `${what} of shape ${showDims(dimsOf(y))} does not broadcast to ${showDims(dimsOf(x))}`)
}

const vector = (values: Float64Array): Tensor => make([values.length], values)

/** An array of numbers or a tensor as a tensor, or an error that says what was given instead. */
export const listOperand = (what: string, values: ArrayLike<number> | Tensor): Tensor =>
  isTensor(values) ? values : vector(Float64Array.from(asNumbers(what, values)))
