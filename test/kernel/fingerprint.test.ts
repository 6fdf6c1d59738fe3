/** Fingerprints tell numbers apart, and nothing else. */
import { describe, expect, it } from 'vitest'
import { fingerprint } from '../../src/kernel/fingerprint.ts'
import { fc, test } from '../support/property.ts'

const numbers = fc.array(fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 })), { minLength: 1, maxLength: 40 })
const of = (values: readonly number[], dims: readonly number[] = [values.length]) =>
  fingerprint(dims, Float64Array.from(values))

describe('a fingerprint', () => {
  test.prop([numbers])('is that of the same numbers, wherever they lie in memory', (values) => {
    const within = Float64Array.from([0, ...values, 0]).subarray(1, values.length + 1)
    expect(fingerprint([values.length], within)).toBe(of(values))
    expect(of(values)).toMatch(/^[0-9a-f]{16}$/)
  })

  test.prop([numbers, fc.nat(), fc.nat({ max: 63 })])('changes with every bit', (values, place, bit) => {
    const changed = Float64Array.from(values)
    const words = new Uint32Array(changed.buffer)
    words[2 * (place % values.length) + (bit >> 5)]! ^= 1 << bit
    // a NaN may lose its bits on the way
    fc.pre(values.every((x) => !Number.isNaN(x)))
    expect(fingerprint([values.length], changed)).not.toBe(of(values))
  })

  it('changes with the order, the shape, and the sign of a zero', () => {
    const all = [
      of([1, 2]),
      of([2, 1]),
      of([1, 2], [2, 1]),
      of([1, 2], [1, 2]),
      of([0, 0]),
      of([0, -0]),
      of([0]),
      of([])
    ]
    expect(new Set(all).size).toBe(all.length)
  })

  it('is its own for each of a hundred thousand labels', () => {
    const found = Array.from({ length: 100_000 }, (_, i) => of([i % 10, Math.floor(i / 10), 1]))
    expect(new Set(found).size).toBe(found.length)
  })
})
