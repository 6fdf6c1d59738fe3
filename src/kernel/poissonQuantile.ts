import { shareAt } from './gammaQuantile.ts'
import { erfinvGuess } from './special.ts'

/** From here on neighbouring counts are not told apart. */
const COUNTED = 2 ** 50

/**
 * The least count with at least the share `tail / 2` of a Poisson distribution up to it, or, where `tail` is negative, with at
 * most `−tail / 2` above it. Up to `n` it is the share of a gamma distribution of shape `n + 1` above the rate.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.4.21
 */
export const poissonQuantile = (tail: number, rate: number): number => {
  if (!(rate >= 0 && rate < Infinity && Math.abs(tail) <= 1) || tail === 0) return NaN
  if (rate === 0) return 0
  const y = Math.log(rate)
  const isEnough = (n: number): boolean => {
    const { low, log } = shareAt(n + 1, y)
    const share = Math.exp(log)
    return tail > 0 ? (low ? 1 - share : share) >= tail / 2 : (low ? share : 1 - share) <= -tail / 2
  }
  const deviate = (tail > 0 ? -1 : 1) * Math.SQRT2 * erfinvGuess(Math.abs(tail))
  let n = Math.max(0, Math.floor(rate + deviate * Math.sqrt(rate) + (deviate * deviate - 1) / 6))
  if (n > COUNTED) return n
  while (!isEnough(n)) n += 1
  while (n > 0 && isEnough(n - 1)) n -= 1
  return n
}
