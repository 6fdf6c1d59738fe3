import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor, type Vec } from '../tensor/tensor.ts'
import { block } from './block.ts'
import { ofTensorOrOptions } from './reduction.ts'

/** Diagonals and triangles of matrices, which are the last two axes. */

const offsetFields = {
  /** Which diagonal: 0 is the main one, when left out; those above it count up, those below it down. */
  offset: [kinds.safeInteger, 0]
} as const

/** Which diagonal. @category linear algebra @since 0.1.0 */
export interface OffsetSettings extends kinds.Given<typeof offsetFields> {}

const zero = op.constant(0)

/** The rows and columns of a matrix, and the axes before them. */
const matrixOf = (what: string, x: Tensor) => {
  const dims = dimsOf(x)
  return dims.length < 2
    ? fail('ShapeError', `${what}: needs a matrix, or a batch of them, got shape ${showDims(dims)}`)
    : { lead: dims.slice(0, -2), rows: dims[dims.length - 2]!, columns: dims[dims.length - 1]! }
}

/** Of a tensor at once, or of settings and then a tensor. */
const withOffset = (what: string, f: (x: Tensor, offset: number) => Tensor): unknown => {
  const settings = kinds.settings(what, offsetFields)
  return ofTensorOrOptions(
    what,
    '{ offset: 1 }',
    (x) => f(x, 0),
    (given: OffsetSettings) => {
      const { offset } = settings.read(given)
      return (x) => f(asTensor(what, x), offset)
    }
  )
}

/** A function that keeps the shape. @category linear algebra @since 0.1.0 */
export interface Triangle {
  (settings: OffsetSettings): <S extends Shape>(x: Tensor<S>) => Tensor<S>
  <S extends Shape>(x: Tensor<S>): Tensor<S>
}

/** Where the column less the row is at least `offset`. */
const isFrom = (x: Tensor, what: string, offset: number): Tensor => {
  const { rows, columns } = matrixOf(what, x)
  const from = op.add(op.range(rows, 1), op.constant(offset))
  return op.greaterEqual(
    op.broadcastTo(op.range(columns, 1), [rows, columns]),
    op.broadcastTo(op.reshape(from, [rows, 1]), [rows, columns])
  )
}

/**
 * The upper triangle of a matrix: 0 below a diagonal, the main one or that at `offset`. What is cut off has derivative 0,
 * whatever it is.
 *
 * @shape x [...batch, m, n] → the same
 * @throws ShapeError for a rank below 2
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { tensor, toArray, triu } from 'grad-ts'
 *
 * const x = tensor([[1, 2], [3, 4]])
 * deepStrictEqual(toArray(triu(x)), [[1, 2], [0, 4]])
 * deepStrictEqual(toArray(triu({ offset: 1 })(x)), [[0, 2], [0, 0]])
 * @category linear algebra
 * @since 0.1.0
 */
export const triu = withOffset('triu', (x, offset) => op.where(isFrom(x, 'triu', offset), x, zero)) as Triangle
/**
 * The lower triangle of a matrix: 0 above a diagonal, the main one or that at `offset`. What is cut off has derivative 0,
 * whatever it is.
 *
 * @shape x [...batch, m, n] → the same
 * @throws ShapeError for a rank below 2
 * @category linear algebra
 * @since 0.1.0
 */
export const tril = withOffset('tril', (x, offset) => op.where(isFrom(x, 'tril', offset + 1), zero, x)) as Triangle

/** Where a diagonal starts in the elements of a matrix one after the other, and how long it is. */
const lineOf = (rows: number, columns: number, offset: number) => ({
  start: offset >= 0 ? offset : -offset * columns,
  count: Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns)),
  step: columns + 1
})

/** The elements of a matrix one after the other, of which a diagonal is every so many. */
export const diagonalOf = (x: Tensor, offset: number): Tensor => {
  const { lead, rows, columns } = matrixOf('diagonal', x)
  const { start, count, step } = lineOf(rows, columns, offset)
  const from = count === 0 ? 0 : start
  const to = count === 0 ? 0 : from + (count - 1) * step + 1
  return block(op.reshape(x, [...lead, rows * columns]), lead.length, from, to, step)
}

/** The shape without its last two axes. */
type Lead<S extends Shape> = S extends readonly [...infer B extends Shape, number, number] ? B : number[]

/**
 * A diagonal of a matrix, the main one or that at `offset`; empty where that is outside. As in NumPy's `linalg`, matrices are
 * the last two axes. In a program it is a view, and not copied.
 *
 * @shape x [...batch, m, n] → [...batch, the length of the diagonal]
 * @throws ShapeError for a rank below 2
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { diagonal, tensor, toArray } from 'grad-ts'
 *
 * const x = tensor([[1, 2, 3], [4, 5, 6]])
 * deepStrictEqual(toArray(diagonal(x)), [1, 5])
 * deepStrictEqual(toArray(diagonal({ offset: 1 })(x)), [2, 6])
 * @category linear algebra
 * @since 0.1.0
 */
export const diagonal = withOffset('diagonal', diagonalOf) as {
  (settings: OffsetSettings): <S extends Shape>(x: Tensor<S>) => Tensor<[...Lead<S>, number]>
  <S extends Shape>(x: Tensor<S>): Tensor<[...Lead<S>, number]>
}

/**
 * A matrix with a vector on a diagonal, the main one or that at `offset`, and 0 elsewhere. It reads no diagonal of a matrix, as
 * NumPy's does: that is `diagonal`.
 *
 * @shape x [n] → [n + |offset|, n + |offset|]
 * @throws ShapeError when `x` is not a vector
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { diag, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(diag(tensor([1, 2]))), [[1, 0], [0, 2]])
 * deepStrictEqual(toArray(diag({ offset: -1 })(tensor([5]))), [[0, 0], [5, 0]])
 * @category linear algebra
 * @since 0.1.0
 */
export const diag = withOffset('diag', (x, offset) => {
  const dims = dimsOf(x)
  if (dims.length !== 1)
    return fail(
      'ShapeError',
      `diag: needs a vector, got shape ${showDims(dims)}${dims.length > 1 ? '; diagonal reads one of a matrix' : ''}`
    )
  const n = dims[0]! + Math.abs(offset)
  const { start, step } = lineOf(n, n, offset)
  return dims[0] === 0 ? op.broadcastTo(zero, [n, n]) : op.reshape(op.pad(x, [start], [n * n], [step]), [n, n])
}) as {
  (settings: OffsetSettings): (x: Vec) => Tensor<[number, number]>
  <N extends number>(x: Vec<N>): Tensor<[N, N]>
}

/**
 * The sum of a diagonal of a matrix, the main one or that at `offset`; 0 for an empty one. NumPy calls it `trace`, which is here
 * the tape of a function.
 *
 * @shape x [...batch, m, n] → [...batch]
 * @throws ShapeError for a rank below 2
 * @example
 * import { strictEqual } from 'assert'
 * import { matrixTrace, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(matrixTrace(tensor([[1, 2], [3, 4]]))), 5)
 * @category linear algebra
 * @since 0.1.0
 */
export const matrixTrace = withOffset('matrixTrace', (x, offset) => {
  const { lead } = matrixOf('matrixTrace', x)
  return op.sum(diagonalOf(x, offset), [lead.length], false)
}) as {
  (settings: OffsetSettings): <S extends Shape>(x: Tensor<S>) => Tensor<Lead<S>>
  <S extends Shape>(x: Tensor<S>): Tensor<Lead<S>>
}
