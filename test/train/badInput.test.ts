/**
 * Wrong input, one entry each: what comes back names the place, what was given and what is needed. Data and settings from
 * outside give faults; a call that no correct program makes throws an error with a name. Nothing fails in a way that only
 * mentions the internals of the library.
 */
import type * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import { data, tensor, nn, oneHot, ones, optim, random, scalar, train, zeros } from '../../src/index.ts'

const problem = {
  model: nn.dense({ inputs: 2, outputs: 1 }),
  loss: nn.meanSquaredError,
  optimizer: optim.sgd({ learningRate: 0.1 })
}
const start = train.start(problem)(random.key(0))
const good = {
  inputs: tensor([
    [0, 1],
    [1, 0]
  ]),
  targets: tensor([[1], [0]])
}
const settings = { epochs: 1, batchSize: 2 }

/** What a fit answers, by its data and its settings, whatever their types. */
const fit = (set: unknown, given: unknown = settings): unknown =>
  (train.fit as (...args: readonly unknown[]) => (set: unknown) => (from: unknown) => unknown)(problem, given)(set)(
    start
  )

const fitWith = (changes: object): unknown => fit(good, { ...settings, ...changes })

const loose = <R>(f: unknown): ((...args: readonly unknown[]) => R) => f as never

const digits = codec.classRows({ features: 64, classes: 10, min: 0, max: 16 })
const digitRow = (at: number, cell: string): readonly string[] =>
  Array.from({ length: 65 }, (_, i) => (i === at ? cell : '1'))

const dense = { type: 'dense', units: 4 }
const model = (layers: unknown, inputs: unknown = 2) => codec.decode(codec.JsonModelSettings)({ inputs, layers })

type Entry = readonly [name: string, run: () => unknown, ...pieces: readonly string[]]

