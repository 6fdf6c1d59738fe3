/** What validation data as large as the training data, and a metric, add to an epoch of 2-100-3. */
import * as E from 'fp-ts/lib/Either.js'
import { nn, oneHot, random, train } from '../../src/index.ts'
import type { Figure, Workload } from './figure.ts'
import { type Timing, timingOf } from './measure.ts'
import { spiralProblem } from './problems.ts'

const { problem: plain, start } = spiralProblem()

const setOf = (rows: number, seed: number): train.Dataset<[2], [3]> => ({
  inputs: random.normal([rows, 2])(random.key(seed)),
  targets: oneHot(3)(Array.from({ length: rows }, (_, i) => i % 3))
})

/** Processor time of an epoch, in milliseconds: a busy machine does not count. */
const epoch = (
  settings: Omit<train.FitSettings<unknown, unknown, [2], [3]>, 'epochs' | 'batchSize'>,
  measured: boolean
) => {
  const problem = measured ? { ...plain, metrics: { accuracy: nn.categoricalAccuracy } } : { ...plain }
  return (data: train.Dataset<[2], [3]>, epochs: number): number => {
    const before = process.cpuUsage()
    const trained = train.fit(problem, { ...(settings as object), epochs, batchSize: 32 })(data)(start)
    const { user, system } = process.cpuUsage(before)
    if (E.isLeft(trained)) throw new Error(train.showError(trained.left))
    return (user + system) / 1000 / epochs
  }
}

export const figures: Workload = {
  name: 'figures',
  what: 'an epoch of 2-100-3, batch 32, with as many validation data and an accuracy of both, as multiples of one without',
  *run(): Iterable<Figure> {
    for (const rows of [300, 2000, 10_000]) {
      const [data, validation] = [setOf(rows, 1), setOf(rows, 2)]
      const [without, both] = [epoch({}, false), epoch({ validation }, true)]
      const epochs = Math.ceil(60_000 / rows)
      // in turns, so that both meet the same machine
      const times = Array.from({ length: 12 }, () => [without(data, epochs), both(data, epochs)] as const).slice(2)
      const [alone, all] = [0, 1].map((i) => timingOf(times.map((pair) => pair[i]!))) as [Timing, Timing]
      yield { workload: 'figures', variant: `n${rows}`, metric: 'times', value: all.min / alone.min, min: all.min / alone.median, max: all.median / alone.min } // prettier-ignore
    }
  }
}
