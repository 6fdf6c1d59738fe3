/** Exit codes. */
import { pipe } from 'fp-ts/lib/function.js'
import * as T from 'fp-ts/lib/Task.js'
import type { World } from './world.ts'

/** 0: success. 1: a check failed, or an error. 2: an invalid command line. */
export type ExitCode = 0 | 1 | 2

/** Prints a last message and returns the exit code. */
export const answer =
  (write: World['print'], code: ExitCode) =>
  (text: string): T.Task<ExitCode> =>
    pipe(
      T.fromIO(write(text)),
      T.map(() => code)
    )
