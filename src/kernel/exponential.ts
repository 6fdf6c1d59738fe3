import { allocate } from './allocate.ts'
import { eliminateRows } from './gauss.ts'
import { matmul } from './matmul.ts'
import { backward, forward } from './triangular.ts'

/** The exponential of a matrix: Padé's approximants, with scaling and squaring. */

/** The degrees of approximants, and up to which 1-norm each is good to a unit roundoff. */
const degrees = [
  { degree: 3, norm: 1.495585217958292e-2 },
  { degree: 5, norm: 2.53939833006323e-1 },
  { degree: 7, norm: 9.504178996162932e-1 },
  { degree: 9, norm: 2.097847961257068 },
  { degree: 13, norm: 5.371920351148152 }
] as const
const last = degrees[degrees.length - 1]!

/** The numerator's coefficients, `(2m − k)! m! / ((2m)! k! (m − k)!)`. */
const coefficients = (degree: number): readonly number[] => {
  const found = [1]
  for (let k = 1; k <= degree; k++) found.push((found[k - 1]! * (degree - k + 1)) / ((2 * degree - k + 1) * k))
  return found
}

/** `Σ cᵢ Aᵢ`, of which the first matrix is the identity. */
const combined = (n: number, matrices: readonly Float64Array[], factors: readonly number[]): Float64Array => {
  const out = allocate(n * n)
  for (let i = 0; i < n; i++) out[i * n + i] = factors[0]!
  matrices.forEach((matrix, k) => {
    const factor = factors[k + 1]!
    for (let i = 0; i < n * n; i++) out[i]! += factor * matrix[i]!
  })
  return out
}

const plus = (a: Float64Array, b: Float64Array, sign: 1 | -1): Float64Array => a.map((x, i) => x + sign * b[i]!)

/**
 * The largest sum of sizes in a column.
 */
const normOf = (a: Float64Array, n: number): number => {
  let most = 0
  for (let j = 0; j < n; j++) {
    let sum = 0
    for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + j]!)
    if (!(sum <= most)) most = sum
  }
  return most
}

/**
 * `eᴬ` of one matrix.
 *
 * @see Higham, The Scaling and Squaring Method for the Matrix Exponential Revisited (2005)
 */
export const exponentialOf = (given: Float64Array, n: number): Float64Array => {
  const norm = normOf(given, n)
  if (!Number.isFinite(norm)) return given.map(() => NaN)
  const { degree } = degrees.find((one) => norm <= one.norm) ?? last
  const squarings = Math.max(0, Math.ceil(Math.log2(norm / last.norm)))
  const scale = 2 ** -squarings
  const a = given.map((x) => x * scale)
  const product = (x: Float64Array, y: Float64Array): Float64Array => matmul(x, y, 1, n, n, n)
  const { odd, even } = approximant(a, n, degree, product)
  const [top, bottom] = [plus(even, odd, 1), plus(even, odd, -1)]
  let result = divided(bottom, top, n)
  for (let k = 0; k < squarings; k++) result = product(result, result)
  return result
}

/** The odd and the even part of the numerator. */
const approximant = (
  a: Float64Array,
  n: number,
  degree: number,
  product: (x: Float64Array, y: Float64Array) => Float64Array
) => {
  const b = coefficients(degree)
  const evens = b.filter((_, k) => k % 2 === 0)
  const odds = b.filter((_, k) => k % 2 === 1)
  const two = product(a, a)
  const powers = [two]
  const most = Math.min(degree === 13 ? 3 : 4, (degree - 1) / 2)
  while (powers.length < most) powers.push(product(powers[powers.length - 1]!, two))
  const sumOf = (c: readonly number[]): Float64Array => {
    const low = combined(n, powers, c)
    // beyond the sixth power, what is left is that power times as many
    return c.length <= powers.length + 1
      ? low
      : plus(low, product(powers[2]!, combined(n, powers, [0, ...c.slice(4)])), 1)
  }
  return { odd: product(a, sumOf(odds)), even: sumOf(evens) }
}

/** `bottom⁻¹ · top`, in place. */
const divided = (bottom: Float64Array, top: Float64Array, n: number): Float64Array => {
  const rows = allocate(n)
  eliminateRows(bottom, 0, n, rows)
  const x = allocate(n * n)
  rows.forEach((from, i) => x.set(top.subarray(from * n, (from + 1) * n), i * n))
  forward(bottom, 0, n, x, 0, n, true)
  backward(bottom, 0, n, x, 0, n, false)
  return x
}
