import { fc, test } from '../../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { reshape, exp, take, mul, neg, sigmoid, sub } from '../../../src/ops/index.ts'
import { ones, tensor, zeros } from '../../../src/tensor/construct.ts'
import { toArray, toFlatArray } from '../../../src/tensor/read.ts'
import type { Vec } from '../../../src/tensor/tensor.ts'
import { errorOf } from '../support.ts'

/** Scored examples of both classes, with many ties. */
const anyScored = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 1),
      fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -3, max: 3, noNaN: true }))
    ),
    {
      minLength: 2,
      maxLength: 12
    }
  )
  .filter((examples) => new Set(examples.map(([target]) => target)).size === 2)
  .map((examples) => ({
    y: reshape([examples.length])(tensor(examples.map(([target]) => target))),
    s: reshape([examples.length])(tensor(examples.map(([, score]) => score)))
  }))

const pairsOf = (y: Vec, s: Vec): readonly number[] => {
  const [targets, scores] = [toFlatArray(y), toFlatArray(s)]
  const of = (kind: number): number[] => scores.filter((_, i) => targets[i] === kind)
  return of(1).flatMap((positive) =>
    of(0).map((negative) => (positive > negative ? 1 : positive === negative ? 0.5 : 0))
  )
}

describe('the area under the ROC curve', () => {
  it('is the share of pairs in the right order, by hand', () => {
    const y = tensor([0, 1, 0, 1, 1, 0])
    // 9 pairs: of the ones 0.9 is above all, 0.5 above 0.1 and with 0.5, 0.3 above 0.1
    expect(nn.rocAuc(y)(tensor([0.5, 0.9, 0.4, 0.5, 0.3, 0.1]))).toBe((3 + 2.5 + 1) / 9)
    expect(nn.rocAuc(tensor([[0], [1]]))(tensor([[1], [2]]))).toBe(1)
    expect(nn.rocAuc(tensor([0, 1]))(tensor([2, 1]))).toBe(0)
    expect(nn.rocAuc(tensor([0, 1, 1]))(ones([3]))).toBe(0.5)
    expect(nn.rocAuc(tensor([0, 1, 0, 1]))(tensor([-Infinity, Infinity, Infinity, 0]))).toBe(2.5 / 4)
  })

  test.prop([anyScored])('is the probability that a 1 scores above a 0, ties by half', ({ y, s }) => {
    const pairs = pairsOf(y, s)
    expect(nn.rocAuc(y)(s)).toBeCloseTo(pairs.reduce((total, pair) => total + pair, 0) / pairs.length, 13)
  })

  test.prop([anyScored])('depends on the order of the scores only, bit for bit', ({ y, s }) => {
    const whole = reshape(s.shape as [number])(tensor(toFlatArray(s).map((score) => Math.round(score * 1000)))) as Vec
    const area = nn.rocAuc(y)(whole)
    const rising = [mul(3)(whole), sub(7)(whole), exp(mul(0.01)(whole)), sigmoid(mul(0.001)(whole))]
    for (const moved of rising) expect(nn.rocAuc(y)(moved)).toBe(area)
  })

  test.prop([anyScored])('is 1 less itself when the classes or the scores are turned round', ({ y, s }) => {
    const area = nn.rocAuc(y)(s)
    expect(nn.rocAuc(sub(y)(ones(y.shape as [number])) as Vec)(s)).toBeCloseTo(1 - area, 14)
    expect(nn.rocAuc(y)(neg(s))).toBeCloseTo(1 - area, 14)
  })

  test.prop([anyScored, fc.nat()])('takes no notice of the order of the examples', ({ y, s }, by) => {
    const n = y.shape[0]
    const order = Array.from({ length: n }, (_, i) => (i + by) % n).reverse()
    expect(nn.rocAuc(take({ axis: 0 })(order)(y) as Vec)(take({ axis: 0 })(order)(s) as Vec)).toBe(nn.rocAuc(y)(s))
  })

  it('is NaN where a score is', () => {
    expect(nn.rocAuc(tensor([0, 1, 1]))(tensor([0, NaN, 1]))).toBeNaN()
  })

  it('refuses what it cannot order', () => {
    expect(errorOf(() => nn.rocAuc(ones([3]))(tensor([1, 2, 3])))).toBe(
      'ValueError: rocAuc: needs targets of both classes, got only 1'
    )
    expect(errorOf(() => nn.rocAuc(zeros([3]))(tensor([1, 2, 3])))).toMatch('got only 0')
    expect(errorOf(() => nn.rocAuc(tensor([0, 0.5]))(zeros([2])))).toBe(
      'ValueError: rocAuc: targets must be 0 or 1, got 0.5 at position 1'
    )
    // @ts-expect-error a column beside a vector
    expect(errorOf(() => nn.rocAuc(zeros([2, 1]))(zeros([2])))).toMatch('predictions [2] and targets [2, 1]')
    expect(errorOf(() => nn.rocAuc(zeros([0]))(zeros([0])))).toMatch('shape [0] is empty')
  })
})

