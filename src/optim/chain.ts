import * as kinds from '../kinds/index.ts'
import { frozen } from '../tensor/frozen.ts'
import type { Params } from '../params/tree.ts'
import { fail } from '../tensor/errors.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { transformationKind, onLeavesOf, partsOf, transformation } from './leafwise.ts'
import type { GradientTransformation, OptimizerState, TypedTransformation } from './transformation.ts'

/** Transformations one after another. A chain knows its parts, so that chains of chains have one flat list of states. */

const statesOf = (name: string, count: number, state: OptimizerState): readonly OptimizerState[] =>
  !isTensor(state) && Array.isArray(state) && state.length === count
    ? (state as readonly OptimizerState[])
    : fail(
        'TreeError',
        `${name}: the state must be a list of ${count}, one for each part; start with the state that init(params) of this optimizer gives`
      )

const sequence = (name: string, parts: readonly GradientTransformation[]): TypedTransformation => {
  const runs = parts.map(onLeavesOf)
  return transformation(
    name,
    (params) => parts.map(({ init }) => init(params as Params)),
    ({ leaves, structure }, params, state) => {
      const states = statesOf(name, parts.length, state)
      return runs.reduce<readonly [readonly Tensor[], readonly OptimizerState[]]>(
        ([current, done], run, i) => {
          const [next, after] = run({ leaves: current, structure }, params, states[i]!)
          return [next, [...done, after]]
        },
        [leaves, []]
      )
    },
    parts
  )
}

/** Updates are the gradients as they are: a chain of nothing. */
const identity: TypedTransformation = frozen(sequence('identity', []))

/**
 * Transformations one after another, the first on the gradients, each on what the one before gave. Associative, states
 * included: a chain within a chain is spliced in, and a chain of nothing, whose
 * updates are the gradients, leaves no trace. The state is the list of the parts'
 * states; a chain of one is that one. Parameters may be of any type, and updates are of the same.
 *
 * @throws ValueError when it is given something that is no transformation
 * @throws TreeError when an update is given a state that `init` of this chain did not make
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, tensor, toArray } from 'grad-ts'
 *
 * const clipped = optim.chain(optim.clipByGlobalNorm(2.5), optim.sgd({ learningRate: 0.5 }))
 * const w = tensor([0, 0])
 * const [updates] = clipped.update(w)(tensor([3, 4]))(clipped.init(w))
 * deepStrictEqual(toArray(updates), [-0.75, -1])
 * deepStrictEqual(optim.chain().update(w)(w)(optim.chain().init(w))[0], w)
 * @category combinators
 * @since 0.1.0
 */
export const chain = (...transformations: readonly GradientTransformation[]): TypedTransformation => {
  transformations.forEach((t, i) => kinds.mustBe(transformationKind, `chain: transformation ${i}`, t))
  const chained = transformations.filter((t) => partsOf(t).length > 0)
  return chained.length === 0
    ? identity
    : chained.length === 1
      ? (chained[0] as TypedTransformation)
      : chainAs(chained.map(({ name }) => name).join(' then '), chained)
}

/** A chain under a name of its own. */
export const chainAs = (name: string, transformations: readonly GradientTransformation[]): TypedTransformation =>
  sequence(name, transformations.flatMap(partsOf))
