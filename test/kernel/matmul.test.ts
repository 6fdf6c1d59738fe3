import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { matmul } from '../../src/kernel/matmul.ts'
import { valuesFor } from '../support/arbitraries.ts'
import { reader, tabulateValues } from '../support/naive.ts'

const size = fc.nat(5)
const problem = fc.tuple(fc.nat(3), size, size, size).chain(([batch, m, k, n]) =>
  fc.record({
    batch: fc.constant(batch),
    m: fc.constant(m),
    k: fc.constant(k),
    n: fc.constant(n),
    a: valuesFor([batch, m, k]),
    b: valuesFor([batch, k, n])
  })
)

describe('the loop matmul', () => {
  test.prop([problem])(
    'is the sum of products over the inner dimension, in every batch',
    ({ batch, m, k, n, a, b }) => {
      const [left, right] = [reader([batch, m, k], a), reader([batch, k, n], b)]
      const inner = Array.from({ length: k }, (_, p) => p)
      const expected = tabulateValues([batch, m, n], ([q, i, j]) =>
        inner.reduce((sum, p) => sum + left([q!, i!, p]) * right([q!, p, j!]), 0)
      )
      const found = matmul(Float64Array.from(a), Float64Array.from(b), batch, m, k, n)
      expect(found).toHaveLength(batch * m * n)
      // the terms may be added in any order
      expected.forEach((value, i) =>
        expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(value)))
      )
    }
  )

  it.each([1, 2, 3, 7, 8, 9, 16, 17, 33, 65])('multiplies by the identity exactly at size %i, on either side', (n) => {
    const a = Float64Array.from({ length: n * n }, (_, i) => (i * 7) % 11)
    const identity = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0))
    const same = (b: Float64Array): boolean => b.length === n * n && b.every((value, i) => value === a[i])
    expect(same(matmul(a, identity, 1, n, n, n))).toBe(true)
    expect(same(matmul(identity, a, 1, n, n, n))).toBe(true)
  })

  test.prop([fc.constantFrom(NaN, Infinity, -Infinity)])('lets nothing that is not finite disappear', (value) => {
    expect(matmul(Float64Array.of(value, 1), Float64Array.of(0, 1), 1, 1, 2, 1)).toEqual(Float64Array.of(NaN))
    expect(matmul(Float64Array.of(0, 1), Float64Array.of(value, 1), 1, 1, 2, 1)).toEqual(Float64Array.of(NaN))
  })
})
