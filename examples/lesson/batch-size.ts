/** Batch size: 1, 10, 50 and 300 examples a step, on the spirals. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { data, nn, optim, random, relu, train } from '../../src/index.ts'
import { bars, type History } from '../../src/report/index.ts'
import { final } from '../world/fit.ts'
import { rounded } from '../world/text.ts'
import { falling, rising } from './frame/check.ts'
import { compared, pace } from './frame/pace.ts'
import { curves, only } from './frame/picture.ts'
import type { Section } from './frame/section.ts'
import { named } from './frame/table.ts'

const learningRate = 0.1
const problem = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 100, activation: relu }), nn.dense({ inputs: 100, outputs: 3 })),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.sgd({ learningRate }),
  metrics: { accuracy: nn.categoricalAccuracy }
}
const { metrics: _, ...plain } = problem

/** The mean loss of some epochs, and how much it jumps from one to the next, as a share of that. */
const steadiness = (history: History) => {
  const mean = history.reduce((sum, { loss }) => sum + loss, 0) / history.length
  const jumps = history.slice(1).reduce((sum, { loss }, i) => sum + Math.abs(loss - (history[i]?.loss ?? NaN)), 0)
  return { mean, unrest: jumps / (history.length - 1) / mean }
}

export const batchSize: Section<{ readonly epochs: number; readonly last: number }> = {
  name: 'batch-size',
  title: 'one example a step, or all of them',
  teaches:
    'A small batch gives many noisy steps an epoch, a large one few and smooth ones, and each step has a cost of its own. ' +
    'At the same rate and in as many epochs one example at a time gets furthest and never rests; 300 have hardly begun.',
  settings: { epochs: 200, last: 50 },
  run: ({ epochs, last, key, now, fit }) => {
    const [dataKey, startKey] = random.split(2)(key)
    const points = data.spirals({ arms: 3, perArm: 100 })(dataKey)
    const start = train.start(problem)(startKey)
    const timeOf = (batchSize: number) =>
      pace(now, epochs)((count) => train.fit(plain, { epochs: count, batchSize })(points)(start))
    return pipe(
      [1, 10, 50, 300],
      TE.traverseSeqArray((size) =>
        pipe(
          start,
          fit(`batches of ${size}`, problem, { epochs, batchSize: size, rate: learningRate })(points),
          TE.map(({ state }) => ({ name: `batch ${size}`, state, ...steadiness(state.history.slice(-last)) })),
          TE.bind('time', () => TE.fromIO(timeOf(size)))
        )
      ),
      TE.map((runs) => {
        const histories = named(runs)(({ state }) => state.history)
        return {
          text: [compared(runs)],
          tables: [
            {
              columns: ['batch', 'steps an epoch', 'accuracy', 'mean loss', 'unrest', 'time per epoch (ms)'],
              rows: runs.map(({ name, state, mean, unrest, time }) => [
                ...[name, state.step / epochs],
                ...[final(state).accuracy, mean, unrest, time].map(rounded(3))
              ])
            }
          ],
          pictures: [
            curves({ title: 'Four batch sizes', figures: ['loss'], scale: 'log' })(histories),
            curves({ title: `The last ${last} epochs`, figures: ['loss'], scale: 'log', last })(histories),
            only(bars({ title: 'Time per epoch', xTitle: 'time (ms)' })(named(runs)(({ time }) => time)))
          ],
          checks: [
            rising('loss of the last epochs, by batches of 1, 10, 50 and 300')(runs.map(({ mean }) => mean)),
            falling('how much it jumps, likewise')(runs.map(({ unrest }) => unrest))
          ]
        }
      })
    )
  }
}
