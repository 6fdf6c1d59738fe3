import type { Algebra } from './algebra.ts'
import { aboveOne, insideOne, reals } from './domain.ts'
import { elementwise, whereDefined } from './elementwise.ts'

/**
 * Inverse trigonometric and hyperbolic functions; primitives because their formulas in logarithms and roots cancel near
 * 0. Their derivatives are powers, whose derivatives are powers again, where those of quotients would be sums of
 * products.
 */

/** `(1 − x)(1 + x)`: `1 − x²` without cancellation. */
const complement = <A>(op: Algebra<A>, x: A): A => {
  const one = op.constant(1)
  return op.mul(op.sub(one, x), op.add(one, x))
}

/** The angle of a sine, from −π/2 to π/2; NaN outside [−1, 1]. */
export const asin = elementwise('asin')({
  domain: insideOne,
  evaluate: Math.asin,
  derivative: (op, x) => op.powNumber(op.sqrt(complement(op, x)), -1)
})

/** The angle of a cosine, from 0 to π; NaN outside [−1, 1]. */
export const acos = elementwise('acos')({
  domain: insideOne,
  evaluate: Math.acos,
  derivative: (op, x) => op.neg(op.powNumber(op.sqrt(complement(op, x)), -1))
})

/** The angle of a slope, from −π/2 to π/2. */
export const atan = elementwise('atan')({
  domain: reals,
  evaluate: Math.atan,
  derivative: (op, x) => op.powNumber(op.hypot(op.constant(1), x), -2)
})

export const sinh = elementwise('sinh')({ domain: reals, evaluate: Math.sinh, derivative: (op, x) => op.cosh(x) })

export const cosh = elementwise('cosh')({ domain: reals, evaluate: Math.cosh, derivative: (op, x) => op.sinh(x) })

export const asinh = elementwise('asinh')({
  domain: reals,
  evaluate: Math.asinh,
  derivative: (op, x) => op.powNumber(op.hypot(op.constant(1), x), -1)
})

/** NaN below 1. */
export const acosh = elementwise('acosh')({
  domain: aboveOne,
  evaluate: Math.acosh,
  derivative: (op, x) =>
    op.powNumber(op.mul(op.sqrt(op.sub(x, op.constant(1))), op.sqrt(op.add(x, op.constant(1)))), -1)
})

/** ±∞ at ±1, NaN beyond. */
export const atanh = elementwise('atanh')({
  domain: insideOne,
  evaluate: Math.atanh,
  derivative: (op, x) => {
    const left = complement(op, x)
    return op.powNumber(op.mul(left, whereDefined(op, left, 0)), -1)
  }
})
