import { expOfNegative, gaussian, scaledGaussian, unscaled } from './exponential.ts'
import { log } from './logarithm.ts'
import { polynomial } from './polynomial.ts'
import type { Lanes } from './lanes.ts'
import type { Expr, Value } from './wasm.ts'

interface Constants {
  /** `erf(x) / x − 1` in powers of `x²`, up to 1. */
  readonly near: readonly number[]
  /** `erfc(x) · exp(x²)` in powers of `(x − 3) / (x + 3)`, from 1 to 6. */
  readonly far: readonly number[]
  /** `(erfc(x) · exp(x²) · (1 + 2x) − 1) / (1 + y)` in powers of `y = (x − 3.75) / (x + 3.75)`, from 0 to ∞. */
  readonly tail: readonly number[]
}

const constants: Readonly<Record<Lanes['precision'], Constants>> = {
  double: {
    near: [
      0.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.0052239776248180145,
      -0.000854832698083379, 0.0001205533111164271, -1.4925595266831182e-5, 1.6461000484121368e-6,
      -1.6350312701054695e-7, 1.4659775274047436e-8, -1.1372848856791674e-9, 5.957176147748911e-11
    ],
    far: [
      0.17900115118138996, -0.32623356004303716, 0.24560380171233195, -0.15011593650078744, 0.07166583719774874,
      -0.024392499318273194, 0.004269136347508256, 0.0007077464443901538, -0.0005970623517093284, 4.525472635483354e-5,
      6.406182073530546e-5, -1.284889451252353e-5, -8.008021319412685e-6, 2.023603179641757e-6, 1.2801900862962662e-6
    ],
    tail: [
      0.2375126308378276, -0.37775322942337447, 0.38133864490883945, -0.299061906418698, 0.19025797627692506,
      -0.09795365511644935, 0.03926025652726195, -0.010897979109484429, 0.0011513995471219751, 0.0006042263136325654,
      -0.0003105126233902508, 2.0358510840847576e-5, 3.129049915894401e-5, -8.906176289162443e-6, -2.537758950028006e-6,
      1.5640555423780857e-6, 1.8724802549669588e-7, -2.4430586154993584e-7, -1.4013279886889537e-8,
      3.716423101681387e-8, 1.2794185869039809e-9, -4.978605636292654e-9, -1.0712376305139675e-10,
      4.1043700870195075e-10
    ]
  },
  single: {
    near: [
      0.12837916584835093, -0.37612626666720334, 0.11283594715160218, -0.026854212010626412, 0.005189087423433974,
      -0.000801686428716587, 7.875875062685488e-5
    ],
    far: [
      0.17900115101468306, -0.32623364153267814, 0.2456038130956809, -0.15011078746520026, 0.07166871523267872,
      -0.024475881392722634, 0.00417900462030857, 0.0011079989561569232
    ],
    tail: [
      0.23751261905074308, -0.37775321384419464, 0.38133949985911036, -0.29906235043433643, 0.19024789804155637,
      -0.09795001332155198, 0.03930393215925118, -0.01091094294643957, 0.0010649484812200348, 0.0006272268880767448,
      -0.0002295862923810848, -4.443275687657583e-7
    ]
  }
}

/** From here on the error function rounds to ±1. */
const ONE = 6

/**
 * The error function: a polynomial for `|x| < 1`, else `1 − erfc(|x|)`, where `erfc` is `exp(−x²)` times a polynomial.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.1
 */
export const erf = (l: Lanes, x: Value): Expr => {
  const { near, far } = constants[l.precision]
  const size = l.pmin(l.abs(x), l.constant(ONE))
  const square = l.mul(size, size)
  const inner = l.madd(size, polynomial(l, near, square), size)
  const position = l.div(l.sub(size, l.constant(3)), l.add(size, l.constant(3)))
  const tail = l.mul(expOfNegative(l, l.neg(square)), polynomial(l, far, position))
  const outer = l.sub(l.constant(1), tail)
  const value = l.select(l.lt(size, l.constant(1)), inner, outer)
  const signed = l.or(value, l.and(x, l.constant(-0)))
  return l.select(l.eq(x, x), signed, x)
}

/** Centre of the variable change `y = (x − 3.75) / (x + 3.75)` of the tail's series. */
const MIDDLE = 3.75

/**
 * `e^(−rate · x²) · erfc(t) / e^(−t²)` for `t = √rate · |x|`, scaled as `scaledExp` is, so that subnormals keep their
 * relative accuracy.
 */
const scaledTail = (l: Lanes, x: Value, rate: 1 | 0.5): Expr => {
  const t = rate === 1 ? l.abs(x) : l.mul(l.abs(x), l.constant(Math.SQRT1_2))
  const size = l.pmin(t, l.constant(2 ** 32))
  const one = l.constant(1)
  const twice = l.add(size, size)
  const position = l.div(twice, l.add(size, l.constant(MIDDLE)))
  const series = polynomial(l, constants[l.precision].tail, l.sub(position, one))
  return l.mul(scaledGaussian(l, x, rate), l.div(l.madd(position, series, one), l.add(one, twice)))
}

/**
 * The complementary error function, `1 − erf(x)`, with a small relative error wherever it is not 0.
 *
 * @see Shepherd and Laframboise, Chebyshev Approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞ (1981)
 */
export const erfc = (l: Lanes, x: Value): Expr => {
  const tail = unscaled(l, scaledTail(l, x, 1))
  return l.select(l.lt(x, l.constant(0)), l.sub(l.constant(2), tail), tail)
}

/** Where the inverse is solved for the rest to 1. */
const NEAR = 0.5
const HALF_ROOT_PI = Math.sqrt(Math.PI) / 2
const GUESS = 0.147

/**
 * The inverse of `erf`: ±∞ at ±1, NaN beyond. Steps of Halley's method, on `erf` near 0 and on `erfc` near the ends.
 *
 * @see Winitzki, A Handy Approximation for the Error Function and its Inverse (2008)
 */
export const erfinv = (l: Lanes, x: Value): Expr => {
  const [one, size] = [l.constant(1), l.abs(x)]
  const rest = l.sub(one, size)
  const isNear = l.lt(size, l.constant(NEAR))
  const w = log(l, l.mul(rest, l.add(one, size)))
  const t = l.madd(w, l.constant(0.5), l.constant(2 / (Math.PI * GUESS)))
  const far = l.sqrt(l.sub(l.sqrt(l.sub(l.mul(t, t), l.div(w, l.constant(GUESS)))), t))
  const refined = (y: Value): Expr => {
    const lacking = l.select(isNear, l.sub(erf(l, y), size), l.sub(rest, erfc(l, y)))
    const step = l.div(l.mul(lacking, l.constant(HALF_ROOT_PI)), gaussian(l, y, 1))
    return l.sub(y, l.div(step, l.madd(y, step, one)))
  }
  const steps = l.precision === 'double' ? 3 : 2
  const guess: Value = l.select(isNear, l.mul(size, l.constant(HALF_ROOT_PI)), far)
  const inside = Array.from({ length: steps }).reduce<Value>(refined, guess)
  const end = l.select(l.eq(size, one), l.constant(Infinity), l.constant(NaN))
  return l.or(l.select(l.lt(size, one), inside, end), l.and(x, l.constant(-0)))
}

/** The probability that a standard normal number is below `x`: `erfc(−x / √2) / 2`. */
export const normalCdf = (l: Lanes, x: Value): Expr => {
  const tail = unscaled(l, scaledTail(l, x, 0.5), 0.5)
  return l.select(l.gt(x, l.constant(0)), l.sub(l.constant(1), tail), tail)
}
