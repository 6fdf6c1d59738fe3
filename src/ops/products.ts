import { tensors as op } from '../tape/algebra.ts'
import { type Dims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape, Times } from '../tensor/shape.ts'
import { dimsOf, type Mat, type Tensor, type Vec } from '../tensor/tensor.ts'

/** Products of every element with every other. */

/**
 * The outer product of two vectors: `outer(b)(a)[i, j] = a[i] · b[j]`.
 *
 * @shape a [m], b [n] → [m, n]
 * @throws ShapeError when one is not a vector
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { outer, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(outer(tensor([3, 4, 5]))(tensor([1, 2]))), [[3, 4, 5], [6, 8, 10]])
 * @category linear algebra
 * @since 0.1.0
 */
export const outer =
  <N extends number>(b: Vec<N>) =>
  <M extends number>(a: Vec<M>): Mat<M, N> => {
    const [left, right] = [asTensor('outer', a), asTensor('outer', b)]
    const [m, n] = [dimsOf(left), dimsOf(right)]
    if (m.length !== 1 || n.length !== 1)
      return fail('ShapeError', `outer: needs two vectors, got ${showDims(m)} and ${showDims(n)}`)
    const dims = [...m, ...n]
    return op.mul(op.broadcastTo(op.reshape(left, [...m, 1]), dims), right) as never
  }

/**
 * The Kronecker product: every element of `a`, times all of `b` in its place. A lower rank is filled up with axes in front.
 *
 * @shape a [m, n], b [p, q] → [m · p, n · q]
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { kron, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(kron(tensor([[1, 10]]))(tensor([[1, 2], [3, 4]]))), [[1, 10, 2, 20], [3, 30, 4, 40]])
 * @category linear algebra
 * @since 0.1.0
 */
export const kron =
  <B extends Shape>(b: Tensor<B>) =>
  <A extends Shape>(a: Tensor<A>): Tensor<Times<A, B>> => {
    const [left, right] = [asTensor('kron', a), asTensor('kron', b)]
    const rank = Math.max(dimsOf(left).length, dimsOf(right).length)
    const filled = (dims: Dims): Dims => [...Array.from({ length: rank - dims.length }, () => 1), ...dims]
    const [m, n] = [filled(dimsOf(left)), filled(dimsOf(right))]
    const apart = m.flatMap((own, axis) => [own, n[axis]!])
    const wide = op.broadcastTo(
      op.reshape(
        left,
        m.flatMap((own) => [own, 1])
      ),
      apart
    )
    const fine = op.reshape(
      right,
      n.flatMap((own) => [1, own])
    )
    return op.reshape(
      op.mul(wide, fine),
      m.map((own, axis) => own * n[axis]!)
    ) as never
  }
