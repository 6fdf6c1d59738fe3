import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { type Dims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { ownArray } from '../tensor/frozen.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { moveAxis } from './moveAxis.ts'

type Width = readonly [before: number, after: number]

const someWidth = kinds.kind<Width>(
  'a pair of whole numbers of at least 0, [before, after]',
  (value) => Array.isArray(value) && value.length === 2 && Array.from<unknown>(value).every(kinds.count.holds)
)

const padFields = {
  /** How many elements are added before and after, a pair for each axis. */
  widths: kinds.listOf(someWidth, 'an array of pairs, one for each axis'),
  /** What is added: one number, the nearest element, or the elements mirrored at the first and the last. */
  mode: [kinds.oneOf('constant', 'edge', 'reflect'), 'constant'],
  /** The number of mode `constant`. */
  value: [kinds.anyNumber, 0]
} as const
const padSettings = kinds.settings('pad', padFields)

/** How a tensor is padded. @category structure @since 0.1.0 */
export interface PadSettings extends kinds.Given<typeof padFields> {}

const zero = op.constant(0)
const one = op.constant(1)

/** With one number around. */
const surrounded = (x: Tensor, widths: readonly Width[], value: number): Tensor => {
  const dims = dimsOf(x)
  const starts = widths.map(([before]) => before)
  const wide = dims.map((n, axis) => n + widths[axis]![0] + widths[axis]![1])
  const padded = op.pad(x, starts, wide)
  if (Object.is(value, 0)) return padded
  const isInside = op.pad(op.broadcastTo(one, dims), starts, wide)
  return op.where(op.greater(isInside, zero), padded, op.constant(value))
}

/** Which element of `n` stands at each place. */
const placesOf = (mode: 'edge' | 'reflect', n: number, [before, after]: Width): readonly number[] =>
  Array.from({ length: before + n + after }, (_, i) => {
    const place = i - before
    if (mode === 'edge' || n === 1) return Math.min(n - 1, Math.max(0, place))
    const period = 2 * (n - 1)
    const within = ((place % period) + period) % period
    return within < n ? within : period - within
  })

const extended = (x: Tensor, mode: 'edge' | 'reflect', axis: number, width: Width): Tensor => {
  const dims = dimsOf(x)
  if (width[0] + width[1] === 0) return x
  if (dims[axis] === 0)
    return fail('ShapeError', `pad: there is nothing to repeat along axis ${axis} of shape ${showDims(dims)}`)
  const places = placesOf(mode, dims[axis]!, width)
  return moveAxis(op.gather(moveAxis(x, axis, 0), make([places.length], Float64Array.from(places))), 0, axis)
}

const checkWidths = (widths: readonly Width[], dims: Dims): void => {
  if (widths.length !== dims.length)
    fail('ShapeError', `pad: needs a pair of widths for each axis of shape ${showDims(dims)}, got ${widths.length}`)
}

/**
 * Adds elements around a tensor: a number (mode `constant`, 0 when left out), the nearest element (`edge`), or the elements
 * mirrored, the first and the last not repeated (`reflect`; over and over where the width is more than there is). Widths
 * below 0 are refused: `slice` takes away.
 *
 * @shape x [n, m, …], widths [[a, b], [c, d], …] → [a + n + b, c + m + d, …]
 * @throws ShapeError when there is not a pair for each axis, or nothing to repeat along one
 * @throws ValueError when a width is not a whole number of at least 0, or a setting is of another kind
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { pad, tensor, toArray } from 'grad-ts'
 *
 * const x = tensor([1, 2, 3])
 * deepStrictEqual(toArray(pad({ widths: [[1, 2]] })(x)), [0, 1, 2, 3, 0, 0])
 * deepStrictEqual(toArray(pad({ widths: [[2, 1]], mode: 'edge' })(x)), [1, 1, 1, 2, 3, 3])
 * deepStrictEqual(toArray(pad({ widths: [[2, 1]], mode: 'reflect' })(x)), [3, 2, 1, 2, 3, 2])
 * @category structure
 * @since 0.1.0
 */
export const pad = (settings: PadSettings) => {
  const { widths, mode, value } = padSettings.read(settings)
  const own = widths.map(ownArray) as readonly Width[]
  return <S extends Shape>(x: Tensor<S>): Tensor<SameRank<S>> => {
    const given = asTensor('pad', x)
    checkWidths(own, dimsOf(given))
    const padded =
      mode === 'constant'
        ? surrounded(given, own, value)
        : own.reduce<Tensor>((y, width, axis) => extended(y, mode, axis, width), given)
    return padded as never
  }
}

/** As many dimensions, whose sizes are known at run time. */
type SameRank<S extends Shape> = { -readonly [K in keyof S]: number }
