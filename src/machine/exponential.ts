import { polynomial } from './polynomial.ts'
import type { Lanes } from './lanes.ts'
import type { Expr, Value } from './wasm.ts'

/**
 * The exponential and what is made of it, in lanes. `x = n · log 2 + r` with a whole `n` and `|r| ≤ log 2 / 2`, a polynomial in
 * `r`, and `2ⁿ` put into the exponent's bits. The coefficients are the nearly minimax ones of Chebyshev's fit.
 *
 * @see Muller, Elementary Functions (3rd edition, 2016), chapters 3 and 11
 */

interface Constants {
  /** `log 2` in two parts, the first so short that a product with a whole number is exact. */
  readonly high: number
  readonly low: number
  /** Added to a number it leaves the nearest whole number in the lowest bits. */
  readonly shifter: number
  /** What an exponent of 0 is stored as. */
  readonly bias: number
  /** Bits after the point. */
  readonly mantissa: number
  /** Below it the exponential rounds to 0, four times as large as well. */
  readonly zero: number
  /** Above it the exponential is infinite. */
  readonly infinite: number
  /** Below it `eˣ − 1` rounds to −1. */
  readonly minusOne: number
  /** An exponent that is added and taken off again where `2ⁿ` alone would be too small a number. */
  readonly lift: number
  /** `(eʳ − 1 − r) / r²`. */
  readonly series: readonly number[]
}

const constants: Readonly<Record<Lanes['precision'], Constants>> = {
  double: {
    high: 0.6931471803691238,
    low: 1.9082149292705877e-10,
    shifter: 1.5 * 2 ** 52,
    bias: 1023,
    mantissa: 52,
    zero: -750,
    infinite: 710,
    minusOne: -40,
    lift: 512,
    series: [
      0.5000000000000001, 0.16666666666666669, 0.04166666666662413, 0.008333333333330062, 0.0013888888917213717,
      0.00019841269863053618, 2.4801521295954376e-5, 2.7557268459997064e-6, 2.7620088445409746e-7, 2.510038549551032e-8
    ]
  },
  single: {
    high: 0.693145751953125,
    low: 0.0000014286068203094173,
    shifter: 1.5 * 2 ** 23,
    bias: 127,
    mantissa: 23,
    zero: -108,
    infinite: 89,
    minusOne: -20,
    lift: 64,
    series: [0.5, 0.16666576989698775, 0.041666554617204574, 0.008363179052722578, 0.0013926183587713494]
  }
}

interface Reduced {
  /** The whole number of halvings or doublings, as a number. */
  readonly n: Expr
  /** `eʳ − 1`. */
  readonly rest: Expr
}

/** What is left of `x`, and of a small number besides, once `n · log 2` is taken off, exponentiated. */
const reduce = (
  l: Lanes,
  { high, low, series }: Constants,
  x: Value,
  n: Expr,
  besides: Value | null = null
): Reduced => {
  const small = l.mul(n, l.constant(low))
  const r = l.sub(l.sub(x, l.mul(n, l.constant(high))), besides === null ? small : l.sub(small, besides))
  return { n, rest: l.madd(l.mul(r, r), polynomial(l, series, r), r) }
}

/** A whole number `n` and, in the lowest bits, `n` plus an offset. */
const wholeIn = (l: Lanes, shifter: number, offset: number, x: Value, scale: number) => {
  const bits = l.add(l.mul(x, l.constant(scale)), l.constant(shifter + offset))
  return { bits, n: l.sub(bits, l.constant(shifter + offset)) }
}

