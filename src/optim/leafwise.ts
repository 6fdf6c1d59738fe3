import * as kinds from '../kinds/index.ts'
import type { Leafwise } from '../params/params.ts'
import { flattenParams, matchingLeaves, type Params, rebuild } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { type Dims, sizeOf } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import { dimsOf, isTensor, make, type Tensor } from '../tensor/tensor.ts'
import type { Flat } from '../tree/tree.ts'
import type { GradientTransformation, OptimizerState, TypedTransformation } from './transformation.ts'

/**
 * What the transformations share. Inside they work on the list of all tensors, so that a chain takes the gradients apart
 * once and not once a part. Memories are trees like the parameters, not lists in their order, so that a record whose keys
 * were written in another order still meets its own moments.
 */

/** A transformation on the list of all tensors. */
export type OnLeaves = (
  updates: Flat<Tensor>,
  params: unknown,
  state: OptimizerState
) => readonly [updates: readonly Tensor[], state: OptimizerState]

interface Inside {
  readonly init: TypedTransformation['init']
  readonly update: TypedTransformation['update']
  readonly onLeaves: OnLeaves
  /** The parts of a chain. */
  readonly parts: readonly GradientTransformation[] | null
}

// registered, so that what the CommonJS build made is known to the ES module build too
const INSIDE: unique symbol = Symbol.for('grad-ts/transformation') as never

/** What a transformation made here is inside; nothing when a spread has put another `init` or `update` in its place. */
const insideOf = (t: GradientTransformation & { readonly [INSIDE]?: Inside }): Inside | null => {
  const inside = t[INSIDE]
  return inside?.init === t.init && inside.update === t.update ? inside : null
}

export const transformationKind = kinds.record('an optimizer, such as optim.sgd gives', {
  name: kinds.text,
  init: kinds.anyFunction,
  update: kinds.anyFunction
})

/** The parts of a chain; of anything else, itself. */
export const partsOf = (t: GradientTransformation): readonly GradientTransformation[] => insideOf(t)?.parts ?? [t]

const ofUpdate = { model: 'the gradients it was given', tree: 'the updates it gave' }

/** Any transformation on lists: one made elsewhere is given trees, and must give the like back. */
export const onLeavesOf = (t: GradientTransformation): OnLeaves =>
  insideOf(t)?.onLeaves ??
  ((updates, params, state) => {
    const given = rebuild<Params>(updates.structure, updates.leaves)
    const withParams = kinds.mustBe(
      kinds.anyFunction,
      `${t.name}: what update gives for parameters`,
      t.update(params as Params)
    )
    const answer: unknown = kinds.mustBe(
      kinds.anyFunction,
      `${t.name}: what update gives for gradients`,
      withParams(given)
    )(state)
    if (!Array.isArray(answer) || answer.length !== 2)
      return fail('ValueError', `${t.name}: update must give a pair, [updates, state], it gave ${showGiven(answer)}`)
    return [matchingLeaves(t.name, updates, answer[0], ofUpdate), answer[1] as OptimizerState]
  })

export const transformation = (
  name: string,
  init: TypedTransformation['init'],
  onLeaves: OnLeaves,
  parts: readonly GradientTransformation[] | null = null
): TypedTransformation => {
  const update: TypedTransformation['update'] =
    (params) =>
    <P>(updates: P) =>
    (state) => {
      const flat = flattenParams(name, updates)
      const [leaves, next] = onLeaves(flat, params, state)
      return [rebuild<P>(flat.structure, leaves), next]
    }
  const inside: Inside = { init, update, onLeaves, parts }
  return { name, init, update, [INSIDE]: inside } as TypedTransformation
}

const nothing: OptimizerState = []

/** A transformation without memory, given by what it does to the tensors of the updates, all at once. */
export const memoryless = (
  name: string,
  transform: (updates: Flat<Tensor>, params: unknown) => readonly Tensor[]
): TypedTransformation =>
  transformation(
    name,
    () => nothing,
    (updates, params, state) => [transform(updates, params), state]
  )

