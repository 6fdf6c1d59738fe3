/** Reads and prepares the handwritten digits beside this file. */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { data, div, mean, type random, sub, type Tensor } from '../../src/index.ts'
import * as codec from '../../src/codec/index.ts'
import type { World } from '../world/world.ts'

export type Digits = data.Labelled<[64], [10]>

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
      TE.flatMapEither((text) => E.tryCatch(() => parse(text), attemptTo(`${path} is not a table`))),
      TE.flatMapEither(
        flow(
          codec.classRows({ features: 64, classes: 10, min: 0, max: 16 }),
          E.mapLeft((faults) => `${path} holds invalid digits:\n${codec.showFaults(faults)}`)
        )
      ),
      TE.map(data.fromClassRows({ features: 64, classes: 10 }))
    )

/** A stratified split, four fifths for training; pixels are centred by the mean of the training set. */
export const prepared = (all: Digits) => (key: random.Key) => {
  const { train, test } = pipe(all, data.split({ testFraction: 0.2, stratify: true })(key))
  const average = mean({ axis: 0 })(train.inputs)
  const centred = (inputs: Tensor<[number, 64]>) => pipe(inputs, sub(average), div(4))
  return {
    learned: { inputs: centred(train.inputs), targets: train.targets },
    heldOut: { inputs: centred(test.inputs), targets: test.targets },
    /** The held-out pictures with their original pixels, to display. */
    pictures: test.inputs
  }
}
