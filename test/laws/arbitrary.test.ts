import { showTensor } from '../../laws/show.ts'
import { reals } from '../../src/primitive/domain.ts'
import { broadcastable } from '../../laws/draw.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { broadcastsTo } from '../../src/tensor/dims.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import * as params from '../../src/params/index.ts'

const holds = <A>(name: string, given: fc.Arbitrary<A>, check: (value: A) => void): void => {
  it(name, () => {
    fc.assert(fc.property(given, check))
  })
}

const interval = fc
  .record({ min: fc.double({ min: -9, max: 9, noNaN: true }), width: fc.double({ min: 0.5, max: 9, noNaN: true }) })
  .map(({ min, width }) => ({ min, max: min + width, avoid: [min + width / 3] }))

describe('numbers', () => {
  holds(
    'lie inside their interval and keep away from what it avoids',
    interval.chain((i) => laws.arbitrary.number(i).map((x) => ({ i, x }))),
    ({ i, x }) => {
      expect(x >= i.min && x <= i.max).toBe(true)
      for (const point of i.avoid) expect(Math.abs(x - point)).toBeGreaterThanOrEqual(0.05)
    }
  )

  it('are round about half of the time', () => {
    const xs = fc.sample(laws.arbitrary.number(reals), 1000)
    const round = xs.filter((x) => Number.isInteger(2 * x)).length
    expect(round).toBeGreaterThan(350)
    expect(round).toBeLessThan(700)
  })

  it('of an interval without a half are drawn too', () => {
    expect(fc.sample(laws.arbitrary.number({ min: 0.6, max: 0.7, avoid: [] }), 9).every((x) => x >= 0.6)).toBe(true)
  })
})

describe('shapes', () => {
  holds('keep their bounds', laws.arbitrary.shape({ minRank: 1, maxRank: 4, minDim: 2, maxDim: 5 }), (dims) => {
    expect(dims.length >= 1 && dims.length <= 4 && dims.every((n) => n >= 2 && n <= 5)).toBe(true)
  })

  holds('that broadcast have one that all others stretch to', broadcastable(3), (shapes) => {
    expect(shapes.some((to) => shapes.every((from) => broadcastsTo(from, to)))).toBe(true)
  })

  it('come empty, scalar, stretched at either side and equal', () => {
    const pairs = fc.sample(broadcastable(2), 1000)
    expect(pairs.some(([a]) => a?.includes(0))).toBe(true)
    expect(pairs.some(([a, b]) => a?.length === 0 && b?.length === 0)).toBe(true)
    expect(pairs.some(([a = [], b = []]) => a.length < b.length)).toBe(true)
    expect(pairs.some(([a = [], b = []]) => a.length > b.length)).toBe(true)
    expect(pairs.some(([a = [], b = []]) => a.length === b.length && a.join() !== b.join())).toBe(true)
  })
})

describe('trees', () => {
  holds(
    'like another have its structure and shapes',
    laws.arbitrary.tree().chain((p) => laws.arbitrary.like(p).map((q) => ({ p, q }))),
    ({ p, q }) => {
      expect(params.paths(q as never)).toEqual(params.paths(p as never))
      expect(params.tensors(q as never).map(({ shape }) => shape)).toEqual(
        params.tensors(p as never).map(({ shape }) => shape)
      )
    }
  )

  it('are empty, single tensors, arrays and records', () => {
    const trees = fc.sample(laws.arbitrary.tree(), 300)
    expect(trees.some((p) => params.paths(p as never).length === 0)).toBe(true)
    expect(trees.some((p) => params.paths(p as never).join() === 'params')).toBe(true)
    expect(trees.some((p) => Array.isArray(p) && p.length > 1)).toBe(true)
    expect(trees.some((p) => params.paths(p as never).some((path) => path.includes('weight')))).toBe(true)
  })
})

describe('text', () => {
  it('of a tensor is code that makes it again', () => {
    expect(showTensor(scalar(-0))).toBe('scalar(-0)')
    expect(
      showTensor(
        tensor([
          [1, NaN],
          [-Infinity, 0.1]
        ])
      )
    ).toBe('tensor([[1, NaN], [-Infinity, 0.1]])')
    expect(showTensor(zeros([0, 3]))).toBe('zeros([0, 3])')
    expect(laws.showTree({ weight: tensor([1]), rest: [scalar(2)] })).toBe(
      '{ "weight": tensor([1]), "rest": [scalar(2)] }'
    )
  })

  holds('keeps every digit', laws.arbitrary.tensor([2, 2]), (x) => {
    const again = (JSON.parse(showTensor(x).slice(7, -1)) as number[][]).flat()
    expect(again.map((value, i) => value === toFlatArray(x)[i]).every(Boolean)).toBe(true)
  })
})
