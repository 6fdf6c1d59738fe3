/** Exclusive or, by two inputs, four hidden units and one output: 2-4-1. */
import { flow, pipe } from 'fp-ts/lib/function.js'
import { abs, data, mul, nn, optim, relu, sub, transpose } from '../../src/index.ts'
import type { Settings } from './exercise.ts'

/**
 * The four corners of a square around the origin, not of the unit square: with biases that start at 0, an input (0, 0)
 * would put every hidden unit exactly on relu's kink, where a gradient cannot be compared with differences.
 */
const inputs = pipe(data.xor.inputs, mul(2), sub(1))

/**
 * A relu that answers to no example stays dead, and of four units that start anyhow too many do so in one start out of
 * three. So each unit is turned to a corner of its own, on which it is then the most active of all, and the output starts
 * from 0. The first step gives each unit the sign of its corner, and every further one strengthens it there and weakens
 * it at the neighbours, which want the opposite: no unit dies, whatever the numbers drawn.
 */
const hidden = nn.dense({ inputs: 2, outputs: 4, activation: relu })
const turned: typeof hidden = {
  ...hidden,
  init: flow(hidden.init, ({ params: { weight, bias }, state }) => ({
    params: { weight: pipe(weight, abs, mul(transpose(inputs))), bias },
    state
  }))
}

const learningRate = 0.05

export const xor = (settings: Settings) => ({
  name: 'XOR 2-4-1',
  problem: {
    model: nn.sequential(turned, nn.dense({ inputs: 4, outputs: 1, weight: nn.zeros })),
    loss: nn.binaryCrossEntropyWithLogits,
    optimizer: optim.adam({ learningRate }),
    metrics: { accuracy: nn.binaryAccuracyFromLogits }
  },
  data: { inputs, targets: data.xor.targets },
  learningRate,
  few: { inputs, targets: data.xor.targets },
  settings
})
