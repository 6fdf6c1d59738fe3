/** Distributions whose parameters may be tensors, and counts. */
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it, test as plain } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/index.ts'
import { logGammaQuantile } from '../../src/kernel/gammaQuantile.ts'
import { test } from '../support/property.ts'
import { anyKey, countsOf, few, fits, standardErrors } from './support.ts'

const { random, scalar, tensor, toFlatArray } = g
type Key = g.random.Key
const size = 3000
const values = (draw: (key: Key) => Tensor<[3000]>, key: Key): readonly number[] => toFlatArray(draw(key))
const squares = (xs: readonly number[], centre: number): readonly number[] => xs.map((x) => (x - centre) ** 2)

/** How many are in each of ten parts of a distribution of equal probability. */
const tenths = (cdf: (x: number) => number, xs: readonly number[]): readonly number[] =>
  countsOf(
    10,
    xs.map((x) => Math.min(9, Math.floor(10 * cdf(x))))
  )

describe('exponential, gumbel and laplace', () => {
  test.prop([anyKey], few)('have their distributions', (key) => {
    const e = values(random.exponential([size], { scale: 3 }), key)
    expect(fits(tenths((x) => -Math.expm1(-x / 3), e))).toBe(true)
    expect(standardErrors(e, 3, 3)).toBeLessThan(5.2)
    const a = values(random.gumbel([size], { loc: -1, scale: 2 }), key)
    expect(fits(tenths((x) => Math.exp(-Math.exp(-(x + 1) / 2)), a))).toBe(true)
    const b = values(random.laplace([size], { loc: 2, scale: 0.5 }), key)
    const cdf = (x: number): number => (x < 2 ? Math.exp(2 * (x - 2)) / 2 : 1 - Math.exp(-2 * (x - 2)) / 2)
    expect(fits(tenths(cdf, b))).toBe(true)
    expect(standardErrors(squares(b, 2), 0.5, Math.sqrt(5) * 0.5)).toBeLessThan(6)
  })

  it('have all digits near either end, and are never infinite', () => {
    // the ends of the grid of tails, by what is made of them
    for (const u of [2 ** -54, 0.25, 0.5]) {
      expect(Number.isFinite(-Math.log(u))).toBe(true)
      expect(-Math.log1p(-u)).toBeGreaterThan(0)
    }
    const all = [random.exponential([1e5]), random.gumbel([1e5]), random.laplace([1e5])]
    for (const draw of all)
      expect(toFlatArray(draw(random.key(5))).every((x) => Number.isFinite(x) && x !== 0)).toBe(true)
  })

  it('are differentiable in their parameters, which may be tensors', () => {
    const key = random.key(3)
    const standard = random.gumbel([2, 3])(key)
    const [byLoc, byScale] = g.grad(([loc, scale]: readonly [Vec<3>, Scalar]) =>
      g.sum(random.gumbel([2, 3], { loc, scale })(key))
    )([tensor([1, 2, 3]), scalar(2)])
    expect(toFlatArray(byLoc)).toEqual([2, 2, 2])
    expect(g.toNumber(byScale)).toBeCloseTo(g.toNumber(g.sum(standard)), 12)
    expectTypeOf(random.laplace([2, 3])(key)).toEqualTypeOf<Tensor<[2, 3]>>()
  })

  it('refuse parameters that are wrong or do not fit', () => {
    expect(() => random.exponential([2], { scale: -1 })).toThrow(
      'exponential: scale must be a finite number of at least 0, got -1'
    )
    expect(() => random.gumbel([2], { scale: tensor([1, -2]) })).toThrow(
      'gumbel: scale, position 1 must be a finite number of at least 0, got -2'
    )
    expect(() => random.laplace([2], { loc: NaN })).toThrow('laplace: loc must be a finite number, got NaN')
    expect(() => random.laplace([2], { loc: tensor([1, 2, 3]) })).toThrow(
      'laplace: loc of shape [3] does not broadcast to [2]'
    )
    const traced = g.compile((scale: Scalar) => random.exponential([2], { scale })(random.key(0)))
    expect(toFlatArray(traced(scalar(-1)))).toEqual([NaN, NaN])
    expect(toFlatArray(traced(scalar(0)))).toEqual([0, 0])
  })
})

