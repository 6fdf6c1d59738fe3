import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axisOf, broadcastsTo, type Dims, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { BroadcastsTo, Check, Ok, Shape, Splice } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { moveAxis, reshaped } from './moveAxis.ts'
import { listOperand, operand } from './operand.ts'
import { axisKind } from './reduction.ts'

/** Writing to places along an axis, which is what `take` reads; sums by segment. */

/** Writes along an axis, see {@link scatterAdd}. @category structure @since 0.1.0 */
export type Scattering = <const Ax extends number>(settings: {
  /** The axis along which the indices count; a negative one counts from the end. */
  readonly axis: Ax
}) => <I extends Shape = [number], U extends Shape = []>(
  indices: ArrayLike<number> | Tensor<I>,
  updates: number | Tensor<U>
) => <S extends Shape>(x: Tensor<S> & Check<Splice<S, Ax, I>> & BroadcastsTo<U, Ok<Splice<S, Ax, I>>>) => Tensor<S>

/** Rows of `x`, and the updates of some of them: one for each index. */
type Write = (x: Tensor, indices: Tensor, updates: Tensor) => Tensor

const scattering = (what: string, write: Write): Scattering => {
  const read = kinds.settings(what, { axis: axisKind })
  return ((settings: { readonly axis: number }) => {
    const { axis } = read.read(settings)
    return (indices: ArrayLike<number> | Tensor, updates: number | Tensor) => {
      const places = listOperand(`${what}: indices`, indices)
      const shape = dimsOf(places)
      const flat = reshaped(places, [sizeOf(shape)])
      const values = operand(`${what}: updates`, updates)
      return (x: Tensor): Tensor => {
        const given = asTensor(what, x)
        const dims = dimsOf(given)
        const at = axisOf(what, dims, axis)
        const [before, after] = [dims.slice(0, at), dims.slice(at + 1)]
        const wide = spread(what, values, [...before, ...shape, ...after])
        const rows = reshaped(wide, [...before, sizeOf(shape), ...after])
        return moveAxis(write(moveAxis(given, at, 0), flat, moveAxis(rows, at, 0)), 0, at)
      }
    }
  }) as unknown as Scattering
}

const spread = (what: string, x: Tensor, dims: Dims): Tensor =>
  sameDims(dimsOf(x), dims)
    ? x
    : broadcastsTo(dimsOf(x), dims)
      ? op.broadcastTo(x, dims)
      : fail('ShapeError', `${what}: updates of shape ${showDims(dimsOf(x))} do not broadcast to ${showDims(dims)}`)

/**
 * Adds updates at places along an axis: JAX's `x.at[indices].add(updates)`. What is added to one place more than once counts
 * as often. The indices are an array or a tensor of any rank, and not differentiable; a negative one is refused. It is the
 * transpose of `take`.
 *
 * @shape x [...before, n, ...after], indices I, updates that broadcast to [...before, ...I, ...after] → the shape of x
 * @throws AxisError when the axis is out of range
 * @throws ShapeError when the updates do not broadcast
 * @throws IndexError when an index is not a whole number from 0 to n − 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { scatterAdd, tensor, toArray, zeros } from 'grad-ts'
 *
 * deepStrictEqual(toArray(scatterAdd({ axis: 0 })([2, 0, 2], tensor([1, 2, 3]))(zeros([3]))), [2, 0, 4])
 * deepStrictEqual(toArray(scatterAdd({ axis: 1 })([0], 10)(tensor([[1, 2], [3, 4]]))), [[11, 2], [13, 4]])
 * @category structure
 * @since 0.1.0
 */
export const scatterAdd: Scattering = scattering('scatterAdd', (x, indices, updates) =>
  op.add(x, op.scatterAdd(updates, indices, dimsOf(x)[0]!))
)

/**
 * Writes updates to places along an axis, in the stead of what is there: JAX's `x.at[indices].set(updates)`. Of updates of one
 * place the last counts; what is overwritten has derivative 0. The indices are an array or a tensor of any rank, and not
 * differentiable; a negative one is refused.
 *
 * @shape x [...before, n, ...after], indices I, updates that broadcast to [...before, ...I, ...after] → the shape of x
 * @throws AxisError when the axis is out of range
 * @throws ShapeError when the updates do not broadcast
 * @throws IndexError when an index is not a whole number from 0 to n − 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { scatterSet, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(scatterSet({ axis: 0 })([2, 0, 2], tensor([1, 2, 3]))(tensor([7, 8, 9]))), [2, 8, 3])
 * @category structure
 * @since 0.1.0
 */
export const scatterSet: Scattering = scattering('scatterSet', (x, indices, updates) => {
  const dims = dimsOf(x)
  if (dimsOf(indices)[0] === 0) return x
  const last = op.lastAt(indices, dims[0]!, 'scatterSet')
  const rows = op.gather(updates, op.maximum(op.sub(last, one), zero))
  const isWritten = op.greater(last, zero)
  return op.where(reshaped(isWritten, [dims[0]!, ...dims.slice(1).map(() => 1)]), rows, x)
})

const zero = op.constant(0)
const one = op.constant(1)

/**
 * Sums of the rows of each segment: row `i` counts to segment `segments[i]` of `count`; a segment without rows is 0. The
 * number of segments is fixed, so that shapes are known in programs; the segments are not differentiable.
 *
 * @shape x [n, ...S], segments [n] → [count, ...S]
 * @throws ValueError when `count` is not a whole number of at least 0
 * @throws ShapeError when there is not one segment for each row
 * @throws IndexError when a segment is not a whole number from 0 to `count − 1`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { segmentSum, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(segmentSum(3)([0, 2, 0])(tensor([1, 2, 3]))), [4, 0, 2])
 * @category structure
 * @since 0.1.0
 */
export const segmentSum = <const C extends number>(count: C) => {
  kinds.mustBe(kinds.count, 'segmentSum: count', count)
  return <N extends number = number>(segments: ArrayLike<number> | Tensor<[N]>) => {
    const places = listOperand('segmentSum: segments', segments)
    return <R extends Shape>(x: Tensor<[N, ...R]>): Tensor<[C, ...R]> => {
      const given = asTensor('segmentSum', x)
      const [shape, dims] = [dimsOf(places), dimsOf(given)]
      return shape.length === 1 && dims[0] === shape[0]
        ? (op.scatterAdd(given, places, count, 'segmentSum') as never)
        : fail('ShapeError', `segmentSum: needs one segment for each row of ${showDims(dims)}, got ${showDims(shape)}`)
    }
  }
}
