import { lgamma, stirlingRest } from './gamma.ts'
import { erfinvGuess } from './special.ts'

/**
 * The gamma distribution on the scale of the logarithm `y` of its variable `x`, where its density is `e^(αy − eʸ) / Γ(α)`: the
 * shares below and above, the quantile, and the quantile's derivatives by `α`.
 */

const [logGamma, digamma] = [lgamma(0), lgamma(1)]
const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))

/** Numbers `c₀ + c₁ h + c₂ h² + …`, cut off: a function of `α + h`. */
type Jet = readonly number[]

const product = (a: Jet, b: Jet): Jet =>
  a.map((_, n) => {
    let sum = 0
    for (let k = 0; k <= n; k++) sum += a[k]! * b[n - k]!
    return sum
  })
const sum = (a: Jet, b: Jet, factor = 1): Jet => a.map((x, n) => x + factor * b[n]!)
const exponential = (a: Jet): Jet => {
  const out = [Math.exp(a[0]!)]
  for (let n = 1; n < a.length; n++) {
    let total = 0
    for (let k = 1; k <= n; k++) total += k * a[k]! * out[n - k]!
    out.push(total / n)
  }
  return out
}
/** `a / (α + i)`. */
const over = (a: Jet, divisor: number): Jet => {
  const out: number[] = []
  for (let n = 0; n < a.length; n++) out.push((a[n]! - (n === 0 ? 0 : out[n - 1]!)) / divisor)
  return out
}
const constant = (value: number, length: number): Jet => Array.from({ length }, (_, n) => (n === 0 ? value : 0))

/** Nodes and weights of an integral over [0, ∞) by the double-exponential substitution `s = exp(u − e⁻ᵘ)`. */
const halfLine: readonly (readonly [node: number, weight: number])[] = Array.from({ length: 141 }, (_, i) => {
  const u = (i - 64) / 17
  const node = Math.exp(u - Math.exp(-u))
  return [node, (node * (1 + Math.exp(-u))) / 17]
})

/** `eᵗ − 1 − t`. */
const excess = (t: number): number => {
  if (Math.abs(t) > 0.5) return Math.expm1(t) - t
  let total = 1 / 15
  for (let k = 14; k >= 2; k--) total = (1 + total * t) / k
  return t * t * total
}

/** Up to this `α` the share below is a series; the number of its terms grows with `√α`. */
const LARGE = 100

/** Whether a share is computed from below. */
const isLow = (alpha: number, y: number): boolean => y < 0 || y < digamma(alpha)

/**
 * Places and weights of an integral of `f(τ) · e^(−(rate · τ) − x · excess(±τ))` over [0, ∞), on the scale on which that decays;
 * `sign` is −1 below and 1 above.
 */
const weighed = (alpha: number, x: number, sign: 1 | -1): readonly (readonly [place: number, weight: number])[] => {
  const half = (sign * (x - alpha)) / 2
  const unit = 1 / (half + Math.hypot(half, Math.sqrt(x)))
  return halfLine.map(([node, weight]) => {
    const t = unit * node
    return [t, unit * weight * Math.exp(-2 * half * t - x * excess(sign * t))]
  })
}

/** `Σ xᵏ / ((α + 1) … (α + k))` from k = 1: all terms are positive. */
const seriesBelow = (alpha: number, x: number): number => {
  let term = 1
  let total = 0
  for (let k = 1; term > total * 1e-17; k++) {
    term *= x / (alpha + k)
    total += term
  }
  return total
}

/** The logarithm of the density of `y`. */
const logDensity = (alpha: number, y: number): number => {
  if (alpha < 16) return alpha * y - Math.exp(y) - logGamma(alpha)
  const distance = y - Math.log(alpha)
  return -alpha * excess(distance) + Math.log(alpha / (2 * Math.PI)) / 2 - stirlingRest(alpha)
}

/** The share below or above, whichever has its digits, by its logarithm; the share over the density; that one's logarithm. */
interface Share {
  readonly low: boolean
  readonly log: number
  readonly ratio: number
  readonly density: number
}

export const shareAt = (alpha: number, y: number): Share => {
  const [x, low, density] = [Math.exp(y), isLow(alpha, y), logDensity(alpha, y)]
  if (low && alpha < LARGE) {
    const rest = seriesBelow(alpha, x)
    return { low, log: alpha * y - x - logGamma(1 + alpha) + Math.log1p(rest), ratio: (1 + rest) / alpha, density }
  }
  const ratio = weighed(alpha, x, low ? -1 : 1).reduce((total, [, weight]) => total + weight, 0)
  return { low, log: density + Math.log(ratio), ratio, density }
}

