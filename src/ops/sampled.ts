import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axisOf, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Check, Ok, Shape, Splice } from '../tensor/shape.ts'
import { dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'
import { block } from './block.ts'
import { listOperand } from './operand.ts'
import { axisKind, ofTensorOrOptions } from './reduction.ts'

/** Functions given by numbers: differences and integrals of samples, polynomials by their coefficients. */

const step = (x: Tensor, axis: number): Tensor => {
  const n = dimsOf(x)[axis]!
  return op.sub(block(x, axis, Math.min(1, n), n), block(x, axis, 0, Math.max(0, n - 1)))
}

const differences = (x: Tensor, axis: number, order: number): Tensor =>
  order === 0 ? x : differences(step(x, axis), axis, order - 1)

const diffFields = {
  /** The axis along which neighbours are; the last one when left out. */
  axis: [axisKind, -1],
  /** How often differences are taken; once when left out. */
  order: [kinds.index, 1]
} as const
const diffSettings = kinds.settings('diff', diffFields)

/**
 * The differences of neighbours along an axis, `x[i + 1] − x[i]`; of order 2 those of these, and so on.
 *
 * @shape x [...before, n, ...after] → [...before, n − order, ...after], at least 0
 * @throws AxisError when the axis is out of range, or `x` a scalar
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { diff, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(diff(tensor([1, 4, 9, 16]))), [3, 5, 7])
 * deepStrictEqual(toArray(diff({ order: 2 })(tensor([1, 4, 9, 16]))), [2, 2])
 * @category arithmetic
 * @since 0.1.0
 */
export const diff = ofTensorOrOptions(
  'diff',
  '{ order: 2 }',
  (x) => step(x, axisOf('diff', dimsOf(x), -1)),
  (given: kinds.Given<typeof diffFields>) => {
    const { axis, order } = diffSettings.read(given)
    return (data: unknown) => {
      const x = asTensor('diff', data)
      return differences(x, axisOf('diff', dimsOf(x), axis), order)
    }
  }
) as {
  <S extends Shape>(x: Tensor<S> & Check<Splice<S, -1, [number]>>): Tensor<Ok<Splice<S, -1, [number]>>>
  <const Ax extends number = -1>(settings: {
    readonly axis?: Ax
    readonly order?: number
  }): <S extends Shape>(x: Tensor<S> & Check<Splice<S, Ax, [number]>>) => Tensor<Ok<Splice<S, Ax, [number]>>>
}

const trapezoidFields = {
  /** The axis that is integrated over; the last one when left out. */
  axis: [axisKind, -1],
  /** The distance between samples, where they are equally far apart; 1 when left out. */
  dx: [kinds.finite, undefined],
  /** Where the samples are: a vector along the axis. */
  x: [kinds.kind<Tensor<Shape>>('a tensor', isTensor), undefined]
} as const
const trapezoidSettings = kinds.settings('trapezoid', trapezoidFields)

const half = op.constant(0.5)

const integral = (
  y: Tensor,
  axis: number,
  { dx, x }: { readonly dx?: number | undefined; readonly x?: unknown }
): Tensor => {
  const dims = dimsOf(y)
  const n = dims[axis]!
  const sums = op.add(block(y, axis, Math.min(1, n), n), block(y, axis, 0, Math.max(0, n - 1)))
  if (x === undefined) return op.mul(op.sum(sums, [axis], false), op.constant((dx ?? 1) / 2))
  const places = x as Tensor
  if (dx !== undefined) return fail('ValueError', 'trapezoid: give dx or x, not both')
  if (dimsOf(places).length !== 1 || dimsOf(places)[0] !== n)
    return fail(
      'ShapeError',
      `trapezoid: x must be a vector of ${n} numbers, one for each sample, got shape ${showDims(dimsOf(places))}`
    )
  const widths = op.reshape(
    op.mul(step(places, 0), half),
    dimsOf(sums).map((m, i) => (i === axis ? m : 1))
  )
  return op.sum(op.mul(sums, widths), [axis], false)
}

/** An integral along the last axis, or, given settings first, along any. @category arithmetic @since 0.1.0 */
export interface Trapezoid {
  <S extends Shape>(y: Tensor<S> & Check<Splice<S, -1, []>>): Tensor<Ok<Splice<S, -1, []>>>
  <const Ax extends number = -1>(settings: {
    readonly axis?: Ax
    readonly dx?: number
    readonly x?: Tensor<[number]>
  }): <S extends Shape>(y: Tensor<S> & Check<Splice<S, Ax, []>>) => Tensor<Ok<Splice<S, Ax, []>>>
}

/**
 * The integral of samples along an axis, by the trapezoidal rule: `Σ (x[i + 1] − x[i]) · (y[i] + y[i + 1]) / 2`. The samples are
 * `dx` apart, or at the places `x`, by which it is differentiated too. That of fewer than two samples is 0.
 *
 * @shape y S → S without the axis
 * @throws AxisError when the axis is out of range, or `y` a scalar
 * @throws ShapeError when `x` is not a vector with one place for each sample
 * @throws ValueError when both `dx` and `x` are given
 * @example
 * import { strictEqual } from 'assert'
 * import { tensor, toNumber, trapezoid } from 'grad-ts'
 *
 * strictEqual(toNumber(trapezoid(tensor([1, 3, 5]))), 6)
 * strictEqual(toNumber(trapezoid({ x: tensor([0, 1, 4]) })(tensor([1, 3, 5]))), 14)
 * @category arithmetic
 * @since 0.1.0
 */
export const trapezoid: Trapezoid = ofTensorOrOptions(
  'trapezoid',
  '{ dx: 0.1 }',
  (y) => integral(y, axisOf('trapezoid', dimsOf(y), -1), {}),
  (given: kinds.Given<typeof trapezoidFields>) => {
    const { axis, ...places } = trapezoidSettings.read(given)
    return (data: unknown) => {
      const y = asTensor('trapezoid', data)
      return integral(y, axisOf('trapezoid', dimsOf(y), axis), places)
    }
  }
) as Trapezoid

/**
 * A polynomial at each element of `x`, by Horner's rule: `polyval([a, b, c])(x)` is `a x² + b x + c`, the highest power first,
 * as in NumPy. It is differentiated by the coefficients too, where they are a tensor; without any it is 0.
 *
 * @shape coefficients [n], x S → S
 * @throws ShapeError when the coefficients are not a vector
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { polyval, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(polyval([2, 0, 1])(tensor([0, 1, 3]))), [1, 3, 19])
 * @category arithmetic
 * @since 0.1.0
 */
export const polyval = (coefficients: ArrayLike<number> | Tensor<[number]>) => {
  const list = listOperand('polyval: coefficients', coefficients)
  const dims = dimsOf(list)
  if (dims.length !== 1)
    return fail('ShapeError', `polyval: needs a vector of coefficients, got shape ${showDims(dims)}`)
  const each = Array.from({ length: dims[0]! }, (_, i) => op.reshape(op.slice(list, [i], [i + 1]), []))
  return <S extends Shape>(x: Tensor<S>): Tensor<S> => {
    const given = asTensor('polyval', x)
    const [first = op.constant(0), ...rest] = each
    const start = op.broadcastTo(first, dimsOf(given))
    return rest.reduce((sum, coefficient) => op.add(op.mul(sum, given), coefficient), start) as never
  }
}
