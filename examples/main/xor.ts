/** XOR, by two inputs, eight hidden units and one output: 2-8-1, the network of the README and of the lesson. */
import { data, nn, optim, tanh } from '../../src/index.ts'
import type { Settings } from './exercise.ts'

export const xor = (settings: Settings) => ({
  name: 'XOR 2-8-1',
  problem: {
    model: nn.sequential(nn.dense({ inputs: 2, outputs: 8, activation: tanh }), nn.dense({ inputs: 8, outputs: 1 })),
    loss: nn.binaryCrossEntropyWithLogits,
    optimizer: optim.adam({ learningRate: 0.05 }),
    metrics: { accuracy: nn.binaryAccuracy({ threshold: 0 }) }
  },
  data: data.xor,
  few: data.xor,
  settings
})
