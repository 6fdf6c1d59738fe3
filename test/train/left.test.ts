/**
 * What settings, data, a saved state, or a function of the caller's own get wrong is a Left, found before the first step
 * where it can be known.
 */
import { describe, expect, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import * as nn from '../../src/nn/index.ts'
import { get, mean, mul } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Scalar, Tensor } from '../../src/tensor/tensor.ts'
import * as train from '../../src/train/index.ts'
import { left, right } from './support.ts'

type Column = Tensor<[number, 1]>

const base = {
  model: nn.dense({ inputs: 1, outputs: 1 }),
  loss: nn.meanSquaredError,
  optimizer: optim.sgd({ learningRate: 0.1 })
}
const data = { inputs: tensor([[1], [2], [3]]), targets: tensor([[1], [2], [3]]) }

interface Case {
  readonly problem?: object
  readonly settings?: object
  /** What is done to the state that training begins with. */
  readonly change?: (state: Record<string, unknown>) => unknown
  /** Whether it begins with the state of the plain problem. */
  readonly plainly?: true
}

/** What is said, and how many epochs were trained before. */
const outcome = ({ problem = {}, settings = {}, change = (state) => state, plainly }: Case) => {
  const task = { ...base, ...problem }
  const seen: number[] = []
  const observers = [({ epoch }: { epoch: number }) => seen.push(epoch)]
  const start = change(train.start(plainly === true ? base : task)(random.key(0)) as never) as never
  const error = left(train.fit(task, { epochs: 5, batchSize: 1, observers, ...settings })(data)(start))
  return { said: train.showError(error), epochs: seen.length, error }
}

const normed = nn.sequential(
  nn.dense({ inputs: 1, outputs: 4 }),
  nn.batchNorm({ features: 4 }),
  nn.dense({ inputs: 4, outputs: 1 })
)
const decoded = codec.decode(codec.JsonFitSettings)({
  epochs: 5,
  batchSize: 1,
  patience: { figure: 'valLoss', patience: 2 }
})
const file = decoded._tag === 'Right' ? codec.toFit(decoded.right) : {}
const throws = (): never => {
  throw new RangeError('beyond')
}
const wide = train.start({ ...base, model: nn.dense({ inputs: 2, outputs: 1 }) })(random.key(0))

