import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { checkDims } from '../tensor/dims.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { asKey, type Key } from './key.ts'
import { anyFinite, atLeastZero, type Parameter, parameter, someParameter, tailsOf } from './parameter.ts'

/** Distributions that are shifted and stretched: a number drawn is differentiable in both. */

/** The mean of an exponential distribution (1). @category settings @since 0.1.0 */
export interface ExponentialSettings {
  readonly scale?: Parameter
}

/** Where a distribution is (0), and how wide (1). @category settings @since 0.1.0 */
export interface LocationScaleSettings {
  readonly loc?: Parameter
  readonly scale?: Parameter
}

const exponentialSettings = kinds.settings('exponential', { scale: [someParameter, 1] })
const located = { loc: [someParameter, 0], scale: [someParameter, 1] } as const
const [gumbelSettings, laplaceSettings] = [kinds.settings('gumbel', located), kinds.settings('laplace', located)]

const zero = op.constant(0)
const half = op.constant(0.5)

/** `−log` of the share that a tail leaves above it, where `tail` is positive, or below it. */
const surprise = (tail: Tensor, isPositive: Tensor): Tensor => {
  const share = op.mul(op.abs(tail), half)
  return op.neg(op.where(isPositive, op.log1p(op.neg(share)), op.log(share)))
}

/**
 * Exponential numbers of the given mean (1), the inverse of the rate: never infinite, and at most 37.5 times the mean. They are
 * differentiable in `scale`. A scale of 0 gives 0.
 *
 * @shape → shape, to which scale broadcasts
 * @throws ShapeError when a dimension is negative or not whole, or `scale` does not broadcast to the shape
 * @throws ValueError when `scale` is negative; inside `compile` and `vmap`, where no number is known yet, that gives NaN
 * @example
 * import { ok } from 'assert'
 * import { mean, random, toFlatArray, toNumber } from 'grad-ts'
 *
 * const x = random.exponential([10000], { scale: 2 })(random.key(0))
 * ok(Math.abs(toNumber(mean(x)) - 2) < 0.11)
 * ok(toFlatArray(x).every((value) => value > 0))
 * @category continuous
 * @since 0.1.0
 */
export const exponential = <const S extends number[]>(
  shape: readonly [...S],
  settings: ExponentialSettings = {}
): ((key: Key) => Tensor<S>) => {
  const given = exponentialSettings.read(settings)
  const dims = [...checkDims('exponential', shape)]
  const scale = parameter('exponential: scale', atLeastZero, given.scale, dims)
  return (key) => {
    const tail = tailsOf(asKey('exponential', key), dims)
    return op.mul(surprise(tail, op.greater(tail, zero)), scale) as unknown as Tensor<S>
  }
}

/** A number of a standard distribution at a place and of a width. */
const placed =
  (
    name: string,
    read: (settings: LocationScaleSettings) => Required<LocationScaleSettings>,
    f: (tail: Tensor) => Tensor
  ) =>
  <const S extends number[]>(
    shape: readonly [...S],
    settings: LocationScaleSettings = {}
  ): ((key: Key) => Tensor<S>) => {
    const given = read(settings)
    const dims = [...checkDims(name, shape)]
    const loc = parameter(`${name}: loc`, anyFinite, given.loc, dims)
    const scale = parameter(`${name}: scale`, atLeastZero, given.scale, dims)
    return (key) => op.add(op.mul(f(tailsOf(asKey(name, key), dims)), scale), loc) as unknown as Tensor<S>
  }

/**
 * Gumbel numbers, `−log(−log u)` of a uniform `u`, at `loc` (0) and of `scale` (1): the largest of many numbers is spread like that.
 * Never infinite: from `loc − 3.7 scale` to `loc + 37.5 scale`. They are differentiable in both settings.
 *
 * @shape → shape, to which loc and scale broadcast
 * @throws ShapeError when a dimension is negative or not whole, or a setting does not broadcast to the shape
 * @throws ValueError when `scale` is negative; inside `compile` and `vmap`, where no number is known yet, that gives NaN
 * @see Gumbel, Statistics of Extremes (1958)
 * @example
 * import { ok } from 'assert'
 * import { mean, random, toNumber } from 'grad-ts'
 *
 * const x = random.gumbel([10000], { loc: 3, scale: 2 })(random.key(0))
 * ok(Math.abs(toNumber(mean(x)) - (3 + 2 * 0.5772156649015329)) < 0.14)
 * @category continuous
 * @since 0.1.0
 */
export const gumbel = placed(
  'gumbel',
  (settings) => gumbelSettings.read(settings),
  (tail) => op.neg(op.log(surprise(tail, op.greater(zero, tail))))
)

/**
 * Laplace numbers, of density `e^(−|x − loc| / scale) / (2 scale)`, at `loc` (0) and of `scale` (1). Never infinite: at most 36.8
 * times `scale` from `loc`. They are differentiable in both settings.
 *
 * @shape → shape, to which loc and scale broadcast
 * @throws ShapeError when a dimension is negative or not whole, or a setting does not broadcast to the shape
 * @throws ValueError when `scale` is negative; inside `compile` and `vmap`, where no number is known yet, that gives NaN
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { grad, random, type Scalar, scalar, sub, toNumber } from 'grad-ts'
 *
 * const draw = (loc: Scalar) => random.laplace([], { loc, scale: 2 })(random.key(0))
 * deepStrictEqual(toNumber(grad(draw)(scalar(5))), 1)
 * @category continuous
 * @since 0.1.0
 */
export const laplace = placed(
  'laplace',
  (settings) => laplaceSettings.read(settings),
  (tail) => op.mul(op.sign(tail), op.log(op.abs(tail)))
)
