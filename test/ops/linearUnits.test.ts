import { describe, expect, expectTypeOf, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor } from '../../src/index.ts'
import '../support/matchers.ts'

const slopesAt = (slope: number): readonly (readonly [byX: number, bySlope: number])[] =>
  [-2, 0, 3].map((x) => {
    const [bySlope, byX] = g.grad(([a, b]: readonly [Scalar, Scalar]) => g.prelu(a)(b))([g.scalar(slope), g.scalar(x)])
    return [g.toNumber(byX), g.toNumber(bySlope)]
  })

describe('prelu', () => {
  it('is leakyRelu, with a slope that may be a number or a tensor for each feature', () => {
    const x = g.tensor([[-2, -4, 0, 3]])
    expect(g.prelu(0.1)(x)).toBeTensor(g.leakyRelu({ slope: 0.1 })(x))
    expect(g.prelu(g.tensor([0.5, 2, 7, 7]))(x)).toBeTensor(g.tensor([[-1, -8, 0, 3]]))
  })

  it('has the derivative of least size at 0, and learns from what is below it', () => {
    expect(slopesAt(0.25)).toEqual([
      [0.25, -2],
      [0.25, 0],
      [1, 0]
    ])
    expect(slopesAt(2).map(([byX]) => byX)).toEqual([2, 1, 1])
    expect(slopesAt(-1).map(([byX]) => byX)).toEqual([-1, 0, 1])
  })

  it('keeps the shape of its data, and refuses a slope that would stretch it', () => {
    expectTypeOf(g.prelu(g.tensor([1, 2]))(g.ones([3, 2]))).toEqualTypeOf<Tensor<[3, 2]>>()
    const stretched = g.ones([2, 2]) as Tensor
    expect(() => g.prelu(stretched)(g.ones([2]))).toThrow('prelu: the slope of shape [2, 2] does not broadcast to [2]')
  })
})

describe('glu', () => {
  it('halves an axis, in the type too', () => {
    expectTypeOf(g.glu(g.ones([3, 784]))).toEqualTypeOf<Tensor<[3, 392]>>()
    expectTypeOf(g.glu({ axis: 0 })(g.ones([10, 3]))).toEqualTypeOf<Tensor<[5, 3]>>()
    expectTypeOf(g.glu(g.ones([0]))).toEqualTypeOf<Tensor<[0]>>()
    const x = g.tensor([
      [1, 2],
      [3, 4],
      [0, 0],
      [Infinity, -Infinity]
    ])
    expect(g.glu({ axis: 0 })(x)).toBeTensor(
      g.tensor([
        [0.5, 1],
        [3, 0]
      ])
    )
    expect(g.glu(g.ones([2, 0]))).toBeTensor(g.zeros([2, 0]))
  })

  it('refuses an axis of odd length, when compiled and when run', () => {
    // @ts-expect-error an odd axis has no halves
    expect(() => g.glu(g.ones([2, 3]))).toThrow('glu: axis 1 of shape [2, 3] must be of even length')
    // @ts-expect-error a scalar has no axis
    expect(() => g.glu(g.scalar(1))).toThrow('glu: axis -1 is out of range')
    expect(() => g.glu(5 as never)).toThrow('glu: needs a tensor, or settings such as { axis: 0 }, got 5')
  })
})
