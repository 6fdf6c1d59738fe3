/** Batch size: 1, 10, 50 and 300 examples a step, on the spirals. */
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { data, nn, optim, random, relu, train } from '../../src/index.ts'
import { bars } from '../../src/report/index.ts'
import { final } from '../world/fit.ts'
import { rounded } from '../world/text.ts'
import { falling, rising } from './frame/check.ts'
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

/** The mean loss of some epochs, and how much it jumps from one to the next, as a share of that. */
const steadiness = (losses: readonly number[]) => {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
  const jumps = losses.slice(1).map((loss, i) => Math.abs(loss - (losses[i] ?? NaN)))
  return { mean, unrest: jumps.reduce((sum, jump) => sum + jump, 0) / jumps.length / mean }
}

export const batchSize: Section<{ readonly epochs: number; readonly last: number }> = {
  name: 'batch-size',
  title: 'one example a step, or all of them',
  teaches:
    'A small batch gives many cheap, noisy steps an epoch; a large one gives few and smooth ones. At the same rate and in ' +
    'the same number of epochs one example at a time gets furthest and never comes to rest, while all 300 at once have ' +
    'hardly begun. But an epoch of single examples takes the longest: the work of a step is spread over fewer examples.',
  settings: { epochs: 200, last: 50 },
  run: ({ epochs, last, key, fit }) => {
    const [dataKey, startKey] = random.split(2)(key)
    const points = data.spirals({ arms: 3, perArm: 100 })(dataKey)
    return pipe(
      [1, 10, 50, 300],
      TE.traverseSeqArray((size) =>
        pipe(
          train.start(problem)(startKey),
          fit(`batches of ${size}`, problem, { epochs, batchSize: size, rate: learningRate })(points),
          TE.map(({ state, seconds }) => ({
            name: `batch ${size}`,
            state,
            time: (1000 * seconds) / epochs,
            ...steadiness(state.history.slice(-last).map(({ loss }) => loss))
          }))
        )
      ),
      TE.map((runs) => {
        const histories = named(runs)(({ state }) => state.history)
        return {
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
