/** Every function of one number keeps its digits, and so do its derivatives, from one end of its range to the other. */
import { describe, expect, test } from 'vitest'
import * as g from '../../src/index.ts'
import type { Primitive } from '../../src/primitive/primitive.ts'
import { table } from '../../src/primitive/table.ts'
import { apply } from '../../src/tape/apply.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { doubles, exactly, type Fixed, one, singles, toNumber, ulps } from '../machine/exact.ts'
import * as j from '../support/jet.ts'

const number = (x: number): j.Jet => j.constant(exactly(x))
const integer = (n: bigint): j.Jet => j.constant(n * one)
const whole = integer(1n)
const two = integer(2n)
const half = j.constant(one / 2n)
const isBelow = (x: j.Jet): boolean => x[0]! < 0n

const sigmoid = (x: j.Jet): j.Jet => j.div(whole, j.add(whole, j.exp(j.neg(x))))
const softplus = (x: j.Jet): j.Jet =>
  isBelow(x) ? j.log(j.add(whole, j.exp(x))) : j.add(x, j.log(j.add(whole, j.exp(j.neg(x)))))
const tanh = (x: j.Jet): j.Jet => {
  const e = j.exp(j.mul(integer(-2n), x))
  return j.div(j.sub(whole, e), j.add(whole, e))
}
const normalCdf = (x: j.Jet): j.Jet => j.mul(half, j.erfc(j.neg(j.div(x, j.sqrt(two)))))
const expm1 = (x: j.Jet): j.Jet => j.sub(j.exp(x), whole)
const power = (x: j.Jet, n: number): j.Jet => (n === 0 ? whole : j.mul(x, power(x, n - 1)))
const pi = j.mul(j.sqrt(integer(1n)), j.constant(piOf()))

const rootOfRest = (x: j.Jet): j.Jet => j.sqrt(j.mul(j.sub(whole, x), j.add(whole, x)))
const cubeRoot = (x: j.Jet): j.Jet => j.exp(j.div(j.log(x), integer(3n)))

function piOf(): Fixed {
  // 4 atan(1) by Machin's formula
  const inverseTangent = (n: bigint): Fixed => {
    let total = 0n
    for (let k = 0n, term = one / n; term !== 0n; k++, term /= n * n)
      total += (k % 2n === 0n ? 1n : -1n) * (term / (2n * k + 1n))
    return total
  }
  return 4n * (4n * inverseTangent(5n) - inverseTangent(239n))
}

/** Numbers of both signs, or of one, evenly by size between two of them. */
interface Range {
  readonly from: number
  readonly to: number
  readonly sign?: 1 | -1
}
interface Case {
  readonly f: (x: Tensor) => Tensor
  readonly truth: (x: j.Jet) => j.Jet
  readonly double: Range
  readonly single: Range
  /** The highest derivative that is looked at; the fourth when left out. */
  readonly orders?: number
  /** Whether some derivative has a zero, or is a sum of terms that are several times as large. */
  readonly zeros?: boolean
  /** Units allowed of derivatives up to the third, and of the fourth; 8 and 16 when left out. */
  readonly units?: readonly [upToThird: number, fourth: number]
}

const loose = (f: unknown): ((x: Tensor) => Tensor) => f as (x: Tensor) => Tensor
/** To where the tails of exponentials are no longer normal numbers. */
const wide = { double: { from: 1e-3, to: 700 }, single: { from: 1e-3, to: 86 } }
const positive = {
  double: { from: 1e-60, to: 1e60, sign: 1 as const },
  single: { from: 1e-6, to: 1e6, sign: 1 as const }
}

const primitive = (p: Primitive<never>, params = {}): ((x: Tensor) => Tensor) =>
  loose((x: Tensor) => apply(p as Primitive, params, [x]))
const gaussian = (x: j.Jet): j.Jet => j.exp(j.neg(j.mul(x, x)))
/** Twice the argument of the tangent of the gate of gelu by tanh. */
const gateArgument = (x: j.Jet): j.Jet =>
  j.mul(j.mul(two, j.sqrt(j.div(two, pi))), j.add(x, j.div(power(x, 3), j.div(integer(1000000n), integer(44715n)))))
const tanhGate = (x: j.Jet): j.Jet => sigmoid(gateArgument(x))

