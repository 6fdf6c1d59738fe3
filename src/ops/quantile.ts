import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { type Dims, reducedDims } from '../tensor/dims.ts'
import type { BroadcastsTo, Check, Ok, Reduce, Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { kept, type Mask } from './mask.ts'
import {
  countOver,
  reduced,
  type ReducedAxes,
  type Reducers,
  reduceSettings,
  reduction,
  type Reduction,
  type ReduceOptions,
  together
} from './reduction.ts'
import { elementsAlong, inOrder } from './moveAxis.ts'

/** Quantiles, with linear interpolation between the two nearest elements. */

const zero = op.constant(0)
const one = op.constant(1)
const nan = op.constant(NaN)

/** The point that is a share `t` of the way from `a` to `b`: `a` itself where they are equal, and finite where both are. */
const between = (a: Tensor, b: Tensor, t: Tensor): Tensor => {
  const way = op.sub(op.mul(b, t), op.mul(a, t))
  const isFinite = op.greater(op.constant(Infinity), op.abs(way))
  return op.where(isFinite, op.add(a, way), op.add(op.mul(a, op.sub(one, t)), op.mul(b, t)))
}

/** Lines of which quantiles are taken: `at` gives the elements at places in order. */
interface Lines {
  readonly at: (places: Tensor) => Tensor
  /** 1 for a line that has a NaN. */
  readonly hasNaN: Tensor
  /** The last place of each line, 0 for a line of none. */
  readonly last: Tensor
}

const linesOf = (x: Tensor, axis: number): Lines => {
  const dims = dimsOf(x).with(axis, 1)
  const sorted = inOrder(x, axis, false)
  return {
    at: (places) => elementsAlong(sorted, places, axis),
    hasNaN: op.sum(op.equal(op.equal(x, x), zero), [axis], true),
    last: op.broadcastTo(op.constant(dimsOf(x)[axis]! - 1), dims)
  }
}

/** Of the elements that count; what does not count is sorted behind them. */
const maskedLinesOf = (x: Tensor, mask: Mask, axes: readonly number[]): Lines => {
  const shown = kept(x, mask, zero)
  const counts = together(op.broadcastTo(mask.counts, dimsOf(x)), axes)
  const values = together(shown, axes)
  const axis = dimsOf(values).length - 1
  const count = op.sum(counts, [axis], true)
  const order = op.argsort(op.where(counts, op.stopGradient(values), nan), axis, false)
  return {
    at: (places) => elementsAlong(values, elementsAlong(order, places, axis), axis),
    hasNaN: op.sum(op.equal(op.equal(values, values), zero), [axis], true),
    last: op.maximum(op.sub(count, one), zero)
  }
}

const quantileOf = ({ at, hasNaN, last }: Lines, q: number): Tensor => {
  const place = op.mul(last, op.constant(q))
  const lower = op.floor(place)
  const upper = op.minimum(op.add(lower, one), last)
  const share = op.sub(place, lower)
  const below = at(lower)
  // an infinite neighbour without a share does not count
  const value = op.where(op.greater(share, zero), between(below, at(upper), share), below)
  // NaN times the value, so that the derivative is NaN too
  return op.where(hasNaN, op.mul(value, nan), value)
}

/** The shape of a quantile, or of several beside one another along a first axis. */
const shaped = (qs: number | readonly number[], dims: Dims, of: (q: number) => Tensor): Tensor =>
  typeof qs === 'number'
    ? op.reshape(of(qs), dims)
    : qs.length === 0
      ? op.broadcastTo(zero, [0, ...dims])
      : op.concat(
          qs.map((q) => op.reshape(of(q), [1, ...dims])),
          0
        )

const reducers = (what: string, qs: number | readonly number[]): Reducers => {
  const found = (x: Tensor, axes: readonly number[], keepDims: boolean, lines: () => Lines): Tensor => {
    countOver(what, dimsOf(x), axes)
    const own = lines()
    return shaped(qs, reducedDims(dimsOf(x), axes, keepDims), (q) => quantileOf(own, q))
  }
  return {
    f: (x, axes, keepDims) =>
      found(x, axes, keepDims, () => linesOf(together(x, axes), dimsOf(x).length - axes.length)),
    masked: (x, mask, axes, keepDims) => found(x, axes, keepDims, () => maskedLinesOf(x, mask, axes))
  }
}

const { f: medianOf, masked: maskedMedian } = reducers('median', 0.5)

/**
 * The median of all elements, or over axes: the one in the middle, or the mean of the two, each with half of the derivative.
 * Equal elements count in their order, as in `sort`. NaN where an element is NaN. With a mask, of the elements that count; 0
 * for none, with derivative 0.
 *
 * @throws ShapeError when there is nothing along an axis, or the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { grad, median, tensor, toArray, type Vec } from 'grad-ts'
 *
 * deepStrictEqual(toArray(median({ axis: 1 })(tensor([[5, 1, 2], [4, 0, 9]]))), [2, 4])
 * deepStrictEqual(toArray(grad((x: Vec<4>) => median(x))(tensor([5, 1, 2, 9]))), [0.5, 0, 0.5, 0])
 * @category reduction
 * @since 0.1.0
 */
export const median: Reduction = reduction('median', medianOf, maskedMedian)

/** What `quantile` takes. @category reduction @since 0.1.0 */
export interface QuantileOptions<
  Q extends number | readonly number[] = number | readonly number[],
  Ax extends number | readonly number[] | undefined = number | readonly number[],
  K extends boolean = boolean,
  M extends Shape = Shape
> extends ReduceOptions<Ax, K, M> {
  /** Which quantile, from 0, the smallest element, to 1, the largest; or several of them. */
  readonly q: Q
}

/** A first axis for several quantiles. */
type Several<Q, R extends Shape> = Q extends readonly number[] ? [Q['length'], ...R] : R

const probabilities = kinds.either(kinds.probability, kinds.listOf(kinds.probability, 'an array of probabilities'))
const settings = kinds.settings('quantile', { q: probabilities, ...reduceSettings })

/**
 * A quantile of all elements, or over axes, interpolated linearly between the two nearest elements, as NumPy does by default;
 * several are put beside one another along a new first axis. NaN where an element is NaN. Its derivative is that of the two
 * elements, equal ones in the order that they have. With a mask, of the elements that count; 0 for none, with derivative 0.
 *
 * @shape x S → S without the axes, or with 1 for each; of several q, one more axis in front
 * @throws ShapeError when there is nothing along an axis, or the mask does not broadcast to the shape of the input
 * @throws ValueError when a quantile is not from 0 to 1, or the mask has a number that is neither 0 nor 1
 * @see Hyndman, Fan, Sample quantiles in statistical packages (1996), definition 7
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import { quantile, tensor, toArray, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(quantile({ q: 0.25 })(tensor([4, 1, 3, 2]))), 1.75)
 * deepStrictEqual(toArray(quantile({ q: [0, 0.5, 1], axis: 1 })(tensor([[3, 1], [5, 9]]))), [[1, 5], [2, 7], [3, 9]])
 * @category reduction
 * @since 0.1.0
 */
export const quantile = <
  const Q extends number | readonly number[],
  const Ax extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
  M extends Shape = []
>(
  options: QuantileOptions<Q, Ax, K, M>
) => {
  const read = settings.read(options as QuantileOptions)
  const of = reduced('quantile', reducers('quantile', read.q), read)
  return <S extends Shape>(
    x: Tensor<S> & Check<Reduce<S, ReducedAxes<Ax>, K>> & BroadcastsTo<M, S>
  ): Tensor<Several<Q, Ok<Reduce<S, ReducedAxes<Ax>, K>>>> => of(x) as never
}
