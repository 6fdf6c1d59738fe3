import { tensors as op } from '../tape/algebra.ts'
import { type Pointwise, pointwise, rectifier } from './elementwise.ts'

/** Functions of each element; the shape stays. */

export type { Pointwise }

/** `−x`. @category pointwise @since 0.1.0 */
export const neg: Pointwise = pointwise('neg', op.neg)
/** `eˣ`. @category pointwise @since 0.1.0 */
export const exp: Pointwise = pointwise('exp', op.exp)
/** `eˣ − 1`, accurate for small `x`. @category pointwise @since 0.1.0 */
export const expm1: Pointwise = pointwise('expm1', op.expm1)
/**
 * The natural logarithm: −∞ at 0, NaN below. Its derivative at 0 is infinite, and times a 0 that is a number, as a rounding
 * or a limit, NaN; in a branch that is not taken it is 0.
 *
 * @category pointwise
 * @since 0.1.0
 */
export const log: Pointwise = pointwise('log', op.log)
/** `log(1 + x)`, accurate for small `x`; −∞ at −1, NaN below. @category pointwise @since 0.1.0 */
export const log1p: Pointwise = pointwise('log1p', op.log1p)
/**
 * The square root: NaN below 0. Its derivative at 0 is infinite, and times a 0 that is a number, as that of `square` there,
 * NaN; in a branch that is not taken it is 0.
 *
 * @category pointwise
 * @since 0.1.0
 */
export const sqrt: Pointwise = pointwise('sqrt', op.sqrt)
/** `x²`. @category pointwise @since 0.1.0 */
export const square: Pointwise = pointwise('square', op.square)
/** `|x|`; the derivative at 0 is 0. @category pointwise @since 0.1.0 */
export const abs: Pointwise = pointwise('abs', op.abs)
/** −1, 0 or 1; the derivative is 0 everywhere. @category pointwise @since 0.1.0 */
export const sign: Pointwise = pointwise('sign', op.sign)
/**
 * The hyperbolic tangent: an activation with values in (−1, 1).
 *
 * @category activations
 * @since 0.1.0
 */
export const tanh: Pointwise = pointwise('tanh', op.tanh)
/**
 * The logistic function `1 / (1 + e⁻ˣ)`: an activation with values in (0, 1). Never overflows.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import { scalar, sigmoid, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(sigmoid(scalar(0))), 0.5)
 * strictEqual(toNumber(sigmoid(scalar(-1000))), 0)
 * @category activations
 * @since 0.1.0
 */
export const sigmoid: Pointwise = pointwise('sigmoid', op.sigmoid)
/**
 * `log(1 + eˣ)`: a smooth relu. Stable for large `|x|`; its derivative is `sigmoid(x)`.
 *
 * @category activations
 * @since 0.1.0
 */
export const softplus: Pointwise = pointwise('softplus', op.softplus)
/**
 * The error function `2/√π ∫₀ˣ e^(−t²) dt`, with values in (−1, 1).
 *
 * @example
 * import { ok } from 'assert'
 * import { erf, scalar, toNumber } from 'grad-ts'
 *
 * ok(Math.abs(toNumber(erf(scalar(1))) - 0.8427007929497149) < 1e-15)
 * @category pointwise
 * @since 0.1.0
 */
export const erf: Pointwise = pointwise('erf', op.erf)
/**
 * The complementary error function `1 − erf(x)`, with a small relative error wherever it is not 0: to about 26.5.
 *
 * @example
 * import { ok } from 'assert'
 * import { erfc, scalar, toNumber } from 'grad-ts'
 *
 * ok(Math.abs(toNumber(erfc(scalar(10))) / 2.088487583762545e-45 - 1) < 1e-15)
 * @category pointwise
 * @since 0.1.0
 */
export const erfc: Pointwise = pointwise('erfc', op.erfc)
/**
 * The probability that a standard normal number is below `x`, with a small relative error wherever it is not 0: down to
 * about −38.5. Its derivative is the normal density.
 *
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { normalCdf, scalar, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(normalCdf(scalar(0))), 0.5)
 * ok(Math.abs(toNumber(normalCdf(scalar(-10))) / 7.619853024160526e-24 - 1) < 1e-15)
 * @category pointwise
 * @since 0.1.0
 */
export const normalCdf: Pointwise = pointwise('normalCdf', op.normalCdf)

const zero = op.constant(0)
/**
 * The logarithm of `normalCdf`, for any `x`: about `−x² / 2` far below 0, where the probability itself is 0, and
 * `−normalCdf(−x)` far above. Accurate there, and so are its derivatives.
 *
 * @example
 * import { ok } from 'assert'
 * import { grad, logNormalCdf, scalar, toNumber } from 'grad-ts'
 *
 * ok(Math.abs(toNumber(logNormalCdf(scalar(-10))) + 53.23128515051247) < 1e-13)
 * ok(Math.abs(toNumber(logNormalCdf(scalar(-1e150))) / -5e299 - 1) < 1e-15)
 * ok(Math.abs(toNumber(grad(logNormalCdf<[]>)(scalar(-1e150))) / 1e150 - 1) < 1e-15)
 * @category pointwise
 * @since 0.1.0
 */
export const logNormalCdf: Pointwise = pointwise('logNormalCdf', (x) => {
  // where either form still has all its digits, the derivatives included
  const isBelow = op.greater(op.constant(0.75), x)
  const [below, above] = [op.where(isBelow, x, zero), op.where(isBelow, zero, x)]
  // Φ(x) = e^(−x² / 2) · erfcx(−x / √2) / 2
  const scaled = op.sub(op.logErfcx(op.mul(below, op.constant(-Math.SQRT1_2)), 0), op.constant(Math.LN2))
  const square = op.mul(below, op.mul(below, op.constant(0.5)))
  return op.where(isBelow, op.sub(scaled, square), op.log1p(op.neg(op.normalCdf(op.neg(above)))))
})

/**
 * `max(x, 0)`, the rectified linear unit; the derivative at 0 is 0.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { relu, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(relu(tensor([-1, 0, 2]))), [0, 0, 2])
 * @category activations
 * @since 0.1.0
 */
export const relu: Pointwise = rectifier('relu', op.relu)
/** The value itself, as a constant: no derivative passes through. @category pointwise @since 0.1.0 */
export const stopGradient: Pointwise = pointwise('stopGradient', op.stopGradient)
