import type * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import { add, mul, nn, optim, random, sin, tensor, toFlatArray, train } from '../../src/index.ts'
import { fc, test } from '../support/property.ts'
import { faults, right } from './support.ts'

/** Each feature times a factor of its own, and moved: a layer of the user's, with a size of its own. */
const scaleAndShift = (features: number, start: number) =>
  nn.stateless({
    name: 'scaleAndShift',
    input: [features],
    output: [features],
    init: (key) => ({ factor: nn.constant(start)([features])(key), shift: nn.constant(0)([features])(key) }),
    apply:
      ({ factor, shift }) =>
      (x) =>
        pipe(x, mul(factor), add(shift))
  })

const own = codec.settingsFor({
  layers: {
    scaleAndShift: {
      settings: codec.struct('scaleAndShift', {}, { start: codec.Finite }),
      make: ({ start = 1, features }) => scaleAndShift(features, start)
    },
    widen: {
      settings: codec.struct('widen', { by: codec.PositiveInteger }),
      make: ({ by, features }) => nn.dense({ inputs: features, outputs: features * by })
    },
    ten: { make: () => nn.dense({ inputs: 10, outputs: 10 }) }
  },
  activations: {
    sine: { make: () => sin },
    wave: {
      settings: codec.struct('wave', { frequency: codec.Rate }),
      make:
        ({ frequency }) =>
        (x) =>
          sin(mul(frequency)(x))
    }
  },
  initializers: { tenth: { make: () => nn.constant(0.1) } },
  optimizers: {
    signDescent: {
      settings: codec.struct('signDescent', {}, { clip: codec.Rate }),
      make: ({ learningRate, clip = 1 }) => optim.chain(optim.clipByValue(clip), optim.descend(learningRate))
    }
  },
  schedules: {
    halving: {
      // any io-ts type will do
      settings: t.exact(t.type({ initial: t.number, every: codec.PositiveInteger })),
      make:
        ({ initial, every }) =>
        (step) =>
          initial / 2 ** Math.floor(step / every)
    },
    // what the library's own maker refuses is a fault of the file
    cosine: { settings: codec.struct('cosine', { steps: codec.Finite }), make: ({ steps }) => optim.cosineDecay({ initial: 1, steps }) } // prettier-ignore
  }
})

const file = `{
  "model": {
    "inputs": 2,
    "layers": [
      { "type": "dense", "units": 8, "activation": { "name": "wave", "frequency": 2 }, "initializer": "tenth" },
      { "type": "scaleAndShift", "start": 0.5 },
      { "type": "residual", "layers": [{ "type": "scaleAndShift" }] },
      { "type": "widen", "by": 2 },
      { "type": "activation", "activation": "sine" },
      { "type": "dense", "units": 1 }
    ]
  },
  "optimizer": { "name": "signDescent", "learningRate": { "name": "halving", "initial": 0.5, "every": 10 }, "clip": 0.5 }
}`

const Experiment = codec.struct('experiment', { model: own.JsonModelSettings, optimizer: own.JsonOptimizerSettings })

