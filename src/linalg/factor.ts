import { block } from '../ops/block.ts'
import { sidesOf, swap } from '../primitive/matrix.ts'
import { noParams } from '../primitive/primitive.ts'
import { table } from '../primitive/table.ts'
import { tensors as op } from '../tape/algebra.ts'
import { apply, applyMulti } from '../tape/apply.ts'
import type { Sub } from '../tensor/arith.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { type Columns, type Lead, matrixOperand, type Square, squareOperand } from './operand.ts'

/** Factorisations. In programs they run on the host. */

/** The smaller of two dimensions, where the types show both. */
type Short<M extends number, N extends number> = number extends M | N ? number : [Sub<M, N>] extends [never] ? M : N

/** The shape of the matrices of a batch, with other sides. */
type Sides<S extends Shape, M extends number, N extends number> = [...Lead<S>, M, N]
type Rows<S extends Shape> = S extends readonly [...Shape, infer M extends number, number] ? M : number
type Least<S extends Shape> = Short<Rows<S>, Columns<S>>

/**
 * Cholesky's factor: the lower triangle `L` with positive diagonal and `L Lᵀ = A`, of a positive definite matrix. Of `A` its
 * symmetric part `(A + Aᵀ) / 2` is read, so that the derivative is symmetric.
 *
 * @shape [...batch, n, n] → [...batch, n, n]
 * @throws ShapeError when the matrices are not square
 * @throws ValueError when a matrix is not positive definite
 * @see Murray, Differentiation of the Cholesky decomposition (2016)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { linalg, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(linalg.cholesky(tensor([[4, 2], [2, 5]]))), [[2, 0], [1, 2]])
 * @category linear algebra
 * @since 0.1.0
 */
export const cholesky = <S extends Shape>(matrices: Tensor<S> & Square<S>): Tensor<S> =>
  apply(table.cholesky, { what: 'cholesky' }, [squareOperand('cholesky', matrices)]) as never

/** What {@link qr} gives. @category linear algebra @since 0.1.0 */
export interface Qr<S extends Shape> {
  readonly q: Tensor<Sides<S, Rows<S>, Least<S>>>
  readonly r: Tensor<Sides<S, Least<S>, Columns<S>>>
}

/**
 * The reduced QR decomposition `A = Q R`: orthonormal columns, and an upper triangle with no negative number on its diagonal,
 * which makes both unique where the first `min(m, n)` columns are independent. Where they are not, the factors are still
 * right, and their derivatives are NaN or not finite.
 *
 * @shape [...batch, m, n] → q [...batch, m, min(m, n)], r [...batch, min(m, n), n]
 * @throws ShapeError for a rank below 2
 * @see Walter, Lehmann, Algorithmic Differentiation of Linear Algebra Functions (2010)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { linalg, tensor, toArray } from 'grad-ts'
 *
 * const { q, r } = linalg.qr(tensor([[0, 2], [-3, 1]]))
 * deepStrictEqual([toArray(q), toArray(r)], [[[0, 1], [-1, 0]], [[3, -1], [0, 2]]])
 * @category linear algebra
 * @since 0.1.0
 */
export const qr = <S extends Shape>(matrices: Tensor<S>): Qr<S> => {
  const a = matrixOperand('qr', matrices)
  const dims = dimsOf(a)
  const [m, n] = sidesOf(dims)
  const columns = (from: number, to: number): Tensor => block(a, dims.length - 1, from, to)
  const [q, r] = applyMulti(table.qr, noParams, [m < n ? columns(0, m) : a]) as readonly [Tensor, Tensor]
  const whole = m < n ? op.concat([r, op.matmul(swap(op, q), columns(m, n))], dims.length - 1) : r
  return { q, r: whole } as never
}

/** What {@link eigh} gives. @category linear algebra @since 0.1.0 */
export interface Eigh<S extends Shape> {
  readonly eigenvalues: Tensor<[...Lead<S>, Columns<S>]>
  readonly eigenvectors: Tensor<S>
}

