/** All that touches the world outside, as one record of effects: a test hands in its own. */
import { constVoid, pipe } from 'fp-ts/lib/function.js'
import * as IO from 'fp-ts/lib/IO.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'

/** Where a training run is after an epoch. */
export interface Moment {
  readonly epoch: number
  readonly step: number
  readonly loss: number
  /** That of the training examples; NaN where it is not measured. */
  readonly accuracy: number
  /** The learning rate of the last step. */
  readonly rate: number
}

/** How far a training run is: shown after each epoch, and cleared away at the end. */
export interface Progress {
  readonly tick: (moment: Moment) => IO.IO<void>
  readonly done: IO.IO<void>
}

export interface World {
  /** Seconds, from no moment in particular. */
  readonly now: IO.IO<number>
  /** Whether what is printed may have colours. */
  readonly color: boolean
  /** What goes on: left out with `--quiet`. */
  readonly say: (line: string) => IO.IO<void>
  /** What came out. */
  readonly print: (text: string) => IO.IO<void>
  /** What went wrong. */
  readonly warn: (text: string) => IO.IO<void>
  /** Of a run from one epoch on, as far as another. */
  readonly progress: (name: string, epochs: number, from: number) => IO.IO<Progress>
  readonly read: (path: string) => TE.TaskEither<string, Buffer>
  /** Writes a file, all of it or nothing. */
  readonly write: (path: string) => (text: string) => TE.TaskEither<string, void>
}

const nothing: IO.IO<void> = constVoid

/** The same world without a word on what goes on. */
export const quietly = (world: World): World => ({
  ...world,
  say: () => nothing,
  progress: () => IO.of({ tick: () => nothing, done: nothing })
})

/** An effect that also tells how many seconds it took. */
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
