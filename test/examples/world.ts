/** A world without a terminal: it keeps what it is told, and its clock goes at a second a look. */
import { readFile } from 'node:fs/promises'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { World } from '../../examples/world/world.ts'

export interface Heard {
  readonly world: World
  readonly said: string[]
  readonly printed: string[]
  readonly warned: string[]
  /** The epochs shown, by name. */
  readonly ticks: string[]
  /** The files written, by path. */
  readonly files: Map<string, string>
}

export const listen = (changes: Partial<World> = {}): Heard => {
  const [said, printed, warned, ticks]: string[][] = [[], [], [], []]
  const keep = (list: string[]) => (text: string) => () => {
    list.push(text)
  }
  const files = new Map<string, string>()
  let looks = 0
  return {
    said: said!,
    printed: printed!,
    warned: warned!,
    ticks: ticks!,
    files,
    world: {
      now: () => looks++,
      color: false,
      say: keep(said!),
      print: keep(printed!),
      warn: keep(warned!),
      progress: (name) => () => ({
        tick: ({ epoch }) => keep(ticks!)(`${name} ${epoch}`),
        done: keep(ticks!)(`${name} done`)
      }),
      read: (path) => TE.tryCatch(() => readFile(path), String),
      write: (path) => (text) => TE.fromIO(() => void files.set(path, text)),
      ...changes
    }
  }
}
