import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { block } from './block.ts'
import { along, axisKind, ofTensorOrOptions } from './reduction.ts'
import { elementsAlong } from './moveAxis.ts'

/** Running reductions along an axis. */

/** Options of a running reduction. @category cumulative @since 0.1.0 */
export interface CumulativeOptions {
  /** The axis, a negative one counted from the end; the last one when left out. */
  readonly axis?: number
  /** From the last element to the first (false). */
  readonly reverse?: boolean
  /** Of the elements before each one, without itself (false). */
  readonly exclusive?: boolean
}

/**
 * A running reduction, of each element and all before it: along the last axis, or, given options first, along any:
 * `cumsum(x)`, `cumsum({ axis: 0, reverse: true })(x)`.
 *
 * @category cumulative
 * @since 0.1.0
 */
export interface Cumulative {
  (options: CumulativeOptions): <S extends Shape>(x: Tensor<S>) => Tensor<S>
  <S extends Shape>(x: Tensor<S>): Tensor<S>
}

const zero = op.constant(0)
const one = op.constant(1)
const lowest = op.constant(-Infinity)

/** Along an axis, or against it. */
interface Way {
  readonly axis: number
  readonly reverse: boolean
}

/** A part of the lines, counted from where they begin. */
const part = (x: Tensor, { axis, reverse }: Way, from: number, to: number): Tensor => {
  const n = dimsOf(x)[axis]!
  return reverse ? block(x, axis, n - to, n - from) : block(x, axis, from, to)
}

const lengthOf = (x: Tensor, { axis }: Way): number => dimsOf(x)[axis]!

/** Each element moved one place on, behind a first one. */
const behind = (first: Tensor, x: Tensor, way: Way): Tensor => {
  const rest = part(x, way, 0, lengthOf(x, way) - 1)
  return op.concat(way.reverse ? [rest, first] : [first, rest], way.axis)
}

/** `none` is what is reduced of no element. */
const cumulative = (what: string, none: number, f: (x: Tensor, way: Way) => Tensor): Cumulative => {
  const settings = kinds.settings(what, {
    axis: [axisKind, -1],
    reverse: [kinds.yesOrNo, false],
    exclusive: [kinds.yesOrNo, false]
  })
  const running = ({ axis, reverse, exclusive }: Required<CumulativeOptions>) =>
    along(what, axis, (x, own) => {
      const way = { axis: own, reverse }
      if (lengthOf(x, way) === 0) return x
      const dims = dimsOf(x).map((n, i) => (i === own ? 1 : n))
      return f(exclusive ? behind(op.broadcastTo(op.constant(none), dims), x, way) : x, way)
    })
  return ofTensorOrOptions(
    what,
    '{ axis: 0 }',
    running({ axis: -1, reverse: false, exclusive: false }),
    (options: CumulativeOptions) => running(settings.read(options))
  ) as Cumulative
}

/** The first element of each line, and −0, which changes no sum, for the others. */
const firstAlone = (x: Tensor, way: Way): Tensor => {
  const dims = dimsOf(x)
  const starts = dims.map((n, i) => (i === way.axis && way.reverse ? n - 1 : 0))
  return op.neg(op.pad(op.neg(part(x, way, 0, 1)), starts, dims))
}

const largestSoFar = (x: Tensor, { axis, reverse }: Way): Tensor =>
  elementsAlong(x, op.cumArgmax(x, axis, reverse), axis)

/**
 * `m + log1p(r)` of the largest so far, `m`, and the sum `r` of all other exponentials, from which the largest is taken off, so
 * that none overflows, and which keeps its digits where it is small. A new largest makes the one before one of the others.
 */
const logSumExpSoFar = (x: Tensor, way: Way): Tensor => {
  const largest = op.stopGradient(largestSoFar(x, way))
  const before = behind(op.broadcastTo(lowest, dimsOf(x).with(way.axis, 1)), largest, way)
  const isFinite = op.greater(op.constant(Infinity), op.abs(largest))
  const distance = op.sub(x, op.where(isFinite, largest, zero))
  const isNew = op.greater(largest, before)
  const scale = op.where(isNew, op.exp(op.sub(before, largest)), one)
  // the largest itself is 1 + expm1(0), for its derivative
  const terms = op.where(isNew, op.add(scale, op.expm1(distance)), op.exp(distance))
  const rest = op.linearRecurrence(scale, terms, way.axis, way.reverse, false)
  const isNothing = op.equal(largest, lowest)
  return op.where(
    isNothing,
    lowest,
    op.add(op.where(isFinite, largest, zero), op.log1p(op.where(isNothing, zero, rest)))
  )
}

