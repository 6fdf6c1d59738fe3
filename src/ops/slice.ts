import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axisOf, type Dims, showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { ownArray } from '../tensor/frozen.ts'
import { asTensor } from '../tensor/given.ts'
import type { Check, Ok, Shape, Slice, Splice } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { block } from './block.ts'
import { axisKind } from './reduction.ts'

/** Parts of a tensor along an axis. */

/**
 * The elements `from` up to but not including `to` along one axis, NumPy's `x[from:to:step]`: every `step`-th, backwards from
 * `from` where `step` is below 0. Without `to` all that follow. Negative numbers count from the end. A range that is not
 * inside the axis is refused, where NumPy cuts it off.
 *
 * @shape S → S with another dimension along the axis
 * @throws ShapeError when the range is not inside the axis
 * @throws AxisError when the axis is out of range
 * @throws ValueError when the step is 0 or not a whole number
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { arange, slice, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(slice(0, 1, 3)(arange(5))), [1, 2])
 * deepStrictEqual(toArray(slice(0, 1, -1, 2)(arange(6))), [1, 3])
 * deepStrictEqual(toArray(slice(0, -1, undefined, -2)(arange(5))), [4, 2, 0])
 * @category structure
 * @since 0.1.0
 */
export const slice =
  <
    const Ax extends number,
    const F extends number,
    const T extends number | undefined = undefined,
    const St extends number = 1
  >(
    axis: Ax,
    from: F,
    to?: T,
    step?: St
  ) =>
  <S extends Shape>(x: Tensor<S> & Check<Slice<S, Ax, F, T, St>>): Tensor<Ok<Slice<S, Ax, F, T, St>>> => {
    const given = asTensor('slice', x)
    const dims = dimsOf(given)
    const at = axisOf('slice', dims, axis)
    const n = dims[at]!
    const by: number = step ?? 1
    if (!Number.isInteger(by) || by === 0)
      return fail('ValueError', `slice: step must be a whole number other than 0, got ${showGiven(step)}`)
    // NaN is never inside
    const counted = (place: number): number => (!Number.isInteger(place) ? NaN : place < 0 ? place + n : place)
    const start = counted(from)
    const stop = to === undefined ? (by > 0 ? n : -1) : counted(to)
    const isInside =
      by > 0
        ? start >= 0 && start <= stop && stop <= n
        : start < n && start >= 0 && stop <= start && (to === undefined || stop >= 0)
    if (!isInside) {
      const stride = step === undefined ? '' : ` by ${by}`
      return fail(
        'ShapeError',
        `slice: from ${showGiven(from)} to ${showGiven(to)}${stride} is not inside axis ${axis} of shape ${showDims(dims)}`
      )
    }
    if (by > 0) return block(given, at, start, stop, by) as never
    const count = Math.ceil((start - stop) / -by)
    const lowest = start + (count - 1) * by
    const forwards = count === 0 ? block(given, at, start, start) : block(given, at, lowest, start + 1, -by)
    return op.flip(forwards, [at]) as never
  }

const splitFields = {
  /** The axis that is cut; a negative one counts from the end. */
  axis: axisKind,
  /** How many equal parts, or the places at which to cut. */
  sections: kinds.either(kinds.size, kinds.listOf(kinds.index, 'an array of whole numbers of at least 0'))
} as const
const splitSettings = kinds.settings('split', splitFields)

/** The places at which an axis is cut, its ends included. */
const cutsOf = (dims: Dims, axis: number, sections: number | readonly number[]): readonly number[] => {
  const n = dims[axis]!
  if (typeof sections === 'number')
    return n % sections === 0
      ? Array.from({ length: sections + 1 }, (_, i) => (i * n) / sections)
      : fail(
          'ShapeError',
          `split: axis ${axis} of shape ${showDims(dims)} does not divide into ${sections} equal parts`
        )
  const cuts = [0, ...sections, n]
  return cuts.every((cut, i) => i === 0 || cuts[i - 1]! <= cut)
    ? cuts
    : fail('ShapeError', `split: ${showDims(sections)} are not places in order along axis ${axis} of ${showDims(dims)}`)
}

/**
 * Cuts a tensor into parts along an axis: a number of equal ones, or at some places. `concat` puts them together again.
 *
 * @shape S → as many of S with their parts of the axis
 * @throws ShapeError when the axis does not divide into as many parts, or the places are not inside it and in order
 * @throws AxisError when the axis is out of range
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { arange, split, toArray } from 'grad-ts'
 *
 * deepStrictEqual(split({ axis: 0, sections: 2 })(arange(4)).map(toArray), [[0, 1], [2, 3]])
 * deepStrictEqual(split({ axis: 0, sections: [1, 3] })(arange(4)).map(toArray), [[0], [1, 2], [3]])
 * @category structure
 * @since 0.1.0
 */
export const split = <const Ax extends number>(settings: {
  readonly axis: Ax
  readonly sections: number | readonly number[]
}) => {
  const { axis, sections } = splitSettings.read(settings)
  const own = ownArray(sections)
  return <S extends Shape>(
    x: Tensor<S> & Check<Splice<S, Ax, [number]>>
  ): readonly Tensor<Ok<Splice<S, Ax, [number]>>>[] => {
    const given = asTensor('split', x)
    const at = axisOf('split', dimsOf(given), axis)
    const cuts = cutsOf(dimsOf(given), at, own)
    const parts: readonly Tensor[] = cuts.slice(1).map((cut, i) => block(given, at, cuts[i]!, cut))
    return parts as never
  }
}
