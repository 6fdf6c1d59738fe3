/** Three interleaved spirals, classified by 100 hidden units: 2-100-3. */
import { pipe } from 'fp-ts/lib/function.js'
import { data, nn, optim, type random, relu } from '../../src/index.ts'
import type { Settings } from './exercise.ts'

/** 300 points, 100 on each arm. All arms share their first point, so the best possible accuracy is 298 of 300, 99.33 %. */
export const spiral =
  ({ epochs, batchSize, bar }: Settings) =>
  (key: random.Key) => {
    const points = data.spirals({ arms: 3, perArm: 100 })(key)
    const learningRate = optim.cosineDecay({ initial: 0.02, steps: epochs * Math.ceil(300 / batchSize) })
    return {
      name: 'spiral 2-100-3',
      problem: {
        model: nn.sequential(
          nn.dense({ inputs: 2, outputs: 100, activation: relu }),
          nn.dense({ inputs: 100, outputs: 3 })
        ),
        loss: nn.softmaxCrossEntropy,
        optimizer: optim.adam({ learningRate }),
        metrics: { accuracy: nn.categoricalAccuracy }
      },
      data: points,
      few: pipe(points, data.rows([10, 50, 110, 150, 210, 250])),
      settings: { epochs, batchSize, bar }
    }
  }
