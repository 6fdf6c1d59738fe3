import type { IndexSet } from './indexSets.ts'

/** Colouring the columns of a sparse matrix, so that those of one colour have no row in common. */

/** Colours from 0 on; −1 for a column without entries, which needs none. */
export interface Coloring {
  readonly count: number
  readonly colors: Int32Array
}

/** The columns of a matrix as rows. */
export const transposed = (rows: readonly IndexSet[], columns: number): readonly IndexSet[] => {
  const found = Array.from({ length: columns }, (): number[] => [])
  for (let i = 0; i < rows.length; i++) for (const j of rows[i]!) found[j]!.push(i)
  return found
}

/**
 * Greedy colouring of the columns, those with most entries first: each gets the first colour that no column with a row
 * in common has.
 */
export const colorColumns = (rows: readonly IndexSet[], columns: readonly IndexSet[]): Coloring => {
  const colors = new Int32Array(columns.length).fill(-1)
  const order = [...columns.keys()].filter((j) => columns[j]!.length > 0)
  order.sort((a, b) => columns[b]!.length - columns[a]!.length)
  // all columns meet in a full row
  if (rows.some((row) => row.length === order.length)) {
    for (let k = 0; k < order.length; k++) colors[order[k]!] = k
    return { count: order.length, colors }
  }
  /** The last column for which each colour was found to be taken. */
  const taken = new Int32Array(order.length).fill(-1)
  let count = 0
  for (const j of order) {
    for (const i of columns[j]!) for (const k of rows[i]!) if (colors[k]! >= 0) taken[colors[k]!] = j
    let color = 0
    while (taken[color] === j) color++
    colors[j] = color
    if (color >= count) count = color + 1
  }
  return { count, colors }
}
