import { test } from '../../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { add, mul, relu, sigmoid, softmax, square, sub, sum, tanh } from '../../../src/ops/index.ts'
import { addScaled, paths, tensors } from '../../../src/params/index.ts'
import type { Params } from '../../../src/params/tree.ts'
import { foldIn, key, split } from '../../../src/random/key.ts'
import { full, ones, tensor, zeros } from '../../../src/tensor/construct.ts'
import { as, toArray, toFlatArray } from '../../../src/tensor/read.ts'
import type { Scalar, Tensor } from '../../../src/tensor/tensor.ts'
import { grad, valueAndGrad } from '../../../src/transform/grad.ts'
import { anyKey, checkGradient, errorOf, tensorOf } from '../support.ts'

/** Shorter where the sizes are what matters. */
const dense = <I extends number, O extends number>(inputs: I, outputs: O) => nn.dense({ inputs, outputs })

const xor = nn.sequential(
  nn.dense({ inputs: 2, outputs: 4 }),
  relu,
  nn.dense({ inputs: 4, outputs: 1, activation: sigmoid })
)
const { params, state } = xor.init(key(0))

interface Count {
  readonly calls: Scalar
}

/** A layer with state: it counts its calls, and adds the count. */
const counter = <const N extends number>(size: N): nn.Layer<readonly [], Count, [N], [N]> => ({
  name: 'counter',
  input: [size],
  output: [size],
  usesKey: false,
  hasParams: false,
  hasState: true,
  init: () => ({ params: [], state: { calls: full([])(0) } }),
  apply:
    (mode) =>
    (_, { calls }) =>
    (x) => [add(calls as Tensor)(x as never) as never, { calls: mode._tag === 'Train' ? add(1)(calls) : calls }]
})

describe('a sequence', () => {
  it('applies its stages in order', () => {
    const [p, q] = params
    const x = tensor([
      [0, 1],
      [1, 1]
    ])
    const [hidden, out] = [nn.predict(dense(2, 4)), nn.predict(dense(4, 1))]
    const expected = sigmoid(out(q, [])(relu(hidden(p, [])(x))))
    expect(toArray(nn.predict(xor)(params, state)(x))).toEqual(toArray(expected))
  })

  it('takes any batch dimensions', () => {
    const run = nn.predict(xor)(params, state)
    const [one, batch, deep] = [run(zeros([2])), run(zeros([4, 2])), run(zeros([7, 5, 2]))]
    expect([one.shape, batch.shape, deep.shape]).toEqual([[1], [4, 1], [7, 5, 1]])
    expectTypeOf(one).toEqualTypeOf<Tensor<[1]>>()
    expectTypeOf(batch).toEqualTypeOf<Tensor<[4, 1]>>()
    expectTypeOf(deep).toEqualTypeOf<Tensor<[7, 5, 1]>>()
  })

  it('has the parameters of the stages that have any, in order', () => {
    expect(paths(params)).toEqual(['params[0].weight', 'params[0].bias', 'params[1].weight', 'params[1].bias'])
    expect(state).toEqual([])
    expect([xor.input, xor.output]).toEqual([[2], [1]])
    expectTypeOf(xor).toEqualTypeOf<
      nn.Layer<readonly [nn.DenseParams<2, 4>, nn.DenseParams<4, 1>], readonly [], [2], [1]>
    >()
  })

  it('starts equal layers differently, and an activation between changes no start', () => {
    const [a, b] = nn.sequential(dense(3, 3), dense(3, 3)).init(key(1)).params
    expect(toArray(a.weight)).not.toEqual(toArray(b.weight))
    const spaced = nn
      .sequential(dense(3, 3), tanh, nn.dropout({ keepProbability: 0.5 }), dense(3, 3))
      .init(key(1)).params
    expect(toArray(spaced[1].weight)).toEqual(toArray(b.weight))
    expect(toArray(a.weight)).toEqual(toArray(dense(3, 3).init(split(1)(key(1))[0]).params.weight))
  })

  test.prop([anyKey], { numRuns: 20 })('starts the same with the same key', (k) => {
    expect(tensors(xor.init(k).params).map(toArray)).toEqual(tensors(xor.init(k).params).map(toArray))
  })

  it('nests, and gives the same as when flat', () => {
    const flat = nn.sequential(dense(2, 4), relu, dense(4, 3), tanh, dense(3, 1))
    const nested = nn.sequential(nn.sequential(dense(2, 4), relu), nn.sequential(dense(4, 3), tanh, dense(3, 1)))
    const [p, q, r] = flat.init(key(5)).params
    const x = tensor([
      [1, -2],
      [0.5, 3]
    ])
    expect(toArray(nn.predict(nested)([[p], [q, r]], [])(x))).toEqual(toArray(nn.predict(flat)([p, q, r], [])(x)))
    expectTypeOf(nested).toEqualTypeOf<
      nn.Layer<
        readonly [readonly [nn.DenseParams<2, 4>], readonly [nn.DenseParams<4, 3>, nn.DenseParams<3, 1>]],
        readonly [],
        [2],
        [1]
      >
    >()
  })

  it('leaves out the parts of layers that have none, nested ones too', () => {
    const image = nn.sequential(nn.flattenLayer([2, 2]), nn.sequential(nn.activation([4])(relu)), dense(4, 2), softmax)
    const start = image.init(key(0))
    expect(paths(start.params)).toEqual(['params[0].weight', 'params[0].bias'])
    expectTypeOf(start.params).toEqualTypeOf<readonly [nn.DenseParams<4, 2>]>()
    expect(nn.predict(image)(start.params, start.state)(zeros([7, 2, 2])).shape).toEqual([7, 2])
  })

  test.prop([tensorOf([3, 2])], { numRuns: 20 })('has the gradient of central differences', (x) => {
    const model = nn.sequential(dense(2, 3), tanh, dense(3, 2), softmax)
    const loss = (p: typeof start): Scalar => sum(square(sub(tensor([0.2, 0.5]))(nn.predict(model)(p, [])(x))))
    const start = model.init(key(2)).params
    checkGradient(loss, start, grad(loss)(start))
  })

  it('learns a step downhill', () => {
    const [x, y] = [
      tensor([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1]
      ]),
      tensor([[0], [1], [1], [0]])
    ]
    const loss = (p: typeof params): Scalar => nn.binaryCrossEntropy(y)(nn.predict(xor)(p, [])(x))
    const before = valueAndGrad(loss)(params)
    const after = loss(addScaled(-0.1)(before.grad)(params))
    expect(Number(toFlatArray(after)[0])).toBeLessThan(Number(toFlatArray(before.value)[0]))
  })
})

