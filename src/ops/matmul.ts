import { tensors as op } from '../tape/algebra.ts'
import { broadcastBoth, type Dims, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Check, MatMul, Ok, Shape } from '../tensor/shape.ts'
import { dimsOf, type Scalar, type Tensor, type Vec } from '../tensor/tensor.ts'

/** Matrix products by NumPy's rules, put together from the primitive and reshapes. */

const product = (a: Tensor, b: Tensor): Tensor => {
  const left = dimsOf(a)
  const right = dimsOf(b)
  const what = (): string => `left ${showDims(left)}, right ${showDims(right)}`
  if (left.length === 0 || right.length === 0)
    return fail('ShapeError', `matmul: ${what()}: a scalar has no rows; use mul`)
  const [inner, outer] = [left[left.length - 1]!, right[Math.max(0, right.length - 2)]!]
  if (inner !== outer)
    return fail(
      'ShapeError',
      `matmul: inner sizes differ: ${what()} (${inner} against ${outer}); check the layer's inputs`
    )
  if (left.length === 2 && right.length === 2) return op.matmul(a, b)
  if (left.length === 1) {
    const row = product(op.reshape(a, [1, inner]), right.length === 1 ? op.reshape(b, [inner, 1]) : b)
    const dims = dimsOf(row)
    return op.reshape(row, right.length === 1 ? [] : [...dims.slice(0, -2), dims[dims.length - 1]!])
  }
  if (right.length === 1) {
    const column = product(a, op.reshape(b, [inner, 1]))
    return op.reshape(column, dimsOf(column).slice(0, -1))
  }
  const [leftBatch, rightBatch] = [left.slice(0, -2), right.slice(0, -2)]
  const [m, n] = [left[left.length - 2]!, right[right.length - 1]!]
  // one matrix for the whole batch: its rows are one long left operand
  if (rightBatch.length === 0)
    return op.reshape(op.matmul(op.reshape(a, [sizeOf(leftBatch) * m, inner]), b), [...leftBatch, m, n])
  const batch = broadcastBoth(leftBatch, rightBatch)
  if (batch === undefined) return fail('ShapeError', `matmul: ${what()}: the batch dimensions do not broadcast`)
  const spread = (x: Tensor, dims: Dims): Tensor => (sameDims(dimsOf(x), dims) ? x : op.broadcastTo(x, dims))
  return op.matmul(spread(a, [...batch, m, inner]), spread(b, [...batch, inner, n]))
}

/**
 * The matrix product, data on the left: `pipe(x, matmul(w))` is `x · w`. Vectors and batches follow NumPy's rules.
 *
 * @shape x [...batch, m, k], w [...batch, k, n] → [...batch, m, n]; a vector is a row on the left, a column on the right
 * @throws ShapeError when the inner sizes differ, an operand is a scalar, or batches do not broadcast
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { matmul, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(pipe(tensor([[1, 2]]), matmul(tensor([[3], [4]])), toArray), [[11]])
 * @category linear algebra
 * @since 0.1.0
 */
export const matmul = <B extends Shape>(w: Tensor<B>) => {
  const right = asTensor('matmul', w)
  return <A extends Shape>(x: Tensor<A> & Check<MatMul<A, B>>): Tensor<Ok<MatMul<A, B>>> =>
    product(asTensor('matmul', x), right) as unknown as Tensor<Ok<MatMul<A, B>>>
}

/**
 * The inner product of two vectors of one length.
 *
 * @shape a [n], b [n] → []
 * @throws ShapeError when they are not vectors of one length
 * @example
 * import { strictEqual } from 'assert'
 * import { dot, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(dot(tensor([1, 2]))(tensor([3, 4]))), 11)
 * @category linear algebra
 * @since 0.1.0
 */
export const dot =
  <N extends number>(b: Vec<N>) =>
  (a: Vec<N>): Scalar => {
    const [left, right] = [asTensor('dot', a), asTensor('dot', b)]
    return dimsOf(left).length === 1 && sameDims(dimsOf(left), dimsOf(right))
      ? (op.sum(op.mul(left, right), [0], false) as unknown as Scalar)
      : fail(
          'ShapeError',
          `dot: needs two vectors of one length, got ${showDims(dimsOf(left))} and ${showDims(dimsOf(right))}`
        )
  }