describe('found before the first step, with its path', () => {
  it.each<[string, Case, string]>([
    [
      'an optimizer whose init throws',
      { problem: { optimizer: { ...base.optimizer, init: throws } }, plainly: true },
      'training failed in epoch 1, step 1:\n  optimizer: threw RangeError: beyond'
    ],
    [
      'a model state that is not finite',
      {
        problem: { model: nn.batchNorm({ features: 1 }) },
        settings: { batchSize: 3 },
        change: (state) => ({ ...state, modelState: { mean: tensor([NaN]), variance: tensor([Infinity]) } })
      },
      'invalid state:\n  state.modelState.mean: needs finite numbers, got NaN at position 0\n  state.modelState.variance: needs finite numbers, got Infinity at position 0'
    ],
    [
      'a last batch that batch normalisation does not take',
      { problem: { model: normed }, settings: { batchSize: 2 } },
      'invalid settings:\n  batchSize: leaves a last batch of 1 of the 3 examples, which the model does not take: batchNorm: '
    ],
    [
      'batches of one that it does not take',
      { problem: { model: normed } },
      'training failed in epoch 1, step 1:\n  model: batchNorm: '
    ],
    [
      'an optimizer that throws for every batch, the short one too',
      { problem: { optimizer: { ...base.optimizer, update: throws as never } }, settings: { batchSize: 2 } },
      'training failed in epoch 1, step 1:\n  optimizer: threw RangeError: beyond'
    ],
    [
      'the same without a program',
      { problem: { model: normed }, settings: { batchSize: 2, compile: false } },
      'invalid settings:\n  batchSize: leaves a last batch of 1 of the 3 examples'
    ],
    [
      'a misspelt figure in a settings file',
      { settings: { ...file } },
      'invalid settings:\n  stop.figure: needs one of loss, got "valLoss"'
    ],
    [
      'a misspelt figure of a plateau',
      { settings: { rateFactor: train.reduceOnPlateau({ figure: 'valLoss' }) } },
      'invalid settings:\n  rateFactor.figure: needs one of loss, got "valLoss"'
    ],
    [
      'a misspelt figure of a target, among others',
      { settings: { stop: train.or(train.reaches({ figure: 'valLoss', target: 1 }))(() => false) } },
      'invalid settings:\n  stop.figure: needs one of loss, got "valLoss"'
    ],
    [
      'a misspelt figure of a rule of one’s own',
      { settings: { stop: train.rule({ figures: ['los'], init: 0, step: () => 0, value: () => false }) } },
      'invalid settings:\n  stop.figure: needs one of loss, got "los"'
    ],
    [
      'the state of another optimizer',
      { problem: { optimizer: optim.adam({ learningRate: 0.1 }) }, plainly: true },
      'invalid state:\n  state.optimizerState: needs a list of 2, got a list of 0'
    ],
    [
      'the state of another model',
      { change: () => wide },
      'invalid state:\n  state.params.weight: needs a tensor of shape [1, 1], got a tensor of shape [2, 1]'
    ],
    [
      'a state without its bias',
      { change: (state) => ({ ...state, params: { weight: zeros([1, 1]) } }) },
      'invalid state:\n  state.params.bias: is missing; needs a tensor of shape [1]'
    ],
    [
      'a state with a tensor too many, and arrays for tensors',
      { change: (state) => ({ ...state, params: { weight: [[1]], bias: zeros([1]), scale: zeros([1]) } }) },
      'invalid state:\n  state.params.scale: is not known; there is weight, bias\n  state.params.weight: needs a tensor of shape [1, 1], got a list of 1'
    ],
    [
      'a state without the running statistics of its model',
      { problem: { model: normed }, settings: { batchSize: 3 }, change: (state) => ({ ...state, modelState: [] }) },
      'invalid state:\n  state.modelState: needs a list of 1, got a list of 0'
    ],
    [
      'a state without parameters',
      { change: (state) => ({ ...state, params: undefined }) },
      'invalid state:\n  state.params: is missing; needs a record of weight, bias'
    ],
    [
      'a state that does not count, with a seed for its key and no history',
      { change: (state) => ({ ...state, epoch: -1, step: 0.5, key: 7, history: null }) },
      'invalid state:\n  state.epoch: needs a whole number of at least 0, got -1\n  state.step: needs a whole number of at least 0, got 0.5\n  state.key: needs a random key, got 7\n  state.history: needs an array, got null'
    ],
    [
      'a history of something else',
      { change: (state) => ({ ...state, history: [{ epoch: 1, loss: 1 }, { epoch: 2 }] }) },
      'invalid state:\n  state.history[1]: needs the figures of an epoch as numbers, { epoch, loss, … }, got a record of epoch'
    ],
    [
      'a history out of order',
      { change: (state) => ({ ...state, epoch: 3, history: [{ epoch: 2, loss: 1 }, { epoch: 2, loss: 1 }] }) }, // prettier-ignore
      'invalid state:\n  state.history[1]: needs an epoch after 2, got 2'
    ],
    [
      'a history that goes on after the state',
      { change: (state) => ({ ...state, epoch: 2, history: [{ epoch: 3, loss: 1 }] }) },
      'invalid state:\n  state.epoch: is 2, and the history goes on to epoch 3; it may be empty'
    ],
    [
      'a mark of its data that is none',
      { change: (state) => ({ ...state, trainedOn: { data: 'abc' } }) },
      'invalid state:\n  state.trainedOn: needs { data, since }, as training gives it, with an epoch of at most 0, got a record of data'
    ],
    [
      'a mark of its data from an epoch to come',
      { change: (state) => ({ ...state, trainedOn: { data: 'abc', since: 1 } }) },
      'invalid state:\n  state.trainedOn: needs { data, since }, as training gives it, with an epoch of at most 0, got a record of data, since'
    ],
    [
      'a history with a figure that is no number',
      { change: (state) => ({ ...state, epoch: 1, history: [{ epoch: 1, loss: 1, accuracy: '1' }] }) },
      'invalid state:\n  state.history[0]: needs the figures of an epoch as numbers, { epoch, loss, … }, got a record of epoch, loss, accuracy'
    ],
    [
      'a part of a state that is not known',
      { change: (state) => ({ ...state, ephoc: 3 }) },
      'invalid state:\n  state.ephoc: is not known; there is params, modelState, optimizerState, epoch, step, key, history, trainedOn, notCompiled'
    ],
    [
      'a list of observers with a hole, and a list for options of programs',
      // eslint-disable-next-line no-sparse-arrays
      { settings: { observers: [, () => 0] as never, compile: [] as never } },
      'invalid settings:\n  compile: needs true, false or options such as { precision: "single" }, got an array\n  observers[0]: needs a function of the state'
    ],
    [
      'options of a function, where those of programs are asked for',
      { settings: { compile: { precision: 'single', donate: [0] } as never } },
      'invalid settings:\n  compile.donate: is not known; there is precision, relaxedSimd, threads, memoryLimit, checked, show'
    ],
    ['no state', { change: () => undefined }, 'invalid state:\n  state: needs a state such as train.start gives'],
    [
      'a schedule that will be negative',
      { problem: { optimizer: optim.sgd({ learningRate: (step) => 0.1 - 0.03 * step }) } },
      'invalid settings:\n  epochs: lead to a step that has no learning rate: sgd: the schedule at step 4 must be a finite number of at least 0, got -0.0'
    ],
    [
      'a schedule that will be NaN, in a chain',
      {
        problem: {
          optimizer: optim.chain(
            optim.clipByGlobalNorm(1),
            optim.scale((step) => Math.sqrt(9 - step))
          )
        }
      },
      'invalid settings:\n  epochs: lead to a step that has no learning rate: scale: the schedule at step 10 '
    ],
    [
      'a model that throws',
      { problem: { model: { ...base.model, apply: () => throws } } },
      'training failed in epoch 1, step 1:\n  model: threw RangeError: beyond'
    ],
    [
      'a model that throws in training only',
      { problem: { model: { ...base.model, apply: (mode: nn.Mode) => (mode._tag === 'Train' ? throws : base.model.apply(mode)) } } }, // prettier-ignore
      'training failed in epoch 1, step 1:\n  model: threw RangeError: beyond'
    ],
    [
      'a model that cannot begin',
      { problem: { model: { ...base.model, init: throws } }, plainly: true },
      'training failed in epoch 1, step 1:\n  model: threw RangeError: beyond'
    ],
    ['a loss that throws', { problem: { loss: () => throws } }, 'training failed in epoch 1, step 1:\n  loss: threw RangeError: beyond'], // prettier-ignore
    [
      'a loss that is no scalar',
      { problem: { loss: (y: Column) => (x: Column) => mul(y)(x) } },
      'training failed in epoch 1, step 1:\n  loss: must give a scalar, it gave shape [1, 1]; reduce it with mean or sum'
    ],
    [
      'a loss that is a number',
      { problem: { loss: () => () => 3 } },
      'training failed in epoch 1, step 1:\n  loss: must give a scalar tensor, it gave 3'
    ],
    [
      'a penalty on nothing',
      { problem: { penalty: nn.l2({ strength: 1, where: () => false }) } },
      'training failed in epoch 1, step 1:\n  penalty: l2: where chooses none of '
    ],
    [
      'a model that gives no tensor',
      { problem: { model: { ...base.model, apply: () => () => () => [3, []] } } },
      'training failed in epoch 1, step 1:\n  model: what it gives for inputs: needs a tensor, got 3'
    ],
    [
      'a model that gives nothing',
      { problem: { model: { ...base.model, apply: () => () => () => undefined } } },
      'training failed in epoch 1, step 1:\n  model: threw TypeError: '
    ],
    [
      'a state with a tensor for its epoch',
      { change: (state) => ({ ...state, epoch: scalar(1), history: [{ epoch: 1, loss: 1 }] }) },
      'invalid state:\n  state.epoch: needs a whole number of at least 0, got a Tensor'
    ],
    [
      'a state with a symbol for its epoch',
      { change: (state) => ({ ...state, epoch: Symbol('one'), trainedOn: { data: '', since: 1 } }) },
      'invalid state:\n  state.epoch: needs a whole number of at least 0, got Symbol(one)'
    ],
    [
      'an optimizer that throws',
      { problem: { optimizer: { ...optim.sgd({ learningRate: 1 }), update: () => throws } } },
      'training failed in epoch 1, step 1:\n  optimizer: threw RangeError: beyond'
    ],
    [
      'a metric that throws',
      { problem: { metrics: { own: () => throws } } },
      'training failed in epoch 1, step 1:\n  metrics.own: threw RangeError: beyond'
    ],
    [
      'metrics that give no numbers',
      { problem: { metrics: { a: () => () => scalar(1), b: () => () => '1' } } },
      'training failed in epoch 1, step 1:\n  metrics.a: must give a number, it gave a Tensor; read it with toNumber\n  metrics.b: must give a number, it gave "1"'
    ],
    [
      'settings that are not known',
      {
        settings: { epoch: 3, lerningRate: 1, keepBest: { figure: 'loss', min: 1 }, compile: { presicion: 'single' } }
      },
      'invalid settings:\n  epoch: is not known; there is epochs, batchSize, shuffle, validation, stop, rateFactor, keepBest, compile, observers\n  lerningRate: is not known'
    ],
    [
      'names that are those of other figures',
      { problem: { metrics: Object.fromEntries(['loss', 'epoch', 'validationLoss', 'validationX', 'hits', 'Hits'].map((name) => [name, () => () => 42])) } }, // prettier-ignore
      'invalid settings:\n  metrics.loss: needs another name'
    ]
  ])('%s', (_, given, expected) => {
    const { said, epochs } = outcome(given)
    expect(said).toContain(expected)
    expect(epochs).toBe(0)
  })

  it('all names of metrics that clash', () => {
    const metrics = Object.fromEntries(
      ['loss', 'epoch', 'rate', 'validationLoss', 'validationX', 'hits', 'Hits', 'validity'].map((name) => [
        name,
        () => () => 42
      ])
    )
    const { error } = outcome({ problem: { metrics } })
    expect(error._tag === 'InvalidSettings' && error.faults.map(({ path }) => path)).toEqual([
      'metrics.loss',
      'metrics.epoch',
      'metrics.validationLoss',
      'metrics.validationX',
      'metrics.hits',
      'metrics.Hits'
    ])
  })

  it.each([
    ['a metric', { metric: {} }, 'metric'],
    ['a penalty', { penalties: () => 0 }, 'penalties']
  ])('a misspelt key of a problem: %s', (_, more, key) => {
    const problem = { ...base, ...more }
    const calls: readonly (() => unknown)[] = [
      () => train.fit(problem, { epochs: 1, batchSize: 1 })(data)(train.start(base)(random.key(0))),
      () => [...train.epochs(problem, { batchSize: 1 })(data)(train.start(base)(random.key(0)))],
      () => train.start(problem)(random.key(0)),
      () => train.step(problem),
      () => train.objective(problem),
      () =>
        train.findLearningRate({ ...problem, optimizer: (learningRate: number) => optim.sgd({ learningRate }) })(data)(
          random.key(0)
        )
    ]
    calls.forEach((call) => {
      expect(call).toThrow(
        expect.objectContaining({
          name: 'ValueError',
          message: expect.stringContaining(
            `${key} is not known; there is model, loss, optimizer, penalty, metrics`
          ) as string
        })
      )
    })
  })

  it('settings that epochs does not take', () => {
    const settings = { batchSize: 1, epochs: 2, stop: () => true, observers: [] }
    const [first, ...more] = train.epochs(base, settings)(data)(train.start(base)(random.key(0)))
    expect(train.showError(left(first!))).toBe(
      'invalid settings:\n  epochs: is not known; there is batchSize, shuffle, validation, rateFactor, compile\n' +
        '  stop: is not known; there is batchSize, shuffle, validation, rateFactor, compile\n' +
        '  observers: is not known; there is batchSize, shuffle, validation, rateFactor, compile'
    )
    expect(more).toEqual([])
  })
})

