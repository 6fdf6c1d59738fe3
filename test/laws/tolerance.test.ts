import { probe, stepFor } from '../../laws/tolerance.ts'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { toNumber } from '../../src/tensor/read.ts'

describe('closeness', () => {
  it('is |a − b| ≤ atol + rtol · max(|a|, |b|), bounds included', () => {
    const close = laws.agree('x', { atol: 0.25, rtol: 0.5 })
    expect(close(tensor([0]), tensor([0.25]))).toEqual(E.right(undefined))
    expect(close(tensor([4]), tensor([1.75]))).toEqual(E.right(undefined))
    expect(E.isLeft(close(tensor([4]), tensor([1.7])))).toBe(true)
    expect(E.isLeft(close(tensor([1.7]), tensor([4])))).toBe(true)
  })

  it('takes NaN for close to nothing, and an infinity for close to itself only', () => {
    const close = laws.agree('x')
    expect(E.isLeft(close(NaN, NaN))).toBe(true)
    expect(E.isLeft(close(Infinity, -Infinity))).toBe(true)
    expect(E.isLeft(close(Infinity, 1e308))).toBe(true)
    expect(E.isRight(close(Infinity, Infinity))).toBe(true)
  })

  it('names the worst element, a NaN before all', () => {
    const x = tensor([
      [0, 1],
      [2, 3]
    ])
    expect(
      laws.agree('x')(
        x,
        tensor([
          [0, 1.1],
          [4, 3]
        ])
      )
    ).toEqual(E.left({ what: 'x', index: [1, 0], actual: '2', expected: '4' }))
    expect(
      laws.agree('x')(
        x,
        tensor([
          [0, 1.1],
          [4, NaN]
        ])
      )
    ).toMatchObject(E.left({ index: [1, 1] }))
    expect(laws.agree('x')(x, zeros([4]))).toEqual(
      E.left({ what: 'the shape of x', actual: '[2, 2]', expected: '[4]' })
    )
  })

  it('of bits tells −0 from 0, and takes NaN for itself', () => {
    expect(laws.identical('x')(tensor([NaN]), tensor([NaN]))).toEqual(E.right(undefined))
    expect(laws.identical('x')(tensor([0]), tensor([-0]))).toEqual(
      E.left({ what: 'x', index: [0], actual: '0', expected: '-0' })
    )
  })

  it('of trees names the path', () => {
    const p = { layers: [{ weight: tensor([1, 2]) }] }
    const q = { layers: [{ weight: tensor([1, 3]) }] }
    expect(laws.agree('p')(p, q)).toEqual(
      E.left({ what: 'p', path: 'params.layers[0].weight', index: [1], actual: '2', expected: '3' })
    )
    expect(laws.agree('p')(p, { layers: [] })).toMatchObject(E.left({ what: 'the structure of p' }))
  })
})

describe('a slope by numbers', () => {
  it.each([
    ['exp', Math.exp, Math.exp],
    ['log', Math.log, (x: number) => 1 / x],
    ['x⁵', (x: number) => x ** 5, (x: number) => 5 * x ** 4]
  ])('of %s has ten digits', (_, f, df) => {
    for (const x of [0.3, 1, 2, 3]) {
      const step = stepFor([scalar(x)], [scalar(1)])
      expect(toNumber(probe((t) => scalar(f(x + t)), step).slope) / df(x)).toBeCloseTo(1, 10)
    }
  })

  it('is not to be trusted at a kink, which its roughness tells at any place within a step', () => {
    const step = 5e-4
    for (const at of [0, 1e-6, 1e-4, step / 3, step / 2, 0.7 * step])
      expect(probe((t) => scalar(Math.max(0, t - at)), step).roughness).toBeGreaterThan(0.01)
    expect(probe((t) => scalar(Math.max(0, t - 1.01 * step)), step).roughness).toBe(0)
    for (const f of [Math.exp, Math.sin, (x: number) => 1 / (1 + x * x)])
      expect(probe((t) => scalar(f(1 + t)), step).roughness).toBeLessThan(1e-9)
  })
})
