import * as kinds from '../kinds/index.ts'
import { chainAs } from './chain.ts'
import {
  type AdagradScaling,
  type AdamScaling,
  type RmsScaling,
  scalingByAdagrad,
  scalingByAdam,
  scalingByRms,
  gathering,
  moving,
  scalings,
  type VelocitySettings
} from './moments.ts'
import { descending } from './scale.ts'
import { rate, type Schedule } from './schedule.ts'
import type { TypedTransformation } from './transformation.ts'
import { decaying, where } from './weightDecay.ts'

/** The optimisers known by name: chains that end in `descend`. */

/** What every optimiser has. @category settings @since 0.1.0 */
export interface RateSettings {
  /** How far to step: a number, or a schedule, whose first step is 0. */
  readonly learningRate: number | Schedule
}

/** What gradient descent is made of. @category settings @since 0.1.0 */
export interface SgdSettings extends RateSettings, VelocitySettings {
  /** How much of the velocity is kept (0: there is none), in [0, 1). */
  readonly momentum?: number
}

/** What adagrad is made of. @category settings @since 0.1.0 */
export interface AdagradSettings extends RateSettings, AdagradScaling {}

/** What rmsProp is made of. @category settings @since 0.1.0 */
export interface RmsPropSettings extends RateSettings, RmsScaling {}

/** What adam is made of. @category settings @since 0.1.0 */
export interface AdamSettings extends RateSettings, AdamScaling {}

/** What adamW is made of. @category settings @since 0.1.0 */
export interface AdamWSettings extends AdamSettings {
  /** How much of each parameter is taken off a step, times the learning rate (0.01). */
  readonly weightDecay?: number
  /** Which parameters decay, by their path, such as `params[0].weight` (all). */
  readonly where?: (path: string) => boolean
}

const rated = { learningRate: rate }

/** The settings of the optimisers, by name. @internal */
export const optimizers = {
  sgd: kinds.settings('sgd', { ...rated, momentum: [kinds.decay, 0], ...gathering }),
  adagrad: kinds.settings('adagrad', { ...rated, ...scalings.adagrad }),
  rmsProp: kinds.settings('rmsProp', { ...rated, ...scalings.rms }),
  adam: kinds.settings('adam', { ...rated, ...scalings.adam }),
  adamW: kinds.settings('adamW', {
    ...rated,
    ...scalings.adam,
    weightDecay: [kinds.notNegative, 0.01],
    where: [where, undefined]
  })
}

/**
 * Gradient descent, `p ← p − learningRate · g`; stochastic when the gradients are of batches. With momentum it steps by a
 * velocity, `v ← momentum · v + (1 − dampening) · g` from `v = 0`, `p ← p − learningRate · v`: the heavy ball, which a steady
 * gradient moves `1 / (1 − momentum)` times as far. With `nesterov` it steps by `momentum · v + (1 − dampening) · g`, Nesterov's
 * accelerated gradient in the form that needs the gradient only where the parameters are.
 *
 * As PyTorch's `SGD` without dampening. As much dampening as momentum averages the gradients, which some texts call momentum:
 * a steady gradient moves it as far as without, after a slow start. (PyTorch does not dampen the first gradient.)
 *
 * @throws ValueError when the learning rate is negative or not finite, or `momentum` or `dampening` not in [0, 1)
 * @see Robbins, Monro, A Stochastic Approximation Method (1951)
 * @see Polyak, Some methods of speeding up the convergence of iteration methods (1964)
 * @see Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²) (1983)
 * @see Sutskever, Martens, Dahl, Hinton, On the importance of initialization and momentum in deep learning (2013)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * // where two steps lead from 0 under a gradient of 1
 * const two = (settings: Partial<optim.SgdSettings>) => {
 *   const sgd = optim.sgd({ learningRate: 1, ...settings })
 *   const [first, state] = optim.step(sgd)(scalar(0), scalar(1), sgd.init(scalar(0)))
 *   return [first, optim.step(sgd)(first, scalar(1), state)[0]].map(toNumber)
 * }
 * deepStrictEqual(two({}), [-1, -2])
 * deepStrictEqual(two({ momentum: 0.5 }), [-1, -2.5])
 * deepStrictEqual(two({ momentum: 0.5, nesterov: true }), [-1.5, -3.25])
 * deepStrictEqual(two({ momentum: 0.5, dampening: 0.5 }), [-0.5, -1.25])
 * @category optimizers
 * @since 0.1.0
 */
export const sgd = (settings: SgdSettings): TypedTransformation => {
  const { learningRate, ...velocity } = optimizers.sgd.read(settings)
  const down = descending('sgd', learningRate)
  return velocity.momentum === 0 && velocity.dampening === 0 ? down : chainAs('sgd', [moving('sgd', velocity), down])
}