const fitEntries: readonly Entry[] = [
  [
    'too many features',
    () => fit({ ...good, inputs: zeros([2, 3]) }),
    'data.inputs: ',
    '[2]',
    'got [3] in shape [2, 3]'
  ],
  ['a vector of inputs', () => fit({ ...good, inputs: zeros([2]) }), 'data.inputs: ', 'examples of shape [2], got []'],
  [
    'images for rows',
    () => fit({ ...good, inputs: zeros([2, 2, 2]) }),
    'data.inputs: ',
    'got [2, 2] in shape [2, 2, 2]'
  ],
  [
    'a scalar of inputs',
    () => fit({ ...good, inputs: scalar(1) }),
    'data.inputs: needs one row an example, got a scalar'
  ],
  ['a scalar of targets', () => fit({ ...good, targets: scalar(1) }), 'data.targets: needs one row an example'],
  [
    'no examples',
    () => fit({ inputs: zeros([0, 2]), targets: zeros([0, 1]) }),
    'data.inputs: needs at least one example, got shape [0, 2]',
    'data.targets: needs at least one example, got shape [0, 1]'
  ],
  ['targets without columns', () => fit({ ...good, targets: zeros([2, 0]) }), 'data.targets: ', 'shape [2, 0]'],
  ['more targets than inputs', () => fit({ ...good, targets: zeros([3, 1]) }), 'data.targets: ', '(2), got 3'],
  [
    'a NaN in the inputs',
    () =>
      fit({
        ...good,
        inputs: tensor([
          [0, 1],
          [NaN, 0]
        ])
      }),
    'data.inputs',
    'row 1, column 0',
    'a finite number, got NaN'
  ],
  [
    'an infinite target',
    () => fit({ ...good, targets: tensor([[-Infinity], [0]]) }),
    'data.targets',
    'row 0, column 0',
    'a finite number, got -Infinity'
  ],
  [
    'thirty NaN',
    () => fit({ inputs: tensor(Array.from({ length: 30 }, () => [NaN, 0])), targets: zeros([30, 1]) }),
    'row 19, column 0',
    'data.inputs: 10 more numbers are not finite'
  ],
  ['no data', () => fit(undefined), 'data: needs a record of two tensors', 'undefined'],
  ['null for data', () => fit(null), 'data: needs a record of two tensors', 'null'],
  ['data without targets', () => fit({ inputs: good.inputs }), 'data.targets: needs a tensor, got undefined'],
  ['arrays for tensors', () => fit({ inputs: [[0, 1]], targets: [[1]] }), 'data.inputs: needs a tensor, got an array'],
  [
    'targets as wide as no output',
    () => fit({ ...good, targets: zeros([2, 3]) }),
    'data.targets: the loss refuses them: meanSquaredError',
    'predictions [2, 1] and targets [2, 3]'
  ],
  [
    'targets of another rank',
    () => fit({ ...good, targets: zeros([2]) }),
    'data.targets: the loss refuses them: meanSquaredError',
    'predictions [2, 1] and targets [2]'
  ],
  [
    'validation targets as wide as no output',
    () => fitWith({ validation: { ...good, targets: zeros([2, 3]) } }),
    'invalid data:\n  validation.targets: the loss refuses them: ',
    'predictions [2, 1] and targets [2, 3]'
  ],
  [
    'targets of both sets at once',
    () => fit({ ...good, targets: zeros([2, 2]) }, { ...settings, validation: { ...good, targets: zeros([2, 3]) } }),
    '  data.targets: the loss refuses them: meanSquaredError: predictions [2, 1] and targets [2, 2]',
    '  validation.targets: the loss refuses them: meanSquaredError: predictions [2, 1] and targets [2, 3]'
  ],
  ['no settings', () => fit(good, null), 'settings: needs settings { epochs, batchSize }', 'null'],
  [
    'empty settings',
    () => fit(good, {}),
    'epochs: needs a whole number',
    'batchSize: needs a whole number',
    'undefined'
  ],
  ['a batch size of 0', () => fitWith({ batchSize: 0 }), 'batchSize: needs a whole number of at least 1, got 0'],
  ['a batch size as text', () => fitWith({ batchSize: '2' }), 'batchSize: needs a whole number of at least 1, got "2"'],
  ['half a batch', () => fitWith({ batchSize: 0.5 }), 'batchSize: ', 'got 0.5'],
  ['an infinite batch', () => fitWith({ batchSize: Infinity }), 'batchSize: ', 'got Infinity'],
  ['epochs below 0', () => fitWith({ epochs: -1 }), 'epochs: needs a whole number of at least 0, got -1'],
  ['half an epoch', () => fitWith({ epochs: 1.5 }), 'epochs: needs a whole number of at least 0, got 1.5'],
  ['epochs that are no number', () => fitWith({ epochs: NaN }), 'epochs: ', 'got NaN'],
  [
    'two wrong settings at once',
    () => fitWith({ epochs: -1, batchSize: 0 }),
    'epochs: ',
    'got -1',
    'batchSize: ',
    'got 0'
  ],
  ['a word for yes or no', () => fitWith({ shuffle: 'no' }), 'shuffle: needs true or false, got "no"'],
  ['a number for a stopping rule', () => fitWith({ stop: 3 }), 'stop: needs a function', 'got 3'],
  ['a function for a list of observers', () => fitWith({ observers: () => 0 }), 'observers: needs a list of functions'],
  ['null for validation', () => fitWith({ validation: null }), 'validation: needs a record of two tensors', 'null'],
  [
    'validation of other features',
    () => fitWith({ validation: { inputs: zeros([1, 3]), targets: zeros([1, 1]) } }),
    'validation.inputs: ',
    'examples of shape [2], got [3]'
  ],
  [
    'validation with unequal rows',
    () => fitWith({ validation: { inputs: zeros([1, 2]), targets: zeros([2, 1]) } }),
    'validation.targets: ',
    '(1), got 2'
  ],
  [
    'validation with a NaN',
    () => fitWith({ validation: { inputs: tensor([[1, NaN]]), targets: zeros([1, 1]) } }),
    'validation.inputs',
    'row 0, column 1',
    'got NaN'
  ],
  [
    'patience for a figure that is not taken',
    () => fitWith({ stop: train.patience({ figure: 'validationLoss', patience: 1 }) }),
    'invalid settings:\n  stop.figure: needs one of loss, got "validationLoss"'
  ],
  [
    'the state of another optimiser',
    () => train.fit({ ...problem, optimizer: optim.adam({ learningRate: 0.1 }) }, settings)(good)(start),
    'invalid state:\n  state.optimizerState: needs a list of 2, got a list of 0'
  ],
  [
    'the parameters of another model',
    () =>
      train.fit(
        { ...problem, model: nn.dense({ inputs: 3, outputs: 1 }) } as never,
        settings
      )({ ...good, inputs: zeros([2, 3]) })(start),
    'state.params.weight: needs a tensor of shape [3, 1], got a tensor of shape [2, 1]'
  ],
  ['a seed for a key', () => loose(train.start(problem))(0), 'ValueError: ', 'needs a random key, got 0', 'random.key']
]