describe('a sequence in a function generic in the batch', () => {
  it('keeps it', () => {
    const loss = <B extends number>(p: typeof params, x: Tensor<[B, 2]>, y: Tensor<[B, 1]>): Scalar => {
      const out: Tensor<[B, 1]> = nn.predict(xor)(p, [])(x)
      return nn.binaryCrossEntropy(y)(out)
    }
    expect(grad(loss)(params, zeros([4, 2]), zeros([4, 1])).length).toBe(2)
  })
})

describe('a sequence in training', () => {
  const drop = nn.dropout({ keepProbability: 0.5 })
  const model = nn.sequential(nn.activation([64])(relu), drop, nn.activation([64])(drop))

  it('gives each stage that draws a key of its own, by foldIn', () => {
    const k = key(9)
    const y = toArray(model.apply(nn.training(k))([], [])(ones([64]))[0])
    const first = drop.apply(nn.training(foldIn(0)(k)))(ones([64]))
    expect(y).toEqual(toArray(drop.apply(nn.training(foldIn(1)(k)))(first)))
    expect(toArray(drop.apply(nn.training(foldIn(1)(k)))(ones([64])))).not.toEqual(toArray(first))
  })

  it('is the same as in use without a key being looked at, when no stage draws', () => {
    expect(xor.usesKey).toBe(false)
    const x = tensor([[1, 2]])
    const y = xor.apply({ _tag: 'Train', key: 'no key' as never })(params, state)(x)[0]
    expect(toArray(y)).toEqual(toArray(nn.predict(xor)(params, state)(x)))
  })

  it('says whether it draws, nested too', () => {
    expect(model.usesKey).toBe(true)
    expect(nn.sequential(dense(2, 2), nn.sequential(dense(2, 2), drop)).usesKey).toBe(true)
    expect(nn.sequential(dense(2, 2), nn.dropout({ keepProbability: 1 })).usesKey).toBe(false)
    expect(errorOf(() => model.apply(nn.training(0 as never))([], [])(ones([64])))).toMatch('needs a random key, got 0')
  })
})

