/** Real handwritten digits, 8 by 8 pixels, by 64 hidden units: 64-64-10. */
import { flow } from 'fp-ts/lib/function.js'
import { add, data, mul, nn, optim, type random, relu } from '../../src/index.ts'
import { type Digits, prepared } from '../data/digits.ts'
import type { Settings } from './exercise.ts'

/**
 * A tenth of every target is shared out evenly: a model that may not be too sure of itself errs less on new digits. The
 * least possible loss is then not 0 but 0.50.
 */
const smooth = flow(mul(0.9)<[number, 10]>, add(0.01)<[number, 10]>)

export const digits =
  ({ epochs, batchSize, bar }: Settings) =>
  (all: Digits) =>
  (key: random.Key) => {
    const { learned, heldOut } = prepared(all)(key)
    const steps = epochs * Math.ceil(learned.inputs.shape[0] / batchSize)
    const learningRate = optim.cosineDecay({ initial: 0.01, steps })
    return {
      name: 'digits 64-64-10',
      problem: {
        // dropping a quarter of the pixels in training keeps it from learning single ones by heart
        model: nn.sequential(
          nn.dropout({ keepProbability: 0.75 }),
          nn.dense({ inputs: 64, outputs: 64, activation: relu }),
          nn.dense({ inputs: 64, outputs: 10 })
        ),
        loss: flow(smooth, nn.softmaxCrossEntropy),
        optimizer: optim.adam({ learningRate }),
        metrics: { accuracy: nn.categoricalAccuracy }
      },
      data: learned,
      heldOut,
      learningRate,
      few: data.take(4)(learned),
      settings: { epochs, batchSize, bar }
    }
  }
