import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import type { EpochRecord } from './state.ts'

/** Rules on the figures of a run, as folds over its epochs: an epoch costs the same however many came before. */

/**
 * Where a rule has come to in a run: what it says now, and how it goes on. The history so far is there for rules that want
 * all of it; to read it costs a copy.
 *
 * @category training
 * @since 0.1.0
 */
export interface RuleProgress<A> {
  readonly value: () => A
  readonly next: (record: EpochRecord, history: () => readonly EpochRecord[]) => RuleProgress<A>
}

/**
 * A rule on figures: a function of the history. One made by `train.rule` is also a fold, which `train.fit` moves on by one
 * epoch at a time, and it says which figures it reads, so that one that is not taken is found before the first step. A plain
 * function will do too: it is given a copy of the history after each epoch.
 *
 * @category training
 * @since 0.1.0
 */
export interface HistoryRule<A> {
  (history: readonly EpochRecord[]): A
  /** The figures it reads. */
  readonly figures?: readonly string[]
  /** What its settings lack, which `train.fit` answers as faults. */
  readonly faults?: readonly string[]
  /** Where it is before the first epoch. */
  readonly begin?: RuleProgress<A>
}

/**
 * What makes a rule: a state before the first epoch, how the figures of an epoch move it on, and what it says then.
 *
 * @category training
 * @since 0.1.0
 */
export interface RuleSettings<S, A> {
  /** What errors call it; `rule` when left out. */
  readonly name?: string
  /** The figures it reads; `train.fit` refuses those that a run has not got. */
  readonly figures: readonly string[]
  readonly init: S
  readonly step: (state: S, record: EpochRecord) => S
  readonly value: (state: S) => A
  /** The epoch to count from: records up to it are left out. 0 when left out. */
  readonly from?: number
}

const record = kinds.kind<EpochRecord>('a record of figures', (value) => typeof value === 'object' && value !== null)
const records = kinds.listOf(record, 'an array of records')

/** The history: an array of records. @internal */
export const asHistory = (what: string, history: readonly EpochRecord[]): readonly EpochRecord[] =>
  kinds.mustBe(records, `${what}: the history`, history)

/** The epoch to count from. @internal */
export const from = [kinds.index, 0] as const

const ruleSettings = kinds.settings('rule', {
  name: [kinds.name, 'rule'],
  figures: kinds.listOf(kinds.name, 'an array of names'),
  init: kinds.anything,
  step: kinds.callable<(state: never, record: EpochRecord) => unknown>(),
  value: kinds.callable<(state: never) => unknown>(),
  from
})

/** A function with what a rule says of itself. @internal */
export const ruleWith = <A>(
  call: (history: readonly EpochRecord[]) => A,
  said: Required<Pick<HistoryRule<A>, 'figures' | 'faults' | 'begin'>>
): HistoryRule<A> => Object.assign((history: readonly EpochRecord[]) => call(history), said)

/** A rule by its fold; `faults` are what its settings lack. @internal */
export const foldRule = <S, A>(
  { name = 'rule', figures, init, step, value, from = 0 }: RuleSettings<S, A>,
  faults: readonly string[] = []
): HistoryRule<A> => {
  const moved = (state: S, record: EpochRecord): S => (record.epoch > from ? step(state, record) : state)
  const at = (state: S): RuleProgress<A> => ({
    value: () => value(state),
    next: (record) => at(moved(state, record))
  })
  const call = (given: readonly EpochRecord[]): A => {
    const history = asHistory(name, given)
    if (faults.length > 0) return fail('ValueError', `${name}: ${faults.join('; ')}`)
    const last = history[history.length - 1]
    const missing = last === undefined ? undefined : figures.find((figure) => last[figure] === undefined)
    return missing === undefined
      ? value(history.reduce(moved, init))
      : fail('ValueError', `${name}: the history has no figure ${missing}; it has ${Object.keys(last!).join(', ')}`)
  }
  return ruleWith(call, { figures, faults, begin: at(init) })
}

/**
 * A rule of one's own, to stop by or to set the rate by: a state, moved on by the figures of each epoch, and what it says.
 * The same as a function of the history, but an epoch costs the same however many came before it.
 *
 * @throws ValueError when a setting is not what it must be, and, when it is called, when the last epoch has not got a figure
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { train } from 'grad-ts'
 *
 * // three epochs in a row below 0.1
 * const threeBelow: train.StoppingRule = train.rule({
 *   figures: ['loss'],
 *   init: 0,
 *   step: (times, { loss }) => (loss < 0.1 ? times + 1 : 0),
 *   value: (times) => times >= 3
 * })
 * const history = [0.05, 0.2, 0.09, 0.08, 0.07].map((loss, i) => ({ epoch: i + 1, loss }))
 * deepStrictEqual([3, 4, 5].map((n) => threeBelow(history.slice(0, n))), [false, false, true])
 * @category training
 * @since 0.1.0
 */
export const rule = <S, A>(settings: RuleSettings<S, A>): HistoryRule<A> => {
  ruleSettings.read(settings)
  return foldRule(settings)
}

/** Where any rule is before the first epoch; a plain function is handed the history whenever it is asked. @internal */
export const begun = <A>(given: HistoryRule<A>): RuleProgress<A> => {
  const at = (history: () => readonly EpochRecord[]): RuleProgress<A> => ({
    value: () => given(history()),
    next: (_, now) => at(now)
  })
  return given.begin ?? at(() => [])
}