describe('a sequence with state', () => {
  const model = nn.sequential(counter(2), dense(2, 2), relu, nn.sequential(counter(2), counter(2)))
  const start = model.init(key(0))

  it('has that of the layers that have any, in order', () => {
    expectTypeOf(model.init(key(0)).state).toEqualTypeOf<readonly [Count, readonly [Count, Count]]>()
    expect(paths(start.state).length).toBe(3)
    expect(model.hasState).toBe(true)
  })

  it('gives the state moved on, and leaves the old one as it was', () => {
    const [, next] = model.apply(nn.training(key(1)))(start.params, start.state)(ones([2]))
    expect(next.flat().map(({ calls }) => toFlatArray(calls)[0])).toEqual([1, 1, 1])
    expect(start.state.flat().map(({ calls }) => toFlatArray(calls)[0])).toEqual([0, 0, 0])
    const [, used] = model.apply(nn.inference)(start.params, next)(ones([2]))
    expect(used.flat().map(({ calls }) => toFlatArray(calls)[0])).toEqual([1, 1, 1])
  })
})

describe('layers that do not fit', () => {
  it('do not compile, the error on the one that is wrong, and throw where the compiler was not asked', () => {
    // @ts-expect-error 4 is not 5
    expect(errorOf(() => nn.sequential(dense(2, 4), relu, dense(5, 1), sigmoid))).toBe(
      'ShapeError: sequential: stage 2 (dense) takes [5] but the one before it gives [4]'
    )
    // @ts-expect-error 1 is not 2
    expect(() => nn.sequential(xor, dense(2, 3))).toThrow('stage 1 (dense) takes [2] but the one before it gives [1]')
    expect(() =>
      nn.sequential(
        nn.flattenLayer([28, 28]),
        relu,
        // @ts-expect-error 784 is not 785
        dense(785, 10)
      )
    ).toThrow('takes [785]')
    expect(() =>
      nn.sequential(
        dense(2, 4),
        // @ts-expect-error the model inside takes 2
        xor,
        dense(1, 3)
      )
    ).toThrow('stage 1 (sequential) takes [2]')
  })

  it('are found at run time when their sizes are known only then', () => {
    const hidden = Number('5')
    expect(errorOf(() => nn.sequential(dense(2, 4), relu, dense(hidden, 1)))).toMatch(
      'takes [5] but the one before it gives [4]'
    )
    const fits = nn.sequential(dense(2, hidden), relu, dense(hidden, 1))
    expectTypeOf(fits).toEqualTypeOf<
      nn.Layer<readonly [nn.DenseParams<2, number>, nn.DenseParams<number, 1>], readonly [], [2], [1]>
    >()
    const settings = { hidden: 4 }
    expect(nn.sequential(dense(2, settings.hidden), relu, dense(settings.hidden, 1)).output).toEqual([1])
    const fixed = { hidden: 4 } as const
    expect(nn.sequential(dense(2, fixed.hidden), relu, dense(fixed.hidden, 1)).output).toEqual([1])
  })

  it('have no type without a shape', () => {
    // @ts-expect-error no layer has a shape
    expect(errorOf(() => nn.sequential(relu, tanh))).toBe(
      'ShapeError: sequential: needs at least one layer that has a shape; join functions with flow'
    )
    expect(() => nn.sequential()).toThrow('needs at least one layer')
  })

  it('are no layers at all', () => {
    // @ts-expect-error a name is no stage
    expect(() => nn.sequential(dense(2, 3), 'relu')).toThrow(
      'sequential: stage 1 must be a layer, or a function that keeps the shape, got "relu"'
    )
    // @ts-expect-error nothing is no stage
    expect(() => nn.sequential(undefined, dense(2, 3))).toThrow('stage 0 must be a layer')
    // @ts-expect-error null is no stage
    expect(() => nn.sequential(dense(2, 3), null)).toThrow('got null')
    // @ts-expect-error a function of one shape is no stage; make it a layer with lambda
    expect(nn.sequential(dense(2, 3), (x: Tensor<[3]>) => mul(2)(x)).output).toEqual([3])
  })

  it('get data of another shape', () => {
    const run = nn.predict(xor)(params, state)
    // @ts-expect-error three features, not two
    expect(() => run(zeros([4, 3]))).toThrow('dense: takes [2] after any batch dimensions, got shape [4, 3]')
    const dynamic: Tensor = zeros([4, 2])
    // @ts-expect-error its last dimension is not known to be 2
    run(dynamic)
    expectTypeOf(run(as([4, 2])(dynamic))).toEqualTypeOf<Tensor<[4, 1]>>()
    const open = dynamic as unknown as Tensor<[...number[], 2]>
    expect(run(open).shape).toEqual([4, 1])
  })

  it('get the parameters or the state of another model', () => {
    const other = nn.sequential(dense(2, 4), relu, dense(4, 4), dense(4, 1)).init(key(0)).params
    // @ts-expect-error three layers, not two
    expect(errorOf(() => nn.predict(xor)(other, state))).toBe(
      'TreeError: sequential: needs the parameters of 2 layers, got 3; take what init of this model gives'
    )
    // @ts-expect-error a record is no tuple
    expect(() => nn.predict(xor)({}, state)).toThrow('needs the parameters of 2 layers, got an object')
    // @ts-expect-error no stage has state
    expect(() => nn.predict(xor)(params, [tensor(1)])).toThrow('needs the state of 0 layers, got 1')
  })

  it('say that they have parameters and have none', () => {
    const liar = { ...dense(2, 2), hasParams: false } as unknown as nn.Layer<readonly [], readonly [], [2], [2]>
    expect(errorOf(() => nn.sequential(dense(2, 2), { ...liar, hasState: true }).init(key(0)))).toBe(
      'TreeError: sequential: dense says that it has no params, but init gives some; check its hasParams'
    )
    const empty = nn.stateless({
      name: 'empty',
      input: [2],
      output: [2],
      init: () => [] as const,
      apply: () => (x) => x
    })
    expect(errorOf(() => nn.sequential(empty).init(key(0)))).toBe(
      'TreeError: sequential: empty says that it has params, but init gives none; check its hasParams'
    )
  })
})

