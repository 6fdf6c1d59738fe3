import { tensors as op } from '../tape/algebra.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Roots of sums of squares, element by element. Optimisers remember the root and not the square: a gradient of 1e160 (1e20
 * in single precision) has a square that overflows, and one of 1e-170 (1e-25) a square that vanishes.
 */

/** An epsilon below it may be 0 in single precision. */
const TINY = 1e-30

/** `√((kept · root)² + (added · x)²)`, whose squares neither overflow nor vanish. Its derivative where it is 0 is 0. */
export const nextRoot = (kept: number, added: number): ((root: Tensor, x: Tensor) => Tensor) => {
  const times = (x: Tensor, k: number): Tensor => (k === 1 ? x : op.mul(x, op.constant(k)))
  return (root, x) => op.hypot(times(root, kept), times(x, added))
}

/** `x / (root + epsilon)`; 0 where an epsilon too small for the precision leaves nothing to divide by. */
export const overRoot = (epsilon: number): ((x: Tensor, root: Tensor) => Tensor) => {
  const [added, zero] = [op.constant(epsilon), op.constant(0)]
  return (x, root) => {
    const divisor = op.add(root, added)
    return epsilon < TINY ? op.where(divisor, op.div(x, divisor), zero) : op.div(x, divisor)
  }
}
