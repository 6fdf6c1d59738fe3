import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as kernel from '../../src/kernel/elementwise.ts'
import * as special from '../../src/kernel/special.ts'
import { anyNumber, wildNumber } from '../support/arbitraries.ts'
import '../support/matchers.ts'

const buffer = fc.array(wildNumber, { maxLength: 20 }).map((values) => Float64Array.from(values))

const unaries: Readonly<Record<string, readonly [kernel.Unary, (x: number) => number]>> = {
  neg: [kernel.neg, (x) => -x],
  square: [kernel.square, (x) => x * x],
  sqrt: [kernel.sqrt, Math.sqrt],
  abs: [kernel.abs, Math.abs],
  relu: [kernel.relu, (x) => (Number.isNaN(x) ? NaN : x > 0 ? x : 0)],
  map: [kernel.map((x) => 3 * x - 1), (x) => 3 * x - 1]
}

const binaries: Readonly<Record<string, readonly [kernel.Binary, (a: number, b: number) => number]>> = {
  add: [kernel.add, (a, b) => a + b],
  sub: [kernel.sub, (a, b) => a - b],
  mul: [kernel.mul, (a, b) => a * b],
  div: [kernel.div, (a, b) => a / b],
  maximum: [kernel.maximum, Math.max],
  minimum: [kernel.minimum, Math.min],
  greater: [kernel.greater, (a, b) => Number(a > b)],
  greaterEqual: [kernel.greaterEqual, (a, b) => Number(a >= b)],
  equal: [kernel.equal, (a, b) => Number(a === b)],
  zip: [kernel.zip((a, b) => a - 2 * b), (a, b) => a - 2 * b]
}

describe.each(Object.entries(unaries))('the loop %s', (_, [loop, f]) => {
  test.prop([buffer])('is its function of every element, in a buffer of its own', (x) => {
    const before = x.slice()
    const out = loop(x)
    expect(out).toBeNumbers(Float64Array.from(before, f))
    expect(x).toBeNumbers(before)
    expect(out).not.toBe(x)
  })
})

describe.each(Object.entries(binaries))('the loop %s', (_, [loop, f]) => {
  test.prop([fc.array(fc.tuple(wildNumber, wildNumber), { maxLength: 20 })])(
    'goes over two buffers in step',
    (pairs) => {
      const [a, b] = [Float64Array.from(pairs, ([x]) => x), Float64Array.from(pairs, ([, y]) => y)]
      expect(loop(a, 1, b, 1, pairs.length)).toBeNumbers(Float64Array.from(pairs, ([x, y]) => f(x, y)))
    }
  )

  test.prop([buffer, wildNumber])('stands still on a single number, on either side', (x, k) => {
    const one = Float64Array.of(k)
    expect(loop(x, 1, one, 0, x.length)).toBeNumbers(Float64Array.from(x, (value) => f(value, k)))
    expect(loop(one, 0, x, 1, x.length)).toBeNumbers(Float64Array.from(x, (value) => f(k, value)))
  })
})

describe('the loop select', () => {
  test.prop([
    fc.array(fc.tuple(fc.constantFrom(0, -0, 1, -2, NaN), wildNumber, wildNumber), { maxLength: 20 }),
    wildNumber
  ])('takes the first where the condition is not 0, else the second', (rows, k) => {
    const column = (i: 0 | 1 | 2): Float64Array => Float64Array.from(rows, (row) => row[i])
    const [c, a, b] = [column(0), column(1), column(2)]
    const n = rows.length
    expect(kernel.select(c, 1, a, 1, b, 1, n)).toBeNumbers(Float64Array.from(rows, ([p, x, y]) => (p === 0 ? y : x)))
    const one = Float64Array.of(k)
    expect(kernel.select(c, 1, one, 0, b, 1, n)).toBeNumbers(Float64Array.from(rows, ([p, , y]) => (p === 0 ? y : k)))
    expect(kernel.select(c, 1, a, 1, one, 0, n)).toBeNumbers(Float64Array.from(rows, ([p, x]) => (p === 0 ? k : x)))
    expect(kernel.select(one, 0, a, 1, b, 1, n)).toBeNumbers(k === 0 ? b : a)
  })
})

describe('relu', () => {
  it('keeps NaN, and turns both zeros to 0', () => {
    expect(kernel.relu(Float64Array.of(NaN, -0, 0, -1, 2, Infinity, -Infinity))).toEqual(
      Float64Array.of(NaN, 0, 0, 0, 2, Infinity, 0)
    )
  })
})

describe('sigmoid', () => {
  test.prop([anyNumber])('is 1 / (1 + e⁻ˣ)', (x) => {
    expect(special.sigmoid(x)).toBeCloseTo(1 / (1 + Math.exp(-x)), 14)
  })

  test.prop([wildNumber])('never leaves [0, 1], and mirrors at 0', (x) => {
    const y = special.sigmoid(x)
    expect(Number.isNaN(x) ? Number.isNaN(y) : y >= 0 && y <= 1).toBe(true)
    if (!Number.isNaN(x)) expect(special.sigmoid(-x) + y).toBeCloseTo(1, 14)
  })

  it('reaches its limits, and stays exact far out', () => {
    expect([-Infinity, -1000, 0, 1000, Infinity].map(special.sigmoid)).toEqual([0, 0, 0.5, 1, 1])
    expect(special.sigmoid(-700)).toBeCloseTo(Math.exp(-700), 310)
    expect(special.sigmoid(-700)).toBeGreaterThan(0)
  })
})

describe('softplus', () => {
  test.prop([fc.double({ min: -30, max: 30, noNaN: true })])('is log(1 + eˣ)', (x) => {
    expect(special.softplus(x)).toBeCloseTo(Math.log(1 + Math.exp(x)), 12)
  })

  it('is x far to the right, and eˣ far to the left', () => {
    expect([-Infinity, -1000, 0, 1000, Infinity].map(special.softplus)).toEqual([0, 0, Math.log1p(1), 1000, Infinity])
    expect(special.softplus(-40) / Math.exp(-40)).toBeCloseTo(1, 14)
  })
})
