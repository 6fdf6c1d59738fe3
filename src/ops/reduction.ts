import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axesOf, axisOf, type Dims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { ownArray } from '../tensor/frozen.ts'
import { asTensor, isSettings } from '../tensor/given.ts'
import type { BroadcastsTo, Check, Ok, Reduce, Shape } from '../tensor/shape.ts'
import { dimsOf, isTensor, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { kept, type Mask, maskFor, type MaskOptions, maskSetting } from './mask.ts'

/** What reductions are made with: their types, and the checks of axes and options. */

/** Options of a reduction. @category reduction @since 0.1.0 */
export interface ReduceOptions<
  Ax extends number | readonly number[] | undefined = number | readonly number[],
  K extends boolean = boolean,
  M extends Shape = Shape
> extends MaskOptions<M> {
  /** What is reduced: one axis or several, negative ones counted from the end; all of them when left out. */
  readonly axis?: Ax
  /** Keep the reduced axes, with length 1, so that the result broadcasts against the input. */
  readonly keepDims?: K
}

/** The axes that are reduced: the chosen ones, or all. @category reduction @since 0.1.0 */
export type ReducedAxes<Ax> = Ax extends number | readonly number[] ? Ax : 'all'

/**
 * A reduction: of a tensor to one number, or, given options first, over chosen axes and of the elements that a mask leaves:
 * `sum(x)`, `sum({ axis: 1 })(x)`. Some have options of their own.
 *
 * @category reduction
 * @since 0.1.0
 */
export interface Reduction<Own = object> {
  <
    const Ax extends number | readonly number[] | undefined = undefined,
    const K extends boolean = false,
    M extends Shape = []
  >(
    options: ReduceOptions<Ax, K, M> & Own
  ): <S extends Shape>(
    x: Tensor<S> & Check<Reduce<S, ReducedAxes<Ax>, K>> & BroadcastsTo<M, S>
  ) => Tensor<Ok<Reduce<S, ReducedAxes<Ax>, K>>>
  (x: Tensor<Shape>): Scalar
}

export type Reducer = (x: Tensor, axes: readonly number[], keepDims: boolean) => Tensor
export type MaskedReducer = (x: Tensor, mask: Mask, axes: readonly number[], keepDims: boolean) => Tensor

/** The reduction of the elements that count and of `fill` for the others. */
export const filled =
  (f: Reducer, fill: Tensor): MaskedReducer =>
  (x, mask, axes, keepDims) =>
    f(kept(x, mask, fill), axes, keepDims)

const allAxes = (x: Tensor): readonly number[] => dimsOf(x).map((_, i) => i)

/** A function by the name that its errors say, of a tensor at once or of options and then a tensor. */
export const ofTensorOrOptions = (
  what: string,
  example: string,
  f: (x: Tensor) => unknown,
  withOptions: (options: never) => (x: unknown) => unknown
): unknown =>
  ({
    [what]: (given: unknown): unknown =>
      isTensor(given) ? f(given) : isSettings(given) ? withOptions(given as never) : neither(what, example, given)
  })[what]

const neither = (what: string, example: string, given: unknown): never =>
  fail('ValueError', `${what}: needs a tensor, or settings such as ${example}, got ${showGiven(given)}`)

export const axesKind = kinds.kind<number | readonly number[]>(
  'an axis or an array of axes',
  (value) => typeof value === 'number' || Array.isArray(value)
)

/** The settings of every reduction. */
export const reduceSettings = {
  axis: [axesKind, undefined],
  keepDims: [kinds.yesOrNo, false],
  ...maskSetting
} as const

/** How a reduction is computed of all elements of a group, and of those that a mask leaves. */
export interface Reducers {
  readonly f: Reducer
  readonly masked: MaskedReducer
}

/** Applies reducers to a tensor, with options that have been read. */
export const reduced = (
  what: string,
  { f, masked }: Reducers,
  { axis, keepDims, mask }: kinds.Read<typeof reduceSettings>
) => {
  const own = ownArray(axis)
  return (data: unknown): Tensor => {
    const x = asTensor(what, data)
    const axes = own === undefined ? allAxes(x) : axesOf(what, dimsOf(x), own)
    return mask === undefined ? f(x, axes, keepDims) : masked(x, maskFor(what, mask, dimsOf(x)), axes, keepDims)
  }
}

/** A reduction with settings of its own, all of which may be left out. */
export const reductionWith = <const F extends kinds.Fields>(
  what: string,
  own: F,
  by: (settings: kinds.Read<F>) => Reducers
): Reduction<kinds.Given<F>> => {
  const options = kinds.settings<kinds.Fields>(what, { ...reduceSettings, ...own })
  const usual = by(options.read({}) as never)
  return ofTensorOrOptions(
    what,
    '{ axis: 0 }',
    (x) => usual.f(x, allAxes(x), false),
    (given: object) => {
      const read = options.read(given as never)
      return reduced(what, by(read as never), read as never)
    }
  ) as Reduction<kinds.Given<F>>
}

export const reduction = (what: string, f: Reducer, masked: MaskedReducer): Reduction =>
  reductionWith(what, {}, () => ({ f, masked }))

/** The axes that are reduced as one, the last: for what works along one. */
export const together = (x: Tensor, axes: readonly number[]): Tensor => {
  const dims = dimsOf(x)
  const rest = dims.flatMap((_, i) => (axes.includes(i) ? [] : [i]))
  return op.reshape(op.permute(x, [...rest, ...axes]), [
    ...rest.map((i) => dims[i]!),
    sizeOf(axes.map((i) => dims[i]!))
  ])
}

/** How many elements each group has; an error for none. */
export const countOver = (what: string, dims: Dims, axes: readonly number[]): number => {
  const count = sizeOf(axes.map((axis) => dims[axis]!))
  return count === 0
    ? fail('ShapeError', `${what}: cannot reduce an empty tensor: shape ${showDims(dims)} is empty`)
    : count
}

export const axisKind = kinds.number('an axis, a whole number', Number.isInteger)

/** Works along one axis of a tensor. */
export const along =
  (what: string, axis: number, f: (x: Tensor, axis: number) => Tensor) =>
  (data: unknown): Tensor => {
    const x = asTensor(what, data)
    return f(x, axisOf(what, dimsOf(x), axis))
  }
