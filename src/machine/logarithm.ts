import { expOfNegative } from './exponential.ts'
import { polynomial } from './polynomial.ts'
import { type Lanes, withSign } from './lanes.ts'
import type { Expr, Value } from './wasm.ts'

/**
 * The natural logarithm and functions built on it, vectorised. `x = m · 2ᵉ` with `m` in `[√½, √2)`, and `log m = 2
 * artanh s` with `s = (m − 1) / (m + 1)`.
 *
 * @see Muller, Elementary Functions (3rd edition, 2016), chapters 3 and 11
 */

interface Constants {
  readonly high: number
  readonly low: number
  /** Explicit mantissa bits. */
  readonly mantissa: number
  /** The bits of `√½`. */
  readonly root: bigint
  /** Added to exponents while they are bits, so that they are not negative. */
  readonly raise: number
  /** The bits of `2^mantissa`: or-ing a small integer into the lowest bits adds it, which converts it to a float. */
  readonly counter: bigint
  /** The smallest normal number. */
  readonly normal: number
  /** The power of two that scales a subnormal number to a normal one. */
  readonly lift: number
  /** `(log((1 + s) / (1 − s)) − 2s) / s³` in powers of `s²`. */
  readonly series: readonly number[]
}

const constants: Readonly<Record<Lanes['precision'], Constants>> = {
  double: {
    high: 0.6931471803691238,
    low: 1.9082149292705877e-10,
    mantissa: 52,
    root: 0x3fe6a09e667f3bcdn,
    raise: 1024,
    counter: 0x4330000000000000n,
    normal: 2 ** -1022,
    lift: 54,
    series: [
      0.666666666666667, 0.3999999999989938, 0.28571428626031065, 0.2222221112572281, 0.18182889786191042,
      0.15331699633543858, 0.14616721179861816
    ]
  },
  single: {
    high: 0.693145751953125,
    low: 0.0000014286068203094173,
    mantissa: 23,
    root: 0x3f3504f3n,
    raise: 128,
    counter: 0x4b000000n,
    normal: 2 ** -126,
    lift: 24,
    series: [0.6666666655440618, 0.4000012191414928, 0.28550812382590146, 0.2333069667245578]
  }
}

/** A normal `x > 0` as `m · 2ᵉ`, with `log m` in two parts: their difference, of which the second is the smaller. */
interface Reduced {
  readonly e: Value
  readonly f: Expr
  readonly halfSquare: Expr
  readonly curved: Expr
}

/** `shift` undoes the scaling of a subnormal. */
const reduced = (l: Lanes, x: Value, shift: Value | null): Reduced => {
  const c = constants[l.precision]
  const raised = l.subBits(x, l.pattern(c.root - (BigInt(c.raise) << BigInt(c.mantissa))))
  const exponent = l.shiftRight(raised, c.mantissa)
  const mantissa = l.addBits(
    l.subBits(x, l.shiftLeft(exponent, c.mantissa)),
    l.pattern(BigInt(c.raise) << BigInt(c.mantissa))
  )
  const whole = l.sub(l.or(exponent, l.pattern(c.counter)), l.constant(2 ** c.mantissa + c.raise))
  const f = l.sub(mantissa, l.constant(1))
  const s = l.div(f, l.add(f, l.constant(2)))
  const z = l.mul(s, s)
  const series = l.mul(z, polynomial(l, c.series, z))
  const halfSquare = l.mul(l.constant(0.5), l.mul(f, f))
  return {
    e: shift === null ? whole : l.sub(whole, shift),
    f,
    halfSquare,
    curved: l.mul(s, l.add(halfSquare, series))
  }
}

/** `log x − shift · log 2` for a normal `x > 0`. */
const logOfNormal = (l: Lanes, x: Value, shift: Value | null): Expr => {
  const { high, low } = constants[l.precision]
  const { e, f, halfSquare, curved } = reduced(l, x, shift)
  const small = l.add(curved, l.mul(e, l.constant(low)))
  return l.sub(l.mul(e, l.constant(high)), l.sub(l.sub(halfSquare, small), f))
}

/** Adds the special cases of a logarithm: −∞ at 0, NaN below, ∞ and NaN unchanged. */
const withLimits = (l: Lanes, x: Value, inside: Value): Expr => {
  const zero = l.constant(0)
  const atMostZero = l.select(l.eq(x, zero), l.constant(-Infinity), l.constant(NaN))
  const finite = l.select(l.gt(x, zero), inside, atMostZero)
  return l.select(l.lt(x, l.constant(Infinity)), finite, x)
}

