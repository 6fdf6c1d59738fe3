import * as laws from '../../../laws/index.ts'
import { test } from '../../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { add, mul, relu, sigmoid, square, sum, swish, tanh } from '../../../src/ops/index.ts'
import * as params from '../../../src/params/index.ts'
import { foldIn, key } from '../../../src/random/key.ts'
import { ones, tensor, zeros } from '../../../src/tensor/construct.ts'
import { toArray } from '../../../src/tensor/read.ts'
import type { Scalar, Tensor } from '../../../src/tensor/tensor.ts'
import { grad } from '../../../src/transform/grad.ts'
import '../../support/matchers.ts'
import { checkGradient, errorOf, tensorOf } from '../support.ts'

const dense = <I extends number, O extends number>(inputs: I, outputs: O) => nn.dense({ inputs, outputs })
const dropout = nn.dropout({ keepProbability: 0.5 })
const inTraining = nn.training(key(3))

/** All that a block can hold: parameters, state, what draws, what has no shape. */
const inside = [dense(2, 3), nn.batchNorm({ features: 3 }), tanh, dropout, dense(3, 2)] as const
const block = nn.residual(...inside)
const sequence = nn.sequential(...inside)

describe('a residual block', () => {
  laws.register(test)(laws.layer(block), { numRuns: 8 })
  laws.register(test)(laws.layer(nn.residual(nn.residual(dense(2, 2)), nn.layerNorm({ features: 2 }))), { numRuns: 8 })

  it('has the parameters and the state of a sequence of its stages, and starts as that does', () => {
    expectTypeOf(block).toEqualTypeOf<
      nn.Layer<
        readonly [nn.DenseParams<2, 3>, nn.ScaleAndShift<3>, nn.DenseParams<3, 2>],
        readonly [nn.RunningStatistics<3>],
        [2],
        [2]
      >
    >()
    expect([block.input, block.output, block.usesKey]).toEqual([[2], [2], true])
    const [one, other] = [block.init(key(5)), sequence.init(key(5))]
    expect(params.paths(one.params)).toEqual(params.paths(other.params))
    expect(params.tensors(one.params).map(toArray)).toEqual(params.tensors(other.params).map(toArray))
    expect(toArray(one.state[0].variance)).toEqual([1, 1, 1])
  })

  test.prop([tensorOf([4, 2])])(
    'adds to its input what a sequence makes of it, and moves its state as that does',
    (x) => {
      const { params: p, state } = block.init(key(5))
      for (const mode of [nn.inference, inTraining]) {
        const [[y, next], [made, expected]] = [block.apply(mode)(p, state)(x), sequence.apply(mode)(p, state)(x)]
        expect(y).toBeTensor(add(made)(x))
        expect(next[0].mean).toBeTensor(expected[0].mean)
        expect(next[0].variance).toBeTensor(expected[0].variance)
        expect(next[0].variance === state[0].variance).toBe(mode._tag === 'Infer')
      }
    }
  )

  test.prop([tensorOf([2, 2]), tensorOf([2, 2]), tensorOf([2])], { numRuns: 20 })(
    'has the gradient of central differences',
    (x, weight, bias) => {
      const single = nn.residual(dense(2, 2), swish)
      const loss = (at: { readonly p: readonly [nn.DenseParams<2, 2>]; readonly x: Tensor<[2, 2]> }): Scalar =>
        sum(square(nn.predict(single)(at.p, [])(at.x)))
      const at = { p: [{ weight, bias }], x } as const
      checkGradient(loss, at, grad(loss)(at))
    }
  )

  it('passes a gradient by stages that let none through', () => {
    const deep = nn.sequential(
      ...Array.from({ length: 50 }, () => nn.residual(nn.dense({ inputs: 3, outputs: 3, weight: nn.constant(0) })))
    )
    const start = deep.init(key(0)).params
    const loss = (x: Tensor<[3]>): Scalar => sum(nn.predict(deep)(start, [])(x as never))
    expect(grad(loss)(tensor([1, 2, 3]))).toBeTensor([1, 1, 1])
  })

  it('takes any batch dimensions, and stands in a sequence like any layer', () => {
    const model = nn.sequential(dense(5, 2), block, relu, block, dense(2, 1))
    expectTypeOf(model.input).toEqualTypeOf<readonly [5]>()
    const start = model.init(key(0))
    expect(params.paths(start.params).slice(2, 4)).toEqual(['params[1][0].weight', 'params[1][0].bias'])
    expect(params.paths(start.state)).toEqual([
      'params[0][0].mean',
      'params[0][0].variance',
      'params[1][0].mean',
      'params[1][0].variance'
    ])
    const run = nn.predict(model)(start.params, start.state)
    expect([run(ones([5])).shape, run(ones([7, 5])).shape, run(ones([2, 3, 5])).shape]).toEqual([
      [1],
      [7, 1],
      [2, 3, 1]
    ])
  })

  it('of layers made in a loop has a shape that is known at run time only', () => {
    const looped = nn.residual(...[1, 2, 3].map(() => dense(8, 8)))
    expectTypeOf(looped).toEqualTypeOf<nn.Layer<readonly nn.DenseParams<8, 8>[], readonly [], number[], number[]>>()
    expect([looped.input, looped.init(key(0)).params.length]).toEqual([[8], 3])
    const size = Number('4')
    expectTypeOf(nn.residual(dense(size, 3), dense(3, size))).toEqualTypeOf<
      nn.Layer<readonly [nn.DenseParams<number, 3>, nn.DenseParams<3, number>], readonly [], [number], [number]>
    >()
  })
})