describe('gamma, beta and dirichlet', () => {
  test.prop([anyKey, fc.constantFrom(0.3, 1, 2.5, 20, 150)], { numRuns: 5 })('have their moments', (key, alpha) => {
    const x = values(random.gamma([size], { alpha }), key)
    expect(standardErrors(x, alpha, Math.sqrt(alpha))).toBeLessThan(5.5)
    const fourth = 3 * alpha ** 2 + 6 * alpha - alpha ** 2
    expect(standardErrors(squares(x, alpha), alpha, Math.sqrt(fourth))).toBeLessThan(8)
    if (alpha === 1) expect(fits(tenths((v) => -Math.expm1(-v), x))).toBe(true)
  })

  test.prop([anyKey], { numRuns: 3 })('has beta numbers of powers, and shares of the mean', (key) => {
    const x = values(random.beta([size], { alpha: 3, beta: 1 }), key)
    expect(fits(tenths((v) => v ** 3, x))).toBe(true)
    const shares = random.dirichlet([1, 2, 3], [size])(key)
    const first = toFlatArray(g.slice(1, 0, 1)(shares))
    expect(fits(tenths((v) => 1 - (1 - v) ** 5, first))).toBe(true)
  })

  test.prop([anyKey], { numRuns: 3 })('have a derivative whose mean is that of the mean', (key) => {
    const slopes = g.jvp((alpha: Vec<3000>) => random.gamma([size], { alpha })(key))(g.full([size])(1.5))(
      g.ones([size])
    ).tangent
    const xs = toFlatArray(slopes)
    const mean = xs.reduce((sum, x) => sum + x, 0) / size
    const spread = Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / size)
    expect(standardErrors(xs, 1, spread)).toBeLessThan(5.5)
  })

  it('is the quantile of the exponential distribution for alpha = 1', () => {
    const at = logGammaQuantile(0)
    for (const tail of [1e-300, 1e-9, 0.1, 0.7, 1])
      expect(Math.exp(at(tail, 1)) / -Math.log1p(-tail / 2)).toBeCloseTo(1, 13)
    for (const tail of [1e-300, 1e-9, 0.1, 0.7, 1])
      expect(Math.exp(at(-tail, 1)) / -Math.log(tail / 2)).toBeCloseTo(1, 13)
  })

  it('keeps its digits for an alpha of any size, on both sides of where it is computed otherwise', () => {
    // log of the quantile, and its derivatives of order 1 and 2, from a calculation with 40 digits
    for (const [alpha, tail, ...known] of reference)
      known.forEach((value, order) => {
        expect(Math.abs(logGammaQuantile(order)(tail!, alpha!) / value - 1)).toBeLessThan(3e-13)
      })
  })

  it('refuses what is not above 0', () => {
    expect(() => random.gamma([1], { alpha: 0 })).toThrow('gamma: alpha must be a finite number above 0, got 0')
    expect(() => random.gamma([1], {} as never)).toThrow('gamma: alpha')
    expect(() => random.beta([1], { alpha: 1, beta: tensor([-1]) })).toThrow('beta: beta, position 0 must be')
    expect(() => random.dirichlet([])).toThrow('dirichlet: alpha must be an array or a vector, not empty')
    expect(() => random.dirichlet([1, -1])).toThrow('dirichlet: alpha, position 1 must be')
    expect(() => random.dirichlet(g.ones([2, 2]) as never)).toThrow(
      'dirichlet: alpha must be a vector, not empty, got shape [2, 2]'
    )
    expectTypeOf(random.dirichlet(g.ones([3]), [2])(random.key(0))).toEqualTypeOf<Tensor<[2, 3]>>()
  })

  const alphas = laws.arbitrary.tensor([3], { min: 0.4, max: 4, avoid: [] })
  laws.register(plain)(
    laws.function({
      name: 'gamma',
      f: (alpha: Vec<3>, key: Key) => random.gamma([2, 3], { alpha, scale: 2 })(key),
      args: fc.tuple(alphas, laws.arbitrary.key)
    }),
    { numRuns: 8 }
  )
  laws.register(plain)(
    laws.function({
      name: 'dirichlet',
      f: (alpha: Vec<3>, key: Key) => random.dirichlet(alpha)(key),
      args: fc.tuple(alphas, laws.arbitrary.key)
    }),
    { numRuns: 8 }
  )
})

