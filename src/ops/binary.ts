import { broadcast, broadcastFault } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Broadcast, BroadcastCheck, Shape } from '../tensor/shape.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import type { Pointwise } from './elementwise.ts'
import { operand } from './operand.ts'

/** What operations of two operands are made with. */

/**
 * An operation with a tensor or a number as its first argument, the data as its second. A scalar goes with the
 * numbers, not with the other tensors, so that it may be used inside functions over tensors of every shape.
 *
 * @category arithmetic
 * @since 0.1.0
 */
export interface Binary {
  (k: number | Scalar): Pointwise
  <B extends Shape>(b: Tensor<B>): <A extends Shape>(a: Tensor<A> & BroadcastCheck<A, B>) => Tensor<Broadcast<A, B>>
}

/** The implementation is checked with its generics erased; the laws compare shapes at run time with the claimed ones. */
export const binary = (name: string, f: (a: Tensor, b: Tensor) => Tensor): Binary =>
  ((b: Tensor | number) => {
    const right = operand(name, b)
    return (a: Tensor) => {
      const left = asTensor(name, a)
      // here, as `f` may be put together of operations of other names
      return broadcast(dimsOf(left), dimsOf(right)) === undefined
        ? fail('ShapeError', `${name}: ${broadcastFault(dimsOf(left), dimsOf(right))}`)
        : f(left, right)
    }
  }) as unknown as Binary
