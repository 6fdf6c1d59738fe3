import { allocate } from './allocate.ts'

/** Triangular factors by elimination, of one matrix of a buffer in place. */

/** A factorisation that met no pivot to divide by. */
export const COMPLETE = -1

const swapRows = (a: Float64Array, at: number, n: number, i: number, j: number): void => {
  for (let c = 0; c < n; c++) {
    const held = a[at + i * n + c]!
    a[at + i * n + c] = a[at + j * n + c]!
    a[at + j * n + c] = held
  }
}

const swapColumns = (a: Float64Array, at: number, n: number, i: number, j: number): void => {
  for (let r = 0; r < n; r++) {
    const held = a[at + r * n + i]!
    a[at + r * n + i] = a[at + r * n + j]!
    a[at + r * n + j] = held
  }
}

const swap = (order: Float64Array, at: number, i: number, j: number): void => {
  const held = order[at + i]!
  order[at + i] = order[at + j]!
  order[at + j] = held
}

/** Takes multiples of row `p` from the rows below, and keeps the factors in their place. */
const eliminate = (a: Float64Array, at: number, n: number, p: number): void => {
  const pivotRow = at + p * n
  const pivot = a[pivotRow + p]!
  for (let i = p + 1; i < n; i++) {
    const row = at + i * n
    const factor = a[row + p]! / pivot
    a[row + p] = factor
    for (let j = p + 1; j < n; j++) a[row + j]! -= factor * a[pivotRow + j]!
  }
}

/**
 * Gaussian elimination with partial pivoting, in place; the order of the rows is written to `rows`. Gives the index of the
 * first pivot that is 0, and `COMPLETE` when there is none.
 */
export const eliminateRows = (a: Float64Array, at: number, n: number, rows: Float64Array): number => {
  for (let i = 0; i < n; i++) rows[i] = i
  for (let p = 0; p < n; p++) {
    let best = p
    for (let i = p + 1; i < n; i++) if (Math.abs(a[at + i * n + p]!) > Math.abs(a[at + best * n + p]!)) best = i
    if (a[at + best * n + p] === 0) return p
    if (best !== p) {
      swapRows(a, at, n, p, best)
      swap(rows, 0, p, best)
    }
    eliminate(a, at, n, p)
  }
  return COMPLETE
}

/** What elimination with complete pivoting gives of a batch of matrices. */
export interface Eliminated {
  readonly packed: Float64Array
  readonly rows: Float64Array
  readonly columns: Float64Array
  readonly steps: Float64Array
  readonly sign: Float64Array
}

/** A pivot below this share of the first is small. */
const SMALL = 2 ** -13

/**
 * Gaussian elimination with complete pivoting of `batch` matrices. It ends at a pivot of 0, behind which all is 0, and at a
 * small pivot among the last `window`: the block that is left is not eliminated. `sign` is that of both orders together.
 */
export const eliminateAll = (a: Float64Array, batch: number, n: number, window: number): Eliminated => {
  const packed = a.slice()
  const [rows, columns] = [allocate(batch * n), allocate(batch * n)]
  const [steps, sign] = [allocate(batch), allocate(batch)]
  for (let q = 0; q < batch; q++) {
    const [at, order] = [q * n * n, q * n]
    for (let i = 0; i < n; i++) rows[order + i] = columns[order + i] = i
    sign[q] = 1
    steps[q] = n
    let first = 0
    for (let p = 0; p < n; p++) {
      let size = -1
      let row = p
      let column = p
      for (let i = p; i < n; i++)
        for (let j = p; j < n; j++) {
          const own = Math.abs(packed[at + i * n + j]!)
          // NaN is taken before any number
          if (own <= size) continue
          size = own
          row = i
          column = j
        }
      if (p === 0) first = size
      if (size === 0 || (n - p <= window && size < SMALL * first)) {
        steps[q] = p
        break
      }
      if (row !== p) {
        swapRows(packed, at, n, p, row)
        swap(rows, order, p, row)
        sign[q]! *= -1
      }
      if (column !== p) {
        swapColumns(packed, at, n, p, column)
        swap(columns, order, p, column)
        sign[q]! *= -1
      }
      eliminate(packed, at, n, p)
    }
  }
  return { packed, rows, columns, steps, sign }
}

/**
 * Cholesky's factor of one symmetric matrix, in place, of which only the lower triangle is read; what is above the diagonal
 * becomes 0. Gives the index of the first pivot that is not positive, and `COMPLETE` when there is none.
 */
export const choleskyInPlace = (a: Float64Array, at: number, n: number): number => {
  for (let i = 0; i < n; i++) {
    const row = at + i * n
    for (let j = 0; j <= i; j++) {
      const other = at + j * n
      let left = a[row + j]!
      for (let c = 0; c < j; c++) left -= a[row + c]! * a[other + c]!
      if (i > j) a[row + j] = left / a[other + j]!
      else if (left <= 0) return i
      else a[row + i] = Math.sqrt(left)
    }
    for (let j = i + 1; j < n; j++) a[row + j] = 0
  }
  return COMPLETE
}
