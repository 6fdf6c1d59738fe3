import type { Primitive } from '../../src/primitive/primitive.ts'
import type { Dims } from '../../src/tensor/dims.ts'
import { type Arr, arraysOf, type Settings } from './array.ts'
import { erfcOf, erfinvOf, erfOf, TWO_OVER_ROOT_PI } from './normal.ts'

/**
 * Power series in one variable, cut off behind some power: functions and all their derivatives at once, by arithmetic
 * that knows nothing of the table. The coefficient of the nth power times n! is the nth derivative.
 */

export type Series = readonly number[]

/** Derivatives up to the fourth. */
export const LENGTH = 5

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)
const total = (n: number, term: (k: number) => number): number => upTo(n).reduce((sum, k) => sum + term(k), 0)

const constant = (value: number, length = LENGTH): Series => upTo(length).map((n) => (n === 0 ? value : 0))

/** Coefficients of which each is made of those before it. */
const recur = (length: number, next: (known: Series, n: number) => number): Series =>
  upTo(length).reduce<Series>((known, n) => [...known, next(known, n)], [])

const add = (a: Series, b: Series): Series => a.map((x, n) => x + b[n]!)
const scale = (a: Series, k: number): Series => a.map((x) => k * x)
const sub = (a: Series, b: Series): Series => add(a, scale(b, -1))
const plus = (a: Series, k: number): Series => add(a, constant(k, a.length))
const mul = (a: Series, b: Series): Series => a.map((_, n) => total(n + 1, (k) => a[k]! * b[n - k]!))
const div = (a: Series, b: Series): Series =>
  recur(a.length, (c, n) => (a[n]! - total(n, (k) => c[k]! * b[n - k]!)) / b[0]!)
/** The series of y with y′ = slope · x′. */
const integral = (first: number, slope: Series, x: Series): Series =>
  x.map((_, n) => (n === 0 ? first : total(n, (k) => (k + 1) * x[k + 1]! * slope[n - 1 - k]!) / n))

const exp = (x: Series): Series =>
  recur(x.length, (y, n) => (n === 0 ? Math.exp(x[0]!) : total(n, (k) => (k + 1) * x[k + 1]! * y[n - 1 - k]!) / n))
const expm1 = (x: Series): Series => exp(x).map((y, n) => (n === 0 ? Math.expm1(x[0]!) : y))
const log = (x: Series): Series => integral(Math.log(x[0]!), div(constant(1, x.length), x), x)
const log1p = (x: Series): Series => integral(Math.log1p(x[0]!), div(constant(1, x.length), plus(x, 1)), x)
/** By x · y′ = exponent · y · x′. */
const power = (x: Series, exponent: number): Series =>
  Number.isInteger(exponent) && exponent >= 0
    ? upTo(exponent).reduce((y) => mul(y, x), constant(1, x.length))
    : recur(x.length, (y, n) =>
        n === 0
          ? x[0]! ** exponent
          : total(n, (k) => (exponent * (k + 1) - (n - 1 - k)) * x[k + 1]! * y[n - 1 - k]!) / (n * x[0]!)
      )
/** The sine, shifted by a number of quarter turns. */
const sine = (x: Series, quarters: number): Series => {
  const [s, c] = [Math.sin(x[0]!), Math.cos(x[0]!)]
  const cycle = [s, c, -s, -c]
  const inner = x.map((value, n) => (n === 0 ? 0 : value))
  const coefficients = x.map((_, n) => cycle[(n + quarters) % 4]! / factorial(n))
  return coefficients.reduceRight<Series>((sum, a) => plus(mul(sum, inner), a), constant(0, x.length))
}
export const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))

const squareLess = (x: Series): Series => sub(mul(x, x), constant(1, x.length))
const oneMore = (x: Series): Series => plus(mul(x, x), 1)
const inverse = (x: Series): Series => div(constant(1, x.length), x)
const cbrt = (x: Series): Series => (x[0]! < 0 ? scale(cbrt(scale(x, -1)), -1) : power(x, 1 / 3))
const asin = (x: Series): Series => integral(Math.asin(x[0]!), power(scale(squareLess(x), -1), -0.5), x)
/** The angle of a slope, from the angle at the point. */
const angle = (first: number, slope: Series): Series => integral(first, inverse(oneMore(slope)), slope)

