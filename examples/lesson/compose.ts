/** One model composed in four ways, with pipe, records, Reader and layers; and a custom training loop. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as R from 'fp-ts/lib/Reader.js'
import * as A from 'fp-ts/lib/ReadonlyArray.js'
import { add, data, type Mat, matmul, nn, optim, tanh, toNumber, train, valueAndGrad } from '../../src/index.ts'
import { check } from './frame/check.ts'
import { drawn } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

/** Parameters are plain records of tensors, the same for all four. */
type Net = readonly [hidden: nn.DenseParams<2, 8>, output: nn.DenseParams<8, 1>]
const x = data.xor.inputs

/** 1. A pipeline of operations. */
const piped = ([hidden, output]: Net): Mat<4, 1> =>
  pipe(x, matmul(hidden.weight), add(hidden.bias), tanh, matmul(output.weight), add(output.bias))

/** 2. Functions of records. */
const dense =
  <I extends number, O extends number>({ weight, bias }: nn.DenseParams<I, O>) =>
  (input: Mat<4, I>): Mat<4, O> =>
    pipe(input, matmul(weight), add(bias))
const recorded = ([hidden, output]: Net): Mat<4, 1> => pipe(x, dense(hidden), tanh, dense(output))

/** 3. Readers of the parameters, which are not passed through every call. */
const read: R.Reader<Net, Mat<4, 1>> = pipe(
  R.asks(([hidden]: Net) => pipe(x, dense(hidden), tanh)),
  R.flatMap((signal) => R.asks(([, output]: Net) => pipe(signal, dense(output))))
)

/** 4. Layers, and the library's training. */
const problem = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 8, activation: tanh }), nn.dense({ inputs: 8, outputs: 1 })),
  loss: nn.binaryCrossEntropyWithLogits,
  optimizer: optim.adam({ learningRate: 0.05 })
}

/** A custom training loop: a fold that records the loss before each step. */
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
  title: 'composition: one model written in four ways',
  teaches:
    'A model is a function of its parameters, so it is composed as functions are: with pipe, from records, as a ' +
    'Reader, or from layers that bring their own parameters. There are no base classes and no registry, and a ' +
    'training loop is a fold.',
  settings: { steps: 200 },
  run: ({ steps, key }) => {
    const start = train.start(problem)(key)
    return pipe(
      start,
      // interpreted, as the other three are: a compiled sum may differ in its last bits
      train.fit(problem, { epochs: steps, batchSize: 4, shuffle: false, compile: false })(data.xor),
      E.map((state) => {
        const layers = state.history.map(({ loss }) => loss)
        const [pipes = [], records = [], readers = []] = [piped, recorded, read].map(lossesOf(steps, start.params))
        const losses = { pipe: pipes, records, Reader: readers, layers }
        const alike = Object.values(losses).every((all) => all.join() === layers.join())
        return {
          pictures: [drawn({ title: 'Four ways', xTitle: 'step', yTitle: 'loss', yScale: 'log' })(losses)],
          checks: [check('all four have the same loss at every step, bit for bit')(alike && layers.length === steps)]
        }
      })
    )
  }
}