describe('layers made in a loop', () => {
  const layers = [1, 2, 3].map(() => dense(8, 8))

  it('give a list of parameters, and a shape known at run time only', () => {
    const looped = nn.sequential(...layers)
    expectTypeOf(looped).toEqualTypeOf<nn.Layer<readonly nn.DenseParams<8, 8>[], readonly [], number[], number[]>>()
    const start = looped.init(key(0))
    expect(start.params.length).toBe(3)
    expect(nn.predict(looped)(start.params, start.state)(ones([5, 8])).shape).toEqual([5, 8])
    const loss = (p: typeof start.params): Scalar => sum(nn.predict(looped)(p, [])(ones([5, 8])))
    expect(grad(loss)(start.params).length).toBe(3)
  })

  it('keep the shapes at the ends', () => {
    const mixed = nn.sequential(dense(2, 8), ...layers, relu, dense(8, 1))
    expectTypeOf(mixed.input).toEqualTypeOf<readonly [2]>()
    expectTypeOf(mixed.output).toEqualTypeOf<readonly [1]>()
    const start = mixed.init(key(0))
    expect(start.params.length).toBe(5)
    expectTypeOf(nn.predict(mixed)(start.params, start.state)(ones([5, 2]))).toEqualTypeOf<Tensor<[5, 1]>>()
  })

  it('are checked when the sequence is made', () => {
    expect(() => nn.sequential(...layers, dense(7, 1))).toThrow(
      'stage 3 (dense) takes [7] but the one before it gives [8]'
    )
  })

  it('of any kind give a list of any parameters', () => {
    const any: readonly nn.AnyLayer[] = layers
    const looped = nn.sequential(...any)
    expectTypeOf(looped.init(key(0)).params).toEqualTypeOf<readonly Params[]>()
  })

  it('that have none leave nothing, and never claim a place they do not have', () => {
    const plain = [1, 2].map(() => nn.activation([8])(relu))
    const looped = nn.sequential(...plain)
    expectTypeOf(looped.init(key(0)).params).toEqualTypeOf<readonly []>()
    const outer = nn.sequential(dense(2, 8), looped, dense(8, 1))
    expect(outer.init(key(0)).params.length).toBe(2)
    expectTypeOf(outer.init(key(0)).params).toEqualTypeOf<readonly [nn.DenseParams<2, 8>, nn.DenseParams<8, 1>]>()
    const unknown = nn.sequential(dense(2, 8), nn.sequential(...layers), dense(8, 1)).init(key(0)).params
    expectTypeOf(unknown).not.toEqualTypeOf<readonly [nn.DenseParams<2, 8>, nn.DenseParams<8, 1>]>()
    expectTypeOf(unknown.length).toEqualTypeOf<number>()
  })
})
