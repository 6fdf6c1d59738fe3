import { type Tensor, valuesOf } from '../tensor/tensor.ts'

/** Numbers in sum. */

/** What some numbers are like. @category check @since 0.1.0 */
export interface Statistics {
  readonly mean: number
  /** The standard deviation, of all there are. */
  readonly std: number
  /** The square root of the mean of the squares: their size. */
  readonly rootMeanSquare: number
  readonly least: number
  readonly largest: number
  /** The share that is exactly 0. */
  readonly zeros: number
}

/** NaN all through when one of the numbers is; of no numbers at all too. */
export const statisticsOf = (x: Tensor): Statistics => {
  const values = valuesOf('diagnose', x)
  const meanOf = (f: (value: number) => number): number =>
    values.reduce((total, value) => total + f(value), 0) / values.length
  const mean = meanOf((value) => value)
  /** `√mean(x²)`, of numbers divided by the largest of them: their squares may be beyond what a number can be. */
  const rootOf = (size: (value: number) => number): number => {
    const largest = values.reduce((found, value) => Math.max(found, Math.abs(size(value))), 0)
    return largest > 0 && largest < Infinity
      ? largest * Math.sqrt(meanOf((value) => (size(value) / largest) ** 2))
      : Math.sqrt(meanOf((value) => size(value) ** 2))
  }
  return {
    mean,
    std: rootOf((value) => value - mean),
    rootMeanSquare: rootOf((value) => value),
    least: values.reduce((least, value) => Math.min(least, value), Infinity),
    largest: values.reduce((largest, value) => Math.max(largest, value), -Infinity),
    zeros: meanOf((value) => (value === 0 ? 1 : 0))
  }
}