/**
 * Running sums, one after another as in NumPy. Linear: the transpose is the running sum in the other direction.
 *
 * @shape x S → S
 * @throws AxisError when there is no such axis, as for a scalar
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { cumsum, grad, mul, sum, tensor, toArray, type Vec } from 'grad-ts'
 *
 * const x = tensor([1, 2, 3])
 * deepStrictEqual(toArray(cumsum(x)), [1, 3, 6])
 * deepStrictEqual(toArray(cumsum({ reverse: true })(x)), [6, 5, 3])
 * deepStrictEqual(toArray(cumsum({ exclusive: true })(x)), [0, 1, 3])
 * deepStrictEqual(toArray(grad((v: Vec<3>) => sum(mul(x)(cumsum(v))))(x)), [6, 5, 3])
 * @category cumulative
 * @since 0.1.0
 */
export const cumsum: Cumulative = cumulative('cumsum', 0, (x, { axis, reverse }) =>
  op.linearRecurrence(op.broadcastTo(one, dimsOf(x)), x, axis, reverse, false)
)

/**
 * Running products. Its derivatives are products of the others, exact where elements are 0.
 *
 * @shape x S → S
 * @throws AxisError when there is no such axis, as for a scalar
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { cumprod, grad, sum, tensor, toArray, type Vec } from 'grad-ts'
 *
 * deepStrictEqual(toArray(cumprod({ axis: 0 })(tensor([[1, 2], [3, 4]]))), [[1, 2], [3, 8]])
 * deepStrictEqual(toArray(grad((v: Vec<3>) => sum(cumprod(v)))(tensor([2, 0, 3]))), [1, 8, 0])
 * @category cumulative
 * @since 0.1.0
 */
export const cumprod: Cumulative = cumulative('cumprod', 1, (x, way) =>
  op.linearRecurrence(x, firstAlone(x, way), way.axis, way.reverse, false)
)

/**
 * The largest so far; NaN from the first NaN on. Of equal numbers the first one met has the derivative.
 *
 * @shape x S → S
 * @throws AxisError when there is no such axis, as for a scalar
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { cumMax, grad, sum, tensor, toArray, type Vec } from 'grad-ts'
 *
 * deepStrictEqual(toArray(cumMax(tensor([1, 3, 3, 2, 5]))), [1, 3, 3, 3, 5])
 * deepStrictEqual(toArray(grad((v: Vec<5>) => sum(cumMax(v)))(tensor([1, 3, 3, 2, 5]))), [1, 3, 0, 0, 1])
 * @category cumulative
 * @since 0.1.0
 */
export const cumMax: Cumulative = cumulative('cumMax', -Infinity, largestSoFar)

/**
 * The smallest so far; NaN from the first NaN on. Of equal numbers the first one met has the derivative.
 *
 * @shape x S → S
 * @throws AxisError when there is no such axis, as for a scalar
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { cumMin, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(cumMin({ reverse: true })(tensor([1, 3, 2, 5]))), [1, 2, 2, 5])
 * @category cumulative
 * @since 0.1.0
 */
export const cumMin: Cumulative = cumulative('cumMin', Infinity, (x, way) => op.neg(largestSoFar(op.neg(x), way)))

/**
 * `log Σ eˣ` of each element and all before it, never overflowing, however far apart they are. While all are −∞ it is −∞,
 * with derivative 0; from +∞ on it is +∞, with a derivative that may be NaN.
 *
 * @shape x S → S
 * @throws AxisError when there is no such axis, as for a scalar
 * @see Milakov, Gimelshein, Online normalizer calculation for softmax (2018)
 * @example
 * import { ok } from 'assert'
 * import { cumLogSumExp, tensor, toArray } from 'grad-ts'
 *
 * const [first = 0, second = 0, third = 0] = toArray(cumLogSumExp(tensor([-1000, -1000, 1000])))
 * ok(first === -1000 && third === 1000)
 * ok(Math.abs(second - (Math.log(2) - 1000)) < 1e-12)
 * @category cumulative
 * @since 0.1.0
 */
export const cumLogSumExp: Cumulative = cumulative('cumLogSumExp', -Infinity, logSumExpSoFar)
