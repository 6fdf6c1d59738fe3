/** Three spirals, classified by a hundred hidden units: 2-100-3, batches of 10. */
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import { data, nn, optim, plot, random, relu, softmax, train } from '../../src/index.ts'
import { final } from '../world/fit.ts'
import { percent, rounded } from '../world/text.ts'
import { atLeast } from './frame/check.ts'
import { boundary, curves } from './frame/picture.ts'
import type { Section } from './frame/section.ts'

const problemAt = (learningRate: number | optim.Schedule) => ({
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 100, activation: relu }), nn.dense({ inputs: 100, outputs: 3 })),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.sgd({ learningRate }),
  metrics: { accuracy: nn.categoricalAccuracy }
})

export const spirals: Section<{ readonly epochs: number; readonly bar: number }> = {
  name: 'spirals',
  title: 'three spirals: classes that are not linearly separable',
  teaches:
    'A hundred relu units separate three spirals of a hundred points each. The learning rate decides: a low one is ' +
    'not done after 200 epochs, a high one keeps fluctuating. One that starts high and falls along a cosine does ' +
    'both. All arms begin at the origin, so the best possible accuracy is 298 of 300, 99.33 %.',
  settings: { epochs: 200, bar: 0.99 },
  run: ({ epochs, bar, key, watch }) => {
    const [dataKey, startKey] = random.split(2)(key)
    const points = data.spirals({ arms: 3, perArm: 100 })(dataKey)
    const trainedAt = (name: string, rate: number | optim.Schedule) => () => {
      const problem = problemAt(rate)
      return pipe(
        train.start(problem)(startKey),
        train.fit(problem, { epochs, batchSize: 10, observers: [watch(`spirals, rate ${name}`, epochs)] })(points),
        E.map((state) => ({ ...state, end: final(state), predict: nn.predict(problem.model)(state.params, []) }))
      )
    }
    return pipe(
      E.Do,
      E.bind('0.01', trainedAt('0.01', 0.01)),
      E.bind('0.1', trainedAt('0.1', 0.1)),
      E.bind('1.0', trainedAt('1.0', 1)),
      E.bind('falling', trainedAt('falling', optim.cosineDecay({ initial: 1, steps: epochs * 30 }))),
      E.map((runs) => {
        const probability = flow(runs.falling.predict<[number]>, softmax)
        const grid = plot.probabilityGrid({ ...plot.rangesAround()(points.inputs), columns: 80 })(probability)
        const entries = Object.entries(runs)
        return {
          tables: [
            {
              columns: ['learning rate', 'loss', 'accuracy'],
              rows: entries.map(([name, { end }]) => [name, rounded(3)(end.loss), percent(end.accuracy)])
            }
          ],
          pictures: [
            curves({ title: 'Four learning rates', scale: 'log' })(
              Object.fromEntries(entries.map(([name, { history }]) => [name, history]))
            ),
            boundary('Three spirals')(grid, points.inputs, points.labels)
          ],
          checks: [atLeast({ what: 'accuracy', bar, show: percent })(runs.falling.end.accuracy)]
        }
      })
    )
  }
}
