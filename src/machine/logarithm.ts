import { expOfNegative } from './exponential.ts'
import { polynomial } from './polynomial.ts'
import type { Lanes } from './lanes.ts'
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

/** `log x − shift · log 2` for a normal `x > 0`; `shift` undoes the scaling of a subnormal. */
const logOfNormal = (l: Lanes, x: Value, shift: Value | null): Expr => {
  const c = constants[l.precision]
  const raised = l.subBits(x, l.pattern(c.root - (BigInt(c.raise) << BigInt(c.mantissa))))
  const exponent = l.shiftRight(raised, c.mantissa)
  const mantissa = l.addBits(
    l.subBits(x, l.shiftLeft(exponent, c.mantissa)),
    l.pattern(BigInt(c.raise) << BigInt(c.mantissa))
  )
  const whole = l.sub(l.or(exponent, l.pattern(c.counter)), l.constant(2 ** c.mantissa + c.raise))
  const e = shift === null ? whole : l.sub(whole, shift)
  const f = l.sub(mantissa, l.constant(1))
  const s = l.div(f, l.add(f, l.constant(2)))
  const z = l.mul(s, s)
  const series = l.mul(z, polynomial(l, c.series, z))
  const halfSquare = l.mul(l.constant(0.5), l.mul(f, f))
  const small = l.add(l.mul(s, l.add(halfSquare, series)), l.mul(e, l.constant(c.low)))
  return l.sub(l.mul(e, l.constant(c.high)), l.sub(l.sub(halfSquare, small), f))
}

/** Adds the special cases of a logarithm: −∞ at 0, NaN below, ∞ and NaN unchanged. */
const withLimits = (l: Lanes, x: Value, inside: Value): Expr => {
  const zero = l.constant(0)
  const atMostZero = l.select(l.eq(x, zero), l.constant(-Infinity), l.constant(NaN))
  const finite = l.select(l.gt(x, zero), inside, atMostZero)
  return l.select(l.lt(x, l.constant(Infinity)), finite, x)
}

/** The natural logarithm: −∞ at 0, NaN below. */
export const log = (l: Lanes, x: Value): Expr => {
  const { normal, lift } = constants[l.precision]
  const tiny = l.lt(x, l.constant(normal))
  const scaled = l.select(tiny, l.mul(x, l.constant(2 ** lift)), x)
  return withLimits(l, x, logOfNormal(l, scaled, l.and(tiny, l.constant(lift))))
}

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

/** `log(1 + eˣ)`, never overflowing. */
export const softplus = (l: Lanes, x: Value): Expr =>
  l.add(l.pmax(x, l.constant(0)), log1pOfUnit(l, expOfNegative(l, l.neg(l.abs(x)))))
