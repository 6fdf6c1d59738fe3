import * as loop from '../kernel/elementwise.ts'
import { power } from '../kernel/special.ts'
import type { Algebra } from './algebra.ts'
import { aboveMinusOne, nonZero, positive, reals } from './domain.ts'
import { binary, elementwise, gated } from './elementwise.ts'

/** Two-operand arithmetic, with one-sided broadcasting. */

export const add = binary('add')({ domain: [reals, reals], loop: loop.add, partials: [1, 1] })

export const sub = binary('sub')({ domain: [reals, reals], loop: loop.sub, partials: [1, -1] })

export const mul = binary('mul')({
  domain: [reals, reals],
  loop: loop.mul,
  partials: [(_, __, b) => b, (_, a) => a]
})

export const div = binary('div')({
  domain: [reals, nonZero],
  loop: loop.div,
  partials: [(op, _, b) => op.div(op.constant(1), b), (op, _, b, y) => op.neg(op.div(y, b))]
})

/** A function of two numbers that is 0 where the first one is, whatever the second one is, unless that is NaN. */
const zeroAtZero =
  (f: (a: number, b: number) => number) =>
  (a: number, b: number): number =>
    a === 0 && !Number.isNaN(b) ? 0 : f(a, b)

/** `a · b`, 0 where `a` is: a weight, or the share of an activation, of something that may be infinite. */
export const mulNoNan = binary('mulNoNan')({
  domain: [reals, reals],
  evaluate: zeroAtZero((a, b) => a * b),
  partials: [(_, __, b) => b, (_, a) => a]
})

/**
 * `a · log b`, 0 where `a` is: the term of an entropy. Primitives, as the derivative by `b` has to be 0 too where `a` is,
 * and the one by `a` log b everywhere.
 */
export const xlogy = binary('xlogy')({
  domain: [reals, positive],
  evaluate: zeroAtZero((a, b) => a * Math.log(b)),
  partials: [(op, _, b) => op.log(b), (op, a, b) => op.xdivy(a, b)]
})

/** `a · log(1 + b)`, 0 where `a` is. */
export const xlog1py = binary('xlog1py')({
  domain: [reals, aboveMinusOne],
  evaluate: zeroAtZero((a, b) => a * Math.log1p(b)),
  partials: [(op, _, b) => op.log1p(b), (op, a, b) => op.xdivy(a, op.add(b, op.constant(1)))]
})

/** `a / b`, 0 where `a` is. */
export const xdivy = binary('xdivy')({
  domain: [reals, nonZero],
  evaluate: zeroAtZero((a, b) => a / b),
  partials: [(op, _, b) => op.div(op.constant(1), b), (op, _, b, y) => op.neg(op.xdivy(y, b))]
})

/** `base ^ (exponent − 1)`; 0 rather than infinite where both are 0, as what is to the power 0 does not change. */
const lowered = <A>(op: Algebra<A>, base: A, exponent: A): A => {
  const zero = op.constant(0)
  const isConstant = op.mul(op.equal(base, zero), op.equal(exponent, zero))
  return op.where(isConstant, zero, op.pow(base, op.sub(exponent, op.constant(1))))
}

/**
 * `base ^ exponent`, for bases of at least 0 where the exponent is a variable. The derivative by the exponent is 0 where
 * the power is.
 */
export const pow = binary('pow')({
  domain: [positive, reals],
  evaluate: Math.pow,
  partials: [(op, a, b) => op.mul(b, lowered(op, a, b)), (op, a, _, y) => op.xlogy(y, a)]
})

/** A tie gives half of the cotangent to each side: the subgradient of least norm. */
export const maximum = binary('maximum')({
  domain: [reals, reals],
  loop: loop.maximum,
  partials: [{ share: (op, a, b) => share(op, a, b) }, { share: (op, a, b) => share(op, b, a) }]
})

export const minimum = binary('minimum')({
  domain: [reals, reals],
  loop: loop.minimum,
  partials: [{ share: (op, a, b) => share(op, b, a) }, { share: (op, a, b) => share(op, a, b) }]
})

/** 1 where `a > b`, ½ where they are equal, else 0. */
const share = <A>(op: Algebra<A>, a: A, b: A): A =>
  op.mul(op.constant(0.5), op.add(op.greater(a, b), op.greaterEqual(a, b)))

/** `x ^ exponent` for a fixed exponent, any base where that is defined. */
export const powNumber = elementwise<{ readonly exponent: number }>('powNumber')({
  domain: positive,
  loop: ({ exponent }) => loop.map(power(exponent)),
  derivative: (op, x, _, { exponent }) =>
    exponent === 0
      ? op.mul(op.constant(0), op.powNumber(x, 0))
      : op.mul(op.constant(exponent), powerBelow(op, x, exponent))
})

/** `x ^ (exponent − 1)`, with the right sign beyond 2⁵³ too, where the odd number `exponent − 1` would be rounded. */
const powerBelow = <A>(op: Algebra<A>, x: A, exponent: number): A =>
  exponent % 2 !== 0 || (exponent - 1) % 2 !== 0
    ? op.powNumber(x, exponent - 1)
    : exponent > 0
      ? op.mul(x, op.powNumber(x, exponent - 2))
      : op.div(op.powNumber(x, exponent), x)

/** Limits to `[min, max]`; at a bound the derivative is 0. */
export const clip = gated<{ readonly min: number; readonly max: number }>('clip')({
  domain: reals,
  evaluate: (x, { min, max }) => (x < min ? min : x > max ? max : x),
  passes: (op, x, _, { min, max }) => op.mul(op.greater(x, op.constant(min)), op.greater(op.constant(max), x))
})
