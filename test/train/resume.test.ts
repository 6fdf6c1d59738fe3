import { fc, test } from '../support/property.ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import * as nn from '../../src/nn/index.ts'
import { swish } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { toArray, toNumber } from '../../src/tensor/read.ts'
import * as train from '../../src/train/index.ts'
import { anyBatchSize, anyKey, anyRows, centring, dataFor, drawing, expectSame, right } from './support.ts'

const anyEpochs = fc.integer({ min: 0, max: 4 })

const meanError: train.Metric<[1], [1]> = (targets) => (y) => toNumber(nn.meanSquaredError(targets)(y))

const problem = {
  ...drawing,
  model: nn.sequential(centring, drawing.model),
  penalty: nn.l2({ strength: 0.01 }),
  metrics: { error: meanError }
}

type State = ReturnType<typeof start>
const start = train.start(problem)

describe('training a epochs and then b', () => {
  const runs = test.prop(
    [fc.record({ key: anyKey, rows: anyRows, batchSize: anyBatchSize, a: anyEpochs, b: anyEpochs })],
    { numRuns: 15 }
  )

  const trained = (key: Parameters<typeof start>[0], rows: number, batchSize: number) => {
    const data = dataFor(rows)(key)
    return (epochs: number): ((state: State) => E.Either<train.TrainingError, State>) =>
      train.fit(problem, { epochs, batchSize, validation: data })(data)
  }

  runs('is training a + b, bit for bit, shuffles and dropout included', ({ key, rows, batchSize, a, b }) => {
    const run = trained(key, rows, batchSize)
    const parts = pipe(start(key), run(a), E.chain(run(b)), right)
    expectSame(parts, pipe(start(key), run(a + b), right))
    expect([parts.epoch, parts.step]).toEqual([a + b, (a + b) * Math.ceil(rows / batchSize)])
  })

  runs('is training a + b, bit for bit, through a file in between', ({ key, rows, batchSize, a, b }) => {
    const run = trained(key, rows, batchSize)
    const file = codec.trainState(start(key))
    const read = codec.parse(file)
    const parts = pipe(start(key), run(a), E.map(codec.print(file)), right, read)
    if (E.isLeft(parts)) throw new Error(codec.showFaults(parts.left))
    expectSame(pipe(parts.right, run(b), right), pipe(start(key), run(a + b), right))
  })

  runs('is taking the states of its epochs one by one', ({ key, rows, batchSize, a, b }) => {
    const data = dataFor(rows)(key)
    const each = train.epochs(problem, { batchSize, validation: data })(data)(start(key))[Symbol.iterator]()
    const taken = Array.from({ length: a + b }, () => right(each.next().value as E.Either<train.TrainingError, State>))
    expectSame(taken.at(-1) ?? start(key), pipe(start(key), trained(key, rows, batchSize)(a + b), right))
  })
})

describe('training with normalised blocks', () => {
  const normalised = {
    ...problem,
    model: nn.sequential(
      nn.dense({ inputs: 2, outputs: 4 }),
      nn.residual(
        nn.batchNorm({ features: 4 }),
        swish,
        nn.dropout({ keepProbability: 0.7 }),
        nn.dense({ inputs: 4, outputs: 4 })
      ),
      nn.layerNorm({ features: 4 }),
      nn.dense({ inputs: 4, outputs: 1 })
    )
  }
  const begin = train.start(normalised)
  type Normalised = ReturnType<typeof begin>
  // no batch of a single example, which has no variance
  const anyRun = fc
    .record({
      key: anyKey,
      rows: fc.integer({ min: 2, max: 16 }),
      batchSize: fc.integer({ min: 2, max: 8 }),
      a: anyEpochs,
      b: anyEpochs
    })
    .filter(({ rows, batchSize }) => rows % batchSize !== 1)

  test.prop([anyRun], { numRuns: 12 })(
    'a epochs, saved, read and b more is training a + b, bit for bit, running statistics included',
    ({ key, rows, batchSize, a, b }) => {
      const data = dataFor(rows)(key)
      const run = (epochs: number): ((state: Normalised) => E.Either<train.TrainingError, Normalised>) =>
        train.fit(normalised, { epochs, batchSize, validation: data })(data)
      const file = codec.trainState(begin(key))
      const parts = pipe(begin(key), run(a), E.map(codec.print(file)), right, codec.parse(file))
      if (E.isLeft(parts)) throw new Error(codec.showFaults(parts.left))
      const whole = pipe(begin(key), run(a + b), right)
      expectSame(pipe(parts.right, run(b), right), whole)
      expect(toArray(whole.modelState[0][0].mean).every((value) => value === 0)).toBe(a + b === 0)
    }
  )

  it('fits the validation data with the running statistics, and learns', () => {
    const data = {
      inputs: tensor([[0, 0], [0, 100], [100, 0], [100, 100]]), // prettier-ignore
      targets: tensor([[0], [1], [1], [0]])
    }
    const learned = {
      model: nn.sequential(
        nn.batchNorm({ features: 2 }),
        nn.dense({ inputs: 2, outputs: 8, activation: swish }),
        nn.dense({ inputs: 8, outputs: 1 })
      ),
      loss: nn.binaryCrossEntropyWithLogits,
      optimizer: optim.adam({ learningRate: 0.05 })
    }
    const { history } = pipe(
      train.start(learned)(random.key(1)),
      train.fit(learned, { epochs: 200, batchSize: 4, validation: data })(data),
      right
    )
    const last = history.at(-1)!
    expect(last.loss).toBeLessThan(0.05)
    // the unbiased variance is a third larger than that of a batch of four
    expect(last.validationLoss).toBeLessThan(0.2)
  })
})
