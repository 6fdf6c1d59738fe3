/** From command-line arguments to an exit code. */
import * as E from 'fp-ts/lib/Either.js'
import { constVoid, pipe } from 'fp-ts/lib/function.js'
import * as IO from 'fp-ts/lib/IO.js'
import { newIORef } from 'fp-ts/lib/IORef.js'
import * as O from 'fp-ts/lib/Option.js'
import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { random } from '../../../src/index.ts'
import { htmlReport, showError } from '../../../src/report/index.ts'
import { answer, type ExitCode } from '../../world/exit.ts'
import { quietly, type World } from '../../world/world.ts'
import { readWords, usage, type Wish } from './flags.ts'
import type { Findings, Lab, Ready } from './section.ts'
import { type Done, type Nothing, reportOf, shortfalls, showChecks, showFindings, showIntroduction } from './show.ts'
import { showList, showNothing } from './show.ts'

/** The folder of the data that come with the examples. */
const FOLDER = 'examples/data'

/** Progress as an observer. A new one ends the one before, as a run may stop early or fail. */
const watching = (world: World): Pick<Lab, 'watch' | 'unwatch'> => {
  const open = newIORef<IO.IO<void>>(constVoid)()
  const unwatch = pipe(
    open.read,
    IO.flatMap((done) => () => {
      open.write(constVoid)()
      done()
    })
  )
  return {
    unwatch,
    watch: (name, epochs) => {
      unwatch()
      const { tick, done } = world.progress(name, epochs, 0)()
      open.write(done)()
      return (_, { epoch, loss, accuracy = NaN }) => {
        tick({ epoch, loss, accuracy })()
      }
    }
  }
}

/** The arguments of all sections. The key is the same for each, so a section alone gives the same as among all. */
export const labOf = (world: World, { seed, data }: Pick<Wish, 'seed' | 'data'>): Lab => ({
  ...watching(world),
  key: random.key(seed),
  now: world.now,
  read: (name) => {
    const own = world.read(`${FOLDER}/${name}`)
    return pipe(
      data,
      O.match(
        () => own,
        (folder) =>
          pipe(
            world.read(`${folder}/${name}`),
            TE.orElse((error) =>
              pipe(
                own,
                TE.mapLeft((second) => `${error}; ${second}`)
              )
            )
          )
      )
    )
  }
})

/** The findings of a section; one that needs data is skipped without a folder for them. */
const findingsOf =
  (lab: Lab, { data }: Pick<Wish, 'data'>) =>
  ({ needs, run: begin }: Ready): TE.TaskEither<Nothing, Findings> =>
    needs !== undefined && O.isNone(data)
      ? TE.left({ _tag: 'LeftOut', reason: `it needs ${needs}; give their folder with \`--data FOLDER\`` })
      : pipe(
          begin(lab),
          TE.mapLeft((reason): Nothing => ({ _tag: 'Failed', reason }))
        )

/** Runs one section, and prints its findings. */
const runOne =
  (world: World, lab: Lab, wish: Wish) =>
  (section: Ready): T.Task<Done> =>
    pipe(
      T.fromIO(world.say(showIntroduction(section))),
      T.flatMap(() => findingsOf(lab, wish)(section)),
      T.tapIO(() => lab.unwatch),
      T.tap(
        E.match(
          // failures are printed at the end
          (nothing) =>
            nothing._tag === 'LeftOut' ? T.fromIO(world.say(`\n${showNothing(nothing)}\n`)) : T.of(undefined),
          (findings) =>
            pipe(
              T.fromIO(world.say(`\n${showFindings(world.color)(findings)}\n`)),
              T.flatMap(() => T.fromIO(world.print(showChecks(section)(findings.checks)))),
              T.flatMap(() => T.fromIO(world.say('')))
            )
        )
      ),
      T.map((found) => ({ section, found }))
    )

/** Writes the report, if one was asked for. */
const writeReport =
  (world: World, { seed, out }: Wish) =>
  (done: readonly Done[]): TE.TaskEither<string, void> =>
    pipe(
      out,
      O.match(
        (): TE.TaskEither<string, void> => TE.right(undefined),
        (path) =>
          pipe(
            htmlReport(reportOf(seed)(done)),
            TE.mapLeft(showError),
            TE.flatMap(world.write(path)),
            TE.tapIO(() => world.say(`The report is in ${path}.`))
          )
      )
    )

const conclude =
  (world: World) =>
  (faults: readonly string[]): T.Task<ExitCode> =>
    faults.length > 0
      ? answer(world.warn, 1)(`Some checks failed:\n${faults.join('\n')}`)
      : answer(world.say, 0)('All checks passed.')

const carryOut =
  (world: World) =>
  (wish: Wish): T.Task<ExitCode> =>
    pipe(
      wish.sections,
      T.traverseSeqArray(runOne(world, labOf(world, wish), wish)),
      T.flatMap((done) =>
        pipe(
          writeReport(world, wish)(done),
          TE.match(
            (error) => [...shortfalls(done), error],
            () => shortfalls(done)
          )
        )
      ),
      T.flatMap(conclude(world))
    )

export const run =
  (world: World) =>
  (sections: readonly Ready[]) =>
  (words: readonly string[]): T.Task<ExitCode> =>
    pipe(
      readWords(sections)(words),
      E.match(
        (fault) => answer(world.warn, 2)(`${fault}\n\n${usage}`),
        (wish) =>
          wish.help
            ? answer(world.print, 0)(usage)
            : wish.sections.length === 0
              ? answer(world.print, 0)(showList(sections))
              : carryOut(wish.quiet ? quietly(world) : world)(wish)
      )
    )
