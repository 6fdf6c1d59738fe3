import { allocate } from './allocate.ts'
import { flip, isTurned, normOf, turn } from './orthogonal.ts'

/** Eigenvalues in ascending order, and orthonormal eigenvectors one behind the other. */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

/** Iterations for one eigenvalue; two or three are usual. */
const MOST = 80

/** Iterations until numbers off the diagonal are compared with the largest of all, and not with their neighbours. */
const PATIENCE = 40

/**
 * Of the symmetric `(A + Aᵀ) / 2`: reduced to tridiagonal form by Householder's reflections, then by implicit QL steps with
 * Wilkinson's shift. The first component of a vector that is not much smaller than its largest is positive.
 *
 * @see Parlett, The Symmetric Eigenvalue Problem (1998), §8
 */
export const eigenOf = (a: Float64Array, at: number, n: number): Eigen => {
  // one factor for all, so that no square overflows or underflows
  const { matrix, scale } = scaledSymmetric(a, at, n)
  // the reflections' product, of which the rows are kept: row i is later vector i
  const z = allocate(n * n)
  for (let i = 0; i < n; i++) z[i * n + i] = 1
  const { diagonal, off } = tridiagonal(matrix, n, z)
  if (!Number.isFinite(scale) || !diagonalise(diagonal, off, n, z)) {
    diagonal.fill(NaN)
    z.fill(NaN)
  }
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[i]! - diagonal[j]!)
  const values = Float64Array.from(order, (i) => diagonal[i]! * scale)
  const vectors = allocate(n * n)
  order.forEach((from, i) => {
    vectors.set(z.subarray(from * n, (from + 1) * n), i * n)
    if (isTurned(vectors, i * n, n)) flip(vectors, i * n, n)
  })
  return { values, vectors }
}

const scaledSymmetric = (a: Float64Array, at: number, n: number) => {
  const matrix = allocate(n * n)
  let size = 0
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const value = a[at + i * n + j]! / 2 + a[at + j * n + i]! / 2
      matrix[i * n + j] = value
      if (!(Math.abs(value) <= size)) size = Math.abs(value)
    }
  // a power of two, which rounds nothing
  const scale = Number.isFinite(size)
    ? 2 ** (size > 0 ? Math.min(1022, Math.max(-1022, Math.floor(Math.log2(size)))) : 0)
    : NaN
  for (let i = 0; i < n * n; i++) matrix[i]! /= scale
  return { matrix, scale }
}

/** Beside numbers of size 1; of smaller ones a norm has no digits. */
const NEGLIGIBLE = 2 ** -1000

/** Reflections from both sides, which leave a tridiagonal matrix; their product is applied to the rows of `z`. */
const tridiagonal = (a: Float64Array, n: number, z: Float64Array) => {
  const [v, w] = [allocate(n), allocate(n)]
  const reflections: { readonly p: number; readonly v: Float64Array; readonly scale: number }[] = []
  for (let p = 0; p < n - 2; p++) {
    // of the row, which equals the column; scaled, as the squares of small numbers lose their digits
    const below = normOf(a, p * n + p + 2, n - p - 2)
    if (below < NEGLIGIBLE) continue
    const head = a[(p + 1) * n + p]!
    const norm = Math.hypot(below, head)
    const target = head > 0 ? -norm : norm
    for (let i = p + 1; i < n; i++) v[i] = a[i * n + p]! / (head - target)
    v[p + 1] = 1
    const scale = (target - head) / target
    // A − v wᵀ − w vᵀ with w = scale · (A v − v · scale (vᵀ A v) / 2)
    let mean = 0
    for (let i = p + 1; i < n; i++) {
      let sum = 0
      for (let j = p + 1; j < n; j++) sum += a[i * n + j]! * v[j]!
      w[i] = scale * sum
      mean += w[i]! * v[i]!
    }
    for (let i = p + 1; i < n; i++) w[i]! -= ((scale * mean) / 2) * v[i]!
    for (let i = p + 1; i < n; i++) {
      const [vi, wi] = [v[i]!, w[i]!]
      for (let j = p + 1; j < n; j++) a[i * n + j]! -= vi * w[j]! + wi * v[j]!
    }
    a[(p + 1) * n + p] = a[p * n + p + 1] = target
    reflections.push({ p, v: v.slice(), scale })
  }
  // the product of all reflections, from the last: its columns are the rows of z, as each is symmetric
  for (let k = reflections.length - 1; k >= 0; k--) {
    const { p, v: own, scale } = reflections[k]!
    for (let r = p + 1; r < n; r++) {
      let sum = 0
      for (let j = p + 1; j < n; j++) sum += z[r * n + j]! * own[j]!
      sum *= scale
      for (let j = p + 1; j < n; j++) z[r * n + j]! -= sum * own[j]!
    }
  }
  const diagonal = allocate(n)
  const off = allocate(n)
  for (let i = 0; i < n; i++) {
    diagonal[i] = a[i * n + i]!
    if (i + 1 < n) off[i] = a[(i + 1) * n + i]!
  }
  return { diagonal, off }
}

/** Implicit QL steps until nothing is beside the diagonal; whether they ended. */
const diagonalise = (d: Float64Array, e: Float64Array, n: number, z: Float64Array): boolean => {
  for (let l = 0; l < n; l++)
    for (let count = 0; ; count++) {
      let m = l
      // the rotations of numbers that are very far apart may underflow: what is small beside the largest is then left out
      const least = count < PATIENCE ? NEGLIGIBLE : Number.EPSILON
      const isSmall = (i: number): boolean =>
        Math.abs(e[i]!) <= Math.max(least, Number.EPSILON * 0.5 * (Math.abs(d[i]!) + Math.abs(d[i + 1]!)))
      while (m < n - 1 && !isSmall(m)) m++
      if (m === l) break
      if (count === MOST) return false
      // the eigenvalue of the leading block of two that is nearer to its first number
      const half = (d[l + 1]! - d[l]!) / (2 * e[l]!)
      let g = d[m]! - d[l]! + e[l]! / (half + Math.sign(half || 1) * Math.hypot(half, 1))
      let [s, c, p] = [1, 1, 0]
      let i = m - 1
      for (; i >= l; i--) {
        const [f, b] = [s * e[i]!, c * e[i]!]
        const r = Math.hypot(f, g)
        e[i + 1] = r
        if (r < NEGLIGIBLE) {
          d[i + 1]! -= p
          e[m] = 0
          break
        }
        s = f / r
        c = g / r
        const shifted = d[i + 1]! - p
        const t = (d[i]! - shifted) * s + 2 * c * b
        p = s * t
        d[i + 1] = shifted + p
        g = c * t - b
        turn(z, i * n, (i + 1) * n, n, c, s)
      }
      if (i >= l) continue
      d[l]! -= p
      e[l] = g
      e[m] = 0
    }
  return true
}
