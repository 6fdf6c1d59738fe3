import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { checkDims, type Dims, showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { dimsOf, isTensor, make, type Tensor } from '../tensor/tensor.ts'
import { asKey, type Key } from './key.ts'
import { aboveZero, atLeastZero, type Parameter, parameter, someParameter, tailsOf } from './parameter.ts'

/**
 * The gamma distribution, and shares made of gamma numbers. A number is the quantile of a random share, so it is differentiable in
 * the parameters, at every order: the derivative is the one with the share held.
 */

/** The shape `alpha` of a gamma distribution, and its scale (1). @category settings @since 0.1.0 */
export interface GammaSettings {
  readonly alpha: Parameter
  readonly scale?: Parameter
}

/** The exponents of a beta distribution, both above 0. @category settings @since 0.1.0 */
export interface BetaSettings {
  readonly alpha: Parameter
  readonly beta: Parameter
}

const gammaSettings = kinds.settings('gamma', { alpha: someParameter, scale: [someParameter, 1] })
const betaSettings = kinds.settings('beta', { alpha: someParameter, beta: someParameter })

/** Logarithms of gamma numbers: of a small `alpha`, the numbers themselves vanish. */
const logGamma = (key: Tensor, alpha: Tensor, dims: Dims): Tensor => op.logGammaQuantile(tailsOf(key, dims), alpha, 0)

/**
 * Gamma numbers of shape `alpha`, above 0, and `scale` (1), of density `x^(alpha − 1) e^(−x / scale)` up to a factor; their mean is
 * `alpha · scale`. They are differentiable in both settings, at every order, as the quantile of a share that is held. For a small
 * `alpha` most of them vanish: below 0.001 they round to 0.
 *
 * @shape → shape, to which alpha and scale broadcast
 * @throws ShapeError when a dimension is negative or not whole, or a setting does not broadcast to the shape
 * @throws ValueError when `alpha` is not above 0 or `scale` is negative; inside `compile` and `vmap`, where no number is known yet,
 * that gives NaN
 * @see Figurnov, Mohamed, Mnih, Implicit Reparameterization Gradients (2018)
 * @example
 * import { ok } from 'assert'
 * import { grad, mean, random, type Scalar, scalar, toNumber } from 'grad-ts'
 *
 * // the mean of gamma numbers is their shape, and so its derivative is 1
 * const average = (alpha: Scalar) => mean(random.gamma([4000], { alpha })(random.key(0)))
 * ok(Math.abs(toNumber(average(scalar(2.5))) - 2.5) < 0.13)
 * ok(Math.abs(toNumber(grad(average)(scalar(2.5))) - 1) < 0.05)
 * @category continuous
 * @since 0.1.0
 */
export const gamma = <const S extends number[]>(
  shape: readonly [...S],
  settings: GammaSettings
): ((key: Key) => Tensor<S>) => {
  const given = gammaSettings.read(settings)
  const dims = [...checkDims('gamma', shape)]
  const alpha = parameter('gamma: alpha', aboveZero, given.alpha, dims)
  const scale = parameter('gamma: scale', atLeastZero, given.scale, dims)
  return (key) => op.mul(op.exp(logGamma(asKey('gamma', key), alpha, dims)), scale) as unknown as Tensor<S>
}

/** The keys of two draws. */
const twoKeys = (key: Key): readonly Tensor[] => {
  const both = op.splitKey(key, 2)
  return [0, 1].map((i) => op.reshape(op.slice(both, [i, 0], [i + 1, 2]), [2]))
}

/**
 * Beta numbers, of density `x^(alpha − 1) (1 − x)^(beta − 1)` up to a factor, from 0 to 1: the share of one gamma number in the sum
 * of two. They are differentiable in both settings, at every order, with the shares of the two held.
 *
 * @shape → shape, to which alpha and beta broadcast
 * @throws ShapeError when a dimension is negative or not whole, or a setting does not broadcast to the shape
 * @throws ValueError when a setting is not above 0; inside `compile` and `vmap`, where no number is known yet, that gives NaN
 * @example
 * import { ok } from 'assert'
 * import { mean, random, toNumber } from 'grad-ts'
 *
 * const x = random.beta([2000], { alpha: 3, beta: 1 })(random.key(0))
 * ok(Math.abs(toNumber(mean(x)) - 0.75) < 0.03)
 * @category continuous
 * @since 0.1.0
 */
export const beta = <const S extends number[]>(
  shape: readonly [...S],
  settings: BetaSettings
): ((key: Key) => Tensor<S>) => {
  const given = betaSettings.read(settings)
  const dims = [...checkDims('beta', shape)]
  const alpha = parameter('beta: alpha', aboveZero, given.alpha, dims)
  const other = parameter('beta: beta', aboveZero, given.beta, dims)
  return (key) => {
    const [first, second] = twoKeys(asKey('beta', key))
    const odds = op.sub(logGamma(first!, alpha, dims), logGamma(second!, other, dims))
    return op.sigmoid(odds) as unknown as Tensor<S>
  }
}

const vectorOf = (alpha: unknown): Tensor => {
  if (isTensor(alpha))
    return dimsOf(alpha).length === 1 && dimsOf(alpha)[0]! > 0
      ? alpha
      : fail('ShapeError', `dirichlet: alpha must be a vector, not empty, got shape ${showDims(dimsOf(alpha))}`)
  const list = Array.isArray(alpha) ? (alpha as readonly unknown[]) : []
  if (list.length === 0)
    fail('ValueError', `dirichlet: alpha must be an array or a vector, not empty, got ${showGiven(alpha)}`)
  return make(
    [list.length],
    Float64Array.from(list, (value, i) => kinds.mustBe(kinds.positive, `dirichlet: alpha, position ${i}`, value))
  )
}

/**
 * Shares that add up to 1, from the Dirichlet distribution with the exponents `alpha`: a gamma number for each, over their sum. They
 * are differentiable in `alpha`, at every order. Without a shape, one vector of shares.
 *
 * @shape alpha [n] → [...shape, n]
 * @throws ShapeError when a dimension is negative or not whole, or `alpha` is a tensor but no vector
 * @throws ValueError when `alpha` is empty or has a number that is not above 0; inside `compile` and `vmap`, where no number is known
 * yet, that gives NaN
 * @example
 * import { ok } from 'assert'
 * import { random, sum, toFlatArray } from 'grad-ts'
 *
 * const shares = random.dirichlet([0.5, 2, 7], [100])(random.key(0))
 * ok(shares.shape[1] === 3)
 * ok(toFlatArray(sum({ axis: 1 })(shares)).every((total) => Math.abs(total - 1) < 1e-14))
 * @category continuous
 * @since 0.1.0
 */
export const dirichlet = <const S extends number[] = [], N extends number = number>(
  alpha: readonly number[] | Tensor<[N]>,
  shape: readonly [...S] = [] as readonly number[] as readonly [...S]
): ((key: Key) => Tensor<[...S, N]>) => {
  const exponents = vectorOf(alpha)
  const dims = [...checkDims('dirichlet', shape), dimsOf(exponents)[0]!]
  const checked = parameter('dirichlet: alpha', aboveZero, exponents, dims)
  return (key) =>
    op.softmax(logGamma(asKey('dirichlet', key), checked, dims), dims.length - 1) as unknown as Tensor<[...S, N]>
}