/** Words of the vocabulary that no public function has under their name. */
const words: Readonly<Record<string, Case>> = {
  sechSquared: {
    zeros: true,
    f: primitive(table.sechSquared),
    truth: (x) => {
      const e = j.exp(j.mul(two, isBelow(x) ? x : j.neg(x)))
      return j.div(j.mul(integer(4n), e), j.mul(j.add(whole, e), j.add(whole, e)))
    },
    double: { from: 1e-3, to: 350 },
    single: { from: 1e-3, to: 40 }
  },
  sigmoidSlope: {
    zeros: true,
    f: primitive(table.sigmoidSlope),
    truth: (x) => j.mul(sigmoid(x), sigmoid(j.neg(x))),
    ...wide
  },
  gaussian: {
    zeros: true,
    f: primitive(table.gaussian, { rate: 1 }),
    truth: gaussian,
    double: { from: 1e-3, to: 26.2 },
    single: { from: 1e-3, to: 9 }
  },
  'gaussian, of half the rate': {
    zeros: true,
    f: primitive(table.gaussian, { rate: 0.5 }),
    truth: (x) => j.exp(j.neg(j.mul(half, j.mul(x, x)))),
    double: { from: 1e-3, to: 37 },
    single: { from: 1e-3, to: 12.5 }
  },
  tanhGate: {
    zeros: true,
    f: primitive(table.tanhGate),
    truth: tanhGate,
    double: { from: 1e-3, to: 20 },
    single: { from: 1e-3, to: 9.6 }
  },
  tanhGateSlope: {
    zeros: true,
    f: primitive(table.tanhGateSlope),
    truth: (x) => j.mul(tanhGate(x), tanhGate(j.neg(x))),
    double: { from: 1e-3, to: 20 },
    single: { from: 1e-3, to: 9.6 }
  },
  logErfcx: {
    f: primitive(table.logErfcx, { order: 0 }),
    truth: (x) => j.add(j.log(j.erfc(x)), j.mul(x, x)),
    // a cumulant is what is left of moments: of 1,500 points at most 10.2 and 52.6 units
    units: [16, 80],
    double: { from: 1e-3, to: 26, sign: 1 },
    single: { from: 1e-3, to: 9, sign: 1 }
  },
  neg: { f: loose(g.neg), truth: j.neg, ...positive }
}

