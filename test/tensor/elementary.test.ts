/** Elementary functions in plain arithmetic, held against exact powers and against the host's functions. */
import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { cosOfHalfTurns, powOf } from '../../src/tensor/elementary.ts'

/** How far two numbers are apart, in units of the last place of the first. */
const ulps = (a: number, b: number): number => {
  if (Object.is(a, b)) return 0
  const unit = Math.max(2 ** (Math.floor(Math.log2(Math.abs(b))) - 52), 2 ** -1074)
  return Math.abs(a - b) / unit
}

/** A fraction of whole numbers, rounded once. */
const rounded = (numerator: bigint, denominator: bigint): number => {
  const bits = (n: bigint): number => n.toString(2).length
  const shift = 60 - bits(numerator) + bits(denominator)
  const quotient = shift >= 0 ? (numerator << BigInt(shift)) / denominator : numerator / (denominator << BigInt(-shift))
  return Number(quotient) * 2 ** -shift
}

describe('powOf', () => {
  it.each([
    [2, 10, 1024],
    [10, 22, 1e22],
    [10, -3, 1e-3],
    [0.5, 1074, 2 ** -1074],
    [2, 1023, 2 ** 1023],
    [-3, 3, -27],
    [-2, -2, 0.25],
    [9, 0.5, 3],
    [27, 1 / 3, 3],
    [1.5, 2, 2.25],
    [2, 1024, Infinity],
    [-2, 1025, -Infinity],
    [2, -1080, 0],
    [-2, 0.5, NaN],
    [0, -1, Infinity],
    [-0, -1, -Infinity],
    [-0, 3, -0],
    [NaN, 0, 1],
    [1, Infinity, NaN],
    [Infinity, -2, 0],
    [0.5, -Infinity, Infinity],
    [-1, -1e308, 1],
    [-1, 2 ** 53 - 1, -1],
    [1 - 2 ** -53, 1e300, 0],
    [1 + 2 ** -52, 1e300, Infinity],
    [5e-324, 1, 5e-324],
    [1e300, -1.1, 0],
    [1e-300, 1e300, 0]
  ])('%d to the power of %d is %d', (base, exponent, expected) => {
    expect(powOf(base, exponent)).toBe(expected)
  })

  test.prop([fc.integer({ min: 1, max: 2 ** 30 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 2, max: 60 })])(
    'is within one unit in the last place of whole powers, computed exactly',
    (n, shift, exponent) => {
      const exact = rounded(BigInt(n) ** BigInt(exponent), 2n ** BigInt(shift * exponent))
      fc.pre(exact > 2 ** -1000)
      expect(ulps(powOf(n / 2 ** shift, exponent), exact)).toBeLessThanOrEqual(1)
      if (1 / exact > 2 ** -1000) expect(ulps(powOf(n / 2 ** shift, -exponent), 1 / exact)).toBeLessThanOrEqual(2)
    }
  )

  const positive = fc.double({ min: 0, minExcluded: true, max: 1.7e308, noNaN: true })
  test.prop([fc.oneof(positive, fc.double({ min: 0.5, max: 2, noNaN: true })), fc.double({ min: -3000, max: 3000 })])(
    'agrees with the host to some units in the last place',
    (base, exponent) => {
      const expected = Math.pow(base, exponent)
      if (Number.isNaN(expected) || expected === 0 || expected === Infinity)
        expect(powOf(base, exponent)).toSatisfy((x: number) => Object.is(x, expected) || x < 1e-323 || x > 1.79e308)
      else expect(ulps(powOf(base, exponent), expected)).toBeLessThanOrEqual(4)
    }
  )

  test.prop([fc.double({ min: 1e-5, max: 1e5, noNaN: true })])(
    'undoes itself to 2 units: a square root, squared',
    (x) => {
      expect(ulps(powOf(powOf(x, 0.5), 2), x)).toBeLessThanOrEqual(2)
      expect(ulps(powOf(x, 0.5), Math.sqrt(x))).toBeLessThanOrEqual(1)
    }
  )
})

describe('cosOfHalfTurns', () => {
  it('is exact at 0, at a quarter turn and at half a turn', () => {
    expect([0, 0.5, 1].map(cosOfHalfTurns)).toEqual([1, -0, -1].map((x) => x + 0 || x * 0))
  })

  test.prop([fc.double({ min: 0, max: 1, noNaN: true })])('is the cosine', (x) => {
    expect(Math.abs(cosOfHalfTurns(x) - Math.cos(Math.PI * x))).toBeLessThanOrEqual(4e-16)
  })
})
