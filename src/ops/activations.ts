import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Shape } from '../tensor/shape.ts'
import { asRectifier, type Pointwise, pointwise, rectifier } from './elementwise.ts'
import { notTensor } from './operand.ts'
import { relu } from './pointwise.ts'
import { ofTensorOrOptions } from './reduction.ts'

/**
 * Activations beyond relu, sigmoid and tanh. All are composed of the vocabulary, so their derivatives are right at every
 * order; each has its limits at ±∞, gives NaN for NaN alone, and where it has a kink the derivative is the one of least
 * size. Value and derivatives keep a small relative error in the tails: nothing is subtracted from a number that it is
 * nearly equal to.
 */

const zero = op.constant(0)
const one = op.constant(1)
const two = op.constant(2)
const half = op.constant(0.5)

/** The settings of the activations here, by name. @internal */
export const bends = {
  leakyRelu: kinds.settings('leakyRelu', { slope: [kinds.notNegative, 0.01] }),
  elu: kinds.settings('elu', { alpha: [kinds.notNegative, 1] }),
  celu: kinds.settings('celu', { alpha: [kinds.positive, 1] }),
  gelu: kinds.settings('gelu', { approximate: [kinds.oneOf('none', 'tanh'), 'none'] })
}

/** `x` above 0 and another function below; at 0 the branch whose slope there is the smaller. */
const joined =
  (slopeBelow: number, slopeAbove: number, below: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor => {
    const isAbove = slopeBelow < slopeAbove ? op.greater(x, zero) : op.greaterEqual(x, zero)
    return op.where(isAbove, x, below(x))
  }

/**
 * `x · share(x)`, of a share that is 0 below `−bound` and 1 above `bound` to the last bit, and so a relu out there: that way
 * an infinite `x` does not meet a share or a derivative of 0.
 */
const gated =
  (bound: number, share: (x: Tensor) => Tensor) =>
  (x: Tensor): Tensor => {
    const isFar = op.greater(op.abs(x), op.constant(bound))
    return op.mulNoNan(op.where(isFar, op.greater(x, zero), share(x)), x)
  }

/**
 * `x` above 0 and `slope · x` below: a relu that never stops learning. The derivative at 0 is the smaller of `slope` and
 * 1; a slope of 0 is relu.
 *
 * @throws ValueError when `slope` is negative or not finite, or a tensor is given in place of settings
 * @see Maas, Hannun, Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models (2013)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { leakyRelu, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(leakyRelu()(tensor([-2, 0, 3]))), [-0.02, 0, 3])
 * deepStrictEqual(toArray(leakyRelu({ slope: 0.5 })(tensor([-2, 0, 3]))), [-1, 0, 3])
 * @category activations
 * @since 0.1.0
 */
export const leakyRelu = (
  settings: {
    /** What a negative number is multiplied by; 0.01 when left out. */
    readonly slope?: number
  } = {}
): Pointwise => {
  const { slope } = bends.leakyRelu.read(notTensor('leakyRelu', settings, 'write leakyRelu()(x)'))
  const below = op.constant(slope)
  return slope === 0
    ? relu
    : rectifier(
        'leakyRelu',
        joined(slope, 1, (x) => op.mul(x, below))
      )
}

/**
 * The exponential linear unit: `x` above 0 and `alpha · (eˣ − 1)` below, which levels off at `−alpha`. The derivative at 0
 * is the smaller of `alpha` and 1; for 1 there is no kink, and the second derivative at 0 is 0.
 *
 * @throws ValueError when `alpha` is negative or not finite, or a tensor is given in place of settings
 * @see Clevert, Unterthiner, Hochreiter, Fast and Accurate Deep Network Learning by Exponential Linear Units (2015)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { elu, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(elu()(tensor([-Infinity, -Math.LN2, 0, 3]))), [-1, -0.5, 0, 3])
 * deepStrictEqual(toArray(elu({ alpha: 2 })(tensor([-Infinity, 0, 3]))), [-2, 0, 3])
 * @category activations
 * @since 0.1.0
 */
export const elu = (
  settings: {
    /** How far below 0 it goes; 1 when left out. */
    readonly alpha?: number
  } = {}
): Pointwise => {
  const { alpha } = bends.elu.read(notTensor('elu', settings, 'write elu()(x)'))
  const depth = op.constant(alpha)
  return rectifier(
    'elu',
    joined(alpha, 1, (x) => op.mul(depth, op.expm1(x)))
  )
}

/**
 * The continuously differentiable exponential linear unit: `x` above 0 and `alpha · (e^(x / alpha) − 1)` below, which
 * levels off at `−alpha`. The derivative at 0 is 1 whatever `alpha` is, and the second derivative there is 0.
 *
 * @throws ValueError when `alpha` is not above 0, or a tensor is given in place of settings
 * @see Barron, Continuously Differentiable Exponential Linear Units (2017)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { celu, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(celu({ alpha: 2 })(tensor([-Infinity, -2 * Math.LN2, 0, 3]))), [-2, -1, 0, 3])
 * @category activations
 * @since 0.1.0
 */
export const celu = (
  settings: {
    /** How far below 0 it goes; 1 when left out. */
    readonly alpha?: number
  } = {}
): Pointwise => {
  const { alpha } = bends.celu.read(notTensor('celu', settings, 'write celu()(x)'))
  const depth = op.constant(alpha)
  return rectifier(
    'celu',
    joined(1, 1, (x) => op.mul(depth, op.expm1(op.div(x, depth))))
  )
}

/** The fixed point of mean 0 and variance 1. */
const selfNormalizing = { scale: 1.0507009873554805, alpha: 1.6732632423543772 }
const seluScale = op.constant(selfNormalizing.scale)
const seluAlpha = op.constant(selfNormalizing.alpha)
const seluShape = joined(selfNormalizing.alpha, 1, (x) => op.mul(seluAlpha, op.expm1(x)))

/**
 * The scaled exponential linear unit: `1.0507 · elu({ alpha: 1.6733 })`, with the factors that draw the activations of many
 * dense layers to mean 0 and variance 1, if weights start by `lecunNormal`. The derivative at 0 is 1.0507.
 *
 * @see Klambauer, Unterthiner, Mayr, Hochreiter, Self-Normalizing Neural Networks (2017)
 * @example
 * import { ok } from 'assert'
 * import { random, selu, std, toNumber } from 'grad-ts'
 *
 * const normal = random.normal([10_000])(random.key(0))
 * ok(Math.abs(toNumber(std(selu(normal))) - 1) < 0.02)
 * @category activations
 * @since 0.1.0
 */
export const selu: Pointwise = pointwise('selu', (x) => op.mul(seluScale, seluShape(x)))

/**
 * `x · sigmoid(x)`, also known as SiLU: a smooth relu that dips to −0.278 at −1.278.
 *
 * @see Ramachandran, Zoph, Le, Searching for Activation Functions (2017)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { swish, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(swish(tensor([-Infinity, 0, 1000]))), [0, 0, 1000])
 * @category activations
 * @since 0.1.0
 */
export const swish: Pointwise = rectifier('swish', gated(800, op.sigmoid))

/** Options of `gelu`. @category activations @since 0.1.0 */
export interface GeluOptions {
  /** `'tanh'` is the approximation that the published weights of some language models expect; `'none'` when left out. */
  readonly approximate?: 'none' | 'tanh'
}

/**
 * A function of each element, or, given options first, such a function: `gelu(x)`, `gelu({ approximate: 'tanh' })(x)`.
 *
 * @category activations
 * @since 0.1.0
 */
export interface Gelu {
  (options: GeluOptions): Pointwise
  <S extends Shape>(x: Tensor<S>): Tensor<S>
}

const geluOf = { none: gated(40, op.normalCdf), tanh: gated(40, op.tanhGate) }

/**
 * The Gaussian error linear unit: `x · normalCdf(x)`, `x` times the probability that a standard normal number is below
 * `x`, exactly. Accurate in its tail too, until it vanishes at about −38.5. `gelu({ approximate: 'tanh' })` is
 * `x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`, within 5e-4 of it.
 *
 * @shape of x
 * @throws ValueError when `approximate` is neither `'none'` nor `'tanh'`
 * @see Hendrycks, Gimpel, Gaussian Error Linear Units (2016)
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { gelu, scalar, toNumber } from 'grad-ts'
 *
 * ok(Math.abs(toNumber(gelu(scalar(1))) - 0.8413447460685429) < 1e-15)
 * ok(Math.abs(toNumber(gelu(scalar(-10))) / -7.619853024160526e-23 - 1) < 1e-15)
 * strictEqual(toNumber(gelu(scalar(-Infinity))), 0)
 * ok(Math.abs(toNumber(gelu({ approximate: 'tanh' })(scalar(1))) - 0.8411919906082768) < 1e-15)
 * @category activations
 * @since 0.1.0
 */
export const gelu: Gelu = asRectifier(
  () =>
    ofTensorOrOptions(
      'gelu',
      "{ approximate: 'tanh' }",
      geluOf.none,
      (options: GeluOptions) =>
        rectifier('gelu', geluOf[bends.gelu.read(options).approximate]) as (x: unknown) => unknown
    ) as Gelu
)

/**
 * `x / (1 + |x|)`: values in (−1, 1), as of tanh, which it approaches more slowly. The derivative at 0 is 1, the second
 * derivative there is 0.
 *
 * @see Glorot, Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks (2010), §3
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { softsign, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(softsign(tensor([-Infinity, -1, 0, 3]))), [-1, -0.5, 0, 0.75])
 * @category activations
 * @since 0.1.0
 */
export const softsign: Pointwise = pointwise('softsign', (x) => {
  const below = op.add(one, op.abs(x))
  // the quotient's derivative would be a difference of nearly equal numbers where x is large
  const isFar = op.greater(op.abs(x), one)
  const near = op.where(isFar, zero, x)
  const far = op.mul(op.sign(x), op.sub(one, op.div(one, below)))
  return op.where(isFar, far, op.div(near, op.add(one, op.abs(near))))
})

/**
 * `x · tanh(softplus(x))`: a smooth relu much like swish, which dips to −0.309 at −1.192.
 *
 * @see Misra, Mish: A Self Regularized Non-Monotonic Activation Function (2019)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { mish, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(mish(tensor([-Infinity, 0, 1000]))), [0, 0, 1000])
 * @category activations
 * @since 0.1.0
 */
export const mish: Pointwise = rectifier(
  'mish',
  gated(800, (x) => {
    // tanh(log(1 + e)) = e (e + 2) / (e (e + 2) + 2) for e = eˣ; above ½, where derivatives of either form have all their
    // digits, what is missing from 1, by 1 / e
    const isBelow = op.greater(half, x)
    const e = op.exp(op.where(isBelow, x, op.neg(x)))
    const below = op.mul(e, op.add(e, two))
    const missing = op.mul(two, op.square(e))
    return op.where(
      isBelow,
      op.div(below, op.add(below, two)),
      op.sub(one, op.div(missing, op.add(missing, op.add(one, op.add(e, e)))))
    )
  })
)

/**
 * `min(max(x, 0), 6)`: a relu that stops at 6, for numbers of few bits. The derivative is 0 at 0 and at 6.
 *
 * @see Howard and others, MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (2017)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { relu6, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(relu6(tensor([-1, 0, 2.5, 9]))), [0, 0, 2.5, 6])
 * @category activations
 * @since 0.1.0
 */
export const relu6: Pointwise = rectifier('relu6', (x) => op.clip(x, 0, 6))

/**
 * `x` limited to [−1, 1]: tanh in three straight pieces. The derivative is 0 outside (−1, 1), the ends included.
 *
 * @see Collobert, Large Scale Machine Learning (2004)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { hardTanh, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(hardTanh(tensor([-9, -0.5, 0, 9]))), [-1, -0.5, 0, 1])
 * @category activations
 * @since 0.1.0
 */
export const hardTanh: Pointwise = pointwise('hardTanh', (x) => op.clip(x, -1, 1))

const three = op.constant(3)
const six = op.constant(6)
const ramp = (x: Tensor): Tensor => op.div(op.add(op.clip(x, -3, 3), three), six)

/**
 * `(x + 3) / 6` limited to [0, 1]: sigmoid in three straight pieces. The derivative is 0 outside (−3, 3), the ends
 * included.
 *
 * @see Howard and others, Searching for MobileNetV3 (2019), §5.2
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { hardSigmoid, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(hardSigmoid(tensor([-9, 0, 1.5, 9]))), [0, 0.5, 0.75, 1])
 * @category activations
 * @since 0.1.0
 */
export const hardSigmoid: Pointwise = pointwise('hardSigmoid', ramp)

/**
 * `x · hardSigmoid(x)`: swish in three pieces, which dips to −0.375 at −1.5. The derivative is 0 at −3 and 1 at 3.
 *
 * @see Howard and others, Searching for MobileNetV3 (2019), §5.2
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { hardSwish, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(hardSwish(tensor([-Infinity, -1.5, 0, 9]))), [0, -0.375, 0, 9])
 * @category activations
 * @since 0.1.0
 */
export const hardSwish: Pointwise = rectifier('hardSwish', gated(3, ramp))
