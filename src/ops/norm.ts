import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { sizeOf } from '../tensor/dims.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { unkept } from './reducers.ts'
import { filled, type Reducer, type Reduction, reductionWith } from './reduction.ts'
import { rootOf, scaleOf } from './scale.ts'

/** Norms, scaled so that no power overflows or vanishes on the way. */

/** What `norm` takes beside the options of every reduction. @category reduction @since 0.1.0 */
export interface NormOptions {
  /** The order p of `(Σ |x|ᵖ)^(1/p)`, at least 1; Infinity for the largest size (2). */
  readonly ord?: number
}

const zero = op.constant(0)
const one = op.constant(1)

const largestOf = (x: Tensor, axes: readonly number[]): Tensor => op.max(op.abs(op.stopGradient(x)), axes, true)

/** `√Σ x²`. */
export const norm2: Reducer = (x, axes, keepDims) => {
  const dims = dimsOf(x)
  if (sizeOf(dims) === 0) return op.sum(x, axes, keepDims)
  const scale = scaleOf(largestOf(x, axes))
  const total = op.sum(op.square(op.div(x, scale)), axes, true)
  return unkept(op.mul(rootOf(total), scale), dims, axes, keepDims)
}

/** Sizes below this, whose inverses may be infinite, are multiplied by `LIFT`, in both precisions. */
const SMALL = 2 ** -100
const LIFT = 2 ** 60

const normOf =
  (p: number): Reducer =>
  (x, axes, keepDims) => {
    const dims = dimsOf(x)
    const largest = largestOf(x, axes)
    const lift = op.where(op.greater(op.constant(SMALL), largest), op.constant(LIFT), one)
    const isOrdinary = op.mul(op.greater(largest, zero), op.greater(op.constant(Infinity), largest))
    const scale = op.where(isOrdinary, op.mul(largest, lift), one)
    const total = op.sum(op.powNumber(op.div(op.mul(op.abs(x), lift), scale), p), axes, true)
    const root = rootOf(total, (sum) => op.powNumber(sum, 1 / p))
    return unkept(op.div(op.mul(root, scale), lift), dims, axes, keepDims)
  }

const byOrder = (ord: number): Reducer => {
  const ofSome: Reducer =
    ord === 2
      ? norm2
      : ord === 1
        ? (x, axes, keepDims) => op.sum(op.abs(x), axes, keepDims)
        : ord === Infinity
          ? (x, axes, keepDims) => op.max(op.abs(x), axes, keepDims)
          : normOf(ord)
  return (x, axes, keepDims) => (sizeOf(dimsOf(x)) === 0 ? op.sum(x, axes, keepDims) : ofSome(x, axes, keepDims))
}

const order = kinds.number('a number of at least 1, or Infinity', (value) => value >= 1)

/**
 * The norm of all elements, or over axes, as of one vector: the Euclidean (Frobenius) one, or, by `ord`, the sum of sizes (1),
 * the largest size (Infinity), or the one of any order between. Of numbers of any size: no power overflows or vanishes on the
 * way. Its derivative at 0 is 0, and for orders above 1 and below infinity its second derivative, which does not exist there,
 * NaN. For order 1 the derivative by an element of 0 is 0; for infinity equal sizes share it equally; between 1 and 2 the
 * second derivative by an element of 0 is infinite or NaN. Of a norm that is subnormal, below 2.3e-308 (1.2e-38 in single
 * precision), the second derivative, of the size of its inverse, may be NaN or an infinity whose sign means nothing. With a
 * mask, of the elements that count; 0 for none.
 *
 * @throws ShapeError when the mask does not broadcast to the shape of the input
 * @throws ValueError when the order is below 1, or the mask has a number that is neither 0 nor 1
 * @example
 * import { deepStrictEqual, ok, strictEqual } from 'assert'
 * import { norm, tensor, toArray, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(norm(tensor([3, 4]))), 5)
 * deepStrictEqual(toArray(norm({ axis: 1 })(tensor([[3, 4], [0, -2]]))), [5, 2])
 * ok(Math.abs(toNumber(norm(tensor([3e200, 4e200]))) / 5e200 - 1) < 1e-15)
 * deepStrictEqual([1, Infinity].map((ord) => toNumber(norm({ ord })(tensor([3, -4])))), [7, 4])
 * ok(Math.abs(toNumber(norm({ ord: 3 })(tensor([3e200, 4e200]))) / (Math.cbrt(91) * 1e200) - 1) < 1e-15)
 * @category reduction
 * @since 0.1.0
 */
export const norm: Reduction<NormOptions> = reductionWith('norm', { ord: [order, 2] }, ({ ord }) => {
  const f = byOrder(ord)
  return { f, masked: filled(f, zero) }
})
