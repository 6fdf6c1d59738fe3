import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Mat, Tensor } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'
import { fc, test } from '../support/property.ts'
import { identityLike, matrices, product, sizeOf, transposed, ulps } from './support.ts'

const op = g.primitive.vocabulary
const { det, expm, inverse, lstsq, matrixPower, pinv } = g.linalg

describe('the exponential of a matrix', () => {
  it('has the digits of a sum with sixty', () => {
    const exact = [
      [-2.2075776746316453, 1.7755036000903248, 0.9778418727763457],
      [-0.04600237047502569, -1.7951920916987807, 0.950732434224595],
      [2.600274765956055, 3.31004000563422, -0.02708083091297435]
    ]
    const a = g.tensor([
      [1, -2.5, 0.5],
      [3, 0.25, -1],
      [-4, 2, 1.5]
    ])
    expect(expm(a)).toBeCloseToTensor(exact, { atol: 3e-15, rtol: 0 })
    const small = g.tensor([
      [1e-3, 2e-3],
      [-1e-3, 4e-3]
    ])
    expect(expm(small)).toBeCloseToTensor(
      [
        [1.0009994981646235, 0.0020050063387535184],
        [-0.0010025031693767592, 1.0040070076727539]
      ],
      { atol: 0, rtol: 4 * Number.EPSILON }
    )
  })

  test.prop([matrices('square')])(
    'times that of its negative is the identity, and its determinant that of the trace',
    (a) => {
      const there = expm(a)
      const back = expm(g.neg(a))
      expect(ulps(product(there, back), identityLike(a), sizeOf(there) * sizeOf(back))).toBeLessThan(500)
      const trace = g.sum({ axis: [-1, -2] })(g.mul(identityLike(a))(a))
      expect(g.sub(trace as never)(g.linalg.slogDet(there).logAbsDet)).toBeCloseToTensor(g.mul(0)(trace), {
        atol: 1e-6 * sizeOf(there),
        rtol: 0
      })
    }
  )

  it('of 0 is the identity, of one number its exponential, of NaN NaN', () => {
    expect(expm(g.zeros([2, 2]))).toBeTensor(g.eye(2))
    expect(expm(g.zeros([0, 0]))).toBeTensor(g.zeros([0, 0]))
    expect(g.toNumber(g.get(0, 0)(expm(g.tensor([[3]])))) / Math.exp(3)).toBeCloseTo(1, 14)
    expect(
      expm(
        g.tensor([
          [Infinity, 0],
          [0, 0]
        ])
      )
    ).toBeTensor([
      [NaN, NaN],
      [NaN, NaN]
    ])
  })
})

describe('a power of a matrix', () => {
  test.prop([fc.integer({ min: -4, max: 6 })])('is that many products', (k) => {
    const a = g.tensor([
      [2, 1],
      [-1, 1]
    ])
    const one = k < 0 ? inverse(a) : a
    const expected = Array.from({ length: Math.abs(k) }).reduce<Tensor>((x) => product(x, one), g.eye(2))
    expect(matrixPower(k)(a)).toBeCloseToTensor(expected)
  })

  it('of a singular matrix that is negative is refused', () => {
    expect(() => matrixPower(-2)(g.zeros([1, 1]))).toThrow('matrixPower: the matrix is singular: pivot 1 of 1 is 0')
  })
})

describe('the pseudo-inverse', () => {
  test.prop([matrices('any')])('obeys Penrose’s four equations, of any rank', (drawn) => {
    for (const a of [drawn, g.round(g.div(2)(drawn))]) {
      const p: Tensor = pinv(a)
      const [ap, pa] = [product(a, p), product(p, a)]
      const close = { atol: 1e-8 * (1 + sizeOf(p) ** 2), rtol: 0 }
      expect(product(ap, a)).toBeCloseToTensor(a, close)
      expect(product(pa, p)).toBeCloseToTensor(p, close)
      expect(transposed(ap)).toBeCloseToTensor(ap, close)
      expect(transposed(pa)).toBeCloseToTensor(pa, close)
    }
  })

  it('counts singular values as 0 as it is told', () => {
    const a = g.tensor([
      [1, 0],
      [0, 1e-3]
    ])
    expect(pinv(a)).toBeCloseToTensor([
      [1, 0],
      [0, 1000]
    ])
    expect(pinv({ rtol: 0.01 })(a)).toBeTensor([
      [1, 0],
      [0, 0]
    ])
  })

  // products of these are of rank 1 whatever is drawn, and move among such
  laws.register(it)(
    laws.operation({
      name: 'pinv of rank 1',
      f: (x: Tensor<[2, 3]>) => {
        const y = g.add(
          g.tensor([
            [9, 0, 0],
            [0, 9, 0]
          ])
        )(x)
        const rank = g.matmul(g.reshape([1, 3])(g.get(1)(y)))(g.reshape([3, 1])(g.get(0)(y)))
        return pinv({ rtol: 1e-9 })(rank)
      },
      shape: [2, 3],
      cost: 40
    }),
    { numRuns: 10 }
  )
})

describe('least squares', () => {
  test.prop([matrices('tall')])('leave a residual that is orthogonal to the columns', (x) => {
    const [m = 0, n = 0] = x.shape.slice(-2)
    const lead = x.shape.slice(0, -2)
    const ones = g.tensor(
      Array.from({ length: m * n }, (_, at) => +(Math.floor(at / Math.max(n, 1)) === at % Math.max(n, 1)))
    )
    const a = op.add(x, op.mul(op.broadcastTo(op.reshape(ones, [m, n]), [...lead, m, n]), op.constant(20)))
    const b = g.cos(a)
    const residual = op.sub(b, product(a, lstsq(a)(b)))
    expect(product(transposed(a), residual)).toBeCloseToTensor(g.mul(0)(product(transposed(a), a)), {
      atol: 1e-11,
      rtol: 0
    })
  })

  it('with more unknowns than equations give the solution of least norm', () => {
    const a = g.tensor([
      [1, 1, 0],
      [0, 0, 2]
    ])
    expect(lstsq(a)(g.tensor([2, 4]))).toBeCloseToTensor([1, 1, 2])
    expect(lstsq(a)(g.tensor([2, 4]))).toBeCloseToTensor(g.matmul(g.tensor([2, 4]))(pinv(a)))
  })

  it('of dependent columns are refused', () => {
    expect(() =>
      lstsq(
        g.tensor([
          [1, 0],
          [1, 0]
        ])
      )(g.tensor([1, 1]))
    ).toThrow('lstsq: the matrix is singular: pivot 2 of 2 is 0')
  })

  laws.register(it)(
    laws.operation({
      name: 'lstsq',
      f: (x: Tensor<[4, 2]>) =>
        lstsq(
          g.add(
            g.tensor([
              [9, 0],
              [0, 9],
              [0, 0],
              [0, 0]
            ])
          )(x)
        )(g.tensor([1, -2, 3, 0.5])),
      shape: [4, 2],
      cost: 40
    }),
    { numRuns: 10 }
  )
})

describe('compositions', () => {
  const near = (x: Tensor<[3, 3]>): Mat<3, 3> => g.add(g.mul(9)(g.eye(3)))(x)
  const functions = {
    det: (x: Tensor<[3, 3]>) => det(near(x)),
    'a power': (x: Tensor<[3, 3]>) => matrixPower(-3)(near(x)),
    inverse: (x: Tensor<[3, 3]>) => inverse(near(x))
  }
  Object.entries(functions).forEach(([name, f]) => {
    laws.register(it)(laws.operation({ name, f: f, shape: [3, 3], cost: 60 }), { numRuns: 8 })
  })
})
