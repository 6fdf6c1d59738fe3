import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axisOf, broadcastBoth, type Dims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { moveAxis } from './moveAxis.ts'
import { axisKind } from './reduction.ts'

const alongSettings = kinds.settings('takeAlongAxis', { axis: axisKind })

const spread = (x: Tensor, lead: Dims, along: number): Tensor => {
  const dims = [...lead, along]
  return dims.every((n, axis) => n === dimsOf(x)[axis]) ? x : op.broadcastTo(x, dims)
}

/**
 * The elements at an index of their own each along an axis: of a matrix and `axis: 1`, `y[i, j] = x[i, indices[i, j]]`. It
 * takes what `argmax` and `argsort` find. The indices have the rank of `x`; off the axis the two broadcast to each other.
 * Indices are not differentiable; a negative one is refused.
 *
 * @shape x [...before, n, ...after], indices [...before, m, ...after] → [...before, m, ...after]
 * @throws AxisError when the axis is out of range
 * @throws ShapeError when the ranks differ, or the shapes off the axis
 * @throws IndexError when an index is not a whole number from 0 to n − 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { takeAlongAxis, tensor, toArray } from 'grad-ts'
 *
 * const x = tensor([[10, 30, 20], [60, 40, 50]])
 * deepStrictEqual(toArray(takeAlongAxis({ axis: 1 })(tensor([[1], [0]]))(x)), [[30], [60]])
 * deepStrictEqual(toArray(takeAlongAxis({ axis: 0 })(tensor([[1, 0, 1]]))(x)), [[60, 30, 50]])
 * @category structure
 * @since 0.1.0
 */
export const takeAlongAxis = (settings: { readonly axis: number }) => {
  const { axis } = alongSettings.read(settings)
  return <I extends Shape>(indices: Tensor<I>) => {
    const places = asTensor('takeAlongAxis: indices', indices)
    return <S extends Shape>(x: Tensor<S>): Tensor<AlongShape<S, I>> => {
      const given = asTensor('takeAlongAxis', x)
      const [dims, shape] = [dimsOf(given), dimsOf(places)]
      const at = axisOf('takeAlongAxis', dims, axis)
      const last = dims.length - 1
      const lead =
        dims.length === shape.length ? broadcastBoth(dims.toSpliced(at, 1), shape.toSpliced(at, 1)) : undefined
      if (lead === undefined)
        return fail(
          'ShapeError',
          `takeAlongAxis: indices of shape ${showDims(shape)} do not fit ${showDims(dims)} off axis ${axis}`
        )
      const of = spread(moveAxis(given, at, last), lead, dims[at]!)
      const by = spread(moveAxis(places, at, last), lead, shape[at]!)
      return moveAxis(op.gather(of, by, 'takeAlongAxis'), last, at) as never
    }
  }
}

/** The shape of the indices, unless a 1 of theirs may be broadcast. */
type AlongShape<S extends Shape, I extends Shape> = number extends S['length']
  ? number[]
  : number extends I['length']
    ? number[]
    : { -readonly [K in keyof I]: I[K] extends 1 ? number : I[K] }
