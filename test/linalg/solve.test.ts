import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Mat, Vec } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'
import { fc, test } from '../support/property.ts'
import { hilbert, identityLike, matrices, positive, product, sizeOf, transposed, ulps } from './support.ts'

const op = g.primitive.vocabulary
const { inverse, solve, solveTriangular } = g.linalg

/** A matrix with an inverse: one that is drawn, with more on its diagonal than beside it. */
const regular = matrices('square').map((x) => op.add(x, op.mul(identityLike(x), op.constant(20))))

describe('a system', () => {
  test.prop([regular])('is solved but for some roundings of its terms, whatever is known of the matrix', (a) => {
    const b = g.sin(a)
    const spd = positive(a)
    const cases = [
      [a, solve(a)(b)],
      [g.mul(0.5)(g.add(transposed(a))(a)), solve({ assume: 'symmetric' })(a)(b)],
      [spd, solve({ assume: 'positive definite' })(spd)(b)]
    ] as const
    cases.forEach(([matrix, x]) => {
      expect(ulps(product(matrix, x), b, sizeOf(matrix) * sizeOf(x) + sizeOf(b))).toBeLessThan(30)
    })
  })

  test.prop([regular, fc.boolean(), fc.boolean()])('of a triangle reads that triangle alone', (a, lower, transpose) => {
    const n = a.shape.at(-1) ?? 0
    const mask = g.tensor(
      Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => +(lower ? i >= j : i <= j)))
    )
    if (n === 0) return
    const triangle = op.mul(op.broadcastTo(mask, a.shape), a)
    const b = g.cos(a)
    const x = solveTriangular({ lower, transposed: transpose })(a)(b)
    expect(ulps(product(transpose ? transposed(triangle) : triangle, x), b, sizeOf(a))).toBeLessThan(30)
    const unit = solveTriangular({ lower, transposed: transpose, unit: true })(op.mul(a, op.constant(0.05)))(b)
    const ones = op.where(identityLike(a), op.constant(1), op.mul(triangle, op.constant(0.05)))
    expect(product(transpose ? transposed(ones) : ones, unit)).toBeCloseToTensor(b, { atol: 1e-9, rtol: 1e-9 })
  })

  test.prop([regular])('solved for the identity gives the inverse', (a) => {
    expect(product(a, inverse(a))).toBeCloseToTensor(identityLike(a), { atol: 1e-12, rtol: 0 })
  })

  it('of Hilbert’s matrix has the digits that its condition leaves', () => {
    const exact = [
      -6.00000000085099, 210.00000002511598, -1680.0000001731532, 5040.000000455944, -6300.000000507649,
      2772.000000201327
    ]
    // condition 1.5e7
    expect(solve(hilbert(6) as Mat<6, 6>)(g.ones([6]))).toBeCloseToTensor(exact, { atol: 0, rtol: 1e-9 })
    expect(solve({ assume: 'positive definite' })(hilbert(6) as Mat<6, 6>)(g.ones([6]))).toBeCloseToTensor(exact, {
      atol: 0,
      rtol: 1e-9
    })
  })

  it('takes vectors, matrices, and batches of both', () => {
    const a = g.tensor([
      [
        [2, 0],
        [0, 4]
      ],
      [
        [0, 1],
        [1, 0]
      ]
    ])
    expect(
      solve(a)(
        g.tensor([
          [2, 4],
          [5, 6]
        ])
      )
    ).toBeTensor([
      [1, 1],
      [6, 5]
    ])
    expect(
      solve(a)(
        g.tensor([
          [[2], [4]],
          [[5], [6]]
        ])
      )
    ).toBeTensor([
      [[1], [1]],
      [[6], [5]]
    ])
    expect(solve(g.zeros([0, 0]))(g.zeros([0, 2]))).toBeTensor(g.zeros([0, 2]))
    expect(solve(g.tensor([[4]]))(g.tensor([2]))).toBeTensor([0.5])
  })

  it('has the same derivative in a program, under vmap, and in both', () => {
    const a = g.tensor([
      [
        [2, 1],
        [1, 4]
      ],
      [
        [0, 1],
        [3, 0]
      ]
    ])
    const b = g.tensor([
      [1, 2],
      [3, 4]
    ])
    const loss = (m: Mat<2, 2>, v: Vec<2>): g.Scalar => g.sum(g.square(solve(m)(v)))
    const gradient = g.grad(loss)
    const each = [0, 1].map((i) => gradient(g.get(i)(a), g.get(i)(b)))
    const all = g.stack(each)
    expect(g.vmap(gradient)(a, b)).toBeCloseToTensor(all)
    expect(g.compile(g.vmap(gradient))(a, b)).toBeCloseToTensor(all)
    // one matrix for all right-hand sides
    const shared = g.vmap((v: Vec<2>) => solve(g.get(0)(a))(v))(b)
    expect(shared).toBeCloseToTensor(g.stack([0, 1].map((i) => solve(g.get(0)(a))(g.get(i)(b)))))
  })
})

describe('a singular matrix', () => {
  const singular = g.tensor([
    [1, 2],
    [2, 4]
  ])
  const says = 'solve: the matrix is singular: pivot 2 of 2 is 0'

  it('is refused, and so it is in a program, under vmap, and while differentiated', () => {
    const f = (a: Mat<2, 2>) => solve(a)(g.tensor([1, 1]))
    expect(() => f(singular)).toThrow(expect.objectContaining({ name: 'ValueError', message: says }))
    expect(() => g.compile(f)(singular)).toThrow(says)
    expect(() => g.grad((a: Mat<2, 2>) => g.sum(f(a)))(singular)).toThrow(says)
    const two = g.stack([g.eye(2), singular])
    expect(() => g.vmap(f)(two as never)).toThrow('solve: matrix 1 of the batch [2] is singular: pivot 2 of 2 is 0')
    expect(() => g.compile(g.vmap(f))(two as never)).toThrow('solve: matrix 1 of the batch [2] is singular')
  })

  it('has no inverse, and a triangle with a 0 no solution', () => {
    expect(() => inverse(singular)).toThrow('inverse: the matrix is singular: pivot 2 of 2 is 0')
    expect(() =>
      solveTriangular()(
        g.tensor([
          [0, 1],
          [0, 1]
        ])
      )(g.tensor([1, 1]))
    ).toThrow('solveTriangular: the matrix is singular: pivot 1 of 2 is 0')
    expect(
      solveTriangular({ unit: true })(
        g.tensor([
          [0, 1],
          [0, 0]
        ])
      )(g.tensor([1, 1]))
    ).toBeTensor([0, 1])
  })

  it('is not taken for positive definite, nor is any with a pivot below 0', () => {
    expect(() => solve({ assume: 'positive definite' })(singular)(g.tensor([1, 1]))).toThrow(
      'solve: the matrix is not positive definite: pivot 2 of 2 is not above 0'
    )
    expect(() => g.linalg.cholesky(g.tensor([[-1]]))).toThrow(
      'cholesky: the matrix is not positive definite: pivot 1 of 1 is not above 0'
    )
    expect(() => g.compile((a: Mat<1, 1>) => g.linalg.cholesky(a))(g.tensor([[-1]]))).toThrow('cholesky: the matrix')
  })

  it('of NaN is no error: NaN goes through', () => {
    expect(
      solve(
        g.tensor([
          [NaN, 0],
          [0, 1]
        ])
      )(g.tensor([1, 1]))
    ).toBeTensor([NaN, NaN])
  })
})
