/** Training goes on where it stopped: the laws of a fold, for problems that carry along all there is. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it, test } from 'vitest'
import * as laws from '../../laws/index.ts'
import { right as decoded } from '../codec/support.ts'
import * as codec from '../../src/codec/index.ts'
import * as nn from '../../src/nn/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { toArray, toNumber } from '../../src/tensor/read.ts'
import type { Shape } from '../../src/tensor/shape.ts'
import { swish } from '../../src/ops/index.ts'
import * as train from '../../src/train/index.ts'
import { centring, dataFor, divergence, drawing, plain, right } from './support.ts'

const meanError: train.Metric<[1], [1]> = (targets) => (y) => toNumber(nn.meanSquaredError(targets)(y))

/** Written as JSON and read back. */
const reloaded =
  <P, St, I extends Shape, O extends Shape, T extends Shape>(own: train.Problem<P, St, I, O, T>) =>
  (state: train.TrainState<P, St>): train.TrainState<P, St> => {
    const file = codec.trainState(train.start(own)(state.key))
    return decoded(codec.parse(file)(codec.print(file)(state)))
  }

/** Statistics, dropout, Adam's moments under a schedule, a penalty and a metric. */
const problem = {
  ...drawing,
  model: nn.sequential(centring, drawing.model),
  penalty: nn.l2({ strength: 0.01 }),
  metrics: { error: meanError }
}

describe.each([1, 2, 7, 24])('on %i examples', (rows) => {
  const data = dataFor(rows)(random.key(rows))
  laws.register(test)(laws.training(problem, { validation: data, maxEpochs: 4, reload: reloaded(problem) })(data), {
    numRuns: 12
  })
  laws.register(test)(laws.training(plain, { name: 'plain', reload: reloaded(plain) })(data), { numRuns: 5 })
})

describe('a rate that reacts to the history', () => {
  const data = dataFor(9)(random.key(5))
  const rateFactor = train.reduceOnPlateau({ figure: 'validationLoss', factor: 0.5, patience: 1, minDelta: 10 })
  const settings = {
    name: 'reacting',
    validation: dataFor(9)(random.key(6)),
    rateFactor,
    maxEpochs: 5,
    reload: reloaded(problem)
  }
  laws.register(test)(laws.training(problem, settings)(data), { numRuns: 12 })

  it('is lowered within the epochs that the laws look at', () => {
    const fit = train.fit(problem, { epochs: 3, batchSize: 3, validation: settings.validation })(data)
    expect(rateFactor(right(fit(train.start(problem)(random.key(0)))).history)).toBe(0.25)
  })
})

describe('training with normalised blocks', () => {
  const normalised = {
    ...plain,
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
  // no batch of a single example, which has no variance
  const data = dataFor(10)(random.key(0))
  laws.register(test)(laws.training(normalised, { name: 'normalised', batchSize: 4, maxEpochs: 4 })(data), {
    numRuns: 12
  })

  it('moves the running statistics on', () => {
    const { modelState } = pipe(
      train.start(normalised)(random.key(0)),
      train.fit(normalised, { epochs: 1, batchSize: 4 })(data),
      right
    )
    expect(toArray(modelState[0][0].mean).every((value) => value === 0)).toBe(false)
  })

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
