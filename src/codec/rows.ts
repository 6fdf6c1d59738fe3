import * as E from 'fp-ts/lib/Either.js'
import type { ClassRow } from '../data/index.ts'
import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import type { Fault } from '../train/error.ts'
import { type Decoded, MOST_LISTED, moreFaults, showGiven } from './fault.ts'

/** Rows of a table, such as those of a CSV file: numbers, and the label of the class in the last place. */

const rowSettings = kinds.settings('classRows', {
  /** How many numbers stand before the label. */
  features: kinds.size,
  /** How many classes there are; labels are integers from 0 to one less. */
  classes: kinds.size,
  /** The smallest number a feature may be. */
  min: [kinds.anyNumber, undefined],
  /** The largest number a feature may be. */
  max: [kinds.anyNumber, undefined],
  /** Where the label stands; `last` when left out. */
  labelColumn: [kinds.oneOf('first', 'last'), 'last']
})

/** What a row must hold. @category settings @since 0.1.0 */
export interface ClassRowsSettings extends kinds.Given<typeof rowSettings.fields> {}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** The number that text writes in decimal digits; NaN for anything else. Spaces around it do not count. */
const numberOf = (cell: unknown): number =>
  typeof cell === 'number' ? cell : typeof cell === 'string' && decimal.test(cell.trim()) ? Number(cell) : NaN

/** How a cell may hold a number that is wrong, for a message. */
const wrong = (cell: unknown, needs: string): string =>
  cell === '' || (typeof cell === 'string' && cell.trim() === '')
    ? `is empty; needs ${needs}`
    : `needs ${needs}, got ${showGiven(cell)}`

const featureNeed = ({ min, max }: ClassRowsSettings): string =>
  min !== undefined && max !== undefined
    ? `a number from ${min} to ${max}`
    : min !== undefined
      ? `a finite number of at least ${min}`
      : max !== undefined
        ? `a finite number of at most ${max}`
        : 'a finite number'

/**
 * Decodes rows of text (or of numbers) into features and labels: `data.fromClassRows` makes a data set of them. Every fault
 * is told by its row and column, counted from 1 as people do; more than 20 are counted, not listed.
 *
 * @throws ValueError when the settings themselves are wrong
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * const decode = codec.classRows({ features: 2, classes: 10, min: 0, max: 16 })
 * deepStrictEqual(decode([['0', '16', '7']]), E.right([{ features: [0, 16], label: 7 }]))
 * deepStrictEqual(
 *   decode([['0', '', '7'], ['1', '17', '10'], ['1', '2']]),
 *   E.left([
 *     { path: 'row 1, column 2', message: 'is empty; needs a number from 0 to 16' },
 *     { path: 'row 2, column 2', message: 'needs a number from 0 to 16, got "17"' },
 *     { path: 'row 2, column 3', message: 'needs a label, a whole number from 0 to 9, got "10"' },
 *     { path: 'row 3', message: 'needs 3 columns, 2 features and a label, got 2' }
 *   ])
 * )
 * @category tables
 * @since 0.1.0
 */
export const classRows = (settings: ClassRowsSettings): ((rows: unknown) => Decoded<readonly ClassRow[]>) => {
  const { features, classes, min = -Infinity, max = Infinity, labelColumn } = rowSettings.read(settings)
  if (!(min <= max)) fail('ValueError', `classRows: min must not be above max, got min ${min} and max ${max}`)
  const labelAt = labelColumn === 'first' ? 0 : features
  const needs = featureNeed(settings)
  const isFeature = (x: number): boolean => Number.isFinite(x) && x >= min && x <= max
  const isLabel = (x: number): boolean => Number.isInteger(x) && x >= 0 && x < classes

  const isRight = (x: number, j: number): boolean => (j === labelAt ? isLabel(x) : isFeature(x))

  /** The numbers of a row; nothing when it has another number of cells. A hole is an empty cell. */
  const numbersOf = (row: unknown): readonly number[] | undefined =>
    Array.isArray(row) && row.length === features + 1 ? Array.from(row, numberOf) : undefined

  const faultsOf = (row: unknown, i: number, numbers: readonly number[] | undefined): readonly Fault[] => {
    const path = `row ${i + 1}`
    if (!Array.isArray(row)) return [{ path, message: `needs a list of cells, got ${showGiven(row)}` }]
    if (numbers === undefined)
      return [{ path, message: `needs ${features + 1} columns, ${features} features and a label, got ${row.length}` }]
    return numbers.flatMap((x, j) => {
      const need = j === labelAt ? `a label, a whole number from 0 to ${classes - 1}` : needs
      return isRight(x, j) ? [] : [{ path: `${path}, column ${j + 1}`, message: wrong(row[j], need) }]
    })
  }

  return (rows) => {
    if (!Array.isArray(rows)) return E.left([{ path: 'rows', message: `needs a list of rows, got ${showGiven(rows)}` }])
    if (rows.length === 0) return E.left([{ path: 'rows', message: 'needs at least one row, got none' }])
    const read = Array.from(rows, numbersOf)
    const counts = read.map((numbers) => numbers?.reduce((n, x, j) => (isRight(x, j) ? n : n + 1), 0) ?? 1)
    const count = counts.reduce((total, n) => total + n, 0)
    // of very many faults only those that are listed are put into words
    const first = counts.flatMap((n, i) => (n > 0 ? [i] : [])).slice(0, MOST_LISTED)
    const told = first.flatMap((i) => faultsOf(rows[i], i, read[i])).slice(0, MOST_LISTED)
    const rest = count > told.length ? [{ path: 'rows', message: moreFaults(count - told.length) }] : []
    return count > 0
      ? E.left([...told, ...rest])
      : E.right(read.map((numbers) => ({ features: numbers!.toSpliced(labelAt, 1), label: numbers![labelAt]! })))
  }
}