/**
 * A transformation of one's own from a function of a tensor that keeps its shape: applied to every update, remembers nothing.
 *
 * @throws ValueError when the name is no text or the function none, and at an update for which it gives no tensor
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, sign, tensor, toArray } from 'grad-ts'
 *
 * // only the signs of the gradients count
 * const signSgd = optim.chain(optim.leafwise('sign')(sign), optim.descend(0.5))
 * const w = tensor([1, 2])
 * const [next] = optim.step(signSgd)(w, tensor([100, -3]), signSgd.init(w))
 * deepStrictEqual(toArray(next), [0.5, 2.5])
 * @category combinators
 * @since 0.1.0
 */
export const leafwise =
  (name: string) =>
  (f: Leafwise): TypedTransformation => {
    kinds.mustBe(kinds.name, 'leafwise: name', name)
    kinds.mustBe(kinds.anyFunction, `${name}: f`, f)
    return memoryless(name, ({ leaves }) => leaves.map((x) => asTensor(`${name}: what its function gave`, f(x))))
  }

/** The part of a state that goes by a name; a state without it was not made by this transformation's `init`. */
const part = (what: string, state: OptimizerState, name: string): unknown =>
  typeof (state as unknown) !== 'object' ||
  (state as unknown) === null ||
  isTensor(state) ||
  !Object.hasOwn(state, name)
    ? fail(
        'TreeError',
        `${what}: the state holds no ${name}; start with the state that init(params) of this optimizer gives`
      )
    : (state as Readonly<Record<string, unknown>>)[name]

/** Where counters and averages of ones begin. */
export const zero: Tensor = op.constant(0)
const one: Tensor = op.constant(1)

/** A scalar of a state, by its name. */
export const scalarOf = (what: string, state: OptimizerState, name: string): Tensor => {
  const value = part(what, state, name)
  return isTensor(value) && dimsOf(value).length === 0
    ? value
    : fail(
        'TreeError',
        `${what}: ${name} must be a scalar tensor; start with the state that init(params) of this optimizer gives`
      )
}

/** How many updates were made before: 0 at the start. */
export const stepOf = (what: string, state: OptimizerState): Tensor => scalarOf(what, state, 'step')

export const nextStep = (step: Tensor): Tensor => op.add(step, one)

/** Trees like the parameters, by name. */
type Memories = Readonly<Record<string, OptimizerState>>

/** Memories that hold one value everywhere. */
export const initialMemories = (what: string, names: readonly string[], value: number, params: unknown): Memories => {
  const { leaves, structure } = flattenParams(what, params)
  const filled = (dims: Dims): Tensor => make(dims, new Float64Array(sizeOf(dims)).fill(value))
  return Object.fromEntries(
    names.map((name) => [
      name,
      rebuild<OptimizerState>(
        structure,
        leaves.map((x) => filled(dimsOf(x)))
      )
    ])
  )
}

/** What becomes of one tensor: its update, and its new memories in the order of their names. */
export interface LeafUpdate {
  readonly update: Tensor
  readonly memories: readonly Tensor[]
}

/** Updates every tensor together with its memories. */
export const updateLeaves = (
  what: string,
  names: readonly string[],
  move: (gradient: Tensor, memories: readonly Tensor[]) => LeafUpdate,
  updates: Flat<Tensor>,
  state: OptimizerState
): readonly [updates: readonly Tensor[], memories: Memories] => {
  const before = names.map((name) =>
    matchingLeaves(what, updates, part(what, state, name), { model: 'the gradients', tree: `${name} of the state` })
  )
  const moved = updates.leaves.map((gradient, i) =>
    move(
      gradient,
      before.map((memory) => memory[i]!)
    )
  )
  const treeOf = (k: number): OptimizerState =>
    rebuild(
      updates.structure,
      moved.map(({ memories }) => memories[k]!)
    )
  return [moved.map(({ update }) => update), Object.fromEntries(names.map((name, k) => [name, treeOf(k)]))]
}
