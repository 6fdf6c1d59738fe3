import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Binary, binary } from './binary.ts'
import { type Pointwise, pointwise } from './elementwise.ts'

/** Rounding to integers, remainders, and tests for numbers; the derivative of a rounding is 0 everywhere. */

const zero = op.constant(0)
const one = op.constant(1)

const ceilOf = (x: Tensor): Tensor => op.neg(op.floor(op.neg(x)))

/** The largest integer that is at most `x`. @category rounding @since 0.1.0 */
export const floor: Pointwise = pointwise('floor', op.floor)
/** The smallest integer that is at least `x`. @category rounding @since 0.1.0 */
export const ceil: Pointwise = pointwise('ceil', ceilOf)
/**
 * The nearest integer, and the even one of two that are equally near, as NumPy's; `Math.round` rounds a half up.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { round, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(round(tensor([0.5, 1.5, 2.5, -1.2]))), [0, 2, 2, -1])
 * @category rounding
 * @since 0.1.0
 */
export const round: Pointwise = pointwise('round', op.round)
/** The integer part, rounded towards 0. @category rounding @since 0.1.0 */
export const trunc: Pointwise = pointwise('trunc', (x) => op.where(op.greater(zero, x), ceilOf(x), op.floor(x)))

/**
 * `remainder(b)(a)` is `a % b`: exactly `a − n · b`, with the quotient rounded towards 0 as `n`, so that the result has the
 * sign of `a` (`fmod` in NumPy and PyTorch). NaN where `b` is 0 or `a` infinite. The derivative by `a` is 1, and by `b` −n;
 * the jumps have none.
 *
 * @shape a and b, one of which broadcasts to the other's shape
 * @throws ShapeError when neither does
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { mod, remainder, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(remainder(3)(tensor([5, -5]))), [2, -2])
 * deepStrictEqual(toArray(mod(3)(tensor([5, -5]))), [2, 1])
 * @category rounding
 * @since 0.1.0
 */
export const remainder: Binary = binary('remainder', op.remainder)
/**
 * `mod(b)(a)` is `a − n · b` with the quotient rounded down as `n`, so that the result has the sign of `b`, as Python's `%` and
 * NumPy's `mod`. Derivatives are those of `remainder`, with this `n`.
 *
 * @shape a and b, one of which broadcasts to the other's shape
 * @throws ShapeError when neither does
 * @category rounding
 * @since 0.1.0
 */
export const mod: Binary = binary('mod', (a, b) => {
  const rest = op.remainder(a, b)
  const isOpposite = op.greater(zero, op.mul(op.sign(rest), op.sign(b)))
  return op.add(rest, op.where(isOpposite, b, zero))
})

/** 1 where `x` is NaN, else 0. @category comparison @since 0.1.0 */
export const isNaN: Pointwise = pointwise('isNaN', (x) => op.sub(one, op.equal(x, x)))
/** 1 where `x` is neither NaN nor infinite, else 0. @category comparison @since 0.1.0 */
export const isFinite: Pointwise = pointwise('isFinite', (x) => op.equal(op.sub(x, x), zero))

const numberFields = {
  /** What NaN becomes; 0 when left out. */
  nan: [kinds.anyNumber, 0],
  /** What ∞ becomes; the largest double when left out. */
  posInf: [kinds.anyNumber, Number.MAX_VALUE],
  /** What −∞ becomes; the least double when left out. */
  negInf: [kinds.anyNumber, -Number.MAX_VALUE]
} as const
const numbers = kinds.settings('nanToNum', numberFields)

/** What replaces NaN and the infinities. @category rounding @since 0.1.0 */
export interface NanToNumSettings extends kinds.Given<typeof numberFields> {}

/**
 * Replaces NaN and infinities by numbers; a number that is replaced has derivative 0. To mask a pole use `where` on what goes
 * in: a derivative that is NaN stays so.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nanToNum, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(nanToNum({ posInf: 9 })(tensor([NaN, Infinity, 2]))), [0, 9, 2])
 * @category rounding
 * @since 0.1.0
 */
export const nanToNum = (settings: NanToNumSettings = {}): Pointwise => {
  const { nan, posInf, negInf } = numbers.read(settings)
  return pointwise('nanToNum', (x) => {
    const infinite = (value: number, other: number, rest: Tensor): Tensor =>
      op.where(op.equal(x, op.constant(value)), op.constant(other), rest)
    const isNumber = op.equal(x, x)
    return op.where(isNumber, infinite(Infinity, posInf, infinite(-Infinity, negInf, x)), op.constant(nan))
  })
}
