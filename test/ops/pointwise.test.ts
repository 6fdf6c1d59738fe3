import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/ops/index.ts'
import { scalar, tensor } from '../../src/tensor/construct.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { anyDims, anyNumber, anyTensor, wildNumber } from '../support/arbitraries.ts'
import { elements, tabulate } from '../support/naive.ts'
import '../support/matchers.ts'

const functions: Readonly<Record<string, readonly [g.Pointwise, (x: number) => number]>> = {
  neg: [g.neg, (x) => -x],
  exp: [g.exp, Math.exp],
  expm1: [g.expm1, Math.expm1],
  log: [g.log, Math.log],
  log1p: [g.log1p, Math.log1p],
  sqrt: [g.sqrt, Math.sqrt],
  square: [g.square, (x) => x * x],
  abs: [g.abs, Math.abs],
  sign: [g.sign, Math.sign],
  sin: [g.sin, Math.sin],
  cos: [g.cos, Math.cos],
  tan: [g.tan, Math.tan],
  asin: [g.asin, Math.asin],
  acos: [g.acos, Math.acos],
  atan: [g.atan, Math.atan],
  sinh: [g.sinh, Math.sinh],
  cosh: [g.cosh, Math.cosh],
  tanh: [g.tanh, Math.tanh],
  asinh: [g.asinh, Math.asinh],
  acosh: [g.acosh, Math.acosh],
  atanh: [g.atanh, Math.atanh],
  cbrt: [g.cbrt, Math.cbrt],
  exp2: [g.exp2, (x) => 2 ** x],
  log2: [g.log2, Math.log2],
  log10: [g.log10, Math.log10],
  reciprocal: [g.reciprocal, (x) => 1 / x],
  rsqrt: [g.rsqrt, (x) => (x === -Infinity ? 0 : 1 / Math.sqrt(x + 0))],
  floor: [g.floor, Math.floor],
  ceil: [g.ceil, Math.ceil],
  trunc: [g.trunc, Math.trunc],
  round: [g.round, (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))],
  isNaN: [g.isNaN, (x) => Number(Number.isNaN(x))],
  isFinite: [g.isFinite, (x) => Number(Number.isFinite(x))],
  nanToNum: [
    g.nanToNum({ nan: 7 }),
    (x) => (Number.isNaN(x) ? 7 : Math.min(Math.max(x, -Number.MAX_VALUE), Number.MAX_VALUE))
  ],
  sigmoid: [g.sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  softplus: [g.softplus, (x) => (x > 30 ? x : Math.log1p(Math.exp(x)))],
  relu: [g.relu, (x) => (Number.isNaN(x) ? NaN : Math.max(x, 0))],
  stopGradient: [g.stopGradient, (x) => x],
  pow: [g.pow(3), (x) => x ** 3],
  clip: [g.clip({ min: -1, max: 2 }), (x) => (Number.isNaN(x) ? NaN : Math.min(Math.max(x, -1), 2))]
}

describe.each(Object.entries(functions))('%s', (name, [operation, f]) => {
  test.prop([anyTensor(anyDims({ max: 3 }), wildNumber)])(
    'is its definition at every element, of any shape, and leaves its input alone',
    (x) => {
      const element = elements(x)
      const before = toFlatArray(x)
      expect(operation(x)).toBeCloseToTensor(
        tabulate(x.shape, (index) => f(element(index))),
        { atol: 1e-300, rtol: 1e-13 }
      )
      expect(toFlatArray(x)).toBeNumbers(before)
    }
  )

  it('says its own name', () => {
    expect(() => operation(5 as never)).toThrow(`${name}: needs a tensor`)
  })
})

describe('functions of one number', () => {
  it('have their limits', () => {
    const ends = tensor([-Infinity, Infinity])
    expect(g.exp(ends)).toBeTensor([0, Infinity])
    expect(g.tanh(ends)).toBeTensor([-1, 1])
    expect(g.sigmoid(ends)).toBeTensor([0, 1])
    expect(g.softplus(ends)).toBeTensor([0, Infinity])
    expect(g.relu(ends)).toBeTensor([0, Infinity])
    expect(g.log(tensor([0, -1]))).toBeTensor([-Infinity, NaN])
    expect(g.log1p(tensor([-1, -2]))).toBeTensor([-Infinity, NaN])
    expect(g.sqrt(tensor([0, -1]))).toBeTensor([0, NaN])
    expect(g.sign(tensor([-3, 0, NaN]))).toBeTensor([-1, 0, NaN])
  })

  test.prop([fc.double({ min: -1e-8, max: 1e-8, noNaN: true })])('are accurate near 0 where it matters', (x) => {
    const close = { atol: 0, rtol: 1e-7 }
    expect(g.expm1(scalar(x))).toBeCloseToTensor(scalar(x), close)
    expect(g.log1p(scalar(x))).toBeCloseToTensor(scalar(x), close)
  })

  test.prop([anyNumber, anyNumber, anyTensor()])('clip to the nearer bound', (a, b, x) => {
    const [min, max] = [Math.min(a, b), Math.max(a, b)]
    expect(toFlatArray(g.clip({ min, max })(x)).every((y) => y >= min && y <= max)).toBe(true)
    expect(g.clip({ min: -Infinity, max: Infinity })(x)).toBeTensor(x)
  })
})