/** By its derivative, `b (b a′ − a b′) / (a² + b²)^(3/2)`: a quotient would leave rounding where it does not change. */
const direction = (a: Series, b: Series): Series => {
  const across = mul(b, power(add(mul(a, a), mul(b, b)), -1.5))
  const by = (slope: Series, x: Series): Series => integral(0, mul(across, slope), x)
  return plus(sub(by(b, a), by(a, b)), a[0]! / Math.hypot(a[0]!, b[0]!))
}

const tanh = (x: Series): Series => {
  const e = expm1(scale(x, 2))
  return div(e, plus(e, 2))
}
const sigmoid = (x: Series): Series => div(constant(1, x.length), plus(exp(scale(x, -1)), 1))
/** sigmoid(x) · sigmoid(−x). */
const bell = (x: Series): Series => mul(sigmoid(x), sigmoid(scale(x, -1)))
const gaussian = (x: Series, rate: number): Series => exp(scale(mul(x, x), -rate))
const erfc = (x: Series): Series => integral(erfcOf(x[0]!), scale(gaussian(x, 1), -TWO_OVER_ROOT_PI), x)
/** Twice the argument of the tangent of gelu's gate in its tangent form. */
const gate = (x: Series): Series => scale(add(x, scale(power(x, 3), 0.044715)), Math.sqrt(8 / Math.PI))

/** The derivative of some order of a function, by its series at a point, along a series. */
const derivedAt = (own: Series, x: Series, order: number): Series => {
  const derived = upTo(x.length).map((n) => (own[n + order]! * factorial(n + order)) / factorial(n))
  const inner = x.map((value, n) => (n === 0 ? 0 : value))
  return derived.reduceRight<Series>((sum, a) => plus(mul(sum, inner), a), constant(0, x.length))
}

/** The derivative of some order of log(erfc(x) · exp(x²)): L′ = 2x − q, where q′ = −q · L′. */
const logErfcx = (x: Series, order: number): Series => {
  const [at, length] = [x[0]!, x.length + order]
  const scaled = erfcOf(at) * Math.exp(at * at)
  const twice = (n: number): number => (n === 0 ? 2 * at : n === 1 ? 2 : 0)
  const q = recur(length, (known, n) =>
    n === 0 ? TWO_OVER_ROOT_PI / scaled : -total(n, (k) => known[k]! * (twice(n - 1 - k) - known[n - 1 - k]!)) / n
  )
  const own = upTo(length).map((n) => (n === 0 ? Math.log(scaled) : (twice(n - 1) - q[n - 1]!) / n))
  return derivedAt(own, x, order)
}

/** By y′ = √π/2 · e^(y²) · x′: each coefficient from those before it. */
const erfinv = (x: Series): Series =>
  recur(x.length, (known, n) =>
    n === 0
      ? erfinvOf(x[0]!)
      : total(n, (k) => (k + 1) * x[k + 1]! * exp(mul(known, known))[n - 1 - k]!) / (TWO_OVER_ROOT_PI * n)
  )

/** How far up it is moved, to where Stirling's series is short. */
const MOVED = 24
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]

/** The derivative of some order of log Γ(x), by Stirling's series far up and the logarithms of the steps there. */
const lgamma = (x: Series, order: number): Series => {
  const variable = upTo(x.length + order).map((n) => (n === 0 ? x[0]! : n === 1 ? 1 : 0))
  const far = plus(variable, MOVED)
  const rest = stirling.map((c, k) => scale(power(far, -1 - 2 * k), c)).reduce(add)
  const value = add(sub(mul(plus(far, -0.5), log(far)), far), plus(rest, Math.log(2 * Math.PI) / 2))
  const own = upTo(MOVED).reduce((sum, i) => sub(sum, log(plus(variable, i))), value)
  return derivedAt(own, x, order)
}

const truth = (x: Series, holds: boolean): Series => constant(holds ? 1 : 0, x.length)

const one =
  (f: (x: Series) => Series) =>
  ([x]: readonly Series[]): Series =>
    f(x!)
const two =
  (f: (a: Series, b: Series) => Series) =>
  ([a, b]: readonly Series[]): Series =>
    f(a!, b!)
