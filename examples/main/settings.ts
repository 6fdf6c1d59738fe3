/** The command line, and the numbers that stay the same. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { common, parsed, seedOf } from '../world/flags.ts'
import type { Settings } from './exercise.ts'

/** Everything about the run but the seed. */
export interface Plan {
  readonly digitsFile: string
  readonly xor: Settings
  readonly spiral: Settings
  readonly digits: Settings
  /** The seconds that the whole may take. */
  readonly seconds: number
}

export const plan: Plan = {
  digitsFile: 'examples/data/digits.csv.gz',
  xor: { epochs: 100, batchSize: 4, bar: 1 },
  spiral: { epochs: 150, batchSize: 50, bar: 0.98 },
  digits: { epochs: 40, batchSize: 32, bar: 0.97 },
  seconds: 60
}

export const usage = `Trains three small problems, each after a check of its gradient: exclusive or, a spiral of three arms,
and handwritten digits. Ends with 0 when all are learned well enough, with 1 when not.

  npm start -- [--seed N] [--quiet] [--help]

  --seed N   a whole number, from which everything random is drawn (0)
  --quiet    print the table alone
  --help     print this`

/** What the flags say, or what is wrong with them. */
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
