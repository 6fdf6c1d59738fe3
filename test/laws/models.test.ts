/** Every exported loss, metric and schedule obeys the laws of its kind; one without a row here fails. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { tensorOf } from '../../laws/draw.ts'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import * as losses from '../../src/nn/losses/index.ts'
import * as metrics from '../../src/nn/metrics/index.ts'
import * as cycles from '../../src/optim/cycle.ts'
import * as schedules from '../../src/optim/schedule.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

const { nn, optim } = g
const { vocabulary: op } = g.primitive
const { tensor } = laws.arbitrary
const shares = { min: 0.05, max: 0.95, avoid: [] }

const pairOf = <A, B>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>) =>
  fc.tuple(a, b) as unknown as fc.Arbitrary<readonly [Tensor, Tensor]>
const rows = fc.integer({ min: 1, max: 4 })
const anyPair = rows.chain((n) => pairOf(tensor([n, 2]), tensor([n, 2])))
/** Distributions of three classes, no class impossible. */
const distributions = (n: number): fc.Arbitrary<Tensor> =>
  tensor([n, 3], { min: -2, max: 2, avoid: [] }).map((x) => g.softmax(x))
const labelsOf = (n: number): fc.Arbitrary<Tensor> =>
  fc.array(fc.nat({ max: 2 }), { minLength: n, maxLength: n }).map((ks) => g.tensor(ks) as Tensor)
const oneHotOf = (n: number): fc.Arbitrary<Tensor> => labelsOf(n).map((k) => g.oneHot(3)(k as never) as Tensor)
const classRows = rows.chain((n) => pairOf(fc.oneof(distributions(n), oneHotOf(n)), tensor([n, 3])))
const labelRows = rows.chain((n) => pairOf(labelsOf(n), tensor([n, 3])))
const binaryRows = rows.chain((n) =>
  pairOf(fc.oneof(tensorOf([n, 2])(fc.constantFrom(0, 1)), tensor([n, 2], shares)), tensor([n, 2]))
)

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const logit = (p: number): number => (p === 0 ? -50 : p === 1 ? 50 : Math.log(p / (1 - p)))
const mapped =
  (f: (x: number) => number) =>
  (x: Tensor): Tensor =>
    g.reshape(x.shape)(g.tensor(g.toFlatArray(x).map(f)))
const logs = mapped((p) => (p === 0 ? -50 : Math.log(p)))
const manyHot = (k: Tensor): Tensor => g.oneHot(3)(k as never)
const cross = (y: readonly number[], x: readonly number[]): number =>
  -y.reduce((sum, p, i) => sum + (p === 0 ? 0 : p * Math.log(x[i]!)), 0)
const softmaxed = (z: readonly number[]): readonly number[] => {
  const total = z.reduce((sum, value) => sum + Math.exp(value), 0)
  return z.map((value) => Math.exp(value) / total)
}
const binary = (y: readonly number[], p: readonly number[]): number =>
  mean(y.map((t, i) => -(t * Math.log(p[i]!) + (1 - t) * Math.log(1 - p[i]!))))
const errors =
  (cost: (e: number) => number) =>
  (y: readonly number[], x: readonly number[]): number =>
    mean(y.map((t, i) => cost(x[i]! - t)))
/** No error within a step of a corner. */
const awayFrom =
  (...corners: readonly number[]) =>
  (y: Tensor, x: Tensor): boolean =>
    g.toFlatArray(op.sub(x, y)).every((e) => corners.every((corner) => Math.abs(Math.abs(e) - corner) > 0.05))

