import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type LeafUpdate, updateLeaves, initialMemories, scalarOf, transformation, zero } from './leafwise.ts'
import { nextRoot, overRoot } from './root.ts'
import type { TypedTransformation } from './transformation.ts'

/** Transformations that remember: velocities, moving averages, roots of sums of squares. All memories are trees like the parameters. */

/** How a velocity gathers gradients. @category settings @since 0.1.0 */
export interface VelocitySettings {
  /** How much of the velocity is kept (0.9), in [0, 1). */
  readonly momentum?: number
  /** How much of each gradient is left out (0), in [0, 1); as much as `momentum` makes an average of the sum. */
  readonly dampening?: number
  /** Whether to look one step ahead (false). */
  readonly nesterov?: boolean
}

/** How the two moments of adam are kept. @category settings @since 0.1.0 */
export interface AdamScaling {
  /** How much of the mean of gradients is kept (0.9), in [0, 1). */
  readonly beta1?: number
  /** How much of the mean of their squares is kept (0.999), in [0, 1). */
  readonly beta2?: number
  /** Added to the root, so that the divisor is never 0 (1e-8). */
  readonly epsilon?: number
}

/** How the mean of squares of rmsProp is kept. @category settings @since 0.1.0 */
export interface RmsScaling {
  /** How much of the mean of squares is kept (0.9), in [0, 1). */
  readonly decay?: number
  /** Added to the root, so that it is never 0 (1e-8). */
  readonly epsilon?: number
}

/** How the sums of squares of adagrad are used. @category settings @since 0.1.0 */
export interface AdagradScaling {
  /** Added to the root, so that it is never 0 (1e-8). */
  readonly epsilon?: number
  /** Where the sums of squares begin (0). */
  readonly initialAccumulator?: number
}

/** The settings of adam's scaling, of rmsProp's and of adagrad's. */
export const scalings = {
  adam: { beta1: [kinds.decay, 0.9], beta2: [kinds.decay, 0.999], epsilon: [kinds.positive, 1e-8] },
  rms: { decay: [kinds.decay, 0.9], epsilon: [kinds.positive, 1e-8] },
  adagrad: { epsilon: [kinds.positive, 1e-8], initialAccumulator: [kinds.notNegative, 0] }
} as const

/** The settings of a velocity beside its momentum. */
export const gathering = { dampening: [kinds.decay, 0], nesterov: [kinds.yesOrNo, false] } as const

const reads = {
  velocity: kinds.settings('velocity', { momentum: [kinds.decay, 0.9], ...gathering }),
  scaleByAdam: kinds.settings('scaleByAdam', scalings.adam),
  scaleByRms: kinds.settings('scaleByRms', scalings.rms),
  scaleByAdagrad: kinds.settings('scaleByAdagrad', scalings.adagrad)
}

/** A transformation with one memory a tensor. */
const remembering = (
  name: string,
  memory: string,
  initial: number,
  move: (gradient: Tensor, before: Tensor) => readonly [update: Tensor, after: Tensor]
): TypedTransformation =>
  transformation(
    name,
    (params) => initialMemories(name, [memory], initial, params),
    (updates, _, state) =>
      updateLeaves(
        name,
        [memory],
        (gradient, [before]) => {
          const [update, after] = move(gradient, before!)
          return { update, memories: [after] }
        },
        updates,
        state
      )
  )

