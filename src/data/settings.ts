import { fail, showGiven } from '../tensor/errors.ts'

/** The checks on settings of data. Each answers the value, or throws a named error that says what it got. */

export const checkCount = (what: string, name: string, value: number): number =>
  Number.isSafeInteger(value) && value >= 1
    ? value
    : fail('ValueError', `${what}: ${name} must be a whole number of at least 1, got ${showGiven(value)}`)

export const checkSpread = (what: string, name: string, value: number): number =>
  Number.isFinite(value) && value >= 0
    ? value
    : fail('ValueError', `${what}: ${name} must be a finite number of at least 0, got ${showGiven(value)}`)

/** A part of a whole that is neither nothing nor everything. */
export const checkShare = (what: string, name: string, value: number): number =>
  typeof value === 'number' && value > 0 && value < 1
    ? value
    : fail('ValueError', `${what}: ${name} must be above 0 and below 1, got ${showGiven(value)}`)
