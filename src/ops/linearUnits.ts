import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axisOf, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { BroadcastsTo, Check, Halve, Ok, Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { block } from './block.ts'
import { mustStretch, operand } from './operand.ts'
import { along, axisKind, ofTensorOrOptions } from './reduction.ts'

/** Activations of more than the number itself: with a slope that learns, or with a gate. */

const zero = op.constant(0)

/**
 * `prelu(slope)(x)` is `x` above 0 and `slope · x` below: a leaky relu whose slope, a tensor, is a parameter that learns:
 * one for all, or one for each feature. The derivative by `x` at 0 is the one of least size between `slope` and 1, and so
 * 0 for a negative slope; the one by the slope is `x` below 0, else 0.
 *
 * @shape x S, slope broadcasts to S → S
 * @throws ShapeError when the slope does not broadcast to the shape of `x`
 * @see He, Zhang, Ren, Sun, Delving Deep into Rectifiers (2015)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { grad, prelu, sum, tensor, toArray, type Vec } from 'grad-ts'
 *
 * const x = tensor([[-2, -4], [3, -1]])
 * deepStrictEqual(toArray(prelu(tensor([0.5, 0.25]))(x)), [[-1, -1], [3, -0.25]])
 * deepStrictEqual(toArray(grad((slope: Vec<2>) => sum(prelu(slope)(x)))(tensor([0.5, 0.25]))), [-2, -5])
 * @category activations
 * @since 0.1.0
 */
export const prelu = <B extends Shape = []>(slope: number | Tensor<B>) => {
  const below = operand('prelu', slope)
  return <S extends Shape>(x: Tensor<S> & BroadcastsTo<B, S>): Tensor<S> => {
    const given = asTensor('prelu', x)
    mustStretch('prelu: the slope', below, given)
    const atZero = op.where(op.equal(given, zero), op.clip(below, 0, 1), below)
    return op.where(op.greater(given, zero), given, op.mul(given, atZero)) as unknown as Tensor<S>
  }
}

const gluSettings = kinds.settings('glu', { axis: [axisKind, -1] })

const halves = (x: Tensor, axis: number): readonly [Tensor, Tensor] => {
  const dims = dimsOf(x)
  const size = dims[axis]!
  if (size % 2 !== 0) fail('ShapeError', `glu: axis ${axis} of shape ${showDims(dims)} must be of even length`)
  return [block(x, axis, 0, size / 2), block(x, axis, size / 2, size)]
}

const gatedBySecond = (x: Tensor, axis: number): Tensor => {
  const [value, gate] = halves(x, axis)
  return op.mul(value, op.sigmoid(gate))
}

/**
 * A gated linear unit: of a tensor along its last axis, or, given options first, along any. @category activations @since 0.1.0
 */
export interface Glu {
  <const Ax extends number = -1>(options: {
    /** The axis that is halved; the last one when left out. */
    readonly axis?: Ax
  }): <S extends Shape>(x: Tensor<S> & Check<Halve<S, Ax>>) => Tensor<Ok<Halve<S, Ax>>>
  <S extends Shape>(x: Tensor<S> & Check<Halve<S, -1>>): Tensor<Ok<Halve<S, -1>>>
}

/**
 * The gated linear unit: the first half of an axis times the sigmoid of the second half.
 *
 * @shape x [...batch, 2n] → [...batch, n]
 * @throws ShapeError when the axis is of odd length
 * @throws AxisError when there is no such axis, as for a scalar
 * @see Dauphin, Fan, Auli, Grangier, Language Modeling with Gated Convolutional Networks (2017)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { glu, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(glu(tensor([3, 4, 0, -Infinity]))), [1.5, 0])
 * deepStrictEqual(toArray(glu({ axis: 0 })(tensor([[3, 4], [0, Infinity]]))), [[1.5, 4]])
 * @category activations
 * @since 0.1.0
 */
export const glu = ofTensorOrOptions(
  'glu',
  '{ axis: 0 }',
  (x) => gatedBySecond(x, axisOf('glu', dimsOf(x), -1)),
  (options: { readonly axis?: number }) => along('glu', gluSettings.read(options).axis, gatedBySecond)
) as Glu