const ofLosses: Readonly<Record<string, Omit<laws.LossLaws, 'name'>>> = {
  meanSquaredError: { loss: nn.meanSquaredError, batches: anyPair, formula: errors((e) => e * e) },
  halfMeanSquaredError: {
    loss: nn.halfMeanSquaredError,
    batches: anyPair,
    formula: (y, x) => y.reduce((sum, t, i) => sum + (t - x[i]!) ** 2 / 2, 0)
  },
  meanAbsoluteError: {
    loss: nn.meanAbsoluteError,
    batches: anyPair,
    formula: errors(Math.abs),
    smooth: awayFrom(0)
  },
  huber: {
    loss: nn.huber({ delta: 0.7 }),
    batches: anyPair,
    formula: errors((e) => (Math.abs(e) <= 0.7 ? (e * e) / 2 : 0.7 * (Math.abs(e) - 0.35))),
    smooth: awayFrom(0.7)
  },
  binaryCrossEntropy: {
    loss: nn.binaryCrossEntropy,
    batches: binaryRows,
    predictions: g.sigmoid,
    formula: binary
  },
  binaryCrossEntropyWithLogits: {
    loss: nn.binaryCrossEntropyWithLogits,
    batches: binaryRows,
    best: mapped(logit),
    formula: (y, z) =>
      binary(
        y,
        z.map((value) => 1 / (1 + Math.exp(-value)))
      ),
    otherForm: { loss: nn.binaryCrossEntropy, predictions: g.sigmoid }
  },
  categoricalCrossEntropy: {
    loss: nn.categoricalCrossEntropy,
    batches: classRows,
    predictions: g.softmax,
    formula: cross
  },
  softmaxCrossEntropy: {
    loss: nn.softmaxCrossEntropy,
    batches: classRows,
    best: logs,
    formula: (y, z) => cross(y, softmaxed(z)),
    otherForm: { loss: nn.categoricalCrossEntropy, predictions: g.softmax }
  },
  sparseCategoricalCrossEntropy: {
    loss: nn.sparseCategoricalCrossEntropy,
    batches: labelRows,
    predictions: g.softmax,
    best: manyHot,
    formula: ([k], p) => -Math.log(p[k!]!)
  },
  sparseSoftmaxCrossEntropy: {
    loss: nn.sparseSoftmaxCrossEntropy,
    batches: labelRows,
    best: (k) => logs(manyHot(k)),
    formula: ([k], z) => -Math.log(softmaxed(z)[k!]!),
    otherForm: { loss: nn.sparseCategoricalCrossEntropy, predictions: g.softmax }
  }
}

describe('every loss', () => {
  it('has a row here, or is a penalty', () => {
    expect(Object.keys(ofLosses).toSorted()).toEqual(
      Object.keys(losses)
        .filter((name) => !['l1', 'l2'].includes(name))
        .toSorted()
    )
  })
  for (const [name, row] of Object.entries(ofLosses)) laws.register(test)(laws.loss({ name, ...row }), { numRuns: 12 })
})

describe('penalties', () => {
  const trees = fc.tuple(fc.record({ weight: tensor([2, 2], { min: -3, max: 3, avoid: [0] }), bias: tensor([2]) }))
  for (const name of ['l1', 'l2'] as const)
    laws.register(test)(laws.function({ name, f: nn[name]({ strength: 0.3 }), args: trees }), {
      numRuns: 12
    })
})

const several = fc.integer({ min: 2, max: 6 })
const scoreRows = several.chain((n) => pairOf(oneHotOf(n), tensor([n, 3])))
const bits = (n: number): fc.Arbitrary<Tensor> => tensorOf([n])(fc.constantFrom(0, 1))
const bitRows = several.chain((n) => pairOf(bits(n), tensor([n], shares)))
/** Both classes among the targets. */
const bothClasses = several.chain((n) =>
  pairOf(
    bits(n).map((y) => g.reshape(y.shape)(g.tensor([0, 1, ...g.toFlatArray(y).slice(2)]))),
    tensor([n], shares)
  )
)
/** Some examples of class 1. */
const withOnes = several.chain((n) =>
  pairOf(
    bits(n).map((y) => g.reshape(y.shape)(g.tensor([1, ...g.toFlatArray(y).slice(1)]))),
    tensor([n], shares)
  )
)
const sparse = (metric: g.nn.Metric) => ({
  metric: nn.sparse(metric) as g.nn.SparseMetric,
  targets: (y: Tensor) => g.argmax({ axis: 1 })(y as never)
})
const average = (metric: g.nn.Metric) => ({
  metric,
  batches: scoreRows,
  range: [0, 1] as const,
  otherForm: sparse(metric)
})

