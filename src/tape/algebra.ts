import type { Algebra } from '../primitive/algebra.ts'
import { wordsOf } from '../primitive/carrier.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { apply } from './apply.ts'

const constants: readonly Tensor[] = [0, 1, 2].map((value) => make([], Float64Array.of(value)))

/**
 * The vocabulary on tensors, plain or traced: each operation applies its primitive, which evaluates or records. Rules
 * and public operations both run on it.
 */
export const tensors: Algebra<Tensor> = {
  ...wordsOf<Tensor>(apply),
  dims: dimsOf,
  // common constants are shared, as tensors are immutable
  constant: (value) =>
    Object.is(value, 0) || value === 1 || value === 2 ? constants[value]! : make([], Float64Array.of(value)),
  range: (count, step) => {
    const values = new Float64Array(count)
    for (let i = 0; i < count; i++) values[i] = i * step
    return make([count], values)
  }
}
