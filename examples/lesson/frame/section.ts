/** A section of the lesson as a value: its texts, its settings, and a function from a random key to results. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as IO from 'fp-ts/lib/IO.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type random, train } from '../../../src/index.ts'
import type { ReportTable } from '../../../src/report/index.ts'
import type { Check } from './check.ts'
import type { Picture } from './picture.ts'

/** The results of a section: text, tables, pictures and assertions. */
export interface Findings {
  /** Paragraphs that explain the results. */
  readonly text?: readonly string[]
  readonly tables?: readonly ReportTable[]
  readonly pictures?: readonly Picture[]
  /** Code, or printed output. */
  readonly code?: string
  /** Every section ends with at least one assertion, and each can fail. */
  readonly checks: readonly [Check, ...Check[]]
}

/** The arguments of a section beside its settings: the random key, and the effects that it may use. */
export interface Lab {
  readonly key: random.Key
  /** A clock, in seconds. */
  readonly now: IO.IO<number>
  /** An observer for `train.fit` that shows progress under a name; `epochs` is where the run ends. */
  readonly watch: (name: string, epochs: number) => (state: unknown, figures: train.EpochRecord) => void
  /** Clears the progress of the last run; the command calls it when a section has ended. */
  readonly unwatch: IO.IO<void>
  /** A file of data by its name: from the folder of `--data` if it is there, else from examples/data. */
  readonly read: (name: string) => TE.TaskEither<string, Buffer>
}

/** What a section returns: its findings, an Either of them where it trains, a TaskEither where it reads files. */
export type Answer = Findings | E.Either<train.TrainingError, Findings> | TE.TaskEither<string, Findings>

const asTask = (answer: Answer): TE.TaskEither<string, Findings> =>
  typeof answer === 'function'
    ? answer
    : '_tag' in answer
      ? pipe(answer, E.mapLeft(train.showError), TE.fromEither)
      : TE.right(answer)

export interface Section<S> {
  /** Its name on the command line. */
  readonly name: string
  readonly title: string
  /** An introduction of a few sentences. */
  readonly teaches: string
  /** The files that it needs in the folder of `--data`, in words. */
  readonly needs?: string
  /** The sizes of the lesson: how many epochs, how many units. A test runs it with smaller ones. */
  readonly settings: S
  readonly run: (given: S & Lab) => Answer
}

/** A section with its settings applied. */
export interface Ready extends Pick<Section<unknown>, 'name' | 'title' | 'teaches' | 'needs'> {
  readonly run: (lab: Lab) => TE.TaskEither<string, Findings>
}

export const ready = <S>({ settings, run, ...section }: Section<S>): Ready => ({
  ...section,
  run: (lab) =>
    pipe(
      TE.fromIO(() => run({ ...settings, ...lab })),
      TE.flatMap(asTask)
    )
})
