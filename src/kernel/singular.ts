import { allocate } from './allocate.ts'
import { columnsOf, dot, flip, isTurned, normOf, reflect, turn } from './orthogonal.ts'

/** Singular values in descending order, and both sets of singular vectors one behind the other. */
export interface Singular {
  readonly left: Float64Array
  readonly values: Float64Array
  readonly right: Float64Array
}

/** Sweeps over all pairs; five to eight are usual. */
const MOST = 60

/**
 * The singular value decomposition of a matrix with `m ≥ n`: a QR decomposition with pivoting, then Jacobi's rotations of the
 * rows of `R` until each two are orthogonal. Small singular values keep the digits that the columns' scales leave them. The
 * first component of a left vector that is not much smaller than its largest is positive.
 *
 * @see Drmač, Veselić, New fast and accurate Jacobi SVD algorithm I (2008)
 */
export const singularOf = (a: Float64Array, at: number, m: number, n: number): Singular => {
  const { columns, scale } = scaled(columnsOf(a, at, m, n))
  const { q, r, order } = reflect(columns, m, n, true)
  // the rows of R, which become those of Σ Zᵀ, and the product W of the rotations, by its columns
  const rows = allocate(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) rows[i * n + j] = r[j * n + i]!
    if (normOf(rows, i * n, n) < NEGLIGIBLE) rows.fill(0, i * n, (i + 1) * n)
  }
  const w = allocate(n * n)
  for (let i = 0; i < n; i++) w[i * n + i] = 1
  const isDone = orthogonalise(rows, w, n)
  const norms = Array.from({ length: n }, (_, i) => (isDone ? normOf(rows, i * n, n) : NaN))
  const sorted = norms.map((_, i) => i).sort((i, j) => norms[j]! - norms[i]!)
  const [left, right, values] = [allocate(m * n), allocate(n * n), allocate(n)]
  sorted.forEach((from, i) => {
    const norm = norms[from]!
    values[i] = norm * scale
    for (let j = 0; j < n; j++) {
      right[i * n + order[j]!] = norm === 0 ? 0 : rows[from * n + j]! / norm
      const factor = w[from * n + j]!
      for (let k = 0; k < m; k++) left[i * m + k]! += factor * q[j * m + k]!
    }
    if (norm === 0) complete(right, n, i)
    if (isTurned(left, i * m, m)) {
      flip(left, i * m, m)
      flip(right, i * n, n)
    }
  })
  return { left, values, right }
}

/** The exponent of the largest number: no sum of squares overflows, and those of far smaller numbers do not underflow. */
const TOP = 480

/** Rows of smaller numbers count as 0. */
const NEGLIGIBLE = 2 ** -500

/** By a power of two. */
const scaled = (columns: Float64Array) => {
  const size = columns.reduce((most, x) => (Math.abs(x) <= most ? most : Math.abs(x)), 0)
  const exponent = size > 0 && Number.isFinite(size) ? Math.min(1000, TOP - Math.floor(Math.log2(size))) : 0
  return { columns: columns.map((x) => x * 2 ** exponent), scale: 2 ** -exponent }
}

/** Rotations of pairs of rows, and of the columns of `w` with them; whether they ended. */
const orthogonalise = (rows: Float64Array, w: Float64Array, n: number): boolean => {
  const least = Number.EPSILON * Math.max(4, Math.sqrt(n))
  const squares = allocate(n)
  for (let sweep = 0; sweep < MOST; sweep++) {
    for (let i = 0; i < n; i++) squares[i] = dot(rows, i * n, rows, i * n, n)
    let turned = false
    for (let i = 0; i < n - 1; i++)
      for (let j = i + 1; j < n; j++) {
        const across = dot(rows, i * n, rows, j * n, n)
        if (Math.abs(across) <= least * Math.sqrt(squares[i]!) * Math.sqrt(squares[j]!)) continue
        if (!Number.isFinite(across)) return false
        turned = true
        // both anew, as those that were carried along have lost their digits where a row became short
        const a = dot(rows, i * n, rows, i * n, n)
        const b = dot(rows, j * n, rows, j * n, n)
        const half = (b - a) / (2 * across)
        const t = Math.sign(half || 1) / (Math.abs(half) + Math.hypot(half, 1))
        const c = 1 / Math.sqrt(t * t + 1)
        turn(rows, i * n, j * n, n, c, c * t)
        turn(w, i * n, j * n, n, c, c * t)
        squares[i] = a - t * across
        squares[j] = b + t * across
      }
    if (!turned) return true
  }
  return false
}

/** A unit vector orthogonal to the vectors before: what is left of the unit vector that has most left. */
const complete = (vectors: Float64Array, n: number, i: number): void => {
  const to = vectors.subarray(i * n, (i + 1) * n)
  let best = 0
  let most = -1
  for (let axis = 0; axis < n; axis++) {
    let rest = 1
    for (let k = 0; k < i; k++) rest -= vectors[k * n + axis]! ** 2
    if (rest > most) [best, most] = [axis, rest]
  }
  to.fill(0)
  to[best] = 1
  // twice is enough
  for (let round = 0; round < 2; round++) {
    for (let k = 0; k < i; k++) {
      let along = 0
      for (let j = 0; j < n; j++) along += vectors[k * n + j]! * to[j]!
      for (let j = 0; j < n; j++) to[j]! -= along * vectors[k * n + j]!
    }
    const norm = normOf(vectors, i * n, n)
    for (let j = 0; j < n; j++) to[j]! /= norm
  }
}

/** The pseudo-inverse of one matrix; singular values of at most `rtol` of the largest count as 0. */
export const pseudoInverseOf = (a: Float64Array, at: number, m: number, n: number, rtol: number): Float64Array => {
  const isWide = m < n
  const [long, short] = isWide ? [n, m] : [m, n]
  const tall = isWide ? columnsOf(a, at, m, n) : a.slice(at, at + m * n)
  const { left, values, right } = singularOf(tall, 0, long, short)
  const out = allocate(m * n)
  for (let k = 0; k < short; k++) {
    if (values[k]! <= rtol * values[0]!) continue
    for (let i = 0; i < short; i++)
      for (let j = 0; j < long; j++) {
        const share = (right[k * short + i]! / values[k]!) * left[k * long + j]!
        out[isWide ? j * m + i : i * m + j]! += share
      }
  }
  return out
}