describe('a state of an optimizer', () => {
  const remembering = (first: number): optim.GradientTransformation => ({
    ...base.optimizer,
    init: () => ({ best: scalar(first) }),
    update: () => (updates) => (state) => [updates, state]
  })
  const fitFrom = (first: number, best: number) => {
    const problem = { ...base, optimizer: remembering(first) }
    const start = { ...train.start(problem)(random.key(0)), optimizerState: { best: scalar(best) } as never }
    return train.fit(problem, { epochs: 1, batchSize: 3 })(data)(start)
  }

  it('is refused where it holds numbers that are not finite', () => {
    expect(train.showError(left(fitFrom(0, Infinity)))).toBe(
      'invalid state:\n  state.optimizerState.best: needs finite numbers, got Infinity at position 0'
    )
  })

  it('may hold them where it begins with such', () => {
    expect(right(fitFrom(Infinity, Infinity)).epoch).toBe(1)
  })

  it('is what the optimizer is blamed for by a range test', () => {
    const problem = { ...base, optimizer: () => ({ ...base.optimizer, init: throws }) }
    expect(train.showError(left(train.findLearningRate(problem)(data)(random.key(0))))).toBe(
      'training failed in epoch 1, step 1:\n  optimizer: threw RangeError: beyond'
    )
  })
})

