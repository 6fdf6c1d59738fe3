import type { Algebra } from './algebra.ts'
import * as loop from '../kernel/elementwise.ts'
import { lgamma as lgammaOf } from '../kernel/gamma.ts'
import * as special from '../kernel/special.ts'
import { aboveMinusOne, insideOne, nonZero, positive, reals } from './domain.ts'
import { elementwise, gated, unary, whereDefined } from './elementwise.ts'
import type { NoParams, Primitive } from './primitive.ts'

/** Elementwise unary primitives. */

/** Linear, so its derivative rules are `neg` itself. */
export const neg: Primitive<NoParams> = {
  ...unary<NoParams>('neg', () => loop.neg, reals),
  vjp: (op, _, __, ___, ct) => op.neg(ct),
  jvp: (op, _, __, ___, t) => op.neg(t),
  reach: 'element'
}

export const exp = elementwise('exp')({ domain: reals, evaluate: Math.exp, derivative: (_, __, y) => y })

/** `2ˣ`; a primitive because the exponential of a rounded product is hundreds of ulps off. */
export const exp2 = elementwise('exp2')({
  domain: reals,
  evaluate: (x) => 2 ** x,
  derivative: (op, _, y) => op.mul(op.constant(Math.LN2), y)
})

/** `eˣ − 1`, accurate near 0. */
export const expm1 = elementwise('expm1')({
  domain: reals,
  evaluate: Math.expm1,
  derivative: (op, x) => op.exp(x)
})

export const log = elementwise('log')({
  domain: positive,
  evaluate: Math.log,
  scaled: (op, v, x) => op.div(v, op.mul(x, whereDefined(op, x, 0)))
})

/** `log(1 + x)`, accurate near 0. */
export const log1p = elementwise('log1p')({
  domain: aboveMinusOne,
  evaluate: Math.log1p,
  scaled: (op, v, x) => op.div(v, op.mul(op.add(x, op.constant(1)), whereDefined(op, x, -1)))
})

/** The logarithm to base 2, exact at its powers; a primitive because a quotient of rounded logarithms is not. */
export const log2 = elementwise('log2')({
  domain: positive,
  evaluate: Math.log2,
  scaled: (op, v, x) => op.div(v, op.mul(op.constant(Math.LN2), op.mul(x, whereDefined(op, x, 0))))
})

/** The logarithm to base 10, exact at its powers; a primitive because a quotient of rounded logarithms is not. */
export const log10 = elementwise('log10')({
  domain: positive,
  evaluate: Math.log10,
  scaled: (op, v, x) => op.div(v, op.mul(op.constant(Math.LN10), op.mul(x, whereDefined(op, x, 0))))
})

export const sqrt = elementwise('sqrt')({
  domain: positive,
  loop: () => loop.sqrt,
  // a power, whose derivatives are powers again, where those of a quotient would be sums of products
  derivative: (op, x) => op.mul(op.mul(op.constant(0.5), whereDefined(op, x, 0)), op.powNumber(x, -0.5))
})

/** The cube root, of negative numbers too; a primitive because a power of 1/3 takes none. Its slope at 0 is infinite. */
export const cbrt = elementwise('cbrt')({
  domain: nonZero,
  evaluate: Math.cbrt,
  derivative: (op, _, y) => op.mul(op.constant(1 / 3), op.powNumber(y, -2))
})

export const square = elementwise('square')({
  domain: reals,
  loop: () => loop.square,
  derivative: (op, x) => op.mul(op.constant(2), x)
})

/** The derivative at 0 is 0. */
export const abs = elementwise('abs')({ domain: nonZero, loop: () => loop.abs, derivative: (op, x) => op.sign(x) })

export const sin = elementwise('sin')({ domain: reals, evaluate: Math.sin, derivative: (op, x) => op.cos(x) })

export const cos = elementwise('cos')({
  domain: reals,
  evaluate: Math.cos,
  derivative: (op, x) => op.neg(op.sin(x))
})

export const tanh = elementwise('tanh')({
  domain: reals,
  evaluate: Math.tanh,
  // 1 − y² would cancel where y rounds to 1
  derivative: (op, x) => op.sechSquared(x)
})

/**
 * `1 / cosh²(x)`, the derivative of `tanh`; a primitive because no composite has a small relative error in both tails
 * and at every order.
 */
export const sechSquared = elementwise('sechSquared')({
  domain: reals,
  evaluate: special.sechSquared,
  derivative: (op, x, y) => op.mul(op.mul(op.constant(-2), op.tanh(x)), y)
})

/** `1 / (1 + e⁻ˣ)`; a primitive because the composite overflows. */
export const sigmoid = elementwise('sigmoid')({
  domain: reals,
  evaluate: special.sigmoid,
  derivative: (op, x) => op.sigmoidSlope(x)
})

/**
 * `sigmoid(x) · sigmoid(−x)`, the derivative of `sigmoid`; a primitive for a small relative error in both tails, and to
 * share its exponential with `sigmoid`.
 */
export const sigmoidSlope = elementwise('sigmoidSlope')({
  domain: reals,
  evaluate: special.sigmoidSlope,
  derivative: (op, x, y) => op.neg(op.mul(op.tanh(op.mul(op.constant(0.5), x)), y))
})