const ofMetrics: Readonly<Record<string, readonly Omit<laws.MetricLaws, 'name'>[]>> = {
  binaryAccuracy: [
    { metric: nn.binaryAccuracy(), batches: bitRows, range: [0, 1], combines: true },
    { metric: nn.binaryAccuracy({ threshold: 0 }), batches: bitRows, range: [0, 1], best: mapped((y) => y - 0.5) }
  ],
  categoricalAccuracy: [
    {
      metric: nn.categoricalAccuracy,
      batches: scoreRows,
      range: [0, 1],
      combines: true,
      otherForm: sparse(nn.categoricalAccuracy)
    }
  ],
  topKAccuracy: [
    {
      metric: nn.topKAccuracy({ k: 2 }),
      batches: scoreRows,
      range: [0, 1],
      combines: true,
      otherForm: sparse(nn.topKAccuracy({ k: 2 }))
    }
  ],
  precision: [
    { metric: nn.precision(), batches: withOnes, range: [0, 1] },
    ...(['macro', 'weighted', 'micro'] as const).map((by) => average(nn.precision({ average: by })))
  ],
  recall: [
    { metric: nn.recall(), batches: withOnes, range: [0, 1] },
    ...(['macro', 'weighted', 'micro'] as const).map((by) => average(nn.recall({ average: by })))
  ],
  f1: [
    { metric: nn.f1(), batches: withOnes, range: [0, 1] },
    ...(['macro', 'weighted', 'micro'] as const).map((by) => average(nn.f1({ average: by })))
  ],
  rocAuc: [{ metric: nn.rocAuc, batches: bothClasses, range: [0, 1] }],
  rSquared: [
    {
      metric: nn.rSquared,
      batches: several.chain((n) => pairOf(tensor([n, 2]), tensor([n, 2]))),
      range: [-Infinity, 1]
    }
  ]
}

/** What gives no number to maximise. */
const noMetrics = ['sparse', 'classReport', 'confusionMatrix', 'binaryConfusionMatrix', 'rocCurve']

describe('every metric', () => {
  it('has a row here, or gives no number', () => {
    expect([...Object.keys(ofMetrics), ...noMetrics].toSorted()).toEqual(Object.keys(metrics).toSorted())
  })
  for (const [name, all] of Object.entries(ofMetrics))
    all.forEach((row, i) =>
      laws.register(test)(laws.metric({ name: `${name}${i === 0 ? '' : `, case ${i}`}`, ...row }), { numRuns: 25 })
    )
})

const ofSchedules: Readonly<Record<string, readonly (readonly [g.optim.Schedule, laws.ScheduleSettings])[]>> = {
  exponentialDecay: [
    [optim.exponentialDecay({ initial: 1, factor: 0.9, every: 1 }), { first: 1, direction: 'falls' }],
    [optim.exponentialDecay({ initial: 1, factor: 0.5, every: 10, staircase: true }), { first: 1, direction: 'falls' }]
  ],
  inverseTimeDecay: [[optim.inverseTimeDecay({ initial: 1, rate: 0.1 }), { first: 1, direction: 'falls' }]],
  polynomialDecay: [
    [
      optim.polynomialDecay({ initial: 1, final: 0.1, power: 2, steps: 50 }),
      { first: 1, last: { step: 49, value: 0.1 }, direction: 'falls' }
    ]
  ],
  cosineDecay: [
    [
      optim.cosineDecay({ initial: 1, final: 0.1, steps: 50 }),
      { first: 1, last: { step: 49, value: 0.1 }, direction: 'falls' }
    ]
  ],
  warmUp: [
    [optim.warmUp({ steps: 5, then: 0.5 }), { first: 0.1, last: { step: 5, value: 0.5 }, direction: 'rises' }],
    [optim.warmUp({ steps: 5, then: optim.cosineDecay({ initial: 1, steps: 10 }) }), { last: { step: 14, value: 0 } }]
  ],
  warmRestarts: [[optim.warmRestarts({ initial: 1, final: 0.1, period: 10, growth: 2 }), { first: 1 }]],
  oneCycle: [
    [optim.oneCycle({ peak: 1, initial: 0.1, final: 0.01, steps: 30 }), { first: 0.1, last: { step: 29, value: 0.01 } }]
  ],
  join: [
    [optim.join([[0, 1], [10, 0.1]]), { first: 1, last: { step: 10, value: 0.1 }, direction: 'falls' }], // prettier-ignore
    [optim.join([[0, 1], [5, optim.cosineDecay({ initial: 1, steps: 10 })]]), { first: 1, last: { step: 14, value: 0 } }] // prettier-ignore
  ]
}

describe('every schedule', () => {
  it('has a row here', () => {
    const internal = ['schedule', 'rate', 'scheduleOf', 'progress', 'cosineBetween', 'decays', 'inTurn', 'cycles']
    expect([...Object.keys(ofSchedules), ...internal].toSorted()).toEqual(
      [...Object.keys(schedules), ...Object.keys(cycles)].toSorted()
    )
  })
  for (const [name, all] of Object.entries(ofSchedules))
    all.forEach(([schedule, settings], i) =>
      laws.register(test)(laws.schedule(schedule, { name: `${name}${i === 0 ? '' : `, case ${i}`}`, ...settings }), {
        numRuns: 10
      })
    )
})
