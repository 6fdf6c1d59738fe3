/** The command line, and the fixed settings. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { common, parsed, seedOf } from '../world/flags.ts'
import type { Settings } from './exercise.ts'

/** The settings of a run, without its seed. */
export interface Plan {
  readonly digitsFile: string
  readonly xor: Settings
  readonly spiral: Settings
  readonly digits: Settings
  /** The time limit in seconds. */
  readonly seconds: number
}

export const plan: Plan = {
  digitsFile: 'examples/data/digits.csv.gz',
  xor: { epochs: 200, batchSize: 4, bar: 1 },
  spiral: { epochs: 150, batchSize: 50, bar: 0.98 },
  digits: { epochs: 40, batchSize: 32, bar: 0.97 },
  seconds: 60
}

export const usage = `Trains on XOR, three spirals and handwritten digits, each after a gradient check. Exits with 0 if all
reach their required accuracy, else with 1.

  npm start -- [--seed N] [--quiet] [--help]

  --seed N   the seed of all random numbers, an integer (0)
  --quiet    print the table only
  --help     print this`

/** The parsed flags, or an error message. */
export const readFlags = (
  words: readonly string[]
): E.Either<string, { readonly quiet: boolean; readonly help: boolean; readonly seed: number }> =>
  pipe(
    parsed(common, words),
    E.flatMap(({ values: { quiet, help, seed }, positionals: [stray] }) =>
      stray === undefined
        ? pipe(
            seedOf(seed),
            E.map((number) => ({ quiet, help, seed: number }))
          )
        : E.left(`${JSON.stringify(stray)} is not a flag`)
    )
  )