/** Where Newton's method begins: the cube root of Wilson and Hilferty, or for a small share below its power. */
const begin = (tail: number, alpha: number): number => {
  const below = tail > 0 ? tail / 2 : 1 + tail / 2
  const power = (Math.log(below) + logGamma(1 + alpha)) / alpha
  const deviate = (tail > 0 ? -1 : 1) * Math.SQRT2 * erfinvGuess(Math.abs(tail))
  const root = 1 - 1 / (9 * alpha) + deviate / (3 * Math.sqrt(alpha))
  return alpha < 1 || !(root > 0.2) ? power : Math.log(alpha) + 3 * Math.log(root)
}

/** The most a step goes up or down in search of a share above, whose logarithm bends the more the further up. */
const STRIDE = 1

/** After a step of this relative size, the error, of about its square, is below rounding. */
const SMALL = 3e-9

/** The `y` with the share `tail / 2` below, or `−tail / 2` above, by Newton's method on the logarithm of the share. */
const quantile = (tail: number, alpha: number): number => {
  const target = Math.log(Math.abs(tail) / 2)
  let y = begin(tail, alpha)
  for (let i = 0; i < 100 && Number.isFinite(y); i++) {
    const { low, log, ratio, density } = shareAt(alpha, y)
    const isOwn = tail > 0 === low
    const logarithm = isOwn ? log : Math.log1p(-Math.exp(log))
    const step = (target - logarithm) * (isOwn ? ratio : Math.exp(logarithm - density)) * (tail > 0 ? 1 : -1)
    const taken = tail > 0 ? step : Math.max(-STRIDE, Math.min(STRIDE, step))
    y += taken
    if (!(Math.abs(taken) > SMALL * Math.max(1, Math.abs(y)))) break
  }
  return y
}

/**
 * The slope of the quantile by `α`, as a function of `α + h` along which `y` is as given. As the share stays, it is what the share
 * loses by `α` over the density: `∫ (ψ(α) − s) e^(α (s − y) − (eˢ − eʸ)) ds` over the `s` below, or less that above, of one sign.
 */
const slopeAlong = (alpha: number, y: Jet): Jet => {
  const { length } = y
  const x = exponential(y)
  const low = isLow(alpha, y[0]!)
  const psi = (shift: number): Jet => Array.from({ length }, (_, n) => lgamma(1 + n)(alpha + shift) / factorial(n))
  if (low && alpha < LARGE) {
    // −((y − ψ(1 + α)) (1 + Σ xᵏ / (α + 1)ₖ) − Σ xᵏ / (α + 1)ₖ · Σ 1 / (α + i)) / α
    const one = constant(1, length)
    let [term, harmonic, total, weighted] = [one, constant(0, length), one, constant(0, length)]
    for (let k = 1; term[0]! > total[0]! * 1e-18; k++) {
      term = over(product(term, x), alpha + k)
      harmonic = sum(harmonic, over(one, alpha + k))
      total = sum(total, term)
      weighted = sum(weighted, product(term, harmonic))
    }
    return over(sum(weighted, product(sum(y, psi(1), -1), total), -1), alpha)
  }
  const sign = low ? -1 : 1
  const gap = sum(y, psi(0), -1)
  const out = new Float64Array(length)
  for (const [t, weight] of weighed(alpha, x[0]!, sign)) {
    // what the exponent changes by along h: ±t · h, less the change of x times e^(±t) − 1
    const grown = Math.expm1(sign * t)
    const change = x.map((value, n) => (n === 0 ? 0 : (n === 1 ? sign * t : 0) - value * grown))
    const distance = gap.map((value, n) => (n === 0 ? value + sign * t : value))
    const here = product(exponential(change), distance)
    for (let n = 0; n < length; n++) out[n] = out[n]! + sign * weight * here[n]!
  }
  return Array.from(out)
}

/**
 * The logarithm of the quantile of the gamma distribution of shape `α`, differentiated `order` times by `α`: `tail / 2` is the share
 * below it where `tail` is positive, and `−tail / 2` the share above where it is negative, so that either end has all digits.
 *
 * @see Figurnov, Mohamed, Mnih, Implicit Reparameterization Gradients (2018)
 */
export const logGammaQuantile =
  (order: number) =>
  (tail: number, alpha: number): number => {
    if (!(alpha > 0 && alpha < Infinity && Math.abs(tail) <= 1)) return NaN
    if (tail === 0) return NaN
    const value = quantile(tail, alpha)
    if (order === 0 || Number.isNaN(value)) return value
    let y: Jet = [value]
    for (let n = 0; n < order; n++) {
      const slope = slopeAlong(alpha, y)
      y = [...y, slope[n]! / (n + 1)]
    }
    return y[order]! * factorial(order)
  }
