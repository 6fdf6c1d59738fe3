/** All side effects as one record; tests pass their own. */
import { constVoid, pipe } from 'fp-ts/lib/function.js'
import * as IO from 'fp-ts/lib/IO.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'

/** Where a training run is after an epoch. */
export interface Moment {
  readonly epoch: number
  readonly loss: number
  /** On the training examples; NaN where it is not measured. */
  readonly accuracy: number
}

/** Progress of a training run: shown after each epoch, cleared at the end. */
export interface Progress {
  readonly tick: (moment: Moment) => IO.IO<void>
  readonly done: IO.IO<void>
}

export interface World {
  /** A clock, in seconds. */
  readonly now: IO.IO<number>
  /** Whether what is printed may have colours. */
  readonly color: boolean
  /** Status, silent with `--quiet`. */
  readonly say: (line: string) => IO.IO<void>
  /** Results. */
  readonly print: (text: string) => IO.IO<void>
  /** Errors. */
  readonly warn: (text: string) => IO.IO<void>
  /** Progress of a run from an epoch to another. */
  readonly progress: (name: string, epochs: number, from: number) => IO.IO<Progress>
  readonly read: (path: string) => TE.TaskEither<string, Buffer>
  /** Writes a file, all of it or nothing. */
  readonly write: (path: string) => (text: string) => TE.TaskEither<string, void>
}

const nothing: IO.IO<void> = constVoid

/** The same effects without status and progress. */
export const quietly = (world: World): World => ({
  ...world,
  say: () => nothing,
  progress: () => IO.of({ tick: () => nothing, done: nothing })
})

/** An effect with its duration in seconds. */
export const timed =
  (now: IO.IO<number>) =>
  <A>(action: IO.IO<A>): IO.IO<readonly [value: A, seconds: number]> =>
    pipe(
      IO.Do,
      IO.bind('began', () => now),
      IO.bind('value', () => action),
      IO.bind('ended', () => now),
      IO.map(({ began, value, ended }) => [value, ended - began] as const)
    )
