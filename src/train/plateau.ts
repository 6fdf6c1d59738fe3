import { checkFraction, checkNotNegative, checkStep, checkSteps } from '../optim/settings.ts'
import { checkProbability } from '../random/settings.ts'
import { fail } from '../tensor/errors.ts'
import { asRecord } from '../tensor/given.ts'
import type { EpochRecord } from './state.ts'
import { asHistory, type BestSettings, checkBetter, improves } from './stopping.ts'

/** A rate that reacts to figures: a function of the history, and so of the state, as all of training is. */

/**
 * What the updates of the next epoch are multiplied by, from the history so far: 1 changes nothing, 0 stands still. A
 * function of the history alone, so that a run goes on from a saved state as if it had never stopped.
 *
 * @category training
 * @since 0.1.0
 */
export type RateRule = (history: readonly EpochRecord[]) => number

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
}

interface Waiting {
  readonly rate: number
  readonly best: EpochRecord | undefined
  /** Epochs without improvement. */
  readonly waited: number
  /** Epochs that are not counted. */
  readonly resting: number
}

const atFirst: Waiting = { rate: 1, best: undefined, waited: 0, resting: 0 }

/**
 * Lowers the rate each time a figure has not improved for some epochs: `train.fit(problem, { …, rateFactor })`. It begins
 * with 1, the rate that the optimiser has, and is multiplied by `factor` after `patience` epochs without improvement on the
 * best so far; then it waits `cooldown` epochs more before it counts again. Epochs without the figure do not count, NaN is
 * no improvement.
 *
 * @throws ValueError when a setting is out of its range, and when the last epoch has not got the figure
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
  const what = 'reduceOnPlateau'
  const { figure, mode } = asRecord(what, 'settings { figure }', settings)
  checkBetter(what, settings)
  const factor = checkFraction(what, 'factor', settings.factor ?? 0.1)
  const patience = checkSteps(what, 'patience', settings.patience ?? 10)
  const minDelta = checkNotNegative(what, 'minDelta', settings.minDelta ?? 1e-4)
  const cooldown = checkStep(what, 'cooldown', settings.cooldown ?? 0)
  const minimum = checkProbability(what, 'minimum', settings.minimum ?? 0)
  const better = improves({ figure, minDelta, ...(mode === undefined ? {} : { mode }) })
  const next = ({ rate, best, waited, resting }: Waiting, record: EpochRecord): Waiting => {
    if (record[figure] === undefined) return { rate, best, waited, resting }
    if (better(best, record)) return { rate, best: record, waited: 0, resting: Math.max(0, resting - 1) }
    if (resting > 0) return { rate, best, waited: 0, resting: resting - 1 }
    return waited + 1 < patience
      ? { rate, best, waited: waited + 1, resting }
      : { rate: Math.max(minimum, rate * factor), best, waited: 0, resting: cooldown }
  }
  return (given) => {
    const history = asHistory(what, given)
    const last = history.at(-1)
    return last !== undefined && last[figure] === undefined
      ? fail('ValueError', `${what}: the history has no figure ${figure}; it has ${Object.keys(last).join(', ')}`)
      : history.reduce(next, atFirst).rate
  }
}
