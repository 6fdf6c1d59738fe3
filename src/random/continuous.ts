import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { checkDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { asKey, type Key } from './key.ts'

/** Where `uniform` draws: from `min` (0), included, to `max` (1), not included. @category settings @since 0.1.0 */
export interface UniformSettings {
  readonly min?: number
  readonly max?: number
}

/** The centre (0) and the spread (1) of a normal distribution. @category settings @since 0.1.0 */
export interface NormalSettings {
  readonly mean?: number
  readonly standardDeviation?: number
}

const uniformSettings = kinds.settings('uniform', { min: [kinds.finite, 0], max: [kinds.finite, 1] })
const gaussian = { mean: [kinds.finite, 0], standardDeviation: [kinds.notNegative, 1] } as const
const normalSettings = kinds.settings('normal', gaussian)
const truncatedNormalSettings = kinds.settings('truncatedNormal', gaussian)

/**
 * Numbers uniform in `[min, max)`, by default `[0, 1)`, on a grid of 2⁵³ steps. A larger shape begins with the numbers
 * of a smaller one.
 *
 * @shape → shape
 * @throws ShapeError when a dimension is negative or not whole
 * @throws ValueError when `min` is not below `max`, or their difference is not finite
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { random, toFlatArray } from 'grad-ts'
 *
 * const x = random.uniform([2, 3], { min: -1, max: 1 })(random.key(0))
 * deepStrictEqual(x.shape, [2, 3])
 * ok(toFlatArray(x).every((value) => value >= -1 && value < 1))
 * @category continuous
 * @since 0.1.0
 */
export const uniform = <const S extends number[]>(
  shape: readonly [...S],
  settings: UniformSettings = {}
): ((key: Key) => Tensor<S>) => {
  const { min, max } = uniformSettings.read(settings)
  const dims = [...checkDims('uniform', shape)]
  if (min >= max) fail('ValueError', `uniform: min must be below max, got min ${min} and max ${max}`)
  kinds.mustBe(kinds.finite, 'uniform: max − min', max - min)
  return (key) => op.uniform(asKey('uniform', key), min, max, dims) as Tensor<S>
}

/**
 * Normal numbers, by default of mean 0 and standard deviation 1, by the method of Box and Muller: exact but for
 * rounding, and at most 8.57 standard deviations from the mean. The same bits in every JavaScript engine. A standard
 * deviation of 0 gives the mean.
 *
 * @shape → shape
 * @throws ShapeError when a dimension is negative or not whole
 * @throws ValueError when the mean is not finite, or the standard deviation is negative or not finite
 * @see Box, Muller, A Note on the Generation of Random Normal Deviates (1958)
 * @example
 * import { ok } from 'assert'
 * import { random, toFlatArray } from 'grad-ts'
 *
 * const x = toFlatArray(random.normal([10000], { mean: 5, standardDeviation: 2 })(random.key(0)))
 * ok(Math.abs(x.reduce((sum, value) => sum + value, 0) / 10000 - 5) < 0.1)
 * @category continuous
 * @since 0.1.0
 */
export const normal = <const S extends number[]>(
  shape: readonly [...S],
  settings: NormalSettings = {}
): ((key: Key) => Tensor<S>) => {
  const { mean, standardDeviation } = normalSettings.read(settings)
  const dims = [...checkDims('normal', shape)]
  return (key) => op.normal(asKey('normal', key), mean, standardDeviation, dims) as Tensor<S>
}

/**
 * Truncated normal numbers with the given mean (0) and standard deviation (1): a wider normal distribution is truncated
 * at two of its own standard deviations by rejection, so no number is further than 2.274 `standardDeviation` from the
 * mean.
 *
 * @shape → shape
 * @throws ShapeError when a dimension is negative or not whole
 * @throws ValueError when the mean is not finite, or the standard deviation is negative or not finite
 * @see Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions 1 (1994), §13.10.1
 * @example
 * import { ok } from 'assert'
 * import { random, std, toFlatArray, toNumber } from 'grad-ts'
 *
 * const x = random.truncatedNormal([10000], { standardDeviation: 0.5 })(random.key(0))
 * ok(Math.abs(toNumber(std(x)) - 0.5) < 0.02)
 * ok(toFlatArray(x).every((value) => Math.abs(value) <= 0.5 * 2.274))
 * @category continuous
 * @since 0.1.0
 */
export const truncatedNormal = <const S extends number[]>(
  shape: readonly [...S],
  settings: NormalSettings = {}
): ((key: Key) => Tensor<S>) => {
  const { mean, standardDeviation } = truncatedNormalSettings.read(settings)
  const dims = [...checkDims('truncatedNormal', shape)]
  return (key) => op.truncatedNormal(asKey('truncatedNormal', key), mean, standardDeviation, dims) as Tensor<S>
}
