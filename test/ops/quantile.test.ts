/** Quantiles, against their definition on each group. */
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile/index.ts'
import * as g from '../../src/ops/index.ts'
import { tensor, zeros } from '../../src/tensor/construct.ts'
import type { Mat, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { grad } from '../../src/transform/grad.ts'
import { anyTensor, fullDims } from '../support/arbitraries.ts'
import { elements, groups, without } from '../support/naive.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

/** Definition 7 of Hyndman and Fan. */
const quantileOf = (group: readonly number[], q: number): number => {
  const sorted = group.toSorted((a, b) => a - b)
  const place = q * (group.length - 1)
  const [lower, upper] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
  return lower + (place - Math.floor(place)) * (upper - lower)
}

const number = fc.integer({ min: -9, max: 9 })
const share = fc.oneof(fc.constantFrom(0, 0.25, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true }))
const cases = anyTensor(fullDims({ min: 1 }), number).chain((x) => {
  const all = x.shape.map((_, i) => i)
  return fc.record({
    x: fc.constant(x),
    axes: fc.subarray(all),
    q: share,
    other: share,
    counts: anyTensor(fc.constant(x.shape), fc.constantFrom(0, 1))
  })
})

describe('quantile', () => {
  test.prop([cases])('is interpolated between the two nearest elements, in programs too', ({ x, axes, q, other }) => {
    const shape = without(x.shape, axes)
    const of = (share: number): readonly number[] =>
      groups(x.shape, axes, elements(x)).map((group) => quantileOf(group, share))
    const close = { atol: 1e-12, rtol: 1e-12 }
    expect(g.quantile({ q, axis: axes })(x)).toBeCloseToTensor(g.reshape([...shape])(tensor(of(q))), close)
    const both = g.reshape([2, ...shape])(tensor([...of(q), ...of(other)]))
    const f = (y: Tensor): Tensor => g.quantile({ q: [q, other], axis: axes })(y)
    expect(f(x)).toBeCloseToTensor(both, close)
    expect(compile(f)(x)).toBeCloseToTensor(both, close)
    expect(g.quantile({ q, axis: axes, keepDims: true })(x).shape).toEqual(x.shape.map((n, i) => (axes.includes(i) ? 1 : n))) // prettier-ignore
  })

  test.prop([cases])('with a mask is that of the elements that count, and 0 for none', ({ x, axes, q, counts }) => {
    const hidden = g.where(counts, NaN)(x)
    const shown = groups(x.shape, axes, elements(hidden)).map((group) => group.filter((value) => !Number.isNaN(value)))
    const expected = shown.map((group) => (group.length === 0 ? 0 : quantileOf(group, q)))
    const f = (y: Tensor, mask: Tensor): Tensor => g.quantile({ q, axis: axes, mask })(y)
    const [eager, program] = [f(hidden, counts), compile(f)(hidden, counts)]
    for (const found of [eager, program])
      expect(found).toBeCloseToTensor(g.reshape([...without(x.shape, axes)])(tensor(expected)), { atol: 1e-12 })
  })

  it('of equal numbers is that number, and of none is an error', () => {
    expect(g.quantile({ q: [0.1, 0.7, 0.9] })(tensor([0.1, 0.1, 0.1]))).toBeTensor([0.1, 0.1, 0.1])
    expect(g.quantile({ q: [] })(tensor([1, 2]))).toBeTensor(zeros([0]))
    expect(() => g.quantile({ q: 0.5 })(zeros([0]))).toThrow('quantile: cannot reduce an empty tensor')
    expect(() => g.median({ axis: 0 })(zeros([0, 2]))).toThrow('median: cannot reduce an empty tensor')
  })

  it('neither overflows nor loses an infinity, and shows a NaN', () => {
    expect(g.quantile({ q: [0.5, 0.9] })(tensor([-1.7e308, 1.7e308]))).toBeCloseToTensor([0, 1.36e308], { rtol: 1e-14 })
    expect(g.quantile({ q: [0, 0.25, 0.5, 1] })(tensor([1, Infinity, -Infinity, 2, Infinity]))).toBeTensor([-Infinity, 1, 2, Infinity]) // prettier-ignore
    expect(g.quantile({ q: [0, 0.5, 0.75] })(tensor([1, 2, Infinity]))).toBeTensor([1, 2, Infinity])
    expect(g.quantile({ q: 0 })(tensor([1, NaN, 3]))).toBeTensor(NaN)
    expect(g.median({ mask: tensor([1, 0, 1]) })(tensor([1, NaN, 3]))).toBeTensor(2)
  })

  it('has the derivatives of the elements between which it lies', () => {
    const f = (x: Vec<4>) => g.quantile({ q: 0.4 })(x)
    expect(grad(f)(tensor([9, 1, 4, 2]))).toBeCloseToTensor([0, 0, 0.2, 0.8])
    const masked = (x: Mat<2, 3>) => g.sum(g.median({ axis: 1, mask: tensor([[1, 0, 1], [0, 0, 0]]) })(x)) // prettier-ignore
    expect(grad(masked)(tensor([[5, 6, 7], [1, 2, 3]]))).toBeTensor([[0.5, 0, 0.5], [0, 0, 0]]) // prettier-ignore
  })

  it('is refused where it is no share', () => {
    expect(() => g.quantile({ q: 1.5 })).toThrow('quantile: q')
    expect(() => g.quantile({ q: [0.5, -1] })).toThrow('quantile: q')
  })
})
