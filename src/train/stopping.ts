import { fail } from '../tensor/errors.ts'
import type { EpochRecord } from './state.ts'

/**
 * A rule that ends training: a predicate on the history. Rules combine with `and` and `or`.
 *
 * @category training
 * @since 0.1.0
 */
export type StoppingRule = (history: readonly EpochRecord[]) => boolean

/** A figure that is to get better, and what counts as better. @category training @since 0.1.0 */
export interface BestSettings {
  /** A figure of the history, such as `validationLoss` or `accuracy`. */
  readonly figure: string
  /** What counts as improvement: more than this much; 0 when left out. */
  readonly minDelta?: number
  /** Whether small or large is good; `min` for figures whose name ends in loss, else `max`. */
  readonly mode?: 'min' | 'max'
}

/** What early stopping watches. @category training @since 0.1.0 */
export interface PatienceSettings extends BestSettings {
  /** How many epochs without improvement end the training. */
  readonly patience: number
}

/** Whether smaller is better for a figure, by its name. @internal */
export const modeOf = (figure: string): 'min' | 'max' => (/loss$/i.test(figure) ? 'min' : 'max')

/** Whether an epoch is better than the best before it, if there was one; one without the figure, or with NaN, is not. @internal */
export const improves =
  ({ figure, minDelta = 0, mode = modeOf(figure) }: BestSettings) =>
  (best: EpochRecord | undefined, record: EpochRecord): boolean => {
    const [top, value] = [best?.[figure], record[figure]]
    if (value === undefined || Number.isNaN(value)) return false
    return top === undefined || (mode === 'min' ? top - value : value - top) > minDelta
  }

/** The index of the best epoch so far, the first of equals; −1 without any figure. @internal */
export const bestIndex = (history: readonly EpochRecord[], settings: BestSettings): number => {
  const better = improves(settings)
  return history.reduce((best, record, i) => (better(history[best], record) ? i : best), -1)
}

/**
 * Early stopping: ends training once a figure has not improved for some epochs.
 *
 * @example
 * import { ok } from 'assert'
 * import { train } from 'grad-ts'
 *
 * const rule = train.patience({ figure: 'validationLoss', patience: 2 })
 * const history = [1, 0.5, 0.6, 0.7].map((validationLoss, i) => ({ epoch: i + 1, loss: 0, validationLoss }))
 * ok(rule(history) && !rule(history.slice(0, 3)))
 * @category training
 * @since 0.1.0
 */
export const patience = (settings: PatienceSettings): StoppingRule => {
  if (!Number.isInteger(settings.patience) || settings.patience < 1)
    return fail('ValueError', `patience: needs a whole number of epochs, at least 1, got ${settings.patience}`)
  if (settings.minDelta !== undefined && !(settings.minDelta >= 0))
    return fail('ValueError', `patience: minDelta must be 0 or more, got ${settings.minDelta}`)
  return (history) => {
    if (history.length > 0 && history[history.length - 1]![settings.figure] === undefined)
      return fail(
        'ValueError',
        `patience: the history has no figure ${settings.figure}; it has ${Object.keys(history[history.length - 1]!).join(', ')}`
      )
    return history.length - 1 - bestIndex(history, settings) >= settings.patience
  }
}

/** Ends training once a figure reaches a target. @category training @since 0.1.0 */
export const reaches =
  ({
    figure,
    target,
    mode = modeOf(figure)
  }: {
    readonly figure: string
    readonly target: number
    readonly mode?: 'min' | 'max'
  }): StoppingRule =>
  (history) => {
    const value = history[history.length - 1]?.[figure]
    return value !== undefined && (mode === 'min' ? value <= target : value >= target)
  }

/** Stops when both rules say so. @category training @since 0.1.0 */
export const and =
  (second: StoppingRule) =>
  (first: StoppingRule): StoppingRule =>
  (history) =>
    first(history) && second(history)

/** Stops when either rule says so. @category training @since 0.1.0 */
export const or =
  (second: StoppingRule) =>
  (first: StoppingRule): StoppingRule =>
  (history) =>
    first(history) || second(history)
