/** A train step of 2-4-1 on the four examples of exclusive or. */
import { data, nn, optim, random, relu, toFloat64Array, toNumber, train } from '../../src/index.ts'
import { binaryCrossEntropy, stepByHand } from './byHand.ts'
import { measure } from './measure.ts'
import { figure, mustAgree, ratio, type Workload } from './workload.ts'

const rate = 0.5
const problem = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 4, activation: relu }), nn.dense({ inputs: 4, outputs: 1 })),
  loss: nn.binaryCrossEntropyWithLogits,
  optimizer: optim.sgd({ learningRate: rate })
}
const start = train.start(problem)(random.key(1))

const trainer = () => {
  const step = train.step(problem)(data.xor)
  let state = start
  return (times: number): number => {
    let loss = NaN
    for (let i = 0; i < times; i++) {
      const next = step(state)
      state = next.state
      loss = toNumber(next.loss)
    }
    return loss
  }
}

const trainerByHand = () => {
  const [hidden, last] = start.params
  const network = {
    inputs: 2,
    units: 4,
    outputs: 1,
    hidden: { weight: toFloat64Array(hidden.weight), bias: toFloat64Array(hidden.bias) },
    last: { weight: toFloat64Array(last.weight), bias: toFloat64Array(last.bias) }
  }
  const step = stepByHand(network, binaryCrossEntropy, rate, 4)
  const x = toFloat64Array(data.xor.inputs)
  const y = toFloat64Array(data.xor.targets)
  return (times: number): number => {
    let loss = NaN
    for (let i = 0; i < times; i++) loss = step(x, y, 4)
    return loss
  }
}

export const xor: Workload = {
  name: 'xor',
  what: 'a train step of 2-4-1 (relu, sigmoid, binary cross-entropy, gradient descent) on 4 examples',
  run: () => {
    mustAgree('xor', trainer()(50), trainerByHand()(50))
    const own = measure(trainer())
    const other = measure(trainerByHand())
    return [
      figure('xor', 'grad-ts', 'µs/step', 1e-6, own, 25),
      figure('xor', 'by hand', 'µs/step', 1e-6, other),
      ratio('xor', own, other)
    ]
  }
}
