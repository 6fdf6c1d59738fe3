import * as kinds from '../kinds/index.ts'
import { asSettings } from '../tensor/given.ts'
import { checkFrom, foldRule, type HistoryRule } from './rule.ts'
import type { EpochRecord } from './state.ts'
import { type BestSettings, checkBetter, improves, modeFaults } from './stopping.ts'

/** A rate that reacts to figures: a function of the history, and so of the state, as all of training is. */

/**
 * What the updates of the next epoch are multiplied by, from the history so far: 1 changes nothing, 0 stands still. A
 * function of the history alone, so that a run goes on from a saved state as if it had never stopped. `train.rule` makes
 * rules that follow a long run without going through its history again.
 *
 * @category training
 * @since 0.1.0
 */
export type RateRule = HistoryRule<number>

/** When to lower a rate, and by how much. @category training @since 0.1.0 */
export interface PlateauSettings extends BestSettings {
  /** What the rate is multiplied by each time: above 0 and below 1; 0.1 when left out. */
  readonly factor?: number
  /** After how many epochs without improvement; 10 when left out. */
  readonly patience?: number
  /** What counts as improvement: more than this much; 0.0001 when left out. */
  readonly minDelta?: number
  /** For how many epochs after that nothing is counted; 0 when left out. */
  readonly cooldown?: number
  /** The least factor, from 0 to 1, as a share of the optimiser's own rate; 0 when left out. */
  readonly minimum?: number
  /** The epoch to count from, such as `state.epoch`: what came before does not count. 0, all on these data, when left out. */
  readonly from?: number
}

interface Waiting {
  readonly rate: number
  readonly best: number | undefined
  /** Epochs without improvement. */
  readonly waited: number
  /** Epochs that are not counted. */
  readonly resting: number
}

const atFirst: Waiting = { rate: 1, best: undefined, waited: 0, resting: 0 }

const known = ['figure', 'factor', 'patience', 'minDelta', 'cooldown', 'minimum', 'mode', 'from']

/**
 * Lowers the rate each time a figure has not improved for some epochs: `train.fit(problem, { …, rateFactor })`. It begins
 * with 1, the rate that the optimiser has, and is multiplied by `factor` after `patience` epochs without improvement on the
 * best so far; then it waits `cooldown` epochs more before it counts again. Epochs without the figure do not count, NaN is
 * no improvement.
 *
 * In `train.fit` it counts all epochs on the same data, so that a run goes on from a saved state as if it had never stopped;
 * on other data it begins anew. To go on with the same data and another loss, count `from: state.epoch`.
 *
 * @throws ValueError when a setting is out of its range; when it is called, also when the last epoch has not got the figure,
 * or the figure needs a `mode` (in `train.fit` both are faults of the settings)
 * @see Keras, ReduceLROnPlateau; PyTorch, torch.optim.lr_scheduler.ReduceLROnPlateau
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { train } from 'grad-ts'
 *
 * const rule = train.reduceOnPlateau({ figure: 'validationLoss', factor: 0.5, patience: 2, minimum: 0.25 })
 * const history = [3, 2, 2, 2, 1, 1, 1, 1, 1].map((validationLoss, i) => ({ epoch: i + 1, loss: 0, validationLoss }))
 * deepStrictEqual(history.map((_, i) => rule(history.slice(0, i + 1))), [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25])
 * @category training
 * @since 0.1.0
 */
export const reduceOnPlateau = (settings: PlateauSettings): RateRule => {
  const name = 'reduceOnPlateau'
  const { figure, mode } = asSettings(name, 'settings { figure }', settings, known)
  checkBetter(name, settings)
  const factor = kinds.mustBe(kinds.share, `${name}: factor`, settings.factor ?? 0.1)
  const patience = kinds.mustBe(kinds.size, `${name}: patience`, settings.patience ?? 10)
  const minDelta = kinds.mustBe(kinds.notNegative, `${name}: minDelta`, settings.minDelta ?? 1e-4)
  const cooldown = kinds.mustBe(kinds.index, `${name}: cooldown`, settings.cooldown ?? 0)
  const minimum = kinds.mustBe(kinds.probability, `${name}: minimum`, settings.minimum ?? 0)
  const from = checkFrom(name, settings.from)
  const better = improves({ figure, minDelta, ...(mode === undefined ? {} : { mode }) })
  const step = ({ rate, best, waited, resting }: Waiting, record: EpochRecord): Waiting => {
    const value = record[figure]
    if (value === undefined) return { rate, best, waited, resting }
    if (better(best, value)) return { rate, best: value, waited: 0, resting: Math.max(0, resting - 1) }
    if (resting > 0) return { rate, best, waited: 0, resting: resting - 1 }
    return waited + 1 < patience
      ? { rate, best, waited: waited + 1, resting }
      : { rate: Math.max(minimum, rate * factor), best, waited: 0, resting: cooldown }
  }
  return foldRule(
    { name, figures: [figure], init: atFirst, step, value: ({ rate }) => rate, from },
    modeFaults(settings)
  )
}
