import type { Primitive } from '../../src/primitive/primitive.ts'
import { words as rows } from '../../src/primitive/table.ts'
import { meanings } from './meaning.ts'
import { scalarStatements } from './scalar.ts'
import type { Statement } from './statement.ts'

/** A primitive whose rules are stated as theorems. */
export type Stated = keyof typeof meanings

/** The statements of one primitive; of a row other than the table's, to see a mistake refused. */
export const statementsOf = (word: Stated, row = rows[word] as unknown as Primitive): readonly Statement[] =>
  scalarStatements(word, row)

/** Every statement of the table as it is. */
export const statements = (): readonly Statement[] =>
  (Object.keys(meanings) as readonly Stated[]).flatMap((word) => statementsOf(word))
