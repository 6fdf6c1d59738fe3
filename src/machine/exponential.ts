import { polynomial } from './polynomial.ts'
import { type Lanes, withSign } from './lanes.ts'
import type { Expr, Value } from './wasm.ts'

/**
 * The exponential and functions built on it, vectorised. Argument reduction `x = n · log 2 + r` with an integer `n` and
 * `|r| ≤ log 2 / 2`, a polynomial in `r`, and `2ⁿ` built from exponent bits. Coefficients of a Chebyshev fit, nearly
 * minimax.
 *
 * @see Muller, Elementary Functions (3rd edition, 2016), chapters 3 and 11
 */

interface Constants {
  /** `log 2` in two parts (Cody and Waite); the first has few enough bits that its product with `n` is exact. */
  readonly high: number
  readonly low: number
  /** Adding it rounds a number to an integer, left in the lowest bits of the mantissa. */
  readonly shifter: number
  /** The exponent bias. */
  readonly bias: number
  /** Explicit mantissa bits. */
  readonly mantissa: number
  /** Below it `4eˣ` rounds to 0, and so does `eˣ`. */
  readonly zero: number
  /** Above it the exponential is infinite. */
  readonly infinite: number
  /** Above it half the exponential is infinite, while a quarter is not. */
  readonly steep: number
  /** Below it `eˣ − 1` rounds to −1. */
  readonly minusOne: number
  /** The power of two by which `scaledExp` scales up, so that `2ⁿ` does not underflow. */
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
    steep: 710.8,
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
    steep: 89.7,
    minusOne: -20,
    lift: 64,
    series: [0.5, 0.16666576989698775, 0.041666554617204574, 0.008363179052722578, 0.0013926183587713494]
  }
}

interface Reduced {
  /** The integer power of two, as a float. */
  readonly n: Expr
  /** `eʳ − 1`. */
  readonly rest: Expr
}

/** `expm1(x + correction − n · log 2)`, for a small correction. */
const reduce = (
  l: Lanes,
  { high, low, series }: Constants,
  x: Value,
  n: Expr,
  correction: Value | null = null
): Reduced => {
  const small = l.mul(n, l.constant(low))
  const r = l.sub(l.sub(x, l.mul(n, l.constant(high))), correction === null ? small : l.sub(small, correction))
  return { n, rest: l.madd(l.mul(r, r), polynomial(l, series, r), r) }
}

/** `n = round(x · scale)` as a float, and a vector whose lowest bits are the integer `n + offset`. */
const integerBits = (l: Lanes, shifter: number, offset: number, x: Value, scale: number) => {
  const bits = l.add(l.mul(x, l.constant(scale)), l.constant(shifter + offset))
  return { bits, n: l.sub(bits, l.constant(shifter + offset)) }
}

/** `(1 + rest) · 2ⁿ`: 2ⁿ may overflow or underflow, so it is two factors, with about half of the exponent each. */
const timesPower = (l: Lanes, rest: Value, half: Value, whole: Value): Expr => {
  const { mantissa } = constants[l.precision]
  const first = l.shiftLeft(half, mantissa)
  const second = l.shiftLeft(l.subBits(whole, half), mantissa)
  return l.mul(l.mul(l.add(rest, l.constant(1)), first), second)
}

/** `eˣ` over the whole range: subnormal results below −708 (−87 in single precision), ∞ above 709.78 (88.72). */
export const exp = (l: Lanes, x: Value): Expr => {
  const c = constants[l.precision]
  const inside = l.pmax(l.pmin(x, l.constant(c.infinite)), l.constant(c.zero))
  const half = integerBits(l, c.shifter, c.bias, inside, Math.LOG2E / 2)
  const whole = integerBits(l, c.shifter, 2 * c.bias, inside, Math.LOG2E)
  return timesPower(l, reduce(l, c, inside, whole.n).rest, half.bits, whole.bits)
}

/** `2ˣ`, exact for integers; the range is that of the results, as for `exp`. */
export const exp2 = (l: Lanes, x: Value): Expr => {
  const c = constants[l.precision]
  const inside = l.pmax(l.pmin(x, l.constant(c.infinite * Math.LOG2E)), l.constant(c.zero * Math.LOG2E))
  const half = integerBits(l, c.shifter, c.bias, inside, 0.5)
  const whole = integerBits(l, c.shifter, 2 * c.bias, inside, 1)
  const r = l.mul(l.sub(inside, whole.n), l.constant(Math.LN2))
  return timesPower(l, l.madd(l.mul(r, r), polynomial(l, c.series, r), r), half.bits, whole.bits)
}

/**
 * `e^(x + correction) · 2^lift` for `x ≤ 0` (or NaN): a normal number wherever the exponential is not 0, so that a
 * product with it rounds only once, in `unscaled`.
 */
