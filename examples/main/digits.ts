/** Real handwritten digits, 8 by 8 pixels, by 64 hidden units: 64-64-10. */
import { flow } from 'fp-ts/lib/function.js'
import { add, data, mul, nn, optim, type random, relu } from '../../src/index.ts'
import { type Digits, prepared } from '../data/digits.ts'
import type { Settings } from './exercise.ts'

/** Label smoothing by 0.1, against overconfidence: the lowest possible loss is then 0.50, not 0. */
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
        // dropout of a quarter of the pixels, against overfitting
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
      few: data.take(4)(learned),
      settings: { epochs, batchSize, bar }
    }
  }