const libraryEntries: readonly Entry[] = [
  ['a label that is no class', () => oneHot(3)([0, 3]), 'IndexError: oneHot: label 3 at position 1', 'from 0 to 2'],
  ['a label below 0', () => oneHot(3)([-1]), 'IndexError: oneHot: label -1 at position 0', 'from 0 to 2'],
  ['half a label', () => oneHot(3)([0.5]), 'IndexError: oneHot: label 0.5 at position 0'],
  ['a label that is no number', () => oneHot(3)([NaN]), 'IndexError: oneHot: label NaN at position 0'],
  ['no classes', () => oneHot(0)([0]), 'ValueError: oneHot: ', 'at least 1, got 0'],
  ['labels in rows', () => loose(oneHot(2))(ones([1, 1])), 'ShapeError: oneHot: ', 'got shape [1, 1]'],
  [
    'dropout that keeps nothing',
    () => nn.dropout({ keepProbability: 0 }),
    'ValueError: dropout: keepProbability',
    'above 0 and at most 1, the share that is kept, got 0'
  ],
  ['dropout that keeps too much', () => nn.dropout({ keepProbability: 1.1 }), 'dropout: keepProbability', 'got 1.1'],
  [
    'dropout that keeps less than nothing',
    () => nn.dropout({ keepProbability: -0.5 }),
    'dropout: keepProbability',
    'got -0.5'
  ],
  [
    'dropout in percent, as text',
    () => loose(nn.dropout)({ keepProbability: '80%' }),
    'dropout: keepProbability',
    'got "80%"'
  ],
  [
    'a learning rate below 0',
    () => optim.sgd({ learningRate: -0.1 }),
    'ValueError: sgd: learningRate',
    'at least 0 or a schedule, got -0.1'
  ],
  [
    'a learning rate that is no number',
    () => optim.adam({ learningRate: NaN }),
    'ValueError: adam: learningRate',
    'got NaN'
  ],
  ['a beta of 1', () => optim.adam({ learningRate: 0.1, beta1: 1 }), 'adam: beta1', 'below 1, got 1'],
  [
    'a layer without inputs',
    () => nn.dense({ inputs: 0, outputs: 1 }),
    'ValueError: dense: inputs',
    'at least 1, got 0'
  ],
  ['a penalty below 0', () => nn.l2({ strength: -1 }), 'ValueError: l2: strength', 'at least 0, got -1'],
  ['no patience', () => train.patience({ figure: 'loss', patience: 0 }), 'ValueError: patience: ', 'at least 1, got 0'],
  ['a split into nothing', () => data.split({ testFraction: 1 }), 'ValueError: split: testFraction', 'below 1, got 1'],
  ['a row that is not there', () => data.rows([4])(data.xor), 'IndexError: rows: index 4 at position 0', 'from 0 to 3'],
  ['batches of nothing', () => data.batches(0)(data.xor), 'ValueError: batches: ', 'at least 1, got 0'],
  ['spirals without arms', () => data.spirals({ arms: 0 }), 'ValueError: spirals: arms', 'at least 1, got 0'],
  ['half a seed', () => random.key(0.5), 'ValueError: key: the seed', 'got 0.5'],
  [
    'a NaN to be measured',
    () => data.standardScaler(tensor([[1], [NaN]])),
    'ValueError: standardScaler: ',
    'NaN at row 1, column 0'
  ],
  [
    'a model restored from the file of another',
    () =>
      codec.decode(codec.trainState(start))(
        codec
          .trainState({ ...start, params: { weight: zeros([3, 1]), bias: zeros([1]) } })
          .encode({ ...start, params: { weight: zeros([3, 1]), bias: zeros([1]) } })
      ),
    'params.weight: needs shape [2, 1], got shape [3, 1]'
  ]
]

