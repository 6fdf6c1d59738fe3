import * as loop from '../kernel/elementwise.ts'
import { hypot as hypotenuse, power } from '../kernel/special.ts'
import type { Algebra } from './algebra.ts'
import type { Primitive } from './primitive.ts'
import { aboveMinusOne, nonZero, positive, reals } from './domain.ts'
import { binary, elementwise, gated, shareOf, whereDefined } from './elementwise.ts'

/** Binary arithmetic, with one-sided broadcasting. */

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
  // 1 / b overflows for the smallest b, where v / b need not
  partials: [{ scaled: (op, v, _, b) => op.div(v, b) }, { scaled: (op, v, _, b, y) => op.neg(op.mul(op.div(v, b), y)) }]
})

/** Defines a function of two numbers as 0 where the first is 0, unless the second is NaN. */
const zeroAtZero =
  (f: (a: number, b: number) => number) =>
  (a: number, b: number): number =>
    a === 0 && !Number.isNaN(b) ? 0 : f(a, b)

/** 1 where a logarithm is defined or its factor is 0, else NaN. */
const defined = <A>(op: Algebra<A>, a: A, b: A, bound: number): A =>
  op.where(a, whereDefined(op, b, bound), op.constant(1))

/** `a · b`, 0 where `a` is 0, for weights and gates of values that may be infinite. */
export const mulNoNan = binary('mulNoNan')({
  domain: [reals, reals],
  evaluate: zeroAtZero((a, b) => a * b),
  partials: [(_, __, b) => b, (_, a) => a]
})

/**
 * `a · log b`, 0 where `a` is 0: a term of an entropy. A primitive, since the derivative by `b` must also be 0 where
 * `a` is 0, and the one by `a` is `log b` everywhere.
 */
export const xlogy = binary('xlogy')({
  domain: [reals, positive],
  evaluate: zeroAtZero((a, b) => a * Math.log(b)),
  partials: [(op, _, b) => op.log(b), (op, a, b) => op.mul(op.xdivy(a, b), defined(op, a, b, 0))]
})

/** `a · log(1 + b)`, 0 where `a` is 0. */
export const xlog1py = binary('xlog1py')({
  domain: [reals, aboveMinusOne],
  evaluate: zeroAtZero((a, b) => a * Math.log1p(b)),
  partials: [
    (op, _, b) => op.log1p(b),
    (op, a, b) => op.mul(op.xdivy(a, op.add(b, op.constant(1))), defined(op, a, b, -1))
  ]
})

/** `a / b`, 0 where `a` is 0. */
export const xdivy = binary('xdivy')({
  domain: [reals, nonZero],
  evaluate: zeroAtZero((a, b) => a / b),
  partials: [{ scaled: (op, v, _, b) => op.div(v, b) }, (op, _, b, y) => op.neg(op.xdivy(y, b))]
})

/**
 * `√(a² + b²)`; a primitive because the squares overflow and underflow. Both derivatives are 0 at (0, 0), the
 * subgradient of least norm.
 */
export const hypot = binary('hypot')({
  domain: [nonZero, reals],
  evaluate: hypotenuse,
  partials: [(op, a, b) => op.direction(a, b), (op, a, b) => op.direction(b, a)]
})

/**
 * `a / √(a² + b²)`, and 0 where `a` is 0: the derivative of `hypot`; a primitive because the derivatives of a quotient
 * would cancel where one operand is much the larger.
 */
export const direction = binary('direction')({
  domain: [nonZero, reals],
  evaluate: (a, b) => (a === 0 && !Number.isNaN(b) ? 0 : a / hypotenuse(a, b)),
  partials: [
    (op, a, b) => op.xdivy(op.square(op.direction(b, a)), op.hypot(a, b)),
    (op, a, b) => op.neg(op.xdivy(op.mul(op.direction(a, b), op.direction(b, a)), op.hypot(a, b)))
  ]
})

/**
 * `a − n · b`, exactly, with `n` the quotient rounded towards 0, and so of the sign of `a`; a primitive because the
 * product rounds. It jumps where `n` does.
 */
export const remainder = binary('remainder')({
  domain: [
    { min: 0.2, max: 0.9, avoid: [] },
    { min: 1.1, max: 3, avoid: [] }
  ],
  evaluate: (a, b) => a % b,
  partials: [1, (op, a, b, y) => op.neg(op.round(op.div(op.sub(a, y), b)))]
})

/**
 * The angle of the point `(x, y)`, from −π to π; a primitive because `atan(y / x)` knows neither the left half of the
 * plane nor its axis. It jumps on the left half of that axis, and has no derivative at (0, 0).
 */
export const atan2 = binary('atan2')({
  domain: [nonZero, nonZero],
  evaluate: Math.atan2,
  partials: [
    (op, y, x) => op.div(op.direction(x, y), op.hypot(y, x)),
    (op, y, x) => op.neg(op.div(op.direction(y, x), op.hypot(y, x)))
  ]
})

