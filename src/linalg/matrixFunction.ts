import * as kinds from '../kinds/index.ts'
import { ofTensorOrOptions } from '../ops/reduction.ts'
import { identity, sidesOf, swap } from '../primitive/matrix.ts'
import { noParams } from '../primitive/primitive.ts'
import { table } from '../primitive/table.ts'
import { tensors as op } from '../tape/algebra.ts'
import { apply, applyMulti } from '../tape/apply.ts'
import type { Ok, Shape, Transpose } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { type Columns, type Lead, matrixOperand, type Square, squareOperand, withRightSide } from './operand.ts'
import { inverseOf } from './solve.ts'

/** Powers, the exponential, pseudo-inverses and least squares. */

const powerOf = (a: Tensor, k: number): Tensor => {
  if (k === 1) return a
  const half = powerOf(a, Math.floor(k / 2))
  const even = op.matmul(half, half)
  return k % 2 === 0 ? even : op.matmul(even, a)
}

/**
 * The product of `k` times a matrix, by repeated squaring: `matrixPower(3)(a)` is `a · a · a`, power 0 the identity, and a
 * negative power one of the inverse.
 *
 * @shape [...batch, n, n] → [...batch, n, n]
 * @throws ValueError when `k` is not a whole number, or is negative and a matrix singular
 * @throws ShapeError when the matrices are not square
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { linalg, tensor, toArray } from 'grad-ts'
 *
 * const fibonacci = tensor([[1, 1], [1, 0]])
 * deepStrictEqual(toArray(linalg.matrixPower(10)(fibonacci)), [[89, 55], [55, 34]])
 * deepStrictEqual(toArray(linalg.matrixPower(-1)(fibonacci)), [[0, 1], [1, -1]])
 * @category linear algebra
 * @since 0.1.0
 */
export const matrixPower = (k: number) => {
  const power = kinds.mustBe(kinds.safeInteger, 'matrixPower: power', k)
  return <S extends Shape>(matrices: Tensor<S> & Square<S>): Tensor<S> => {
    const a = squareOperand('matrixPower', matrices)
    const dims = dimsOf(a)
    return (
      power === 0
        ? op.broadcastTo(identity(op, sidesOf(dims)[1]), dims)
        : powerOf(power < 0 ? inverseOf('matrixPower', a) : a, Math.abs(power))
    ) as never
  }
}

/**
 * The exponential of a matrix, `Σ Aᵏ / k!`, by scaling and squaring of Padé's approximants. A derivative is a block of the
 * exponential of a matrix of twice as many rows, at every order. In programs it runs on the host.
 *
 * @shape [...batch, n, n] → [...batch, n, n]
 * @throws ShapeError when the matrices are not square
 * @see Higham, The Scaling and Squaring Method for the Matrix Exponential Revisited (2005)
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { get, linalg, tensor, toArray, toNumber } from 'grad-ts'
 *
 * deepStrictEqual(toArray(linalg.expm(tensor([[0, 1], [0, 0]]))), [[1, 1], [0, 1]])
 * // a turn by one radian
 * ok(Math.abs(toNumber(get(0, 0)(linalg.expm(tensor([[0, -1], [1, 0]])))) - Math.cos(1)) < 1e-15)
 * @category linear algebra
 * @since 0.1.0
 */
export const expm = <S extends Shape>(matrices: Tensor<S> & Square<S>): Tensor<S> =>
  apply(table.expm, noParams, [squareOperand('expm', matrices)]) as never

/** See {@link pinv}. @category linear algebra @since 0.1.0 */
export interface PinvOptions {
  /** Singular values of at most this share of the largest count as 0; max(m, n) times 2⁻⁵² when left out. */
  readonly rtol?: number
}

/** See {@link pinv}. @category linear algebra @since 0.1.0 */
export interface PseudoInverse {
  <S extends Shape>(a: Tensor<S>): Tensor<Ok<Transpose<S>>>
  (options: PinvOptions): <S extends Shape>(a: Tensor<S>) => Tensor<Ok<Transpose<S>>>
}

const pinvOptions = kinds.settings('pinv', { rtol: [kinds.notNegative, undefined] })

const pseudoInverse = (rtol: number | undefined) => (given: unknown) => {
  const a = matrixOperand('pinv', given)
  const most = Math.max(...sidesOf(dimsOf(a)))
  return apply(table.pinv, { rtol: rtol ?? most * Number.EPSILON }, [a])
}

/**
 * Moore and Penrose's inverse, by singular values. The rank may be any; the derivative is that among matrices of the same
 * rank, since at a change of rank the inverse jumps. In programs it runs on the host.
 *
 * @shape [...batch, m, n] → [...batch, n, m]
 * @throws ShapeError for a rank below 2
 * @see Golub, Pereyra, The Differentiation of Pseudo-Inverses and Nonlinear Least Squares Problems (1973)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { linalg, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(linalg.pinv(tensor([[4, 0], [0, 0], [0, 0]]))), [[0.25, 0, 0], [0, 0, 0]])
 * @category linear algebra
 * @since 0.1.0
 */
export const pinv = ofTensorOrOptions('pinv', '{ rtol: 1e-12 }', pseudoInverse(undefined), (given) =>
  pseudoInverse(pinvOptions.read(given).rtol)
) as PseudoInverse

/** The shape of a least-squares solution: vectors for vectors, matrices for matrices. @category linear algebra @since 0.1.0 */
export type Fitted<S extends Shape, B extends Shape> = number extends S['length'] | B['length']
  ? number[]
  : S['length'] extends B['length']
    ? [...Lead<S>, Columns<S>, B extends readonly [...Shape, infer K extends number] ? K : number]
    : [...Lead<S>, Columns<S>]

/**
 * The least-squares solution of `A x ≈ B` for `m ≥ n`, and for `m < n` the solution of least norm, by a QR decomposition. `A`
 * must have full rank: dependent columns (or rows, for `m < n`) are refused only where elimination leaves a pivot of exactly 0,
 * which rounding mostly prevents; the numbers are then large and arbitrary. Where they may be dependent, use {@link pinv}.
 *
 * @shape a [...batch, m, n], b [...batch, m, k] → [...batch, n, k]; b [...batch, m] → [...batch, n]
 * @throws ShapeError when `b` has other rows or batches than `a`
 * @throws ValueError when a pivot of the triangular factor is exactly 0
 * @example
 * import { ok } from 'assert'
 * import { linalg, tensor, toArray } from 'grad-ts'
 *
 * // the line nearest to three points
 * const a = tensor([[1, 0], [1, 1], [1, 2]])
 * const [intercept = 0, slope = 0] = toArray(linalg.lstsq(a)(tensor([1, 3, 5])))
 * ok(Math.abs(intercept - 1) < 1e-14 && Math.abs(slope - 2) < 1e-14)
 * @category linear algebra
 * @since 0.1.0
 */
export const lstsq =
  <S extends Shape>(matrices: Tensor<S>) =>
  <B extends Shape>(right: Tensor<B>): Tensor<Fitted<S, B>> => {
    const a = matrixOperand('lstsq', matrices)
    const [m, n] = sidesOf(dimsOf(a))
    return withRightSide('lstsq', a, right, (b) => {
      const [q, r] = applyMulti(table.qr, noParams, [m < n ? swap(op, a) : a]) as readonly [Tensor, Tensor]
      return m < n
        ? op.matmul(q, op.solve(swap(op, r), b, 'lower', 'lstsq'))
        : op.solve(r, op.matmul(swap(op, q), b), 'upper', 'lstsq')
    }) as never
  }