/**
 * Adagrad: `s ← s + g²`, `p ← p − learningRate · g / (√s + ε)`, from `s = initialAccumulator` (0); `ε` is 1e-8.
 *
 * @throws ValueError when the learning rate or `initialAccumulator` is negative or not finite, or `epsilon` not positive
 * @see Duchi, Hazan, Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization (2011)
 * @example
 * import { ok } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * const adagrad = optim.adagrad({ learningRate: 0.1 })
 * const w = scalar(0)
 * const [next] = optim.step(adagrad)(w, scalar(100), adagrad.init(w))
 * ok(Math.abs(toNumber(next) + 0.1) < 1e-9)
 * @category optimizers
 * @since 0.1.0
 */
export const adagrad = (settings: AdagradSettings): TypedTransformation => {
  const { learningRate, ...scaling } = optimizers.adagrad.read(settings)
  return chainAs('adagrad', [scalingByAdagrad('adagrad', scaling), descending('adagrad', learningRate)])
}

/**
 * RMSProp: `s ← decay · s + (1 − decay) · g²`, `p ← p − learningRate · g / (√s + ε)`, from `s = 0`; `decay` is 0.9, `ε` 1e-8.
 *
 * @throws ValueError when the learning rate is negative or not finite, `decay` not in [0, 1) or `epsilon` not positive
 * @see Tieleman, Hinton, Lecture 6.5: rmsprop, COURSERA: Neural Networks for Machine Learning (2012)
 * @example
 * import { ok } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * const rmsProp = optim.rmsProp({ learningRate: 0.1, decay: 0.75 })
 * const w = scalar(0)
 * const [next] = optim.step(rmsProp)(w, scalar(100), rmsProp.init(w))
 * ok(Math.abs(toNumber(next) + 0.2) < 1e-9)
 * @category optimizers
 * @since 0.1.0
 */
export const rmsProp = (settings: RmsPropSettings): TypedTransformation => {
  const { learningRate, ...scaling } = optimizers.rmsProp.read(settings)
  return chainAs('rmsProp', [scalingByRms('rmsProp', scaling), descending('rmsProp', learningRate)])
}

/**
 * Adam: steps by the mean of gradients over the root of the mean of their squares, both corrected for their start at 0:
 * `p ← p − learningRate · m̂ / (√ŝ + ε)`, as `scaleByAdam` defines them, `t` counted from 1. By default `β₁` is 0.9, `β₂`
 * 0.999 and `ε` 1e-8, as in the paper, which suggests a learning rate of 0.001.
 *
 * @throws ValueError when the learning rate is negative or not finite, a beta not in [0, 1) or `epsilon` not positive
 * @see Kingma, Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1
 * @example
 * import { ok } from 'assert'
 * import { optim, tensor, toArray } from 'grad-ts'
 *
 * // the first step is as long as the learning rate, whatever the gradient
 * const adam = optim.adam({ learningRate: 0.01 })
 * const w = tensor([0, 0])
 * const [next] = optim.step(adam)(w, tensor([1000, -0.001]), adam.init(w))
 * ok(toArray(next).every((x, i) => Math.abs(x - [-0.01, 0.01][i]!) < 1e-6))
 * @category optimizers
 * @since 0.1.0
 */
export const adam = (settings: AdamSettings): TypedTransformation => {
  const { learningRate, ...scaling } = optimizers.adam.read(settings)
  return chainAs('adam', [scalingByAdam('adam', scaling), descending('adam', learningRate)])
}

/**
 * Adam with decoupled weight decay: `p ← p − learningRate · (m̂ / (√ŝ + ε) + weightDecay · p)`. The decay is not scaled by the
 * gradients' squares, as an L2 penalty in the loss would be. `weightDecay` is 0.01 by default, the rest as in `adam`.
 *
 * @throws ValueError when the learning rate or `weightDecay` is negative or not finite, a beta not in [0, 1) or `epsilon` not positive
 * @see Loshchilov, Hutter, Decoupled Weight Decay Regularization (2019), algorithm 2
 * @example
 * import { ok } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * // without a gradient only the decay is left
 * const adamW = optim.adamW({ learningRate: 0.1, weightDecay: 0.5 })
 * const w = scalar(8)
 * const [next] = optim.step(adamW)(w, scalar(0), adamW.init(w))
 * ok(Math.abs(toNumber(next) - 8 * (1 - 0.1 * 0.5)) < 1e-12)
 * @category optimizers
 * @since 0.1.0
 */
export const adamW = (settings: AdamWSettings): TypedTransformation => {
  const { learningRate, weightDecay, where, ...scaling } = optimizers.adamW.read(settings)
  return chainAs('adamW', [
    scalingByAdam('adamW', scaling),
    decaying('adamW', { rate: weightDecay, where }),
    descending('adamW', learningRate)
  ])
}
