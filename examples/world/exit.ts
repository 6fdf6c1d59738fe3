/** How a command ends. */
import { pipe } from 'fp-ts/lib/function.js'
import * as T from 'fp-ts/lib/Task.js'
import type { World } from './world.ts'

/** 0: all is well. 1: something fell short, or could not be done. 2: an invalid command line. */
export type ExitCode = 0 | 1 | 2

/** A last word, and the code to end with. */
export const answer =
  (write: World['print'], code: ExitCode) =>
  (text: string): T.Task<ExitCode> =>
    pipe(
      T.fromIO(write(text)),
      T.map(() => code)
    )