describe('a settings file that knows things of the user’s own', () => {
  it('makes the model and the optimiser that are written by hand', () => {
    const { model, optimizer } = right(codec.parse(Experiment)(file))
    const made = own.toModel(model)
    const byHand = nn.sequential(
      nn.dense({ inputs: 2, outputs: 8, activation: (x) => sin(mul(2)(x)), weight: nn.constant(0.1) }),
      scaleAndShift(8, 0.5),
      nn.residual(scaleAndShift(8, 1)),
      nn.dense({ inputs: 8, outputs: 16 }),
      sin,
      nn.dense({ inputs: 16, outputs: 1 })
    )
    const x = tensor([
      [1, 2],
      [-3, 0.5]
    ])
    const key = random.key(3)
    const [one, other] = [made.init(key), byHand.init(key)]
    expect(toFlatArray(made.apply(nn.inference)(one.params, one.state)(x)[0])).toEqual(
      toFlatArray(byHand.apply(nn.inference)(other.params, other.state)(x)[0])
    )
    const w = tensor([1])
    const steps = (o: optim.GradientTransformation) => toFlatArray(optim.step(o)(w, tensor([9]), o.init(w))[0])
    expect(steps(own.toOptimizer(optimizer))).toEqual([1 - 0.5 * 0.5])
  })

  it('trains what it describes', () => {
    const { model, optimizer } = right(codec.parse(Experiment)(file))
    const problem = { model: own.toModel(model), loss: nn.meanSquaredError, optimizer: own.toOptimizer(optimizer) }
    const data = { inputs: tensor([[0, 0], [1, 1]]), targets: tensor([[0], [1]]) } // prettier-ignore
    const ended = train.fit(problem, { epochs: 30, batchSize: 2 })(data)(train.start(problem)(random.key(0)))
    const { history } = right(ended as E.Either<never, { readonly history: readonly train.EpochRecord[] }>)
    expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss / 2)
  })

  it('comes back from JSON', () => {
    const read = right(codec.parse(Experiment)(file))
    expect(JSON.parse(codec.print(Experiment)(read))).toEqual(JSON.parse(file))
    expect(Experiment.is(read)).toBe(true)
  })

  it('tells wrong settings by their path', () => {
    const wrong = {
      model: {
        inputs: 2,
        layers: [
          { type: 'dense', units: 8, activation: { name: 'wave', frequency: 0 } },
          { type: 'dense', units: 8, activation: 'wave' },
          { type: 'residual', layers: [{ type: 'scaleAndShift', start: 'one', begin: 1 }] },
          { type: 'scale' }
        ]
      },
      optimizer: { name: 'signDescent', learningRate: { name: 'halving', initial: 1, every: 0 }, clip: -1 }
    }
    const activationNames =
      'linear, relu, leakyRelu, relu6, elu, celu, selu, swish, gelu, mish, hardSwish, softplus, sigmoid, logSigmoid, hardSigmoid, tanh, hardTanh, softsign, softmax, logSoftmax, sparsemax, sine'
    expect(faults(codec.parse(Experiment)(JSON.stringify(wrong)))).toEqual([
      'model.layers[0].activation.frequency: needs a finite number above 0, got 0',
      `model.layers[1].activation: needs one of ${activationNames}, or a record such as { name: "leakyRelu", slope: 0.1 }, got "wave"`,
      'model.layers[2].layers[0].begin: is not known; there is start',
      'model.layers[2].layers[0].start: needs a finite number, got "one"',
      'model.layers[3].type: needs one of dense, activation, dropout, batchNorm, layerNorm, residual, scaleAndShift, widen, ten, got "scale"',
      'optimizer.learningRate.every: needs a whole number of at least 1, got 0',
      'optimizer.clip: needs a finite number above 0, got -1'
    ])
  })

  it('tells layers that do not fit, and settings that a maker refuses, before anything is made', () => {
    const model = (...layers: readonly unknown[]) => faults(codec.decode(own.JsonModelSettings)({ inputs: 2, layers }))
    expect(model({ type: 'ten' })).toEqual([
      'layers[0]: needs to make a layer from [2] to some features, made one from [10] to [10]'
    ])
    expect(model({ type: 'widen', by: 5 }, { type: 'ten' }, { type: 'residual', layers: [{ type: 'widen', by: 2 }] })).toEqual([
      'layers[2].layers: needs to give the 10 features that it takes, as these are added to it; gives 20'
    ]) // prettier-ignore
    expect(faults(codec.decode(own.JsonScheduleSettings)({ name: 'cosine', steps: 0.5 }))).toEqual([
      'scheduleSettings: cosineDecay: steps must be a whole number of at least 1, got 0.5'
    ])
    expect(() => own.toModel({ inputs: 2, layers: [{ type: 'widen' }] })).toThrow(
      'toModel: needs settings as decoding gives them; layers[0].by: is missing; needs a whole number of at least 1'
    )
  })

  test.prop([fc.integer({ min: 1, max: 9 }), fc.double({ min: 1e-3, max: 9, noNaN: true })])(
    'takes a schedule of the user’s after a warm-up, and the library’s own as before',
    (every, initial) => {
      const then = { name: 'halving', initial, every }
      const rate = own.toSchedule(right(codec.decode(own.JsonScheduleSettings)({ name: 'warmUp', steps: 1, then })))
      expect([0, 1 + every].map(rate)).toEqual([initial, initial / 2])
      const plain = { name: 'exponentialDecay', initial, factor: 0.5, every }
      expect(own.toSchedule(right(codec.decode(own.JsonScheduleSettings)(plain)))(every)).toBe(
        codec.toSchedule(right(codec.decode(codec.JsonScheduleSettings)(plain)))(every)
      )
    }
  )

  it('has settings of the types that were declared', () => {
    codec.settingsFor({
      activations: {
        wave: {
          settings: codec.struct('wave', { frequency: codec.Rate }, { phase: codec.Finite }),
          make: (settings) => {
            expectTypeOf(settings).toExtend<{ readonly frequency: number; readonly phase?: number }>()
            return sin
          }
        }
      },
      // @ts-expect-error a schedule is a function of the step
      schedules: { odd: { make: () => 3 } }
    })
  })
})

describe('entries of the user’s own that are wrong', () => {
  const wrong = (entries: unknown) => () => codec.settingsFor(entries as never)
  it.each([
    [undefined, 'settingsFor: needs settings such as { layers: an object }, got undefined'],
    [{ layer: {} }, 'settingsFor: layer is not known; there is layers, activations, initializers, optimizers, schedules'],
    [{ layers: 3 }, 'settingsFor: layers must be entries by name, got 3'],
    [{ layers: { dense: { make: () => sin } } }, 'settingsFor: layers: dense is a name that the library has; choose another'],
    [{ schedules: { warmUp: { make: () => sin } } }, 'settingsFor: schedules: warmUp is a name that the library has; choose another'],
    [{ activations: { sine: sin } }, 'settingsFor: activations: sine: needs settings { make }, got a function'],
    [{ activations: { sine: { make: 3 } } }, 'settingsFor: activations: sine: make must be a function, got 3'],
    [
      { activations: { sine: { settings: { frequency: codec.Rate }, make: () => sin } } },
      'settingsFor: activations: sine: settings must be an io-ts type such as codec.struct gives, got an object'
    ]
  ])('%j are refused where they are handed over', (entries, message) => {
    expect(wrong(entries)).toThrow(expect.objectContaining({ name: 'ValueError', message }))
  }) // prettier-ignore

  it('are told of when they make something else', () => {
    const { JsonScheduleSettings } = codec.settingsFor({ schedules: { odd: { make: (() => 3) as never } } })
    expect(() => codec.decode(JsonScheduleSettings)({ name: 'odd' })).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: 'settingsFor: schedules: odd: what make gives must be a function, got 3'
      })
    )
  })
})