/** A logarithm of the whole range, from one of normal numbers that undoes a shift. */
const overRange =
  (ofNormal: (l: Lanes, x: Value, shift: Value) => Expr) =>
  (l: Lanes, x: Value): Expr => {
    const { normal, lift } = constants[l.precision]
    const tiny = l.lt(x, l.constant(normal))
    const scaled = l.select(tiny, l.mul(x, l.constant(2 ** lift)), x)
    return withLimits(l, x, ofNormal(l, scaled, l.and(tiny, l.constant(lift))))
  }

/** The natural logarithm: −∞ at 0, NaN below. */
export const log = overRange(logOfNormal)

/** The logarithm of 2 to a base, the first part with so few bits that its product with an exponent is exact. */
type OfTwo = Readonly<Record<Lanes['precision'], readonly [high: number, low: number]>>

/** A logarithm to a base that is exact at its powers; `inverse` is `1 / log(base)`. */
const toBase = (ofTwo: OfTwo, inverse: number) =>
  overRange((l, x, shift) => {
    const [high, low] = ofTwo[l.precision]
    const { e, f, halfSquare, curved } = reduced(l, x, shift)
    const rest = l.mul(l.sub(f, l.sub(halfSquare, curved)), l.constant(inverse))
    return l.add(l.mul(e, l.constant(high)), low === 0 ? rest : l.add(rest, l.mul(e, l.constant(low))))
  })

/** The logarithm to base 2: −∞ at 0, NaN below. */
export const log2 = toBase({ double: [1, 0], single: [1, 0] }, Math.LOG2E)

/** The logarithm to base 10: −∞ at 0, NaN below. */
export const log10 = toBase(
  { double: [0.301029995663157, 8.241712586023572e-13], single: [0.301025390625, 4.605038981195214e-6] },
  Math.LOG10E
)

/** `log(1 + x)` for `x` in `[0, 1]` (or NaN), compensated for the rounding of `1 + x`. */
const log1pOfUnit = (l: Lanes, x: Value): Expr => {
  const one = l.constant(1)
  const u = l.add(one, x)
  const lost = l.div(l.sub(x, l.sub(u, one)), u)
  return l.add(logOfNormal(l, u, null), lost)
}

/** `log(1 + x)`, accurate near 0: −∞ at −1, NaN below. */
export const log1p = (l: Lanes, x: Value): Expr => {
  const one = l.constant(1)
  const u = l.add(one, x)
  const lost = l.div(l.select(l.gt(x, one), l.sub(one, l.sub(u, x)), l.sub(x, l.sub(u, one))), u)
  return withLimits(l, u, l.add(logOfNormal(l, u, null), lost))
}

/** From here on `log(x + √(x² ± 1))` rounds to `log 2x`. */
const LARGE = { double: 2 ** 28, single: 2 ** 13 } as const

/** `log(1 + w)` for `x` up to `LARGE`, and `log 2x` above. */
const logOrDouble = (l: Lanes, x: Value, w: Value): Expr => {
  const isLarge = l.gt(x, l.constant(LARGE[l.precision]))
  const inside = log1p(l, l.select(isLarge, l.sub(x, l.constant(1)), w))
  return l.add(inside, l.and(isLarge, l.constant(Math.LN2)))
}

/** The inverse hyperbolic sine, `log(x + √(x² + 1))` in a form that keeps small numbers. */
export const asinh = (l: Lanes, x: Value): Expr => {
  const [size, one] = [l.abs(x), l.constant(1)]
  const square = l.mul(size, size)
  const w = l.add(size, l.div(square, l.add(one, l.sqrt(l.add(one, square)))))
  return withSign(l, logOrDouble(l, size, w), x)
}

/** The inverse hyperbolic cosine, `log(x + √(x² − 1))`; NaN below 1. */
export const acosh = (l: Lanes, x: Value): Expr => {
  const t = l.sub(x, l.constant(1))
  return logOrDouble(l, x, l.add(t, l.mul(l.sqrt(t), l.sqrt(l.add(t, l.constant(2))))))
}

/** The inverse hyperbolic tangent, `log((1 + x) / (1 − x)) / 2`; ±∞ at ±1, NaN beyond. */
export const atanh = (l: Lanes, x: Value): Expr => {
  const size = l.abs(x)
  const twice = log1p(l, l.div(l.add(size, size), l.sub(l.constant(1), size)))
  return withSign(l, l.mul(twice, l.constant(0.5)), x)
}

/** `log(1 + eˣ)`, never overflowing. */
export const softplus = (l: Lanes, x: Value): Expr =>
  l.add(l.pmax(x, l.constant(0)), log1pOfUnit(l, expOfNegative(l, l.neg(l.abs(x)))))
