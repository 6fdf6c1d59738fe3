import { showGot } from '../random/settings.ts'
import { fail } from '../tensor/errors.ts'

/** The checks on a layer's settings. Each answers the value, or throws a named error that says what it got. */

/** A number of features or units. */
export const checkSize = (what: string, name: string, value: number): number =>
  Number.isInteger(value) && value >= 1
    ? value
    : fail('ValueError', `${what}: ${name} must be a whole number of at least 1, got ${showGot(value)}`)

export const checkPositive = (what: string, name: string, value: number): number =>
  Number.isFinite(value) && value > 0
    ? value
    : fail('ValueError', `${what}: ${name} must be a finite number above 0, got ${showGot(value)}`)

export const checkFunction = <F>(what: string, name: string, value: F): F =>
  typeof value === 'function' ? value : fail('ValueError', `${what}: ${name} must be a function, got ${showGot(value)}`)
