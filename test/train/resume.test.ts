/** Training goes on where it stopped: the laws of a fold, for problems that carry along all there is. */
import { describe, expect, it, test } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as nn from '../../src/nn/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import { toNumber } from '../../src/tensor/read.ts'
import * as train from '../../src/train/index.ts'
import { centring, dataFor, divergence, drawing, plain, right } from './support.ts'

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

describe('a rate that reacts to the history', () => {
  const data = dataFor(9)(random.key(5))
  const rateFactor = train.reduceOnPlateau({ figure: 'validationLoss', factor: 0.5, patience: 1, minDelta: 10 })
  const settings = { name: 'reacting', validation: dataFor(9)(random.key(6)), rateFactor, maxEpochs: 5 }
  laws.register(test)(laws.training(problem, settings)(data), { numRuns: 12 })

  it('is lowered within the epochs that the laws look at', () => {
    const fit = train.fit(problem, { epochs: 3, batchSize: 3, validation: settings.validation })(data)
    expect(rateFactor(right(fit(train.start(problem)(random.key(0)))).history)).toBe(0.25)
  })
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
