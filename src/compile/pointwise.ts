import { acos, asin, atan, atan2 } from '../machine/arctangent.ts'
import type { HostArgument } from '../machine/hostCall.ts'
import {
  cosh,
  exp,
  exp2,
  expm1,
  gaussian,
  sechSquared,
  sigmoid,
  sigmoidSlope,
  sinh,
  tanh,
  tanhGate,
  tanhGateSlope
} from '../machine/exponential.ts'
import { erf, erfc, erfinv, normalCdf } from '../machine/error.ts'
import { hypot } from '../machine/hypot.ts'
import type { Lanes } from '../machine/lanes.ts'
import { acosh, asinh, atanh, log, log10, log1p, log2, softplus } from '../machine/logarithm.ts'
import { cbrt } from '../machine/root.ts'
import type { Value } from '../machine/wasm.ts'
import type { PrimitiveName } from '../primitive/algebra.ts'
import type { GaussianParams } from '../primitive/unary.ts'

/** The elementwise primitives, vectorised. */

/** Runtime functions of the module, beyond plain arithmetic. */
export interface Routines {
  readonly sin: (x: Value) => Value
  readonly cos: (x: Value) => Value
  /** Calls the host lane by lane. A scalar exponent is not rounded: a single would lose the parity of a large one. */
  readonly pow: (base: Value, exponent: HostArgument) => Value
}

/** Computes the result vector from the operand vectors. */
export type Rule = (l: Lanes, params: never, inputs: readonly Value[], routines: Routines) => Value

const one =
  (f: (l: Lanes, x: Value) => Value): Rule =>
  (l, _, [x]) =>
    f(l, x!)
const two =
  (f: (l: Lanes, a: Value, b: Value) => Value): Rule =>
  (l, _, [a, b]) =>
    f(l, a!, b!)

/** 1 where a comparison holds, else 0. */
const indicator = (l: Lanes, mask: Value): Value => l.and(mask, l.constant(1))

/** `xⁿ` for an integer `n ≥ 1`. */
const repeated = (l: Lanes, x: Value, n: number): Value => {
  if (n === 1) return x
  const half = repeated(l, x, Math.floor(n / 2))
  const even = l.mul(half, half)
  return n % 2 === 0 ? even : l.mul(even, x)
}

/** Exponents up to this are computed by multiplication, and half-integers with a square root. */
const CHAIN = 16

const powNumber: Rule = (l, { exponent }: { readonly exponent: number }, [x], { pow }) => {
  const size = Math.abs(exponent)
  const n = Math.floor(size)
  if (exponent === 0) return l.constant(1)
  if ((size !== n && size !== n + 0.5) || n > CHAIN) return pow(x!, exponent)
  const one = l.constant(1)
  if (size !== n) {
    // IEEE 754: for an exponent that is not an odd integer, −0 and −∞ are as 0 and ∞
    const base = l.select(l.eq(x!, l.constant(-Infinity)), l.constant(Infinity), l.add(x!, l.constant(0)))
    const root = l.sqrt(base)
    const power = n === 0 ? one : repeated(l, base, n)
    return exponent > 0 ? l.mul(power, root) : l.div(l.div(one, power), root)
  }
  if (exponent > 0) return repeated(l, x!, n)
  // half the power stays in range where the whole overflows or underflows
  const half = n === 1 ? one : repeated(l, x!, Math.floor(n / 2))
  return l.div(l.div(one, half), n % 2 === 0 ? half : n === 1 ? x! : l.mul(half, x!))
}

const clip: Rule = (l, { min, max }: { readonly min: number; readonly max: number }, [x]) =>
  l.pmin(l.pmax(x!, l.constant(min)), l.constant(max))

/** The scalar of a constant splat; `null` for any other vector. */
const literalOf = (l: Lanes, x: Value): number | null => {
  if (x._tag !== 'Op' || x.args.length > 0 || x.type !== 'v128') return null
  const bytes = new DataView(Uint8Array.from(x.code.slice(-16)).buffer)
  return l.precision === 'double' ? bytes.getFloat64(0, true) : bytes.getFloat32(0, true)
}

