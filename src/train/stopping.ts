import * as kinds from '../kinds/index.ts'
import type { Given } from '../kinds/index.ts'
import { askForMode, directionOf } from './direction.ts'
import { begun, foldRule, from, type HistoryRule, type RuleProgress, ruleWith } from './rule.ts'
import type { EpochRecord } from './state.ts'

/**
 * A rule that ends training: a predicate on the history. Rules combine with `and` and `or`; those of one's own are made by
 * `train.rule`, or are plain functions.
 *
 * @category training
 * @since 0.1.0
 */
export type StoppingRule = HistoryRule<boolean>

/** A figure that is to get better, and what counts as better. @category training @since 0.1.0 */
export interface BestSettings {
  /** A figure of the history, such as `validationLoss` or `accuracy`. */
  readonly figure: string
  /** What counts as improvement: more than this much; 0 when left out. */
  readonly minDelta?: number
  /**
   * Whether small or large is good. May be left out where the name says it: a loss and the library's regression losses are
   * to fall (`loss`, `meanSquaredError`, `mse`, `error`), an accuracy and its metrics to rise (`accuracy`, `precision`,
   * `recall`, `f1`, `auc`, `rocAuc`, `rSquared`), with `validation` before it or not. Any other figure needs it.
   */
  readonly mode?: 'min' | 'max'
}

/** What early stopping watches. @category training @since 0.1.0 */
export interface PatienceSettings extends BestSettings {
  /** How many epochs without improvement end the training. */
  readonly patience: number
  /** The epoch to count from, such as `state.epoch`: what came before does not count. 0, all on these data, when left out. */
  readonly from?: number
}

const mode = [kinds.oneOf('min', 'max'), undefined] as const

/** The settings of {@link BestSettings}, of which rules with more take theirs. @internal */
export const better = { figure: kinds.name, minDelta: [kinds.notNegative, 0], mode } as const

/** @internal */
export const best = kinds.settings('keepBest', better)

/** The settings of the rules here, by name. @internal */
export const stops = {
  patience: kinds.settings('patience', {
    figure: kinds.name,
    patience: kinds.size,
    minDelta: better.minDelta,
    mode,
    from
  }),
  reaches: kinds.settings('reaches', {
    figure: kinds.name,
    target: kinds.number('a number other than NaN', (value) => !Number.isNaN(value)),
    mode
  })
}

/** What is missing where a figure does not say by its name which way is better. @internal */
export const modeFaults = ({ figure, mode }: Pick<BestSettings, 'figure' | 'mode'>): readonly string[] =>
  mode === undefined && directionOf(figure) === null ? [`mode ${askForMode(figure)}`] : []

/** Whether a number is better than the best before it, if there was one; NaN, or none, is not. @internal */
export const improves = ({ figure, minDelta = 0, mode }: Given<typeof better>) => {
  const falls = (mode ?? directionOf(figure)) === 'min'
  return (best: number | undefined, value: number | undefined): boolean =>
    value !== undefined &&
    !Number.isNaN(value) &&
    (best === undefined || (falls ? best - value : value - best) > minDelta)
}

interface Waiting {
  readonly best: number | undefined
  /** Epochs without improvement. */
  readonly waited: number
}

/**
 * Early stopping: ends training once a figure has not improved for some epochs. In `train.fit` it counts all epochs on the
 * same data, so that a run that goes on from a saved state ends where it would have ended unbroken; on other data it begins
 * anew. To go on with the same data and another loss, count `from: state.epoch`. A rule is asked after each epoch, not before
 * the first: a `fit` from a state that the rule has stopped trains one more epoch. Epochs without the figure do not count.
 *
 * `loss` is the mean over an epoch's batches as they were met, before their updates: a figure of the epoch, not of the state
 * after it.
 *
 * @throws ValueError when a setting is not what it must be; when it is called, also when the last epoch has not got the
 * figure, or the figure needs a `mode` (in `train.fit` both are faults of the settings)
 * @example
 * import { ok } from 'assert'
 * import { train } from 'grad-ts'
 *
 * const rule = train.patience({ figure: 'validationLoss', patience: 2 })
 * const history = [1, 0.5, 0.6, 0.7].map((validationLoss, i) => ({ epoch: i + 1, loss: 0, validationLoss }))
 * ok(rule(history) && !rule(history.slice(0, 3)))
 *
 * // a second training that begins after epoch 3 waits two epochs of its own
 * const second = train.patience({ figure: 'validationLoss', patience: 2, from: 3 })
 * ok(!second(history))
 * @category training
 * @since 0.1.0
 */
