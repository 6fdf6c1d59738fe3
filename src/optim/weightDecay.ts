import * as kinds from '../kinds/index.ts'
import { matchingLeaves } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Flat, pathsOf, showPath } from '../tree/tree.ts'
import { memoryless } from './leafwise.ts'
import type { TypedTransformation } from './transformation.ts'

/** How strongly weights decay, and which. @category settings @since 0.1.0 */
export interface WeightDecaySettings {
  /** How much of each parameter is added to its update. */
  readonly rate: number
  /** Which parameters decay, by their path, such as `params[0].weight` (all). */
  readonly where?: (path: string) => boolean
}

type Chooses = (path: string) => boolean

/** Which parameters decay. */
export const where = kinds.callable<Chooses>()

const decays = kinds.settings('addWeightDecay', { rate: kinds.notNegative, where: [where, undefined] })

/**
 * Adds a part of the parameters to the updates: `g + rate · p`.
 *
 * Its place decides what it is. First in a chain it adds to the gradients, as if the loss had the L2 penalty
 * `rate / 2 · ‖p‖²`, which an adaptive optimiser then scales with the rest. After `scaleByAdam` and before `descend` it is
 * decoupled: parameters shrink by `learningRate · rate` a step, whatever their gradients (see `adamW`).
 *
 * @throws ValueError when `rate` is negative or not finite
 * @throws ShapeError, TreeError when parameters and updates differ in structure or shapes
 * @see Loshchilov, Hutter, Decoupled Weight Decay Regularization (2019)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, params, scalar, toNumber } from 'grad-ts'
 *
 * const t = optim.addWeightDecay({ rate: 0.5, where: (path) => path.endsWith('.weight') })
 * const p = { weight: scalar(8), bias: scalar(8) }
 * const g = { weight: scalar(1), bias: scalar(1) }
 * const [{ weight, bias }] = t.update(p)(g)(t.init(p))
 * deepStrictEqual([toNumber(weight), toNumber(bias)], [5, 1])
 * @category transformations
 * @since 0.1.0
 */
export const addWeightDecay = (settings: WeightDecaySettings): TypedTransformation =>
  decaying('addWeightDecay', decays.read(settings))

/** `addWeightDecay` as a part of an optimiser. */
export const decaying = (
  name: string,
  { rate, where }: { readonly rate: number; readonly where: Chooses | undefined }
): TypedTransformation => {
  const factor = op.constant(rate)
  const chosenOf = ({ structure }: Flat<Tensor>): ((index: number) => boolean) => {
    if (where === undefined) return () => true
    const chosen = pathsOf(structure).map((path) => where(showPath('params', path)))
    return (index) => chosen[index]!
  }
  return memoryless(name, (updates, params) => {
    const isChosen = chosenOf(updates)
    const values = matchingLeaves(name, updates, params, { model: 'the gradients', tree: 'the parameters' })
    return updates.leaves.map((x, i) => (isChosen(i) ? op.add(x, op.mul(values[i]!, factor)) : x))
  })
}
