import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Mat, Tensor } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'
import { fc, test } from '../support/property.ts'
import { diagonal, hilbert, identityLike, matrices, positive, product, sizeOf, transposed, ulps } from './support.ts'

const { cholesky, eigh, qr, svd } = g.linalg

/** Some roundings of the largest number, for each row. */
const MOST = 60

const isOrthonormal = (columns: Tensor): void => {
  const squares = product(transposed(columns), columns)
  expect(ulps(squares, identityLike(squares), 1)).toBeLessThan(MOST)
}

describe('each factorisation', () => {
  test.prop([matrices('any')])('multiplies to its matrix: Q R', (a) => {
    const { q, r } = qr(a) as { q: Tensor; r: Tensor }
    expect(ulps(product(q, r), a, sizeOf(a))).toBeLessThan(MOST)
    isOrthonormal(q)
    const [k = 0, n = 0] = r.shape.slice(-2)
    g.toFlatArray(r).forEach((x, at) => {
      const [i, j] = [Math.floor(at / n) % k, at % n]
      expect(i > j ? x === 0 : i === j ? x >= 0 : true).toBe(true)
    })
  })

  test.prop([matrices('any')])('multiplies to its matrix: U diag(s) Vᵀ, also where it is singular', (drawn) => {
    for (const a of [drawn, g.round(drawn)]) {
      const { u, s, vt } = svd(a) as { u: Tensor; s: Tensor; vt: Tensor }
      expect(ulps(product(u, diagonal(s), vt), a, sizeOf(a))).toBeLessThan(MOST)
      isOrthonormal(u)
      isOrthonormal(transposed(vt))
      const values = g.toFlatArray(s)
      const k = s.shape.at(-1) ?? 0
      expect(values.every((x, i) => x >= 0 && (i % k === 0 || x <= (values[i - 1] ?? 0)))).toBe(true)
    }
  })

  test.prop([matrices('square')])('multiplies to its matrix: V diag(w) Vᵀ', (drawn) => {
    for (const x of [drawn, g.round(drawn)]) {
      const a = g.primitive.vocabulary.add(x, transposed(x))
      const { eigenvalues, eigenvectors } = eigh(a)
      expect(ulps(product(eigenvectors, diagonal(eigenvalues), transposed(eigenvectors)), a, sizeOf(a))).toBeLessThan(
        MOST
      )
      isOrthonormal(eigenvectors)
    }
  })

  test.prop([matrices('square')])('multiplies to its matrix: L Lᵀ', (x) => {
    const a = positive(x)
    const l = cholesky(a)
    expect(ulps(product(l, transposed(l)), a, sizeOf(a))).toBeLessThan(MOST)
  })

  it('takes matrices without rows or columns', () => {
    expect(svd(g.zeros([3, 0])).s).toBeTensor(g.zeros([0]))
    expect(qr(g.zeros([0, 2])).r).toBeTensor(g.zeros([0, 2]))
    expect(eigh(g.zeros([0, 0])).eigenvalues).toBeTensor(g.zeros([0]))
    expect(cholesky(g.zeros([0, 0]))).toBeTensor(g.zeros([0, 0]))
  })

  it('of one number is that number', () => {
    const a = g.tensor([[-2]])
    expect([qr(a).q, qr(a).r].map(g.toFlatArray)).toEqual([[-1], [2]])
    expect([svd(a).u, svd(a).s, svd(a).vt].map((x) => g.toFlatArray(x))).toEqual([[1], [2], [-1]])
    expect([eigh(a).eigenvalues, eigh(a).eigenvectors].map((x) => g.toFlatArray(x))).toEqual([[-2], [1]])
  })

  it('of what is not finite is NaN, and ends', () => {
    const a = g.tensor([
      [NaN, 1],
      [1, Infinity]
    ])
    expect(g.toFlatArray(svd(a).s).every(Number.isNaN)).toBe(true)
    expect(g.toFlatArray(eigh(a).eigenvalues).every(Number.isNaN)).toBe(true)
    expect(g.toFlatArray(cholesky(a)).some(Number.isNaN)).toBe(true)
  })

  // squares of many of these numbers, and products of two, underflow beside the largest
  const graded = fc
    .tuple(
      fc.integer({ min: 2, max: 5 }),
      fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -290, max: 290 })), {
        minLength: 25,
        maxLength: 25
      })
    )
    .map(([n, numbers]) =>
      g.reshape([n, n])(g.tensor(numbers.slice(0, n * n).map(([digit, exponent]) => digit * 10 ** exponent)))
    )

  test.prop([graded])('of numbers of any sizes side by side is orthonormal', (a) => {
    const size = Math.max(sizeOf(a), 1e-300)
    const { u, s, vt } = svd(a)
    isOrthonormal(u)
    isOrthonormal(transposed(vt))
    expect(ulps(product(u, diagonal(g.div(size)(s)), vt), g.div(size)(a), 1)).toBeLessThan(MOST)
    const symmetric = g.add(g.tril({ offset: -1 })(a))(transposed(g.tril(a)))
    const { eigenvalues, eigenvectors } = eigh(symmetric)
    isOrthonormal(eigenvectors)
    const scaled = g.div(size)
    expect(
      ulps(product(eigenvectors, diagonal(scaled(eigenvalues)), transposed(eigenvectors)), scaled(symmetric), 1)
    ).toBeLessThan(MOST)
  })

  it('of a small number beside large ones leaves these as they are', () => {
    const a = g.tensor([
      [1, 0, 1.5e-161],
      [0, 2, 0],
      [1.5e-161, 0, 3]
    ])
    expect(eigh(a).eigenvalues).toBeCloseToTensor([1, 2, 3])
  })

  it('of very large or small numbers neither overflows nor underflows', () => {
    for (const size of [1e300, 1e-300]) {
      const a = g.mul(size)(
        g.tensor([
          [2, 1],
          [1, 2]
        ])
      )
      expect(g.div(size)(eigh(a).eigenvalues)).toBeCloseToTensor([1, 3])
      expect(g.div(size)(svd(a).s)).toBeCloseToTensor([3, 1])
      expect(g.div(size)(qr(a).r)).toBeCloseToTensor(
        qr(
          g.tensor([
            [2, 1],
            [1, 2]
          ])
        ).r
      )
    }
  })
})

