/** What a call is given: wrong values, right ones, and right ones with one thing wrong in them. */
import * as codec from '../../src/codec/index.ts'
import * as g from '../../src/index.ts'
import * as report from '../../src/report/index.ts'
import { fc } from '../support/property.ts'
import { plot } from 'grad-ts'

/** A value and how a counterexample names it. */
export interface Given {
  readonly label: string
  readonly value: unknown
}

/** What a function of the caller's own throws: it must come out of every call as it is. */
export const own = new Error('thrown by a function of the caller')

class Classed {
  readonly field = 1
}

const cycle: unknown[] = []
cycle.push(cycle)
const ring: Record<string, unknown> = {}
ring['ring'] = ring

/** Plainly wrong for nearly everything. */
const wrong: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  true: true,
  NaN,
  Infinity,
  '-1': -1,
  '1.5': 1.5,
  '2 ** 60': 2 ** 60,
  '1n': 1n,
  "''": '',
  "'word'": 'word',
  "Symbol('s')": Symbol('s'),
  '{}': {},
  '[]': [],
  '[undefined]': [undefined],
  '[[]]': [[]],
  "['a', 1n]": ['a', 1n],
  'new Array(2)': new Array(2),
  '{ a: null }': { a: null },
  'Object.create(null)': Object.create(null),
  'an array within itself': cycle,
  'a record within itself': ring,
  'new Classed()': new Classed(),
  'new Map()': new Map(),
  'new Date(NaN)': new Date(NaN),
  'Uint8Array.of(1)': Uint8Array.of(1),
  'BigInt64Array.of(1n)': BigInt64Array.of(1n),
  '{ length: -1 }': { length: -1 },
  '{ length: 2 ** 60 }': { length: 2 ** 60 },
  "{ _tag: 'Key' }": { _tag: 'Key' },
  "{ _tag: 'Nothing' }": { _tag: 'Nothing' },
  '() => undefined': () => undefined,
  'x => x': (x: unknown) => x,
  'a function that throws': () => {
    throw own
  }
}

const model = g.nn.sequential(
  g.nn.dense({ inputs: 2, outputs: 3, activation: g.tanh }),
  g.nn.dropout({ keepProbability: 0.5 }),
  g.nn.dense({ inputs: 3, outputs: 2 })
)
const problem = { model, loss: g.nn.softmaxCrossEntropy, optimizer: g.optim.adam({ learningRate: 0.1 }) }
const dataset = {
  inputs: g.tensor([
    [0, 1],
    [1, 0],
    [1, 1]
  ]),
  targets: g.tensor([
    [0, 1],
    [1, 0],
    [1, 0]
  ])
}
const state = g.train.start(problem)(g.random.key(1))
const history = [
  { epoch: 1, loss: 2 },
  { epoch: 2, loss: 1 }
]

/** Right for something. */
const right: Readonly<Record<string, unknown>> = {
  '0': 0,
  '1': 1,
  '3': 3,
  '0.5': 0.5,
  "'loss'": 'loss',
  scalar: g.scalar(2),
  vector: g.tensor([1, 2]),
  matrix: dataset.inputs,
  rows: dataset.targets,
  'the empty tensor': g.zeros([0, 2]),
  key: g.random.key(3),
  '[2, 2]': [2, 2],
  '[0, 1]': [0, 1],
  '[[0, 1], [2, 1]]': [
    [0, 1],
    [2, 1]
  ],
  relu: g.relu,
  norm: g.norm,
  loss: g.nn.meanSquaredError,
  model,
  layer: g.nn.batchNorm({ features: 2 }),
  optimizer: problem.optimizer,
  problem,
  dataset,
  state,
  params: state.params,
  optimizerState: state.optimizerState,
  history,
  'nn.training(key)': g.nn.training(g.random.key(2)),
  'nn.inference': g.nn.inference,
  fitSettings: { epochs: 1, batchSize: 2, compile: false },
  tape: g.trace(g.square)(g.scalar(3)),
  codec: codec.JsonNumber,
  schedule: () => 1,
  cache: g.programCache(),
  arbitrary: fc.nat(),
  interval: { min: 0, max: 1, avoid: [] },
  decay: { decay: 0.5, initial: 1, factor: 0.5, steps: 3, learningRate: 0.1 },
  sizes: { inputs: 2, outputs: 3, features: 2, classes: 2, count: 1, min: 0, max: 1 },
  grid: plot.surfaceGrid({ x: [0, 1], y: [0, 1], columns: 2 })(() => 1),
  named: { a: [1, 2], b: [2, 1] },
  chart: report.bars()({ a: 1 }),
  error: { _tag: 'InvalidSettings', faults: [{ path: 'a', message: 'b' }] },
  either: { _tag: 'Right', right: undefined }
}

const givens = (values: Readonly<Record<string, unknown>>): readonly Given[] =>
  Object.entries(values).map(([label, value]) => ({ label, value }))

const anyWrong = fc.constantFrom(...givens(wrong))
const anyRight = fc.constantFrom(...givens(right))

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** A record that was right until one of its fields was left out, or put in wrong, at whatever depth. */
const spoilt = ({ label, value }: Given): fc.Arbitrary<Given> => {
  const keys = isPlain(value) ? Object.keys(value) : []
  return !isPlain(value) || keys.length === 0
    ? anyWrong
    : fc.constantFrom(...keys).chain((name) =>
        fc.oneof(
          fc.constant({
            label: `${label} without ${name}`,
            value: Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))
          }),
          (isPlain(value[name])
            ? spoilt({ label: `${label}.${name}`, value: value[name] })
            : anyWrong.map((given) => ({ ...given, label: `${label}.${name} = ${given.label}` }))
          ).map((given) => ({ label: given.label, value: { ...value, [name]: given.value } }))
        )
      )
}

/** An argument: right for something, wrong for nearly everything, or nearly right. */
export const anyGiven: fc.Arbitrary<Given> = fc.oneof(
  { weight: 3, arbitrary: anyRight },
  { weight: 3, arbitrary: anyWrong },
  { weight: 2, arbitrary: anyRight.chain(spoilt) }
)
