/** The logarithm of the gamma function and its derivatives of every order: digamma, trigamma and on. */

/** `ζ(k) − 1` for k from 2: the series of `log Γ(2 + z)` for `|z| ≤ ½`. */
const zeta = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8,
  7.45071178983543e-9, 3.725334024788457e-9
]
/** `1 − γ`, the slope at 2. */
const slope = 0.42278433509846713

/** The positive zero of digamma, in two parts, and digamma in powers of the distance from it. */
const root = { upper: 1.4616321449683622, lower: 9.549995429965697e-17 }
const aboutRoot = [
  0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652, 0.10782405069126237,
  -0.07219956125645471, 0.04880428816414311, -0.03316112647484736, 0.022597648232218104, -0.01542476590494896,
  0.010538791616612175, -0.007204534386356869, 0.004926781395729853, -0.003369801655439328, 0.002305126326734928,
  -0.0015769367714301972, 0.0010788252019162967, -0.0007380709389960052, 0.000504953265834602, -0.0003454680251063077,
  0.00023635601564027053, -0.00016170622091974803, 0.0001106337276874741
]
/** How far the powers about the zero are used. */
const NEAR = 0.25

/** Bernoulli's numbers of even index, from 2. */
const bernoulli = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
  -174611 / 330,
  854513 / 138,
  -236364091 / 2730
]
const HALF_LOG_TWO_PI = 0.9189385332046728

/** From here on Stirling's series has all digits; of a derivative, from its order further. */
const FAR = 16

/** `Σ c_k z^(k − 1)`, by Horner's rule. */
const horner = (coefficients: readonly number[], z: number): number => {
  let total = 0
  for (let k = coefficients.length - 1; k >= 0; k--) total = total * z + coefficients[k]!
  return total
}

const logSeries = zeta.map((value, i) => ((i % 2 === 0 ? 1 : -1) * value) / (i + 2))
const slopeSeries = zeta.map((value, i) => (i % 2 === 0 ? 1 : -1) * value)

/** `log Γ(2 + z)` for `|z| ≤ ½`. */
const nearTwo = (z: number): number => z * (slope + z * horner(logSeries, z))

/** Its derivative. */
const slopeNearTwo = (z: number): number => slope + z * horner(slopeSeries, z)

/** What Stirling's formula lacks: `Σ B₂ₖ / (2k (2k − 1) x^(2k − 1))`. */
export const stirlingRest = (x: number): number => {
  const square = 1 / (x * x)
  let total = 0
  for (let k = bernoulli.length; k >= 1; k--) total = total * square + bernoulli[k - 1]! / (2 * k * (2 * k - 1))
  return total / x
}

const logOfPositive = (x: number): number => {
  if (x >= FAR) return (x - 0.5) * (Math.log(x) - 1) + (HALF_LOG_TWO_PI - 0.5 + stirlingRest(x))
  if (x < 0.5) return nearTwo(x) - Math.log1p(x) - Math.log(x)
  const whole = Math.round(x)
  const z = x - whole
  if (whole === 1) return nearTwo(z) - Math.log1p(z)
  let product = 1
  for (let i = 2; i < whole; i++) product *= z + i
  return nearTwo(z) + Math.log(product)
}

const slopeOfPositive = (x: number): number => {
  if (x >= FAR) {
    const square = 1 / (x * x)
    let total = 0
    for (let k = bernoulli.length; k >= 1; k--) total = (total + bernoulli[k - 1]! / (2 * k)) * square
    return Math.log(x) - 0.5 / x - total
  }
  const distance = x - root.upper - root.lower
  if (Math.abs(distance) < NEAR) return distance * horner(aboutRoot, distance)
  if (x < 0.5) return slopeNearTwo(x) - 1 / (1 + x) - 1 / x
  const whole = Math.round(x)
  const z = x - whole
  if (whole === 1) return slopeNearTwo(z) - 1 / x
  let total = 0
  for (let i = whole - 1; i >= 2; i--) total += 1 / (z + i)
  return slopeNearTwo(z) + total
}

/** `n! / y^(n + 1)`, which neither overflows nor underflows on the way. */
const inversePower = (n: number, y: number): number => {
  let product = 1 / y
  for (let i = 1; i <= n; i++) product *= i / y
  return product
}

/** A term below this share of a sum, and those that follow, do not change it. */
const NEGLIGIBLE = 2 ** -60

