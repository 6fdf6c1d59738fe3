import { fc, test } from '../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as random from '../../src/random/index.ts'
import { shapeLeaf, token } from '../../src/tape/tape.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { make, type Tensor } from '../../src/tensor/tensor.ts'
import { anyKey, countsOf, few, fits } from './support.ts'

describe('bernoulli', () => {
  test.prop([anyKey, fc.constantFrom(0.01, 0.2, 0.5, 0.9)], few)('is one with probability p, else zero', (key, p) => {
    const values = toFlatArray(random.bernoulli(p, [5000])(key))
    expect(fits(countsOf(2, values), [1 - p, p])).toBe(true)
  })

  test.prop([anyKey, fc.double({ min: 0, max: 1, noNaN: true })])('is one where uniform is below p', (key, p) => {
    const expected = toFlatArray(random.uniform([50])(key)).map((u) => (u < p ? 1 : 0))
    expect(toFlatArray(random.bernoulli(p, [50])(key))).toEqual(expected)
  })

  test.prop([anyKey])('is always zero for 0 and always one for 1', (key) => {
    expect(new Set(toFlatArray(random.bernoulli(0, [100])(key)))).toEqual(new Set([0]))
    expect(new Set(toFlatArray(random.bernoulli(1, [100])(key)))).toEqual(new Set([1]))
  })

  it('has the shape it was asked for', () => {
    expectTypeOf(random.bernoulli(0.5, [2, 3])).returns.toEqualTypeOf<Tensor<[2, 3]>>()
    expect(random.bernoulli(0.5, [2, 3])(random.key(0)).shape).toEqual([2, 3])
  })

  it.each([
    [-0.1, '-0.1'],
    [1.5, '1.5'],
    [NaN, 'NaN'],
    ['0.5', '"0.5"'],
    [null, 'null']
  ])('refuses a p of %s', (p, got) => {
    expect(() => random.bernoulli(p as number, [1])).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: `bernoulli: p must be a probability from 0 to 1, got ${got}`
      })
    )
  })

  it('refuses a shape that is not valid', () => {
    expect(() => random.bernoulli(0.5, [-1])).toThrow(expect.objectContaining({ name: 'ShapeError' }))
  })
})

describe('randint', () => {
  test.prop([anyKey, fc.integer({ min: 2, max: 20 }), fc.integer({ min: -50, max: 50 })], few)(
    'gives every whole number from min to below max as often',
    (key, classes, min) => {
      const values = toFlatArray(random.randint([classes * 300], { min, max: min + classes })(key))
      expect(
        fits(
          countsOf(
            classes,
            values.map((x) => x - min)
          )
        )
      ).toBe(true)
    }
  )

  test.prop([anyKey, fc.constantFrom(3 * 2 ** 30, 3 * 2 ** 51)], few)(
    'prefers no part of a range that does not divide the numbers of words',
    (key, max) => {
      const values = toFlatArray(random.randint([3000], { min: 0, max })(key))
      expect(
        fits(
          countsOf(
            3,
            values.map((x) => Math.floor(x / (max / 3)))
          )
        )
      ).toBe(true)
    }
  )

  test.prop([anyKey, fc.maxSafeInteger(), fc.maxSafeInteger()])('is whole, at least min and below max', (key, a, b) => {
    const [min, max] = a < b ? [a, b] : [b, a]
    fc.pre(Number.isSafeInteger(max - min) && min < max)
    const values = toFlatArray(random.randint([20], { min, max })(key))
    expect(values.filter((x) => !(Number.isSafeInteger(x) && x >= min && x < max))).toEqual([])
  })

  it.each([2 ** 32, 2 ** 32 - 1, 2 ** 32 + 1, 2 ** 53 - 1])('uses the whole of a range of %s', (max) => {
    const values = toFlatArray(random.randint([1000], { min: 0, max })(random.key(0)))
    expect(Math.max(...values)).toBeGreaterThan(max * 0.98)
    expect(new Set(values).size).toBeGreaterThan(995)
    expect(values.some((x) => x % 2 === 1) && values.some((x) => x % 2 === 0)).toBe(true)
  })

  it('has the shape it was asked for, and one number when that is all there is', () => {
    expectTypeOf(random.randint([4], { min: 0, max: 2 })).returns.toEqualTypeOf<Tensor<[4]>>()
    expect(toFlatArray(random.randint([2, 2], { min: 5, max: 6 })(random.key(0)))).toEqual([5, 5, 5, 5])
  })

  it.each([
    [{ min: 3, max: 3 }, 'min must be below max, got min 3 and max 3'],
    [{ min: 0.5, max: 3 }, 'min must be a whole number within ±(2^53 − 1), got 0.5'],
    [{ min: 0, max: 2 ** 53 }, 'max must be a whole number within ±(2^53 − 1), got 9007199254740992'],
    [{ min: -(2 ** 52), max: 2 ** 52 }, 'max − min must be a whole number within ±(2^53 − 1), got 9007199254740992']
  ])('refuses %s', (settings, message) => {
    expect(() => random.randint([1], settings)).toThrow(
      expect.objectContaining({ name: 'ValueError', message: `randint: ${message}` })
    )
  })
})

