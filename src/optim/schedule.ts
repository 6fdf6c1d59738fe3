import { fail } from '../tensor/errors.ts'
import * as kinds from '../kinds/index.ts'
import { cosOfHalfTurns, powOf } from '../tensor/elementary.ts'

/**
 * Learning rates that change: functions of the step. One that is made for a number of steps has its first value at step 0 and
 * its last at step `steps − 1`, the last of a run of `steps` steps, and stays there; for one step it has the first. All of
 * it is plain arithmetic, the same bits on every machine.
 */

/**
 * A learning rate for each step. Steps are whole numbers and the first is 0: the number of updates made before. To change
 * by the epoch, count in steps: an epoch of `n` batches is `n` steps.
 *
 * Any function of a number will do; those made here throw a ValueError when the step is not a whole number of at least 0.
 *
 * @example
 * import { ok } from 'assert'
 * import { optim, scalar } from 'grad-ts'
 *
 * const rate: optim.Schedule = (step) => 1 / (1 + step)
 * ok(optim.sgd({ learningRate: rate }).init(scalar(0)))
 * @category schedules
 * @since 0.1.0
 */
export type Schedule = (step: number) => number

/** How fast a rate decays, and whether in steps. @category settings @since 0.1.0 */
export interface DecaySettings {
  /** The value at step 0. */
  readonly initial: number
  /** What the value is multiplied by. */
  readonly factor: number
  /** After how many steps (1). */
  readonly every?: number
  /** Whether the value stays for these steps and then falls at once (false). */
  readonly staircase?: boolean
}

/** The shape of a decay by the inverse of time. @category settings @since 0.1.0 */
export interface InverseTimeSettings {
  /** The value at step 0. */
  readonly initial: number
  /** How fast it falls: after `every / rate` steps it is half. */
  readonly rate: number
  /** How many steps count as one (1). */
  readonly every?: number
}

/** The shape of a cosine decay. @category settings @since 0.1.0 */
export interface CosineSettings {
  /** The value at step 0. */
  readonly initial: number
  /** The value at step `steps − 1` and ever after (0). */
  readonly final?: number
  /** How many steps the run has: at least 2 for `final` to be reached in it. */
  readonly steps: number
}

/** The shape of a polynomial decay. @category settings @since 0.1.0 */
export interface PolynomialSettings extends CosineSettings {
  /** 1 is a straight line; above 1 it falls early, below 1 late (1). */
  readonly power?: number
}

/** A schedule that refuses what is no step. */
export const schedule =
  (what: string, valueAt: Schedule): Schedule =>
  (step) =>
    valueAt(kinds.mustBe(kinds.index, `${what}: step`, step))

/** A learning rate: fixed, or one that changes. */
export const rate = kinds.either(kinds.notNegative, kinds.callable<Schedule>('a schedule'))

/** A schedule as it is, or a number at every step. */
export const scheduleOf = (value: number | Schedule): Schedule => (typeof value === 'function' ? value : always(value))

const always =
  (value: number): Schedule =>
  () =>
    value

/** From `a` to `b`; exactly `a` at 0 and exactly `b` at 1. */
const between = (a: number, b: number, part: number): number => a * (1 - part) + b * part

/** How far a step is on the way from the first of some steps to the last: from 0 to 1, which it stays at. */
export const progress = (step: number, steps: number): number => Math.min(step / Math.max(steps - 1, 1), 1)

/** From `a` to `b` along half a cosine wave, level at both ends. */
export const cosineBetween = (a: number, b: number, part: number): number =>
  between(a, b, (1 - cosOfHalfTurns(part)) / 2)

const ending = { initial: kinds.notNegative, final: [kinds.notNegative, 0] } as const

/** The settings of the schedules here, by name. @internal */
export const decays = {
  exponentialDecay: kinds.settings('exponentialDecay', {
    initial: kinds.notNegative,
    factor: kinds.positive,
    every: [kinds.size, 1],
    staircase: [kinds.yesOrNo, false]
  }),
  inverseTimeDecay: kinds.settings('inverseTimeDecay', {
    initial: kinds.notNegative,
    rate: kinds.notNegative,
    every: [kinds.size, 1]
  }),
  polynomialDecay: kinds.settings('polynomialDecay', { ...ending, power: [kinds.positive, 1], steps: kinds.size }),
  cosineDecay: kinds.settings('cosineDecay', { ...ending, steps: kinds.size })
}

