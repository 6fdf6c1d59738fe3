/** Six optimisers on one surface and on one network. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as A from 'fp-ts/lib/ReadonlyArray.js'
import { data, dot, grad, nn, optim, plot, relu, type Scalar, square, stack, sub, tensor } from '../../src/index.ts'
import { toNumber, train, type Vec } from '../../src/index.ts'
import { surfacePaths } from '../../src/report/index.ts'
import { below, falling } from './frame/check.ts'
import { curves, drawn, only } from './frame/picture.ts'
import type { Section } from './frame/section.ts'
import { named } from './frame/table.ts'

const momentum = (nesterov: boolean) => (rate: optim.RateSettings) => optim.sgd({ ...rate, momentum: 0.9, nesterov })
/** Each with its learning rates on the surface and on the network. */
const optimizers = [
  { name: 'sgd', make: optim.sgd, rates: [0.09, 0.1] },
  { name: 'momentum', make: momentum(false), rates: [0.01, 0.1] },
  { name: 'nesterov', make: momentum(true), rates: [0.02, 0.1] },
  { name: 'rmsProp', make: optim.rmsProp, rates: [0.1, 0.005] },
  { name: 'adam', make: optim.adam, rates: [0.3, 0.01] },
  { name: 'adamW', make: optim.adamW, rates: [0.3, 0.01] }
] as const

/** A valley, twenty times as steep across as along, with its minimum at (1, ½). */
const valley = (w: Vec<2>): Scalar => pipe(w, sub(tensor([1, 0.5])), square, dot(tensor([0.5, 10])))
const height = (w: Vec<2>): number => toNumber(valley(w))
const start = tensor([-3, 2])

/** The path of an optimiser: a fold of its step over states. */
const walk = (optimizer: optim.GradientTransformation, steps: number): readonly Vec<2>[] => {
  const first: readonly [Vec<2>, optim.OptimizerState] = [start, optimizer.init(start)]
  const next = ([w, state]: typeof first): typeof first => optim.step(optimizer)(w, grad(valley)(w), state)
  return A.scanLeft(first, (at, step: typeof next) => step(at))(A.replicate(steps, next)).map(([w]) => w)
}

export const momentumAdam: Section<{ readonly steps: number; readonly epochs: number; readonly bar: number }> = {
  name: 'momentum-adam',
  title: 'six optimisers on one surface and one network',
  teaches:
    'Gradient descent zigzags across a narrow valley and creeps along it. Momentum sums gradients, and the zigzag cancels; Nesterov ' +
    'evaluates the gradient ahead. RMSProp and Adam divide by the size of past gradients, so steep and flat ' +
    'directions progress equally; AdamW also decays every parameter towards 0, and so ends a little off the minimum.',
  settings: { steps: 60, epochs: 100, bar: 0.05 },
  run: ({ steps, epochs, bar, key, watch }) => {
    const points = data.spirals()(key)
    const hidden = nn.dense({ inputs: 2, outputs: 100, activation: relu })
    const model = nn.sequential(hidden, nn.dense({ inputs: 100, outputs: 3 }))
    return pipe(
      optimizers,
      E.traverseArray(({ name, make, rates: [surface, rate] }) => {
        const problem = { model, loss: nn.softmaxCrossEntropy, optimizer: make({ learningRate: rate }) }
        return pipe(
          train.start(problem)(key),
          train.fit(problem, { epochs, batchSize: 30, observers: [watch(`spirals by ${name}`, epochs)] })(points),
          E.map((state) => ({ name, state, path: walk(make({ learningRate: surface }), steps) }))
        )
      }),
      E.map((runs) => {
        const of = named(runs)
        const [paths, heights] = [of(({ path }) => stack(path)), of(({ path }) => path.map(height))]
        const grid = plot.surfaceGrid({ x: [-4, 3], y: [-2, 3], columns: 90 })((x, y) => height(tensor([x, y])))
        const [sgd = NaN, , nesterov = NaN, rmsProp = NaN] = runs.map(({ state }) => state.history.at(-1)?.loss)
        return {
          pictures: [
            only(surfacePaths({ title: 'A narrow valley', scale: 'log', star: [1, 0.5] })({ grid, paths })),
            drawn({ title: 'Height along the path', xTitle: 'step', yTitle: 'height', yScale: 'log' })(heights),
            curves({ title: 'Six optimisers on the spirals', scale: 'log' })(of(({ state }) => state.history))
          ],
          checks: [
            below({ what: 'largest height at the end of a path (valley)', bar })(
              Math.max(...runs.map(({ path }) => height(path.at(-1) ?? start)))
            ),
            falling('final loss on the spirals with sgd, nesterov, rmsProp')([sgd, nesterov, rmsProp])
          ]
        }
      })
    )
  }
}
