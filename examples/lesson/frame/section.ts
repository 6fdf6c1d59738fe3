/** A section of the lesson as a value: what it teaches, how it is run, and what comes out. */
import type * as IO from 'fp-ts/lib/IO.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { random, Shape, train } from '../../../src/index.ts'
import type { ReportTable } from '../../../src/report/index.ts'
import type { RunSettings, Trained } from '../../world/fit.ts'
import type { Check } from './check.ts'
import type { Picture } from './picture.ts'

/** What came out: to be read, to be looked at, and to be held to. */
export interface Findings {
  /** Paragraphs on what is shown. */
  readonly text?: readonly string[]
  readonly tables?: readonly ReportTable[]
  readonly pictures?: readonly Picture[]
  /** What there is to show of code, or of what it prints. */
  readonly code?: string
  /** Every section ends with an assertion or more, each of which can fail. */
  readonly checks: readonly [Check, ...Check[]]
}

/** What a section is handed: everything random comes from the key, everything that is no pure function from the rest. */
export interface Lab {
  readonly key: random.Key
  /** Seconds, from no moment in particular. */
  readonly now: IO.IO<number>
  /** Trains from a state, and shows how far it is. */
  readonly fit: <P, St, I extends Shape, O extends Shape, T extends Shape>(
    name: string,
    problem: train.Problem<P, St, I, O, T>,
    settings: RunSettings<P, St, I, T>
  ) => (data: train.Dataset<I, T>) => (from: train.TrainState<P, St>) => TE.TaskEither<string, Trained<P, St>>
  /** A file of data by its name: from the folder of `--data` if it is there, else from examples/data. */
  readonly read: (name: string) => TE.TaskEither<string, Buffer>
}

export interface Section<S> {
  /** The word it is called by. */
  readonly name: string
  readonly title: string
  /** What the lesson teaches here. */
  readonly teaches: string
  /** The files it reads from the folder of `--data`, in words, if it cannot do without. */
  readonly needs?: string
  /** The sizes of the lesson: how many epochs, how many units. A test runs it with smaller ones. */
  readonly settings: S
  readonly run: (given: S & Lab) => TE.TaskEither<string, Findings>
}

/** A section with its settings in it. */
export interface Ready extends Pick<Section<unknown>, 'name' | 'title' | 'teaches' | 'needs'> {
  readonly run: (lab: Lab) => TE.TaskEither<string, Findings>
}

export const ready = <S>({ settings, run, ...section }: Section<S>): Ready => ({
  ...section,
  run: (lab) => run({ ...settings, ...lab })
})
