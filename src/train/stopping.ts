import { fail, showGiven } from '../tensor/errors.ts'
import { asArray, asFunction, asNumber, asRecord, asText } from '../tensor/given.ts'
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

/** Checks which figure is to get better, and which way. @internal */
export const checkBetter = (what: string, { figure, mode }: BestSettings): void => {
  asText(`${what}: figure`, figure)
  if (mode !== undefined && mode !== 'min' && (mode as unknown) !== 'max')
    fail('ValueError', `${what}: mode must be min or max, got ${showGiven(mode)}`)
}

/** The history: an array of records. @internal */
export const asHistory = (what: string, history: readonly EpochRecord[]): readonly EpochRecord[] => {
  asArray(what, 'the history of a training', history)
  const wrong = Array.from(history).findIndex((record: unknown) => typeof record !== 'object' || record === null)
  return wrong < 0
    ? history
    : fail('ValueError', `${what}: record ${wrong} of the history is ${showGiven(history[wrong])}`)
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
 * @throws ValueError when a setting is none, and when the last epoch has not got the figure
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
  const { patience: epochs, minDelta } = asRecord('patience', 'settings { figure, patience }', settings)
  if (!Number.isInteger(epochs) || epochs < 1)
    return fail('ValueError', `patience: needs a whole number of epochs, at least 1, got ${showGiven(epochs)}`)
  if (minDelta !== undefined && !(typeof minDelta === 'number' && minDelta >= 0))
    return fail('ValueError', `patience: minDelta must be 0 or more, got ${showGiven(minDelta)}`)
  checkBetter('patience', settings)
  return (given) => {
    const history = asHistory('patience', given)
    if (history.length > 0 && history[history.length - 1]![settings.figure] === undefined)
      return fail(
        'ValueError',
        `patience: the history has no figure ${settings.figure}; it has ${Object.keys(history[history.length - 1]!).join(', ')}`
      )
    return history.length - 1 - bestIndex(history, settings) >= epochs
  }
}

/**
 * Ends training once a figure reaches a target.
 *
 * @throws ValueError when a setting is none
 * @category training
 * @since 0.1.0
 */
export const reaches = (settings: {
  readonly figure: string
  readonly target: number
  readonly mode?: 'min' | 'max'
}): StoppingRule => {
  const { figure, target } = asRecord('reaches', 'settings { figure, target }', settings)
  checkBetter('reaches', settings)
  asNumber('reaches: target', target)
  const { mode = modeOf(figure) } = settings
  return (given) => {
    const history = asHistory('reaches', given)
    const value = history[history.length - 1]?.[figure]
    return value !== undefined && (mode === 'min' ? value <= target : value >= target)
  }
}

/** Stops when both rules say so. @throws ValueError when one is no function @category training @since 0.1.0 */
export const and =
  (second: StoppingRule) =>
  (first: StoppingRule): StoppingRule => {
    asFunction('and', second)
    asFunction('and', first)
    return (history) => first(history) && second(history)
  }

/** Stops when either rule says so. @throws ValueError when one is no function @category training @since 0.1.0 */
export const or =
  (second: StoppingRule) =>
  (first: StoppingRule): StoppingRule => {
    asFunction('or', second)
    asFunction('or', first)
    return (history) => first(history) || second(history)
  }
