/** Three spirals, by a hundred hidden units: 2-100-3, batches of 10. */
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { data, nn, optim, random, relu, softmax, train } from '../../src/index.ts'
import { probabilityGrid, rangesAround } from '../../src/report/index.ts'
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
  title: 'three arms that no line parts',
  teaches:
    'A hundred relu units bend the plane enough to part three spirals of a hundred points each. What decides is the ' +
    'learning rate: a low one is not done after 200 epochs, a high one never comes to rest. One that begins high and ' +
    'falls along a cosine does both. All arms begin at the origin, so 298 of 300 right, 99.33 %, is the most there is.',
  settings: { epochs: 200, bar: 0.99 },
  run: ({ epochs, bar, key, fit }) => {
    const [dataKey, startKey] = random.split(2)(key)
    const points = data.spirals({ arms: 3, perArm: 100 })(dataKey)
    const trainedAt = (name: string, rate: number | optim.Schedule) => () => {
      const problem = problemAt(rate)
      const settings = { epochs, batchSize: 10, rate }
      return pipe(
        train.start(problem)(startKey),
        fit(`spirals, rate ${name}`, problem, settings)(points),
        TE.map(({ state }) => ({ ...state, end: final(state), predict: nn.predict(problem.model)(state.params, []) }))
      )
    }
    return pipe(
      TE.Do,
      TE.bind('0.01', trainedAt('0.01', 0.01)),
      TE.bind('0.1', trainedAt('0.1', 0.1)),
      TE.bind('1.0', trainedAt('1.0', 1)),
      TE.bind('falling', trainedAt('falling', optim.cosineDecay({ initial: 1, steps: epochs * 30 }))),
      TE.map((runs) => {
        const probability = flow(runs.falling.predict<[number]>, softmax)
        const grid = probabilityGrid({ ...rangesAround()(points.inputs), columns: 80 })(probability)
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
          checks: [atLeast({ what: 'points on their arm', bar, show: percent })(runs.falling.end.accuracy)]
        }
      })
    )
  }
}