const cases: Readonly<Record<string, Case>> = {
  ...words,
  exp: { f: loose(g.exp), truth: j.exp, double: { from: 1e-3, to: 709 }, single: { from: 1e-3, to: 88 } },
  expm1: { f: loose(g.expm1), truth: expm1, double: { from: 1e-9, to: 709 }, single: { from: 1e-6, to: 88 } },
  log: { f: loose(g.log), truth: j.log, ...positive },
  log1p: { f: loose(g.log1p), truth: (x) => j.log(j.add(whole, x)), ...positive },
  sqrt: { f: loose(g.sqrt), truth: j.sqrt, ...positive },
  square: { f: loose(g.square), truth: (x) => j.mul(x, x), ...positive },
  sin: { zeros: true, f: loose(g.sin), truth: j.sin, double: { from: 1e-3, to: 1e9 }, single: { from: 1e-3, to: 1e6 } },
  cos: { zeros: true, f: loose(g.cos), truth: j.cos, double: { from: 1e-3, to: 1e9 }, single: { from: 1e-3, to: 1e6 } },
  tan: {
    zeros: true,
    f: loose(g.tan),
    truth: (x) => j.div(j.sin(x), j.cos(x)),
    double: { from: 1e-3, to: 1e6 },
    single: { from: 1e-3, to: 1e3 }
  },
  asin: {
    zeros: true,
    f: loose(g.asin),
    truth: (x) => j.atan(j.div(x, rootOfRest(x))),
    double: { from: 1e-3, to: 1 },
    single: { from: 1e-3, to: 1 }
  },
  acos: {
    zeros: true,
    f: loose(g.acos),
    truth: (x) => j.sub(j.div(pi, two), j.atan(j.div(x, rootOfRest(x)))),
    double: { from: 1e-3, to: 1 },
    single: { from: 1e-3, to: 1 }
  },
  atan: {
    zeros: true,
    f: loose(g.atan),
    truth: j.atan,
    double: { from: 1e-3, to: 1e60 },
    single: { from: 1e-3, to: 1e6 }
  },
  sinh: {
    f: loose(g.sinh),
    truth: (x) => j.mul(half, j.sub(j.exp(x), j.exp(j.neg(x)))),
    double: { from: 1e-9, to: 709 },
    single: { from: 1e-6, to: 88 }
  },
  cosh: {
    f: loose(g.cosh),
    truth: (x) => j.mul(half, j.add(j.exp(x), j.exp(j.neg(x)))),
    double: { from: 1e-9, to: 709 },
    single: { from: 1e-6, to: 88 }
  },
  asinh: {
    zeros: true,
    f: loose(g.asinh),
    truth: (x) =>
      isBelow(x)
        ? j.neg(j.log(j.sub(j.sqrt(j.add(whole, j.mul(x, x))), x)))
        : j.log(j.add(j.sqrt(j.add(whole, j.mul(x, x))), x)),
    double: { from: 1e-3, to: 1e60 },
    single: { from: 1e-3, to: 1e6 }
  },
  acosh: {
    f: loose(g.acosh),
    truth: (x) => j.log(j.add(x, j.sqrt(j.sub(j.mul(x, x), whole)))),
    double: { from: 1.0001, to: 1e30, sign: 1 },
    single: { from: 1.01, to: 1e5, sign: 1 }
  },
  atanh: {
    zeros: true,
    f: loose(g.atanh),
    truth: (x) => j.mul(half, j.log(j.div(j.add(whole, x), j.sub(whole, x)))),
    double: { from: 1e-3, to: 1 },
    single: { from: 1e-3, to: 1 }
  },
  exp2: {
    f: loose(g.exp2),
    truth: (x) => j.exp(j.mul(x, j.log(two))),
    double: { from: 1e-3, to: 1022 },
    single: { from: 1e-3, to: 126 }
  },
  log2: { f: loose(g.log2), truth: (x) => j.div(j.log(x), j.log(two)), ...positive },
  log10: { f: loose(g.log10), truth: (x) => j.div(j.log(x), j.log(integer(10n))), ...positive },
  cbrt: {
    f: loose(g.cbrt),
    truth: (x) => (isBelow(x) ? j.neg(cubeRoot(j.neg(x))) : cubeRoot(x)),
    // each is a power of the rounded root, the third derivative its eighth: up to 9.1 units
    units: [12, 16],
    double: { from: 1e-50, to: 1e50 },
    single: { from: 1e-6, to: 1e6 }
  },
  reciprocal: { f: loose(g.reciprocal), truth: (x) => j.div(whole, x), ...positive },
  rsqrt: { f: loose(g.rsqrt), truth: (x) => j.div(whole, j.sqrt(x)), ...positive },
  sinc: {
    zeros: true,
    f: loose(g.sinc),
    truth: (x) => j.div(j.sin(j.mul(pi, x)), j.mul(pi, x)),
    double: { from: 1e-3, to: 8 },
    single: { from: 1e-3, to: 8 }
  },
  log1mExp: {
    f: loose((x: Tensor) => g.log1mExp(g.neg(x))),
    truth: (x) => j.log(j.sub(whole, j.exp(j.neg(x)))),
    double: { from: 1e-3, to: 700, sign: 1 },
    single: { from: 1e-3, to: 86, sign: 1 }
  },
  logSigmoid: { zeros: true, f: loose(g.logSigmoid), truth: (x) => j.neg(softplus(j.neg(x))), ...wide },
  logit: {
    zeros: true,
    f: loose(g.logit),
    truth: (x) => j.log(j.div(x, j.sub(whole, x))),
    double: { from: 1e-30, to: 1, sign: 1 },
    single: { from: 1e-6, to: 1, sign: 1 }
  },
  'logAddExp, with 1': {
    zeros: true,
    f: loose(g.logAddExp(1)),
    truth: (x) => j.add(whole, softplus(j.sub(x, whole))),
    ...wide
  },
  'hypot, with 1': {
    zeros: true,
    f: loose(g.hypot(1)),
    truth: (x) => j.sqrt(j.add(whole, j.mul(x, x))),
    double: { from: 1e-3, to: 1e30 },
    single: { from: 1e-3, to: 1e3 }
  },
  'atan2, over 2': {
    zeros: true,
    f: loose(g.atan2(2)),
    truth: (x) => j.atan(j.mul(half, x)),
    double: { from: 1e-3, to: 1e60 },
    single: { from: 1e-3, to: 1e6 }
  },
  tanh: { zeros: true, f: loose(g.tanh), truth: tanh, double: { from: 1e-3, to: 370 }, single: { from: 1e-3, to: 50 } },
  sigmoid: { zeros: true, f: loose(g.sigmoid), truth: sigmoid, ...wide },
  softplus: { zeros: true, f: loose(g.softplus), truth: softplus, ...wide },
  erf: {
    zeros: true,
    f: loose(g.erf),
    truth: (x) => j.sub(whole, j.erfc(x)),
    double: { from: 1e-3, to: 26.4 },
    single: { from: 1e-3, to: 9.2 }
  },
  erfinv: {
    zeros: true,
    f: loose(g.erfinv),
    truth: j.erfinv,
    double: { from: 1e-3, to: 0.9999 },
    single: { from: 1e-3, to: 0.99 }
  },
  erfc: {
    zeros: true,
    f: loose(g.erfc),
    truth: j.erfc,
    double: { from: 1e-3, to: 26.4 },
    single: { from: 1e-3, to: 9.2 }
  },
  normalCdf: {
    zeros: true,
    f: loose(g.normalCdf),
    truth: normalCdf,
    double: { from: 1e-3, to: 37 },
    single: { from: 1e-3, to: 12.5 }
  },
  logNormalCdf: {
    zeros: true,
    f: loose(g.logNormalCdf),
    truth: (x) => j.log(normalCdf(x)),
    double: { from: 1e-3, to: 26 },
    single: { from: 1e-3, to: 12.5 }
  },
  powNumber: {
    f: loose(g.pow(-7)),
    truth: (x) => j.div(whole, power(x, 7)),
    double: { from: 1e-20, to: 1e20 },
    single: { from: 1e-2, to: 1e3 }
  },
  ...Object.fromEntries(
    [0.1, -0.3, 1 / 3, 1.1, -1.7].map((p) => [
      `x to the power ${p}`,
      {
        f: loose(g.pow(p)),
        truth: (x: j.Jet) => j.exp(j.mul(number(p), j.log(x))),
        double: { from: 1e-50, to: 1e50, sign: 1 as const },
        single: { from: 1e-6, to: 1e6, sign: 1 as const }
      }
    ])
  ),
  'a power by a tensor': {
    f: loose((x: Tensor) => g.pow(g.stopGradient(g.add(Math.fround(0.3))(g.mul(0)(g.sum(x)))))(x as never)),
    truth: (x) => j.exp(j.mul(number(Math.fround(0.3)), j.log(x))),
    double: { from: 1e-50, to: 1e50, sign: 1 },
    single: { from: 1e-6, to: 1e6, sign: 1 }
  },
  'a power by a tensor that only a double can hold': {
    f: loose(g.pow(g.scalar(0.1))),
    truth: (x) => j.exp(j.mul(number(0.1), j.log(x))),
    double: { from: 1e-50, to: 1e50, sign: 1 },
    single: { from: 1e-6, to: 1e6, sign: 1 }
  },
  'a root by powNumber': { f: loose(g.pow(0.5)), truth: j.sqrt, ...positive },
  elu: { f: loose(g.elu()), truth: (x) => (isBelow(x) ? expm1(x) : x), ...wide },
  selu: {
    f: loose(g.selu),
    truth: (x) => j.mul(number(1.0507009873554805), isBelow(x) ? j.mul(number(1.6732632423543772), expm1(x)) : x),
    ...wide
  },
  gelu: {
    zeros: true,
    f: loose(g.gelu),
    truth: (x) => j.mul(x, normalCdf(x)),
    double: { from: 1e-3, to: 37 },
    single: { from: 1e-3, to: 12.5 }
  },
  'gelu by tanh': {
    zeros: true,
    f: loose(g.gelu({ approximate: 'tanh' })),
    truth: (x) =>
      j.mul(
        x,
        sigmoid(
          j.mul(
            j.mul(two, j.sqrt(j.div(two, pi))),
            j.add(x, j.div(power(x, 3), j.div(integer(1000000n), integer(44715n))))
          )
        )
      ),
    double: { from: 1e-3, to: 20 },
    single: { from: 1e-3, to: 9.8 }
  },
  swish: { zeros: true, f: loose(g.swish), truth: (x) => j.mul(x, sigmoid(x)), ...wide },
  mish: { zeros: true, f: loose(g.mish), truth: (x) => j.mul(x, tanh(softplus(x))), ...wide },
  softsign: {
    f: loose(g.softsign),
    truth: (x) => j.div(x, j.add(whole, isBelow(x) ? j.neg(x) : x)),
    double: { from: 1e-3, to: 1e50 },
    single: { from: 1e-3, to: 1e6 }
  }
}

