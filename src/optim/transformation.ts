import type { State } from 'fp-ts/lib/State.js'
import type { Params } from '../params/tree.ts'

/**
 * What an optimiser remembers between steps: a tree of tensors (moments, counters), so that it is saved and compared
 * like parameters.
 *
 * @category transformations
 * @since 0.1.0
 */
export type OptimizerState = Params

/**
 * A composable gradient transformation: gradients in, updates out, and the state moved on. The last one of a chain gives
 * what is added to the parameters. Works for parameters of any structure, and gives updates of the same.
 *
 * Laws: `update` keeps structure and shapes, changes none of its arguments, and gives equal results for equal ones;
 * `chain` is associative, with `identity` as its neutral element.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, tensor, toArray } from 'grad-ts'
 *
 * const sgd: optim.GradientTransformation = optim.sgd({ learningRate: 0.5 })
 * const w = tensor([1, 2])
 * const [updates] = sgd.update(w)(tensor([2, 4]))(sgd.init(w))
 * deepStrictEqual(toArray(updates), [-1, -2])
 * @category transformations
 * @since 0.1.0
 */
export interface GradientTransformation {
  readonly name: string
  readonly init: (params: unknown) => OptimizerState
  readonly update: <P>(params: P) => (updates: P) => State<OptimizerState, P>
}
