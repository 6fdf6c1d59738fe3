/**
 * Elementary functions in sums, products and quotients of doubles alone: the same bits in every JavaScript engine, which
 * `Math.pow`, `Math.cos` and similar functions do not promise.
 */

/** `sin(x)` for x in `[0, π/4]`: the Taylor series to x¹⁷. @internal */
export const sinOf = (x: number): number => {
  const t = x * x
  let sum = 1 / 355687428096000
  sum = sum * t - 1 / 1307674368000
  sum = sum * t + 1 / 6227020800
  sum = sum * t - 1 / 39916800
  sum = sum * t + 1 / 362880
  sum = sum * t - 1 / 5040
  sum = sum * t + 1 / 120
  sum = sum * t - 1 / 6
  return x + x * t * sum
}

/** `cos(x)` for x in `[0, π/4]`: the Taylor series to x¹⁶. @internal */
export const cosOf = (x: number): number => {
  const t = x * x
  let sum = 1 / 20922789888000
  sum = sum * t - 1 / 87178291200
  sum = sum * t + 1 / 479001600
  sum = sum * t - 1 / 3628800
  sum = sum * t + 1 / 40320
  sum = sum * t - 1 / 720
  sum = sum * t + 1 / 24
  sum = sum * t - 1 / 2
  return 1 + t * sum
}

/** `cos(π · x)` for x in `[0, 1]`; exact at 0, 1/2 and 1. @internal */
export const cosOfHalfTurns = (x: number): number => {
  // eighths of a turn: the whole part and, counted back from the next when that is odd, the rest
  const octant = Math.floor(4 * x)
  const odd = (octant & 1) === 1
  const rest = (odd ? octant + 1 - 4 * x : 4 * x - octant) * (Math.PI / 4)
  const size = octant === 1 || octant === 2 ? sinOf(rest) : cosOf(rest)
  return octant < 2 ? size : -size
}

const room = new DataView(new ArrayBuffer(8))

/** 2 to a power from −1022 to 1023. */
const powerOfTwo = (exponent: number): number => {
  room.setUint32(0, (exponent + 1023) << 20)
  room.setUint32(4, 0)
  return room.getFloat64(0)
}

/** The upper half of a double's digits. */
const upper = (a: number): number => {
  const c = 134217729 * a
  return c - (c - a)
}

/** What rounding took from a product, exactly. */
const lostIn = (product: number, a: number, b: number): number => {
  const ah = upper(a)
  const bh = upper(b)
  const al = a - ah
  const bl = b - bh
  return ah * bh - product + ah * bl + al * bh + al * bl
}

/** log 2: the first part has so few digits that its products with exponents are exact. */
const [LN2_HIGH, LN2_LOW] = [0.6931471803691238, 1.9082149292705877e-10]
/** What 1/3 is more than its double. */
const THIRD_LOST = 2 ** -54 / 3

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))
/** 1/25, 1/23, … 1/5. */
const ODD = Float64Array.from({ length: 11 }, (_, i) => 1 / (25 - 2 * i))
/** 1/17!, 1/16!, … 1/2!. */
const FACTORIALS = Float64Array.from({ length: 16 }, (_, i) => 1 / factorial(17 - i))

/** `base` to the power of `exponent`, both finite, the base positive. Each `…l` is what rounding took from the number before it. */
const powerOfPositive = (base: number, exponent: number): number => {
  // base = m · 2ᵉ with m from √½ to √2
  const lifted = base < 2 ** -1022
  room.setFloat64(0, lifted ? base * 2 ** 54 : base)
  const word = room.getUint32(0)
  room.setUint32(0, (word & 0xfffff) | (1023 << 20))
  let m = room.getFloat64(0)
  let e = (word >>> 20) - (lifted ? 1077 : 1023)
  if (m > Math.SQRT2) {
    m /= 2
    e += 1
  }
  // log m = 2 artanh s = 2 s + 2 s³ (1/3 + s²/5 + s⁴/7 + …) with s = (m − 1) / (m + 1), |s| < 0.172
  const d = m + 1
  const dl = m > 1 ? m - d + 1 : 1 - d + m
  const s = (m - 1) / d
  const p = s * d
  const sl = (m - 1 - p - lostIn(p, s, d) - s * dl) / d
  const t = s * s
  const tl = lostIn(t, s, s) + 2 * s * sl
  const u = s * t
  const ul = lostIn(u, s, t) + s * tl + sl * t
  let tail = ODD[0]!
  for (let i = 1; i < ODD.length; i++) tail = tail * t + ODD[i]!
  const c = 1 / 3 + t * tail
  const cl = 1 / 3 - c + t * tail + THIRD_LOST
  const w = u * c
  const wl = lostIn(w, u, c) + u * cl + ul * c
  const logM = 2 * s + 2 * w
  const logMl = 2 * s - logM + 2 * w + 2 * sl + 2 * wl
  const sum = e === 0 ? logM : e * LN2_HIGH + logM
  const suml = (e === 0 ? 0 : e * LN2_HIGH - sum + logM) + logMl + e * LN2_LOW
  const log = sum + suml
  const logl = sum - log + suml
  const x = exponent * log
  if (x > 710) return Infinity
  if (x < -746) return 0
  const xl = lostIn(x, exponent, log) + exponent * logl
  // eˣ = 2ᵏ eʳ, and eʳ = 1 + r + r² (1/2 + r/6 + …), |r| < 0.35
  const k = Math.round(x / Math.LN2)
  const near = x - k * LN2_HIGH
  const nearl = xl - k * LN2_LOW
  const r = near + nearl
  const rl = near - r + nearl
  let series = FACTORIALS[0]!
  for (let i = 1; i < FACTORIALS.length; i++) series = series * r + FACTORIALS[i]!
  const head = 1 + r
  const result = head + (1 - head + r + (rl + r * r * series))
  return k > 1023
    ? result * 2 * powerOfTwo(k - 1)
    : k < -1022
      ? result * powerOfTwo(k + 64) * 2 ** -64
      : result * powerOfTwo(k)
}

/**
 * `Math.pow`, to about one unit in the last place.
 *
 * @internal
 */
export const powOf = (base: number, exponent: number): number => {
  if (exponent === 0) return 1
  // infinities, zeros and NaN: the language says what they give
  if (!Number.isFinite(base) || !Number.isFinite(exponent) || base === 0) return Math.pow(base, exponent)
  if (exponent === 1) return base
  const size = Math.abs(base) === 1 ? 1 : powerOfPositive(Math.abs(base), exponent)
  if (base > 0) return size
  return Number.isInteger(exponent) ? (exponent % 2 === 0 ? size : -size) : NaN
}