/** `eˣ`, over the whole range: subnormal below −708 (−87 in single precision), ∞ above 709.78 (88.72). */
export const exp = (l: Lanes, x: Value): Expr => {
  const c = constants[l.precision]
  const inside = l.pmax(l.pmin(x, l.constant(c.infinite)), l.constant(c.zero))
  // 2ⁿ may be too large or too small a number, so it is put together of two
  const half = wholeIn(l, c.shifter, c.bias, inside, Math.LOG2E / 2)
  const whole = wholeIn(l, c.shifter, 2 * c.bias, inside, Math.LOG2E)
  const { rest } = reduce(l, c, inside, whole.n)
  const first = l.shiftLeft(half.bits, c.mantissa)
  const second = l.shiftLeft(l.subBits(whole.bits, half.bits), c.mantissa)
  return l.mul(l.mul(l.add(rest, l.constant(1)), first), second)
}

/**
 * `e^(x + besides)` for `x ≤ 0` (or NaN) and a small number besides, times `2^lift`: a normal number wherever the
 * exponential is not 0, so that what it is multiplied by rounds once, in `lowered`.
 */
const liftedExp = (l: Lanes, x: Value, besides: Value | null = null): Expr => {
  const c = constants[l.precision]
  const inside = l.pmax(x, l.constant(c.zero))
  const { bits, n } = wholeIn(l, c.shifter, c.bias + c.lift, inside, Math.LOG2E)
  const { rest } = reduce(l, c, inside, n, besides)
  return l.mul(l.add(rest, l.constant(1)), l.shiftLeft(bits, c.mantissa))
}

/** What `liftedExp` lifted, brought down again and multiplied by a power of two. */
export const lowered = (l: Lanes, x: Value, factor = 1): Expr =>
  l.mul(x, l.constant(factor * 2 ** -constants[l.precision].lift))

/** `eˣ` for `x ≤ 0` (or NaN), a little faster. */
export const expOfNegative = (l: Lanes, x: Value): Expr => lowered(l, liftedExp(l, x))

/** Beyond it `e^(−x² / 2)` is 0 in either precision. */
const GAUSSIAN_ZERO = 40

/** The exponentials of Gaussians that were asked for: a vector's own, shared by all functions of it. */
const gaussians = new WeakMap<
  Value,
  readonly { readonly lanes: Lanes; readonly rate: number; readonly lifted: Expr }[]
>()

/**
 * `e^(−rate · x²)`, lifted, for a rate of 1 or ½. A relative error of the square would be hundreds of times as large in
 * its exponential: the upper half of the bits of `x` has an exact square, and the rest goes with the small part of the
 * exponent.
 */
export const liftedGaussian = (l: Lanes, x: Value, rate: 1 | 0.5): Expr => {
  const known = gaussians.get(x) ?? []
  const found = known.find((made) => made.lanes === l && made.rate === rate)
  if (found !== undefined) return found.lifted
  const lifted = gaussianOf(l, x, rate)
  gaussians.set(x, [...known, { lanes: l, rate, lifted }])
  return lifted
}

const gaussianOf = (l: Lanes, x: Value, rate: 1 | 0.5): Expr => {
  const size = l.pmin(l.abs(x), l.constant(GAUSSIAN_ZERO))
  const upper = l.and(size, l.pattern(l.precision === 'double' ? 0xfffffffff8000000n : 0xfffff000n))
  const square = l.mul(l.mul(upper, upper), l.constant(-rate))
  const rest = l.mul(l.mul(l.sub(size, upper), l.add(size, upper)), l.constant(-rate))
  return liftedExp(l, square, rest)
}

/** `e^(−rate · x²)` for a rate of 1 or ½. */
export const gaussian = (l: Lanes, x: Value, rate: 1 | 0.5): Expr => lowered(l, liftedGaussian(l, x, rate))

/** The factors of `x` and `x³` in `gateDecay`, as doubles and what those lack. */
const LINEAR = [1.5957691216057308, -9.96930880911092e-17] as const
const CUBIC = [0.07135481627260025, -6.175149918155315e-19] as const

