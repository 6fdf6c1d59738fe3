import * as kinds from '../kinds/index.ts'
import { chainAs } from './chain.ts'
import {
  type AdagradScaling,
  type AdamScaling,
  averagingOf,
  type RmsScaling,
  scalingByAdagrad,
  scalingByAdam,
  scalingByRms,
  scalings,
  tracing
} from './moments.ts'
import { descending } from './scale.ts'
import { rate, type Schedule } from './schedule.ts'
import type { TypedTransformation } from './transformation.ts'
import { decaying, where } from './weightDecay.ts'

/** The optimisers known by name: chains that end in `descend`. */

/** What gradient descent is made of. @category settings @since 0.1.0 */
export interface SgdSettings {
  /** How far to step: a number, or a schedule, whose first step is 0. */
  readonly learningRate: number | Schedule
}

/** What the momentum methods are made of. @category settings @since 0.1.0 */
export interface MomentumSettings extends SgdSettings {
  /** How much of the velocity is kept (0.9), in [0, 1). */
  readonly decay?: number
}

/** What adagrad is made of. @category settings @since 0.1.0 */
export interface AdagradSettings extends SgdSettings, AdagradScaling {}

/** What rmsProp is made of. @category settings @since 0.1.0 */
export interface RmsPropSettings extends SgdSettings, RmsScaling {}

/** What adam is made of. @category settings @since 0.1.0 */
export interface AdamSettings extends SgdSettings, AdamScaling {}

/** What adamW is made of. @category settings @since 0.1.0 */
export interface AdamWSettings extends AdamSettings {
  /** How much of each parameter is taken off a step, times the learning rate (0.01). */
  readonly weightDecay?: number
  /** Which parameters decay, by their path, such as `params[0].weight` (all). */
  readonly where?: (path: string) => boolean
}

const rated = { learningRate: rate }
const withMomentum = { ...rated, decay: [kinds.decay, 0.9] } as const

/** The settings of the optimisers, by name. */
const optimizers = {
  sgd: kinds.settings('sgd', rated),
  momentum: kinds.settings('momentum', withMomentum),
  classicMomentum: kinds.settings('classicMomentum', withMomentum),
  nesterov: kinds.settings('nesterov', withMomentum),
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
 * Gradient descent, `p ← p − learningRate · g`; stochastic when the gradients are of batches.
 *
 * @throws ValueError when the learning rate is negative or not finite
 * @see Robbins, Monro, A Stochastic Approximation Method (1951)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, tensor, toArray } from 'grad-ts'
 *
 * const sgd = optim.sgd({ learningRate: 0.5 })
 * const w = tensor([1, 2])
 * const [next] = optim.step(sgd)(w, tensor([2, 4]), sgd.init(w))
 * deepStrictEqual(toArray(next), [0, 0])
 * @category optimizers
 * @since 0.1.0
 */
export const sgd = (settings: SgdSettings): TypedTransformation =>
  descending('sgd', optimizers.sgd.read(settings).learningRate)

/**
 * Momentum as the lesson has it, with an average of gradients: `v ← decay · v + (1 − decay) · g`,
 * `p ← p − learningRate · v`, from `v = 0`. A steady gradient moves it as far as `sgd` does, after a slow start.
 *
 * Most libraries mean `classicMomentum`, which steps `1 / (1 − decay)` times as far: with a decay of 0.9, a rate found for
 * the one is ten times off for the other.
 *
 * @throws ValueError when the learning rate is negative or not finite, or `decay` not in [0, 1)
 * @see {@link classicMomentum}
 * @example
 * import { ok } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * const momentum = optim.momentum({ learningRate: 1, decay: 0.9 })
 * const w = scalar(0)
 * const [next] = optim.step(momentum)(w, scalar(1), momentum.init(w))
 * ok(Math.abs(toNumber(next) + 0.1) < 1e-12)
 * @category optimizers
 * @since 0.1.0
 */
export const momentum = (settings: MomentumSettings): TypedTransformation => {
  const { learningRate, decay } = optimizers.momentum.read(settings)
  return chainAs('momentum', [averagingOf('momentum', { decay }), descending('momentum', learningRate)])
}

/**
 * Momentum with a sum of gradients, the heavy ball: `v ← decay · v + g`, `p ← p − learningRate · v`, from `v = 0`. As
 * PyTorch's `SGD(momentum)` and most papers have it; a steady gradient moves it `1 / (1 − decay)` times as far as `sgd`.
 *
 * @throws ValueError when the learning rate is negative or not finite, or `decay` not in [0, 1)
 * @see Polyak, Some methods of speeding up the convergence of iteration methods (1964)
 * @see {@link momentum} for the average, which the lesson uses
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * const heavyBall = optim.classicMomentum({ learningRate: 1, decay: 0.5 })
 * const w = scalar(0)
 * const [first, state] = optim.step(heavyBall)(w, scalar(1), heavyBall.init(w))
 * const [second] = optim.step(heavyBall)(first, scalar(1), state)
 * deepStrictEqual([toNumber(first), toNumber(second)], [-1, -2.5])
 * @category optimizers
 * @since 0.1.0
 */
export const classicMomentum = (settings: MomentumSettings): TypedTransformation => {
  const { learningRate, decay } = optimizers.classicMomentum.read(settings)
  return chainAs('classicMomentum', [
    tracing('classicMomentum', { decay, nesterov: false }),
    descending('classicMomentum', learningRate)
  ])
}

/**
 * Nesterov's accelerated gradient, in the form that needs the gradient only where the parameters are: `v ← decay · v + g`,
 * `p ← p − learningRate · (g + decay · v)`, from `v = 0`. As PyTorch's `SGD(nesterov=True)`.
 *
 * @throws ValueError when the learning rate is negative or not finite, or `decay` not in [0, 1)
 * @see Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²) (1983)
 * @see Sutskever, Martens, Dahl, Hinton, On the importance of initialization and momentum in deep learning (2013)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, scalar, toNumber } from 'grad-ts'
 *
 * const nesterov = optim.nesterov({ learningRate: 1, decay: 0.5 })
 * const w = scalar(0)
 * const [next] = optim.step(nesterov)(w, scalar(1), nesterov.init(w))
 * deepStrictEqual(toNumber(next), -1.5)
 * @category optimizers
 * @since 0.1.0
 */
export const nesterov = (settings: MomentumSettings): TypedTransformation => {
  const { learningRate, decay } = optimizers.nesterov.read(settings)
  return chainAs('nesterov', [tracing('nesterov', { decay, nesterov: true }), descending('nesterov', learningRate)])
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
