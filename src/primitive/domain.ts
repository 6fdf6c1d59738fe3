import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import { frozen } from '../tensor/frozen.ts'
import type { Domain, Interval } from './primitive.ts'

/** Intervals that primitives are sampled from. */

/** Numbers from −3 to 3: a domain for what is smooth everywhere. */
export const reals: Interval = frozen({ min: -3, max: 3, avoid: [] })

/** Numbers from 0.2 to 4: a domain for what has a pole at 0. */
export const positive: Interval = frozen({ min: 0.2, max: 4, avoid: [] })

/** Numbers from −3 to 3 away from 0: a domain for what has a kink there. */
export const nonZero: Interval = frozen({ min: -3, max: 3, avoid: [0] })

/** Numbers from −3 to 3 away from integers, and from halves between them. */
export const betweenIntegers: Interval = { min: -2.9, max: 2.9, avoid: [-2, -1, 0, 1, 2] }
export const betweenHalves: Interval = { min: -3, max: 3, avoid: [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5] }

/** Above −1, for `log1p`. */
export const aboveMinusOne: Interval = { min: -0.7, max: 3, avoid: [] }
/** Above 1, for `acosh`. */
export const aboveOne: Interval = { min: 1.3, max: 4, avoid: [] }
/** Between −1 and 1, away from the ends. */
export const insideOne: Interval = { min: -0.8, max: 0.8, avoid: [] }
export const zeroOrOne: Interval = { min: 0, max: 1, avoid: [0.5] }

const intervalFields = {
  min: kinds.finite,
  max: kinds.finite,
  avoid: kinds.listOf(kinds.anyNumber, 'an array of numbers')
} as const

/** The interval, or an error that says what was given instead. */
export const asInterval = (what: string, interval: Interval): Interval => {
  const { min, max } = kinds.settings(what, intervalFields, 'an interval').read(interval)
  return min <= max ? interval : fail('ValueError', `${what}: min must be at most max, got ${min} and ${max}`)
}

/** The intervals, one for each input. */
export const asDomain = (what: string, domain: Domain): Domain =>
  Array.from(kinds.mustBe(kinds.list('an array of intervals'), what, domain), (interval) => asInterval(what, interval))
