import { tensors as op } from '../tape/algebra.ts'
import { placeOf, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Check, Get, Ok, Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/**
 * One element as a scalar tensor, which is differentiated and compiled like any other: NumPy's `x[i, j]`. With fewer
 * indices than axes, the sub-tensor there: `get(i)` of a matrix is its row `i`. Negative indices count from the end.
 * `toNumber` of an element is a plain number, through which no derivative passes.
 *
 * @shape x [n, m, ...S], get(i) → [m, ...S], get(i, j) → S
 * @throws IndexError when an index is out of range, or there are more indices than axes
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { get, grad, mul, tensor, toArray, type Vec } from 'grad-ts'
 *
 * const product = (v: Vec<2>) => mul(get(0)(v))(get(-1)(v))
 * deepStrictEqual(toArray(grad(product)(tensor([2, 3]))), [3, 2])
 * deepStrictEqual(toArray(get(1)(tensor([[1, 2], [3, 4]]))), [3, 4])
 * @category structure
 * @since 0.1.0
 */
export const get =
  <const I extends number[]>(...indices: I) =>
  <S extends Shape>(x: Tensor<S> & Check<Get<S, I>>): Tensor<Ok<Get<S, I>>> => {
    const given = asTensor('get', x)
    const dims = dimsOf(given)
    if (indices.length > dims.length)
      return fail(
        'IndexError',
        `get: shape ${showDims(dims)} takes ${dims.length} indices at most, got ${showDims(indices)}`
      )
    const places = indices.map((index, axis) => placeOf('get', dims, axis, index))
    const rest = dims.slice(places.length)
    const starts = [...places, ...rest.map(() => 0)]
    const stops = [...places.map((place) => place + 1), ...rest]
    return op.reshape(op.slice(given, starts, stops), rest) as never
  }
