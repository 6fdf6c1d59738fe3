/** Regression on noisy points with the squared error. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { add, linspace, mul, nn, optim, random, reshape, sin, tanh, toFlatArray, train } from '../../src/index.ts'
import { final } from '../world/fit.ts'
import { below, falling } from './frame/check.ts'
import { curves, drawn } from './frame/picture.ts'
import type { Section } from './frame/section.ts'
import { named } from './frame/table.ts'

/** A hundred noisy samples of a wave. */
const measured = (key: random.Key) => {
  const [xKey, noiseKey] = random.split(2)(key)
  const inputs = random.uniform([100, 1], { min: -3, max: 3 })(xKey)
  const noise = random.normal([100, 1], { standardDeviation: 0.1 })(noiseKey)
  return { inputs, targets: pipe(inputs, mul(1.5), sin, add(noise)) }
}

const straight = nn.dense({ inputs: 1, outputs: 1 })
const bent = nn.sequential(nn.dense({ inputs: 1, outputs: 32, activation: tanh }), nn.dense({ inputs: 32, outputs: 1 }))

export const regression: Section<{ readonly epochs: number; readonly bar: number }> = {
  name: 'regression',
  title: 'regression: fitting a curve to noisy points',
  teaches:
    'For a quantity the output layer is linear, without sigmoid or softmax, and the loss is the mean squared error. A ' +
    'linear model cannot follow a wave; 32 tanh units can. No model can be better than the noise: with a standard ' +
    'deviation of 0.1, the squared error on new points levels off near 0.01.',
  settings: { epochs: 400, bar: 0.02 },
  run: ({ epochs, bar, key, watch }) => {
    const [seenKey, newKey, startKey] = random.split(3)(key)
    const [seen, unseen] = [measured(seenKey), measured(newKey)]
    const learningRate = optim.cosineDecay({ initial: 0.03, steps: 5 * epochs })
    const x = linspace(-3, 3, 201)
    const fitted = <P, St>(name: string, model: nn.Layer<P, St, [1], [1]>) => {
      const problem = { model, loss: nn.meanSquaredError, optimizer: optim.adam({ learningRate }) }
      return pipe(
        train.start(problem)(startKey),
        train.fit(problem, { epochs, batchSize: 20, validation: unseen, observers: [watch(name, epochs)] })(seen),
        E.map(({ params, modelState, history }) => {
          const y = nn.predict(model)(params, modelState)(reshape([201, 1])(x))
          return { name, history, error: final({ history }).validationLoss, curve: { x, y } }
        })
      )
    }
    return pipe(
      E.Do,
      E.bind('line', () => fitted('linear model', straight)),
      E.bind('curve', () => fitted('32 tanh units', bent)),
      E.map(({ line, curve }) => {
        const of = named([line, curve])
        const points = { x: toFlatArray(seen.inputs), y: toFlatArray(seen.targets), as: 'points' } as const
        return {
          pictures: [
            drawn({ title: 'A noisy wave', xTitle: 'x', yTitle: 'y' })({
              measured: points,
              ...of((one) => one.curve)
            }),
            curves({ title: 'Learning a wave', scale: 'log' })(of(({ history }) => history))
          ],
          checks: [
            below({ what: 'squared error of 32 tanh units on new points', bar })(curve.error),
            falling('squared error on new points of the linear model and of the network')([line.error, curve.error])
          ]
        }
      })
    )
  }
}
