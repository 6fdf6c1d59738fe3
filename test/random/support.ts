import { fc } from '../support/property.ts'
import { key } from '../../src/random/key.ts'

/** Keys of small seeds, which read well in a counterexample, and of any others. */
export const anyKey = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.maxSafeInteger()).map(key)

/**
 * The statistical properties run few times, with bounds that a right answer exceeds about once in a million: a failure
 * means a fault, whatever the keys.
 */
export const few = { numRuns: 6 }
const deviations = 5.2

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length

/** How far a mean of independent numbers is from its expectation, in standard errors. */
export const standardErrors = (values: readonly number[], expected: number, standardDeviation: number): number =>
  Math.abs(mean(values) - expected) / (standardDeviation / Math.sqrt(values.length))

/** How often each of `0 … classes − 1` comes. */
export const countsOf = (classes: number, values: readonly number[]): readonly number[] => {
  const counts = new Array<number>(classes).fill(0)
  for (const value of values) counts[value] = counts[value]! + 1
  return counts
}

/** The chi-square statistic, as a standard normal deviate by the cube root of Wilson and Hilferty. */
const chiSquareDeviate = (counts: readonly number[], probabilities: readonly number[]): number => {
  const total = counts.reduce((sum, n) => sum + n, 0)
  const chiSquare = counts.reduce(
    (sum, n, i) => sum + (n - total * probabilities[i]!) ** 2 / (total * probabilities[i]!),
    0
  )
  const spread = 2 / (9 * (counts.length - 1))
  return (Math.cbrt(chiSquare / (counts.length - 1)) - (1 - spread)) / Math.sqrt(spread)
}

export const fits = (counts: readonly number[], probabilities?: readonly number[]): boolean =>
  chiSquareDeviate(counts, probabilities ?? counts.map(() => 1 / counts.length)) < deviations
