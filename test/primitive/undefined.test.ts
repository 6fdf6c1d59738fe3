/** Where a function has no value it has no derivative of any order, and what may be divided by is divided by. */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

type Pointwise = (x: Vec) => Vec
const vec = (values: readonly number[]): Vec => g.reshape([values.length])(g.tensor(values))
const flat = (x: unknown): readonly number[] => g.toFlatArray(x as Tensor)

const functions: Readonly<Record<string, Pointwise>> = {
  ...{ exp: g.exp, expm1: g.expm1, log: g.log, log1p: g.log1p, sqrt: g.sqrt, square: g.square, abs: g.abs },
  ...{ sin: g.sin, cos: g.cos, tanh: g.tanh, sigmoid: g.sigmoid, softplus: g.softplus, erf: g.erf, erfc: g.erfc },
  ...{ normalCdf: g.normalCdf, logNormalCdf: g.logNormalCdf, softsign: g.softsign, gelu: g.gelu, swish: g.swish },
  ...Object.fromEntries([0.5, -0.5, 1.5, -1.5, 0.3, -0.3, 1 / 3, 16.5, -1, -2].map((p) => [`^${p}`, g.pow(p)])),
  'a tensor as exponent': (x) => g.pow(g.scalar(0.3))(x),
  'a tensor as base': (x) => g.pow(x)(vec(Array<number>(x.shape[0]).fill(-2))),
  'x log x': (x) => g.xlogy(x)(x),
  '2 log x': (x) => g.xlogy(x)(vec(Array<number>(x.shape[0]).fill(2))),
  '2 log(1 + x)': (x) => g.xlog1py(x)(vec(Array<number>(x.shape[0]).fill(2)))
}

const engines = {
  'outside of programs': <F>(f: F): F => f,
  'in a program': <F>(f: F): F => g.compile(f as never),
  'in a program in single precision': <F>(f: F): F => g.compile(f as never, { precision: 'single' })
}

const derivative = (f: Pointwise, order: number): Pointwise =>
  order === 0 ? f : (x) => g.grad((y: Vec) => g.sum(derivative(f, order - 1)(y)))(x)

describe.each(Object.entries(engines))('%s', (_, run) => {
  const numbers = fc.oneof(
    fc.constantFrom(-Infinity, -1e308, -1e30, -2, -1, -0.5, -5e-324, 0, 0.5, 1, 2, 1e30, 1e308, Infinity),
    fc.double({ noNaN: true })
  )

  test.prop([fc.constantFrom(...Object.keys(functions)), fc.array(numbers, { minLength: 1, maxLength: 12 })], {
    numRuns: 60
  })('no derivative is a number where the value is NaN', (name, at) => {
    const values = flat(run(functions[name]!)(vec(at)))
    for (const order of [1, 2, 3]) {
      const found = flat(run(derivative(functions[name]!, order))(vec(at)))
      const wrong = found.filter((number, i) => Number.isNaN(values[i]) && !Number.isNaN(number))
      expect(wrong, `derivative ${order} of ${name} at ${String(at)}`).toEqual([])
    }
  })

  it.each<readonly [string, (x: Vec) => Vec]>([
    ['the larger of NaN and another number', g.maximum(1)],
    ['the smaller of NaN and another number', g.minimum(1)],
    ['NaN between bounds', g.clip({ min: 0, max: Infinity })]
  ])('%s has no derivative', (__, f) => {
    expect(flat(run(g.grad((x: Vec) => g.sum(f(x))))(vec([NaN, 0.5]))).slice(0, 1)).toEqual([NaN])
  })

  it('a derivative stays finite where the inverse of a number is not', () => {
    const isSingle = run === engines['in a program in single precision']
    const [small, weight] = isSingle ? [2 ** -140, 2 ** -100] : [2 ** -1060, 2 ** -900]
    const weighted = (f: (x: Scalar) => Scalar) => (x: Scalar) => g.mul(weight)(f(x))
    const over = (a: Scalar) => g.div(g.scalar(small))(a)
    const of = (f: (x: Scalar) => Scalar, at: number) => g.toNumber(run(g.grad(weighted(f)))(g.scalar(at)))
    expect(of(over, small)).toBe(weight / small)
    expect(of(g.log, small)).toBe(weight / small)
    expect(of((b) => g.div(b)(g.scalar(small)), small)).toBe(-weight / small)
  })
})
