import { allocate } from './allocate.ts'

/**
 * Orthogonal factors of one matrix. Matrices are given by columns here: column `j` of `m` numbers starts at `j · m`, so that
 * reflections and rotations run along contiguous numbers.
 */

/** The columns of a row-major matrix, one behind the other. */
export const columnsOf = (a: Float64Array, at: number, m: number, n: number): Float64Array => {
  const out = allocate(m * n)
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[at + i * n + j]!
  return out
}

/** Writes columns to a row-major matrix. */
export const writeColumns = (columns: Float64Array, m: number, n: number, to: Float64Array, at: number): void => {
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) to[at + i * n + j] = columns[j * m + i]!
}

/** The largest size among some numbers. */
const largest = (x: Float64Array, at: number, count: number): number => {
  let size = 0
  for (let i = 0; i < count; i++) if (!(Math.abs(x[at + i]!) <= size)) size = Math.abs(x[at + i]!)
  return size
}

/** The Euclidean norm, scaled by the largest number, so that it neither overflows nor underflows. */
export const normOf = (x: Float64Array, at: number, count: number): number => {
  const size = largest(x, at, count)
  if (size === 0 || !Number.isFinite(size)) return size
  let sum = 0
  for (let i = 0; i < count; i++) sum += (x[at + i]! / size) ** 2
  return size * Math.sqrt(sum)
}

export const dot = (x: Float64Array, a: number, y: Float64Array, b: number, count: number): number => {
  let sum = 0
  for (let i = 0; i < count; i++) sum += x[a + i]! * y[b + i]!
  return sum
}

/** What Householder's reflections give: both factors by columns, and the order of the columns. */
export interface Reflected {
  readonly q: Float64Array
  readonly r: Float64Array
  readonly order: readonly number[]
}

/**
 * `A = Q R` with `m ≥ n` by Householder's reflections, `Q` of `n` orthonormal columns and `R` with no negative number on its
 * diagonal. With `pivoting`, the column of largest rest comes first, and `A` has its columns in the given order.
 */
export const reflect = (columns: Float64Array, m: number, n: number, pivoting: boolean): Reflected => {
  const a = columns.slice()
  const [r, q] = [allocate(n * n), allocate(m * n)]
  const order = Array.from({ length: n }, (_, j) => j)
  // the reflection I − v vᵀ · scale; v stays in the column, from the diagonal on
  const scales = allocate(n)
  for (let p = 0; p < n; p++) {
    if (pivoting) bringLargest(a, m, n, p, order)
    const at = p * m + p
    const norm = normOf(a, at, m - p)
    // of sign opposite to the diagonal, so that nothing cancels
    const target = a[at]! > 0 ? -norm : norm
    for (let i = 0; i < p; i++) r[p * n + i] = a[p * m + i]!
    r[p * n + p] = target
    if (norm === 0) continue
    const head = a[at]! - target
    for (let i = 1; i < m - p; i++) a[at + i]! /= head
    a[at] = 1
    scales[p] = -head / target
    for (let j = p + 1; j < n; j++) mirror(a, at, a, j * m + p, m - p, scales[p]!)
  }
  for (let j = 0; j < n; j++) {
    q[j * m + j] = 1
    for (let p = n - 1; p >= 0; p--) mirror(a, p * m + p, q, j * m + p, m - p, scales[p]!)
  }
  for (let p = 0; p < n; p++)
    if (r[p * n + p]! < 0) {
      for (let j = p; j < n; j++) r[j * n + p] = 0 - r[j * n + p]!
      flip(q, p * m, m)
    }
  return { q, r, order }
}

/** `x − v (v · x) · scale`. */
const mirror = (v: Float64Array, a: number, x: Float64Array, at: number, count: number, scale: number): void => {
  if (scale === 0) return
  const by = scale * dot(v, a, x, at, count)
  for (let i = 0; i < count; i++) x[at + i]! -= by * v[a + i]!
}

const bringLargest = (a: Float64Array, m: number, n: number, p: number, order: number[]): void => {
  let [best, size] = [p, -1]
  for (let j = p; j < n; j++) {
    const own = normOf(a, j * m + p, m - p)
    if (own > size) [best, size] = [j, own]
  }
  if (best === p) return
  for (let i = 0; i < m; i++) {
    const held = a[p * m + i]!
    a[p * m + i] = a[best * m + i]!
    a[best * m + i] = held
  }
  const held = order[p]!
  order[p] = order[best]!
  order[best] = held
}

/** Turns two vectors towards each other: `c x − s y` and `s x + c y`. */
export const turn = (x: Float64Array, a: number, b: number, count: number, c: number, s: number): void => {
  for (let i = 0; i < count; i++) {
    const one = x[a + i]!
    const two = x[b + i]!
    x[a + i] = c * one - s * two
    x[b + i] = s * one + c * two
  }
}

/** A vector's largest number is positive; the first of those that are nearly as large decides. */
export const isTurned = (x: Float64Array, at: number, count: number): boolean => {
  const size = largest(x, at, count)
  for (let i = 0; i < count; i++) if (Math.abs(x[at + i]!) > NEARLY * size) return x[at + i]! < 0
  return false
}
/** Well below 1, so that of two numbers of one size, as in (1, −1), rounding does not decide. */
const NEARLY = 0.7

export const flip = (x: Float64Array, at: number, count: number): void => {
  // 0 stays positive
  for (let i = 0; i < count; i++) x[at + i] = 0 - x[at + i]!
}