const withSettings =
  (f: (x: Series, settings: Settings) => Series) =>
  ([x]: readonly Series[], settings: Settings): Series =>
    f(x!, settings)

/** The vocabulary over arrays of power series. */
export const seriesArrays = arraysOf<Series>({
  constant,
  index: ([value]) => value!,
  words: {
    add: two(add),
    sub: two(sub),
    mul: two(mul),
    mulNoNan: two(mul),
    div: two(div),
    xdivy: two(div),
    pow: two((a, b) => exp(mul(b, log(a)))),
    xlogy: two((a, b) => mul(a, log(b))),
    xlog1py: two((a, b) => mul(a, log1p(b))),
    remainder: two((a, b) => sub(a, scale(b, Math.trunc(a[0]! / b[0]!)))),
    atan2: two((y, x) => angle(Math.atan2(y[0]!, x[0]!), div(y, x))),
    direction: two(direction),
    hypot: two((a, b) => power(add(mul(a, a), mul(b, b)), 0.5)),
    maximum: two((a, b) => (a[0]! >= b[0]! ? a : b)),
    minimum: two((a, b) => (a[0]! <= b[0]! ? a : b)),
    powNumber: withSettings((x, { exponent }) => power(x, exponent)),
    clip: withSettings((x, { min, max }) =>
      x[0]! < min ? constant(min, x.length) : x[0]! > max ? constant(max, x.length) : x
    ),
    neg: one((x) => scale(x, -1)),
    exp: one(exp),
    exp2: one((x) => exp(scale(x, Math.LN2))),
    expm1: one(expm1),
    log: one(log),
    log1p: one(log1p),
    log2: one((x) => scale(log(x), Math.LOG2E)),
    log10: one((x) => scale(log(x), Math.LOG10E)),
    sqrt: one((x) => power(x, 0.5)),
    cbrt: one(cbrt),
    square: one((x) => mul(x, x)),
    abs: one((x) => scale(x, Math.sign(x[0]!))),
    sign: one((x) => constant(Math.sign(x[0]!), x.length)),
    floor: one((x) => constant(Math.floor(x[0]!), x.length)),
    round: one((x) => constant(Math.round(x[0]!), x.length)),
    sin: one((x) => sine(x, 0)),
    cos: one((x) => sine(x, 1)),
    asin: one(asin),
    acos: one((x) => sub(constant(Math.PI / 2, x.length), asin(x))),
    atan: one((x) => angle(Math.atan(x[0]!), x)),
    sinh: one((x) => scale(sub(exp(x), exp(scale(x, -1))), 0.5)),
    cosh: one((x) => scale(add(exp(x), exp(scale(x, -1))), 0.5)),
    asinh: one((x) => integral(Math.asinh(x[0]!), power(oneMore(x), -0.5), x)),
    acosh: one((x) => integral(Math.acosh(x[0]!), power(squareLess(x), -0.5), x)),
    atanh: one((x) => integral(Math.atanh(x[0]!), inverse(scale(squareLess(x), -1)), x)),
    tanh: one(tanh),
    sechSquared: one((x) => scale(bell(scale(x, 2)), 4)),
    sigmoid: one(sigmoid),
    sigmoidSlope: one(bell),
    softplus: one((x) => log1p(exp(x))),
    gaussian: withSettings((x, { rate }) => gaussian(x, rate)),
    tanhGate: one((x) => sigmoid(gate(x))),
    tanhGateSlope: one((x) => bell(gate(x))),
    erf: one((x) => integral(erfOf(x[0]!), scale(gaussian(x, 1), TWO_OVER_ROOT_PI), x)),
    erfc: one(erfc),
    erfinv: one(erfinv),
    lgamma: withSettings((x, { order }) => lgamma(x, order)),
    normalCdf: one((x) => scale(erfc(scale(x, -Math.SQRT1_2)), 0.5)),
    logErfcx: withSettings((x, { order }) => logErfcx(x, order)),
    relu: one((x) => (x[0]! > 0 ? x : constant(0, x.length))),
    stopGradient: one((x) => constant(x[0]!, x.length)),
    greater: two((a, b) => truth(a, a[0]! > b[0]!)),
    greaterEqual: two((a, b) => truth(a, a[0]! >= b[0]!)),
    equal: two((a, b) => truth(a, a[0] === b[0])),
    where: ([c, a, b]) => (c![0] === 0 ? b! : a!)
  }
})

