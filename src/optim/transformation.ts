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
 * what is added to the parameters. It works on trees of tensors of any structure, is written with the functions of `params`,
 * and gives updates of the structure and shapes of the gradients. `S` is the type of its own state, a tree too.
 *
 * `optim.step`, `optim.chain` and training take any; what `chain` gives keeps the type of the parameters it is called with.
 *
 * Laws: `update` keeps structure and shapes, changes none of its arguments, and gives equal results for equal ones;
 * `chain` is associative, with `identity` as its neutral element.
 *
 * @see Chen et al., Symbolic Discovery of Optimization Algorithms (2023), algorithm 2, for the example
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { add, mul, optim, params, sign, tensor, toArray } from 'grad-ts'
 *
 * // Lion: steps of equal length along the sign of a mean of gradients
 * const lion = (learningRate: number, beta1 = 0.9, beta2 = 0.99): optim.GradientTransformation => {
 *   const mean = (beta: number) => params.zipWith((m, g) => pipe(m, mul(beta), add(mul(1 - beta)(g))))
 *   return {
 *     name: 'lion',
 *     init: params.zerosLike,
 *     update: () => (g) => (m) => [
 *       pipe(m, mean(beta1)(g), params.map(sign), params.scale(-learningRate)),
 *       mean(beta2)(g)(m)
 *     ]
 *   }
 * }
 *
 * const w = tensor([1, 2])
 * const t = lion(0.5)
 * const [next, state] = optim.step(t)(w, tensor([100, -1]), t.init(w))
 * const [last] = optim.step(t)(next, tensor([-1, -1]), state)
 * deepStrictEqual([toArray(next), toArray(last)], [[0.5, 2.5], [0, 3]])
 * @category transformations
 * @since 0.1.0
 */
export interface GradientTransformation<S = OptimizerState> {
  readonly name: string
  readonly init: (params: Params) => S
  readonly update: (params: Params) => (updates: Params) => Next<S>
}

/**
 * What becomes of a state: `State<S, Params>`. As a method, so that a transformation with a state of its own is one of any
 * state: nobody hands it another state than its own.
 */
type Next<S> = { next(state: S): readonly [updates: Params, state: S] }['next']

/**
 * A transformation that keeps the type of the parameters, whatever it is: what the functions of the library give.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, tensor, toArray } from 'grad-ts'
 *
 * const sgd: optim.TypedTransformation = optim.sgd({ learningRate: 0.5 })
 * const w = tensor([1, 2])
 * const [updates] = sgd.update(w)(tensor([2, 4]))(sgd.init(w))
 * deepStrictEqual(toArray(updates), [-1, -2])
 * @category transformations
 * @since 0.1.0
 */
export interface TypedTransformation extends GradientTransformation {
  readonly init: (params: unknown) => OptimizerState
  readonly update: <P>(params: P) => (updates: P) => State<OptimizerState, P>
}