const codecEntries: readonly Entry[] = [
  [
    'a fit without a batch size',
    () => codec.decode(codec.JsonFitSettings)({ epochs: 1 }),
    'batchSize: is missing; needs a whole number of at least 1'
  ],
  [
    'a fit with a key that is not known',
    () => codec.decode(codec.JsonFitSettings)({ ...settings, epoch: 3 }),
    'epoch: is not known; there is epochs, batchSize'
  ],
  [
    'a fit with epochs as text',
    () => codec.decode(codec.JsonFitSettings)({ ...settings, epochs: '10' }),
    'epochs: needs a whole number of at least 0, got "10"'
  ],
  [
    'a validation share of 1',
    () => codec.decode(codec.JsonFitSettings)({ ...settings, validationFraction: 1 }),
    'validationFraction: needs a number above 0 and below 1, got 1'
  ],
  [
    'patience without a figure',
    () => codec.decode(codec.JsonFitSettings)({ ...settings, patience: { patience: 3 } }),
    'patience.figure: is missing'
  ],
  ['a fit that is text', () => codec.parse(codec.JsonFitSettings)('epochs: 10'), 'fitSettings: is not JSON'],
  [
    'an unknown optimiser',
    () => codec.decode(codec.JsonOptimizerSettings)({ name: 'adamax', learningRate: 0.1 }),
    'name: needs one of sgd, ',
    'got "adamax"'
  ],
  [
    'an optimiser with a rate below 0',
    () => codec.decode(codec.JsonOptimizerSettings)({ name: 'sgd', learningRate: -1 }),
    'learningRate: needs a finite number above 0',
    'got -1'
  ],
  [
    'an optimiser with a rate of 0',
    () => codec.decode(codec.JsonOptimizerSettings)({ name: 'sgd', learningRate: 0 }),
    'learningRate: ',
    'got 0'
  ],
  [
    'an infinite rate',
    () => codec.decode(codec.JsonOptimizerSettings)({ name: 'sgd', learningRate: Infinity }),
    'learningRate: ',
    'got Infinity'
  ],
  [
    'another optimiser’s setting',
    () => codec.decode(codec.JsonOptimizerSettings)({ name: 'sgd', learningRate: 1, decay: 0.9 }),
    'decay: is not known; there is name, learningRate, momentum, dampening, nesterov'
  ],
  [
    'a schedule without steps',
    () => codec.decode(codec.JsonOptimizerSettings)({ name: 'sgd', learningRate: { name: 'cosineDecay', initial: 1 } }),
    'learningRate.steps: is missing'
  ],
  [
    'a schedule that goes back',
    () =>
      codec.decode(codec.JsonScheduleSettings)({
        name: 'join',
        pieces: [
          [0, 1],
          [0, 1]
        ]
      }),
    'pieces[1][0]: needs a step after 0',
    'got 0'
  ],
  ['a layer without units', () => model([dense, { type: 'dense' }]), 'layers[1].units: is missing'],
  [
    'a layer with 0 units',
    () => model([dense, { ...dense, units: 0 }]),
    'layers[1].units: needs a whole number of at least 1, got 0'
  ],
  [
    'an unknown activation',
    () => model([{ ...dense, activation: 'swoosh' }]),
    'layers[0].activation: needs one of linear, relu',
    'got "swoosh"'
  ],
  [
    'dropout settings that keep nothing',
    () => model([dense, { type: 'dropout', keepProbability: 0 }]),
    'layers[1].keepProbability: needs a probability above 0 and at most 1, the share that is kept, got 0'
  ],
  ['a model without layers', () => model([]), 'layers: needs at least one dense layer, got no layers'],
  ['a model without inputs', () => model([dense], -2), 'inputs: needs a whole number of at least 1, got -2'],
  [
    'a list for a model',
    () => codec.decode(codec.JsonModelSettings)([dense]),
    'modelSettings: needs a record, got a list of 1'
  ],
  ['a digit too dark', () => digits([digitRow(3, '17')]), 'row 1, column 4: needs a number from 0 to 16, got "17"'],
  [
    'a digit with a hole',
    () => digits([digitRow(-1, ''), digitRow(0, '')]),
    'row 2, column 1: is empty; needs a number from 0 to 16'
  ],
  [
    'a digit beyond nine',
    () => digits([digitRow(64, '10')]),
    'row 1, column 65: needs a label, a whole number from 0 to 9, got "10"'
  ],
  ['a digit cut short', () => digits([digitRow(-1, '').slice(1)]), 'row 1: needs 65 columns', 'got 64'],
  [
    'a header among the digits',
    () => digits([Array.from({ length: 65 }, (_, i) => `p${i}`)]),
    'row 1, column 1: ',
    'got "p0"',
    'rows: 45 more faults'
  ],
  ['an empty table', () => digits([]), 'rows: needs at least one row, got none'],
  [
    'a tensor of too few numbers',
    () => codec.decode(codec.JsonTensor)({ shape: [2], data: [1] }),
    'tensor: needs the 2 numbers of shape [2], got 1'
  ],
  [
    'a tensor with a word in it',
    () => codec.decode(codec.JsonTensor)({ shape: [1], data: ['one'] }),
    'data[0]: needs a number',
    'got "one"'
  ]
]

