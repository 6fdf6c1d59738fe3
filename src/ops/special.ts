import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { type Pointwise, pointwise } from './elementwise.ts'

/** The gamma function's logarithm with its derivatives, and the inverse of the error function. */

/**
 * The inverse of `erf`: ±∞ at ±1, where its derivative is infinite, and NaN beyond. Of numbers near ±1 it keeps what digits
 * they have.
 *
 * @example
 * import { ok } from 'assert'
 * import { erf, erfinv, grad, type Scalar, scalar, toNumber } from 'grad-ts'
 *
 * ok(Math.abs(toNumber(erf(erfinv(scalar(0.3)))) - 0.3) < 1e-15)
 * ok(Math.abs(toNumber(grad((x: Scalar) => erfinv(x))(scalar(0))) - Math.sqrt(Math.PI) / 2) < 1e-15)
 * @category pointwise
 * @since 0.1.0
 */
export const erfinv: Pointwise = pointwise('erfinv', op.erfinv)

/**
 * The logarithm of the absolute value of the gamma function, `log (n − 1)!` for an integer; its derivative is `digamma`. It
 * is ∞ at the poles, the integers of at most 0. Within some units of the last place above 0, at its zeros 1 and 2 too; below
 * 0 the error is some units of the terms, of about the size of `x log |x|`, also where they nearly cancel.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 6.1
 * @example
 * import { ok } from 'assert'
 * import { lgamma, scalar, toNumber } from 'grad-ts'
 *
 * ok(Math.abs(toNumber(lgamma(scalar(5))) - Math.log(24)) < 1e-15)
 * ok(Math.abs(toNumber(lgamma(scalar(-0.5))) - Math.log(2 * Math.sqrt(Math.PI))) < 1e-15)
 * @category pointwise
 * @since 0.1.0
 */
export const lgamma: Pointwise = pointwise('lgamma', (x) => op.lgamma(x, 0))

/**
 * The logarithmic derivative of the gamma function. At its poles, the integers below 0, it is NaN; at 0 it is −∞, at −0 it is
 * ∞. Within some units of the last place above 0, at its zero 1.46 too; below 0 the error is some units of the terms.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 6.3
 * @example
 * import { ok } from 'assert'
 * import { digamma, scalar, toNumber } from 'grad-ts'
 *
 * const eulerGamma = 0.5772156649015329
 * ok(Math.abs(toNumber(digamma(scalar(1))) + eulerGamma) < 1e-15)
 * ok(Math.abs(toNumber(digamma(scalar(3))) - (1.5 - eulerGamma)) < 1e-15)
 * @category pointwise
 * @since 0.1.0
 */
export const digamma: Pointwise = pointwise('digamma', (x) => op.lgamma(x, 1))

/**
 * The derivative of `digamma` of an order: `polygamma(0)` is digamma itself, `polygamma(1)` trigamma. At a pole an odd order
 * is ∞ and an even one NaN, except at 0 and −0, which are the ends of their sides.
 *
 * @throws ValueError when the order is negative or not whole
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 6.4
 * @example
 * import { ok } from 'assert'
 * import { polygamma, scalar, toNumber } from 'grad-ts'
 *
 * ok(Math.abs(toNumber(polygamma(1)(scalar(1))) - Math.PI ** 2 / 6) < 1e-15)
 * @category pointwise
 * @since 0.1.0
 */
export const polygamma = (order: number): Pointwise => {
  kinds.mustBe(kinds.count, 'polygamma: order', order)
  return pointwise('polygamma', (x) => op.lgamma(x, order + 1))
}