/**
 * The velocity of momentum, a decayed sum of gradients: `v ← momentum · v + (1 − dampening) · g` from `v = 0`; the update is
 * `v`, or with `nesterov` the look ahead `momentum · v + (1 − dampening) · g`. Without dampening it grows to
 * `g / (1 − momentum)` under a steady gradient; with as much dampening as momentum it is the exponential moving average, which
 * grows to `g`, not corrected for its start at 0. It makes an update of every gradient; it does not add up the gradients of
 * several batches for one update.
 *
 * @throws ValueError when `momentum` or `dampening` is not in [0, 1)
 * @throws ShapeError, TreeError when gradients and state do not have the structure and shapes of the parameters
 * @see Polyak, Some methods of speeding up the convergence of iteration methods (1964)
 * @see Sutskever, Martens, Dahl, Hinton, On the importance of initialization and momentum in deep learning (2013)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * const two = (t: optim.TypedTransformation) => {
 *   const g = scalar(2)
 *   const [first, after] = t.update(g)(g)(t.init(g))
 *   return [first, t.update(g)(g)(after)[0]].map(toNumber)
 * }
 * deepStrictEqual(two(optim.velocity({ momentum: 0.5 })), [2, 3])
 * deepStrictEqual(two(optim.velocity({ momentum: 0.5, dampening: 0.5 })), [1, 1.5])
 * @category transformations
 * @since 0.1.0
 */
export const velocity = (settings: VelocitySettings = {}): TypedTransformation =>
  moving('velocity', reads.velocity.read(settings))

/** `velocity` as a part of an optimiser. */
export const moving = (
  name: string,
  { momentum, dampening, nesterov }: Required<VelocitySettings>
): TypedTransformation => {
  const [kept, taken] = [op.constant(momentum), op.constant(1 - dampening)]
  return remembering(name, 'velocity', 0, (gradient, before) => {
    const added = dampening === 0 ? gradient : op.mul(gradient, taken)
    const gather = (v: Tensor): Tensor => op.add(added, op.mul(v, kept))
    const after = gather(before)
    return [nesterov ? gather(after) : after, after]
  })
}

/** `decay · mean + (1 − decay) · x`. */
const averaging = (decay: number): ((mean: Tensor, x: Tensor) => Tensor) => {
  const [kept, added] = [op.constant(decay), op.constant(1 - decay)]
  return (mean, x) => op.add(op.mul(mean, kept), op.mul(x, added))
}

/**
 * Adam's scaling: the mean of gradients over the root of the mean of their squares, both corrected for their start at 0:
 * `m ← β₁ m + (1 − β₁) g`, `s ← β₂ s + (1 − β₂) g²`, update `(m / (1 − β₁ᵗ)) / (√(s / (1 − β₂ᵗ)) + ε)`, where `t` counts
 * from 1. It remembers `√s`, so that no finite gradient is too large or too small for its square, and as many steps of the
 * same averages of ones, `1 − β₁ᵗ` and `√(1 − β₂ᵗ)`. Steps uphill: end the chain with `descend`.
 *
 * @throws ValueError when a beta is not in [0, 1), or `epsilon` is not positive
 * @throws ShapeError, TreeError when gradients and state do not have the structure and shapes of the parameters
 * @see Kingma, Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1
 * @example
 * import { ok } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * // the first update is the sign of the gradient, whatever its size
 * const t = optim.scaleByAdam()
 * const w = scalar(0)
 * ok(Math.abs(toNumber(t.update(w)(scalar(-500))(t.init(w))[0]) + 1) < 1e-9)
 * @category transformations
 * @since 0.1.0
 */
export const scaleByAdam = (settings: AdamScaling = {}): TypedTransformation =>
  scalingByAdam('scaleByAdam', reads.scaleByAdam.read(settings))

/** `scaleByAdam` as a part of an optimiser. */
export const scalingByAdam = (name: string, { beta1, beta2, epsilon }: Required<AdamScaling>): TypedTransformation => {
  const [meanOf, rootOf, over] = [averaging(beta1), rootOfAverage(beta2), overRoot(epsilon)]
  const one = op.constant(1)
  const names = ['mean', 'root']
  return transformation(
    name,
    (params) => ({ meanOfOnes: zero, rootOfOnes: zero, ...initialMemories(name, names, 0, params) }),
    (updates, _, state) => {
      // the same averages of ones: in exact arithmetic 1 − β₁ᵗ and √(1 − β₂ᵗ), without a power, whose last bits differ
      // between machines, and without the digits that a subtraction from 1 would lose
      const meanOfOnes = meanOf(scalarOf(name, state, 'meanOfOnes'), one)
      const rootOfOnes = rootOf(scalarOf(name, state, 'rootOfOnes'), one)
      // of scalars, so that each element costs one root and one division
      const [meanScale, rootScale] = [op.div(one, meanOfOnes), op.div(one, rootOfOnes)]
      const move = (gradient: Tensor, [m, r]: readonly Tensor[]): LeafUpdate => {
        const mean = meanOf(m!, gradient)
        const root = rootOf(r!, gradient)
        return { update: over(op.mul(mean, meanScale), op.mul(root, rootScale)), memories: [mean, root] }
      }
      const [updated, memories] = updateLeaves(name, names, move, updates, state)
      return [updated, { meanOfOnes, rootOfOnes, ...memories }]
    }
  )
}