export const patience = (settings: PatienceSettings): StoppingRule => {
  const { figure, patience: epochs, from, ...rest } = stops.patience.read(settings)
  const better = improves({ figure, ...rest })
  const step = ({ best, waited }: Waiting, record: EpochRecord): Waiting => {
    const value = record[figure]
    if (value === undefined) return { best, waited }
    return better(best, value) ? { best: value, waited: 0 } : { best, waited: waited + 1 }
  }
  const init: Waiting = { best: undefined, waited: 0 }
  return foldRule(
    { name: 'patience', figures: [figure], init, step, value: ({ waited }) => waited >= epochs, from },
    modeFaults(settings)
  )
}

/** What ends training as soon as it is reached. @category training @since 0.1.0 */
export interface ReachesSettings {
  /** A figure of the history, such as `validationLoss` or `accuracy`. */
  readonly figure: string
  readonly target: number
  /** Whether the figure is to fall to the target or to rise to it; needed where its name does not say (see `BestSettings`). */
  readonly mode?: 'min' | 'max'
}

/**
 * Ends training once a figure reaches a target.
 *
 * @throws ValueError when a setting is not what it must be; when it is called, also when the last epoch has not got the
 * figure, or the figure needs a `mode` (in `train.fit` both are faults of the settings)
 * @example
 * import { ok } from 'assert'
 * import { train } from 'grad-ts'
 *
 * const rule = train.reaches({ figure: 'perplexity', target: 20, mode: 'min' })
 * ok(!rule([{ epoch: 1, loss: 4, perplexity: 54.6 }]) && rule([{ epoch: 1, loss: 2, perplexity: 7.4 }]))
 * @category training
 * @since 0.1.0
 */
export const reaches = (settings: ReachesSettings): StoppingRule => {
  const { figure, target, mode } = stops.reaches.read(settings)
  const falls = (mode ?? directionOf(figure)) === 'min'
  const step = (_: number, record: EpochRecord): number => record[figure] ?? NaN
  return foldRule(
    { name: 'reaches', figures: [figure], init: NaN, step, value: (last) => (falls ? last <= target : last >= target) },
    modeFaults(settings)
  )
}

/** Two rules as one, which reads what both read. */
const both = (
  first: StoppingRule,
  second: StoppingRule,
  join: (a: () => boolean, b: () => boolean) => boolean
): StoppingRule => {
  const at = (a: RuleProgress<boolean>, b: RuleProgress<boolean>): RuleProgress<boolean> => ({
    value: () => join(a.value, b.value),
    next: (record, history) => at(a.next(record, history), b.next(record, history))
  })
  return ruleWith(
    (history) =>
      join(
        () => first(history),
        () => second(history)
      ),
    {
      figures: [...(first.figures ?? []), ...(second.figures ?? [])],
      faults: [...(first.faults ?? []), ...(second.faults ?? [])],
      begin: at(begun(first), begun(second))
    }
  )
}

/** Stops when both rules say so. @throws ValueError when one is no function @category training @since 0.1.0 */
export const and =
  (second: StoppingRule) =>
  (first: StoppingRule): StoppingRule =>
    both(
      kinds.mustBe(kinds.anyFunction, 'and: first', first),
      kinds.mustBe(kinds.anyFunction, 'and: second', second),
      (a, b) => a() && b()
    )

/** Stops when either rule says so. @throws ValueError when one is no function @category training @since 0.1.0 */
export const or =
  (second: StoppingRule) =>
  (first: StoppingRule): StoppingRule =>
    both(
      kinds.mustBe(kinds.anyFunction, 'or: first', first),
      kinds.mustBe(kinds.anyFunction, 'or: second', second),
      (a, b) => a() || b()
    )
