import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import { nn, optim, random, train } from '../../src/index.ts'
import { data } from '../../src/index.ts'
import { relu } from '../../src/ops/index.ts'
import type { Params } from '../../src/params/index.ts'
import { ones, scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { anyDouble, anyParams, anyTensor, bits, faults, right } from './support.ts'

describe('numbers in JSON', () => {
  test.prop([anyDouble])('come back with the same bits', (x) => {
    const text = codec.print(codec.JsonNumber)(x)
    expect(bits(right(codec.parse(codec.JsonNumber)(text)))).toEqual(bits(x))
  })

  it('are nothing but numbers and the four words', () => {
    const wrong = ['1', '', 'nan', '+Infinity', null, true, [], {}, undefined].map((x) =>
      faults(codec.decode(codec.JsonNumber)(x))
    )
    expect(wrong.every((list) => list.length === 1)).toBe(true)
    expect(wrong[2]).toEqual(['number: needs a number, or one of "-0", "NaN", "Infinity", "-Infinity", got "nan"'])
  })
})

describe('tensors in JSON', () => {
  test.prop([anyTensor])('come back with the same shape and bits', (x) => {
    const text = codec.print(codec.JsonTensor)(x)
    expect(bits(right(codec.parse(codec.JsonTensor)(text)))).toEqual(bits(x))
  })

  it('tell every fault, at its place', () => {
    const read = codec.decode(codec.JsonTensor)
    expect(faults(read({ shape: [2, -1], data: [1, 'x', null], dtype: 'f8' }))).toEqual([
      'dtype: is not known; there is shape, data',
      'shape[1]: needs a whole number of at least 0, got -1',
      'data[1]: needs a number, or one of "-0", "NaN", "Infinity", "-Infinity", got "x"',
      'data[2]: needs a number, or one of "-0", "NaN", "Infinity", "-Infinity", got null'
    ])
    expect(faults(read({ shape: [2] }))).toEqual(['data: is missing; needs a list'])
    expect(faults(read({ shape: [], data: [] }))).toEqual(['tensor: needs the 1 numbers of shape [], got 0'])
    expect(faults(read({ shape: [1e300, 1e300], data: [] }))[0]).toMatch(/^shape\[0\]: needs a whole number/)
    expect(faults(read([1, 2]))).toEqual(['tensor: needs a tensor as { shape, data }, got a list of 2'])
    expect(faults(read({ shape: [30], data: Array.from({ length: 30 }, () => 'x') }))).toHaveLength(21)
    expect(faults(read({ shape: [30], data: Array.from({ length: 30 }, () => 'x') })).at(-1)).toBe(
      'tensor: 10 more faults'
    )
  })

  it('are what a guard says they are', () => {
    expect(codec.JsonTensor.is(ones([2]))).toBe(true)
    expect(codec.JsonTensor.is({ shape: [2], data: [1, 1] })).toBe(false)
  })
})

describe('parameters in JSON', () => {
  test.prop([anyParams])('come back with the same structure, keys in the same order, and the same bits', (params) => {
    const text = codec.print(codec.JsonParams)(params)
    expect(bits(right(codec.parse(codec.JsonParams)(text)))).toEqual(bits(params))
  })

  test.prop([anyParams])('come back alike by a template of their own', (params) => {
    const type = codec.paramsLike(params)
    expect(bits(right(codec.parse(type)(codec.print(type)(params))))).toEqual(bits(params))
    expect(type.is(params)).toBe(true)
    expect(codec.JsonParams.is(params)).toBe(true)
  })

  test.prop([anyParams, fc.jsonValue()])(
    'decoding any JSON gives a value or faults, never an error',
    (params, json) => {
      for (const type of [codec.JsonParams, codec.JsonTensor, codec.paramsLike(params)])
        expect(['Left', 'Right']).toContain(codec.decode<unknown>(type)(json)._tag)
    }
  )

  it.each([
    { shape: ones([2]), data: ones([1]) },
    { shape: [ones([2])], data: [] },
    { shape: [], data: [] },
    { shape: {}, data: { shape: scalar(1), data: [scalar(2)] } }
  ])('may have the keys of a tensor themselves (%#)', (params) => {
    expect(bits(right(codec.parse(codec.JsonParams)(codec.print(codec.JsonParams)(params))))).toEqual(bits(params))
  })

  it('are read by the structure of a template, whatever the order of the keys', () => {
    const template = { weight: zeros([1]), bias: zeros([]) }
    const read = right(
      codec.decode(codec.paramsLike(template))({
        bias: { shape: [], data: [2] },
        weight: { shape: [1], data: [1] }
      })
    )
    expect(Object.keys(read)).toEqual(['weight', 'bias'])
    expect(read).toEqual({ weight: tensor([1]), bias: scalar(2) })
  })

  it('tell every difference from a template', () => {
    const type = codec.paramsLike([{ weight: zeros([2, 3]), bias: zeros([3]) }, { weight: zeros([3]) }] as const)
    expect(
      faults(
        codec.decode(type)([
          { weight: { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] }, bias: { shape: [3], data: [1, 2] }, gain: 1 },
          {}
        ])
      )
    ).toEqual([
      '[0].gain: is not known; there is weight, bias',
      '[0].weight: needs shape [2, 3], got shape [3, 2]',
      '[0].bias: needs the 3 numbers of shape [3], got 2',
      '[1].weight: is missing; needs a tensor as { shape, data }'
    ])
    expect(faults(codec.decode(type)([]))).toEqual(['params: needs a list of 2, got a list of 0'])
  })

  it('refuses a template that holds anything but tensors', () => {
    expect(() => codec.paramsLike({ weight: 1 })).toThrow(/params.weight is the number 1/)
  })

  it('tells what is no tree, and what is nested too deeply', () => {
    expect(faults(codec.decode(codec.JsonParams)({ a: [{ b: 3 }] }))).toEqual([
      'a[0].b: needs a tensor, a list or a record, got 3'
    ])
    const text = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    expect(faults(codec.parse(codec.JsonParams)(text))[0]).toMatch(/is nested too deeply; needs at most 200 levels$/)
  })

  it('does not let a key of a file touch the prototype of anything', () => {
    const read = right(codec.parse(codec.JsonParams)('{"__proto__":{"polluted":{"shape":[],"data":[1]}}}'))
    expect(Object.keys(read)).toEqual(['__proto__'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(faults(codec.parse(codec.JsonFitSettings)('{"epochs":1,"batchSize":1,"__proto__":{"shuffle":1}}'))).toEqual([
      '__proto__: is not known; there is epochs, batchSize, shuffle, validationFraction, patience, keepBest, reduceOnPlateau'
    ])
  })
})

describe('text that is no JSON', () => {
  it('is a fault', () => {
    expect(faults(codec.parse(codec.JsonTensor)('{"shape":'))[0]).toMatch(/^tensor: is not JSON: /)
    expect(faults(codec.parse(codec.JsonTensor)(''))[0]).toMatch(/^tensor: is not JSON: /)
  })
})

describe('a training state in JSON', () => {
  const problem = {
    model: nn.sequential(
      nn.dense({ inputs: 2, outputs: 8, activation: relu }),
      nn.dropout({ keepProbability: 0.7 }),
      nn.dense({ inputs: 8, outputs: 3 })
    ),
    loss: nn.softmaxCrossEntropy,
    optimizer: optim.adam({ learningRate: optim.cosineDecay({ initial: 0.1, steps: 100 }) })
  }
  const set = data.spirals({ perArm: 10 })(random.key(5))
  const start = train.start(problem)(random.key(1))
  const type = codec.trainState(start)
  const run = (epochs: number) => train.fit(problem, { epochs, batchSize: 7, validation: set })(set)
  const trained = (epochs: number, from: typeof start) => {
    const result = run(epochs)(from)
    if (result._tag === 'Left') throw new Error(train.showError(result.left))
    return result.right
  }

  test.prop([fc.nat({ max: 2 }), fc.nat({ max: 2 })], { numRuns: 6 })(
    'goes on from the file as if it had never stopped, bit for bit',
    (a, b) => {
      const text = codec.print(type)(trained(a, start))
      const resumed = trained(b, right(codec.parse(type)(text)))
      expect(bits(resumed)).toEqual(bits(trained(a + b, start)))
    }
  )

  describe('of a model with state', () => {
    const normalised = {
      ...problem,
      model: nn.sequential(
        nn.dense({ inputs: 2, outputs: 8 }),
        nn.batchNorm({ features: 8 }),
        nn.residual(nn.batchNorm({ features: 8 }), relu, nn.dense({ inputs: 8, outputs: 8 })),
        nn.dense({ inputs: 8, outputs: 3 })
      )
    }
    const first = train.start(normalised)(random.key(1))
    const kind = codec.trainState(first)
    const goOn = (from: typeof first) => {
      const result = train.fit(normalised, { epochs: 2, batchSize: 10 })(set)(from)
      if (result._tag === 'Left') throw new Error(train.showError(result.left))
      return result.right
    }
    const after = goOn(first)

    it('keeps its running statistics, and goes on from them, bit for bit', () => {
      const read = right(codec.parse(kind)(codec.print(kind)(after)))
      expect(bits(read)).toEqual(bits(after))
      expect(bits(read.modelState)).not.toEqual(bits(first.modelState))
      expect(bits(goOn(read))).toEqual(bits(goOn(after)))
      expect(kind.is(after)).toBe(true)
    })

    it('tells what is wrong with them, at its place', () => {
      const json = JSON.parse(codec.print(kind)(after)) as { modelState: unknown[] }
      const [own, inner] = json.modelState as [Record<string, unknown>, unknown]
      const wrong = [{ mean: own['mean'], variance: { shape: [7], data: [1, 1, 1, 1, 1, 1, 1] }, count: 3 }, inner]
      expect(faults(codec.decode(kind)({ ...json, modelState: wrong }))).toEqual([
        'modelState[0].count: is not known; there is mean, variance',
        'modelState[0].variance: needs shape [8], got shape [7]'
      ])
      expect(faults(codec.decode(kind)({ ...json, modelState: [own, []] }))).toEqual([
        'modelState[1]: needs a list of 1, got a list of 0'
      ])
      expect(faults(codec.decode(kind)({ ...json, modelState: [] }))).toEqual([
        'modelState: needs a list of 2, got a list of 0'
      ])
    })
  })

  it('keeps figures that JSON cannot write', () => {
    const state = { ...start, history: [{ epoch: 1, loss: Infinity, accuracy: NaN, gap: -0, none: undefined }] }
    const [line] = right(codec.parse(type)(codec.print(type)(state))).history
    expect(line).toEqual({ epoch: 1, loss: Infinity, accuracy: NaN, gap: -0 })
    expect(type.is(state)).toBe(true)
  })

  it('tells every fault of a file, and refuses another model', () => {
    const json = JSON.parse(codec.print(type)(start)) as Record<string, unknown>
    expect(
      faults(
        codec.decode(type)({
          ...json,
          version: 2,
          step: -1,
          key: { _tag: 'Key', high: -1, low: 0 },
          history: [{ epoch: 1 }],
          seed: 0,
          params: undefined
        })
      )
    ).toEqual([
      'seed: is not known; there is format, version, params, modelState, optimizerState, key, epoch, step, history, trainedOn',
      'version: needs 1, got 2',
      'params: is missing; needs a list of 2',
      'key: needs a key as { _tag: "Key", high, low } with two whole numbers from 0 to 2^32 − 1, got a record of _tag, high, low',
      'step: needs a whole number of at least 0, got -1',
      'history[0].loss: is missing; needs a number, or one of "-0", "NaN", "Infinity", "-Infinity"'
    ])
    const other = train.start({ ...problem, model: nn.dense({ inputs: 2, outputs: 3 }) })(random.key(1))
    expect(faults(codec.decode(codec.trainState(other))(json))[0]).toBe('params: needs a record, got a list of 2')
  })

  it('is plain JSON', () => {
    const json: unknown = type.encode(start)
    expect(JSON.parse(JSON.stringify(json))).toEqual(json)
    expect(right(codec.decode(type)(json)).params satisfies Params).toEqual(start.params)
  })
})
