import { frozen } from '../tensor/frozen.ts'
import { tensor } from '../tensor/construct.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * Exclusive or: 1 where exactly one of two inputs is 1. The smallest problem that a network without a hidden layer cannot
 * learn.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(data.xor.inputs), [[0, 0], [0, 1], [1, 0], [1, 1]])
 * deepStrictEqual(toArray(data.xor.targets), [[0], [1], [1], [0]])
 * @category examples
 * @since 0.1.0
 */
export const xor: { readonly inputs: Tensor<[4, 2]>; readonly targets: Tensor<[4, 1]> } = frozen({
  inputs: tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1]
  ]),
  targets: tensor([[0], [1], [1], [0]])
})
