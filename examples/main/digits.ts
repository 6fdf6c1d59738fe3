/** Real handwritten digits, 8 by 8 pixels, by 64 hidden units: 64-64-10. */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import {
  add,
  codec,
  data,
  div,
  meanOver,
  mul,
  nn,
  optim,
  type random,
  relu,
  sub,
  type Tensor
} from '../../src/index.ts'
import type { Settings } from './exercise.ts'
import type { World } from './world.ts'

type Digits = data.Labelled<[64], [10]>

const attemptTo =
  (what: string) =>
  (error: unknown): string =>
    `${what}: ${error instanceof Error ? error.message : String(error)}`

/** The rows of a compressed file of comma-separated values: 64 pixels from 0 to 16, and the digit. */
export const readDigits =
  (read: World['read']) =>
  (path: string): TE.TaskEither<string, Digits> =>
    pipe(
      read(path),
      TE.flatMap((bytes) => TE.tryCatch(() => promisify(gunzip)(bytes), attemptTo(`cannot decompress ${path}`))),
      TE.flatMapEither((text) => E.tryCatch(() => parse(text), attemptTo(`${path} is no table`))),
      TE.flatMapEither(
        flow(
          codec.classRows({ features: 64, classes: 10, min: 0, max: 16 }),
          E.mapLeft((faults) => `${path} holds what is no digit:\n${codec.showFaults(faults)}`)
        )
      ),
      TE.map(data.fromClassRows({ features: 64, classes: 10 }))
    )

/**
 * A tenth of every target is shared out evenly: a model that may not be too sure of itself errs less on new digits. The
 * least possible loss is then not 0 but 0.50.
 */
const smooth = flow(mul(0.9)<[number, 10]>, add(0.01)<[number, 10]>)

/** Four fifths of each digit to learn from, the rest held out; pixels about 0, by the mean of those learned from. */
const prepared = (key: random.Key, all: Digits) => {
  const { train, test } = pipe(all, data.split({ testFraction: 0.2, stratify: true })(key))
  const mean = meanOver(0)(train.inputs)
  const centred = (inputs: Tensor<[number, 64]>) => pipe(inputs, sub(mean), div(4))
  return {
    learned: { inputs: centred(train.inputs), targets: train.targets },
    heldOut: { inputs: centred(test.inputs), targets: test.targets }
  }
}

export const digits =
  ({ epochs, batchSize, bar }: Settings) =>
  (all: Digits) =>
  (key: random.Key) => {
    const { learned, heldOut } = prepared(key, all)
    const steps = epochs * Math.ceil(learned.inputs.shape[0] / batchSize)
    return {
      name: 'digits 64-64-10',
      problem: {
        // dropping a quarter of the pixels in training keeps it from learning single ones by heart
        model: nn.sequential(
          nn.dropout({ keepProbability: 0.75 }),
          nn.dense({ inputs: 64, outputs: 64, activation: relu }),
          nn.dense({ inputs: 64, outputs: 10 })
        ),
        loss: flow(smooth, nn.softmaxCrossEntropy),
        optimizer: optim.adam({ learningRate: optim.cosineDecay({ initial: 0.01, steps }) }),
        metrics: { accuracy: nn.categoricalAccuracy }
      },
      data: learned,
      heldOut,
      few: data.take(4)(learned),
      settings: { epochs, batchSize, bar }
    }
  }
