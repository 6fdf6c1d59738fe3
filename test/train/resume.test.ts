/** Training goes on where it stopped: the laws of a fold, for problems that carry along all there is. */
import { describe, expect, it, test } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as nn from '../../src/nn/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import { toNumber } from '../../src/tensor/read.ts'
import * as train from '../../src/train/index.ts'
import { centring, dataFor, divergence, drawing, plain } from './support.ts'

const meanError: train.Metric<[1], [1]> = (targets) => (y) => toNumber(nn.meanSquaredError(targets)(y))

/** Statistics, dropout, Adam's moments under a schedule, a penalty and a metric. */
const problem = {
  ...drawing,
  model: nn.sequential(centring, drawing.model),
  penalty: nn.l2({ strength: 0.01 }),
  metrics: { error: meanError }
}

describe.each([1, 2, 7, 24])('on %i examples', (rows) => {
  const data = dataFor(rows)(random.key(rows))
  laws.register(test)(laws.training(problem, { validation: data, maxEpochs: 4 })(data), { numRuns: 12 })
  laws.register(test)(laws.training(plain, { name: 'plain' })(data), { numRuns: 5 })
})

describe('a run that diverges', () => {
  const data = dataFor(6)(random.key(0))
  const wild = {
    ...plain,
    model: nn.dense({ inputs: 2, outputs: 1 }),
    optimizer: optim.sgd({ learningRate: 1e6 })
  }

  it('diverges within the epochs that the laws look at', () => {
    const error = divergence(train.fit(wild, { epochs: 8, batchSize: 1 })(data)(train.start(wild)(random.key(0))))
    expect(error.epoch).toBeGreaterThan(1)
  })
  laws.register(test)(laws.training(wild, { name: 'diverging', batchSize: 1, maxEpochs: 8 })(data), { numRuns: 12 })
})
