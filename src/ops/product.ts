import { tensors as op } from '../tape/algebra.ts'
import { reducedDims } from '../tensor/dims.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { block } from './block.ts'
import { kept, unlessWrong } from './mask.ts'
import { filled, type MaskedReducer, type Reducer, reduction, type Reduction } from './reduction.ts'

/** Products, and what holds of any or of all elements. */

const zero = op.constant(0)
const one = op.constant(1)

/**
 * The two halves are multiplied element by element until one element is left: the derivative is the product of the others,
 * without a division. One left over by an odd length is multiplied at the end.
 */
export const prodAlong = (x: Tensor, axis: number): Tensor => {
  const n = dimsOf(x)[axis]!
  if (n < 2) return n === 1 ? x : op.broadcastTo(one, reducedDims(dimsOf(x), [axis], true))
  const half = Math.floor(n / 2)
  const halves = prodAlong(op.mul(block(x, axis, 0, half), block(x, axis, half, 2 * half)), axis)
  return n === 2 * half ? halves : op.mul(halves, block(x, axis, n - 1, n))
}

const prodOf: Reducer = (x, axes, keepDims) => {
  const product = axes.reduce(prodAlong, x)
  return keepDims ? product : op.reshape(product, reducedDims(dimsOf(x), axes, false))
}

/**
 * The product of all elements, or over axes; 1 for none. Its derivatives are products of the others, exact where elements
 * are 0. The elements are multiplied in pairs, so that it may overflow where another order would not, and be NaN where an
 * infinite product meets one that is 0. With a mask, of the elements that count.
 *
 * @throws ShapeError when the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1; inside `compile` and `vmap`, where no number is
 * known yet, that gives NaN
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { grad, prod, tensor, toArray, type Vec } from 'grad-ts'
 *
 * deepStrictEqual(toArray(prod({ axis: 1 })(tensor([[1, 2, 3], [4, 5, 6]]))), [6, 120])
 * deepStrictEqual(toArray(grad((x: Vec<3>) => prod(x))(tensor([2, 0, 3]))), [0, 6, 0])
 * @category reduction
 * @since 0.1.0
 */
export const prod: Reduction = reduction('prod', prodOf, filled(prodOf, one))

/** 1 where an element is not 0. */
const truth = (x: Tensor): Tensor => op.equal(op.equal(x, zero), zero)

const anyOf: Reducer = (x, axes, keepDims) => op.greater(op.sum(truth(x), axes, keepDims), zero)
const allOf: Reducer = (x, axes, keepDims) => op.equal(op.sum(op.equal(x, zero), axes, keepDims), zero)

const guarded =
  (f: Reducer, fill: Tensor): MaskedReducer =>
  (x, mask, axes, keepDims) =>
    unlessWrong(mask, dimsOf(x), axes, keepDims, f(kept(x, mask, fill), axes, keepDims))

/**
 * 1 where any element is not 0, else 0: of all elements, or over axes; 0 for none. NaN is not 0. Its derivative is 0. With a
 * mask, of the elements that count.
 *
 * @throws ShapeError when the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1; inside `compile` and `vmap`, where no number is
 * known yet, that gives NaN
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { any, greater, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(any({ axis: 1 })(greater(2)(tensor([[1, 3], [0, 2]])))), [1, 0])
 * @category reduction
 * @since 0.1.0
 */
export const any: Reduction = reduction('any', anyOf, guarded(anyOf, zero))

/**
 * 1 where all elements are other than 0, else 0: of all elements, or over axes; 1 for none. NaN is not 0. Its derivative is 0.
 * With a mask, of the elements that count.
 *
 * @throws ShapeError when the mask does not broadcast to the shape of the input
 * @throws ValueError when the mask has a number that is neither 0 nor 1; inside `compile` and `vmap`, where no number is
 * known yet, that gives NaN
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { all, tensor, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(all({ axis: 0 })(tensor([[1, 3], [0, 2]]))), [0, 1])
 * @category reduction
 * @since 0.1.0
 */
export const all: Reduction = reduction('all', allOf, guarded(allOf, one))