const scaledExp = (l: Lanes, x: Value, correction: Value | null = null): Expr => {
  const c = constants[l.precision]
  const inside = l.pmax(x, l.constant(c.zero))
  const { bits, n } = integerBits(l, c.shifter, c.bias + c.lift, inside, Math.LOG2E)
  const { rest } = reduce(l, c, inside, n, correction)
  return l.mul(l.add(rest, l.constant(1)), l.shiftLeft(bits, c.mantissa))
}

/** Undoes the scaling of `scaledExp`, and multiplies by a power of two. */
export const unscaled = (l: Lanes, x: Value, factor = 1): Expr =>
  l.mul(x, l.constant(factor * 2 ** -constants[l.precision].lift))

/** `eˣ` for `x ≤ 0` (or NaN), a little faster than `exp`. */
export const expOfNegative = (l: Lanes, x: Value): Expr => unscaled(l, scaledExp(l, x))

/** From here on `e^(−x² / 2)` underflows to 0 in both precisions. */
const GAUSSIAN_ZERO = 40

/** The Gaussians built so far, by argument: functions of one vector share them as common subexpressions. */
const gaussians = new WeakMap<
  Value,
  readonly { readonly lanes: Lanes; readonly rate: number; readonly scaled: Expr }[]
>()

/**
 * `e^(−rate · x²)`, scaled as `scaledExp` is, for a rate of 1 or ½. The exponential amplifies the rounding error of
 * `x²` up to some hundred ulps: the upper half of the bits of `x` is squared exactly, and the remainder enters as the
 * correction.
 */
export const scaledGaussian = (l: Lanes, x: Value, rate: 1 | 0.5): Expr => {
  const known = gaussians.get(x) ?? []
  const found = known.find((made) => made.lanes === l && made.rate === rate)
  if (found !== undefined) return found.scaled
  const scaled = gaussianOf(l, x, rate)
  gaussians.set(x, [...known, { lanes: l, rate, scaled }])
  return scaled
}

const gaussianOf = (l: Lanes, x: Value, rate: 1 | 0.5): Expr => {
  const size = l.pmin(l.abs(x), l.constant(GAUSSIAN_ZERO))
  const upper = l.and(size, l.pattern(l.precision === 'double' ? 0xfffffffff8000000n : 0xfffff000n))
  const square = l.mul(l.mul(upper, upper), l.constant(-rate))
  const rest = l.mul(l.mul(l.sub(size, upper), l.add(size, upper)), l.constant(-rate))
  return scaledExp(l, square, rest)
}

/** `e^(−rate · x²)` for a rate of 1 or ½. */
export const gaussian = (l: Lanes, x: Value, rate: 1 | 0.5): Expr => unscaled(l, scaledGaussian(l, x, rate))

/** The coefficients of `x` and `x³` in `gateDecay`, each as a double and its rounding error. */
const LINEAR = [1.5957691216057308, -9.96930880911092e-17] as const
const CUBIC = [0.07135481627260025, -6.175149918155315e-19] as const

/** Splits a coefficient in two, the first part with `bits` significant bits. */
const splitFactor = (
  [value, lacking]: readonly [number, number],
  bits: number
): readonly [upper: number, lower: number] => {
  const unit = 2 ** (Math.floor(Math.log2(value)) + 1 - bits)
  const upper = Math.round(value / unit) * unit
  return [upper, value - upper + lacking]
}

/**
 * `e^(−|√(8/π) · (x + 0.044715 x³)|)`. As for the Gaussian, the exponent is a sum of an exact product, of the upper
 * half of the bits of `x`, and a small correction with the contribution of the lower half.
 */
const gateDecay = (l: Lanes, x: Value): Expr => {
  const isDouble = l.precision === 'double'
  const bits = isDouble ? 26 : 12
  const [a, b] = [splitFactor(LINEAR, bits), splitFactor(CUBIC, bits)].map((parts) =>
    parts.map((part) => l.constant(part))
  )
  const upperOf = (v: Value): Expr => l.and(v, l.pattern(isDouble ? 0xfffffffff8000000n : 0xfffff000n))
  const size = l.pmin(l.abs(x), l.constant(GAUSSIAN_ZERO))
  const upper = upperOf(size)
  const square = l.mul(upper, upper)
  const short = upperOf(square)
  const bracket = upperOf(l.add(a![0]!, l.mul(b![0]!, square)))
  const exact = l.add(l.sub(a![0]!, bracket), l.mul(b![0]!, short))
  const small = l.add(a![1]!, l.add(l.mul(b![0]!, l.sub(square, short)), l.mul(b![1]!, square)))
  // x² + x·upper + upper² = 3x·upper + (x − upper)², and the last term is negligible
  const slope = l.add(l.constant(LINEAR[0]), l.mul(l.constant(3 * CUBIC[0]), l.mul(size, upper)))
  const rest = l.add(l.mul(upper, l.add(exact, small)), l.mul(l.sub(size, upper), slope))
  return unscaled(l, scaledExp(l, l.neg(l.mul(upper, bracket)), l.neg(rest)))
}

