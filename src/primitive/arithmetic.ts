import * as loop from '../kernel/elementwise.ts'
import { power } from '../kernel/special.ts'
import type { Algebra } from './algebra.ts'
import { nonZero, positive, reals } from './domain.ts'
import { binary, elementwiseWith } from './elementwise.ts'

/** Two-operand arithmetic, with one-sided broadcasting. */

export const add = binary('add')({ domain: [reals, reals], evaluate: loop.add, partials: [1, 1] })

export const sub = binary('sub')({ domain: [reals, reals], evaluate: loop.sub, partials: [1, -1] })

export const mul = binary('mul')({
  domain: [reals, reals],
  evaluate: loop.mul,
  partials: [(_, __, b) => b, (_, a) => a]
})

/**
 * As `mul`, but exactly 0 where either operand is 0; a primitive because the rules of all others are built on it. Zero
 * absorbs from both sides so that the operation is its own derivative, exact at every order, and so that neither a zero
 * cotangent meeting a pole nor an infinite one meeting a flat place makes a NaN.
 */
export const mulNoNan = binary('mulNoNan')({
  domain: [reals, reals],
  evaluate: loop.mulNoNan,
  partials: [(_, __, b) => b, (_, a) => a]
})

export const div = binary('div')({
  domain: [reals, nonZero],
  evaluate: loop.div,
  partials: [(op, _, b) => op.div(op.constant(1), b), (op, _, b, y) => op.neg(op.div(y, b))]
})

/** `base ^ exponent`, for bases of at least 0 where the exponent is a variable. */
export const pow = binary('pow')({
  domain: [positive, reals],
  evaluate: loop.zip(Math.pow),
  partials: [
    (op, a, b) => op.mulNoNan(b, op.pow(a, op.sub(b, op.constant(1)))),
    (op, a, _, y) => op.mulNoNan(y, op.log(a))
  ]
})

/** A tie gives half of the cotangent to each side: the subgradient of least norm. */
export const maximum = binary('maximum')({
  domain: [reals, reals],
  evaluate: loop.maximum,
  partials: [(op, a, b) => share(op, a, b), (op, a, b) => share(op, b, a)]
})

export const minimum = binary('minimum')({
  domain: [reals, reals],
  evaluate: loop.minimum,
  partials: [(op, a, b) => share(op, b, a), (op, a, b) => share(op, a, b)]
})

/** 1 where `a > b`, ½ where they are equal, else 0. */
const share = <A>(op: Algebra<A>, a: A, b: A): A =>
  op.mul(op.constant(0.5), op.add(op.greater(a, b), op.greaterEqual(a, b)))

/** `x ^ exponent` for a fixed exponent, any base where that is defined. */
export const powNumber = elementwiseWith<{ readonly exponent: number }>('powNumber')({
  domain: positive,
  evaluate: ({ exponent }) => loop.map(power(exponent)),
  derivative: (op, { exponent }, x) =>
    exponent === 0
      ? op.mul(op.constant(0), op.powNumber(x, 0))
      : op.mul(op.constant(exponent), op.powNumber(x, exponent - 1))
})

/** Limits to `[min, max]`; at a bound the derivative is 0. */
export const clip = elementwiseWith<{ readonly min: number; readonly max: number }>('clip')({
  domain: reals,
  evaluate: ({ min, max }) => loop.map((x) => (x < min ? min : x > max ? max : x)),
  derivative: (op, { min, max }, x) => op.mul(op.greater(x, op.constant(min)), op.greater(op.constant(max), x))
})
