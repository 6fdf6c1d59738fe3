import * as E from 'fp-ts/lib/Either.js'
import { type Dims, showDims, sizeOf } from '../tensor/dims.ts'
import type { Algebra } from './algebra.ts'
import { fail } from '../tensor/errors.ts'
import type { Batching, BatchingOfMany } from './primitive.ts'

/** What the primitives on matrices share. A matrix is the last two axes; those before are batches. */

/** The last two dimensions. */
export const sidesOf = (dims: Dims): readonly [m: number, n: number] => [dims[dims.length - 2]!, dims[dims.length - 1]!]
export const leadOf = (dims: Dims): Dims => dims.slice(0, -2)
export const batchOf = (dims: Dims): number => sizeOf(leadOf(dims))

/** The axes of the matrices. */
export const matrixAxes = (dims: Dims): readonly number[] => [dims.length - 2, dims.length - 1]

export const square = (dims: Dims): E.Either<string, Dims> => {
  const [m, n] = sidesOf(dims)
  return dims.length >= 2 && m === n
    ? E.right(dims)
    : E.left(`needs square matrices along the last two axes, got shape ${showDims(dims)}`)
}

/** Of matrices that are no wider than high, what a rule makes of their sides and of the batches before. */
export const tall = (
  dims: Dims,
  shapes: (lead: Dims, n: number) => readonly Dims[]
): E.Either<string, readonly Dims[]> => {
  const [m, n] = sidesOf(dims)
  return dims.length >= 2 && m >= n
    ? E.right(shapes(leadOf(dims), n))
    : E.left(`needs matrices of at least as many rows as columns, got shape ${showDims(dims)}`)
}

/** The matrices of a batch, by their numbers. */
export const eachMatrix = (dims: Dims, f: (q: number) => void): void => {
  Array.from({ length: batchOf(dims) }, (_, q) => q).forEach(f)
}

/** Each element of a matrix depends on all of it, and on no other matrix. */
export const withinMatrices = {
  along: (_: unknown, [a]: readonly Dims[]) => [matrixAxes(a!), matrixAxes(a!)] as const
}

/** Batches are leading axes. */
export const leading = <A, P>({ params, inputs, again }: Batching<A, P>): A => again(params, inputs)
export const leadingOfMany = <A, P>({ params, inputs, again }: BatchingOfMany<A, P>): readonly A[] =>
  again(params, inputs)

/** The name of a public function, which refuses the matrices that it cannot take; `null` for NaN in their place. */
export interface Refusing {
  readonly what: string | null
}

/** Answers a matrix that has no result: NaN, or an error that says which one, and why. */
export const refuse = (what: string | null, dims: Dims, q: number, why: string): void => {
  if (what === null) return
  const lead = leadOf(dims)
  const which = sizeOf(lead) === 1 ? 'the matrix' : `matrix ${q} of the batch ${showDims(lead)}`
  fail('ValueError', `${what}: ${which} ${why}`)
}

/** The last two axes swapped. */
export const swap = <A>(op: Algebra<A>, x: A): A => {
  const rank = op.dims(x).length
  return op.permute(x, [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2])
}

const halved = <A>(op: Algebra<A>, x: A): A => op.mul(x, op.constant(0.5))

/** `(A + Aᵀ) / 2`. */
export const symmetric = <A>(op: Algebra<A>, x: A): A => halved(op, op.add(x, swap(op, x)))

/** The index of the row, or of the column, of each element of a matrix. */
const rowOf = <A>(op: Algebra<A>, [m, n]: readonly [number, number]): A =>
  op.broadcastTo(op.reshape(op.range(m, 1), [m, 1]), [m, n])
const columnOf = <A>(op: Algebra<A>, [m, n]: readonly [number, number]): A => op.broadcastTo(op.range(n, 1), [m, n])

const only = <A>(op: Algebra<A>, mask: A, x: A): A => op.where(mask, x, op.constant(0))
const sides = <A>(op: Algebra<A>, x: A): readonly [number, number] => sidesOf(op.dims(x))

/** The lower triangle, with or without its diagonal; zeros elsewhere. */
export const lower = <A>(op: Algebra<A>, x: A): A =>
  only(op, op.greaterEqual(rowOf(op, sides(op, x)), columnOf(op, sides(op, x))), x)
export const strictlyLower = <A>(op: Algebra<A>, x: A): A =>
  only(op, op.greater(rowOf(op, sides(op, x)), columnOf(op, sides(op, x))), x)
export const upper = <A>(op: Algebra<A>, x: A): A =>
  only(op, op.greaterEqual(columnOf(op, sides(op, x)), rowOf(op, sides(op, x))), x)
export const strictlyUpper = <A>(op: Algebra<A>, x: A): A =>
  only(op, op.greater(columnOf(op, sides(op, x)), rowOf(op, sides(op, x))), x)

/** Ones on the diagonal of a matrix of `n` rows. */
export const identity = <A>(op: Algebra<A>, n: number): A => op.equal(rowOf(op, [n, n]), columnOf(op, [n, n]))

/** The numbers on the diagonal, as a vector, and a vector as a diagonal. */
export const diagonalOf = <A>(op: Algebra<A>, x: A): A =>
  op.sum(only(op, identity(op, sides(op, x)[1]), x), [op.dims(x).length - 1], false)
export const onDiagonal = <A>(op: Algebra<A>, x: A): A => {
  const dims = op.dims(x)
  const n = dims[dims.length - 1]!
  return only(op, identity(op, n), op.broadcastTo(asRow(op, x), [...dims, n]))
}

/** A vector as a row or a column, which broadcasts against a matrix. */
export const asRow = <A>(op: Algebra<A>, x: A): A => {
  const dims = op.dims(x)
  return op.reshape(x, [...dims.slice(0, -1), 1, dims[dims.length - 1]!])
}
export const asColumn = <A>(op: Algebra<A>, x: A): A => op.reshape(x, [...op.dims(x), 1])

/** Below the diagonal and, of the leading columns alone, eliminated; `steps` says how many these are. */
export const eliminatedMask = <A>(op: Algebra<A>, n: number, steps: A): A => {
  const lead = op.dims(steps)
  const each = op.broadcastTo(op.reshape(steps, [...lead, 1, 1]), [...lead, n, n])
  const below = op.greater(rowOf(op, [n, n]), columnOf(op, [n, n]))
  return op.mul(op.greater(each, columnOf(op, [n, n])), below)
}

/** Ones in the rows from `steps` on. */
export const leftRows = <A>(op: Algebra<A>, n: number, steps: A): A => {
  const lead = op.dims(steps)
  const each = op.broadcastTo(op.reshape(steps, [...lead, 1, 1]), [...lead, n, n])
  return op.greaterEqual(op.broadcastTo(rowOf(op, [n, n]), [...lead, n, n]), each)
}
