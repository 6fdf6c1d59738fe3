/** Type-checked by `npm run bench`, to see what it costs. */
import { nn, optim, random, relu, tanh, type Tensor, train } from '../../../src/index.ts'

const model = nn.sequential(
  nn.dense({ inputs: 10, outputs: 11, activation: tanh }),
  nn.dense({ inputs: 11, outputs: 12, activation: relu }),
  nn.dense({ inputs: 12, outputs: 13, activation: tanh }),
  nn.dense({ inputs: 13, outputs: 14, activation: relu }),
  nn.dense({ inputs: 14, outputs: 15, activation: tanh }),
  nn.dense({ inputs: 15, outputs: 16, activation: relu }),
  nn.dense({ inputs: 16, outputs: 17, activation: tanh }),
  nn.dense({ inputs: 17, outputs: 18, activation: relu }),
  nn.dense({ inputs: 18, outputs: 19, activation: tanh }),
  nn.dense({ inputs: 19, outputs: 20, activation: relu }),
  nn.dense({ inputs: 20, outputs: 21, activation: tanh }),
  nn.dense({ inputs: 21, outputs: 22, activation: relu }),
  nn.dense({ inputs: 22, outputs: 23, activation: tanh }),
  nn.dense({ inputs: 23, outputs: 24, activation: relu }),
  nn.dense({ inputs: 24, outputs: 25, activation: tanh }),
  nn.dense({ inputs: 25, outputs: 26, activation: relu }),
  nn.dense({ inputs: 26, outputs: 27, activation: tanh }),
  nn.dense({ inputs: 27, outputs: 28, activation: relu }),
  nn.dense({ inputs: 28, outputs: 29, activation: tanh }),
  nn.dense({ inputs: 29, outputs: 30, activation: relu })
)

const problem = {
  model,
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.adam({ learningRate: 0.001 }),
  metrics: { accuracy: nn.categoricalAccuracy }
}
const start = train.start(problem)(random.key(0))

/** The last bias, by its place in the tuple of parameters: the compiler knows its shape. */
export const bias: Tensor<[30]> = start.params[19].bias

export const fitted = (data: train.Dataset<[10], [30]>) => train.fit(problem, { epochs: 1, batchSize: 8 })(data)(start)
