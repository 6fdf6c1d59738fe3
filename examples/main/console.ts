/** The world of a terminal, or of a file that the output is sent to. */
import { readFile } from 'node:fs/promises'
import { SingleBar } from 'cli-progress'
import { constVoid } from 'fp-ts/lib/function.js'
import * as IO from 'fp-ts/lib/IO.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { percent, short } from './text.ts'
import type { Progress, World } from './world.ts'

/** A bar that is drawn again at most ten times a second. */
const bar =
  (name: string, epochs: number): IO.IO<Progress> =>
  () => {
    const drawn = new SingleBar({
      format: `${name} {bar} epoch {value}/{total}  loss {loss}  accuracy {accuracy}  {eta_formatted} left`,
      barsize: 24,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
      etaBuffer: 20,
      stream: process.stdout
    })
    drawn.start(epochs, 0, { loss: '-', accuracy: '-' })
    return {
      tick: (record) => () => {
        drawn.update(record?.epoch ?? 0, {
          loss: short(record?.loss ?? NaN),
          accuracy: percent(record?.accuracy ?? NaN)
        })
      },
      done: () => {
        drawn.stop()
      }
    }
  }

/** Ten lines, evenly spread. */
const lines =
  (print: World['print']) =>
  (name: string, epochs: number): IO.IO<Progress> =>
    IO.of({
      tick: (record) =>
        record !== undefined && record.epoch % Math.ceil(epochs / 10) === 0
          ? print(
              `${name}: epoch ${record.epoch}/${epochs}  loss ${short(record.loss)}  accuracy ${percent(record.accuracy ?? NaN)}`
            )
          : constVoid,
      done: constVoid
    })

const write =
  (stream: NodeJS.WriteStream) =>
  (text: string): IO.IO<void> =>
  () => {
    stream.write(`${text}\n`)
  }

export const terminal: World = {
  now: () => performance.now() / 1000,
  say: write(process.stdout),
  print: write(process.stdout),
  warn: write(process.stderr),
  progress: process.stdout.isTTY ? bar : lines(write(process.stdout)),
  read: (path) =>
    TE.tryCatch(
      () => readFile(path),
      (error) => `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`
    )
}