/** 0 where `a` is 0 and `b` is not NaN, else `otherwise`. */
const zeroAtZero = (l: Lanes, a: Value, b: Value, otherwise: Value): Value =>
  l.andNot(otherwise, l.and(l.eq(a, l.constant(0)), l.eq(b, b)))

const sign = (l: Lanes, x: Value): Value => {
  const zero = l.constant(0)
  const unit = l.or(l.constant(1), l.and(x, l.constant(-0)))
  return l.select(l.or(l.gt(x, zero), l.lt(x, zero)), unit, x)
}

/** A select, with a cheaper instruction where one side is constant zero. */
const choose = (l: Lanes, mask: Value, a: Value, b: Value): Value =>
  Object.is(literalOf(l, b), 0)
    ? l.and(a, mask)
    : Object.is(literalOf(l, a), 0)
      ? l.andNot(b, mask)
      : l.select(mask, a, b)

const where: Rule = (l, _, [condition, whenTrue, whenFalse]) =>
  choose(l, l.ne(condition!, l.constant(0)), whenTrue!, whenFalse!)

export const rules = {
  add: two((l, a, b) => l.add(a, b)),
  sub: two((l, a, b) => l.sub(a, b)),
  mul: two((l, a, b) => l.mul(a, b)),
  div: two((l, a, b) => l.div(a, b)),
  pow: (_, __, [a, b], { pow }) => pow(a!, b!),
  mulNoNan: two((l, a, b) => zeroAtZero(l, a, b, l.mul(a, b))),
  xlogy: two((l, a, b) => zeroAtZero(l, a, b, l.mul(a, log(l, b)))),
  xlog1py: two((l, a, b) => zeroAtZero(l, a, b, l.mul(a, log1p(l, b)))),
  xdivy: two((l, a, b) => zeroAtZero(l, a, b, l.div(a, b))),
  hypot: two(hypot),
  direction: two((l, a, b) => zeroAtZero(l, a, b, l.div(a, hypot(l, a, b)))),
  atan2: two(atan2),
  maximum: two((l, a, b) => l.max(a, b)),
  minimum: two((l, a, b) => l.min(a, b)),
  powNumber,
  clip,
  neg: one((l, x) => l.neg(x)),
  exp: one(exp),
  exp2: one(exp2),
  expm1: one(expm1),
  log: one(log),
  log1p: one(log1p),
  log2: one(log2),
  log10: one(log10),
  sqrt: one((l, x) => l.sqrt(x)),
  cbrt: one(cbrt),
  square: one((l, x) => l.mul(x, x)),
  abs: one((l, x) => l.abs(x)),
  sign: one(sign),
  floor: one((l, x) => l.floor(x)),
  round: one((l, x) => l.nearest(x)),
  sin: (_, __, [x], { sin }) => sin(x!),
  cos: (_, __, [x], { cos }) => cos(x!),
  asin: one(asin),
  acos: one(acos),
  atan: one(atan),
  sinh: one(sinh),
  cosh: one(cosh),
  tanh: one(tanh),
  asinh: one(asinh),
  acosh: one(acosh),
  atanh: one(atanh),
  sechSquared: one(sechSquared),
  sigmoidSlope: one(sigmoidSlope),
  sigmoid: one(sigmoid),
  softplus: one(softplus),
  gaussian: (l, { rate }: GaussianParams, [x]) => gaussian(l, x!, rate),
  tanhGate: one(tanhGate),
  tanhGateSlope: one(tanhGateSlope),
  erf: one(erf),
  erfc: one(erfc),
  erfinv: one(erfinv),
  normalCdf: one(normalCdf),
  // a comparison with NaN is false, so NaN propagates
  relu: one((l, x) => l.andNot(x, l.le(x, l.constant(0)))),
  greater: two((l, a, b) => indicator(l, l.gt(a, b))),
  greaterEqual: two((l, a, b) => indicator(l, l.ge(a, b))),
  equal: two((l, a, b) => indicator(l, l.eq(a, b))),
  where
} as const satisfies Partial<Record<PrimitiveName, Rule>>

export type PointwiseName = keyof typeof rules