describe('categorical', () => {
  test.prop([anyKey], few)('gives each index with its probability, and never one of probability 0', (key) => {
    const values = toFlatArray(random.categorical([0, 0.1, 0, 0.25, 0.65, 0], [4000])(key))
    const counts = countsOf(6, values)
    expect([counts[0], counts[2], counts[5]]).toEqual([0, 0, 0])
    expect(fits([counts[1]!, counts[3]!, counts[4]!], [0.1, 0.25, 0.65])).toBe(true)
  })

  test.prop([anyKey])('takes a vector as well as an array', (key) => {
    const list = [0.2, 0.3, 0.5]
    const vector = make<[3]>([3], Float64Array.from(list))
    expect(toFlatArray(random.categorical(vector, [20])(key))).toEqual(toFlatArray(random.categorical(list, [20])(key)))
  })

  it('gives a scalar without a shape', () => {
    expectTypeOf(random.categorical([0, 1])).returns.toEqualTypeOf<Tensor<[]>>()
    expectTypeOf(random.categorical([0, 1], [3])).returns.toEqualTypeOf<Tensor<[3]>>()
    const one = random.categorical([0, 1])(random.key(0))
    expect(one.shape).toEqual([])
    expect(toFlatArray(one)).toEqual([1])
  })

  it('takes probabilities that miss 1 by rounding, and refuses those that miss it by more', () => {
    expect(toFlatArray(random.categorical([0, 1 + 1e-7 - 2e-7])(random.key(0)))).toEqual([1])
    expect(() => random.categorical([0.2, 0.2])).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: 'categorical: the 2 probabilities must sum to 1, got 0.4; divide them by their sum'
      })
    )
    expect(() => random.categorical([])).toThrow('categorical: the 0 probabilities must sum to 1, got 0')
  })

  it('refuses what is no probability, by its place', () => {
    expect(() => random.categorical([0.5, -0.5, 1])).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: 'categorical: probability 1 must be a probability from 0 to 1, got -0.5'
      })
    )
    expect(() => random.categorical([NaN])).toThrow(
      'categorical: probability 0 must be a probability from 0 to 1, got NaN'
    )
    expect(() => random.categorical(0.5 as never)).toThrow(
      'categorical: probabilities must be an array or a vector, got 0.5'
    )
  })

  it('refuses a tensor that is no vector, or has no numbers yet', () => {
    const matrix = make<[1, 2]>([1, 2], Float64Array.of(0.5, 0.5))
    expect(() => random.categorical(matrix as never)).toThrow(
      expect.objectContaining({
        name: 'ShapeError',
        message: 'categorical: probabilities must be a vector, got shape [1, 2]'
      })
    )
    const traced = shapeLeaf(token('test'), [2]) as unknown as Tensor<[2]>
    expect(() => random.categorical(traced)).toThrow(expect.objectContaining({ name: 'TracedValueError' }))
  })
})
