import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { BroadcastsTo, Shape } from '../tensor/shape.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { type Pointwise, pointwise } from './elementwise.ts'
import { mustStretch, operand } from './operand.ts'

/** Between two bounds: kept there, or put there. */

type Bound = number | Tensor<Shape>
const bound = kinds.kind<Bound>('a number or a tensor', (value) => typeof value === 'number' || isTensor(value))
const clipSettings = kinds.settings('clip', { min: bound, max: bound })
const lerpSettings = kinds.settings('lerp', { end: bound, weight: bound })

/** Limits to bounds that are numbers, or tensors. @category pointwise @since 0.1.0 */
export interface Clip {
  (bounds: { readonly min: number; readonly max: number }): Pointwise
  <A extends Shape = [], B extends Shape = []>(bounds: {
    readonly min: number | Tensor<A>
    readonly max: number | Tensor<B>
  }): <S extends Shape>(x: Tensor<S> & BroadcastsTo<A, S> & BroadcastsTo<B, S>) => Tensor<S>
}

/** `a` where the condition holds, `b` where not, NaN where `a` is. */
const chosen = (condition: Tensor, a: Tensor, b: Tensor): Tensor =>
  op.where(condition, a, op.where(op.equal(a, a), b, a))

const between = (x: Tensor, min: Tensor, max: Tensor): Tensor => {
  const above = chosen(op.greater(x, min), x, min)
  return chosen(op.greater(max, above), above, max)
}

/**
 * Limits each element to `[min, max]`; the bounds are numbers, or tensors that broadcast to its shape. The derivative is 1 inside,
 * and 0 outside and at a bound, where a bound that is a tensor has it instead. Where a bound of a tensor is above the other, the
 * result is `max`, as in NumPy.
 *
 * @shape x S, min and max broadcast to S → S
 * @throws ValueError when both bounds are numbers and `min` is above `max`, or a number is NaN
 * @throws ShapeError when a bound does not broadcast to the shape of `x`
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { clip, grad, sum, tensor, toArray, type Vec } from 'grad-ts'
 *
 * const x = tensor([-1, 0.5, 3])
 * deepStrictEqual(toArray(clip({ min: 0, max: 1 })(x)), [0, 0.5, 1])
 * deepStrictEqual(toArray(clip({ min: tensor([0, 1, 2]), max: 5 })(x)), [0, 1, 3])
 * deepStrictEqual(toArray(grad((min: Vec<3>) => sum(clip({ min, max: 5 })(x)))(tensor([0, 1, 2]))), [1, 1, 0])
 * @category pointwise
 * @since 0.1.0
 */
export const clip: Clip = ((bounds: { readonly min: Bound; readonly max: Bound }) => {
  const { min, max } = clipSettings.read(bounds)
  ;[min, max].forEach((own, i) => {
    if (!isTensor(own)) kinds.mustBe(kinds.anyNumber, `clip: ${i === 0 ? 'min' : 'max'}`, own)
  })
  if (typeof min === 'number' && typeof max === 'number')
    return min <= max
      ? pointwise('clip', (x) => op.clip(x, min, max))
      : fail('ValueError', `clip: min ${min} must be at most max ${max}`)
  const [least, most] = [operand('clip: min', min), operand('clip: max', max)]
  return (given: unknown) => {
    const x = asTensor('clip', given)
    mustStretch('clip: min', least, x)
    mustStretch('clip: max', most, x)
    return between(x, least, most)
  }
}) as Clip

/**
 * Linear interpolation, `start + weight · (end − start)`: the start for a weight of 0 and the end for 1, exactly where both are
 * finite, and beyond them for other weights.
 *
 * @shape start S, end and weight broadcast to S → S
 * @throws ShapeError when the end or the weight does not broadcast to the shape of the start
 * @throws ValueError when one of them is neither a number nor a tensor
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { lerp, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(lerp({ end: 10, weight: 0.25 })(tensor([2, 6]))), [4, 7])
 * deepStrictEqual(toArray(lerp({ end: tensor([0, 0.1]), weight: 1 })(tensor([2, 0.7]))), [0, 0.1])
 * @category arithmetic
 * @since 0.1.0
 */
export const lerp = <A extends Shape = [], B extends Shape = []>(settings: {
  readonly end: number | Tensor<A>
  /** How far from the start to the end. */
  readonly weight: number | Tensor<B>
}) => {
  const given = lerpSettings.read(settings)
  const [end, weight] = [operand('lerp: end', given.end), operand('lerp: weight', given.weight)]
  return <S extends Shape>(start: Tensor<S> & BroadcastsTo<A, S> & BroadcastsTo<B, S>): Tensor<S> => {
    const from = asTensor('lerp', start)
    mustStretch('lerp: the end', end, from)
    mustStretch('lerp: the weight', weight, from)
    const way = op.sub(end, from)
    // from the nearer of the two, so that either is met exactly
    const isNear = op.greater(op.constant(0.5), weight)
    const back = op.mul(op.sub(op.constant(1), weight), way)
    return op.where(isNear, op.add(from, op.mul(weight, way)), op.sub(end, back)) as unknown as Tensor<S>
  }
}