/**
 * Exponential decay: `initial · factor^(step / every)`, or, with `staircase`, `initial · factor^⌊step / every⌋`, step decay. For
 * the form `initial · e^(−k · step)`, `factor` is `e^−k`.
 *
 * @throws ValueError when `initial` is negative, `factor` not positive, or `every` not a whole number of at least 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim } from 'grad-ts'
 *
 * const rate = optim.exponentialDecay({ initial: 8, factor: 0.25, every: 2 })
 * deepStrictEqual([0, 1, 2, 3].map(rate), [8, 4, 2, 1])
 * const halved = optim.exponentialDecay({ initial: 8, factor: 0.5, every: 10, staircase: true })
 * deepStrictEqual([0, 9, 10, 20].map(halved), [8, 8, 4, 2])
 * @category schedules
 * @since 0.1.0
 */
export const exponentialDecay = (settings: DecaySettings): Schedule => {
  const { initial, factor, every, staircase } = decays.exponentialDecay.read(settings)
  const power = staircase ? (step: number) => Math.floor(step / every) : (step: number) => step / every
  return schedule('exponentialDecay', (step) => initial * powOf(factor, power(step)))
}

/**
 * A hyperbola: `initial / (1 + rate · step / every)`.
 *
 * @throws ValueError when `initial` or `rate` is negative, or `every` not a whole number of at least 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim } from 'grad-ts'
 *
 * const rate = optim.inverseTimeDecay({ initial: 6, rate: 0.5 })
 * deepStrictEqual([0, 2, 4].map(rate), [6, 3, 2])
 * @category schedules
 * @since 0.1.0
 */
export const inverseTimeDecay = (settings: InverseTimeSettings): Schedule => {
  const { initial, rate, every } = decays.inverseTimeDecay.read(settings)
  return schedule('inverseTimeDecay', (step) => initial / (1 + (rate * step) / every))
}

/**
 * From `initial` at step 0 to `final` (0) at step `steps − 1` and ever after, as a power of the way left:
 * `final + (initial − final) · (1 − step / (steps − 1))^power`. With the power of 1 it is a straight line.
 *
 * @throws ValueError when `initial` or `final` is negative, `power` not positive, or `steps` not a whole number of at least 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim } from 'grad-ts'
 *
 * const rate = optim.polynomialDecay({ initial: 8, steps: 5, power: 2 })
 * deepStrictEqual([0, 2, 4, 9].map(rate), [8, 2, 0, 0])
 * @category schedules
 * @since 0.1.0
 */
export const polynomialDecay = (settings: PolynomialSettings): Schedule => {
  const { initial, final, power, steps } = decays.polynomialDecay.read(settings)
  return schedule('polynomialDecay', (step) => between(final, initial, powOf(1 - progress(step, steps), power)))
}

/**
 * From `initial` at step 0 to `final` (0) at step `steps − 1` and ever after, along half a cosine wave:
 * `final + (initial − final) · (1 + cos(π · step / (steps − 1))) / 2`.
 *
 * @throws ValueError when `initial` or `final` is negative, or `steps` not a whole number of at least 1
 * @see Loshchilov, Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017), equation 5
 * @example
 * import { ok } from 'assert'
 * import { optim } from 'grad-ts'
 *
 * const rate = optim.cosineDecay({ initial: 8, final: 2, steps: 11 })
 * ok([8, 5, 2, 2].every((value, i) => Math.abs(rate(5 * i) - value) < 1e-12))
 * @category schedules
 * @since 0.1.0
 */
export const cosineDecay = (settings: CosineSettings): Schedule => {
  const { initial, final, steps } = decays.cosineDecay.read(settings)
  return schedule('cosineDecay', (step) => cosineBetween(initial, final, progress(step, steps)))
}

/** Schedules that begin at given steps, the first of which is 0; each counts from its own beginning. */
export const inTurn = (what: string, pieces: readonly (readonly [from: number, schedule: Schedule])[]): Schedule => {
  pieces.forEach(([from], i) => {
    kinds.mustBe(kinds.index, `${what}: the beginning of piece ${i}`, from)
    if (i === 0 ? from !== 0 : from <= pieces[i - 1]![0])
      fail(
        'ValueError',
        `${what}: the pieces must begin at rising steps, the first at 0, got ${pieces.map(([start]) => start).join(', ')}`
      )
  })
  const reversed = [...pieces].reverse()
  return pieces.length === 0
    ? fail('ValueError', `${what}: needs at least one piece, got none`)
    : schedule(what, (step) => {
        const [from, current] = reversed.find(([start]) => start <= step)!
        return current(step - from)
      })
}
