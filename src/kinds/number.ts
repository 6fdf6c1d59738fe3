import { type Dims, isDims } from '../tensor/dims.ts'
import { type Kind, kind } from './kind.ts'

/** Kinds of numbers. */

/** A number of which something holds. */
export const number = (needs: string, holds: (value: number) => boolean): Kind<number> =>
  kind(needs, (value) => typeof value === 'number' && holds(value))

/** Whatever counts as a number: NaN and infinities, too. */
export const anyNumber = number('a number', () => true)

export const finite = number('a finite number', Number.isFinite)

/** A strength, a spread, a rate that may be 0. */
export const notNegative = number('a finite number of at least 0', (value) => Number.isFinite(value) && value >= 0)

export const positive = number('a finite number above 0', (value) => Number.isFinite(value) && value > 0)

/** How much of a moving average is kept: with 1 it would never learn anything new. */
export const decay = number('a number of at least 0 and below 1', (value) => value >= 0 && value < 1)

/** A part of a whole that is neither nothing nor everything. */
export const share = number('a number above 0 and below 1', (value) => value > 0 && value < 1)

export const probability = number('a probability from 0 to 1', (value) => value >= 0 && value <= 1)

/** A number of features, steps or epochs: at least one. */
export const size = number('a whole number of at least 1', (value) => Number.isSafeInteger(value) && value >= 1)

/** How often, or which one counted from 0. */
export const index = number('a whole number of at least 0', (value) => Number.isSafeInteger(value) && value >= 0)

export const safeInteger = number('a whole number within ±(2^53 − 1)', Number.isSafeInteger)

/** The dimensions of a tensor. */
export const shape = kind<Dims>('a shape, an array of whole numbers of at least 0', isDims)

/** The largest count of indices: they are held as 32-bit integers. */
const MOST = 2 ** 31 - 1

/** How many values are drawn or made. */
export const count = number(
  `a whole number from 0 to ${MOST}`,
  (value) => Number.isInteger(value) && value >= 0 && value <= MOST
)
