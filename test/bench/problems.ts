/** The networks of the workloads as problems, with the parameters that every library starts from. */
import * as E from 'fp-ts/lib/Either.js'
import { type ProgramOptions, nn, optim, type Params, random, relu, toNumber, train } from '../../src/index.ts'
import { network } from './inputs.ts'

/** The parameters of two or three layers are a list of as many records, which the type of the model says more exactly. */
const startAt = <P, St, O extends number[]>(
  problem: train.Problem<P, St, [number], O, O>,
  sizes: readonly number[],
  seed: number
): train.TrainState<P, St> => {
  const params = network(sizes, seed) as unknown as P
  return { ...train.start(problem)(random.key(1)), params, optimizerState: problem.optimizer.init(params as Params) }
}

const twoLayers = (inputs: number, hidden: number, outputs: number) =>
  nn.sequential(nn.dense({ inputs, outputs: hidden, activation: relu }), nn.dense({ inputs: hidden, outputs }))

const threeLayers = (inputs: number, first: number, second: number, outputs: number) =>
  nn.sequential(
    nn.dense({ inputs, outputs: first, activation: relu }),
    nn.dense({ inputs: first, outputs: second, activation: relu }),
    nn.dense({ inputs: second, outputs })
  )

export const xorProblem = () => {
  const problem = {
    model: twoLayers(2, 4, 1),
    loss: nn.binaryCrossEntropyWithLogits,
    optimizer: optim.sgd({ learningRate: 0.5 })
  }
  return { problem, start: startAt(problem, [2, 4, 1], 11) }
}

export const spiralProblem = () => {
  const problem = {
    model: twoLayers(2, 100, 3),
    loss: nn.softmaxCrossEntropy,
    optimizer: optim.sgd({ learningRate: 0.1 })
  }
  return { problem, start: startAt(problem, [2, 100, 3], 21) }
}

export const imagesProblem = () => {
  const problem = {
    model: twoLayers(784, 128, 10),
    loss: nn.softmaxCrossEntropy,
    optimizer: optim.sgd({ learningRate: 0.01 })
  }
  return { problem, start: startAt(problem, [784, 128, 10], 31) }
}

export const deepProblem = () => {
  const problem = {
    model: threeLayers(784, 512, 256, 10),
    loss: nn.softmaxCrossEntropy,
    optimizer: optim.adam({ learningRate: 1e-3 })
  }
  return { problem, start: startAt(problem, [784, 512, 256, 10], 41) }
}

export const checkedProblem = () => {
  const problem = {
    model: twoLayers(20, 30, 10),
    loss: nn.softmaxCrossEntropy,
    optimizer: optim.sgd({ learningRate: 0.1 })
  }
  return { problem, start: startAt(problem, [20, 30, 10], 51) }
}

export interface FitAs {
  readonly batchSize: number
  readonly shuffle: boolean
  readonly compile: boolean | ProgramOptions
}

/** Trains some epochs from a state; answers the loss of the last. */
export const fitter =
  <P, St, O extends number[]>(
    { problem, start }: { problem: train.Problem<P, St, [number], O, O>; start: train.TrainState<P, St> },
    data: train.Dataset<[number], O>,
    settings: FitAs
  ) =>
  (epochs: number): number => {
    const fitted = train.fit(problem, { epochs, ...settings })(data)(start)
    if (E.isLeft(fitted)) throw new Error(`fit answered ${JSON.stringify(fitted.left)}`)
    return fitted.right.history[epochs - 1]!.loss
  }

/** Steps by the reference, all on the same data; answers the loss that the last one found. */
export const stepper = <P, St, O extends number[]>(
  { problem, start }: { problem: train.Problem<P, St, [number], O, O>; start: train.TrainState<P, St> },
  data: train.Dataset<[number], O>
) => {
  const step = train.step(problem)(data)
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
