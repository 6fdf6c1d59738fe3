import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { axisOf, sizeOf } from '../tensor/dims.ts'
import { asTensor } from '../tensor/given.ts'
import type { Check, Ok, Shape, Splice } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { moveAxis, reshaped } from './moveAxis.ts'
import { listOperand } from './operand.ts'
import { axisKind } from './reduction.ts'

const takeSettings = kinds.settings('take', { axis: axisKind })

/**
 * The sub-tensors at some places along an axis, in any order and as often as wanted: rows by their numbers for `axis: 0`. The
 * indices, an array or a tensor of any rank, take the place of the axis; they are not differentiable. An index counts from
 * the front: a negative one is refused. In a program indices are looked at when it runs.
 *
 * @shape x [...before, n, ...after], indices I → [...before, ...I, ...after]
 * @throws AxisError when the axis is out of range
 * @throws IndexError when an index is not a whole number from 0 to n − 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { take, tensor, toArray } from 'grad-ts'
 *
 * const x = tensor([[1, 2, 3], [4, 5, 6]])
 * deepStrictEqual(toArray(take({ axis: 0 })([1, 1])(x)), [[4, 5, 6], [4, 5, 6]])
 * deepStrictEqual(toArray(take({ axis: 1 })(tensor([[2, 0]]))(x)), [[[3, 1]], [[6, 4]]])
 * @category structure
 * @since 0.1.0
 */
export const take = <const Ax extends number>(settings: { readonly axis: Ax }) => {
  const { axis } = takeSettings.read(settings)
  return <I extends Shape = [number]>(indices: ArrayLike<number> | Tensor<I>) => {
    const places = listOperand('take: indices', indices)
    const shape = dimsOf(places)
    const flat = reshaped(places, [sizeOf(shape)])
    return <S extends Shape>(x: Tensor<S> & Check<Splice<S, Ax, I>>): Tensor<Ok<Splice<S, Ax, I>>> => {
      const given = asTensor('take', x)
      const dims = dimsOf(given)
      const at = axisOf('take', dims, axis)
      const rows = op.gather(moveAxis(given, at, 0), flat, 'take')
      return reshaped(moveAxis(rows, 0, at), [...dims.slice(0, at), ...shape, ...dims.slice(at + 1)]) as never
    }
  }
}
