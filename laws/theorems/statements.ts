import type { Primitive } from '../../src/primitive/primitive.ts'
import { words as rows } from '../../src/primitive/table.ts'
import { meanings } from './meaning.ts'
import { scalarStatements } from './scalar.ts'
import type { Statement } from './statement.ts'
import { vectorMeanings, vectorStatements, type VectorWord } from './vector.ts'

/** A primitive whose rules are stated as theorems. */
export type Stated = keyof typeof meanings | VectorWord

const isOfVectors = (word: Stated): word is VectorWord => word in vectorMeanings

/** The statements of one primitive; of a row other than the table's, to see a mistake refused. */
export const statementsOf = (word: Stated, row = rows[word] as unknown as Primitive): readonly Statement[] =>
  isOfVectors(word) ? vectorStatements(word, row) : scalarStatements(word, row)

/** The primitives with theorems, in the order of the page. */
export const stated: readonly Stated[] = [
  ...(Object.keys(meanings) as readonly (keyof typeof meanings)[]),
  ...(Object.keys(vectorMeanings) as readonly VectorWord[])
]

/** Every statement of the table as it is. */
export const statements = (): readonly Statement[] => stated.flatMap((word) => statementsOf(word))