/** A factor in two parts, the first of so few bits. */
const inParts = (
  [value, lacking]: readonly [number, number],
  bits: number
): readonly [upper: number, lower: number] => {
  const unit = 2 ** (Math.floor(Math.log2(value)) + 1 - bits)
  const upper = Math.round(value / unit) * unit
  return [upper, value - upper + lacking]
}

/**
 * `e^(−|√(8/π) · (x + 0.044715 x³)|)`. As for the Gaussian, the polynomial is put together of exact products and a small rest:
 * that of the upper half of the bits of `x`, taken out of brackets, and what the lower half adds.
 */
const gateDecay = (l: Lanes, x: Value): Expr => {
  const isDouble = l.precision === 'double'
  const bits = isDouble ? 26 : 12
  const [a, b] = [inParts(LINEAR, bits), inParts(CUBIC, bits)].map((parts) => parts.map((part) => l.constant(part)))
  const upperOf = (v: Value): Expr => l.and(v, l.pattern(isDouble ? 0xfffffffff8000000n : 0xfffff000n))
  const size = l.pmin(l.abs(x), l.constant(GAUSSIAN_ZERO))
  const upper = upperOf(size)
  const square = l.mul(upper, upper)
  const short = upperOf(square)
  const bracket = upperOf(l.add(a![0]!, l.mul(b![0]!, square)))
  const exact = l.add(l.sub(a![0]!, bracket), l.mul(b![0]!, short))
  const small = l.add(a![1]!, l.add(l.mul(b![0]!, l.sub(square, short)), l.mul(b![1]!, square)))
  // x² + x·upper + upper² is 3x·upper but for the square of what the upper half lacks
  const slope = l.add(l.constant(LINEAR[0]), l.mul(l.constant(3 * CUBIC[0]), l.mul(size, upper)))
  const rest = l.add(l.mul(upper, l.add(exact, small)), l.mul(l.sub(size, upper), slope))
  return lowered(l, liftedExp(l, l.neg(l.mul(upper, bracket)), l.neg(rest)))
}

/** The square of the hyperbolic secant, `4e / (1 + e)²` with `e = e^(−2|x|)`. */
export const sechSquared = (l: Lanes, x: Value): Expr => {
  const one = l.constant(1)
  const lifted = liftedExp(l, l.mul(l.abs(x), l.constant(-2)))
  const e = lowered(l, lifted)
  const below = l.add(one, e)
  return lowered(l, l.div(lifted, l.mul(below, below)), 4)
}

/** `eˣ − 1`, accurate near 0; ∞ above 709.78 (88.72 in single precision). */
export const expm1 = (l: Lanes, x: Value): Expr => {
  const c = constants[l.precision]
  const inside = l.pmax(l.pmin(x, l.constant(c.infinite)), l.constant(c.minusOne))
  // half of 2ⁿ, since 2ⁿ itself may be too large a number
  const { bits, n } = wholeIn(l, c.shifter, c.bias - 1, inside, Math.LOG2E)
  const { rest } = reduce(l, c, inside, n)
  const half = l.shiftLeft(bits, c.mantissa)
  const halved = l.madd(half, rest, l.sub(half, l.constant(0.5)))
  return l.add(halved, halved)
}

/** A logistic function of a vector, with the decay `e^(−|u|)` that it is made of. */
interface Logistic {
  readonly decay: Expr
  readonly value: Expr
}

/** `1 / (1 + e^(−u(x)))` of an odd `u` that rises, from its decay. Each vector's own is shared with its derivative. */
const logistic = (decayOf: (l: Lanes, x: Value) => Expr): ((l: Lanes, x: Value) => Logistic) => {
  const made = new WeakMap<Value, readonly { readonly lanes: Lanes; readonly logistic: Logistic }[]>()
  return (l, x) => {
    const known = made.get(x) ?? []
    const found = known.find(({ lanes }) => lanes === l)
    if (found !== undefined) return found.logistic
    const one = l.constant(1)
    const decay = decayOf(l, x)
    const below = l.add(one, decay)
    const above = l.select(l.lt(x, l.constant(0)), decay, one)
    // what rounding took from 1 + e would be up to a unit of the quotient
    const taken = l.add(l.sub(one, below), decay)
    const quotient = l.div(above, below)
    const own = { decay, value: l.sub(quotient, l.mul(quotient, taken)) }
    made.set(x, [...known, { lanes: l, logistic: own }])
    return own
  }
}

