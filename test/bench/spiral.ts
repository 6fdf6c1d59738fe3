/** An epoch of 2-100-3 on 300 points of three spirals, in batches of 50. */
import * as E from 'fp-ts/lib/Either.js'
import { data, nn, optim, random, relu, toFloat64Array, train } from '../../src/index.ts'
import { gatherByHand, shuffleByHand, softmaxCrossEntropy, stepByHand } from './byHand.ts'
import { measure } from './measure.ts'
import { figure, mustAgree, ratio, type Workload } from './workload.ts'

const rate = 0.1
const batchSize = 50
const points = data.spirals()(random.key(0))
const problem = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 100, activation: relu }), nn.dense({ inputs: 100, outputs: 3 })),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.sgd({ learningRate: rate })
}
const start = train.start(problem)(random.key(1))

/** Trains some epochs from the start, and answers the loss of the last. */
const trainer =
  (shuffle: boolean) =>
  (epochs: number): number => {
    const fitted = train.fit(problem, { epochs, batchSize, shuffle })(points)(start)
    return E.isRight(fitted) ? fitted.right.history[epochs - 1]!.loss : NaN
  }

const trainerByHand =
  (shuffle: boolean) =>
  (epochs: number): number => {
    const [hidden, last] = start.params
    const network = {
      inputs: 2,
      units: 100,
      outputs: 3,
      hidden: { weight: toFloat64Array(hidden.weight), bias: toFloat64Array(hidden.bias) },
      last: { weight: toFloat64Array(last.weight), bias: toFloat64Array(last.bias) }
    }
    const step = stepByHand(network, softmaxCrossEntropy, rate, batchSize)
    const [x, y] = [toFloat64Array(points.inputs), toFloat64Array(points.targets)]
    const [xs, ys] = [x.slice(), y.slice()]
    const order = Int32Array.from({ length: 300 }, (_, i) => i)
    let seed = 1
    let mean = NaN
    for (let epoch = 0; epoch < epochs; epoch++) {
      if (shuffle) seed = shuffleByHand(order, seed)
      gatherByHand(x, order, 2, xs)
      gatherByHand(y, order, 3, ys)
      let total = 0
      for (let from = 0; from < 300; from += batchSize) {
        const to = from + batchSize
        total += batchSize * step(xs.subarray(2 * from, 2 * to), ys.subarray(3 * from, 3 * to), batchSize)
      }
      mean = total / 300
    }
    return mean
  }

export const spiral: Workload = {
  name: 'spiral',
  what: 'an epoch of 2-100-3 (relu, softmax cross-entropy, gradient descent) on 300 points, shuffled, batches of 50',
  run: () => {
    mustAgree('spiral', trainer(false)(20), trainerByHand(false)(20))
    const own = measure(trainer(true))
    const other = measure(trainerByHand(true))
    return [
      figure('spiral', 'grad-ts', 'ms/epoch', 1e-3, own, 2),
      figure('spiral', 'by hand', 'ms/epoch', 1e-3, other),
      ratio('spiral', own, other)
    ]
  }
}