describe('found when it happens, with the epoch and the step', () => {
  /** Gives what it is told to, from its call of some number on. */
  const later = <A>(calls: number, first: A, then: () => A): (() => A) => {
    let count = 0
    return () => (++count < calls ? first : then())
  }

  it.each<[string, () => Case, string, number]>([
    ['a rule that throws', () => ({ settings: { stop: later(3, false, throws) } }), 'training failed in epoch 3, step 9:\n  stop: threw RangeError: beyond', 3], // prettier-ignore
    ['a rule that gives something else', () => ({ settings: { stop: later<unknown>(2, false, () => 'yes') } }), 'training failed in epoch 2, step 6:\n  stop: must give true or false, it gave "yes"', 2], // prettier-ignore
    ['a rate that throws', () => ({ settings: { rateFactor: later(3, 1, throws) } }), 'training failed in epoch 3, step 7:\n  rateFactor: threw RangeError: beyond', 2], // prettier-ignore
    ['a negative rate', () => ({ settings: { rateFactor: later(2, 1, () => -1) } }), 'training failed in epoch 2, step 4:\n  rateFactor: must give a finite number of at least 0, it gave -1 after 1 epochs', 1], // prettier-ignore
    [
      'a rule whose step throws',
      () => ({
        settings: {
          stop: train.rule({
            figures: ['loss'],
            init: 0,
            step: (n, { epoch }) => (epoch < 2 ? n : throws()),
            value: () => false
          })
        }
      }),
      'training failed in epoch 2, step 6:\n  stop: threw RangeError: beyond',
      1
    ],
    [
      'a rate whose step throws',
      () => ({
        settings: { rateFactor: train.rule({ figures: ['loss'], init: 0, step: throws, value: () => 1 }) }
      }),
      'training failed in epoch 1, step 3:\n  rateFactor: threw RangeError: beyond',
      0
    ],
    [
      'a metric that throws after some epochs',
      () => {
        const value = later(3, 1, throws)
        return { problem: { metrics: { own: () => value } } }
      },
      'training failed in epoch 2, step 6:\n  metrics.own: threw RangeError: beyond',
      1
    ],
    [
      'a schedule that is negative where a rule might have ended the run before',
      () => ({
        problem: { optimizer: optim.sgd({ learningRate: (step) => (step < 7 ? 0.1 : -1) }) },
        settings: { stop: () => false }
      }),
      'training failed in epoch 3, step 8:\n  optimizer: sgd: the schedule at step 7 must be a finite number of at least 0, got -1',
      2
    ],
    [
      'the same by the reference',
      () => ({
        problem: { optimizer: optim.sgd({ learningRate: (step) => (step < 7 ? 0.1 : -1) }) },
        settings: { stop: () => false, compile: false }
      }),
      'training failed in epoch 3, step 8:\n  optimizer: sgd: the schedule at step 7 must be a finite number of at least 0, got -1',
      2
    ]
  ])('%s', (_, make, expected, epochs) => {
    const got = outcome(make())
    expect(got.said).toContain(expected)
    expect(got.epochs).toBe(epochs)
  })

  it('what was thrown comes along', () => {
    const { error } = outcome({ settings: { stop: throws } })
    expect(error._tag === 'Failed' && error.faults[0]!.cause).toBeInstanceOf(RangeError)
  })

  it('is an error of the caller where an observer throws', () => {
    const observers = [throws]
    expect(() =>
      train.fit(base, { epochs: 1, batchSize: 1, observers })(data)(train.start(base)(random.key(0)))
    ).toThrow(RangeError)
  })
})

