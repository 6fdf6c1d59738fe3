import { norm } from '../ops/norm.ts'
import { tensors as op } from '../tape/algebra.ts'
import { sizeOf } from '../tensor/dims.ts'
import type { Scalar } from '../tensor/tensor.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import type { Flat } from '../tree/tree.ts'
import { unflatten } from '../tree/tree.ts'

/** Arithmetic on vectors, and trees of tensors as vectors. */

export const zero = op.constant(0)
export const one = op.constant(1)

/** All elements of some tensors as one vector. */
export const joined = (xs: readonly Tensor[]): Tensor => {
  const flat = xs.map((x) => op.reshape(x, [sizeOf(dimsOf(x))]))
  const [only] = flat
  return flat.length === 1 && only !== undefined ? only : op.concat(flat, 0)
}

/** A vector as a tree like another. */
export const asTree =
  ({ leaves, structure }: Flat<Tensor>) =>
  (x: Tensor): unknown => {
    const parts = leaves.reduce<{ readonly at: number; readonly parts: readonly Tensor[] }>(
      ({ at, parts: before }, leaf) => {
        const dims = dimsOf(leaf)
        const end = at + sizeOf(dims)
        return { at: end, parts: [...before, op.reshape(op.slice(x, [at], [end]), dims)] }
      },
      { at: 0, parts: [] }
    )
    return unflatten(structure)(parts.parts)
  }

export const dot = (a: Tensor, b: Tensor): Scalar => op.sum(op.mul(a, b), [0], false) as Scalar

/** The largest absolute value; 0 of none. */
export const largest = (x: Tensor): Scalar => (sizeOf(dimsOf(x)) === 0 ? zero : op.max(op.abs(x), [0], false)) as Scalar

/** The Euclidean norm, of numbers of any size. */
export const lengthOf = (x: Tensor): Scalar => norm(x)

/** The size of a step, relative to that of what it leads to; 0 of none, at 0 too. */
export const relative = (moved: Tensor, size: Tensor): Scalar =>
  op.where(op.greater(moved, zero), op.div(moved, op.add(size, op.constant(Number.MIN_VALUE))), moved) as Scalar

/** `a + t · b`. */
export const plus = (a: Tensor, t: Tensor, b: Tensor): Tensor => op.add(a, op.mul(t, b))

/** 1 where the condition is 0, else 0. */
export const not = (condition: Tensor): Tensor => op.equal(condition, zero)

/** One of two records of tensors, by a condition. */
export const choose = <R extends Readonly<Record<string, Tensor>>>(condition: Tensor, yes: R, no: R): R =>
  Object.fromEntries(
    Object.keys(yes).map((key) => [key, op.where(condition, yes[key] ?? zero, no[key] ?? zero)])
  ) as unknown as R
