import { erfinv as nearErfinv } from '../../src/kernel/special.ts'

/**
 * Elementary functions to some hundred digits, as whole numbers of any length: what true values are measured against. A
 * real number is held as its nearest multiple of 2^−BITS.
 */

const BITS = 1600n
const ONE = 1n << BITS

export type Fixed = bigint

export const times = (a: Fixed, b: Fixed): Fixed => (a * b) >> BITS
export const over = (a: Fixed, b: Fixed): Fixed => (a << BITS) / b

/** A finite double, exactly. */
export const exactly = (x: number): Fixed => {
  const bits = new BigUint64Array(Float64Array.of(x).buffer)[0]!
  const exponent = (bits >> 52n) & 0x7ffn
  const mantissa = (bits & 0xfffffffffffffn) | (exponent === 0n ? 0n : 0x10000000000000n)
  const shift = BITS - 1075n + (exponent === 0n ? 1n : exponent)
  const size = mantissa << shift
  return x < 0 ? -size : size
}

/** `Σ cₙ` of a series whose terms are made one from another, until they vanish. */
const series = (
  first: Fixed,
  next: (term: Fixed, n: bigint) => Fixed,
  taken: (term: Fixed, n: bigint) => Fixed
): Fixed => {
  let sum = 0n
  let term = first
  for (let n = 0n; term !== 0n && term !== -1n; n++) {
    sum += taken(term, n)
    term = next(term, n)
  }
  return sum
}

const HALVINGS = 48n

export const one: Fixed = ONE

export const exp = (x: Fixed): Fixed => {
  const guard = 2n * HALVINGS + 1200n
  const one = ONE << guard
  // halved until the series is short, then squared back, with bits to spare for what squaring loses
  const r = (x << guard) >> HALVINGS
  let sum = one
  let term = one
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = ((term * r) >> (BITS + guard)) / n
    sum += term
  }
  for (let i = 0n; i < HALVINGS; i++) sum = (sum * sum) >> (BITS + guard)
  return sum >> guard
}

/** `atanh(1/n)` times 2^(BITS + extra). */
const inverseTangent = (n: bigint, hyperbolic: boolean, extra: bigint): bigint => {
  const square = n * n
  let power = (1n << (BITS + extra)) / n
  let sum = 0n
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += hyperbolic || k % 4n === 1n ? power / k : -(power / k)
    power /= square
  }
  return sum
}

const EXTRA = 1200n
/** π, with bits to spare for taking whole turns off the largest double. */
const piLong = 4n * (4n * inverseTangent(5n, false, EXTRA) - inverseTangent(239n, false, EXTRA))
const pi = piLong >> EXTRA
const halfPi = pi / 2n

export const toNumber = (x: Fixed): number => {
  const size = x < 0n ? -x : x
  const length = BigInt(size.toString(2).length)
  const drop = length > 64n ? length - 64n : 0n
  const value = Number(size >> drop) * 2 ** Number(drop - BITS > -1000n ? drop - BITS : 0n)
  const scaled = drop - BITS > -1000n ? value : value * 2 ** -600 * 2 ** Number(drop - BITS + 600n)
  return x < 0n ? -scaled : scaled
}

export const log = (x: Fixed): Fixed => {
  // Halley's steps, each of which triples the digits
  const drop = BigInt(x.toString(2).length - 60)
  let y = exactly(Math.log(Number(drop > 0n ? x >> drop : x << -drop)) + Number(drop - BITS) * Math.LN2)
  for (let i = 0; i < 5; i++) {
    const e = exp(y)
    y += over(2n * (x - e), x + e)
  }
  return y
}

/** The square root. */
export const sqrt = (x: Fixed): Fixed => root(x << BITS)

const root = (x: bigint): bigint => {
  let r = 1n << BigInt(Math.ceil(x.toString(2).length / 2))
  for (;;) {
    const next = (r + x / r) >> 1n
    if (next >= r) return r
    r = next
  }
}

export const sqrtPi = root(pi << BITS)

/** `e^(−x²)` times the series of `erf(x) · e^(x²)`, whose terms all have one sign. */
const erf = (x: Fixed): Fixed => {
  const square = times(x, x)
  const sum = series(
    x,
    (term, n) => (2n * times(term, square)) / (2n * n + 3n),
    (term) => term
  )
  return over(times(2n * sum, exp(-square)), sqrtPi)
}

/** `1 − erf(x)`, by the continued fraction of its tail where the difference would have too few digits. */
export const erfc = (x: Fixed): Fixed => {
  if (x < 4n * ONE) return ONE - erf(x)
  let fraction = x
  for (let n = 900n; n >= 1n; n--) fraction = x + over((n * ONE) / 2n, fraction)
  return over(ONE, times(times(exp(times(x, x)), fraction), sqrtPi))
}

/** Newton's method from a double, of which it doubles the digits twice: nothing is left of a wrong one but its error. */
const erfinv = (x: Fixed): Fixed => {
  const refined = (y: Fixed): Fixed => y - times(ONE - erfc(y) - x, times(sqrtPi, exp(times(y, y)))) / 2n
  return refined(refined(exactly(nearErfinv(toNumber(x)))))
}

