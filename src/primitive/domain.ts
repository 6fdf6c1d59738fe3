import { fail, showGiven } from '../tensor/errors.ts'
import { frozen } from '../tensor/frozen.ts'
import { asArray, asNumber, asSettings } from '../tensor/given.ts'
import type { Domain, Interval } from './primitive.ts'

/** Intervals that primitives are sampled from. */

/** Numbers from −3 to 3: a domain for what is smooth everywhere. */
export const reals: Interval = frozen({ min: -3, max: 3, avoid: [] })

/** Numbers from 0.2 to 4: a domain for what has a pole at 0. */
export const positive: Interval = frozen({ min: 0.2, max: 4, avoid: [] })

/** Numbers from −3 to 3 away from 0: a domain for what has a kink there. */
export const nonZero: Interval = frozen({ min: -3, max: 3, avoid: [0] })

/** Above −1, for `log1p`. */
export const aboveMinusOne: Interval = { min: -0.7, max: 3, avoid: [] }
export const zeroOrOne: Interval = { min: 0, max: 1, avoid: [0.5] }

/** The interval, or an error that says what was given instead. */
export const asInterval = (what: string, interval: Interval): Interval => {
  const { min, max, avoid } = asSettings(what, 'an interval { min, max, avoid }', interval, ['min', 'max', 'avoid'])
  if (!Number.isFinite(min) || !Number.isFinite(max) || min > max)
    fail('ValueError', `${what}: needs min at most max, both finite, got ${showGiven(min)} and ${showGiven(max)}`)
  Array.from(asArray(`${what}: avoid`, 'an array of numbers', avoid), (point) => asNumber(`${what}: avoid`, point))
  return interval
}

/** The intervals, one for each input. */
export const asDomain = (what: string, domain: Domain): Domain =>
  Array.from(asArray(what, 'an array of intervals', domain), (interval) => asInterval(what, interval))
