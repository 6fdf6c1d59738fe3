import * as E from 'fp-ts/lib/Either.js'
import { square } from '../primitive/matrix.ts'
import { tensors as op } from '../tape/algebra.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { SameDim, Shape, ShapeError, Show } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/** Matrices as arguments: their types, and the checks that say who was called. */

/** The batch axes in front of matrices. @category linear algebra @since 0.1.0 */
export type Lead<S extends Shape> = S extends readonly [...infer B extends number[], number, number] ? B : number[]

/** The number of columns. */
export type Columns<S extends Shape> = S extends readonly [...Shape, number, infer N extends number] ? N : number

/** `unknown` unless the types show that a shape is not of square matrices. @category linear algebra @since 0.1.0 */
export type Square<S extends Shape> = number extends S['length']
  ? unknown
  : S extends readonly [...Shape, infer M extends number, infer N extends number]
    ? [SameDim<M, N>] extends [never]
      ? ShapeError<`needs square matrices, got ${Show<S>}`>
      : unknown
    : ShapeError<`needs square matrices, got ${Show<S>}`>

/** A tensor of square matrices, or an error by the name of the function. */
export const squareOperand = (what: string, value: unknown): Tensor => {
  const a = asTensor(what, value)
  const dims = square(dimsOf(a))
  return E.isLeft(dims) ? fail('ShapeError', `${what}: ${dims.left}`) : a
}

/** A tensor of matrices, or an error by the name of the function. */
export const matrixOperand = (what: string, value: unknown): Tensor => {
  const a = asTensor(what, value)
  return dimsOf(a).length >= 2
    ? a
    : fail('ShapeError', `${what}: needs matrices along the last two axes, got shape ${showDims(dimsOf(a))}`)
}

/** Right-hand sides: matrices with the rows of `a`, or vectors, which are columns; what is made of them has the same form. */
export const withRightSide = (what: string, a: Tensor, given: unknown, f: (b: Tensor) => Tensor): Tensor => {
  const b = asTensor(what, given)
  const [left, right] = [dimsOf(a), dimsOf(b)]
  const rows = left.slice(0, -1)
  const isVector = right.length === rows.length
  const fits = (isVector || right.length === left.length) && rows.every((n, axis) => n === right[axis])
  if (!fits)
    return fail(
      'ShapeError',
      `${what}: needs right-hand sides of as many rows, in the same batches, got matrices ${showDims(left)} and right-hand sides ${showDims(right)}`
    )
  if (!isVector) return f(b)
  const columns = f(op.reshape(b, [...right, 1]))
  return op.reshape(columns, dimsOf(columns).slice(0, -1))
}
