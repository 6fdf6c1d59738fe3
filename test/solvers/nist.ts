/**
 * NIST's reference problems of non-linear least squares (StRD): the data with two starts and the certified parameters, and the
 * models, which are of the parameters `b` and the predictors `x`.
 *
 * @see https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as g from '../../src/index.ts'

type T = g.Tensor

export interface NistProblem {
  readonly name: string
  readonly starts: readonly (readonly number[])[]
  readonly certified: readonly number[]
  readonly sumOfSquares: number
  readonly y: readonly number[]
  readonly x: readonly (readonly number[])[]
}

const { add, sub, mul, div, pow, exp, sin, cos, atan, square, neg } = g.primitive.vocabulary as unknown as Readonly<
  Record<string, (...xs: readonly T[]) => T>
>
const c = (value: number): T => g.scalar(value)
const one = c(1)
const plus = (...xs: readonly T[]): T => xs.reduce((a, b) => add!(a, b))
const times = (...xs: readonly T[]): T => xs.reduce((a, b) => mul!(a, b))
const decay = (rate: T, x: T): T => exp!(neg!(mul!(rate, x)))
const bell = (x: T, centre: T, width: T): T => exp!(neg!(square!(div!(sub!(x, centre), width))))
/** `b0 + b1 x + b2 x² + …`. */
const polynomial = (x: T, ...b: readonly T[]): T => b.reduceRight((sum, each) => add!(mul!(sum, x), each))

type Model = (b: readonly T[], x: T, other: T) => T

const saturating: Model = ([a, b], x) => mul!(a!, sub!(one, decay(b!, x)))
const exponentials: Model = ([a, b, p, q, r, s], x) =>
  plus(mul!(a!, decay(b!, x)), mul!(p!, decay(q!, x)), mul!(r!, decay(s!, x)))
const bells: Model = ([a, b, p, q, r, s, t, u], x) =>
  plus(mul!(a!, decay(b!, x)), mul!(p!, bell(x, q!, r!)), mul!(s!, bell(x, t!, u!)))
const fraction: Model = ([a, b, p], x) => div!(decay(a!, x), add!(b!, mul!(p!, x)))
const cubics: Model = ([a, b, p, q, r, s, t], x) => div!(polynomial(x, a!, b!, p!, q!), polynomial(x, one, r!, s!, t!))
const wave = (x: T, period: T, a: T, b: T): T => {
  const angle = div!(mul!(c(2 * Math.PI), x), period)
  return add!(mul!(a, cos!(angle)), mul!(b, sin!(angle)))
}

/** The model of each problem; that of Nelson is of the logarithm of y. */
const models: Readonly<Record<string, Model>> = {
  Bennett5: ([a, b, p], x) => mul!(a!, pow!(add!(b!, x), div!(c(-1), p!))),
  BoxBOD: saturating,
  Chwirut1: fraction,
  Chwirut2: fraction,
  DanWood: ([a, b], x) => mul!(a!, pow!(x, b!)),
  ENSO: ([a, b, p, q, r, s, t, u, v], x) => plus(a!, wave(x, c(12), b!, p!), wave(x, q!, r!, s!), wave(x, t!, u!, v!)),
  Eckerle4: ([a, b, p], x) => mul!(div!(a!, b!), exp!(mul!(c(-0.5), square!(div!(sub!(x, p!), b!))))),
  Gauss1: bells,
  Gauss2: bells,
  Gauss3: bells,
  Hahn1: cubics,
  Kirby2: ([a, b, p, q, r], x) => div!(polynomial(x, a!, b!, p!), polynomial(x, one, q!, r!)),
  Lanczos1: exponentials,
  Lanczos2: exponentials,
  Lanczos3: exponentials,
  MGH09: ([a, b, p, q], x) => div!(times(a!, x, add!(x, b!)), polynomial(x, q!, p!, one)),
  MGH10: ([a, b, p], x) => mul!(a!, exp!(div!(b!, add!(x, p!)))),
  MGH17: ([a, b, p, q, r], x) => plus(a!, mul!(b!, decay(q!, x)), mul!(p!, decay(r!, x))),
  Misra1a: saturating,
  Misra1b: ([a, b], x) => mul!(a!, sub!(one, pow!(add!(one, times(b!, x, c(0.5))), c(-2)))),
  Misra1c: ([a, b], x) => mul!(a!, sub!(one, pow!(add!(one, times(c(2), b!, x)), c(-0.5)))),
  Misra1d: ([a, b], x) => div!(times(a!, b!, x), add!(one, mul!(b!, x))),
  Nelson: ([a, b, p], x, other) => sub!(a!, times(b!, x, decay(p!, other))),
  Rat42: ([a, b, p], x) => div!(a!, add!(one, exp!(sub!(b!, mul!(p!, x))))),
  Rat43: ([a, b, p, q], x) => div!(a!, pow!(add!(one, exp!(sub!(b!, mul!(p!, x)))), div!(one, q!))),
  Roszman1: ([a, b, p, q], x) => sub!(sub!(a!, mul!(b!, x)), div!(atan!(div!(p!, sub!(x, q!))), c(Math.PI))),
  Thurber: cubics
}

const numbersIn = (line: string): readonly number[] => line.trim().split(/\s+/).map(Number)

const read = (): readonly NistProblem[] => {
  const lines = readFileSync(join(__dirname, 'nist.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  return Array.from({ length: lines.length / 5 }, (_, i) => {
    const [head = '', first = '', second = '', certified = '', rows = ''] = lines.slice(5 * i, 5 * i + 5)
    const [name = '', sumOfSquares = ''] = head.split(' ')
    const data = rows.split(';').map(numbersIn)
    return {
      name,
      sumOfSquares: Number(sumOfSquares),
      starts: [first, second].map(numbersIn),
      certified: numbersIn(certified),
      y: data.map(([y = NaN]) => y),
      x: (data[0] ?? []).slice(1).map((__, k) => data.map((row) => row[k + 1] ?? NaN))
    }
  })
}

export const problems = read()

/** The residuals of a problem, as a function of its parameters. */
export const residualsOf = ({ name, y, x }: NistProblem) => {
  const [first = [], second = []] = x
  const [from, other] = [g.tensor(first), g.tensor(second)]
  const to = g.tensor(name === 'Nelson' ? y.map(Math.log) : y) as unknown as T
  return (b: g.Vec): g.Vec => {
    const parts = Array.from({ length: b.shape[0] }, (_, i) => g.get(i)(b) as unknown as T)
    return sub!(models[name]!(parts, from, other), to) as unknown as g.Vec
  }
}
