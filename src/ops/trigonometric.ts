import { tensors as op } from '../tape/algebra.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Binary, binary } from './binary.ts'
import { type Pointwise, pointwise } from './elementwise.ts'

/** Trigonometric and hyperbolic functions and their inverses; angles are in radians. */

/** The sine of radians. @category trigonometric @since 0.1.0 */
export const sin: Pointwise = pointwise('sin', op.sin)
/** The cosine of radians. @category trigonometric @since 0.1.0 */
export const cos: Pointwise = pointwise('cos', op.cos)
/**
 * The tangent of radians.
 *
 * @example
 * import { ok } from 'assert'
 * import { grad, scalar, tan, toNumber } from 'grad-ts'
 *
 * ok(Math.abs(toNumber(tan(scalar(Math.PI / 4))) - 1) < 1e-15)
 * ok(Math.abs(toNumber(grad(tan<[]>)(scalar(Math.PI / 4))) - 2) < 1e-15)
 * @category trigonometric
 * @since 0.1.0
 */
export const tan: Pointwise = pointwise('tan', (x) => op.div(op.sin(x), op.cos(x)))
/**
 * The angle of a sine, from −π/2 to π/2; NaN outside [−1, 1]. Its slope at ±1 is infinite.
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const asin: Pointwise = pointwise('asin', op.asin)
/**
 * The angle of a cosine, from 0 to π; NaN outside [−1, 1]. Its slope at ±1 is −∞.
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const acos: Pointwise = pointwise('acos', op.acos)
/** The angle of a slope, from −π/2 to π/2. @category trigonometric @since 0.1.0 */
export const atan: Pointwise = pointwise('atan', op.atan)
/**
 * `atan2(x)(y)` is the angle of the point `(x, y)`, from −π to π, as `Math.atan2(y, x)`. It jumps on the left half of the
 * axis, and has no derivative (NaN) at (0, 0).
 *
 * @shape y and x, one of which broadcasts to the other's shape
 * @throws ShapeError when neither does
 * @example
 * import { strictEqual } from 'assert'
 * import { atan2, scalar, tensor, toArray, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(atan2(0)(scalar(-2))), -Math.PI / 2)
 * strictEqual(toArray(atan2(tensor([1, -1]))(tensor([0, 0])))[1], Math.PI)
 * @category trigonometric
 * @since 0.1.0
 */
export const atan2: Binary = binary('atan2', op.atan2)

/** The hyperbolic sine, `(eˣ − e⁻ˣ) / 2`, accurate for small `x`. @category trigonometric @since 0.1.0 */
export const sinh: Pointwise = pointwise('sinh', op.sinh)
/** The hyperbolic cosine, `(eˣ + e⁻ˣ) / 2`. @category trigonometric @since 0.1.0 */
export const cosh: Pointwise = pointwise('cosh', op.cosh)
/** The inverse hyperbolic sine, `log(x + √(x² + 1))`, accurate for small `x`. @category trigonometric @since 0.1.0 */
export const asinh: Pointwise = pointwise('asinh', op.asinh)
/** The inverse hyperbolic cosine, `log(x + √(x² − 1))`; NaN below 1. @category trigonometric @since 0.1.0 */
export const acosh: Pointwise = pointwise('acosh', op.acosh)
/**
 * The inverse hyperbolic tangent, `log((1 + x) / (1 − x)) / 2`; ±∞ at ±1, NaN beyond.
 *
 * @category trigonometric
 * @since 0.1.0
 */
export const atanh: Pointwise = pointwise('atanh', op.atanh)

const PI = op.constant(Math.PI)

/** Coefficients of `sin(πx) / (πx)` in powers of `x²`: `(−π²)ⁿ / (2n + 1)!`. */
const series = Array.from({ length: 14 }).reduce<readonly number[]>(
  (known, _, n) => [...known, n === 0 ? 1 : ((known[n - 1] ?? NaN) * -(Math.PI ** 2)) / (2 * n * (2 * n + 1))],
  []
)

/** Up to here the series has all digits, its derivatives included. */
const NEAR = 0.5

const seriesAt = (square: Tensor): Tensor =>
  series.reduceRight((sum, coefficient) => op.add(op.mul(sum, square), op.constant(coefficient)), op.constant(0))

/**
 * `sin(πx) / (πx)`, and 1 at 0, as NumPy's; exactly 0 at other integers.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { sinc, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(sinc(tensor([0, 0.5, 2]))), [1, 2 / Math.PI, 0])
 * @category trigonometric
 * @since 0.1.0
 */
export const sinc: Pointwise = pointwise('sinc', (x) => {
  const isNear = op.greater(op.constant(NEAR), op.abs(x))
  const [near, far] = [op.where(isNear, x, op.constant(0)), op.where(isNear, op.constant(1), x)]
  // half turns are taken away exactly, and turn the sign
  const turns = op.round(far)
  const isOdd = op.sub(turns, op.mul(op.floor(op.mul(turns, op.constant(0.5))), op.constant(2)))
  const sine = op.mul(op.sin(op.mul(op.sub(far, turns), PI)), op.sub(op.constant(1), op.mul(isOdd, op.constant(2))))
  return op.where(isNear, seriesAt(op.square(near)), op.div(sine, op.mul(far, PI)))
})
