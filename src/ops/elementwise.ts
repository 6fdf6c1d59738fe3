import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** What functions of each element are made with. */

/** A function on tensors of any shape that keeps the shape. @category pointwise @since 0.1.0 */
export type Pointwise = <S extends Shape>(x: Tensor<S>) => Tensor<S>

/** A function of each element by the name that its errors say; it knows its name, for tables of a model's parts. */
export const pointwise = (name: string, f: (x: Tensor) => Tensor): Pointwise =>
  ({ [name]: (x: Tensor) => f(asTensor(name, x)) })[name] as unknown as Pointwise

const mark = Symbol.for('grad-ts/rectifier')

/**
 * The same for relu-like activations, which let large numbers through and hold back those below 0, and so lose about half of
 * the signal. It is recognised by a mark, since some are created anew for every setting.
 */
export const rectifier = (name: string, f: (x: Tensor) => Tensor): Pointwise => asRectifier(() => pointwise(name, f))

/** A function just made, with the mark of such activations. */
export const asRectifier = <F extends Pointwise>(make: () => F): F =>
  Object.defineProperty(make(), mark, { value: true })

/** Whether weights before such a function are to start larger, as He and others found. */
export const isRectifier = (f: Pointwise | undefined): boolean => f !== undefined && mark in f
