import { fc, test } from '../support/property.ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import * as nn from '../../src/nn/index.ts'
import { toNumber } from '../../src/tensor/read.ts'
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