/** The product of a logistic function and what it lacks of 1; where that would cancel, it is the decay times the function. */
const slopeOf = (l: Lanes, { decay, value }: Logistic): Expr =>
  l.mul(value, l.select(l.lt(value, l.constant(0.75)), l.sub(l.constant(1), value), l.mul(decay, value)))

const sigmoidOf = logistic((l, x) => expOfNegative(l, l.neg(l.abs(x))))
const gateOf = logistic(gateDecay)

/** `1 / (1 + e⁻ˣ)`. */
export const sigmoid = (l: Lanes, x: Value): Expr => sigmoidOf(l, x).value

/** `sigmoid(x) · sigmoid(−x)`. */
export const sigmoidSlope = (l: Lanes, x: Value): Expr => slopeOf(l, sigmoidOf(l, x))

/** `(1 + tanh u) / 2` with `u = √(2/π) · (x + 0.044715 x³)`. */
export const tanhGate = (l: Lanes, x: Value): Expr => gateOf(l, x).value

/** `tanhGate(x) · tanhGate(−x)`. */
export const tanhGateSlope = (l: Lanes, x: Value): Expr => slopeOf(l, gateOf(l, x))

/** The sign of one number on the size of another. */
const withSign = (l: Lanes, size: Value, sign: Value): Expr => {
  const signBit = l.constant(-0)
  return l.or(size, l.and(sign, signBit))
}

/**
 * Up to here, where it is ½, the hyperbolic tangent is got from `e^(−2|x|) − 1`, beyond as what is missing from 1: that is then
 * the smaller part, and so are its errors.
 */
const SMALL = 0.5493061443340548

/**
 * The hyperbolic tangent: `(1 − e) / (1 + e)` with `e = e^(−2|x|)`, in whichever form does not cancel. Where it is small, what
 * each sum loses is put aside, divided with the rest, and added at the end.
 */
export const tanh = (l: Lanes, x: Value): Expr => {
  const c = constants[l.precision]
  const one = l.constant(1)
  const size = l.abs(x)
  const inside = l.pmax(l.mul(size, l.constant(-2)), l.constant(c.minusOne))
  const { bits, n } = wholeIn(l, c.shifter, c.bias, inside, Math.LOG2E)
  const scale = l.shiftLeft(bits, c.mantissa)

  // e = scale · (1 + rest)
  const [high, low] = [l.sub(inside, l.mul(n, l.constant(c.high))), l.mul(n, l.constant(c.low))]
  const r = l.sub(high, low)
  const curved = l.add(l.mul(l.mul(r, r), polynomial(l, c.series, r)), l.sub(l.sub(high, r), low))
  const rest = l.add(r, curved)
  const restLost = l.add(l.sub(r, rest), curved)
  const part = l.mul(scale, rest)
  const e = l.add(scale, part)

  const [whole, below] = [l.sub(one, scale), l.add(one, e)]
  const oneLess = l.sub(whole, part)
  const oneLessLost = l.sub(l.sub(l.sub(whole, oneLess), part), l.mul(scale, restLost))
  const belowLost = l.add(l.sub(one, below), e)

  const small = l.lt(size, l.constant(SMALL))
  const quotient = l.div(l.select(small, oneLess, l.add(e, e)), below)
  // what is below is about 1.6 where this matters
  const lost = l.mul(l.sub(oneLessLost, l.mul(quotient, belowLost)), l.constant(0.6))
  return withSign(l, l.select(small, l.add(quotient, lost), l.sub(one, quotient)), x)
}
