/** Regression: a curve through noisy points, by the squared error. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { add, linspace, mul, nn, optim, random, reshape, sin, tanh, toFlatArray, train } from '../../src/index.ts'
import { final } from '../world/fit.ts'
import { below, falling } from './frame/check.ts'
import { curves, drawn } from './frame/picture.ts'
import type { Section } from './frame/section.ts'
import { named } from './frame/table.ts'

/** A wave, and what is measured of it: a hundred points, with noise. */
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
  title: 'a quantity instead of a class',
  teaches:
    'For a quantity the last layer stays as it is, without sigmoid or softmax, and the loss is the mean squared error. A ' +
    'line can only say that a wave goes up and down about its mean; 32 tanh units follow it. No model can err less than ' +
    'the noise: with a spread of 0.1, the squared error on new points comes to rest near 0.01.',
  settings: { epochs: 400, bar: 0.02 },
  run: ({ epochs, bar, key, fit }) => {
    const [seenKey, newKey, startKey] = random.split(3)(key)
    const [seen, unseen] = [measured(seenKey), measured(newKey)]
    const rate = optim.cosineDecay({ initial: 0.03, steps: 5 * epochs })
    const x = linspace(-3, 3, 201)
    const fitted = <P, St>(name: string, model: nn.Layer<P, St, [1], [1]>) => {
      const problem = { model, loss: nn.meanSquaredError, optimizer: optim.adam({ learningRate: rate }) }
      return pipe(
        train.start(problem)(startKey),
        fit(name, problem, { epochs, batchSize: 20, rate, validation: unseen })(seen),
        TE.map(({ state: { params, modelState, history } }) => {
          const y = nn.predict(model)(params, modelState)(reshape([201, 1])(x))
          return { name, history, error: final({ history }).validationLoss, curve: { x, y } }
        })
      )
    }
    return pipe(
      TE.Do,
      TE.bind('line', () => fitted('a line', straight)),
      TE.bind('curve', () => fitted('32 tanh units', bent)),
      TE.map(({ line, curve }) => {
        const of = named([line, curve])
        const points = { x: toFlatArray(seen.inputs), y: toFlatArray(seen.targets), as: 'points' } as const
        return {
          pictures: [
            drawn({ title: 'A wave, measured', xTitle: 'x', yTitle: 'y' })({
              measured: points,
              ...of((one) => one.curve)
            }),
            curves({ title: 'Learning a wave', scale: 'log' })(of(({ history }) => history))
          ],
          checks: [
            below({ what: 'squared error of the curve on new points', bar })(curve.error),
            falling('squared error on new points, of a line and of a curve')([line.error, curve.error])
          ]
        }
      })
    )
  }
}