describe('a residual of stages without a shape', () => {
  it('is a stage of any shape', () => {
    const stage = nn.residual(relu)
    expectTypeOf(stage).toEqualTypeOf<nn.PointwiseLayer>()
    expect([stage.name, stage.usesKey]).toEqual(['residual', false])
    const y = stage.apply(nn.inference)(tensor([[-1, 2]]))
    expectTypeOf(y).toEqualTypeOf<Tensor<[1, 2]>>()
    expect(toArray(y)).toEqual([[-1, 4]])
    const model = nn.sequential(dense(2, 3), nn.residual(sigmoid, nn.residual(tanh)), dense(3, 1))
    expect(model.init(key(0)).params.length).toBe(2)
  })

  it('draws for dropout as a sequence does', () => {
    const stage = nn.residual(dropout, dropout)
    expect(stage.usesKey).toBe(true)
    const x = ones([6, 4])
    const dropped = [0, 1].reduce((y, i) => dropout.apply(nn.training(foldIn(i)(key(3))))(y), x)
    expect(stage.apply(inTraining)(x)).toBeTensor(add(dropped)(x))
    expect(stage.apply(nn.inference)(x)).toBeTensor(mul(2)(x))
  })
})

describe('a residual block refuses', () => {
  const closing = 'the shapes must be equal to add them'

  it('layers that do not give what they take, the error on the last one', () => {
    // @ts-expect-error 4 is not 2
    expect(errorOf(() => nn.residual(dense(2, 4)))).toBe(
      `ShapeError: residual: its stages take [2] but give [4]; ${closing}`
    )
    expect(() =>
      nn.residual(
        relu,
        dense(2, 4),
        relu,
        // @ts-expect-error 3 is not 2
        dense(4, 3),
        dropout
      )
    ).toThrow('its stages take [2] but give [3]')
    expect(() =>
      nn.residual(
        // @ts-expect-error [6] is not [2, 3]
        nn.flattenLayer([2, 3])
      )
    ).toThrow('its stages take [2, 3] but give [6]')
  })

  it('layers that do not fit each other, by its own name', () => {
    // @ts-expect-error 4 is not 5
    expect(errorOf(() => nn.residual(dense(2, 4), dense(5, 2)))).toBe(
      'ShapeError: residual: stage 1 (dense) takes [5] but the one before it gives [4]'
    )
  })

  it('sizes that only run time knows, when it is made', () => {
    const size = Number('4')
    expect(errorOf(() => nn.residual(dense(2, size)))).toBe(
      `ShapeError: residual: its stages take [2] but give [4]; ${closing}`
    )
    const looped: readonly nn.AnyLayer[] = [dense(2, 3), dense(3, 4)]
    expect(() => nn.residual(...looped)).toThrow('take [2] but give [4]')
  })

  it('what is no stage, and no stage at all', () => {
    // @ts-expect-error a name is no stage
    expect(errorOf(() => nn.residual('relu'))).toBe(
      'ValueError: residual: stage 0 must be a layer, or a function that keeps the shape, got "relu"'
    )
    expect(errorOf(() => nn.residual())).toBe('ValueError: residual: needs at least one stage')
  })

  it('a function that does not keep the shape after all', () => {
    const total = sum as unknown as typeof relu
    expect(errorOf(() => nn.residual(total).apply(nn.inference)(ones([2])))).toBe(
      'ShapeError: residual: cannot add [] to an input of shape [2]; its stages must keep the shape'
    )
    const hidden = nn.residual(dense(2, 2), total)
    expect(() => nn.predict(hidden)(hidden.init(key(0)).params, [])(ones([3, 2]))).toThrow('cannot add [] to an input')
  })

  it('the parameters and the state of another block, and other features', () => {
    const { params: p, state } = block.init(key(0))
    const plain = nn.residual(dense(2, 2))
    // @ts-expect-error one layer with parameters, not three
    expect(errorOf(() => nn.predict(block)(plain.init(key(0)).params, state))).toBe(
      'TreeError: residual: needs the parameters of 3 layers, got 1; take what init of this model gives'
    )
    // @ts-expect-error there is state
    expect(() => nn.predict(block)(p, [])).toThrow('residual: needs the state of 1 layers, got 0')
    // @ts-expect-error three features, not two
    expect(() => nn.predict(block)(p, state)(zeros([4, 3]))).toThrow('dense: takes [2] after any batch dimensions')
  })
})
