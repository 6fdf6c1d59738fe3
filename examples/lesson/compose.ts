/** One model composed in four ways, with pipe, records, Reader and layers; and a training loop of one's own. */
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Reader.js'
import * as A from 'fp-ts/lib/ReadonlyArray.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { add, data, type Mat, matmul, nn, optim, tanh, toNumber, train, valueAndGrad } from '../../src/index.ts'
import { check } from './frame/check.ts'
import { drawn } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

/** The parameters are plain records of tensors, the same for all four ways. */
type Net = readonly [hidden: nn.DenseParams<2, 8>, output: nn.DenseParams<8, 1>]
const x = data.xor.inputs

/** 1. A pipeline of operations. */
const piped = ([hidden, output]: Net): Mat<4, 1> =>
  pipe(x, matmul(hidden.weight), add(hidden.bias), tanh, matmul(output.weight), add(output.bias))

/** 2. Functions made of records. */
const dense =
  <I extends number, O extends number>({ weight, bias }: nn.DenseParams<I, O>) =>
  (input: Mat<4, I>): Mat<4, O> =>
    pipe(input, matmul(weight), add(bias))
const recorded = ([hidden, output]: Net): Mat<4, 1> => pipe(x, dense(hidden), tanh, dense(output))

/** 3. Readers of the parameters: what needs them asks for them, and they are not passed through every call. */
const read: R.Reader<Net, Mat<4, 1>> = pipe(
  R.asks(([hidden]: Net) => pipe(x, dense(hidden), tanh)),
  R.flatMap((signal) => R.asks(([, output]: Net) => pipe(signal, dense(output))))
)

/** 4. Layers in a sequence, and the library's own training. */
const problem = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 8, activation: tanh }), nn.dense({ inputs: 8, outputs: 1 })),
  loss: nn.binaryCrossEntropyWithLogits,
  optimizer: optim.adam({ learningRate: 0.05 })
}

/** A training loop of one's own: a fold, that keeps the loss before each step. */
const lossesOf = (steps: number, net: Net) => (model: (net: Net) => Mat<4, 1>) => {
  const objective = valueAndGrad((params: Net) => problem.loss(data.xor.targets)(model(params)))
  const first = { net, state: problem.optimizer.init(net), losses: [] as readonly number[] }
  const next = (at: typeof first): typeof first => {
    const { value, grad } = objective(at.net)
    const [moved, state] = optim.step(problem.optimizer)(at.net, grad, at.state)
    return { net: moved, state, losses: [...at.losses, toNumber(value)] }
  }
  return A.replicate(steps, next).reduce((at, step) => step(at), first).losses
}

export const compose: Section<{ readonly steps: number }> = {
  name: 'compose',
  title: 'one model, four ways',
  teaches:
    'A model is a function of its parameters, and so it is put together as functions are: in a pipe, from records, as a ' +
    'Reader that asks for what it needs, or from layers that bring their own parameters. There is nothing to inherit ' +
    'from and nothing to register, and a training loop is a fold that anyone can write.',
  settings: { steps: 200 },
  run: ({ steps, key, fit }) => {
    const start = train.start(problem)(key)
    return pipe(
      start,
      // by the reference, as the other three ways are: a program's sums may end in other bits
      fit('compose', problem, { epochs: steps, batchSize: 4, shuffle: false, compile: false, rate: 0.05 })(data.xor),
      TE.map(({ state }) => {
        const layers = state.history.map(({ loss }) => loss)
        const [pipes = [], records = [], readers = []] = [piped, recorded, read].map(lossesOf(steps, start.params))
        const losses = { pipe: pipes, records, Reader: readers, layers }
        const alike = Object.values(losses).every((all) => all.join() === layers.join())
        return {
          pictures: [drawn({ title: 'Four ways', xTitle: 'step', yTitle: 'loss', yScale: 'log' })(losses)],
          checks: [check('all four have equal losses at every step, to the last bit')(alike && layers.length === steps)]
        }
      })
    )
  }
}
