import { describe, expect, expectTypeOf, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { mean, mul, relu, sum } from '../../../src/ops/index.ts'
import { key } from '../../../src/random/key.ts'
import { ones, tensor, zeros } from '../../../src/tensor/construct.ts'
import { toArray } from '../../../src/tensor/read.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { errorOf } from '../support.ts'

const scale = nn.stateless({
  name: 'scale',
  input: [2],
  output: [2],
  init: (k) => ({ factor: nn.constant(3)([2])(k) }),
  apply: ({ factor }) => mul(factor)
})

describe('a layer from a function', () => {
  it('has its parameters, no state, and draws nothing', () => {
    expectTypeOf(scale).toEqualTypeOf<nn.Layer<{ factor: Tensor<[2]> }, readonly [], [2], [2]>>()
    const start = scale.init(key(0))
    expect([scale.usesKey, scale.hasParams, scale.hasState, start.state]).toEqual([false, true, false, []])
    expect(toArray(nn.predict(scale)(start.params, [])(tensor([[1, 2]])))).toEqual([[3, 6]])
  })

  it('has its shape checked when it is called', () => {
    const start = scale.init(key(0)).params
    // @ts-expect-error three features, not two
    expect(errorOf(() => nn.predict(scale)(start, [])(ones([4, 3])))).toBe(
      'ShapeError: scale: takes [2] after any batch dimensions, got shape [4, 3]; check the data'
    )
    const wrong = nn.lambda({ name: 'wrong', input: [2], output: [3] })((x) => mul(2)(x))
    expect(errorOf(() => nn.predict(wrong)([], [])(ones([4, 2])))).toBe(
      "ShapeError: wrong: must give [4, 3] for an input of shape [4, 2], gave [4, 2]; check that the parameters are this layer's"
    )
    const whole = nn.lambda({ input: [2], output: [] })(mean)
    expect(errorOf(() => nn.predict(whole)([], [])(ones([4, 2])))).toMatch('lambda: must give [4] for an input')
  })

  it('refuses a shape that is not valid', () => {
    expect(errorOf(() => nn.lambda({ input: [2.5], output: [1] })(sum({ axis: -1 })))).toMatch('ShapeError: lambda')
    expect(errorOf(() => nn.activation([-1])(relu))).toMatch('ShapeError: activation')
    expect(errorOf(() => nn.flattenLayer([-1]))).toMatch('ShapeError: flattenLayer')
  })
})

describe('an activation as a layer', () => {
  it('keeps the shape, and knows the mode when it is dropout', () => {
    const drop = nn.activation([3])(nn.dropout({ keepProbability: 0.5 }))
    expect([drop.name, drop.usesKey, drop.hasParams]).toEqual(['dropout', true, false])
    expectTypeOf(drop).toEqualTypeOf<nn.Layer<readonly [], readonly [], [3], [3]>>()
    expect(toArray(nn.predict(drop)([], [])(ones([3])))).toEqual([1, 1, 1])
    expect(toArray(drop.apply(nn.training(key(1)))([], [])(ones([3]))[0])).not.toEqual([1, 1, 1])
  })
})

describe('flattenLayer', () => {
  it('lays out each example, whatever the batch dimensions', () => {
    const flat = nn.predict(nn.flattenLayer([2, 3]))([], [])
    expect(
      toArray(
        flat(
          tensor([
            [1, 2, 3],
            [4, 5, 6]
          ])
        )
      )
    ).toEqual([1, 2, 3, 4, 5, 6])
    const [batch, deep, empty] = [flat(zeros([5, 2, 3])), flat(zeros([4, 5, 2, 3])), flat(zeros([0, 2, 3]))]
    expect([batch.shape, deep.shape, empty.shape]).toEqual([
      [5, 6],
      [4, 5, 6],
      [0, 6]
    ])
    expectTypeOf(deep).toEqualTypeOf<Tensor<[4, 5, 6]>>()
    expect(nn.predict(nn.flattenLayer([]))([], [])(zeros([5])).shape).toEqual([5, 1])
  })
})