test('every smooth function of one number in the table is among them', () => {
  const smooth = Object.values(table as unknown as Readonly<Record<string, Primitive>>).filter(
    ({ name, arity, reach, domain }) =>
      // the digits of lgamma are held in test/kernel/gamma.test.ts
      arity === 1 && !['leaf', 'lgamma'].includes(name) && reach === 'element' && domain[0]?.avoid.length === 0
  )
  expect(smooth.map(({ name }) => name).filter((name) => !(name in cases))).toEqual([])
  expect(smooth.length).toBeGreaterThan(20)
})

/** The derivatives of a function of each element, from the function itself on. */
const derivatives = (f: (x: Tensor) => Tensor, order: number): ((x: Tensor) => Tensor) =>
  order === 0
    ? f
    : loose((x: Tensor) =>
        (g.grad as never as (f: unknown) => (x: Tensor) => Tensor)((y: Tensor) => g.sum(derivatives(f, order - 1)(y)))(
          x
        )
      )

const COUNT = 40
const draw = ({ from, to, sign }: Range): readonly number[] =>
  Array.from({ length: COUNT }, (_, i) => {
    const size = Math.exp(Math.log(from) + Math.random() * (Math.log(to) - Math.log(from)))
    return (sign ?? (i % 2 === 0 ? 1 : -1)) * (i % 4 < 2 ? size : from + Math.random() * (Math.min(to, 8) - from))
  })

