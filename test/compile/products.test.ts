import { describe, expect } from 'vitest'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'

const { add, matmul, permute, relu } = g.primitive.vocabulary

const length = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 520 }))
const sizes = fc
  .record({ rows: length, inner: length, columns: length, left: fc.boolean(), right: fc.boolean(), out: fc.boolean() })
  .filter(({ rows, inner, columns }) => rows * inner * columns < 1e6)

/** Small whole numbers, so that every sum is exact whatever its order. */
const whole = (seed: number, dims: readonly number[]): g.Tensor =>
  g.reshape(dims)(
    g.tensor(Float64Array.from({ length: dims.reduce((n, m) => n * m, 1) }, (_, i) => ((i * 7 + seed * 13) % 11) - 5))
  )

const swapped = (x: g.Tensor): g.Tensor => permute(x, [1, 0])

describe('a product of matrices in a program', () => {
  test.prop([sizes, fc.constantFrom('double' as const, 'single' as const)], { numRuns: 60 })(
    'is exact for whole numbers of any sizes, and touches nothing around it',
    ({ rows, inner, columns, left, right, out }, precision) => {
      const [a, b] = [
        whole(1, left ? [inner, rows] : [rows, inner]),
        whole(2, right ? [columns, inner] : [inner, columns])
      ]
      const bias = whole(3, [columns])
      const f = (x: g.Tensor, y: g.Tensor, z: g.Tensor) => {
        const before = relu(x)
        const product = matmul(left ? swapped(x) : x, right ? swapped(y) : y)
        const after = relu(add(product, z))
        return [out ? swapped(after) : after, product, add(before, x)] as const
      }
      const [ours, theirs] = [g.compile(f, { precision })(a, b, bias), f(a, b, bias)]
      ours.forEach((x, i) => {
        const [values, expected] = [Float64Array.from(g.toFlatArray(x)), Float64Array.from(g.toFlatArray(theirs[i]!))]
        expect(values.length).toBe(expected.length)
        expect(values.findIndex((value, at) => value !== expected[at])).toBe(-1)
      })
    }
  )

  test.prop([fc.tuple(length, length, length, fc.integer({ min: 1, max: 130 }))], { numRuns: 15 })(
    'is that of the reference in a network of three layers and its gradient',
    ([inputs, hidden, last, batch]) => {
      const sizesOf = [inputs, hidden, last, 10]
      // powers of two keep every sum exact, so that none is 0 by one order of its terms and not by another: a kink of relu
      const params = sizesOf.slice(1).map((n, i) => g.mul(g.scalar(2 ** -7))(whole(i, [sizesOf[i]!, n]) as never))
      const x = g.mul(g.scalar(2 ** -3))(whole(7, [batch, inputs]) as never)
      const loss = (all: typeof params, given: typeof x) =>
        g.mean(
          g.square(all.reduce((h, w, i) => (i < 2 ? relu(matmul(h, w)) : matmul(h, w)), given as unknown as g.Tensor))
        )
      const gradient = g.grad(loss as never) as unknown as (all: typeof params, given: typeof x) => typeof params
      const [ours, theirs] = [g.compile(gradient)(params, x), gradient(params, x)]
      expect(g.params.isClose({ atol: 1e-12, rtol: 1e-9 })(theirs as never)(ours as never)).toBe(true)
    }
  )
})
