import { fc, test } from '../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as random from '../../src/random/index.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyKey, few, fits, standardErrors } from './support.ts'

const size = 4000
const squares = (values: readonly number[], centre: number): readonly number[] => values.map((x) => (x - centre) ** 2)
const products = (values: readonly number[], centre: number): readonly number[] =>
  values.slice(1).map((x, i) => (x - centre) * (values[i]! - centre))
const binCounts = (edges: readonly number[], values: readonly number[]): readonly number[] =>
  [...edges, Infinity].map((edge, i) => values.filter((x) => x < edge && x >= (edges[i - 1] ?? -Infinity)).length)

describe.each([
  ['uniform', random.uniform],
  ['normal', random.normal],
  ['truncatedNormal', random.truncatedNormal]
] as const)('%s', (name, draw) => {
  test.prop([anyKey])('gives the same numbers for the same key, and others for another', (key) => {
    expect(toFlatArray(draw([7])(key))).toEqual(toFlatArray(draw([7])({ ...key })))
    expect(toFlatArray(draw([7])(key))).not.toEqual(toFlatArray(draw([7])(random.foldIn(0)(key))))
  })

  test.prop([anyKey, fc.nat({ max: 3000 }), fc.nat({ max: 3000 })])(
    'begins alike whatever the shape',
    (key, n, more) => {
      expect(toFlatArray(draw([n + more])(key)).slice(0, n)).toEqual(toFlatArray(draw([n])(key)))
    }
  )

  it('has the shape it was asked for, of any rank, empty ones included', () => {
    const key = random.key(0)
    expectTypeOf(draw([2, 3])(key)).toEqualTypeOf<Tensor<[2, 3]>>()
    expectTypeOf(draw([])(key)).toEqualTypeOf<Tensor<[]>>()
    expect(draw([2, 3])(key).shape).toEqual([2, 3])
    expect(draw([])(key).shape).toEqual([])
    expect(toFlatArray(draw([4, 0])(key))).toEqual([])
  })

  it('is not touched by later changes to the shape it was given', () => {
    const shape: [number] = [2]
    const sample = draw(shape)
    shape[0] = 5
    expect(sample(random.key(0)).shape).toEqual([2])
  })

  it('refuses a shape that is not valid', () => {
    expect(() => draw([2, -1])).toThrow(
      expect.objectContaining({
        name: 'ShapeError',
        message: `${name}: dimension 1 of shape [2, -1] is -1; it must be a whole number, 0 or more`
      })
    )
    expect(() => draw([1.5])).toThrow(expect.objectContaining({ name: 'ShapeError' }))
  })
})

describe('uniform', () => {
  test.prop([anyKey], few)('has the mean, variance, independence and spread of the uniform distribution', (key) => {
    const values = toFlatArray(random.uniform([size])(key))
    expect(standardErrors(values, 1 / 2, Math.sqrt(1 / 12))).toBeLessThan(5)
    expect(standardErrors(squares(values, 1 / 2), 1 / 12, Math.sqrt(1 / 180))).toBeLessThan(5)
    expect(standardErrors(products(values, 1 / 2), 0, 1 / 12)).toBeLessThan(5)
    expect(fits(binCounts([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], values))).toBe(true)
  })

  test.prop([
    anyKey,
    fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
    fc.double({ noNaN: true, min: -1e300, max: 1e300 })
  ])('is at least min and below max', (key, a, b) => {
    fc.pre(a !== b)
    const [min, max] = a < b ? [a, b] : [b, a]
    const values = toFlatArray(random.uniform([20], { min, max })(key))
    expect(values.filter((x) => !(x >= min && x < max))).toEqual([])
  })

  test.prop([anyKey, fc.constantFrom(1, -1, 1e16, -2e16, 2 ** 52, 5e-324, -5e-324, 0)])(
    'is below max though they are neighbours',
    (key, min) => {
      const steps = [Number.MIN_VALUE, Math.abs(min) * 2 ** -53, Math.abs(min) * 2 ** -52]
      const max = steps.map((step) => min + step).find((x) => x > min)!
      const values = toFlatArray(random.uniform([50], { min, max })(key))
      expect(values.filter((x) => x !== min)).toEqual([])
    }
  )

  test.prop([anyKey], few)('has 53 random bits', (key) => {
    const scaled = toFlatArray(random.uniform([300])(key)).map((x) => x * 2 ** 53)
    expect(scaled.every(Number.isInteger)).toBe(true)
    const ones = (bit: number): number => scaled.filter((x) => Math.floor(x / 2 ** bit) % 2 === 1).length
    expect(Math.min(...Array.from({ length: 53 }, (_, bit) => ones(bit)))).toBeGreaterThan(90)
    expect(Math.max(...Array.from({ length: 53 }, (_, bit) => ones(bit)))).toBeLessThan(210)
  })

  it.each([
    [{ min: 1, max: 1 }, 'min must be below max, got min 1 and max 1'],
    [{ min: 2 }, 'min must be below max, got min 2 and max 1'],
    [{ max: NaN }, 'max must be a finite number, got NaN'],
    [{ min: -Infinity }, 'min must be a finite number, got -Infinity'],
    [{ min: -1e308, max: 1e308 }, 'max − min must be a finite number, got Infinity']
  ])('refuses %s', (settings, message) => {
    expect(() => random.uniform([1], settings)).toThrow(
      expect.objectContaining({ name: 'ValueError', message: `uniform: ${message}` })
    )
  })
})

