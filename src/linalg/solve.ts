import * as kinds from '../kinds/index.ts'
import { ofTensorOrOptions } from '../ops/reduction.ts'
import { identity, swap } from '../primitive/matrix.ts'
import type { Structure } from '../primitive/algebra.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { type Square, squareOperand, withRightSide } from './operand.ts'

/** Linear systems. */

/** What a matrix is known to be. @category linear algebra @since 0.1.0 */
export interface SolveOptions {
  /** Of a symmetric or positive definite matrix `(A + Aᵀ) / 2` is read. */
  readonly assume?: 'general' | 'symmetric' | 'positive definite'
}

/** Solves for a right-hand side, see {@link solve}. @category linear algebra @since 0.1.0 */
export type SolveFor = <B extends Shape>(b: Tensor<B>) => Tensor<B>

/** See {@link solve}. @category linear algebra @since 0.1.0 */
export interface Solving {
  <S extends Shape>(a: Tensor<S> & Square<S>): SolveFor
  (options: SolveOptions): <S extends Shape>(a: Tensor<S> & Square<S>) => SolveFor
}

const options = kinds.settings('solve', {
  assume: [kinds.oneOf<Structure>('general', 'symmetric', 'positive definite'), 'general']
})

const solving = (structure: Structure) => (given: unknown) => {
  const a = squareOperand('solve', given)
  return (b: unknown) => withRightSide('solve', a, b, (right) => op.solve(a, right, structure, 'solve'))
}

/**
 * The solution of `A x = B`: `solve(a)(b)`. By elimination with partial pivoting; with `{ assume: 'positive definite' }` by
 * Cholesky's factor, half the work. A matrix whose elimination meets a pivot of exactly 0 is refused; one that is singular but
 * for rounding is not, and gives large numbers. The derivative solves with the matrix itself, at every order. In programs it
 * runs on the host.
 *
 * @shape a [...batch, n, n], b [...batch, n, k] → [...batch, n, k]; b [...batch, n] → [...batch, n]
 * @throws ShapeError when the matrices are not square, or `b` has other rows or batches
 * @throws ValueError when a matrix is singular, or not positive definite though assumed so
 * @see Golub, Van Loan, Matrix Computations (2013), §3
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { linalg, tensor, toArray } from 'grad-ts'
 *
 * const a = tensor([[0, 2], [4, 0]])
 * deepStrictEqual(toArray(linalg.solve(a)(tensor([2, 4]))), [1, 1])
 * const p = tensor([[4, 2], [2, 5]])
 * deepStrictEqual(toArray(linalg.solve({ assume: 'positive definite' })(p)(tensor([8, 12]))), [1, 2])
 * @category linear algebra
 * @since 0.1.0
 */
export const solve = ofTensorOrOptions('solve', "{ assume: 'positive definite' }", solving('general'), (given) =>
  solving(options.read(given).assume)
) as Solving

const triangular = kinds.settings('solveTriangular', {
  /** The triangle that is read: the lower one, or the upper one. */
  lower: [kinds.yesOrNo, false],
  /** Solves with the transpose of that triangle. */
  transposed: [kinds.yesOrNo, false],
  /** Ones on the diagonal, in place of what is there. */
  unit: [kinds.yesOrNo, false]
})

/** How {@link solveTriangular} reads a matrix. @category linear algebra @since 0.1.0 */
export interface TriangularOptions extends kinds.Given<typeof triangular.fields> {}

/**
 * The solution of `T x = B` by substitution, where `T` is one triangle of the matrix; the other is not read, and its
 * derivative is 0. The upper one, unless `lower`.
 *
 * @shape a [...batch, n, n], b [...batch, n, k] → [...batch, n, k]; b [...batch, n] → [...batch, n]
 * @throws ShapeError when the matrices are not square, or `b` has other rows or batches
 * @throws ValueError when there is a 0 on a diagonal
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { linalg, tensor, toArray } from 'grad-ts'
 *
 * const l = tensor([[2, 99], [1, 4]])
 * deepStrictEqual(toArray(linalg.solveTriangular({ lower: true })(l)(tensor([2, 9]))), [1, 2])
 * deepStrictEqual(toArray(linalg.solveTriangular({ lower: true, transposed: true })(l)(tensor([4, 8]))), [1, 2])
 * @category linear algebra
 * @since 0.1.0
 */
export const solveTriangular = (given: TriangularOptions = {}) => {
  const { lower, transposed, unit } = triangular.read(given)
  const side = lower === transposed ? 'upper' : 'lower'
  const structure: Structure = unit ? `unit ${side}` : side
  return <S extends Shape>(matrices: Tensor<S> & Square<S>): SolveFor => {
    const a = squareOperand('solveTriangular', matrices)
    const read = transposed ? swap(op, a) : a
    return ((b: unknown) =>
      withRightSide('solveTriangular', a, b, (right) =>
        op.solve(read, right, structure, 'solveTriangular')
      )) as SolveFor
  }
}

/** The inverse, of which a singular matrix is refused by the name of a function. */
export const inverseOf = (what: string, a: Tensor): Tensor => {
  const dims = dimsOf(a)
  return op.solve(a, op.broadcastTo(identity(op, dims[dims.length - 1]!), dims), 'general', what)
}

/**
 * The inverse. To solve a system, use {@link solve}, which is faster and more accurate.
 *
 * @shape [...batch, n, n] → [...batch, n, n]
 * @throws ShapeError when the matrices are not square
 * @throws ValueError when a matrix is singular: its elimination meets a pivot of exactly 0
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { linalg, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(linalg.inverse(tensor([[0, 2], [4, 8]]))), [[-1, 0.25], [0.5, 0]])
 * @category linear algebra
 * @since 0.1.0
 */
export const inverse = <S extends Shape>(matrices: Tensor<S> & Square<S>): Tensor<S> =>
  inverseOf('inverse', squareOperand('inverse', matrices)) as never