/** Above |log x| of any finite positive x. */
const MAX_LOG = 800

/** Corrects `power`, computed with a rounded exponent, for the rounding error `missing` of the exponent. */
const compensated = <A>(op: Algebra<A>, power: A, base: A, missing: A): A => {
  const log = op.clip(op.log(op.stopGradient(base)), -MAX_LOG, MAX_LOG)
  return op.mul(power, op.where(missing, op.add(op.constant(1), op.mul(missing, log)), op.constant(1)))
}

/** `base ^ (exponent − 1)`; 0 where base and exponent are 0, since `base ^ 0` is constant. */
const powerOfOneLess = <A>(op: Algebra<A>, base: A, exponent: A): A => {
  const [zero, one] = [op.constant(0), op.constant(1)]
  const isConstant = op.mul(op.equal(base, zero), op.equal(exponent, zero))
  const less = op.sub(exponent, one)
  // Knuth's two-sum: the rounding error of exponent − 1
  const [own, rounded] = [op.stopGradient(exponent), op.stopGradient(less)]
  const taken = op.sub(own, rounded)
  const missing = op.add(op.sub(own, op.add(rounded, taken)), op.sub(taken, one))
  return compensated(op, op.where(isConstant, zero, op.pow(base, less)), base, missing)
}

/**
 * `base ^ exponent`, for bases ≥ 0 where the exponent is a variable. The derivative by the exponent is 0 where the
 * power is 0.
 */
export const pow = binary('pow')({
  domain: [positive, reals],
  evaluate: Math.pow,
  partials: [(op, a, b) => op.mul(b, powerOfOneLess(op, a, b)), (op, a, _, y) => op.xlogy(y, a)]
})

/** At a tie each operand gets half of the cotangent: the subgradient of least norm. */
export const maximum = binary('maximum')({
  domain: [reals, reals],
  loop: loop.maximum,
  partials: [{ share: (op, a, b) => tieShare(op, a, b) }, { share: (op, a, b) => tieShare(op, b, a) }]
})

export const minimum = binary('minimum')({
  domain: [reals, reals],
  loop: loop.minimum,
  partials: [{ share: (op, a, b) => tieShare(op, b, a) }, { share: (op, a, b) => tieShare(op, a, b) }]
})

/** 1 where `a > b`, ½ where `a = b`, else 0; NaN where either is NaN. */
const tieShare = <A>(op: Algebra<A>, a: A, b: A): A => {
  const own = op.greaterEqual(a, b)
  return op.div(own, op.add(own, op.greaterEqual(b, a)))
}

/** `x ^ exponent` for a fixed exponent and any base for which it is defined. */
export const powNumber = elementwise<{ readonly exponent: number }>('powNumber')({
  domain: positive,
  loop: ({ exponent }) => loop.map(power(exponent)),
  derivative: (op, x, _, { exponent }) =>
    exponent === 0
      ? op.mul(op.constant(0), op.powNumber(x, 0))
      : op.mul(op.constant(exponent), powerBelow(op, x, exponent))
})

const lessOne = <A>(op: Algebra<A>, x: A, exponent: number): A => {
  const power = op.powNumber(x, exponent - 1)
  const taken = exponent - (exponent - 1)
  const missing = exponent - (exponent - 1 + taken) + (taken - 1)
  return missing === 0 || Number.isNaN(missing) ? power : compensated(op, power, x, op.constant(missing))
}

/** `x ^ (exponent − 1)`; beyond 2⁵³ an odd `exponent − 1` is rounded, so that the sign is computed from `exponent`. */
const powerBelow = <A>(op: Algebra<A>, x: A, exponent: number): A =>
  exponent % 2 !== 0 || (exponent - 1) % 2 !== 0
    ? lessOne(op, x, exponent)
    : exponent > 0
      ? op.mul(x, op.powNumber(x, exponent - 2))
      : op.div(op.powNumber(x, exponent), x)

/** 1 strictly between the bounds, else 0; NaN for NaN. */
const isWithin = <A>(op: Algebra<A>, { min, max }: { readonly min: number; readonly max: number }, x: A): A =>
  op.div(op.mul(op.greater(x, op.constant(min)), op.greater(op.constant(max), x)), op.equal(x, x))

/** Limits to `[min, max]`; at a bound the derivative is 0. */
export const clip: Primitive<{ readonly min: number; readonly max: number }> = {
  ...gated<{ readonly min: number; readonly max: number }>('clip')({
    domain: reals,
    evaluate: (x, { min, max }) => (x < min ? min : x > max ? max : x),
    passes: (op, x, _, bounds) => isWithin(op, bounds, x)
  }),
  vjp: (op, bounds, [x], _, ct, __, reached) => shareOf(op, ct, isWithin(op, bounds, x!), reached),
  jvp: (op, bounds, [x], _, t, __, reached) => shareOf(op, t, isWithin(op, bounds, x!), reached)
}
