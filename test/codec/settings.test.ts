import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import { JsonLayerSettings } from '../../src/codec/model.ts'
import { nn, optim, random, train } from '../../src/index.ts'
import * as ops from '../../src/ops/index.ts'
import { relu, softmax } from '../../src/ops/index.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { bits, faults, right } from './support.ts'

const optimizers = [
  { name: 'sgd', learningRate: 0.1 },
  { name: 'sgd', learningRate: 0.1, momentum: 0.5 },
  { name: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  { name: 'sgd', learningRate: 0.1, momentum: 0.9, dampening: 0.9 },
  { name: 'adagrad', learningRate: 0.1, initialAccumulator: 0.5, epsilon: 1e-3 },
  { name: 'rmsProp', learningRate: 0.1, decay: 0.5, epsilon: 1e-3 },
  { name: 'adam', learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 1e-3 },
  { name: 'adamW', learningRate: 0.1, weightDecay: 0.5 }
] as const

/** What an optimiser does in a few steps, bit for bit. */
const path = (optimizer: optim.GradientTransformation): unknown => {
  const grads = [tensor([1, -2]), tensor([0.5, 3]), tensor([-1, 0.1])]
  return bits(
    grads.reduce<readonly [typeof grads, unknown]>(
      ([done, state], g) => {
        const [next, after] = optim.step(optimizer)(done.at(-1)!, g, state as optim.OptimizerState)
        return [[...done, next], after]
      },
      [[tensor([1, 2])], optimizer.init(tensor([1, 2]))]
    )[0]
  )
}

describe('optimiser settings', () => {
  it.each(optimizers)('$name makes the optimiser of that name, with its settings', (settings) => {
    const { name, ...own } = settings
    const made = codec.toOptimizer(right(codec.decode(codec.JsonOptimizerSettings)(settings)))
    const make = optim[name] as (own: unknown) => optim.GradientTransformation
    expect(made.name).toBe(name)
    expect(path(made)).toEqual(path(make(own)))
  })

  it.each(optimizers)('$name comes back from JSON', (settings) => {
    const decoded = right(codec.decode(codec.JsonOptimizerSettings)(settings))
    expect(codec.JsonOptimizerSettings.encode(decoded)).toEqual(settings)
    expect(right(codec.parse(codec.JsonOptimizerSettings)(codec.print(codec.JsonOptimizerSettings)(decoded)))).toEqual(
      decoded
    )
    expect(codec.JsonOptimizerSettings.is(decoded)).toBe(true)
  })

  it('takes a schedule for the learning rate', () => {
    const settings = {
      name: 'sgd',
      learningRate: {
        name: 'join',
        pieces: [
          [0, 1],
          [1, 0.5]
        ]
      }
    }
    const made = codec.toOptimizer(right(codec.decode(codec.JsonOptimizerSettings)(settings)))
    expect(path(made)).toEqual(
      path(
        optim.sgd({
          learningRate: optim.join([
            [0, 1],
            [1, 0.5]
          ])
        })
      )
    )
  })

  it('tells every fault at once', () => {
    const read = (value: unknown) => faults(codec.decode(codec.JsonOptimizerSettings)(value))
    expect(read({ name: 'adam', learningRate: -1, beta1: 1, beta2: 'x', epsilon: 0, momentum: 0.9 })).toEqual([
      'momentum: is not known; there is name, learningRate, beta1, beta2, epsilon',
      'learningRate: needs a finite number above 0, or a schedule such as { name: "cosineDecay", … }, got -1',
      'beta1: needs a number of at least 0 and below 1, got 1',
      'beta2: needs a number of at least 0 and below 1, got "x"',
      'epsilon: needs a finite number above 0, got 0'
    ])
    const names = 'sgd, adagrad, rmsProp, adam, adamW'
    expect(read({ name: 'Adam', learningRate: 0.1 })).toEqual([`name: needs one of ${names}, got "Adam"`])
    expect(read({ learningRate: 0.1 })).toEqual([`name: is missing; needs one of ${names}`])
    expect(read({ name: {}, learningRate: 0.1 })).toEqual([`name: needs one of ${names}, got a record of nothing`])
    expect(read({ name: 'toString' })).toHaveLength(1)
    expect(read('adam')).toEqual(['optimizerSettings: needs a record with name, got "adam"'])
    expect(read({ name: 'sgd', learningRate: { name: 'exponentialDecay', initial: 1 } })).toEqual([
      'learningRate.factor: is missing; needs a finite number above 0'
    ])
  })
})

describe('schedule settings', () => {
  const schedules: readonly (readonly [unknown, optim.Schedule])[] = [
    [
      { name: 'exponentialDecay', initial: 1, factor: 0.5, every: 2, staircase: true },
      optim.exponentialDecay({ initial: 1, factor: 0.5, every: 2, staircase: true })
    ],
    [
      {
        name: 'join',
        pieces: [
          [0, 0.5],
          [2, { name: 'cosineDecay', initial: 1, steps: 4 }]
        ]
      },
      optim.join([
        [0, 0.5],
        [2, optim.cosineDecay({ initial: 1, steps: 4 })]
      ])
    ],
    [{ name: 'exponentialDecay', initial: 1, factor: 0.5 }, optim.exponentialDecay({ initial: 1, factor: 0.5 })],
    [{ name: 'inverseTimeDecay', initial: 1, rate: 2 }, optim.inverseTimeDecay({ initial: 1, rate: 2 })],
    [
      { name: 'cosineDecay', initial: 1, steps: 4, final: 0.1 },
      optim.cosineDecay({ initial: 1, steps: 4, final: 0.1 })
    ],
    [
      { name: 'polynomialDecay', initial: 1, steps: 4, power: 2 },
      optim.polynomialDecay({ initial: 1, steps: 4, power: 2 })
    ],
    [
      { name: 'warmRestarts', initial: 1, period: 2, growth: 2 },
      optim.warmRestarts({ initial: 1, period: 2, growth: 2 })
    ],
    [{ name: 'oneCycle', peak: 1, steps: 6, rise: 0.5 }, optim.oneCycle({ peak: 1, steps: 6, rise: 0.5 })],
    [
      {
        name: 'join',
        pieces: [
          [0, 1],
          [3, 0.5]
        ]
      },
      optim.join([
        [0, 1],
        [3, 0.5]
      ])
    ],
    [{ name: 'warmUp', steps: 3, then: 0.5 }, optim.warmUp({ steps: 3, then: 0.5 })],
    [
      { name: 'warmUp', steps: 3, then: { name: 'cosineDecay', initial: 1, steps: 4 } },
      optim.warmUp({ steps: 3, then: optim.cosineDecay({ initial: 1, steps: 4 }) })
    ]
  ]

  it.each(schedules)('%j is that schedule, and comes back from JSON', (settings, schedule) => {
    const decoded = right(codec.decode(codec.JsonScheduleSettings)(settings))
    expect([0, 1, 2, 3, 4, 5, 9].map(codec.toSchedule(decoded))).toEqual([0, 1, 2, 3, 4, 5, 9].map(schedule))
    expect(codec.JsonScheduleSettings.encode(decoded)).toEqual(settings)
    expect(codec.JsonScheduleSettings.is(decoded)).toBe(true)
  })

  it('tells pieces that do not rise from 0', () => {
    const read = (pieces: unknown) => faults(codec.decode(codec.JsonScheduleSettings)({ name: 'join', pieces }))
    expect(
      read([
        [1, 0.1],
        [1, 0.1],
        [0, -1]
      ])
    ).toEqual([
      'pieces[2][1]: needs a finite number of at least 0, or a schedule such as { name: "cosineDecay", … }, got -1'
    ])
    expect(
      read([
        [1, 0.1],
        [1, 0.1],
        [0, 1]
      ])
    ).toEqual([
      'pieces[0][0]: needs the step 0 for the first piece, got 1',
      'pieces[1][0]: needs a step after 1, where the piece before begins, got 1',
      'pieces[2][0]: needs a step after 1, where the piece before begins, got 0'
    ])
    expect(read([])).toEqual(['pieces: needs at least one piece, got none'])
    expect(read([[0]])).toEqual(['pieces[0]: needs a list of 2, got a list of 1'])
    expect(read({})).toEqual(['pieces: needs a list, got a record of nothing'])
  })
})

describe('fit settings', () => {
  it('become those of train.fit', () => {
    const settings = { epochs: 3, batchSize: 2, shuffle: false, validationFraction: 0.2 }
    expect(codec.toFit(right(codec.decode(codec.JsonFitSettings)(settings)))).toEqual({
      epochs: 3,
      batchSize: 2,
      shuffle: false
    })
    expect(codec.JsonFitSettings.encode(right(codec.decode(codec.JsonFitSettings)(settings)))).toEqual(settings)
  })

  it('hand on which state to keep', () => {
    const keepBest = { figure: 'accuracy', minDelta: 0.01 }
    expect(
      codec.toFit(right(codec.decode(codec.JsonFitSettings)({ epochs: 3, batchSize: 2, keepBest }))).keepBest
    ).toEqual(keepBest)
  })

  it('make a stopping rule of patience', () => {
    const patience = { figure: 'accuracy', patience: 2, minDelta: 0.1, mode: 'max' } as const
    const { stop } = codec.toFit(right(codec.decode(codec.JsonFitSettings)({ epochs: 9, batchSize: 2, patience })))
    const history = [0.5, 0.7, 0.75, 0.76].map((accuracy, i) => ({ epoch: i + 1, loss: 1, accuracy }))
    expect([2, 3, 4].map((n) => stop!(history.slice(0, n)))).toEqual(
      [2, 3, 4].map((n) => train.patience(patience)(history.slice(0, n)))
    )
  })

  it('make a rule for the rate of reduceOnPlateau', () => {
    const plateau = { figure: 'loss', factor: 0.5, patience: 1, cooldown: 1, minimum: 0.2, mode: 'min' } as const
    const { rateFactor } = codec.toFit(
      right(codec.decode(codec.JsonFitSettings)({ epochs: 9, batchSize: 2, reduceOnPlateau: plateau }))
    )
    const history = [1, 2, 2, 2, 2, 2].map((loss, i) => ({ epoch: i + 1, loss }))
    const rates = history.map((_, i) => rateFactor!(history.slice(0, i + 1)))
    expect(rates).toEqual(history.map((_, i) => train.reduceOnPlateau(plateau)(history.slice(0, i + 1))))
    expect(rates.at(-1)).toBe(0.2)
  })

  it('tell every fault at once', () => {
    const read = (value: unknown) => faults(codec.decode(codec.JsonFitSettings)(value))
    expect(
      read({
        epochs: -1,
        batchSize: '32',
        shuffle: 1,
        validationFraction: 1,
        patience: { figure: '', patience: 0, minDelta: -1, mode: 'least' },
        keepBest: { minDelta: '0', mode: 'most', patience: 1 },
        reduceOnPlateau: { figure: 'loss', factor: 1, patience: 0, minDelta: -1, cooldown: 0.5, minimum: 2, mode: '' }
      })
    ).toEqual([
      'epochs: needs a whole number of at least 0, got -1',
      'batchSize: needs a whole number of at least 1, got "32"',
      'shuffle: needs true or false, got 1',
      'validationFraction: needs a number above 0 and below 1, got 1',
      'patience.figure: needs text that is not empty, got ""',
      'patience.patience: needs a whole number of at least 1, got 0',
      'patience.minDelta: needs a finite number of at least 0, got -1',
      'patience.mode: needs one of min, max, got "least"',
      'keepBest.patience: is not known; there is figure, minDelta, mode',
      'keepBest.figure: is missing; needs text that is not empty',
      'keepBest.minDelta: needs a finite number of at least 0, got "0"',
      'keepBest.mode: needs one of min, max, got "most"',
      'reduceOnPlateau.factor: needs a number above 0 and below 1, got 1',
      'reduceOnPlateau.patience: needs a whole number of at least 1, got 0',
      'reduceOnPlateau.minDelta: needs a finite number of at least 0, got -1',
      'reduceOnPlateau.cooldown: needs a whole number of at least 0, got 0.5',
      'reduceOnPlateau.minimum: needs a probability from 0 to 1, got 2',
      'reduceOnPlateau.mode: needs one of min, max, got ""'
    ])
    expect(read(undefined)).toEqual(['fitSettings: is missing; needs a record'])
    expect(read([])).toEqual(['fitSettings: needs a record, got a list of 0'])
  })

  test.prop([fc.anything({ withNullPrototype: true, withObjectString: true, withBigInt: true })])(
    'are read from anything without an error',
    (value) => {
      for (const read of [
        codec.decode(codec.JsonFitSettings),
        codec.decode(codec.JsonOptimizerSettings),
        codec.decode(codec.JsonScheduleSettings),
        codec.decode(JsonLayerSettings),
        codec.decode(codec.JsonModelSettings)
      ]) {
        const decoded: codec.Decoded<unknown> = read(value)
        if (E.isLeft(decoded)) expect(decoded.left.length).toBeGreaterThan(0)
      }
    }
  )
})

describe('model settings', () => {
  const settings = {
    inputs: 2,
    layers: [
      { type: 'dense', units: 4, activation: 'relu', initializer: 'heUniform' },
      { type: 'dropout', keepProbability: 0.8 },
      { type: 'dense', units: 3, initializer: { name: 'normal', standardDeviation: 0.01 }, bias: false },
      { type: 'activation', activation: 'softmax' }
    ]
  } as const

  it('make the model written by hand, bit for bit', () => {
    const made = codec.toModel(right(codec.decode(codec.JsonModelSettings)(settings)))
    const byHand = nn.sequential(
      nn.dense({ inputs: 2, outputs: 4, activation: relu, weight: nn.heUniform }),
      nn.dropout({ keepProbability: 0.8 }),
      nn.dense({ inputs: 4, outputs: 3, weight: nn.normal({ standardDeviation: 0.01 }), bias: false })
    )
    expect([made.input, made.output]).toEqual([[2], [3]])
    const key = random.key(3)
    expect(bits(made.init(key).params)).toEqual(bits(byHand.init(key).params))
    const x = tensor([
      [1, 2],
      [3, -4]
    ])
    const { params: p, state } = made.init(key)
    const [y] = made.apply(nn.training(key))(p, state)(x)
    const [logits] = byHand.apply(nn.training(key))(p as never, [])(x)
    expect(bits(y)).toEqual(bits(softmax(logits)))
  })

  it.each([
    ['heNormal', nn.heNormal],
    ['heUniform', nn.heUniform],
    ['glorotNormal', nn.glorotNormal],
    ['glorotUniform', nn.glorotUniform],
    ['lecunNormal', nn.lecunNormal],
    ['lecunUniform', nn.lecunUniform],
    ['zeros', nn.constant(0)],
    ['ones', nn.constant(1)],
    [{ name: 'normal', standardDeviation: 0.5, mean: 1 }, nn.normal({ standardDeviation: 0.5, mean: 1 })],
    [{ name: 'uniform', min: -1, max: 2 }, nn.uniform({ min: -1, max: 2 })],
    [{ name: 'constant', value: 0.3 }, nn.constant(0.3)]
  ] as const)('has the initialiser %j', (initializer, weight) => {
    const read = right(
      codec.decode(codec.JsonModelSettings)({ inputs: 2, layers: [{ type: 'dense', units: 3, initializer }] })
    )
    const key = random.key(7)
    // by itself the layer has no key of its own derived for it; in a sequence it has
    const expected = nn.sequential(nn.dense({ inputs: 2, outputs: 3, weight })).init(key)
    expect(bits(codec.toModel(read).init(key))).toEqual(bits(expected))
  })

  it.each([
    ['linear', identity as ops.Pointwise],
    ['relu', ops.relu],
    ['leakyRelu', ops.leakyRelu()],
    [{ name: 'leakyRelu' }, ops.leakyRelu()],
    [{ name: 'leakyRelu', slope: 0.3 }, ops.leakyRelu({ slope: 0.3 })],
    ['elu', ops.elu()],
    [{ name: 'elu', alpha: 0.5 }, ops.elu({ alpha: 0.5 })],
    ['relu6', ops.relu6],
    ['celu', ops.celu()],
    [{ name: 'celu', alpha: 0.5 }, ops.celu({ alpha: 0.5 })],
    ['selu', ops.selu],
    ['swish', ops.swish],
    ['gelu', ops.gelu],
    [{ name: 'gelu' }, ops.gelu],
    [{ name: 'gelu', approximate: 'tanh' }, ops.gelu({ approximate: 'tanh' })],
    ['mish', ops.mish],
    ['hardSwish', ops.hardSwish],
    ['softplus', ops.softplus],
    ['sigmoid', ops.sigmoid],
    ['hardSigmoid', ops.hardSigmoid],
    ['logSigmoid', ops.logSigmoid],
    ['tanh', ops.tanh],
    ['hardTanh', ops.hardTanh],
    ['softsign', ops.softsign],
    ['softmax', ops.softmax],
    ['logSoftmax', ops.logSoftmax],
    ['sparsemax', ops.sparsemax]
  ] as const)('has the activation %j, alone and in a dense layer', (activation, f) => {
    const layers = [
      { type: 'dense', units: 3, activation },
      { type: 'activation', activation }
    ]
    const decoded = right(codec.decode(codec.JsonModelSettings)({ inputs: 2, layers }))
    expect(codec.JsonModelSettings.encode(decoded)).toEqual({ inputs: 2, layers })
    expect(codec.JsonModelSettings.is(decoded)).toBe(true)
    const made = codec.toModel(decoded)
    const key = random.key(7)
    const byHand = nn.sequential(nn.dense({ inputs: 2, outputs: 3, activation: f }))
    expect(bits(made.init(key).params)).toEqual(bits(byHand.init(key).params))
    const x = tensor([
      [1, -2],
      [-3, 4]
    ])
    const hidden = nn.predict(byHand)(byHand.init(key).params, [])(x)
    expect(bits(nn.predict(made)(made.init(key).params, [])(x))).toEqual(bits(f(hidden)))
  })

  const blocks = {
    inputs: 2,
    layers: [
      { type: 'dense', units: 4 },
      { type: 'batchNorm' },
      {
        type: 'residual',
        layers: [
          { type: 'batchNorm', momentum: 0.3, epsilon: 0.01 },
          { type: 'activation', activation: 'swish' },
          { type: 'dense', units: 8 },
          { type: 'residual', layers: [{ type: 'dense', units: 8, activation: 'gelu' }] },
          { type: 'dropout', keepProbability: 0.5 },
          { type: 'dense', units: 4, bias: false }
        ]
      },
      { type: 'residual', layers: [{ type: 'activation', activation: 'tanh' }] },
      { type: 'layerNorm', epsilon: 0.1 },
      { type: 'dense', units: 1 }
    ]
  } as const

  it('make blocks with normalisation, and the state of those, bit for bit', () => {
    const made = codec.toModel(right(codec.decode(codec.JsonModelSettings)(blocks)))
    const byHand = nn.sequential(
      nn.dense({ inputs: 2, outputs: 4 }),
      nn.batchNorm({ features: 4 }),
      nn.residual(
        nn.batchNorm({ features: 4, momentum: 0.3, epsilon: 0.01 }),
        ops.swish,
        nn.dense({ inputs: 4, outputs: 8 }),
        nn.residual(nn.dense({ inputs: 8, outputs: 8, activation: ops.gelu })),
        nn.dropout({ keepProbability: 0.5 }),
        nn.dense({ inputs: 8, outputs: 4, bias: false })
      ),
      nn.residual(ops.tanh),
      nn.layerNorm({ features: 4, epsilon: 0.1 }),
      nn.dense({ inputs: 4, outputs: 1 })
    )
    const key = random.key(3)
    const [one, other] = [made.init(key), byHand.init(key)]
    expect(bits(one)).toEqual(bits(other))
    const x = tensor([
      [1, 2],
      [3, -4],
      [0, 1]
    ])
    const mode = nn.training(key)
    expect(bits(made.apply(mode)(one.params, one.state)(x))).toEqual(
      bits(byHand.apply(mode)(other.params, other.state)(x))
    )
    expect(
      right(
        codec.parse(codec.JsonModelSettings)(
          codec.print(codec.JsonModelSettings)(right(codec.decode(codec.JsonModelSettings)(blocks)))
        )
      )
    ).toEqual(blocks)
  })

  it('tell of blocks that do not give what they take, wherever they stand', () => {
    const dense = (units: number) => ({ type: 'dense', units })
    const residual = (...layers: readonly unknown[]) => ({ type: 'residual', layers })
    const read = (...layers: readonly unknown[]) => faults(codec.decode(codec.JsonModelSettings)({ inputs: 2, layers }))
    expect(read(dense(4), residual(dense(3)), residual(dense(5), residual(dense(6)), dense(4)))).toEqual([
      'layers[1].layers: needs to give the 4 features that it takes, as these are added to it; gives 3',
      'layers[2].layers[1].layers: needs to give the 5 features that it takes, as these are added to it; gives 6'
    ])
    expect(read(dense(4), residual())).toEqual(['layers[1].layers: needs at least one layer, got none'])
    expect(read(residual(dense(2)))).toEqual([])
    expect(read({ type: 'batchNorm' }, residual({ type: 'layerNorm' }))).toEqual([
      'layers: needs at least one dense layer, got none'
    ])
    expect(
      read(dense(2), residual({ type: 'batchNorm', momentum: 0, features: 2 }, { type: 'dense' }), {
        type: 'layerNorm',
        epsilon: 0
      })
    ).toEqual([
      'layers[1].layers[0].features: is not known; there is type, momentum, epsilon',
      'layers[1].layers[0].momentum: needs a number above 0 and at most 1, the share of the new batch, got 0',
      'layers[1].layers[1].units: is missing; needs a whole number of at least 1',
      'layers[2].epsilon: needs a finite number above 0, got 0'
    ])
    expect(read({ type: 'residual' })).toEqual(['layers[0].layers: is missing; needs a list'])
    expect(read({ type: 'dense', units: 1, activation: { name: 'elu', slope: 1 } })).toEqual([
      'layers[0].activation.slope: is not known; there is name, alpha'
    ])
    expect(read({ type: 'dense', units: 1, activation: { name: 'leakyRelu', slope: -1 } })).toEqual([
      'layers[0].activation.slope: needs a finite number of at least 0, got -1'
    ])
    expect(read({ type: 'dense', units: 1, activation: { name: 'relu' } })).toEqual([
      'layers[0].activation.name: needs one of leakyRelu, elu, celu, gelu, got "relu"'
    ])
  })

  it('tell of blocks in blocks without end', () => {
    const deep = Array.from({ length: 5000 }).reduce<unknown>((layer) => ({ type: 'residual', layers: [layer] }), {
      type: 'dense',
      units: 2
    })
    const [fault] = faults(codec.decode(codec.JsonModelSettings)({ inputs: 2, layers: [deep] }))
    expect(fault).toMatch(/^(layers\[0\]\.){50}layers: is nested too deeply; needs at most 50 levels$/)
  })

  it('come back from JSON', () => {
    const decoded = right(codec.decode(codec.JsonModelSettings)(settings))
    expect(right(codec.parse(codec.JsonModelSettings)(codec.print(codec.JsonModelSettings)(decoded)))).toEqual(settings)
    expect(codec.JsonModelSettings.is(decoded)).toBe(true)
    expect(codec.JsonModelSettings.is({ inputs: 2, layers: [] })).toBe(false)
  })

  it('train', () => {
    const problem = {
      model: codec.toModel(
        right(codec.decode(codec.JsonModelSettings)({ inputs: 2, layers: [{ type: 'dense', units: 1 }] }))
      ),
      loss: nn.meanSquaredError,
      optimizer: codec.toOptimizer(right(codec.decode(codec.JsonOptimizerSettings)({ name: 'sgd', learningRate: 0.1 })))
    }
    const data = {
      inputs: tensor([
        [1, 0],
        [0, 1]
      ]),
      targets: tensor([[1], [2]])
    }
    const trained = train.fit(
      problem,
      codec.toFit(right(codec.decode(codec.JsonFitSettings)({ epochs: 50, batchSize: 2 })))
    )(data)(train.start(problem)(random.key(0)))
    expect(E.isRight(trained) && trained.right.history.at(-1)!.loss).toBeLessThan(0.1)
  })

  it('tell every fault at its place', () => {
    expect(
      faults(
        codec.decode(codec.JsonModelSettings)({
          inputs: 0,
          layers: [
            { type: 'dense', activation: 'relu', initializer: 'he' },
            { type: 'dense', units: 1.5, bias: 'yes', initializer: { name: 'uniform', min: 1, max: 1 } },
            { type: 'dropout', keepProbability: 0, rate: 0.5 },
            { type: 'conv' },
            'dense'
          ],
          outputs: 3
        })
      )
    ).toEqual([
      'outputs: is not known; there is inputs, layers',
      'inputs: needs a whole number of at least 1, got 0',
      'layers[0].units: is missing; needs a whole number of at least 1',
      'layers[0].initializer: needs one of heNormal, heUniform, glorotNormal, glorotUniform, lecunNormal, lecunUniform, zeros, ones, or a record such as { name: "normal", standardDeviation: 0.01 }, got "he"',
      'layers[1].units: needs a whole number of at least 1, got 1.5',
      'layers[1].initializer.min: needs a number below max (1), got 1',
      'layers[1].bias: needs true or false, got "yes"',
      'layers[2].rate: is not known; there is type, keepProbability',
      'layers[2].keepProbability: needs a probability above 0 and at most 1, the share that is kept, got 0',
      'layers[3].type: needs one of dense, activation, dropout, batchNorm, layerNorm, residual, got "conv"',
      'layers[4]: needs a record with type, got "dense"'
    ])
    expect(faults(codec.decode(codec.JsonModelSettings)({ inputs: 1, layers: [] }))).toEqual([
      'layers: needs at least one dense layer, got no layers'
    ])
    expect(
      faults(codec.decode(codec.JsonModelSettings)({ inputs: 1, layers: [{ type: 'dropout', keepProbability: 1 }] }))
    ).toEqual(['layers: needs at least one dense layer, got none'])
    expect(faults(codec.decode(JsonLayerSettings)({ type: 'dense' }))).toEqual([
      'units: is missing; needs a whole number of at least 1'
    ])
  })
})

describe('faults', () => {
  it('are listed up to 20, the rest counted', () => {
    const layers = Array.from({ length: 50 }, () => ({ type: 'dense', units: 0 }))
    const found = faults(codec.decode(codec.JsonModelSettings)({ inputs: 1, layers }))
    expect(found).toHaveLength(21)
    expect(found[19]).toMatch(/^layers\[19\]/)
    expect(found[20]).toBe('modelSettings: 30 more faults')
  })

  it('come from any io-ts type, with a path that has no trace of unions and intersections', async () => {
    const t = await import('io-ts')
    const type = t.intersection([t.type({ a: t.array(t.type({ b: t.number })) }), t.partial({ c: t.string })], 'mine')
    expect(faults(codec.decode(type)({ a: [{ b: 'x' }, {}], c: 3 }))).toEqual([
      'a[0].b: needs number, got "x"',
      'a[1].b: is missing; needs number',
      'c: needs string, got 3'
    ])
  })

  it('print one a line', () => {
    const decoded = codec.decode(codec.JsonFitSettings)({ epochs: 1, batchSize: 0, shufle: true })
    expect(E.isLeft(decoded) && codec.showFaults(decoded.left)).toBe(
      'shufle: is not known; there is epochs, batchSize, shuffle, validationFraction, patience, keepBest, reduceOnPlateau\n' +
        'batchSize: needs a whole number of at least 1, got 0'
    )
  })
})
