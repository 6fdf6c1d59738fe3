import { tensors as op } from '../tape/algebra.ts'
import { type Binary, binary } from './binary.ts'
import { type Pointwise, pointwise } from './elementwise.ts'

/** Powers, roots, exponentials and logarithms beyond `exp`, `log`, `sqrt` and `pow`. */

const zero = op.constant(0)
const one = op.constant(1)

/** `1 / x`. @category pointwise @since 0.1.0 */
export const reciprocal: Pointwise = pointwise('reciprocal', (x) => op.div(one, x))
/** `1 / √x`; NaN below 0. @category pointwise @since 0.1.0 */
export const rsqrt: Pointwise = pointwise('rsqrt', (x) => op.powNumber(x, -0.5))
/** The cube root, of negative numbers too. Its slope at 0 is infinite. @category pointwise @since 0.1.0 */
export const cbrt: Pointwise = pointwise('cbrt', op.cbrt)
/** `2ˣ`. @category pointwise @since 0.1.0 */
export const exp2: Pointwise = pointwise('exp2', op.exp2)
/** The logarithm to base 2, exact at its powers: −∞ at 0, NaN below. @category pointwise @since 0.1.0 */
export const log2: Pointwise = pointwise('log2', op.log2)
/**
 * The logarithm to base 10, exact at its powers: −∞ at 0, NaN below.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import { log10, scalar, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(log10(scalar(1000))), 3)
 * @category pointwise
 * @since 0.1.0
 */
export const log10: Pointwise = pointwise('log10', op.log10)

/**
 * `√(a² + b²)`, which neither overflows nor underflows on the way; both derivatives at (0, 0) are 0. NaN where either is,
 * even if the other is infinite.
 *
 * @category arithmetic
 * @since 0.1.0
 */
export const hypot: Binary = binary('hypot', op.hypot)
/** `(a − b)²`. @category arithmetic @since 0.1.0 */
export const squaredDifference: Binary = binary('squaredDifference', (a, b) => op.square(op.sub(a, b)))

/**
 * `log(eᵃ + eᵇ)`, which never overflows; the derivative by `a` is `sigmoid(a − b)`.
 *
 * @shape a and b, one of which broadcasts to the other's shape
 * @throws ShapeError when neither does
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { grad, logAddExp, type Scalar, scalar, toNumber } from 'grad-ts'
 *
 * ok(Math.abs(toNumber(logAddExp(1000)(scalar(1000))) - 1000 - Math.LN2) < 1e-12)
 * deepStrictEqual(toNumber(grad((x: Scalar) => logAddExp(scalar(2))(x))(scalar(2))), 0.5)
 * @category arithmetic
 * @since 0.1.0
 */
export const logAddExp: Binary = binary('logAddExp', (a, b) => {
  const difference = op.sub(a, b)
  const larger = op.where(op.greater(a, b), op.add(a, zero), op.add(b, zero))
  // a difference of equal infinities is no number
  const isTie = op.mul(op.equal(a, b), op.sub(one, op.equal(difference, zero)))
  const gap = op.where(isTie, zero, difference)
  const sum = op.where(op.greater(gap, zero), op.add(a, op.softplus(op.neg(gap))), op.add(b, op.softplus(gap)))
  return op.where(isTie, larger, sum)
})

/**
 * `log(1 − eˣ)` for `x` up to 0, of which it keeps the digits at both ends; −∞ at 0, NaN above.
 *
 * @see Mächler, Accurately Computing log(1 − exp(−|a|)) (2012)
 * @example
 * import { ok } from 'assert'
 * import { log1mExp, scalar, toNumber } from 'grad-ts'
 *
 * ok(Math.abs(toNumber(log1mExp(scalar(-1e-20))) / Math.log(1e-20) - 1) < 1e-15)
 * ok(Math.abs(toNumber(log1mExp(scalar(-50))) / -Math.exp(-50) - 1) < 1e-15)
 * @category pointwise
 * @since 0.1.0
 */
export const log1mExp: Pointwise = pointwise('log1mExp', (x) => {
  const isNear = op.greater(x, op.constant(-Math.LN2))
  const [near, far] = [op.where(isNear, x, op.constant(-1)), op.where(isNear, op.constant(-1), x)]
  return op.where(isNear, op.log(op.neg(op.expm1(near))), op.log1p(op.neg(op.exp(far))))
})

/** `log(sigmoid(x))`, which neither overflows nor loses the digits of a small probability. @category activations @since 0.1.0 */
export const logSigmoid: Pointwise = pointwise('logSigmoid', (x) => op.neg(op.softplus(op.neg(x))))

/** Within it of ½, `2p − 1` is exact. */
const MIDDLE = 0.25

/**
 * `log(p / (1 − p))`, the inverse of `sigmoid`: −∞ at 0, ∞ at 1, NaN outside, and with all its digits about ½.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { logit, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(logit(tensor([0, 0.5, 1]))), [-Infinity, 0, Infinity])
 * @category pointwise
 * @since 0.1.0
 */
export const logit: Pointwise = pointwise('logit', (p) => {
  const half = op.constant(0.5)
  const isMiddle = op.greater(op.constant(MIDDLE), op.abs(op.sub(p, half)))
  const [middle, outer] = [op.where(isMiddle, p, half), op.where(isMiddle, half, p)]
  const about = op.mul(op.sub(middle, half), op.constant(2))
  return op.where(
    isMiddle,
    op.log1p(op.div(about, op.sub(one, middle))),
    op.sub(op.log(outer), op.log1p(op.neg(outer)))
  )
})
