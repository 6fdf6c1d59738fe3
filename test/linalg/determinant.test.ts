import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Mat, Tensor } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'
import { fc, test } from '../support/property.ts'
import { alongLine, hilbert, matrices } from './support.ts'

const { det, slogDet } = g.linalg

/** The polynomial det(A + t E) by Laplace's expansion, in whole numbers: its coefficients. */
type Poly = readonly bigint[]
const plus = (a: Poly, b: Poly, sign: bigint): Poly =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) => (a[i] ?? 0n) + sign * (b[i] ?? 0n))
const times = (a: Poly, b: Poly): Poly =>
  a.reduce<Poly>((sum, x, i) => plus(sum, [...Array.from({ length: i }, () => 0n), ...b.map((y) => x * y)], 1n), [])
const expansion = (rows: readonly (readonly Poly[])[]): Poly =>
  rows.length === 0
    ? [1n]
    : (rows[0] ?? []).reduce<Poly>(
        (sum, entry, j) =>
          entry.every((c) => c === 0n)
            ? sum
            : plus(
                sum,
                times(entry, expansion(rows.slice(1).map((row) => row.filter((_, k) => k !== j)))),
                j % 2 === 0 ? 1n : -1n
              ),
        []
      )

const whole = fc.integer({ min: -2, max: 2 })
const rowsOf = (m: number, n: number): fc.Arbitrary<readonly (readonly number[])[]> =>
  fc.array(fc.array(whole, { minLength: n, maxLength: n }), { minLength: m, maxLength: m })

/** Whole matrices of `n` rows and of any rank, and a direction. */
const ofAnyRank = fc.integer({ min: 1, max: 7 }).chain((n) =>
  fc.nat(n).chain((rank) =>
    fc.tuple(rowsOf(n, rank), rowsOf(rank, n), rowsOf(n, n)).map(([left, right, direction]) => ({
      a: left.map((row) =>
        Array.from({ length: n }, (_, j) => row.reduce((sum, x, k) => sum + x * (right[k]?.[j] ?? 0), 0))
      ),
      direction
    }))
  )
)

describe('the determinant', () => {
  test.prop([ofAnyRank], { numRuns: 40 })(
    'and its derivatives of four orders are those of the polynomial, at matrices of any rank',
    ({ a, direction }) => {
      const exact = expansion(a.map((row, i) => row.map((x, j) => [BigInt(x), BigInt(direction[i]?.[j] ?? 0)])))
      const size = a.length
      const [at, along] = [a, direction].map((rows) => g.reshape([size, size])(g.tensor(rows.flat())) as Tensor)
      const norm = (rows: readonly (readonly number[])[]): number => Math.hypot(...rows.flat(), 1)
      const factorials = [1, 1, 2, 6, 24]
      factorials.forEach((factorial, order) => {
        // of the size of the minors of that order, which cancel
        const terms = norm(a) ** Math.max(0, size - order) * norm(direction) ** order * factorial
        alongLine(det, at!, along!, order).forEach((value) => {
          expect(Math.abs(value - factorial * Number(exact[order] ?? 0n))).toBeLessThan(1e-10 * terms)
        })
      })
    }
  )

  it('is 1 of no rows, and the number of one', () => {
    expect(det(g.zeros([0, 0]))).toBeTensor(1)
    expect(det(g.zeros([2, 0, 0]))).toBeTensor([1, 1])
    expect(det(g.tensor([[-3]]))).toBeTensor(-3)
  })

  it('of small integers is whole, with the sign of the permutation', () => {
    expect(
      det(
        g.tensor([
          [0, 1, 0],
          [0, 0, 1],
          [1, 0, 0]
        ])
      )
    ).toBeTensor(1)
    expect(
      det(
        g.tensor([
          [0, 1],
          [1, 0]
        ])
      )
    ).toBeTensor(-1)
  })

  it('of a singular matrix is 0, with the adjugate as its gradient', () => {
    const gradient = g.grad((a: Mat<3, 3>) => det(a))
    const a = g.tensor([
      [1, 2, 3],
      [2, 4, 6],
      [1, 0, 1]
    ])
    expect(det(a)).toBeTensor(0)
    expect(gradient(a)).toBeCloseToTensor([
      [4, 4, -4],
      [-2, -2, 2],
      [0, 0, 0]
    ])
    expect(gradient(g.ones([3, 3]))).toBeCloseToTensor(g.zeros([3, 3]))
  })

  it('of Hilbert’s matrices has the digits that their condition leaves', () => {
    // of the doubles nearest to 1 / (i + j + 1), with 60 digits
    expect(g.toNumber(det(hilbert(6) as never)) / 5.367299886945032e-18).toBeCloseTo(1, 9)
    expect(g.toNumber(det(hilbert(8) as never)) / 2.737050121755729e-33).toBeCloseTo(1, 6)
  })

  it('of a matrix that is not finite is not', () => {
    expect(
      g.toNumber(
        det(
          g.tensor([
            [NaN, 1],
            [2, 3]
          ])
        )
      )
    ).toBeNaN()
    expect(
      g.toNumber(
        det(
          g.tensor([
            [Infinity, 1],
            [2, 3]
          ])
        )
      )
    ).toBeNaN()
  })
})

describe('the logarithm of the determinant', () => {
  test.prop([matrices('square')])('agrees with the determinant', (a) => {
    const { sign, logAbsDet } = slogDet(a)
    expect(g.mul(sign)(g.exp(logAbsDet))).toBeCloseToTensor(det(a), { atol: 1e-9, rtol: 1e-9 })
  })

  it('neither overflows nor underflows', () => {
    const { sign, logAbsDet } = slogDet(
      g.tensor([
        [-1e300, 0],
        [0, 1e300]
      ])
    )
    expect(g.toNumber(sign)).toBe(-1)
    expect(g.toNumber(logAbsDet) / (600 * Math.LN10)).toBeCloseTo(1, 14)
  })

  it('of a singular matrix is −∞, with sign 0', () => {
    const { sign, logAbsDet } = slogDet(g.ones([2, 2]))
    expect([sign, logAbsDet].map((x) => g.toNumber(x))).toEqual([0, -Infinity])
  })

  laws.register(it)(
    laws.operation({
      name: 'slogDet',
      f: (x: Tensor<[3, 3]>) => slogDet(g.add(g.mul(10)(g.eye(3)))(x)).logAbsDet,
      shape: [3, 3],
      cost: 40
    }),
    { numRuns: 10 }
  )
})
