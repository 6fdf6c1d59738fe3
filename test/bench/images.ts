/** Train steps of 784-128-10, and of 784-512-256-10 with Adam, on consecutive batches of 12,800 examples. */
import type { train } from '../../src/index.ts'
import { type Figure, mustAgree, rate, type Workload } from './figure.ts'
import { examples } from './inputs.ts'
import { measure, repeated } from './measure.ts'
import { deepProblem, fitter, imagesProblem } from './problems.ts'

const COUNT = 12_800
/** Data are given to a program once in each call of `fit`, which is not what is measured: so each has several epochs. */
const timing = { warmUpSeconds: 3, repetitions: 5, secondsEach: 1.5 }
const precisions = ['single', 'double'] as const

/** Samples per second by batch size, and the mean loss of the first twenty steps with batches of 128. */
function* samples<P, St, O extends number[]>(
  workload: string,
  made: { problem: train.Problem<P, St, [number], O, O>; start: train.TrainState<P, St> },
  batches: readonly number[]
): Generator<Figure> {
  const [first, data] = [20 * 128, COUNT].map(
    (count) => examples(count, 784) as unknown as train.Dataset<[number], O>
  ) as [train.Dataset<[number], O>, train.Dataset<[number], O>]
  const check = fitter(made, first, { batchSize: 128, shuffle: false, compile: false })(1)
  for (const precision of precisions) {
    const as = { shuffle: false, compile: { precision } }
    const found = fitter(made, first, { ...as, batchSize: 128 })(1)
    mustAgree(`${workload} ${precision}`, found, check, precision === 'double' ? 1e-9 : 1e-4)
    for (const batchSize of batches) {
      const run = fitter(made, data, { ...as, batchSize })
      yield rate(workload, 'samples/s')(`grad-ts ${precision} b${batchSize}`, COUNT, measure(run, timing), found)
      const once = measure(repeated(() => run(1)))
      yield rate(workload, 'samples/s')(`grad-ts ${precision} b${batchSize}, a call an epoch`, COUNT, once, found)
    }
  }
}

export const shallow: Workload = {
  name: 'W3',
  what: 'train steps of 784-128-10 on consecutive batches of 12,800 examples',
  run: () => samples('W3', imagesProblem(), [32, 128])
}

export const deep: Workload = {
  name: 'W4',
  what: 'train steps of 784-512-256-10 with Adam, batches of 128 of 12,800 examples',
  run: () => samples('W4', deepProblem(), [128])
}