describe('normal', () => {
  test.prop([anyKey], few)('has the mean, variance, independence and spread of the normal distribution', (key) => {
    const values = toFlatArray(random.normal([size])(key))
    expect(standardErrors(values, 0, 1)).toBeLessThan(5)
    expect(standardErrors(squares(values, 0), 1, Math.SQRT2)).toBeLessThan(5)
    expect(standardErrors(products(values, 0), 0, 1)).toBeLessThan(5)
    const tenths = [-1.2815515655446, -0.8416212335729, -0.524400512708, -0.2533471031358]
    expect(fits(binCounts([...tenths, 0, ...tenths.map((x) => -x).reverse()], values))).toBe(true)
  })

  test.prop([anyKey, fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 9 })])(
    'is moved by the mean and stretched by the standard deviation',
    (key, mean, standardDeviation) => {
      const plain = toFlatArray(random.normal([9])(key))
      expect(toFlatArray(random.normal([9], { mean, standardDeviation })(key))).toEqual(
        plain.map((z) => mean + standardDeviation * z)
      )
    }
  )

  test.prop([anyKey])('is the formula of Box and Muller on pairs of uniform numbers', (key) => {
    const u = toFlatArray(random.uniform([1000])(key))
    const z = toFlatArray(random.normal([1000])(key))
    const expected = u.map((_, i) => {
      const radius = Math.sqrt(-2 * Math.log(u[i - (i % 2)]! + 2 ** -53))
      const angle = 2 * Math.PI * u[i - (i % 2) + 1]!
      return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
    })
    expect(Math.max(...z.map((x, i) => Math.abs(x - expected[i]!)))).toBeLessThan(1e-14)
  })

  it.each([
    [{ mean: NaN }, 'mean must be a finite number, got NaN'],
    [{ standardDeviation: -1 }, 'standardDeviation must be a finite number of at least 0, got -1'],
    [{ standardDeviation: Infinity }, 'standardDeviation must be a finite number of at least 0, got Infinity']
  ])('refuses %s, truncated or not', (settings, message) => {
    expect(() => random.normal([1], settings)).toThrow(
      expect.objectContaining({ name: 'ValueError', message: `normal: ${message}` })
    )
    expect(() => random.truncatedNormal([1], settings)).toThrow(
      expect.objectContaining({ name: 'ValueError', message: `truncatedNormal: ${message}` })
    )
  })
})

describe('truncatedNormal', () => {
  test.prop([anyKey, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.integer({ min: -9, max: 9 })], few)(
    'has the mean and the standard deviation it is asked for, and the spread of a cut normal distribution',
    (key, standardDeviation, mean) => {
      const values = toFlatArray(random.truncatedNormal([size], { mean, standardDeviation })(key))
      expect(standardErrors(values, mean, standardDeviation)).toBeLessThan(5)
      // that of the squares of standard normal numbers within ±2 is 0.904163 / 0.7737413 times their variance
      const variance = standardDeviation ** 2
      expect(standardErrors(squares(values, mean), variance, (0.904163 / 0.7737413) * variance)).toBeLessThan(5)
    }
  )

  test.prop([anyKey], few)('reaches far, but never beyond two standard deviations of what is cut', (key) => {
    const values = toFlatArray(random.truncatedNormal([size], { mean: 3, standardDeviation: 0.5 })(key))
    const reach = 1 / 0.8796256610342398
    expect(Math.max(...values)).toBeLessThanOrEqual(3 + reach)
    expect(Math.max(...values)).toBeGreaterThan(3 + 0.9 * reach)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(3 - reach)
    expect(Math.min(...values)).toBeLessThan(3 - 0.9 * reach)
  })

  test.prop([anyKey])('is wider normal numbers without those beyond', (key) => {
    const kept = toFlatArray(random.normal([400])(key)).filter((z) => Math.abs(z) <= 2)
    expect(toFlatArray(random.truncatedNormal([300])(key))).toEqual(
      kept.slice(0, 300).map((z) => z * (1 / 0.8796256610342398))
    )
  })
})

it('refuses a setting that is not known', () => {
  const calls: readonly (() => unknown)[] = [
    () => random.uniform([2], { maximum: 2 } as never),
    () => random.normal([2], { maximum: 2 } as never),
    () => random.randint([2], { min: 0, max: 2, maximum: 2 } as never),
    () => random.choice(3, { count: 1, replace: true, maximum: 2 } as never)
  ]
  calls.forEach((call) => {
    expect(call).toThrow(/^\w+: maximum is not known; there is /)
  })
})