/** `√(decay · root² + (1 − decay) · x²)`. */
const rootOfAverage = (decay: number): ((root: Tensor, x: Tensor) => Tensor) =>
  nextRoot(Math.sqrt(decay), Math.sqrt(1 - decay))

/**
 * Gradients over the root of the moving average of their squares: `s ← decay · s + (1 − decay) · g²` from `s = 0`, update
 * `g / (√s + ε)`. It is not corrected for its start at 0, so the first update is `g / (√(1 − decay) · |g| + ε)`.
 *
 * @throws ValueError when `decay` is not in [0, 1), or `epsilon` is not positive
 * @throws ShapeError, TreeError when gradients and state do not have the structure and shapes of the parameters
 * @see Tieleman, Hinton, Lecture 6.5: rmsprop, COURSERA: Neural Networks for Machine Learning (2012)
 * @example
 * import { ok } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * const t = optim.scaleByRms({ decay: 0.75 })
 * const w = scalar(0)
 * ok(Math.abs(toNumber(t.update(w)(scalar(8))(t.init(w))[0]) - 2) < 1e-8)
 * @category transformations
 * @since 0.1.0
 */
export const scaleByRms = (settings: RmsScaling = {}): TypedTransformation =>
  scalingByRms('scaleByRms', reads.scaleByRms.read(settings))

/** `scaleByRms` as a part of an optimiser. */
export const scalingByRms = (name: string, { decay, epsilon }: Required<RmsScaling>): TypedTransformation => {
  const [rootOf, over] = [rootOfAverage(decay), overRoot(epsilon)]
  return remembering(name, 'root', 0, (gradient, before) => {
    const root = rootOf(before, gradient)
    return [over(gradient, root), root]
  })
}

/**
 * Gradients over the root of the sum of all their squares so far: `s ← s + g²` from `s = initialAccumulator`, update
 * `g / (√s + ε)`. The steps shrink for ever, and most where gradients were large.
 *
 * @throws ValueError when `epsilon` is not positive, or `initialAccumulator` negative
 * @throws ShapeError, TreeError when gradients and state do not have the structure and shapes of the parameters
 * @see Duchi, Hazan, Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization (2011)
 * @example
 * import { ok } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * const t = optim.scaleByAdagrad()
 * const w = scalar(0)
 * const [, after] = t.update(w)(scalar(3))(t.init(w))
 * ok(Math.abs(toNumber(t.update(w)(scalar(4))(after)[0]) - 4 / 5) < 1e-8)
 * @category transformations
 * @since 0.1.0
 */
export const scaleByAdagrad = (settings: AdagradScaling = {}): TypedTransformation =>
  scalingByAdagrad('scaleByAdagrad', reads.scaleByAdagrad.read(settings))

/** `scaleByAdagrad` as a part of an optimiser. */
export const scalingByAdagrad = (
  name: string,
  { epsilon, initialAccumulator }: Required<AdagradScaling>
): TypedTransformation => {
  const [rootOf, over] = [nextRoot(1, 1), overRoot(epsilon)]
  return remembering(name, 'root', Math.sqrt(initialAccumulator), (gradient, before) => {
    const root = rootOf(before, gradient)
    return [over(gradient, root), root]
  })
}