/** The derivative of digamma of order `n ≥ 1`, for `x ≥ 0`: a sum of terms of one sign. */
const polygammaOfPositive = (n: number): ((x: number) => number) => {
  const sign = n % 2 === 0 ? -1 : 1
  // (2k + n − 1)! / ((2k)! (n − 1)!)
  let binomial = 1
  const coefficients = bernoulli.map((value, i) => {
    const k = 2 * (i + 1)
    binomial *= ((k + n - 2) / (k - 1)) * ((k + n - 1) / k)
    return value * binomial
  })
  return (x) => {
    let total = 0
    let y = x
    for (; y < FAR + n; y++) {
      const term = inversePower(n, y)
      total += term
      if (!(term > total * NEGLIGIBLE)) return sign * total
    }
    const square = 1 / (y * y)
    const rest = horner(coefficients, square) * square
    return sign * (total + inversePower(n - 1, y) * (1 + n / (2 * y) + rest))
  }
}

/** From this order on the poles far from a number do not matter. */
const HIGH = 30

/** The same below 0, from order `HIGH` on: the terms of the poles above, and digamma's derivative behind them. */
const polygammaOfNegative = (n: number, x: number, ofPositive: (x: number) => number): number => {
  const nearest = -x - Math.floor(-x)
  // of an even order, poles as far on both sides cancel
  if (n % 2 === 0 && nearest === 0.5) return ofPositive(1 - x)
  let total = 0
  for (let y = nearest; y <= -x; y++) {
    const term = inversePower(n, y)
    total += term
    if (!(term > total * NEGLIGIBLE)) break
  }
  return total + ofPositive(1 - nearest)
}

/** The distance from the nearest integer. */
const fraction = (x: number): number => x - Math.round(x)

/** `sin πx`, of any size of `x`, up to its sign. */
const sineOfTurns = (x: number): number => Math.sin(Math.PI * Math.abs(fraction(x)))

/** `cot πx`, with all digits at its zeros. */
const cotangentOfTurns = (x: number): number => {
  const r = fraction(x)
  const size = Math.abs(r)
  const t = Math.PI * (size > 0.25 ? 0.5 - size : size)
  return (Math.sign(r) * (size > 0.25 ? Math.sin(t) : Math.cos(t))) / (size > 0.25 ? Math.cos(t) : Math.sin(t))
}

/** The coefficients of the `n`th derivative of the cotangent, a polynomial in it: `p ↦ −(1 + c²) p′`. */
const cotangentDerivative = (n: number): readonly number[] => {
  if (n === 0) return [0, 1]
  const before = cotangentDerivative(n - 1)
  const slopes = before.slice(1).map((a, k) => a * (k + 1))
  return Array.from({ length: slopes.length + 2 }, (_, k) => -(slopes[k] ?? 0) - (slopes[k - 2] ?? 0))
}

/**
 * The derivative of order `order` of `log |Γ(x)|`: its value for 0, digamma for 1. At a pole, an integer of at most 0, the
 * value is ∞; a derivative there is the infinity that both sides have, or NaN where they differ, except that 0 and −0 are
 * the ends of their sides.
 *
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 6.1 to 6.4
 */
export const lgamma = (order: number): ((x: number) => number) => {
  const [value, n] = [order === 0, order - 1]
  const ofPositive = value ? logOfPositive : n === 0 ? slopeOfPositive : polygammaOfPositive(n)
  const cotangent = value || n >= HIGH ? [] : cotangentDerivative(n)
  return (x) => {
    if (x >= 0) return ofPositive(x)
    if (Number.isNaN(x)) return NaN
    if (value)
      return Number.isInteger(x) || x === -Infinity
        ? Infinity
        : Math.log(Math.PI / sineOfTurns(x)) - logOfPositive(1 - x)
    if (x === -Infinity) return NaN
    if (Number.isInteger(x)) return n % 2 === 0 ? NaN : Infinity
    if (n >= HIGH) return polygammaOfNegative(n, x, ofPositive)
    // Γ(x) Γ(1 − x) = π / sin πx
    const mirrored = (n % 2 === 0 ? 1 : -1) * ofPositive(1 - x)
    return mirrored - Math.PI ** (n + 1) * horner(cotangent, cotangentOfTurns(x))
  }
}
