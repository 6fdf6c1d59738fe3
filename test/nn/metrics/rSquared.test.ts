import { fc, test } from '../../support/property.ts'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { add, broadcastTo, take, mean, mul } from '../../../src/ops/index.ts'
import { full, ones, tensor, zeros } from '../../../src/tensor/construct.ts'
import { toArray, toNumber } from '../../../src/tensor/read.ts'
import { errorOf, average, tensorOf } from '../support.ts'

const whole = fc.integer({ min: -6, max: 6 })
const anyTargets = tensorOf([5, 2], whole)

describe('R²', () => {
  it('is 1 less the share of the squares that is left, by hand', () => {
    const y = tensor([[1], [2], [3], [6]])
    expect(nn.rSquared(y)(y)).toBe(1)
    expect(nn.rSquared(y)(full([4, 1])(3))).toBe(0)
    // (1 + 0 + 1 + 4) of (4 + 1 + 0 + 9)
    expect(nn.rSquared(y)(tensor([[2], [2], [4], [4]]))).toBeCloseTo(1 - 6 / 14, 14)
    expect(nn.rSquared(y)(zeros([4, 1]))).toBeCloseTo(1 - 50 / 14, 14)
  })

  it('is the plain mean over the outputs, whatever their spread', () => {
    const y = tensor([[1, 100], [3, 300]]) // prettier-ignore
    expect(nn.rSquared(y)(tensor([[1, 200], [3, 200]]))).toBe((1 + 0) / 2) // prettier-ignore
    expect(nn.rSquared(tensor([[[1], [3]], [[5], [7]]]))(tensor([[[1], [3]], [[5], [7]]]))).toBe(1) // prettier-ignore
  })

  it('is 1 for constant targets that are met exactly, else 0', () => {
    const y = full([3, 1])(0.1)
    expect(nn.rSquared(y)(y)).toBe(1)
    expect(nn.rSquared(y)(tensor([[0.1], [0.1], [0.2]]))).toBe(0)
    expect(nn.rSquared(tensor([[4]]))(tensor([[4]]))).toBe(1)
    expect(nn.rSquared(tensor([[4]]))(tensor([[5]]))).toBe(0)
    expect(nn.rSquared(tensor([[1, 7], [3, 7]]))(tensor([[1, 7], [3, 8]]))).toBe(0.5) // prettier-ignore
  })

  it('is NaN where a prediction is, and −∞ for an infinite one', () => {
    expect(nn.rSquared(tensor([[1], [2]]))(tensor([[1], [NaN]]))).toBeNaN()
    expect(nn.rSquared(ones([2, 1]))(tensor([[1], [NaN]]))).toBeNaN()
    expect(nn.rSquared(tensor([[1], [2]]))(tensor([[1], [Infinity]]))).toBe(-Infinity)
  })

  test.prop([anyTargets, tensorOf([5, 2])])('is the definition, output by output', (y, x) => {
    const [targets, predictions] = [toArray(y), toArray(x)]
    const each = [0, 1].map((k) => {
      const [t, p] = [targets.map((row) => row[k]!), predictions.map((row) => row[k]!)]
      const squares = (values: readonly number[]): number => values.reduce((total, value) => total + value ** 2, 0)
      const left = squares(t.map((value, i) => value - p[i]!))
      const all = squares(t.map((value) => value - average(t)))
      return t.every((value) => value === t[0]) ? (left === 0 ? 1 : 0) : 1 - left / all
    })
    expect(nn.rSquared(y)(x)).toBeCloseTo(average(each), 8)
  })

  test.prop([tensorOf([6, 1], whole), tensorOf([6, 1])])('is 1 − mean squared error / variance', (y, x) => {
    fc.pre(new Set(toArray(y).flat()).size > 1)
    const constant = broadcastTo([6, 1])(mean({ axis: 0 })(y))
    const [error, variance] = [nn.meanSquaredError(y)(x), nn.meanSquaredError(y)(constant)].map(toNumber)
    expect(nn.rSquared(y)(x)).toBeCloseTo(1 - error! / variance!, 8)
    expect(nn.rSquared(y)(constant)).toBeCloseTo(0, 12)
  })

  test.prop([anyTargets, tensorOf([5, 2], whole), fc.constantFrom(-2, 0.5, 4), fc.constantFrom(-8, 0, 3)])(
    'takes no notice of the unit and the origin, and of the order of the examples',
    (y, x, unit, origin) => {
      const moved = (of: typeof y): typeof y => pipe(of, mul(unit), add(origin))
      expect(nn.rSquared(moved(y))(moved(x))).toBeCloseTo(nn.rSquared(y)(x), 10)
      const order = [3, 0, 4, 1, 2]
      const shuffled = nn.rSquared(take({ axis: 0 })(order)(y) as typeof y)(take({ axis: 0 })(order)(x) as typeof x)
      expect(shuffled).toBeCloseTo(nn.rSquared(y)(x), 12)
    }
  )

  it('refuses a vector, which leaves open what it is, and other shapes', () => {
    expect(errorOf(() => nn.rSquared(ones([3]))(ones([3])))).toBe(
      'ShapeError: rSquared: needs shape [...batch, outputs], got [3]; reshape to [batch, 1] or [1, outputs]'
    )
    // @ts-expect-error a column beside a vector
    expect(errorOf(() => nn.rSquared(ones([3, 1]))(ones([3])))).toMatch('predictions [3] and targets [3, 1]')
    expect(errorOf(() => nn.rSquared(zeros([0, 1]))(zeros([0, 1])))).toMatch('shape [0, 1] is empty')
  })
})