describe('metrics before the first epoch', () => {
  it('are called once, with the predictions of the state that training begins with', () => {
    const seen: (readonly number[])[] = []
    const own = () => (x: Column) => seen.push(toFlatArray(x))
    const problem = { ...base, metrics: { own } }
    const start = train.start(problem)(random.key(0))
    const after = right(train.fit(problem, { epochs: 1, batchSize: 1 })(data)(start))
    const predictions = ({ params }: typeof start) => toFlatArray(nn.predict(base.model)(params, [])(data.inputs))
    expect(seen.length).toBe(2)
    ;[start, after].forEach((state, i) => {
      predictions(state).forEach((x, row) => {
        expect(seen[i]![row]).toBeCloseTo(x, 12)
      })
    })
  })
})

describe('the best state by its loss', () => {
  it('is one that has that loss, though the history says what was met before the update', () => {
    const problem = {
      ...base,
      model: nn.dense({ inputs: 1, outputs: 1, bias: false, weight: nn.constant(1) }),
      optimizer: optim.sgd({ learningRate: (step) => (step < 2 ? 0.4 : 5) })
    }
    const set = { inputs: tensor([[1]]), targets: tensor([[3]]) }
    for (const compile of [true, false]) {
      const settings = { epochs: 4, batchSize: 1, keepBest: { figure: 'loss' }, compile }
      const best = right(train.fit(problem, settings)(set)(train.start(problem)(random.key(0))))
      expect(best.epoch).toBe(2)
      expect((toNumber(get(0, 0)(best.params.weight)) - 3) ** 2).toBeCloseTo(0.0064, 12)
    }
  })

  it('has the penalty in it', () => {
    const problem = { ...base, penalty: (): Scalar => mean(scalar(7)) }
    const start = train.start(problem)(random.key(0))
    const settings = { epochs: 3, batchSize: 3, keepBest: { figure: 'loss', minDelta: 1e9 } }
    expect(right(train.fit(problem, settings)(data)(start)).epoch).toBe(1)
  })
})