describe('the ROC curve', () => {
  it('has a point for every score that occurs, ties taken together', () => {
    const curve = nn.rocCurve(tensor([1, 0, 1, 0, 1]))(tensor([0.9, 0.9, 0.6, 0.2, 0.2]))
    expectTypeOf(curve).toEqualTypeOf<nn.RocCurve>()
    expect(toArray(curve.thresholds)).toEqual([Infinity, 0.9, 0.6, 0.2])
    expect(toArray(curve.truePositiveRate)).toEqual([0, 1 / 3, 2 / 3, 1])
    expect(toArray(curve.falsePositiveRate)).toEqual([0, 1 / 2, 1 / 2, 1])
  })

  test.prop([anyScored])('rises from (0, 0) to (1, 1), each point the rates at its threshold', ({ y, s }) => {
    const { thresholds, truePositiveRate, falsePositiveRate } = nn.rocCurve(y)(s)
    const [bounds, hits, alarms] = [toArray(thresholds), toArray(truePositiveRate), toArray(falsePositiveRate)]
    const rate = (kind: number, bound: number): number => {
      const scores = toFlatArray(s).filter((_, i) => toFlatArray(y)[i] === kind)
      return scores.filter((score) => score >= bound).length / scores.length
    }
    expect([hits[0], alarms[0], hits.at(-1), alarms.at(-1)]).toEqual([0, 0, 1, 1])
    expect(bounds.length).toBe(new Set(toFlatArray(s).map((score) => score + 0)).size + 1)
    bounds.forEach((bound, i) => {
      expect([hits[i], alarms[i]]).toEqual([rate(1, bound), rate(0, bound)])
      if (i > 0) expect(bound < bounds[i - 1]!).toBe(true)
    })
  })

  test.prop([anyScored])('has the area that rocAuc says, by trapezoids', ({ y, s }) => {
    const { truePositiveRate, falsePositiveRate } = nn.rocCurve(y)(s)
    const [hits, alarms] = [toArray(truePositiveRate), toArray(falsePositiveRate)]
    const area = alarms.reduce(
      (total, x, i) => (i === 0 ? 0 : total + ((x - alarms[i - 1]!) * (hits[i]! + hits[i - 1]!)) / 2),
      0
    )
    expect(nn.rocAuc(y)(s)).toBeCloseTo(area, 13)
  })

  it('refuses what it cannot order', () => {
    expect(errorOf(() => nn.rocCurve(ones([2]))(zeros([2])))).toBe(
      'ValueError: rocCurve: needs targets of both classes, got only 1'
    )
    expect(errorOf(() => nn.rocCurve(tensor([0, 1]))(tensor([0, NaN])))).toBe(
      'ValueError: rocCurve: example 1 has a score of NaN, which cannot be ranked'
    )
    expect(errorOf(() => nn.rocCurve(tensor([0, 2]))(zeros([2])))).toMatch('targets must be 0 or 1, got 2')
    // @ts-expect-error a column beside a vector
    expect(errorOf(() => nn.rocCurve(zeros([2, 1]))(zeros([2])))).toMatch('predictions [2] and targets [2, 1]')
  })
})