type Precision = 'double' | 'single'
const formats = { double: doubles, single: singles }
const greatest: Readonly<Record<Precision, number>> = { double: Number.MAX_VALUE, single: 2 ** 127 * (2 - 2 ** -23) }
const size = (x: Fixed): Fixed => (x < 0n ? -x : x)

/** Beyond it no derivative up to the fifth of a function here has a zero. */
const LAST_ZERO = 8

/**
 * Units in the last place between a computed number and the true one. Where a derivative may be near a zero of its own, of
 * the derivatives up to the next one together, as that is what its terms are like.
 */
const error = (y: number, x: number, jet: j.Jet, order: number, precision: Precision, zeros: boolean): number => {
  const truth = j.derivative(jet, order)
  if (toNumber(size(truth)) >= greatest[precision]) return y === Math.sign(toNumber(truth)) * Infinity ? 0 : Infinity
  if (!Number.isFinite(y)) return Infinity
  const terms = Array.from({ length: order + 1 }, (_, i) => size(j.derivative(jet, i + 1)))
  const isNearZero = zeros && order > 0 && Math.abs(x) < LAST_ZERO
  return ulps(y, truth, formats[precision], isNearZero ? terms.reduce((a, b) => a + b) : truth)
}

const engines = {
  'outside of programs': ['double', (f: (x: Tensor) => Tensor) => f],
  'in a program': ['double', (f: (x: Tensor) => Tensor) => loose(g.compile(f as never))],
  'in a program in single precision': [
    'single',
    (f: (x: Tensor) => Tensor) => loose(g.compile(f as never, { precision: 'single' }))
  ]
} as const

describe.each(Object.entries(cases))(
  '%s',
  (_, { f, truth, orders = 4, zeros = false, units: [usual, fourth] = [8, 16], ...ranges }) => {
    test.each(Object.entries(engines))(
      `is within ${usual} units in the last place, as its derivatives are (the fourth within ${fourth}), %s`,
      (__, [precision, run]) => {
        const xs = draw(ranges[precision]).map((x) => (precision === 'single' ? Math.fround(x) : x))
        const jets = xs.map((x) => truth(j.variable(exactly(x))))
        const at = g.reshape([xs.length])(g.tensor(xs)) as unknown as Tensor
        const worst = Array.from({ length: orders + 1 }, (___, order) =>
          g
            .toFlatArray(run(derivatives(f, order))(at))
            .map((y, i) => ({ order, x: xs[i]!, y, error: error(y, xs[i]!, jets[i]!, order, precision, zeros) }))
            .reduce((a, b) => (b.error > a.error ? b : a))
        )
        // far out a fourth derivative is one product of some twenty factors, each of them rounded: up to 13 units
        for (const { order, x, error: units } of worst)
          expect(units, `derivative ${order} at ${x}`).toBeLessThanOrEqual(order < 4 ? usual : fourth)
      }
    )
  }
)
