/** The three exercises in order, and the table of results. */
import * as A from 'fp-ts/lib/ReadonlyArray.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as IO from 'fp-ts/lib/IO.js'
import * as IOE from 'fp-ts/lib/IOEither.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { random } from '../../src/index.ts'
import { readDigits } from '../data/digits.ts'
import { percent, short, table } from '../world/text.ts'
import { timed, type World } from '../world/world.ts'
import { digits } from './digits.ts'
import { attempt, type Outcome, shortfalls } from './exercise.ts'
import type { Plan } from './settings.ts'
import { spiral } from './spiral.ts'
import { xor } from './xor.ts'

export interface Report {
  readonly outcomes: readonly Outcome[]
  readonly seconds: number
}

/** Runs all three, each with its own key; the digits are read first. */
export const lesson =
  (world: World) =>
  (plan: Plan) =>
  (seed: number): TE.TaskEither<string, Report> => {
    const [spiralData, digitsData, first, second, third] = random.split(5)(random.key(seed))
    return pipe(
      readDigits(world.read)(plan.digitsFile),
      TE.flatMapIOEither((rows) =>
        pipe(
          IOE.sequenceSeqArray([
            pipe(xor(plan.xor), attempt(world)(first)),
            pipe(spiral(plan.spiral)(spiralData), attempt(world)(second)),
            pipe(digits(plan.digits)(rows)(digitsData), attempt(world)(third))
          ]),
          timed(world.now),
          IO.map(([outcomes, seconds]) =>
            pipe(
              outcomes,
              E.map((all) => ({ outcomes: all, seconds }))
            )
          )
        )
      )
    )
  }

const row = ({ name, parameters, epochs, loss, accuracy, heldOut, seconds }: Outcome): readonly string[] => [
  name,
  String(parameters),
  String(epochs),
  short(loss),
  percent(accuracy),
  pipe(
    heldOut,
    O.match(() => '-', percent)
  ),
  seconds.toFixed(1)
]

export const showReport = ({ outcomes }: Report): string =>
  table([['problem', 'parameters', 'epochs', 'loss', 'accuracy', 'held out', 'seconds'], ...outcomes.map(row)])

/** All missed requirements, in words. */
export const missed =
  (plan: Plan) =>
  ({ outcomes, seconds }: Report): readonly string[] => [
    ...pipe(outcomes, A.chain(shortfalls)),
    ...(seconds <= plan.seconds ? [] : [`the run took ${seconds.toFixed(1)} s, required: at most ${plan.seconds} s`])
  ]
