import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axisOf, type Dims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { axisKind } from './reduction.ts'
import { elementsAlong } from './moveAxis.ts'

/** Options of `searchsorted`. @category order @since 0.1.0 */
export interface SearchsortedOptions {
  /** Before elements that are equal to the value, or behind them (left). */
  readonly side?: 'left' | 'right'
  /** The axis of sorted lines, a negative one counted from the end; the last one when left out. */
  readonly axis?: number
}

const settings = kinds.settings('searchsorted', {
  side: [kinds.oneOf('left', 'right'), 'left'],
  axis: [axisKind, -1]
})

const zero = op.constant(0)
const one = op.constant(1)

const isNumber = (x: Tensor): Tensor => op.equal(x, x)

/** Whether `a` is less than `b`, NaN above all numbers. */
const isBelow = (a: Tensor, b: Tensor): Tensor => op.where(isNumber(b), op.greater(b, a), isNumber(a))

/** The powers of two up to a number, from the largest on. */
const powersUpTo = (n: number): readonly number[] => (n < 1 ? [] : [...powersUpTo(n / 2).map((p) => 2 * p), 1])

/** For each value how many of the sorted elements come before it, by bisection: `elementAt` gives those at indices. */
const bisected = (values: Tensor, n: number, side: 'left' | 'right', elementAt: (indices: Tensor) => Tensor): Tensor =>
  powersUpTo(n).reduce(
    (count, step) => {
      const more = op.add(count, op.constant(step))
      const element = elementAt(op.sub(op.minimum(more, op.constant(n)), one))
      const isBefore = side === 'left' ? isBelow(element, values) : op.equal(isBelow(values, element), zero)
      const goesOn = op.mul(isBefore, op.greaterEqual(op.constant(n), more))
      return op.where(goesOn, more, count)
    },
    op.broadcastTo(zero, dimsOf(values))
  )

const offAxis = (dims: Dims, axis: number): string => dims.with(axis, 1).join()

/**
 * Where values would be inserted into sorted ones to keep the order: how many are less, or, for `side: 'right'`, not greater.
 * The sorted ones are a vector, for values of any shape, or lines along an axis, for values of the same shape off that axis.
 * Whether they are sorted is not checked; NaN is larger than all numbers. Not differentiable.
 *
 * @shape sorted [n], values S → S; sorted [...A, n], values [...A, m] → [...A, m]
 * @throws AxisError when there is no such axis
 * @throws ShapeError when the sorted ones are a scalar, or the shapes differ off the axis
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { searchsorted, tensor, toArray } from 'grad-ts'
 *
 * const edges = tensor([0, 1, 1, 2])
 * deepStrictEqual(toArray(searchsorted(edges)(tensor([1, -5, 1.5, 9]))), [1, 0, 3, 4])
 * deepStrictEqual(toArray(searchsorted(edges, { side: 'right' })(tensor([1, 2]))), [3, 4])
 * @category order
 * @since 0.1.0
 */
export const searchsorted = (sorted: Tensor<Shape>, options: SearchsortedOptions = {}) => {
  const lines = op.stopGradient(asTensor('searchsorted: the sorted ones', sorted))
  const { side, axis } = settings.read(options)
  const dims = dimsOf(lines)
  const own = axisOf('searchsorted', dims, axis)
  const n = dims[own]!
  return <S extends Shape>(values: Tensor<S>): Tensor<S> => {
    const given = op.stopGradient(asTensor('searchsorted', values))
    const shape = dimsOf(given)
    if (dims.length === 1) {
      const flat = op.reshape(given, [sizeOf(shape)])
      return op.reshape(
        bisected(flat, n, side, (indices) => op.gather(lines, indices)),
        shape
      ) as never
    }
    return shape.length === dims.length && offAxis(shape, own) === offAxis(dims, own)
      ? (bisected(given, n, side, (indices) => elementsAlong(lines, indices, own)) as never)
      : fail(
          'ShapeError',
          `searchsorted: values of shape ${showDims(shape)} differ from ${showDims(dims)} off axis ${own}`
        )
  }
}
