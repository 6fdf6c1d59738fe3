/** Scalar functions that `Math` lacks, stable over the whole range. */

/** `1 / (1 + e⁻ˣ)`, never overflowing. */
export const sigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

/** `log(1 + eˣ)`. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** From here on doubles are integers. */
const WHOLE = 2 ** 52

/** The nearest integer, and the even one of two that are equally near; adding `WHOLE` rounds so. */
export const nearest = (x: number): number => {
  if (!(Math.abs(x) < WHOLE)) return x
  return x < 0 || Object.is(x, -0) ? -(WHOLE - x - WHOLE) : x + WHOLE - WHOLE
}

/** The range in which sums of two squares neither overflow nor become subnormal. */
const [MIN, MAX] = [2 ** -480, 2 ** 480]

/** `√(a² + b²)`, scaled by a power of two where the squares would overflow or underflow. */
export const hypot = (a: number, b: number): number => {
  const largest = Math.max(Math.abs(a), Math.abs(b))
  const scale = largest > MAX ? 2 ** -600 : largest < MIN ? 2 ** 600 : 1
  const [x, y] = [a * scale, b * scale]
  return Math.sqrt(x * x + y * y) / scale
}

/** `xⁿ` for an integer `n ≥ 0`, by squaring. */
const repeated = (x: number, n: number): number => {
  if (n === 0) return 1
  const half = repeated(x, Math.floor(n / 2))
  return n % 2 === 0 ? half * half : half * half * x
}

/** Half-integer exponents up to this use a square root and multiplications. */
const CHAIN = 16

/** Replaces −0 and −∞ by 0 and ∞, as IEEE 754 requires for an exponent that is not an odd integer. */
const unsigned = (x: number): number => (x === -Infinity ? Infinity : x + 0)

/** `x` to a fixed power; half-integers use the square root, whose bits are the same on every machine. */
export const power = (exponent: number): ((x: number) => number) => {
  const n = Math.floor(Math.abs(exponent))
  if (Math.abs(exponent) !== n + 0.5 || n > CHAIN) return (x) => Math.pow(x, exponent)
  return exponent > 0
    ? (x) => repeated(unsigned(x), n) * Math.sqrt(unsigned(x))
    : (x) => 1 / repeated(unsigned(x), n) / Math.sqrt(unsigned(x))
}

/** `sigmoid(x) · sigmoid(−x)`: `e / (1 + e)²` with `e = e^(−|x|)`. */
export const sigmoidSlope = (x: number): number => {
  const e = Math.exp(-Math.abs(x))
  return e / ((1 + e) * (1 + e))
}

/** `1 / cosh²(x)`; 0 where cosh overflows. */
export const sechSquared = (x: number): number => {
  const secant = 1 / Math.cosh(x)
  return secant * secant
}

/** From here on `e^(−x² / 2)` underflows to 0. */
const GAUSSIAN_ZERO = 40

/**
 * `e^(−rate · x²)`, for a rate of 1 or ½. The exponential amplifies the rounding error of `x²` up to some hundred ulps,
 * so the square is split into an exact part and a small correction.
 */
export const gaussian =
  (rate: 1 | 0.5) =>
  (x: number): number => {
    const size = Math.min(Math.abs(x), GAUSSIAN_ZERO)
    const upper = Math.fround(size)
    return Math.exp(-rate * upper * upper) * Math.exp(-rate * (size - upper) * (size + upper))
  }

/** The coefficients of `x` and `x³` in `2u` of `gelu({ approximate: 'tanh' })`: `√(8/π)` and `0.044715 · √(8/π)`. */
export const GATE = { linear: 1.5957691216057308, cubic: 0.07135481627260025 } as const

/** Splits a coefficient in two: 24 bits, and the remainder with the rounding error of the double. */
const splitFactor = (factor: number, lacking: number): readonly [upper: number, lower: number] => [
  Math.fround(factor),
  factor - Math.fround(factor) + lacking
]
const LINEAR = splitFactor(GATE.linear, -9.96930880911092e-17)
const CUBIC = splitFactor(GATE.cubic, -6.175149918155315e-19)

