import { fc, test } from '../../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import * as ops from '../../../src/ops/index.ts'
import { relu, sigmoid, square, sum, tanh } from '../../../src/ops/index.ts'
import { normal } from '../../../src/random/continuous.ts'
import { key, split } from '../../../src/random/key.ts'
import { ones, tensor, zeros } from '../../../src/tensor/construct.ts'
import { toArray, toFlatArray, toNumber } from '../../../src/tensor/read.ts'
import type { Scalar, Tensor } from '../../../src/tensor/tensor.ts'
import { grad } from '../../../src/transform/grad.ts'
import { vmap } from '../../../src/transform/vmap.ts'
import { anyKey, checkGradient, errorOf, average, tensorOf } from '../support.ts'

const layer = nn.dense({ inputs: 2, outputs: 3 })
const params = {
  weight: tensor([
    [1, 2, 3],
    [4, 5, 6]
  ]),
  bias: tensor([10, 20, 30])
}
const run = nn.predict(layer)(params, [])

describe('a dense layer', () => {
  it('gives x · weight + bias', () => {
    expect(
      toArray(
        run(
          tensor([
            [1, 0],
            [1, 1]
          ])
        )
      )
    ).toEqual([
      [11, 22, 33],
      [15, 27, 39]
    ])
  })

  it('takes one example, a batch, and any batch dimensions', () => {
    const [one, batch, deep] = [run(zeros([2])), run(zeros([5, 2])), run(zeros([4, 5, 2]))]
    expect([one.shape, batch.shape, deep.shape]).toEqual([[3], [5, 3], [4, 5, 3]])
    expectTypeOf(one).toEqualTypeOf<Tensor<[3]>>()
    expectTypeOf(batch).toEqualTypeOf<Tensor<[5, 3]>>()
    expectTypeOf(deep).toEqualTypeOf<Tensor<[4, 5, 3]>>()
  })

  it('takes an empty batch', () => {
    expect(run(zeros([0, 2])).shape).toEqual([0, 3])
  })

  test.prop([tensorOf([2, 3, 2])], { numRuns: 20 })(
    'treats every example alike, whatever the batch dimensions',
    (x) => {
      expect(toFlatArray(run(x))).toEqual(toFlatArray(vmap((rows: Tensor<[3, 2]>) => run(rows))(x)))
    }
  )

  it('applies its activation last', () => {
    const y = nn.predict(nn.dense({ inputs: 2, outputs: 3, activation: relu }))(params, [])(tensor([[-4, 0]]))
    expect(toArray(y)).toEqual([[6, 12, 18]])
    const z = nn.predict(nn.dense({ inputs: 2, outputs: 3, activation: relu }))(params, [])(tensor([[-12, 0]]))
    expect(toArray(z)).toEqual([[0, 0, 0]])
  })

  it('has no bias when it is told so, in its type too', () => {
    const bare = nn.dense({ inputs: 2, outputs: 3, bias: false })
    const start = bare.init(key(0)).params
    expect(Object.keys(start)).toEqual(['weight'])
    expectTypeOf(start).toEqualTypeOf<{ readonly weight: Tensor<[2, 3]> }>()
    expect(toArray(nn.predict(bare)({ weight: params.weight }, [])(tensor([1, 1])))).toEqual([5, 7, 9])
  })

  test.prop([anyKey], { numRuns: 20 })('starts with a bias of zeros and a weight that the key alone decides', (k) => {
    const start = layer.init(k).params
    expect(toArray(start.bias)).toEqual([0, 0, 0])
    expect(toArray(start.weight)).toEqual(toArray(layer.init(k).params.weight))
    expectTypeOf(start).toEqualTypeOf<{ readonly weight: Tensor<[2, 3]>; readonly bias: Tensor<[3]> }>()
  })

  it('starts by He before its own relu, otherwise by Xavier, or as it is told', () => {
    const k = key(3)
    const [weightKey, biasKey] = split(2)(k)
    const weight = (settings: Partial<nn.DenseSettings<2, 3>>): unknown =>
      toArray(nn.dense({ inputs: 2, outputs: 3, ...settings }).init(k).params.weight)
    expect(weight({ activation: relu })).toEqual(toArray(nn.heNormal([2, 3])(weightKey)))
    expect(weight({ activation: tanh })).toEqual(toArray(nn.lecunNormal([2, 3])(weightKey)))
    expect(weight({})).toEqual(toArray(nn.lecunNormal([2, 3])(weightKey)))
    expect(weight({ activation: relu, weight: nn.glorotUniform })).toEqual(toArray(nn.glorotUniform([2, 3])(weightKey)))
    const { bias } = nn.dense({ inputs: 2, outputs: 3, bias: nn.normal({ standardDeviation: 1 }) }).init(k).params
    expect(toArray(bias)).toEqual(toArray(nn.normal({ standardDeviation: 1 })([3])(biasKey)))
  })

  const startBefore = (activation: ops.Pointwise): unknown =>
    toArray(nn.dense({ inputs: 2, outputs: 3, activation }).init(key(3)).params.weight)
  const [weightKey] = split(2)(key(3))

  it.each([
    ['relu', relu],
    ['leakyRelu', ops.leakyRelu()],
    ['leakyRelu with no slope', ops.leakyRelu({ slope: 0 })],
    ['relu6', ops.relu6],
    ['elu', ops.elu({ alpha: 0.5 })],
    ['celu', ops.celu({ alpha: 0.5 })],
    ['swish', ops.swish],
    ['gelu', ops.gelu],
    ['gelu by tanh', ops.gelu({ approximate: 'tanh' })],
    ['mish', ops.mish],
    ['hardSwish', ops.hardSwish]
  ])('starts by He before %s', (_, activation) => {
    expect(startBefore(activation)).toEqual(toArray(nn.heNormal([2, 3])(weightKey)))
  })

  it.each([
    ['selu', ops.selu],
    ['tanh', tanh],
    ['sigmoid', sigmoid],
    ['softsign', ops.softsign],
    ['softplus', ops.softplus],
    ['softmax', ops.softmax],
    ['hardSigmoid', ops.hardSigmoid],
    ['hardTanh', ops.hardTanh],
    ['a function of one’s own', (<S extends readonly number[]>(x: Tensor<S>) => relu(x)) satisfies ops.Pointwise]
  ])('starts by Xavier, which is LeCun, before %s', (_, activation) => {
    expect(startBefore(activation)).toEqual(toArray(nn.lecunNormal([2, 3])(weightKey)))
    expect(startBefore(activation)).toEqual(toArray(nn.lecunNormal([2, 3])(weightKey)))
  })

  it.each([
    ['relu', relu, 0.4, 2.5],
    ['leakyRelu', ops.leakyRelu(), 0.4, 2.5],
    ['elu', ops.elu(), 0.4, 3.5],
    ['selu', ops.selu, 0.7, 1.4],
    ['swish', ops.swish, 0.1, 1.5],
    ['gelu', ops.gelu, 0.2, 1.5],
    ['mish', ops.mish, 0.2, 1.5]
  ])('keeps the size of a signal through ten layers of %s', (_, activation, least, most) => {
    const sizes = [0, 1].map((seed) => {
      const layers = Array.from({ length: 10 }, () => nn.dense({ inputs: 100, outputs: 100, activation }))
      const deep = nn.sequential(...layers)
      const y = nn.predict(deep)(deep.init(key(seed)).params, [])(normal([100, 100])(key(seed + 9)))
      return Math.sqrt(toNumber(ops.mean(square(y))))
    })
    const size = average(sizes)
    expect(size).toBeGreaterThan(least)
    expect(size).toBeLessThan(most)
  })

  test.prop([tensorOf([3, 2]), tensorOf([2, 4]), tensorOf([4]), fc.constantFrom(tanh, sigmoid, square)], {
    numRuns: 20
  })('has the gradient of central differences, by parameters and by input', (x, weight, bias, activation) => {
    const smooth = nn.dense({ inputs: 2, outputs: 4, activation })
    const loss = (p: { readonly layer: nn.DenseParams<2, 4>; readonly x: Tensor<[3, 2]> }): Scalar =>
      sum(square(nn.predict(smooth)(p.layer, [])(p.x)))
    const at = { layer: { weight, bias }, x }
    checkGradient(loss, at, grad(loss)(at))
  })

  it('knows sizes only known at run time', () => {
    const hidden = Number('7')
    const dynamic = nn.dense({ inputs: 2, outputs: hidden })
    expectTypeOf(dynamic).toEqualTypeOf<nn.Layer<nn.DenseParams<2, number>, readonly [], [2], [number]>>()
    expect(dynamic.init(key(0)).params.weight.shape).toEqual([2, 7])
  })

  it('refuses sizes that are no sizes', () => {
    const made = (inputs: number, outputs: number): string => errorOf(() => nn.dense({ inputs, outputs }))
    expect(made(0, 3)).toBe('ValueError: dense: inputs must be a whole number of at least 1, got 0')
    expect(made(2, 2.5)).toBe('ValueError: dense: outputs must be a whole number of at least 1, got 2.5')
    expect(made(-1, 3)).toBe('ValueError: dense: inputs must be a whole number of at least 1, got -1')
    expect(made(2, NaN)).toBe('ValueError: dense: outputs must be a whole number of at least 1, got NaN')
    expect(made('2' as never, 3)).toBe('ValueError: dense: inputs must be a whole number of at least 1, got "2"')
    expect(made(Infinity, 3)).toMatch('got Infinity')
  })

  it('refuses settings that are no functions', () => {
    const made = (settings: object): string => errorOf(() => nn.dense({ inputs: 1, outputs: 1, ...settings }))
    expect(made({ activation: 'relu' })).toBe('ValueError: dense: activation must be a function, got "relu"')
    expect(made({ weight: 'he' })).toBe('ValueError: dense: weight must be a function, got "he"')
    expect(errorOf(() => nn.dense(undefined as never))).toMatch(
      'dense: needs settings { inputs, outputs }, got undefined'
    )
    expect(made({ bias: true })).toBe('ValueError: dense: bias must be a function or false, got true')
  })

  it('refuses other features, at compile time and at run time', () => {
    // @ts-expect-error three features, not two
    expect(errorOf(() => run(zeros([4, 3])))).toBe(
      'ShapeError: dense: takes [2] after any batch dimensions, got shape [4, 3]; check the data'
    )
    // @ts-expect-error a scalar has no features
    expect(errorOf(() => run(zeros([])))).toMatch('got shape []')
    const dynamic: Tensor = zeros([4, 2])
    // @ts-expect-error its last dimension is not known to be 2
    run(dynamic)
  })

  it('refuses the parameters of another layer', () => {
    const wrong = { weight: ones([2, 4]), bias: ones([4]) }
    // @ts-expect-error four outputs, not three
    expect(errorOf(() => nn.predict(layer)(wrong, [])(zeros([5, 2])))).toBe(
      "ShapeError: dense: must give [5, 3] for an input of shape [5, 2], gave [5, 4]; check that the parameters are this layer's"
    )
  })

  it('refuses a key that is no key', () => {
    expect(errorOf(() => layer.init(42 as never))).toMatch('needs a random key, got 42')
  })
})
