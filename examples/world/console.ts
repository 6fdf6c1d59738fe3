/** The side effects of the command line, with a progress bar in a terminal and lines in a file or pipe. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { SingleBar } from 'cli-progress'
import { constVoid } from 'fp-ts/lib/function.js'
import type * as IO from 'fp-ts/lib/IO.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { percent, short } from './text.ts'
import type { Moment, Progress, World } from './world.ts'

const accuracyOf = ({ accuracy }: Pick<Moment, 'accuracy'>): string =>
  Number.isNaN(accuracy) ? '' : `accuracy ${percent(accuracy)}`

/** A bar that is drawn again at most ten times a second. What matters least stands last, where a narrow terminal cuts it. */
const bar =
  (name: string, epochs: number, from: number): IO.IO<Progress> =>
  () => {
    const drawn = new SingleBar({
      format: `${name} {bar} epoch {value}/{total}  loss {loss}  {eta_formatted} left  {accuracy}`,
      barsize: 12,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 20,
      stream: process.stdout
    })
    drawn.start(epochs, from, { loss: '-', accuracy: '' })
    return {
      tick: (moment) => () => {
        drawn.update(moment.epoch, {
          loss: short(moment.loss),
          accuracy: accuracyOf(moment)
        })
      },
      done: () => {
        drawn.stop()
      }
    }
  }

/** The interval between progress lines, in seconds. */
const between = 2

/** A line every two seconds, and one of the last epoch, however early it comes. Time left counts from the first epoch seen. */
export const lines =
  (now: World['now'], print: World['print']) =>
  (name: string, epochs: number): IO.IO<Progress> =>
  () => {
    const began = now()
    let [first, last]: readonly [number | undefined, number] = [undefined, began]
    let ended: IO.IO<void> = constVoid
    const line = ({ epoch, loss, accuracy }: Moment, ending: string): IO.IO<void> => {
      const figures = [`loss ${short(loss)}`, accuracyOf({ accuracy })]
      return print([`${name}: epoch ${epoch}/${epochs}`, ...figures, ending].filter((part) => part !== '').join('  '))
    }
    return {
      tick: (moment) => () => {
        const at = now()
        first ??= moment.epoch
        ended = line(moment, moment.epoch < epochs ? 'stopped early' : '')
        if (at - last < between || moment.epoch >= epochs) return
        last = at
        const left = ((at - began) / (moment.epoch - first + 1)) * (epochs - moment.epoch)
        line(moment, `${Math.ceil(left)} s left`)()
      },
      done: () => {
        ended()
      }
    }
  }

const write =
  (stream: NodeJS.WriteStream) =>
  (text: string): IO.IO<void> =>
  () => {
    stream.write(`${text}\n`)
  }

const now: IO.IO<number> = () => performance.now() / 1000

/** Node's message, without the path at its end, which is named before. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/, \w+ '.*'$/, '')

export const terminal: World = {
  now,
  color: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
  say: write(process.stdout),
  print: write(process.stdout),
  warn: write(process.stderr),
  progress: process.stdout.isTTY ? bar : lines(now, write(process.stdout)),
  read: (path) =>
    TE.tryCatch(
      () => readFile(path),
      (error) => `cannot read ${path}: ${reasonOf(error)}`
    ),
  // beside its place first, so that a reader sees the old file or the new one
  write: (path) => (text) =>
    TE.tryCatch(
      async () => {
        await mkdir(dirname(path), { recursive: true })
        await writeFile(`${path}.new`, text, { flush: true })
        await rename(`${path}.new`, path)
      },
      (error) => `${path} was not written: ${reasonOf(error)}`
    )
}