/**
 * `e^(−|√(8/π) · (x + 0.044715 x³)|)`. As for `gaussian`, the exponent is split into an exact product, of the upper
 * half of the bits of `x`, and a small correction with the contribution of the lower half.
 */
const gateDecay = (x: number): number => {
  const size = Math.min(Math.abs(x), GAUSSIAN_ZERO)
  const upper = Math.fround(size)
  const square = upper * upper
  const short = Math.fround(square)
  const bracket = Math.fround(LINEAR[0] + CUBIC[0] * square)
  const missing =
    LINEAR[0] - bracket + CUBIC[0] * short + (LINEAR[1] + (CUBIC[0] * (square - short) + CUBIC[1] * square))
  const slope = LINEAR[0] + LINEAR[1] + (CUBIC[0] + CUBIC[1]) * (size * size + size * upper + square)
  return Math.exp(-upper * bracket) * Math.exp(-(upper * missing + (size - upper) * slope))
}

/** `(1 + tanh u) / 2` with `u = √(2/π) · (x + 0.044715 x³)`. */
export const tanhGate = (x: number): number => {
  const e = gateDecay(x)
  return (x < 0 ? e : 1) / (1 + e)
}

/** `tanhGate(x) · tanhGate(−x)`. */
export const tanhGateSlope = (x: number): number => {
  const e = gateDecay(x)
  return e / ((1 + e) * (1 + e))
}

/** Below this `erf` is computed from its series, above as `1 − erfc`. */
const NEAR = 0.5