/** The derivative of each series by its variable, one coefficient shorter; the last is 0. */
const derivativeOf = ({ dims, values }: Arr<Series>): Arr<Series> => ({
  dims,
  values: values.map((x) => x.map((_, n) => (n + 1 < x.length ? (n + 1) * x[n + 1]! : 0)))
})

/** A place to hold the rules of a primitive: its inputs, a tangent of each, and what makes a cotangent of a shape. */
export interface SeriesPoint<P> {
  readonly params: P
  readonly inputs: readonly Arr<number>[]
  readonly tangents: readonly Arr<number>[]
  readonly cotangent: (dims: Dims) => Arr<number>
}

const arrayOf = ({ dims, values }: Arr<number>, f: (value: number, i: number) => Series): Arr<Series> => ({
  dims,
  values: values.map(f)
})

/** The value of a primitive along a line, as power series. */
export const along = <P>(primitive: Primitive<P>, { params, inputs, tangents }: SeriesPoint<P>) => {
  const line = inputs.map((x, i) =>
    arrayOf(x, (value, k) =>
      upTo(LENGTH).map((n) => (n === 0 ? value : n === 1 && primitive.differentiable(i) ? tangents[i]!.values[k]! : 0))
    )
  )
  return { line, y: seriesArrays.applied(primitive, params, line) }
}

/** Rounding, relative to the largest coefficient up to each. */
const RELATIVE = 1e-10

const largest = (values: readonly number[]): number => values.reduce((top, value) => Math.max(top, Math.abs(value)), 0)

/** The first order in which series are apart, by more than rounding of themselves or of terms of some size; else −1. */
const apart = (actual: readonly Series[], expected: readonly Series[], terms: number): number =>
  upTo(LENGTH - 1).findIndex((n) => {
    const known = [...actual, ...expected].flatMap((x) => x.slice(0, n + 1))
    const allowed = RELATIVE * Math.max(largest(known), terms)
    return !actual.every((x, i) => Math.abs(x[n]! - expected[i]![n]!) <= allowed)
  })

/** How large the terms are that cancel in a derivative: of a softmax and its kin, as large as the tangents. */
export const termsOf = <P>({ reach }: Primitive<P>, tangents: readonly Arr<number>[]): number =>
  typeof reach === 'object' ? largest(tangents.flatMap(({ values }) => values)) : 0

const inner = (xs: readonly Series[], weights: readonly number[]): Series =>
  xs.reduce((sum, x, i) => add(sum, scale(x, weights[i]!)), constant(0))

/**
 * Where the rules of a primitive are not the derivative of its series along a line: the tangent is the derivative of the
 * value, to the fourth order, and the cotangents paired with the tangents give that of the value paired with a cotangent.
 */
export const seriesFaults = <P>(primitive: Primitive<P>, at: SeriesPoint<P>): readonly string[] => {
  const { params, tangents } = at
  const { op } = seriesArrays
  const { line, y } = along(primitive, at)
  const wanted = derivativeOf(y)
  const ct = at.cotangent(y.dims)
  const moving = line.flatMap((_, i) => (primitive.differentiable(i) ? [i] : []))
  const fixed = (x: Arr<number>): Arr<Series> => arrayOf(x, (value) => constant(value))
  const forward = moving
    .map((i) => primitive.jvp(op, params, line, y, fixed(tangents[i]!), i, null))
    .reduce((a, b) => op.add(a, b))
  const back = moving
    .map((i) => inner(primitive.vjp(op, params, line, y, fixed(ct), i, null).values, tangents[i]!.values))
    .reduce(add)
  const terms = termsOf(primitive, tangents)
  const ahead = apart(forward.values, wanted.values, terms)
  const behind = apart([back], [inner(wanted.values, ct.values)], terms)
  return [
    ...(ahead < 0 ? [] : [`${primitive.name}: the jvp is not the derivative of order ${ahead + 1}`]),
    ...(behind < 0 ? [] : [`${primitive.name}: the vjp is not the derivative of order ${behind + 1}`])
  ]
}