/** `log(1 + eˣ)`; a primitive because the composite overflows. */
export const softplus = elementwise('softplus')({
  domain: reals,
  evaluate: special.softplus,
  derivative: (op, x) => op.sigmoid(x)
})

/** The rate of a Gaussian: 1 for the error function, ½ for the normal distribution. */
export interface GaussianParams {
  readonly rate: 1 | 0.5
}

/** `e^(−rate · x²)`; a primitive because the exponential of a rounded square is hundreds of ulps off in the tails. */
export const gaussian = elementwise<GaussianParams>('gaussian')({
  domain: reals,
  loop: ({ rate }) => loop.map(special.gaussian(rate)),
  // clipped where the Gaussian is 0, to avoid ∞ · 0
  derivative: (op, x, y, { rate }) => op.mul(op.mul(op.constant(-2 * rate), op.clip(x, -40, 40)), y)
})

/**
 * `2u = √(8/π) · (x + 0.044715 x³)` of the gate of `gelu({ approximate: 'tanh' })`, clipped to where the gate is neither 0 nor 1, and its
 * derivative.
 */
const gateArgument = <A>(op: Algebra<A>, x: A): { readonly value: A; readonly slope: A } => {
  const inside = op.clip(x, -40, 40)
  const [linear, square] = [op.constant(special.GATE.linear), op.square(inside)]
  const cubic = (factor: number): A => op.mul(op.constant(factor * special.GATE.cubic), square)
  return { value: op.mul(inside, op.add(linear, cubic(1))), slope: op.add(linear, cubic(3)) }
}

/**
 * `(1 + tanh u) / 2` with `u = √(2/π) · (x + 0.044715 x³)`, the gate of `gelu({ approximate: 'tanh' })`; a primitive because the exponential
 * of a rounded polynomial is hundreds of ulps off in the tails.
 */
export const tanhGate = elementwise('tanhGate')({
  domain: reals,
  evaluate: special.tanhGate,
  derivative: (op, x) => op.mul(op.tanhGateSlope(x), gateArgument(op, x).slope)
})

/**
 * The derivative of `tanhGate` by `2u`, `tanhGate(x) · tanhGate(−x)`; a primitive to share its exponential with
 * `tanhGate`.
 */
export const tanhGateSlope = elementwise('tanhGateSlope')({
  domain: reals,
  evaluate: special.tanhGateSlope,
  derivative: (op, x, y) => {
    const { value, slope } = gateArgument(op, x)
    return op.neg(op.mul(op.mul(op.tanh(op.mul(op.constant(0.5), value)), slope), y))
  }
})

const ROOT_PI = 1.772453850905516
const ROOT_TWO_PI = 2.5066282746310002

/** The error function; a primitive because no composite is accurate. */
export const erf = elementwise('erf')({
  domain: reals,
  evaluate: special.erf,
  derivative: (op, x) => op.mul(op.constant(2 / ROOT_PI), op.gaussian(x, 1))
})

/** `1 − erf(x)`; a primitive because the difference cancels completely for x above 6. */
export const erfc = elementwise('erfc')({
  domain: reals,
  evaluate: special.erfc,
  derivative: (op, x) => op.mul(op.constant(-2 / ROOT_PI), op.gaussian(x, 1))
})

/** The inverse of `erf`; a primitive because it has no closed form. Its slope is infinite at ±1. */
export const erfinv = elementwise('erfinv')({
  domain: insideOne,
  evaluate: special.erfinv,
  derivative: (op, _, y) => op.div(op.constant(Math.sqrt(Math.PI) / 2), op.gaussian(y, 1))
})

/**
 * The cumulative distribution function of the standard normal; a primitive because `erfc(−x / √2) / 2` is hundreds of
 * ulps off in the tail, by the rounding of its argument.
 */
export const normalCdf = elementwise('normalCdf')({
  domain: reals,
  evaluate: special.normalCdf,
  derivative: (op, x) => op.mul(op.constant(1 / ROOT_TWO_PI), op.gaussian(x, 0.5))
})

export interface OrderParams {
  readonly order: number
}

/**
 * The derivative of order `order` of `log(erfc(x) · exp(x²))` for `x ≥ −1`, NaN below; a primitive because its
 * derivatives in terms of `erfc` would cancel.
 */
export const logErfcx = elementwise<OrderParams>('logErfcx')({
  domain: positive,
  loop: ({ order }) => loop.map(special.logErfcx(order)),
  derivative: (op, x, _, { order }) => op.logErfcx(x, order + 1)
})

/**
 * `log |Γ(x)|`, differentiated `order` times: digamma for 1. A primitive because no composite has its digits, and with an
 * order because its derivatives are a family that is closed.
 */
export const lgamma = elementwise<OrderParams>('lgamma')({
  domain: positive,
  loop: ({ order }) => loop.map(lgammaOf(order)),
  derivative: (op, x, _, { order }) => op.lgamma(x, order + 1)
})

/** `max(x, 0)`; the derivative at 0 is 0. Its output is 0 exactly where the derivative is 0. */
export const relu = gated('relu')({
  domain: nonZero,
  loop: () => loop.relu,
  passes: (_, __, y) => y
})