/** Everything an entry has to say: its faults, or the name and the text of the error it throws. */
const outcome = (run: () => unknown): string => {
  try {
    // a setting may be refused at once, or when the key and then the data are there
    const answer = [random.key(0), data.xor].reduce<unknown>(
      (f, next) => (typeof f === 'function' ? f(next) : f),
      run()
    )
    const either = answer as E.Either<train.TrainingError | readonly train.Fault[], unknown>
    return either._tag !== 'Left'
      ? 'no fault'
      : '_tag' in either.left
        ? train.showError(either.left)
        : codec.showFaults(either.left)
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : `threw ${String(error)}`
  }
}

describe.each([
  ['training', fitEntries],
  ['the library', libraryEntries],
  ['decoding', codecEntries]
])('%s says what is wrong with', (_, entries) => {
  it.each(entries.map(([name, run, ...pieces]) => ({ name, run, pieces })))('$name', ({ run, pieces }) => {
    const said = outcome(run)
    for (const piece of pieces) expect(said).toContain(piece)
    expect(said).not.toMatch(/TypeError|RangeError|^Error|^no fault$|\[object|Cannot read|is not a function/)
    expect(said.length).toBeLessThan(2500)
  })
})

it('says one thing of one fault', () => {
  expect(outcome(() => fit({ ...good, inputs: scalar(1) }))).toBe(
    'invalid data:\n  data.inputs: needs one row an example, got a scalar'
  )
})

it('has an entry for at least sixty wrong inputs', () => {
  expect(fitEntries.length + libraryEntries.length + codecEntries.length).toBeGreaterThanOrEqual(60)
})
