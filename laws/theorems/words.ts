import { type Meaning, meanings } from './meaning.ts'
import { vectorMeanings } from './vector.ts'

/** The definitions of words that have one, each standing on earlier ones. */
export const definitions = (): readonly string[] =>
  Object.values<Pick<Meaning, 'definition'>>({ ...meanings, ...vectorMeanings } as never).flatMap(
    ({ definition }) => definition ?? []
  )

/** What is written by hand beside the meanings of the words. */
export interface Written {
  readonly definitions: string
  readonly tactics: string
  readonly vectors: string
}

/** What the theorems are written in and proved with. */
export const wordsFile = (written: Written): string =>
  [written.definitions, ...definitions(), written.tactics, written.vectors].join('\n')
