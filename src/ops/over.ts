import * as kinds from '../kinds/index.ts'
import { axesOf, axisOf } from '../tensor/dims.ts'
import { ownArray } from '../tensor/frozen.ts'
import { asTensor } from '../tensor/given.ts'
import type { BroadcastsTo, Check, Ok, Reduce, Shape } from '../tensor/shape.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { type Mask, maskFor, type MaskOptions, maskSetting, notBareMask } from './mask.ts'

/** What reductions are made with: their types, and the checks of axes and options. */

/** Options of a reduction over axes. @category reduction @since 0.1.0 */
export interface ReduceOptions<K extends boolean = boolean, M extends Shape = Shape> extends MaskOptions<M> {
  /** Keep the reduced axes, with length 1, so that the result broadcasts against the input. */
  readonly keepDims?: K
}

/** A reduction over chosen axes, or `'all'`, of all elements or of those that a mask leaves. @category reduction @since 0.1.0 */
export type Over = <
  const Ax extends number | readonly number[] | 'all',
  const K extends boolean = false,
  M extends Shape = []
>(
  axes: Ax,
  options?: ReduceOptions<K, M>
) => <S extends Shape>(x: Tensor<S> & Check<Reduce<S, Ax, K>> & BroadcastsTo<M, S>) => Tensor<Ok<Reduce<S, Ax, K>>>

/** A reduction of everything to one number. @category reduction @since 0.1.0 */
export type Whole = (x: Tensor<Shape>) => Scalar

export type Reducer = (x: Tensor, axes: readonly number[], keepDims: boolean) => Tensor
export type MaskedReducer = (x: Tensor, mask: Mask, axes: readonly number[], keepDims: boolean) => Tensor

const allAxes = (x: Tensor): readonly number[] => dimsOf(x).map((_, i) => i)

export const whole =
  (what: string, f: Reducer): Whole =>
  (x) => {
    const given = asTensor(what, x)
    return f(given, allAxes(given), false) as unknown as Scalar
  }

export const over = (what: string, f: Reducer, masked: MaskedReducer): Over => {
  const reduceSettings = kinds.settings(what, { keepDims: [kinds.yesOrNo, false], ...maskSetting })
  return ((axes: number | readonly number[] | 'all', options: ReduceOptions = {}) => {
    const { keepDims, mask } = reduceSettings.read(notBareMask(what, options))
    const own = ownArray(axes)
    return (x: Tensor) => {
      const given = asTensor(what, x)
      const chosen = own === 'all' ? allAxes(given) : axesOf(what, dimsOf(given), own)
      return mask === undefined
        ? f(given, chosen, keepDims)
        : masked(given, maskFor(what, mask, dimsOf(given)), chosen, keepDims)
    }
  }) as unknown as Over
}

/** Works along one axis. */
export const along = (what: string, axis: number, f: (x: Tensor, axis: number) => Tensor): ((x: unknown) => Tensor) =>
  ({
    [what]: (x: unknown): Tensor => {
      const given = asTensor(what, x)
      return f(given, axisOf(what, dimsOf(given), axis))
    }
  })[what]!
