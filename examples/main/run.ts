/** From command-line arguments to an exit code. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { answer, type ExitCode } from '../world/exit.ts'
import { quietly, type World } from '../world/world.ts'
import { lesson, missed, type Report, showReport } from './lesson.ts'
import { type Plan, readFlags, usage } from './settings.ts'

const conclude =
  (world: World, plan: Plan) =>
  (report: Report): T.Task<ExitCode> => {
    const faults = missed(plan)(report)
    return pipe(
      T.fromIO(world.print(showReport(report))),
      T.tapIO(() => world.say('The digits are trained with label smoothing, whose lowest possible loss is 0.50.')),
      T.flatMap(() =>
        faults.length > 0
          ? answer(world.warn, 1)(faults.join('\n'))
          : answer(world.say, 0)('All three reach their required accuracy.')
      )
    )
  }

export const run =
  (world: World) =>
  (plan: Plan) =>
  (words: readonly string[]): T.Task<ExitCode> =>
    pipe(
      readFlags(words),
      E.match(
        (fault) => answer(world.warn, 2)(`${fault}\n\n${usage}`),
        ({ seed, quiet, help }) => {
          const chosen = quiet ? quietly(world) : world
          return help
            ? answer(world.print, 0)(usage)
            : pipe(
                TE.fromIO(chosen.say(`Seed ${seed}.`)),
                TE.flatMap(() => lesson(chosen)(plan)(seed)),
                TE.matchE(answer(world.warn, 1), conclude(chosen, plan))
              )
        }
      )
    )