describe('Hilbert’s matrix', () => {
  const eight = hilbert(8) as Mat<8, 8>
  // of the doubles nearest to 1 / (i + j + 1), with 60 digits
  const values = [
    1.1115389694888083e-10, 1.7988737460063012e-8, 1.2943320918741794e-6, 5.436943369750896e-5, 0.001467688117741847,
    0.02621284357811905, 0.2981252113169307, 1.6959389969219494
  ]

  it('has its eigenvalues but for a few roundings of the largest', () => {
    expect(eigh(eight).eigenvalues).toBeCloseToTensor(values, { atol: 8 * Number.EPSILON, rtol: 0 })
  })

  it('has its singular values but for a few roundings of the largest', () => {
    expect(svd(eight).s).toBeCloseToTensor(values.toReversed(), { atol: 8 * Number.EPSILON, rtol: 0 })
  })

  it('has its Cholesky factor with the digits that its condition leaves', () => {
    expect(g.toNumber(g.get(7, 7)(cholesky(eight))) / 7.523277694414593e-5).toBeCloseTo(1, 6)
  })
})

describe('small singular values', () => {
  it('of columns of very different size keep all their digits', () => {
    const scaled = g.tensor([
      [1, 1e-20],
      [1, -1e-20]
    ])
    const [large = 0, small = 0] = g.toFlatArray(svd(scaled).s)
    expect(large / Math.SQRT2).toBeCloseTo(1, 14)
    expect(small / (Math.SQRT2 * 1e-20)).toBeCloseTo(1, 14)
  })
})

describe('equal values', () => {
  const sumOf = (f: (x: Tensor) => Tensor) => (a: Mat<2, 2>) => g.sum(f(eigh(a).eigenvalues as Tensor))
  const two = g.tensor([
    [2, 0],
    [0, 2]
  ])

  it('leave the gradient of a symmetric function of the eigenvalues right', () => {
    expect(g.grad(sumOf(g.square as never))(two)).toBeTensor([
      [4, 0],
      [0, 4]
    ])
    expect(g.grad((a: Mat<2, 2>) => g.sum(svd(a).s))(two)).toBeTensor([
      [1, 0],
      [0, 1]
    ])
  })

  it('make the derivatives of vectors, and second ones of values, NaN or infinite, never a wrong number', () => {
    const vectors = g.grad((a: Mat<2, 2>) => g.sum(eigh(a).eigenvectors))(two)
    expect(g.toFlatArray(vectors).some(Number.isFinite)).toBe(false)
    const second = g.jvp(g.grad(sumOf(g.square as never)))(two)(
      g.tensor([
        [0, 1],
        [1, 0]
      ])
    ).tangent
    expect(g.toFlatArray(second).some((x) => !Number.isFinite(x))).toBe(true)
  })

  it('of 0 are a kink of the singular values, with derivative 0', () => {
    const nuclear = g.grad((a: Mat<2, 2>) => g.sum(svd(a).s))
    expect(nuclear(g.zeros([2, 2]))).toBeTensor([
      [0, 0],
      [0, 0]
    ])
    expect(
      nuclear(
        g.tensor([
          [3, 0],
          [0, 0]
        ])
      )
    ).toBeTensor([
      [1, 0],
      [0, 0]
    ])
  })

  it('of dependent columns make the derivative of Q and R not finite', () => {
    const gradient = g.grad((a: Mat<2, 2>) => g.sum(qr(a).r))(
      g.tensor([
        [1, 0],
        [1, 0]
      ])
    )
    expect(g.toFlatArray(gradient).some((x) => !Number.isFinite(x))).toBe(true)
  })
})

describe('a factorisation', () => {
  it('is the same of a batch, under vmap and in a program', () => {
    const a = g.tensor([
      [
        [4, 1],
        [1, 3]
      ],
      [
        [5, 2],
        [2, 9]
      ]
    ])
    const all = (x: Mat<2, 2>) => [cholesky(x), qr(x).r, eigh(x).eigenvectors, svd(x).vt] as const
    const gradient = g.grad((x: Mat<2, 2>) =>
      g.sum(all(x).reduce<Tensor>((sum, y) => g.add(g.square(y))(sum) as Tensor, x))
    )
    const [batched, mapped] = [all(a as never), g.vmap(all)(a)]
    batched.forEach((x, i) => {
      expect(mapped[i]).toBeTensor(x)
    })
    const each = g.stack([gradient(g.get(0)(a)), gradient(g.get(1)(a))])
    expect(g.vmap(gradient)(a)).toBeCloseToTensor(each)
    expect(g.compile(g.vmap(gradient))(a)).toBeCloseToTensor(each)
  })
})
