/** Batch size: 1, 10, 50 and 300 examples a step, on the spirals. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { data, nn, optim, random, relu, train } from '../../src/index.ts'
import { bars, type History } from '../../src/report/index.ts'
import { final } from '../world/fit.ts'
import { rounded } from '../world/text.ts'
import { falling, rising } from './frame/check.ts'
import { compared, pace } from './frame/pace.ts'
import { curves, only } from './frame/picture.ts'
import type { Section } from './frame/section.ts'
import { named } from './frame/table.ts'

const problem = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 100, activation: relu }), nn.dense({ inputs: 100, outputs: 3 })),
  loss: nn.softmaxCrossEntropy,
  optimizer: optim.sgd({ learningRate: 0.1 }),
  metrics: { accuracy: nn.categoricalAccuracy }
}
const { metrics: _, ...plain } = problem

/** The mean loss over some epochs, and its mean change from epoch to epoch relative to that. */
const steadiness = (history: History) => {
  const mean = history.reduce((sum, { loss }) => sum + loss, 0) / history.length
  const jumps = history.slice(1).reduce((sum, { loss }, i) => sum + Math.abs(loss - (history[i]?.loss ?? NaN)), 0)
  return { mean, fluctuation: jumps / (history.length - 1) / mean }
}

export const batchSize: Section<{ readonly epochs: number; readonly last: number }> = {
  name: 'batch-size',
  title: 'batch size: 1, 10, 50 or all 300 examples a step',
  teaches:
    'A small batch gives many noisy steps an epoch, a large one few smooth steps, and each step has a fixed overhead. ' +
    'At the same learning rate and number of epochs, batches of 1 reach the lowest loss but keep fluctuating; full- ' +
    'batch descent has hardly begun.',
  settings: { epochs: 200, last: 50 },
  run: ({ epochs, last, key, now, watch }) => {
    const [dataKey, startKey] = random.split(2)(key)
    const points = data.spirals({ arms: 3, perArm: 100 })(dataKey)
    const start = train.start(problem)(startKey)
    const timeOf = (batchSize: number) =>
      pace(now, epochs)((count) => train.fit(plain, { epochs: count, batchSize })(points)(start))
    return pipe(
      [1, 10, 50, 300],
      E.traverseArray((size) =>
        pipe(
          start,
          train.fit(problem, { epochs, batchSize: size, observers: [watch(`batches of ${size}`, epochs)] })(points),
          E.map((state) => ({ name: `batch ${size}`, state, ...steadiness(state.history.slice(-last)) })),
          E.let('time', timeOf(size))
        )
      ),
      E.map((runs) => {
        const histories = named(runs)(({ state }) => state.history)
        return {
          text: [compared(runs)],
          tables: [
            {
              columns: ['batch', 'steps an epoch', 'accuracy', 'mean loss', 'fluctuation', 'time per epoch (ms)'],
              rows: runs.map(({ name, state, mean, fluctuation, time }) => [
                ...[name, state.step / epochs],
                ...[final(state).accuracy, mean, fluctuation, time].map(rounded(3))
              ])
            }
          ],
          pictures: [
            curves({ title: 'Four batch sizes', figures: ['loss'], scale: 'log' })(histories),
            curves({ title: `The last ${last} epochs`, figures: ['loss'], scale: 'log', last })(histories),
            only(bars({ title: 'Time per epoch', xTitle: 'time (ms)' })(named(runs)(({ time }) => time)))
          ],
          checks: [
            rising(`mean loss of the last ${last} epochs for batches of 1, 10, 50, 300`)(runs.map(({ mean }) => mean)),
            falling('fluctuation of that loss, for the same batches')(runs.map(({ fluctuation }) => fluctuation))
          ]
        }
      })
    )
  }
}