/** The square of the hyperbolic secant, `4e / (1 + e)²` with `e = e^(−2|x|)`. */
export const sechSquared = (l: Lanes, x: Value): Expr => {
  const one = l.constant(1)
  const scaled = scaledExp(l, l.mul(l.abs(x), l.constant(-2)))
  const e = unscaled(l, scaled)
  const below = l.add(one, e)
  return unscaled(l, l.div(scaled, l.mul(below, below)), 4)
}

/** `eˣ − 1`, accurate near 0; ∞ above 709.78 (88.72 in single precision). */
export const expm1 = (l: Lanes, x: Value): Expr => {
  const c = constants[l.precision]
  const inside = l.pmax(l.pmin(x, l.constant(c.infinite)), l.constant(c.minusOne))
  // half of 2ⁿ, since 2ⁿ itself may overflow
  const { bits, n } = integerBits(l, c.shifter, c.bias - 1, inside, Math.LOG2E)
  const { rest } = reduce(l, c, inside, n)
  const half = l.shiftLeft(bits, c.mantissa)
  const halved = l.madd(half, rest, l.sub(half, l.constant(0.5)))
  return l.add(halved, halved)
}

/** A quarter of `eˣ`, and of `eˣ − 1`, for `x ≥ 0` (or NaN): twice of either is infinite where half of `eˣ` is. */
const quarters = (l: Lanes, x: Value): { readonly whole: Expr; readonly less: Expr } => {
  const c = constants[l.precision]
  const inside = l.pmin(x, l.constant(c.steep))
  const { bits, n } = integerBits(l, c.shifter, c.bias - 2, inside, Math.LOG2E)
  const { rest } = reduce(l, c, inside, n)
  const scale = l.shiftLeft(bits, c.mantissa)
  return { whole: l.madd(scale, rest, scale), less: l.madd(scale, rest, l.sub(scale, l.constant(0.25))) }
}

/** Below it `sinh x` rounds to `x`, in either precision. */
const LINEAR_SINH = 1e-8

/** The hyperbolic sine, `(e + e / (e + 1)) / 2` with `e = e^|x| − 1`. */
export const sinh = (l: Lanes, x: Value): Expr => {
  const size = l.abs(x)
  const { less } = quarters(l, size)
  const half = l.add(less, l.div(less, l.add(l.mul(less, l.constant(4)), l.constant(1))))
  return withSign(l, l.select(l.lt(size, l.constant(LINEAR_SINH)), size, l.add(half, half)), x)
}

/** The hyperbolic cosine, `(e + 1 / e) / 2` with `e = e^|x|`. */
export const cosh = (l: Lanes, x: Value): Expr => {
  const { whole } = quarters(l, l.abs(x))
  const half = l.add(whole, l.div(l.constant(1 / 16), whole))
  return l.add(half, half)
}

/** A logistic function of a vector, and the decay `e^(−|u|)` that it is computed from. */
interface Logistic {
  readonly decay: Expr
  readonly value: Expr
}

/**
 * `1 / (1 + e^(−u(x)))` for an odd, increasing `u`, from its decay. Memoised by argument, to share it with the
 * derivative.
 */
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
    // compensates the rounding error of 1 + e, which is up to an ulp of the quotient
    const taken = l.add(l.sub(one, below), decay)
    const quotient = l.div(above, below)
    const own = { decay, value: l.sub(quotient, l.mul(quotient, taken)) }
    made.set(x, [...known, { lanes: l, logistic: own }])
    return own
  }
}

/** `value · (1 − value)`; where `1 − value` would cancel, it is computed as `decay · value`. */
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

/**
 * `atanh ½`. Below, tanh is computed as `(1 − e) / (1 + e)`; above, as `1 − 2e / (1 + e)`, whose subtrahend is the
 * smaller part and so contributes the smaller error.
 */
const SMALL = 0.5493061443340548

/**
 * The hyperbolic tangent: `(1 − e) / (1 + e)` with `e = e^(−2|x|)`, in the form that does not cancel. Where it is
 * small, the sums are compensated: their rounding errors are divided likewise and added at the end.
 */
export const tanh = (l: Lanes, x: Value): Expr => {
  const c = constants[l.precision]
  const one = l.constant(1)
  const size = l.abs(x)
  const inside = l.pmax(l.mul(size, l.constant(-2)), l.constant(c.minusOne))
  const { bits, n } = integerBits(l, c.shifter, c.bias, inside, Math.LOG2E)
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
  // a correction needs only an approximate quotient: `below` is about 1.6 where it matters
  const lost = l.mul(l.sub(oneLessLost, l.mul(quotient, belowLost)), l.constant(0.6))
  return withSign(l, l.select(small, l.add(quotient, lost), l.sub(one, quotient)), x)
}