describe('counts', () => {
  test.prop([anyKey, fc.constantFrom(0.2, 3, 40, 1000)], { numRuns: 5 })(
    'of poisson have their mean and variance',
    (key, rate) => {
      const x = values(random.poisson([size], { rate }), key)
      expect(x.every((count) => Number.isInteger(count) && count >= 0)).toBe(true)
      expect(standardErrors(x, rate, Math.sqrt(rate))).toBeLessThan(5.5)
      expect(standardErrors(squares(x, rate), rate, Math.sqrt(rate * (1 + 2 * rate)))).toBeLessThan(8)
      if (rate === 3) {
        const probability = [0, 1, 2, 3, 4, 5].map((n) => (Math.exp(-3) * 3 ** n) / [1, 1, 2, 6, 24, 120][n]!)
        const rest = 1 - probability.reduce((sum, p) => sum + p, 0)
        const clipped = x.map((count) => Math.min(count, 6))
        expect(fits(countsOf(7, clipped), [...probability, rest])).toBe(true)
      }
    }
  )

  it('of poisson are 0 for a rate of 0, whole for a large one, and have no derivative', () => {
    expect(toFlatArray(random.poisson([3], { rate: 0 })(random.key(0)))).toEqual([0, 0, 0])
    const large = toFlatArray(random.poisson([5], { rate: 1e17 })(random.key(0)))
    expect(large.every((count) => Number.isInteger(count) && Math.abs(count / 1e17 - 1) < 1e-7)).toBe(true)
    expect(g.toNumber(g.grad((rate: Scalar) => random.poisson([], { rate })(random.key(0)))(scalar(3)))).toBe(0)
    expect(() => random.poisson([1], { rate: -1 })).toThrow(
      'poisson: rate must be a finite number of at least 0, got -1'
    )
  })

  it('of poisson are NaN for a wrong rate in a program, of either precision', () => {
    const draw = (rate: Scalar) => random.poisson([2], { rate })(random.key(0))
    for (const precision of ['double', 'single'] as const)
      expect(toFlatArray(g.compile(draw, { precision })(scalar(-1)))).toEqual([NaN, NaN])
  })

  test.prop([anyKey], few)('of multinomial add up, and are those of its outcomes', (key) => {
    const counts = random.multinomial([500], { n: 10, probabilities: [0.2, 0.5, 0.3] })(key)
    expect(toFlatArray(g.sum({ axis: 1 })(counts)).every((total) => total === 10)).toBe(true)
    expect(fits(toFlatArray(g.sum({ axis: 0 })(counts)), [0.2, 0.5, 0.3])).toBe(true)
    expect(toFlatArray(random.multinomial([], { n: 0, probabilities: [0.5, 0.5] })(key))).toEqual([0, 0])
  })

  it('of multinomial refuse what is no count', () => {
    expect(() => random.multinomial([], { n: -1, probabilities: [1] })).toThrow('multinomial: n must be')
    expect(() => random.multinomial([], { n: 1, probabilities: [0.5] })).toThrow('must sum to 1')
  })

  test.prop([anyKey], few)('of bits are evenly spread, each bit alike, and exact in single precision', (key) => {
    const words = toFlatArray(random.bits([size])(key))
    const ones = (bit: number): number => words.filter((word) => Math.floor(word / 2 ** bit) % 2 === 1).length
    for (let bit = 0; bit < 32; bit++) expect(Math.abs(ones(bit) - size / 2)).toBeLessThan(3 * Math.sqrt(size))
    expect(toFlatArray(g.compile(random.bits([size]), { precision: 'single' })(key))).toEqual(words)
  })
})

// prettier-ignore
const reference: readonly (readonly number[])[] = [
  [0.001, 0.5, -1386.8707547181739, 1386295.1827863636, -2772588723.039531],
  [0.3, 0.001, -25.696924230161155, 85.09244447144765, -563.5021183218291],
  [0.3, -0.001, 1.6556341493542415, 0.908362520946484, -2.568240432416423],
  [0.9, 0.5, -1.464509528222499, 2.3713039662602555, -4.084177865744523],
  [4, 0.1, 0.31211982092058604, 0.4243097228094083, -0.1404349834026384],
  [4, -0.1, 2.0481645421537236, 0.1837800971255646, -0.041087822158670864],
  [60, -0.99, 4.0904004469506425, 0.01674601994900065, -0.000280539979505531],
  [99, 0.5, 4.523088888348019, 0.010486808712296776, -0.00010810428095729299],
  [99, -0.5, 4.658874190539842, 0.009798923230695682, -9.764988740589393e-05],
  [150, 0.5, 4.952777691412886, 0.0068690127861100935, -4.653255485266894e-05],
  [150, -0.5, 5.0630327594777835, 0.006500752947198989, -4.284251913356232e-05],
  [10000, 0.001, 9.177219856517793, 0.00010166686138448406, -1.025112013301307e-08],
  [10000, -0.001, 9.243033284608677, 9.837590062678469e-05, -9.75743261497484e-09]
]
