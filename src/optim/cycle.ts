import * as kinds from '../kinds/index.ts'
import { cosineBetween, inTurn, progress, rate, schedule, scheduleOf, type Schedule } from './schedule.ts'

/** Schedules put together from others, and those that rise as well as fall. */

/** How long a rate rises, and what follows. @category settings @since 0.1.0 */
export interface WarmUpSettings {
  /** How many steps the rise takes. */
  readonly steps: number
  /** What comes after it: a schedule, which counts from its own beginning, or a fixed rate. */
  readonly then: number | Schedule
}

/** The shape of a cosine schedule with warm restarts. @category settings @since 0.1.0 */
export interface WarmRestartSettings {
  /** The value at the start of each cycle. */
  readonly initial: number
  /** The value of the last step of each cycle (0). */
  readonly final?: number
  /** How many steps the first cycle takes. */
  readonly period: number
  /** How many times as long each cycle is as the one before: a whole number (1). */
  readonly growth?: number
}

/** The shape of a one-cycle schedule. @category settings @since 0.1.0 */
export interface OneCycleSettings {
  /** The highest value. */
  readonly peak: number
  /** How many steps the run has: at least 3 for `peak` and `final` to be reached in it. */
  readonly steps: number
  /** The value at step 0 (`peak / 25`). */
  readonly initial?: number
  /** The value at step `steps − 1` and ever after (`initial / 10000`). */
  readonly final?: number
  /** The part of the way to the last step that is spent rising, to the nearest step (0.3), between 0 and 1. */
  readonly rise?: number
}

/** The settings of the schedules here, by name. @internal */
export const cycles = {
  warmUp: kinds.settings('warmUp', { steps: kinds.size, then: rate }),
  warmRestarts: kinds.settings('warmRestarts', {
    initial: kinds.notNegative,
    final: [kinds.notNegative, 0],
    period: kinds.size,
    growth: [kinds.size, 1]
  }),
  oneCycle: kinds.settings('oneCycle', {
    peak: kinds.notNegative,
    steps: kinds.size,
    initial: [kinds.notNegative, undefined],
    final: [kinds.notNegative, undefined],
    rise: [kinds.share, 0.3]
  })
}

/**
 * A straight rise to what follows: `then(0) · (step + 1) / steps` for the first `steps` steps, then `then(step − steps)`. The
 * very first step already moves; the last of the rise, step `steps − 1`, has the full rate. What follows begins at step
 * `steps`, so for a run of `n` steps a schedule that ends is made for `n − steps`.
 *
 * @throws ValueError when `steps` is not a whole number of at least 1, or `then` a negative number
 * @see Goyal et al., Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour (2017), section 2.2
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim } from 'grad-ts'
 *
 * const rate = optim.warmUp({ steps: 4, then: optim.exponentialDecay({ initial: 8, factor: 0.5 }) })
 * deepStrictEqual([0, 1, 2, 3, 4, 5].map(rate), [2, 4, 6, 8, 8, 4])
 * @category schedules
 * @since 0.1.0
 */
export const warmUp = (settings: WarmUpSettings): Schedule => {
  const { steps, then } = cycles.warmUp.read(settings)
  const after = scheduleOf(then)
  return schedule('warmUp', (step) => (step < steps ? (after(0) * (step + 1)) / steps : after(step - steps)))
}

/**
 * Cosine decay that starts again: each cycle is a `cosineDecay` from `initial` in its first step to `final` (0) in its last.
 * The first has `period` steps, each other `growth` (1) times as many as the one before. In a cycle of `n` steps the value of
 * step `i` is `final + (initial − final) · (1 + cos(π · i / (n − 1))) / 2`, and `initial` where `n` is 1.
 *
 * @throws ValueError when `initial` or `final` is negative, or `period` or `growth` not a whole number of at least 1
 * @see Loshchilov, Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017)
 * @example
 * import { ok } from 'assert'
 * import { optim } from 'grad-ts'
 *
 * const rate = optim.warmRestarts({ initial: 8, period: 3, growth: 2 })
 * ok([8, 4, 0, 8, 7.236068, 5.236068, 2.763932, 0.763932, 0, 8].every((value, i) => Math.abs(rate(i) - value) < 1e-6))
 * @category schedules
 * @since 0.1.0
 */
export const warmRestarts = (settings: WarmRestartSettings): Schedule => {
  const { initial, final, period, growth } = cycles.warmRestarts.read(settings)
  /** How far into its cycle a step is, from 0 to 1: subtracts whole cycles, of which there are few when they grow. */
  const part = (step: number, cycle: number): number =>
    step < cycle ? progress(step, cycle) : part(step - cycle, cycle * growth)
  return schedule('warmRestarts', (step) =>
    cosineBetween(initial, final, growth === 1 ? progress(step % period, period) : part(step, period))
  )
}

/**
 * One rise and one fall, both along half a cosine wave: from `initial` (`peak / 25`) at step 0 to `peak` after `rise` (0.3)
 * of the way, at the nearest step, then to `final` (`initial / 10000`) at step `steps − 1`, the last, and ever after.
 *
 * @throws ValueError when a value is negative, `rise` not between 0 and 1, or `steps` not a whole number of at least 1
 * @see Smith, Topin, Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates (2018)
 * @example
 * import { ok } from 'assert'
 * import { optim } from 'grad-ts'
 *
 * const rate = optim.oneCycle({ peak: 25, steps: 11 })
 * ok([[0, 1], [3, 25], [10, 0.0001], [99, 0.0001]].every(([step, value]) => Math.abs(rate(step!) - value!) < 1e-12))
 * @category schedules
 * @since 0.1.0
 */
export const oneCycle = (settings: OneCycleSettings): Schedule => {
  const { peak, steps, rise, ...ends } = cycles.oneCycle.read(settings)
  const { initial = peak / 25 } = ends
  const { final = initial / 10_000 } = ends
  // in two steps there is no room for a peak, and in one only for the beginning
  const last = Math.max(steps - 1, 1)
  const turn = Math.max(1, Math.min(Math.round(rise * last), last - 1))
  return schedule('oneCycle', (step) =>
    step >= last
      ? final
      : step < turn
        ? cosineBetween(initial, peak, step / turn)
        : cosineBetween(peak, final, (step - turn) / (last - turn))
  )
}

/**
 * Schedules one after another, each from a given step on and counting from its own beginning, as steps 0, 1, … A number
 * stands for a fixed rate: `[[0, 0.1], [100, 0.01]]` is 0.1 at steps 0 to 99, then 0.01.
 *
 * @throws ValueError when there are no pieces, a number is negative, or the steps do not rise from 0
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim } from 'grad-ts'
 *
 * const rate = optim.join([[0, 5], [2, optim.exponentialDecay({ initial: 8, factor: 0.5 })]])
 * deepStrictEqual([0, 1, 2, 3, 4].map(rate), [5, 5, 8, 4, 2])
 * @category schedules
 * @since 0.1.0
 */
export const join = (pieces: readonly (readonly [from: number, schedule: number | Schedule])[]): Schedule =>
  inTurn(
    'join',
    Array.from(kinds.mustBe(kinds.list('an array of pieces [step, value]'), 'join: pieces', pieces), (piece, i) => {
      const [from, value] = kinds.mustBe(kinds.list('a pair [step, value]'), `join: piece ${i}`, piece)
      return [from, scheduleOf(kinds.mustBe(rate, `join: the value of piece ${i}`, value))]
    })
  )
