import { describe, expect, expectTypeOf, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/index.ts'
import '../support/matchers.ts'

const { scalar, tensor } = g
/** Shapes that only running finds wrong. */
const [square, three] = [g.ones([2, 2]) as Tensor, g.ones([3]) as Tensor]
const slopes = (x: number, min: number, max: number): readonly number[] =>
  g
    .grad(([a, b, c]: readonly [Scalar, Scalar, Scalar]) => g.clip({ min: b, max: c })(a))([
      scalar(x),
      scalar(min),
      scalar(max)
    ])
    .map(g.toNumber)

describe('clip with tensors as bounds', () => {
  it('gives the derivative to the one of the three that is the result, to a bound at a tie', () => {
    expect(slopes(2, 1, 3)).toEqual([1, 0, 0])
    expect(slopes(0, 1, 3)).toEqual([0, 1, 0])
    expect(slopes(4, 1, 3)).toEqual([0, 0, 1])
    expect(slopes(1, 1, 3)).toEqual([0, 1, 0])
    expect(slopes(3, 1, 3)).toEqual([0, 0, 1])
    expect(slopes(2, 2, 2)).toEqual([0, 0, 1])
  })

  it('gives max where min is above it, and NaN for any NaN', () => {
    const clipped = (x: number, min: number, max: number): number =>
      g.toNumber(g.clip({ min: scalar(min), max: scalar(max) })(scalar(x)))
    expect(clipped(0, 5, 3)).toBe(3)
    expect(clipped(9, 5, 3)).toBe(3)
    expect([clipped(NaN, 0, 1), clipped(0, NaN, 1), clipped(0, 0, NaN), clipped(-9, 0, NaN)]).toEqual([
      NaN,
      NaN,
      NaN,
      NaN
    ])
    expect([clipped(Infinity, 0, 1), clipped(-Infinity, 0, 1), clipped(7, -Infinity, Infinity)]).toEqual([1, 0, 7])
  })

  it('takes a number beside a tensor, and keeps the shape of the data', () => {
    const x = g.ones([2, 3])
    expectTypeOf(g.clip({ min: tensor([0, 2, 3]), max: 2 })(x)).toEqualTypeOf<Tensor<[2, 3]>>()
    expect(g.clip({ min: tensor([0, 2, 3]), max: 2 })(x)).toBeTensor(
      tensor([
        [1, 2, 2],
        [1, 2, 2]
      ])
    )
    expect(() => g.clip({ min: square, max: 2 })(g.ones([2]))).toThrow(
      'clip: min of shape [2, 2] does not broadcast to [2]'
    )
    expect(() => g.clip({ min: tensor([1]), max: '1' as never })).toThrow(
      'clip: max must be a number or a tensor, got "1"'
    )
  })
})

describe('lerp', () => {
  it('meets both ends exactly, and goes beyond them', () => {
    const [start, end] = [tensor([0.1, 1e16, -3]), tensor([0.7, 1, 5])]
    const at = (weight: number): Vec<3> => g.lerp({ end, weight })(start)
    expect(at(0)).toBeTensor(start)
    expect(at(1)).toBeTensor(end)
    expect(g.lerp({ end: 4, weight: tensor([-1, 0.5, 2]) })(g.zeros([3]))).toBeTensor(tensor([-4, 2, 8]))
  })

  it('refuses what is no tensor, and what would stretch the start', () => {
    expect(() => g.lerp({ end: 'x' as never, weight: 1 })).toThrow('lerp: end must be a number or a tensor, got "x"')
    expect(() => g.lerp({ end: 1 } as never)).toThrow('lerp: weight')
    expect(() => g.lerp({ end: square, weight: 1 })(g.ones([2]))).toThrow(
      'lerp: the end of shape [2, 2] does not broadcast to [2]'
    )
    expect(() => g.lerp({ end: 1, weight: three })(g.ones([2]))).toThrow(
      'lerp: the weight of shape [3] does not broadcast to [2]'
    )
  })
})
