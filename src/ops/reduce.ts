import { tensors as op } from '../tape/algebra.ts'
import { axesOf, axisOf, type Dims, reducedDims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { asRecord, asTensor } from '../tensor/given.ts'
import type { Check, Ok, Reduce, Shape } from '../tensor/shape.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import type { Pointwise } from './pointwise.ts'
import { rootOf, scaleOf } from './scale.ts'

/** Reductions. `sum` and its kin take everything; `sumOver` and its kin take axes. */

/** What reducing over axes may be told. @category reduction @since 0.1.0 */
export interface ReduceOptions<K extends boolean = boolean> {
  /** Keep the reduced axes, with length 1, so that the result broadcasts against the input. */
  readonly keepDims?: K
}

/** A reduction over chosen axes. @category reduction @since 0.1.0 */
export type Over = <const Ax extends number | readonly number[], const K extends boolean = false>(
  axes: Ax,
  options?: ReduceOptions<K>
) => <S extends Shape>(x: Tensor<S> & Check<Reduce<S, Ax, K>>) => Tensor<Ok<Reduce<S, Ax, K>>>

/** A reduction of everything to one number. @category reduction @since 0.1.0 */
export type Whole = (x: Tensor<Shape>) => Scalar

type Reducer = (x: Tensor, axes: readonly number[], keepDims: boolean) => Tensor

const allAxes = (x: Tensor): readonly number[] => dimsOf(x).map((_, i) => i)
const whole =
  (what: string, f: Reducer): Whole =>
  (x) => {
    const given = asTensor(what, x)
    return f(given, allAxes(given), false) as unknown as Scalar
  }
const over = (what: string, f: Reducer): Over =>
  ((axes: number | readonly number[], options: ReduceOptions = {}) => {
    const keepDims = keepsDims(what, options)
    return (x: Tensor) => {
      const given = asTensor(what, x)
      return f(given, axesOf(what, dimsOf(given), axes), keepDims)
    }
  }) as unknown as Over

/** A bare `true`, as other libraries take, would otherwise be ignored. */
const keepsDims = (what: string, options: ReduceOptions): boolean => {
  const { keepDims = false } = asRecord(what, 'options such as { keepDims: true }', options)
  return typeof keepDims === 'boolean'
    ? keepDims
    : fail('ValueError', `${what}: keepDims must be true or false, got ${showGiven(keepDims)}`)
}

const countOver = (what: string, dims: Dims, axes: readonly number[]): number => {
  const count = sizeOf(axes.map((axis) => dims[axis]!))
  return count === 0 ? fail('ShapeError', `${what}: nothing to take it of: shape ${showDims(dims)} is empty`) : count
}

const meanOf =
  (what: string): Reducer =>
  (x, axes, keepDims) =>
    op.div(op.sum(x, axes, keepDims), op.constant(countOver(what, dimsOf(x), axes)))

/** `Σ (x − mean)² / (n − correction)`. */
const varianceOf =
  (what: string, correction: number): Reducer =>
  (x, axes, keepDims) => {
    const n = countOver(what, dimsOf(x), axes) - correction
    if (n <= 0)
      return fail('ValueError', `${what}: ${n + correction} values with correction ${correction} have no variance`)
    const centred = op.sub(x, meanOf(what)(x, axes, true))
    return op.div(op.sum(op.square(centred), axes, keepDims), op.constant(n))
  }

/** `√Σ x²`, scaled so that no square overflows or vanishes. */
const normOf: Reducer = (x, axes, keepDims) => {
  const dims = dimsOf(x)
  if (sizeOf(dims) === 0) return op.sum(x, axes, keepDims)
  const scale = scaleOf(op.max(op.abs(op.stopGradient(x)), axes, true))
  const norm = op.mul(rootOf(op.sum(op.square(op.div(x, scale)), axes, true)), scale)
  return keepDims ? norm : op.reshape(norm, reducedDims(dims, axes, false))
}

/** The norm of what is left when the mean is taken off, over the root of the number of elements. */
const stdOf =
  (what: string): Reducer =>
  (x, axes, keepDims) => {
    const count = countOver(what, dimsOf(x), axes)
    const centred = op.sub(x, meanOf(what)(x, axes, true))
    return op.div(normOf(centred, axes, keepDims), op.constant(Math.sqrt(count)))
  }

/** −max(−x). */
const minOf =
  (what: string): Reducer =>
  (x, axes, keepDims) => {
    countOver(what, dimsOf(x), axes)
    return op.neg(op.max(op.neg(x), axes, keepDims))
  }

/**
 * The sum of all elements; 0 for none.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import { sum, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(sum(tensor([[1, 2], [3, 4]]))), 10)
 * @category reduction
 * @since 0.1.0
 */
export const sum: Whole = whole('sum', op.sum)
/**
 * Sums over one axis or several; negative axes count from the end.
 *
 * @throws AxisError when there is no such axis, or one is named twice
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { sumOver, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(sumOver(0)(tensor([[1, 2], [3, 4]]))), [4, 6])
 * deepStrictEqual(toArray(sumOver(1, { keepDims: true })(tensor([[1, 2], [3, 4]]))), [[3], [7]])
 * @category reduction
 * @since 0.1.0
 */
export const sumOver: Over = over('sumOver', op.sum)

/** The mean of all elements. @throws ShapeError when there are none @category reduction @since 0.1.0 */
export const mean: Whole = whole('mean', meanOf('mean'))
/** Means over axes. @throws ShapeError when an axis is empty @category reduction @since 0.1.0 */
export const meanOver: Over = over('meanOver', meanOf('meanOver'))

/** The largest element; several share the derivative equally. @throws ShapeError when there are none @category reduction @since 0.1.0 */
export const max: Whole = whole('max', op.max)
/** Largest elements over axes; several share the derivative equally. @throws ShapeError when an axis is empty @category reduction @since 0.1.0 */
export const maxOver: Over = over('maxOver', op.max)
/** The smallest element; several share the derivative equally. @throws ShapeError when there are none @category reduction @since 0.1.0 */
export const min: Whole = whole('min', minOf('min'))
/** Smallest elements over axes. @throws ShapeError when an axis is empty @category reduction @since 0.1.0 */
export const minOver: Over = over('minOver', minOf('minOver'))

/**
 * The variance of all elements, divided by their number (not by one less).
 *
 * @throws ShapeError when there are none
 * @category reduction
 * @since 0.1.0
 */
export const variance: Whole = whole('variance', varianceOf('variance', 0))
/** Variances over axes, divided by the number of elements. @category reduction @since 0.1.0 */
export const varianceOver: Over = over('varianceOver', varianceOf('varianceOver', 0))
/**
 * The standard deviation of all elements: the root of `variance`, though no square overflows or vanishes on the way. Its
 * derivative is 0 where all are equal, and its second derivative NaN, as there is none.
 *
 * @category reduction
 * @since 0.1.0
 */
export const std: Whole = whole('std', stdOf('std'))
/** Standard deviations over axes. @category reduction @since 0.1.0 */
export const stdOver: Over = over('stdOver', stdOf('stdOver'))

/**
 * The Euclidean (Frobenius) norm, of numbers of any size: no square overflows or vanishes on the way. Its derivative at 0
 * is 0, and its second derivative there is NaN, as there is none.
 *
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { norm, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(norm(tensor([3, 4]))), 5)
 * ok(Math.abs(toNumber(norm(tensor([3e200, 4e200]))) / 5e200 - 1) < 1e-15)
 * @category reduction
 * @since 0.1.0
 */
export const norm: Whole = whole('norm', normOf)
/** Euclidean norms over axes. @category reduction @since 0.1.0 */
export const normOver: Over = over('normOver', normOf)

/** Works along one axis. */
const along = (what: string, axis: number, f: (x: Tensor, axis: number) => Tensor): ((x: unknown) => Tensor) =>
  ({
    [what]: (x: unknown): Tensor => {
      const given = asTensor(what, x)
      return f(given, axisOf(what, dimsOf(given), axis))
    }
  })[what]!

/**
 * Softmax along an axis: `eˣ / Σ eˣ`, shares that add up to 1. A logit of −∞ gets 0, one of +∞ everything.
 *
 * @throws ShapeError when the axis is empty
 * @category activations
 * @since 0.1.0
 */
export const softmaxOver = (axis: number): Pointwise => along('softmax', axis, op.softmax) as unknown as Pointwise
/**
 * Softmax along the last axis: an activation for class probabilities. Beside a cross-entropy prefer the loss that takes
 * logits.
 *
 * @shape x [..., classes] → [..., classes]
 * @throws AxisError for a scalar
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { softmax, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(softmax(tensor([0, 0]))), [0.5, 0.5])
 * @category activations
 * @since 0.1.0
 */
export const softmax: Pointwise = softmaxOver(-1)

/** The logarithm of softmax along an axis, stable. @category activations @since 0.1.0 */
export const logSoftmaxOver = (axis: number): Pointwise =>
  along('logSoftmax', axis, op.logSoftmax) as unknown as Pointwise
/** The logarithm of softmax along the last axis, stable. @category activations @since 0.1.0 */
export const logSoftmax: Pointwise = logSoftmaxOver(-1)

/** Several axes are brought together as one, since the operation works along one. */
const logSumExpOf: Reducer = (x, axes, keepDims) => {
  const dims = dimsOf(x)
  const rest = dims.flatMap((_, i) => (axes.includes(i) ? [] : [i]))
  const together = op.reshape(op.permute(x, [...rest, ...axes]), [
    ...rest.map((i) => dims[i]!),
    sizeOf(axes.map((i) => dims[i]!))
  ])
  return op.reshape(op.logSumExp(together, rest.length), reducedDims(dims, axes, keepDims))
}

/**
 * `log Σ eˣ` over all elements, never overflowing.
 *
 * @throws ShapeError when there are none
 * @example
 * import { strictEqual } from 'assert'
 * import { logSumExp, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(logSumExp(tensor([1000, 1000]))), 1000 + Math.log(2))
 * @category reduction
 * @since 0.1.0
 */
export const logSumExp: Whole = whole('logSumExp', logSumExpOf)
/** `log Σ eˣ` over axes. @category reduction @since 0.1.0 */
export const logSumExpOver: Over = over('logSumExpOver', logSumExpOf)

/**
 * The index of the largest element along an axis, the first of equals; not differentiable.
 *
 * @throws ShapeError when the axis is empty
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { argmaxOver, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(argmaxOver(1)(tensor([[1, 5, 2], [7, 0, 7]]))), [1, 0])
 * @category reduction
 * @since 0.1.0
 */
export const argmaxOver =
  <const Ax extends number>(axis: Ax) =>
  <S extends Shape>(x: Tensor<S> & Check<Reduce<S, Ax, false>>): Tensor<Ok<Reduce<S, Ax, false>>> =>
    along('argmaxOver', axis, op.argmax)(x) as never

/** The row-major index of the largest of all elements, the first of equals. @category reduction @since 0.1.0 */
export const argmax: Whole = whole('argmax', (x) => op.argmax(op.reshape(x, [sizeOf(dimsOf(x))]), 0))
