/** The time per epoch, and a sentence that compares runs. */
import { sequenceT } from 'fp-ts/lib/Apply.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as IO from 'fp-ts/lib/IO.js'
import { rounded } from '../../world/text.ts'
import { timed, type World } from '../../world/world.ts'

/**
 * Milliseconds that an epoch takes in a training of a number of epochs. What is done once a run does not count: it is
 * warmed up first, and a run of one epoch is taken off.
 */
export const pace =
  (now: World['now'], epochs: number) =>
  (run: (epochs: number) => unknown): IO.IO<number> => {
    const after = (count: number) => timed(now)(() => run(count))
    return pipe(
      sequenceT(IO.Apply)(after(1), after(1), after(epochs + 1)),
      IO.map(([, [, short], [, long]]) => Math.max(0, (1000 * (long - short)) / epochs))
    )
  }

interface Timed {
  readonly name: string
  readonly time: number
}

/** The slowest and the quickest, whichever they are. */
export const compared = (runs: readonly Timed[]): string => {
  const [quick, ...others] = runs.toSorted((a, b) => a.time - b.time)
  const slow = others.at(-1)
  return quick === undefined || slow === undefined || !(quick.time > 0) || slow.time < 1.05 * quick.time
    ? 'On this machine an epoch takes about as long with each of them.'
    : `On this machine an epoch takes longest with ${slow.name}, ${rounded(2)(slow.time / quick.time)} times as long as ` +
        `with ${quick.name}: timed without metrics, once the program is made.`
}
