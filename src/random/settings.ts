import { fail } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { isTensor, type Tensor, valuesOf } from '../tensor/tensor.ts'

/** The checks on what a caller hands over. Each answers the value, or throws a named error that says what it got. */

/** A value for a message: numbers and short strings as they are written, anything else by its type. */
export const showGot = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined
    ? Object.is(value, -0)
      ? '-0'
      : String(value)
    : typeof value === 'string'
      ? JSON.stringify(value)
      : Array.isArray(value)
        ? 'an array'
        : `a value of type ${typeof value}`

/** The largest count of indices: they are held as 32-bit integers. */
const maxCount = 2 ** 31 - 1

export const checkCount = (what: string, name: string, value: number): number =>
  Number.isInteger(value) && value >= 0 && value <= maxCount
    ? value
    : fail('ValueError', `${what}: ${name} must be a whole number from 0 to ${maxCount}, got ${showGot(value)}`)

export const checkFinite = (what: string, name: string, value: number): number =>
  Number.isFinite(value) ? value : fail('ValueError', `${what}: ${name} must be a finite number, got ${showGot(value)}`)

export const checkSafe = (what: string, name: string, value: number): number =>
  Number.isSafeInteger(value)
    ? value
    : fail('ValueError', `${what}: ${name} must be a whole number within ±(2^53 − 1), got ${showGot(value)}`)

export const checkBoolean = (what: string, name: string, value: unknown): boolean =>
  typeof value === 'boolean'
    ? value
    : fail('ValueError', `${what}: ${name} must be true or false, got ${showGot(value)}`)

/** A spread: finite, not negative. */
export const checkScale = (what: string, name: string, value: number): number =>
  Number.isFinite(value) && value >= 0
    ? value
    : fail('ValueError', `${what}: ${name} must be a finite number of at least 0, got ${showGot(value)}`)

export const checkProbability = (what: string, name: string, value: number): number =>
  typeof value === 'number' && value >= 0 && value <= 1
    ? value
    : fail('ValueError', `${what}: ${name} must be a probability from 0 to 1, got ${showGot(value)}`)

/** Probabilities as a list or a tensor of rank 1. @category settings @since 0.1.0 */
export type Probabilities = readonly number[] | Tensor<[number]>

/** How far from 1 probabilities may sum: a softmax in single precision is within it. */
const slack = 1e-6

/** The probabilities as numbers: at least one, each from 0 to 1, summing to 1. */
export const checkProbabilities = (what: string, probabilities: Probabilities): ArrayLike<number> => {
  const values: ArrayLike<number> = isTensor(probabilities)
    ? vector(what, probabilities)
    : Array.isArray(probabilities)
      ? probabilities
      : fail('ValueError', `${what}: probabilities must be an array or a vector, got ${showGot(probabilities)}`)
  const list = Array.from(values, (p, i) => checkProbability(what, `probability ${i}`, p))
  const sum = list.reduce((total, p) => total + p, 0)
  return list.length > 0 && Math.abs(sum - 1) <= slack
    ? list
    : fail(
        'ValueError',
        `${what}: the ${list.length} probabilities must sum to 1, got ${sum}; divide them by their sum, or use softmax`
      )
}

const vector = (what: string, x: Tensor<Shape>): ArrayLike<number> =>
  x.shape.length === 1
    ? valuesOf(what, x)
    : fail('ShapeError', `${what}: probabilities must be a vector, got shape [${x.shape.join(', ')}]`)
