/** An epoch of 2-100-3 on the 300 points of three spirals: by a program, without one, by hand. */
import { toFlatArray } from '../../src/index.ts'
import { gatherByHand, layerByHand, shuffleByHand, softmaxCrossEntropy, stepByHand } from './byHand.ts'
import { duration, mustAgree, rate, ratio, type Workload } from './figure.ts'
import { spiralPoints } from './inputs.ts'
import { measure } from './measure.ts'
import { fitter, spiralProblem, stepper } from './problems.ts'

const spiral = spiralProblem()
const points = spiralPoints()

const trainer = (batchSize: number, shuffle: boolean, compile: boolean) =>
  fitter(spiral, points, { batchSize, shuffle, compile })

const trainerByHand =
  (batchSize: number, shuffle: boolean) =>
  (epochs: number): number => {
    const [hidden, last] = spiral.start.params
    const network = {
      inputs: 2,
      units: 100,
      outputs: 3,
      hidden: layerByHand(hidden),
      last: layerByHand(last)
    }
    const step = stepByHand(network, softmaxCrossEntropy, 0.1, batchSize)
    const [x, y] = [Float64Array.from(toFlatArray(points.inputs)), Float64Array.from(toFlatArray(points.targets))]
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

export const epochs: Workload = {
  name: 'W2',
  what: 'an epoch of 2-100-3 on 300 points: a new order, gathered, 300/b train steps, their losses added up',
  *run() {
    const check = stepper(spiral, points)(20)
    mustAgree('W2', trainer(300, false, true)(20), check)
    for (const batchSize of [1, 10, 50, 300]) {
      const epochsPerSecond = rate('W2', 'epochs/s')
      mustAgree(`W2 b${batchSize}`, trainer(batchSize, false, true)(3), trainerByHand(batchSize, false)(3))
      yield epochsPerSecond(`grad-ts b${batchSize}`, 1, measure(trainer(batchSize, true, true)), check)
      yield epochsPerSecond(`by hand b${batchSize}`, 1, measure(trainerByHand(batchSize, true)), check)
    }
  }
}

export const eagerEpochs: Workload = {
  name: 'spiral',
  what: 'the epoch of W2 in batches of 50, without a program',
  *run() {
    mustAgree('spiral', trainer(50, false, false)(20), trainerByHand(50, false)(20))
    const [own, byHand] = [measure(trainer(50, true, false)), measure(trainerByHand(50, true))]
    yield duration('spiral', 'ms/epoch', 1e-3)('grad-ts', own)
    yield duration('spiral', 'ms/epoch', 1e-3)('by hand', byHand)
    yield ratio('spiral', 'grad-ts / by hand', own, byHand)
  }
}
