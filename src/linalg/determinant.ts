import { block } from '../ops/block.ts'
import { prodAlong } from '../ops/product.ts'
import { diagonalOf, eliminatedMask } from '../primitive/matrix.ts'
import { table } from '../primitive/table.ts'
import { tensors as op } from '../tape/algebra.ts'
import { applyMulti } from '../tape/apply.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { type Lead, type Square, squareOperand } from './operand.ts'

/** Determinants. */

/** How many last rows and columns are not eliminated where their pivots are small. */
const WINDOW = 4

const eliminated = (a: Tensor, window: number) => {
  const [packed, , , steps, sign] = applyMulti(table.lu, { window }, [a]) as readonly [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor
  ]
  return { packed, steps, sign }
}

/** The product along the last axis. */
const productOf = (x: Tensor): Tensor => {
  const lead = dimsOf(x).slice(0, -1)
  return op.reshape(prodAlong(x, lead.length), lead)
}

/** A block of the last two axes, from one index of both to another. */
const squareBlock = (x: Tensor, from: number, to: number): Tensor => {
  const rank = dimsOf(x).length
  return block(block(x, rank - 2, from, to), rank - 1, from, to)
}

const vector = (numbers: readonly number[]): Tensor => make([numbers.length], Float64Array.from(numbers))

/** The pairs of columns of four, and, in the reverse order, those that are left, with the sign of both together. */
const firsts = [0, 0, 0, 1, 1, 2]
const seconds = [1, 2, 3, 2, 3, 3]
const signs = vector([1, -1, 1, 1, -1, 1])

/** The determinant of matrices of four rows as a polynomial, by the minors of two rows and the two others. */
const determinantOfFour = (x: Tensor): Tensor => {
  const lead = dimsOf(x).slice(0, -2)
  // columns and rows first, so that pairs of columns are gathered
  const columns = op.permute(x, [lead.length + 1, lead.length, ...lead.map((_, axis) => axis)])
  const row = (pairs: Tensor, i: number): Tensor =>
    op.reshape(op.slice(pairs, [0, i, ...lead.map(() => 0)], [firsts.length, i + 1, ...lead]), [firsts.length, ...lead])
  const minors = (i: number, order: (list: readonly number[]) => readonly number[]): Tensor => {
    const [left, right] = [firsts, seconds].map((list) => op.gather(columns, vector(order(list))))
    return op.sub(op.mul(row(left!, i), row(right!, i + 1)), op.mul(row(right!, i), row(left!, i + 1)))
  }
  const products = op.mul(
    minors(0, (list) => list),
    minors(2, (list) => [...list].reverse())
  )
  const own = op.broadcastTo(op.reshape(signs, [firsts.length, ...lead.map(() => 1)]), dimsOf(products))
  return op.sum(op.mul(products, own), [0], false)
}

/** A block of at most four rows, below an identity that fills it up to four. */
const filled = (x: Tensor, size: number): Tensor => {
  if (size === WINDOW) return x
  const lead = dimsOf(x).slice(0, -2)
  const start = WINDOW - size
  const ones = vector(Array.from({ length: WINDOW ** 2 }, (_, at) => (at % 5 === 0 && at < start * WINDOW ? 1 : 0)))
  const padded = op.pad(x, [...lead.map(() => 0), start, start], [...lead, WINDOW, WINDOW])
  return op.add(padded, op.reshape(ones, [WINDOW, WINDOW]))
}

/**
 * The determinant. Derivatives of the first to the fourth order are right at singular matrices of any rank too (the first is
 * the adjugate): small last pivots are not divided by. The product of the pivots may leave the range of doubles where
 * {@link slogDet} does not. In programs the elimination runs on the host.
 *
 * @shape [...batch, n, n] → [...batch]; 1 for n = 0
 * @throws ShapeError when the matrices are not square
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { grad, linalg, type Mat, tensor, toArray, toNumber } from 'grad-ts'
 *
 * deepStrictEqual(toNumber(linalg.det(tensor([[1, 2], [3, 4]]))), -2)
 * const adjugate = grad((a: Mat<2, 2>) => linalg.det(a))(tensor([[1, 2], [2, 4]]))
 * deepStrictEqual(toArray(adjugate), [[4, -2], [-2, 1]])
 * @category linear algebra
 * @since 0.1.0
 */
export const det = <S extends Shape>(matrices: Tensor<S> & Square<S>): Tensor<Lead<S>> => {
  const a = squareOperand('det', matrices)
  const dims = dimsOf(a)
  const n = dims[dims.length - 1]!
  const { packed, steps, sign } = eliminated(a, WINDOW)
  const size = Math.min(n, WINDOW)
  const rest = op.where(eliminatedMask(op, n, steps), op.constant(0), packed)
  const first = productOf(diagonalOf(op, squareBlock(packed, 0, n - size)))
  const last = determinantOfFour(filled(squareBlock(rest, n - size, n), size))
  return op.mul(sign, op.mul(first, last)) as never
}

/**
 * The sign of the determinant and the logarithm of its size, which neither overflow nor underflow. Of a singular matrix 0 and
 * −∞, where the derivative is not finite.
 *
 * @shape [...batch, n, n] → sign and logAbsDet, both [...batch]
 * @throws ShapeError when the matrices are not square
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { linalg, tensor, toNumber } from 'grad-ts'
 *
 * const { sign, logAbsDet } = linalg.slogDet(tensor([[0, 1e200], [1e200, 0]]))
 * deepStrictEqual(toNumber(sign), -1)
 * ok(Math.abs(toNumber(logAbsDet) - 400 * Math.LN10) < 1e-12 * 400)
 * @category linear algebra
 * @since 0.1.0
 */
export const slogDet = <S extends Shape>(
  matrices: Tensor<S> & Square<S>
): { readonly sign: Tensor<Lead<S>>; readonly logAbsDet: Tensor<Lead<S>> } => {
  const a = squareOperand('slogDet', matrices)
  const { packed, sign } = eliminated(a, 0)
  const pivots = diagonalOf(op, packed)
  const axis = dimsOf(pivots).length - 1
  return {
    sign: op.mul(sign, productOf(op.sign(pivots))) as never,
    logAbsDet: op.sum(op.log(op.abs(pivots)), [axis], false) as never
  }
}
