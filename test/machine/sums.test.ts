import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'

const { sum } = g.primitive.vocabulary

describe('a long sum', () => {
  test.prop([fc.integer({ min: 0, max: 40_000 }), fc.constantFrom('double' as const, 'single' as const)], {
    numRuns: 40
  })('counts every element once, however long it is', (n, precision) => {
    // whole numbers so small that no partial sum is rounded
    const x = g.reshape([n])(g.tensor(Float64Array.from({ length: n }, (_, i) => (i % 7) - 2))) as unknown as g.Tensor
    const expected = Array.from({ length: n }, (_, i) => (i % 7) - 2).reduce((total, value) => total + value, 0)
    expect(g.toNumber(g.compile((y: g.Tensor) => sum(y, [0], false), { precision })(x) as never)).toBe(expected)
  })

  test.prop([fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 20 })], { numRuns: 40 })(
    'does so along rows and along columns',
    (rows, columns) => {
      const values = Float64Array.from({ length: rows * columns }, (_, i) => (i % 11) - 4)
      const x = g.reshape([rows, columns])(g.tensor(values)) as unknown as g.Tensor
      const f = (y: g.Tensor) => [sum(y, [0], false), sum(y, [1], false), sum(y, [0, 1], false)] as const
      const [ours, theirs] = [g.compile(f)(x), f(x)]
      ours.forEach((one, i) =>
        expect(Float64Array.from(g.toFlatArray(one))).toEqual(Float64Array.from(g.toFlatArray(theirs[i]!)))
      )
    }
  )

  it('of a million numbers in single precision loses no more than a few roundings', () => {
    const x = g.random.uniform([1_000_000])(g.random.key(1)) as unknown as g.Tensor
    const rounded = g.reshape([1_000_000])(
      g.tensor(Float64Array.from(g.toFlatArray(x)).map(Math.fround))
    ) as unknown as g.Tensor
    const exact = g.toNumber(g.sum(rounded))
    const single = g.compile((y: g.Tensor) => sum(y, [0], false), { precision: 'single' })(rounded)
    expect(Math.abs(g.toNumber(single as never) - exact) / exact).toBeLessThan(4 * 2 ** -24)
    const table = g.reshape([1000, 1000])(rounded as never) as unknown as g.Tensor
    const columns = g.compile((y: g.Tensor) => sum(y, [0], false), { precision: 'single' })(table)
    const wanted = Float64Array.from(g.toFlatArray(sum(table, [0], false)))
    Float64Array.from(g.toFlatArray(columns)).forEach((value, i) =>
      expect(Math.abs(value - wanted[i]!) / wanted[i]!).toBeLessThan(8 * 2 ** -24)
    )
  })
})
