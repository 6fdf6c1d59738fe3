import { atan, erfc, exp, type Fixed, log, one, over, sine, sqrt, sqrtPi, times, truth } from '../machine/exact.ts'

/**
 * A function of one number near a point, to some hundred digits: the coefficients of its Taylor series, whose nth times n!
 * is the nth derivative there.
 */
export type Jet = readonly Fixed[]

/** Derivatives up to the fifth. */
const LENGTH = 6
const jet = (coefficient: (n: number) => Fixed): Jet => Array.from({ length: LENGTH }, (_, n) => coefficient(n))

/** Coefficients of which each is made of those before it. */
const recur = (next: (known: Jet, n: number) => Fixed): Jet =>
  jet(() => 0n).reduce<Jet>((known, _, n) => [...known, next(known, n)], [])

const sumTo = (n: number, term: (k: number) => Fixed): Fixed =>
  Array.from({ length: Math.max(n, 0) }, (_, k) => term(k)).reduce((total, x) => total + x, 0n)

export const variable = (x: Fixed): Jet => jet((n) => (n === 0 ? x : n === 1 ? one : 0n))
export const constant = (x: Fixed): Jet => jet((n) => (n === 0 ? x : 0n))
export const add = (a: Jet, b: Jet): Jet => jet((n) => a[n]! + b[n]!)
export const sub = (a: Jet, b: Jet): Jet => jet((n) => a[n]! - b[n]!)
export const neg = (a: Jet): Jet => jet((n) => -a[n]!)
export const mul = (a: Jet, b: Jet): Jet => jet((n) => sumTo(n + 1, (k) => times(a[k]!, b[n - k]!)))
export const div = (a: Jet, b: Jet): Jet =>
  recur((c, n) => over(a[n]! - sumTo(n, (k) => times(c[k]!, b[n - k]!)), b[0]!))

/** `f(a)`, of a function with the value `first` at the point and the derivative `slope`. */
const composed = (first: Fixed, slope: (value: Jet) => Jet, a: Jet): Jet =>
  recur((c, n) => {
    if (n === 0) return first
    const f = slope(jet((k) => c[k] ?? 0n))
    return sumTo(n, (k) => BigInt(k + 1) * times(a[k + 1]!, f[n - 1 - k]!)) / BigInt(n)
  })

const ofExp = (a: Jet): Jet => composed(exp(a[0]!), (y) => y, a)
export { ofExp as exp }
const ofLog = (a: Jet): Jet => composed(log(a[0]!), () => div(constant(one), a), a)
export { ofLog as log }
const ofSqrt = (a: Jet): Jet => composed(sqrt(a[0]!), (y) => div(constant(one / 2n), y), a)
export { ofSqrt as sqrt }
export const sin = (a: Jet): Jet => trigonometric(a, 0n)
export const cos = (a: Jet): Jet => trigonometric(a, 1n)
/** The sine, shifted by a number of quarter turns: its derivative is shifted by one more. */
const trigonometric = (a: Jet, quarters: bigint): Jet => {
  const [s, c] = [sine(a[0]!, quarters), sine(a[0]!, quarters + 1n)]
  const cycle = [s, c, -s, -c]
  const taylor = recur((known, n) => (n === 0 ? s : cycle[n % 4]! / factorial(n)) + 0n * (known[0] ?? 0n))
  const moved = jet((n) => (n === 0 ? 0n : a[n]!))
  // Horner's rule in what the argument is away from the point
  return taylor.reduceRight<Jet>((total, coefficient) => add(mul(total, moved), constant(coefficient)), constant(0n))
}
const factorial = (n: number): bigint => (n < 2 ? 1n : BigInt(n) * factorial(n - 1))

const ofAtan = (a: Jet): Jet => {
  const one_ = constant(one)
  return composed(atan(a[0]!), () => div(one_, add(one_, mul(a, a))), a)
}
export { ofAtan as atan }

const ofErfc = (a: Jet): Jet =>
  composed(erfc(a[0]!), () => neg(div(mul(constant(2n * one), ofExp(neg(mul(a, a)))), constant(sqrtPi))), a)
export { ofErfc as erfc }

/** By y′ = √π/2 · e^(y²). */
export const erfinv = (a: Jet): Jet =>
  composed(truth.erfinv(a[0]!), (y) => mul(constant(sqrtPi / 2n), ofExp(mul(y, y))), a)

/** The nth derivative at the point. */
export const derivative = (a: Jet, n: number): Fixed => a[n]! * factorial(n)
