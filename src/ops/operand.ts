import { tensors as op } from '../tape/algebra.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { asNumbers } from '../tensor/given.ts'
import { isTensor, make, type Tensor } from '../tensor/tensor.ts'

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

const vector = (values: Float64Array): Tensor => make([values.length], values)

/** An array of numbers or a tensor as a tensor, or an error that says what was given instead. */
export const listOperand = (what: string, values: ArrayLike<number> | Tensor): Tensor =>
  isTensor(values) ? values : vector(Float64Array.from(asNumbers(what, values)))