export const sine = (x: Fixed, quarters: bigint): Fixed => {
  const long = (x << EXTRA) + (quarters * piLong) / 2n
  const turns = (2n * long + (long < 0n ? -piLong : piLong)) / (2n * piLong)
  const r = (long - turns * piLong) >> EXTRA
  const square = times(r, r)
  const sum = series(
    r,
    (term, n) => -times(term, square) / ((2n * n + 2n) * (2n * n + 3n)),
    (term) => term
  )
  return turns % 2n === 0n ? sum : -sum
}

const rootHalf = sqrt(ONE / 2n)
const rootEightOverPi = sqrt(over(8n * ONE, pi))

const reciprocalOfOnePlus = (x: Fixed): Fixed => over(ONE, ONE + x)

/** `e^(−|√(8/π) · (x + 0.044715 x³)|)`. */
const gateDecay = (x: Fixed): Fixed => {
  const size = x < 0n ? -x : x
  return exp(-times(rootEightOverPi, size + (44715n * times(size, times(size, size))) / 1000000n))
}

/** The functions under test, as they truly are. */
/** The angle of a slope: halved until its series is short. */
export const atan = (x: Fixed): Fixed => {
  if (x < 0n) return -atan(-x)
  // beyond 1 the complement to a quarter turn, since large slopes would lose digits
  if (x > ONE) return halfPi - atan(over(ONE, x))
  let t = x
  for (let i = 0n; i < HALVINGS; i++) t = over(t, ONE + sqrt(ONE + times(t, t)))
  const square = times(t, t)
  const sum = series(
    t,
    (term) => -times(term, square),
    (term, n) => term / (2n * n + 1n)
  )
  return sum << HALVINGS
}
const log2 = log(2n * ONE)
const log10 = log(10n * ONE)
const sinh = (x: Fixed): Fixed => (exp(x) - exp(-x)) / 2n
const cosh = (x: Fixed): Fixed => (exp(x) + exp(-x)) / 2n
const asinh = (x: Fixed): Fixed => (x < 0n ? -asinh(-x) : log(x + sqrt(ONE + times(x, x))))
const cbrt = (x: Fixed): Fixed => (x < 0n ? -cbrt(-x) : exp(log(x) / 3n))
const rest = (x: Fixed): Fixed => sqrt(times(ONE - x, ONE + x))

export const truth = {
  log2: (x: Fixed) => over(log(x), log2),
  log10: (x: Fixed) => over(log(x), log10),
  cbrt,
  asin: (x: Fixed) => atan(over(x, rest(x))),
  acos: (x: Fixed) => halfPi - atan(over(x, rest(x))),
  atan,
  sinh,
  cosh,
  asinh,
  acosh: (x: Fixed) => log(x + sqrt(times(x - ONE, x + ONE))),
  atanh: (x: Fixed) => log(over(ONE + x, ONE - x)) / 2n,
  exp,
  expm1: (x: Fixed) => exp(x) - ONE,
  log,
  log1p: (x: Fixed) => log(ONE + x),
  sigmoid: (x: Fixed) => reciprocalOfOnePlus(exp(-x)),
  softplus: (x: Fixed) => log(ONE + exp(x)),
  tanh: (x: Fixed) => {
    const e = exp(2n * x)
    return over(e - ONE, e + ONE)
  },
  sechSquared: (x: Fixed) => {
    const e = exp(2n * (x < 0n ? x : -x))
    return over(over(4n * e, ONE + e), ONE + e)
  },
  sigmoidSlope: (x: Fixed) => {
    const e = exp(x < 0n ? x : -x)
    return over(over(e, ONE + e), ONE + e)
  },
  gaussian: (x: Fixed) => exp(-times(x, x)),
  tanhGate: (x: Fixed) => {
    const e = gateDecay(x)
    return over(x < 0n ? e : ONE, ONE + e)
  },
  tanhGateSlope: (x: Fixed) => {
    const e = gateDecay(x)
    return over(over(e, ONE + e), ONE + e)
  },
  erf,
  erfc,
  erfinv,
  normalCdf: (x: Fixed) => erfc(times(-x, rootHalf)) / 2n,
  sin: (x: Fixed) => sine(x, 0n),
  cos: (x: Fixed) => sine(x, 1n)
} as const satisfies Readonly<Record<string, (x: Fixed) => Fixed>>

/** How a kind of floating-point number is spaced. */
export interface Format {
  readonly mantissa: number
  readonly least: number
}
export const doubles: Format = { mantissa: 52, least: -1022 }
export const singles: Format = { mantissa: 23, least: -126 }

/** How far a computed value is from the true one, in units in the last place of the true one, or of another number. */
export const ulps = (computed: number, true_: Fixed, { mantissa, least }: Format, of: Fixed = true_): number => {
  const size = of < 0n ? -of : of
  const exponent = Math.max(size.toString(2).length - 1 - Number(BITS), least)
  const unit = BITS + BigInt(exponent - mantissa)
  const difference = exactly(computed) - true_
  const distance = difference < 0n ? -difference : difference
  return Number((distance << 20n) >> unit) / 2 ** 20
}
