import { fc, test } from '../../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import * as initializers from '../../../src/nn/initializers/index.ts'
import { key } from '../../../src/random/key.ts'
import { toArray, toFlatArray } from '../../../src/tensor/read.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { anyKey, errorOf, average } from '../support.ts'

const [inputs, outputs] = [120, 80]

/** The variance each promises, and whether it is uniform. */
const scaled = {
  heNormal: [2 / inputs, false],
  heUniform: [2 / inputs, true],
  lecunNormal: [1 / inputs, false],
  lecunUniform: [1 / inputs, true],
  glorotNormal: [2 / (inputs + outputs), false],
  glorotUniform: [2 / (inputs + outputs), true]
} as const

type Scaled = keyof typeof scaled
const names = Object.keys(scaled) as Scaled[]

describe('an initialiser scaled by its fans', () => {
  test.prop([fc.constantFrom(...names), anyKey], { numRuns: 30 })(
    'has average 0 and the variance it promises',
    (name, k) => {
      const [variance, isUniform] = scaled[name]
      const values = toFlatArray(nn[name]([inputs, outputs])(k))
      const n = values.length
      expect(Math.abs(average(values))).toBeLessThan(5.2 * Math.sqrt(variance / n))
      // the fourth moment is 3 σ⁴ for normal numbers, 1.8 σ⁴ for uniform ones
      const spread = variance * Math.sqrt(((isUniform ? 1.8 : 3) - 1) / n)
      expect(Math.abs(average(values.map((value) => value ** 2)) - variance)).toBeLessThan(5.2 * spread)
      const limit = Math.sqrt(3 * variance)
      expect(values.every((value) => Math.abs(value) <= limit)).toBe(isUniform)
    }
  )

  const anyShape = fc
    .record({
      places: fc.integer({ min: 1, max: 4 }),
      inputs: fc.integer({ min: 40, max: 90 }),
      ratio: fc.constantFrom(0.5, 2)
    })
    .map(({ places, inputs: n, ratio }) => [places, n, Math.round(n * ratio)] as [number, number, number])
  test.prop([fc.constantFrom(...names), anyKey, anyShape], { numRuns: 30 })(
    'has the spread it promises whatever its fans, which are never as many',
    (name, k, shape) => {
      const [places, n, m] = shape
      const [fanIn, fanOut] = [places * n, places * m]
      const [, isUniform] = scaled[name]
      const promised = {
        heNormal: 2 / fanIn,
        heUniform: 2 / fanIn,
        lecunNormal: 1 / fanIn,
        lecunUniform: 1 / fanIn,
        glorotNormal: 2 / (fanIn + fanOut),
        glorotUniform: 2 / (fanIn + fanOut)
      }[name]
      const values = toFlatArray(nn[name](shape)(k))
      const found = average(values.map((value) => value ** 2))
      // the nearest wrong factor, 2 / (inputs + outputs) for 1 / inputs, is off by a third
      expect(Math.abs(found / promised - 1)).toBeLessThan(5.2 * Math.sqrt(((isUniform ? 1.8 : 3) - 1) / values.length))
    }
  )

  it('is every initialiser but those that are told their numbers', () => {
    expect(Object.keys(initializers).toSorted()).toEqual([...names, 'constant', 'normal', 'uniform'].toSorted())
  })

  it.each(names)('%s gives the same with the same key, another with another, and keeps the type', (name) => {
    const at = (seed: number): unknown => toArray(nn[name]([2, 3])(key(seed)))
    expect(at(1)).toEqual(at(1))
    expect(at(1)).not.toEqual(at(2))
    expectTypeOf(nn[name]([2, 3])(key(0))).toEqualTypeOf<Tensor<[2, 3]>>()
  })

  it('counts the places that share the weights of a convolution', () => {
    const values = toFlatArray(nn.heUniform([3, 3, 10, 20])(key(0)))
    const limit = Math.sqrt(6 / 90)
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(limit)
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.98 * limit)
  })

  it.each(names)('%s refuses a shape without fans', (name) => {
    expect(errorOf(() => nn[name]([4])(key(0)))).toBe(
      `ShapeError: ${name}: needs a shape [inputs, outputs] to compute its fans, got [4]; use constant for a bias`
    )
    expect(errorOf(() => nn[name]([0, 4])(key(0)))).toBe(
      `ShapeError: ${name}: shape [0, 4] has no inputs or no outputs; each must be at least 1`
    )
  })
})

describe('a plain initialiser', () => {
  it('fills', () => {
    expect(toArray(nn.constant(0)([2])(key(0)))).toEqual([0, 0])
    expect(toArray(nn.constant(1)([1, 2])(key(0)))).toEqual([[1, 1]])
    expect(toArray(nn.constant(0.1)([2])(key(0)))).toEqual([0.1, 0.1])
    expectTypeOf(nn.constant(0)([2])(key(0))).toEqualTypeOf<Tensor<[2]>>()
  })

  it('draws within its settings', () => {
    const uniform = toFlatArray(nn.uniform({ min: 2, max: 3 })([500])(key(0)))
    expect(uniform.every((value) => value >= 2 && value < 3)).toBe(true)
    const normal = toFlatArray(nn.normal({ mean: 7, standardDeviation: 0.01 })([500])(key(0)))
    expect(normal.every((value) => Math.abs(value - 7) < 0.1)).toBe(true)
    // of 500 normal numbers the standard deviation is known to 1 / √1000, of uniform ones more closely
    const spreadOf = (values: readonly number[]) =>
      Math.sqrt(average(values.map((value) => (value - average(values)) ** 2)))
    expect(Math.abs(spreadOf(normal) / 0.01 - 1)).toBeLessThan(5.2 / Math.sqrt(1000))
    expect(Math.abs(spreadOf(uniform) * Math.sqrt(12) - 1)).toBeLessThan(5.2 / Math.sqrt(1000))
  })

  it('refuses wrong settings when it is made', () => {
    expect(errorOf(() => nn.constant(NaN))).toBe('ValueError: constant: value must be a finite number, got NaN')
    expect(errorOf(() => nn.uniform({ min: 1, max: 1 }))).toMatch('ValueError: uniform: min must be below max')
    expect(errorOf(() => nn.normal({} as never))).toMatch('standardDeviation must be')
    expect(errorOf(() => nn.normal({ standardDeviation: -1 }))).toMatch('ValueError: normal: standardDeviation')
  })

  it('refuses a shape that is not valid', () => {
    expect(errorOf(() => nn.constant(0)([-1])(key(0)))).toMatch('ShapeError')
    expect(errorOf(() => nn.heNormal([2.5, 3])(key(0)))).toMatch('ShapeError')
  })
})
