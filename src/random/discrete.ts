import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { checkDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { asKey, type Key } from './key.ts'
import { atLeastZero, type Parameter, parameter, someParameter, tailsOf } from './parameter.ts'
import { asDistribution, type Probabilities, someProbabilities } from './probabilities.ts'

/** Where `randint` draws: from `min`, included, to `max`, not included. @category settings @since 0.1.0 */
export interface RandintSettings {
  readonly min: number
  readonly max: number
}

const randintSettings = kinds.settings('randint', { min: kinds.safeInteger, max: kinds.safeInteger })

/**
 * A tensor of ones, each with probability `p`, and zeros: a dropout mask, say.
 *
 * @shape → shape
 * @throws ShapeError when a dimension is negative or not whole
 * @throws ValueError when `p` is not a number from 0 to 1
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { random, toFlatArray } from 'grad-ts'
 *
 * const kept = toFlatArray(random.bernoulli(0.8, [1000])(random.key(0))).filter((value) => value === 1).length
 * ok(kept > 740 && kept < 860)
 * deepStrictEqual(toFlatArray(random.bernoulli(1, [2])(random.key(0))), [1, 1])
 * @category discrete
 * @since 0.1.0
 */
export const bernoulli = <const S extends number[]>(p: number, shape: readonly [...S]): ((key: Key) => Tensor<S>) => {
  kinds.mustBe(kinds.probability, 'bernoulli: p', p)
  const dims = [...checkDims('bernoulli', shape)]
  return (key) => op.bernoulli(asKey('bernoulli', key), p, dims) as Tensor<S>
}

/**
 * Integers in `[min, max)`, all exactly equally likely.
 *
 * @shape → shape
 * @throws ShapeError when a dimension is negative or not whole
 * @throws ValueError when a bound is not a safe integer, `min` is not below `max`, or they are more than 2⁵³ − 1 apart
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { random, toFlatArray } from 'grad-ts'
 *
 * const dice = toFlatArray(random.randint([100], { min: 1, max: 7 })(random.key(0)))
 * deepStrictEqual([...new Set(dice)].sort(), [1, 2, 3, 4, 5, 6])
 * @category discrete
 * @since 0.1.0
 */
export const randint = <const S extends number[]>(
  shape: readonly [...S],
  settings: RandintSettings
): ((key: Key) => Tensor<S>) => {
  const { min, max } = randintSettings.read(settings)
  const dims = [...checkDims('randint', shape)]
  if (min >= max) fail('ValueError', `randint: min must be below max, got min ${min} and max ${max}`)
  kinds.mustBe(kinds.safeInteger, 'randint: max − min', max - min)
  return (key) => op.randint(asKey('randint', key), min, max, dims) as Tensor<S>
}

/**
 * Class indices, index `i` with probability `probabilities[i]`; one of probability 0 is never drawn. Without a shape,
 * one index as a scalar.
 *
 * @shape probabilities [classes] → shape
 * @throws ShapeError when `probabilities` is a tensor but no vector, or a dimension is negative or not whole
 * @throws ValueError when there are no probabilities, one is outside 0 to 1, or they sum to more than 1e-6 from 1
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { random, toFlatArray } from 'grad-ts'
 *
 * const x = toFlatArray(random.categorical([0.5, 0, 0.5], [100])(random.key(0)))
 * deepStrictEqual([...new Set(x)].sort(), [0, 2])
 * ok(x.filter((value) => value === 0).length > 25)
 * @category discrete
 * @since 0.1.0
 */
export const categorical = <const S extends number[] = []>(
  probabilities: Probabilities,
  shape: readonly [...S] = [] as readonly number[] as readonly [...S]
): ((key: Key) => Tensor<S>) => {
  const given = kinds.mustBe(someProbabilities, 'categorical: probabilities', probabilities)
  const values = asDistribution('categorical', given)
  const dims = [...checkDims('categorical', shape)]
  return (key) => op.categorical(asKey('categorical', key), values, dims) as Tensor<S>
}

/**
 * Integers from 0 to 2³² − 1, of 32 random bits each; exact in programs of single precision too.
 *
 * @shape → shape
 * @throws ShapeError when a dimension is negative or not whole
 * @example
 * import { ok } from 'assert'
 * import { random, toFlatArray } from 'grad-ts'
 *
 * const words = toFlatArray(random.bits([1000])(random.key(0)))
 * ok(words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32))
 * ok(Math.abs(words.filter((word) => word >= 2 ** 31).length - 500) < 90)
 * @category discrete
 * @since 0.1.0
 */
export const bits = <const S extends number[]>(shape: readonly [...S]): ((key: Key) => Tensor<S>) => {
  const dims = [...checkDims('bits', shape)]
  return (key) => op.bits(asKey('bits', key), dims) as Tensor<S>
}

/** The mean of a Poisson distribution, at least 0. @category settings @since 0.1.0 */
export interface PoissonSettings {
  readonly rate: Parameter
}

const poissonSettings = kinds.settings('poisson', { rate: someParameter })

/**
 * Counts of events that are independent of each other, of which there are `rate` on average. They are not differentiable.
 *
 * @shape → shape, to which rate broadcasts
 * @throws ShapeError when a dimension is negative or not whole, or `rate` does not broadcast to the shape
 * @throws ValueError when `rate` is negative; inside `compile` and `vmap`, where no number is known yet, that gives NaN
 * @example
 * import { ok } from 'assert'
 * import { mean, random, toFlatArray, toNumber } from 'grad-ts'
 *
 * const counts = random.poisson([2000], { rate: 3.5 })(random.key(0))
 * ok(Math.abs(toNumber(mean(counts)) - 3.5) < 0.22)
 * ok(toFlatArray(counts).every((count) => Number.isInteger(count) && count >= 0))
 * @category discrete
 * @since 0.1.0
 */
export const poisson = <const S extends number[]>(
  shape: readonly [...S],
  settings: PoissonSettings
): ((key: Key) => Tensor<S>) => {
  const given = poissonSettings.read(settings)
  const dims = [...checkDims('poisson', shape)]
  const rate = parameter('poisson: rate', atLeastZero, given.rate, dims)
  return (key) => op.poissonQuantile(tailsOf(asKey('poisson', key), dims), rate) as unknown as Tensor<S>
}

/** How many trials there are, and the probability of each outcome. @category settings @since 0.1.0 */
export interface MultinomialSettings {
  readonly n: number
  /** One for each outcome, summing to 1. */
  readonly probabilities: Probabilities
}

const multinomialSettings = kinds.settings('multinomial', { n: kinds.count, probabilities: someProbabilities })

/**
 * How often each outcome comes in `n` independent trials. Takes memory for `n` times the number of outcomes a draw.
 *
 * @shape probabilities [outcomes] → [...shape, outcomes]
 * @throws ShapeError when `probabilities` is a tensor but no vector, or a dimension is negative or not whole
 * @throws ValueError when `n` is negative or not whole, or the probabilities are not numbers from 0 to 1 that sum to 1 within 1e-6
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { random, sum, toFlatArray } from 'grad-ts'
 *
 * const counts = random.multinomial([5], { n: 20, probabilities: [0.5, 0, 0.5] })(random.key(0))
 * deepStrictEqual(counts.shape, [5, 3])
 * ok(toFlatArray(sum({ axis: 1 })(counts)).every((total) => total === 20))
 * @category discrete
 * @since 0.1.0
 */
export const multinomial = <const S extends number[]>(
  shape: readonly [...S],
  settings: MultinomialSettings
): ((key: Key) => Tensor<[...S, number]>) => {
  const { n, probabilities } = multinomialSettings.read(settings)
  const values = asDistribution('multinomial', probabilities)
  const dims = checkDims('multinomial', shape)
  const outcomes = op.range(values.length, 1)
  return (key) => {
    const drawn = op.categorical(asKey('multinomial', key), values, [...dims, n, 1])
    const came = op.equal(op.broadcastTo(drawn, [...dims, n, values.length]), outcomes)
    return op.sum(came, [dims.length], false) as unknown as Tensor<[...S, number]>
  }
}
