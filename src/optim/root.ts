import { tensors as op } from '../tape/algebra.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Roots of sums of squares, element by element. Optimisers remember the root and not the square: a gradient of 1e160 (1e20
 * in single precision) has a square that overflows, and one of 1e-170 (1e-25) a square that vanishes.
 */

/** Terms are divided by nothing smaller. Its inverse and itself are ordinary numbers in both precisions. */
const LEAST = 2 ** -61

/** From this epsilon on, squares that vanish beside `LEAST` are too small to count beside epsilon in either precision. */
const TINY = 1e-30

const half = op.constant(0.5)

/**
 * What both terms are divided by before they are squared, so that the sum of their squares is from 1/2 to 4. It is at most
 * the larger of them: the sum of both would overflow near the limit of the precision.
 */
const scaled = (a: Tensor, b: Tensor, epsilon: number): readonly [scale: Tensor, a: Tensor, b: Tensor] => {
  // a product with the inverse is faster, which for the least numbers would overflow
  if (epsilon < TINY) {
    const largest = op.stopGradient(op.maximum(a, b))
    const scale = op.where(largest, largest, op.constant(1))
    return [scale, op.div(a, scale), op.div(b, scale)]
  }
  const mean = op.stopGradient(op.add(op.mul(a, half), op.mul(b, half)))
  const scale = op.clip(mean, LEAST, Infinity)
  const inverse = op.div(op.constant(1), scale)
  return [scale, op.mul(a, inverse), op.mul(b, inverse)]
}

/**
 * `√((kept · root)² + (added · x)²)` of a root of at least 0, as exact as if the squares could neither overflow nor vanish,
 * as far as it counts when `epsilon` is added. Its derivative where it is 0 is 0.
 */
export const nextRoot = (kept: number, added: number, epsilon: number): ((root: Tensor, x: Tensor) => Tensor) => {
  const times = (x: Tensor, k: number): Tensor => (k === 1 ? x : op.mul(x, op.constant(k)))
  return (root, x) => {
    const [scale, a, b] = scaled(times(root, kept), op.abs(times(x, added)), epsilon)
    const total = op.add(op.square(a), op.square(b))
    return op.where(total, op.mul(scale, op.sqrt(total)), op.constant(0))
  }
}

/** `x / (root + epsilon)`; 0 where an epsilon too small for the precision leaves nothing to divide by. */
export const overRoot = (epsilon: number): ((x: Tensor, root: Tensor) => Tensor) => {
  const [added, zero] = [op.constant(epsilon), op.constant(0)]
  return (x, root) => {
    const divisor = op.add(root, added)
    return epsilon < TINY ? op.where(divisor, op.div(x, divisor), zero) : op.div(x, divisor)
  }
}