/** `erf(x)` for `x` up to about 1, by a series of positive terms, without cancellation. */
const erfSeries = (x: number): number => {
  let term = x
  let total = x
  for (let n = 1; Math.abs(term) > Math.abs(total) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    total += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total
}

/** The step `h` of the trapezoidal rule; the error is about `e^(−π²/h²)`, below 1e-17. */
const STEP = 0.5
const nodes: readonly (readonly [square: number, weight: number])[] = Array.from({ length: 13 }, (_, i) => {
  // the smallest weights are summed first
  const square = ((13 - i) * STEP) ** 2
  return [square, Math.exp(-square)]
})

/**
 * `erfc(x) · exp(x²)` for `x ≥ ½`: the trapezoidal rule for an integral over the real line, minus the residues of the
 * poles at `± i x`.
 *
 * @see Chiarella and Reichel, On the Evaluation of Integrals Related to the Error Function (1968)
 */
const scaledErfc = (x: number): number => {
  let total = 0
  for (const [square, weight] of nodes) total += weight / (square + x * x)
  const pole = x < 7 ? (2 * Math.exp(x * x)) / Math.expm1((2 * Math.PI * x) / STEP) : 0
  return ((2 * STEP) / Math.PI) * (x * total + 0.5 / x) - pole
}

/**
 * The error function `2/√π ∫₀ˣ e^(−t²) dt`.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.1.6
 */
export const erf = (x: number): number =>
  !(Math.abs(x) >= NEAR) ? erfSeries(x) : x > 0 ? 1 - tail(1, x) : tail(1, -x) - 1

/** `e^(−rate · x²) · erfc(t) / e^(−t²)` for `t = √rate · x`, where that is at least ½. */
const tail = (rate: 1 | 0.5, x: number): number =>
  x >= GAUSSIAN_ZERO ? 0 : gaussian(rate)(x) * scaledErfc(rate === 1 ? x : x * Math.SQRT1_2)

/** `1 − erf(x)`, with a small relative error wherever it is not 0. */
export const erfc = (x: number): number =>
  !(Math.abs(x) >= NEAR) ? 1 - erfSeries(x) : x > 0 ? tail(1, x) : 2 - tail(1, -x)

/** `√π / 2`, the slope of the inverse at 0. */
const HALF_ROOT_PI = Math.sqrt(Math.PI) / 2

/** A guess of the inverse at `1 − rest`, of few digits. */
export const erfinvGuess = (rest: number): number => {
  const w = Math.log(rest * (2 - rest))
  const t = 2 / (Math.PI * GUESS) + w / 2
  return Math.sqrt(Math.sqrt(t * t - w / GUESS) - t)
}
const GUESS = 0.147

/**
 * The inverse of `erf`: ±∞ at ±1, NaN beyond. Three steps of Halley's method, on `erf` near 0 and on `erfc` near the ends,
 * from a guess of few digits.
 *
 * @see Winitzki, A Handy Approximation for the Error Function and its Inverse (2008)
 */
export const erfinv = (x: number): number => {
  const size = Math.abs(x)
  if (!(size < 1)) return size === 1 ? x * Infinity : NaN
  const rest = 1 - size
  let y = size < NEAR ? HALF_ROOT_PI * size : erfinvGuess(rest)
  for (let i = 0; i < 3; i++) {
    const step = ((size < NEAR ? erf(y) - size : rest - erfc(y)) * HALF_ROOT_PI) / gaussian(1)(y)
    y -= step / (1 + y * step)
  }
  return x < 0 || Object.is(x, -0) ? -y : y
}

/** The cumulative distribution function of the standard normal. */
export const normalCdf = (x: number): number => {
  const t = x * Math.SQRT1_2
  return !(Math.abs(t) >= NEAR) ? 0.5 * (1 + erfSeries(t)) : x < 0 ? 0.5 * tail(0.5, -x) : 1 - 0.5 * tail(0.5, x)
}

/** Nodes and weights of an integral over [0, ∞) by the double-exponential substitution `s = exp(u − e⁻ᵘ)`. */
const halfLine: readonly (readonly [node: number, weight: number])[] = Array.from({ length: 97 }, (_, i) => {
  const u = (i - 44) / 12
  const node = Math.exp(u - Math.exp(-u))
  return [node, node * (1 + Math.exp(-u))]
})

/**
 * The logarithm of `erfc(x) · exp(x²)` for `x ≥ −1`, or its derivative of the given order; NaN for smaller ones. As
 * `erfc(x) · exp(x²) = 2/√π ∫₀^∞ e^(−s² − 2xs) ds`, the derivatives of its logarithm are cumulants of a distribution
 * with density `e^(−s² − 2xs)`, times powers of −2: sums with little cancellation at any order.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.2.3 and 26.1.14
 */
export const logErfcx =
  (order: number) =>
  (x: number): number => {
    if (!(x >= -1)) return NaN
    if (x === Infinity) return order === 0 ? -Infinity : 0
    if (order === 0) return x < NEAR ? x * x + Math.log1p(-erf(x)) : Math.log(scaledErfc(x))
    const unit = 1 / (x + Math.hypot(x, 2))
    const density = halfLine.map(([s, weight]) => weight * Math.exp(-unit * s * (unit * s + 2 * x)))
    const moment = (centre: number, power: number): number =>
      density.reduce((sum, d, i) => sum + d * (halfLine[i]![0] - centre) ** power, 0)
    const mass = moment(0, 0)
    const mean = moment(0, 1) / mass
    return (-2 * unit) ** order * (order === 1 ? mean : cumulant(order, (n) => moment(mean, n) / mass))
  }

const choose = (n: number, k: number): number => (k <= 0 ? 1 : (choose(n - 1, k - 1) * n) / k)

/** A cumulant of order 2 or higher, from central moments. */
const cumulant = (order: number, moment: (n: number) => number): number =>
  Array.from({ length: order - 1 }, (_, i) => i + 2).reduce<readonly number[]>(
    (known, n) => [
      ...known,
      known.reduce((rest, kappa, k) => rest - choose(n - 1, k - 1) * kappa * moment(n - k), moment(n))
    ],
    [0, 0]
  )[order]!