/**
 * Eigenvalues, in ascending order, and orthonormal eigenvectors, as columns, of a symmetric matrix: `A = V diag(w) Vᵀ`. Of `A`
 * its symmetric part `(A + Aᵀ) / 2` is read. The first number of a vector that is at least 0.7 of its largest in size is
 * positive.
 *
 * At equal eigenvalues the vectors are not determined: their derivatives, and second derivatives of the eigenvalues, are
 * NaN or not finite. First derivatives of symmetric functions of the eigenvalues, such as their sum of squares, stay right.
 *
 * @shape [...batch, n, n] → eigenvalues [...batch, n], eigenvectors [...batch, n, n]
 * @throws ShapeError when the matrices are not square
 * @see Magnus, On differentiating eigenvalues and eigenvectors (1985)
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { grad, linalg, type Mat, square, sum, tensor, toArray } from 'grad-ts'
 *
 * const [low = 0, high = 0] = toArray(linalg.eigh(tensor([[2, 1], [1, 2]])).eigenvalues)
 * ok(Math.abs(low - 1) < 1e-15 && Math.abs(high - 3) < 1e-15)
 * const squares = (a: Mat<2, 2>) => sum(square(linalg.eigh(a).eigenvalues))
 * deepStrictEqual(toArray(grad(squares)(tensor([[3, 0], [0, 3]]))), [[6, 0], [0, 6]])
 * @category linear algebra
 * @since 0.1.0
 */
export const eigh = <S extends Shape>(matrices: Tensor<S> & Square<S>): Eigh<S> => {
  const [eigenvalues, eigenvectors] = applyMulti(table.eigh, noParams, [squareOperand('eigh', matrices)])
  return { eigenvalues, eigenvectors } as never
}

/** What {@link svd} gives. @category linear algebra @since 0.1.0 */
export interface Svd<S extends Shape> {
  readonly u: Tensor<Sides<S, Rows<S>, Least<S>>>
  readonly s: Tensor<[...Lead<S>, Least<S>]>
  readonly vt: Tensor<Sides<S, Least<S>, Columns<S>>>
}

/**
 * The reduced singular value decomposition `A = U diag(s) Vᵀ`: singular values in descending order, orthonormal columns of
 * `U` and rows of `Vᵀ`. Of each pair of vectors that with at least as many numbers has its first number of at least 0.7 of
 * the largest in size positive.
 *
 * At equal singular values, and at 0, the vectors are not determined: their derivatives, and second derivatives of the
 * values, are NaN or not finite. First derivatives of symmetric functions of the values stay right; at a value of exactly 0,
 * a kink, the derivative is 0.
 *
 * @shape [...batch, m, n] → u [...batch, m, k], s [...batch, k], vt [...batch, k, n] with k = min(m, n)
 * @throws ShapeError for a rank below 2
 * @see Drmač, Veselić, New fast and accurate Jacobi SVD algorithm I (2008)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { linalg, tensor, toArray } from 'grad-ts'
 *
 * const { u, s, vt } = linalg.svd(tensor([[0, -2], [3, 0]]))
 * deepStrictEqual([toArray(u), toArray(s), toArray(vt)], [[[0, 1], [1, 0]], [3, 2], [[1, 0], [0, -1]]])
 * @category linear algebra
 * @since 0.1.0
 */
export const svd = <S extends Shape>(matrices: Tensor<S>): Svd<S> => {
  const a = matrixOperand('svd', matrices)
  const [m, n] = sidesOf(dimsOf(a))
  const [left, s, right] = applyMulti(table.svd, noParams, [m < n ? swap(op, a) : a]) as readonly [
    Tensor,
    Tensor,
    Tensor
  ]
  const [u, v] = m < n ? [right, left] : [left, right]
  return { u, s, vt: swap(op, v) } as never
}
