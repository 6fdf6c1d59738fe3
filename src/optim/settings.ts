import { fail, showGiven } from '../tensor/errors.ts'

/** The checks on settings, made when a transformation is made. Each answers the value, or throws a named error. */

const check =
  (needs: string, holds: (value: number) => boolean) =>
  (what: string, name: string, value: number): number =>
    typeof value === 'number' && holds(value)
      ? value
      : fail('ValueError', `${what}: ${name} must be ${needs}, got ${showGiven(value)}`)

export const checkFinite = check('a finite number', Number.isFinite)

export const checkNotNegative = check('a finite number of at least 0', (value) => Number.isFinite(value) && value >= 0)

export const checkPositive = check('a finite number above 0', (value) => Number.isFinite(value) && value > 0)

/** How much of a moving average is kept: with 1 it would never learn anything new. */
export const checkDecay = check('at least 0 and below 1', (value) => value >= 0 && value < 1)
