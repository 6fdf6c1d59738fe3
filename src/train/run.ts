import * as E from 'fp-ts/lib/Either.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import { showGiven } from '../tensor/errors.ts'
import { valuesOf } from '../tensor/tensor.ts'
import { validationName } from './direction.ts'
import { failedAfter, type Fault, guarded, type TrainingError } from './error.ts'
import { asFigure, metricOn } from './evaluate.ts'
import { follow, type Follower, logFrom } from './history.ts'
import { markOf } from './mark.ts'
import type { RateRule } from './plateau.ts'
import type { HistoryRule } from './rule.ts'
import type { EpochRecord, Judged, Rows, State, Task } from './state.ts'
import type { StoppingRule } from './stopping.ts'
import { type Trainer, trainerFrom, type TrainerSettings } from './trainer.ts'
import type { Trial } from './trial.ts'

/** A run of training: an epoch at a time, and the state it has come to. What it does for an epoch depends on that one alone. */
export interface Run {
  /** Trains an epoch, and answers its figures. */
  readonly next: () => E.Either<TrainingError, EpochRecord>
  /** Whether the rule for it ends the run now. */
  readonly stops: () => E.Either<TrainingError, boolean>
  /** The state now, which later epochs do not change. */
  readonly state: () => State
  /** The loss of the state now on the training data, penalty included; the history has that of the epoch. */
  readonly lossNow: () => E.Either<TrainingError, number>
  /** Remembers where rules have come to, as no further epoch may be asked for. */
  readonly rest: () => void
}

/** What a run needs to know of its settings. */
export interface RunSettings extends TrainerSettings {
  readonly validation: Rows | undefined
  readonly stop: StoppingRule | undefined
  readonly rateFactor: RateRule | undefined
}

/** The figures at the end of an epoch, beside the loss. */
const figuresOf = (
  { metrics = {} }: Judged,
  data: Rows,
  validation: Rows | undefined,
  measure: Trainer['measure']
): E.Either<Fault, Readonly<Record<string, number>>> => {
  const names = Object.keys(metrics)
  const predictions = names.length > 0
  const figures: Record<string, number> = {}
  /** Adds the figures of a set, and answers what failed. */
  const add = (of: Rows, loss: boolean, nameOf: (figure: string) => string): Fault | null => {
    const measured = measure(of, { predictions, loss })
    if (E.isLeft(measured)) return measured.left
    if (loss) figures[nameOf('loss')] = measured.right.loss!
    for (const name of names) {
      const given = metricOn(name, metrics[name]!, of.targets, measured.right.predictions!)
      const figure = E.isLeft(given) ? given : asFigure(name, given.right)
      if (E.isLeft(figure)) return figure.left
      figures[nameOf(name)] = figure.right
    }
    return null
  }
  const fault =
    (predictions ? add(data, false, identity) : null) ??
    (validation === undefined ? null : add(validation, true, validationName))
  return fault === null ? E.right(figures) : E.left(fault)
}

const none: E.Either<never, Readonly<Record<string, number>>> = E.right({})
const unscaled: E.Either<never, undefined> = E.right(undefined)
const goesOn: E.Either<never, boolean> = E.right(false)
const moved: E.Either<never, void> = E.right(undefined)

/** The rules of a run, each where there is one. */
interface Rules {
  readonly stop: Follower<boolean> | null
  readonly rate: Follower<number> | null
}

/** A run from a state. */
export const runFrom = (problem: Task, settings: RunSettings, data: Rows, from: State, trial: Trial): Run => {
  const { validation } = settings
  const trainer = trainerFrom(problem, settings, data, from, trial)
  const hasFigures = validation !== undefined || problem.metrics !== undefined
  const log = logFrom(from)
  const trainedOn = markOf(from, data, validation)
  /** Rules count what came of these data. */
  const first = log.after(trainedOn.since)
  let { epoch } = from
  /** The state that was last given out, until the next epoch. */
  let given: State | null = from
  let rules: Rules | null = null

  /** What failed before the next epoch, or after the last one. */
  const failed = (when: 'before' | 'after', fault: Fault): E.Either<TrainingError, never> => {
    const { epoch, step } = trainer.state()
    return failedAfter(when === 'before' ? { epoch, step } : { epoch: epoch - 1, step: step - 1 }, [fault])
  }
  /** Rules begin with the history before the first epoch. */
  const rulesNow = (): E.Either<Fault, Rules> => {
    const begun = <A>(path: string, rule: HistoryRule<A> | undefined): E.Either<Fault, Follower<A> | null> =>
      rule === undefined ? E.right(null) : follow(path, rule, log, first)
    return pipe(
      E.Do,
      E.apS('stop', begun('stop', settings.stop)),
      E.apS('rate', begun('rateFactor', settings.rateFactor))
    )
  }
  /** The factor of the next epoch, when there is a rule for it. */
  const factorOf = ({ rate }: Rules): E.Either<Fault, number | undefined> => {
    if (rate === null) return unscaled
    const factor = rate.value()
    return E.isLeft(factor) || (Number.isFinite(factor.right) && factor.right >= 0)
      ? factor
      : E.left({
          path: 'rateFactor',
          message: `must give a finite number of at least 0, it gave ${showGiven(factor.right)} after ${log.length()} epochs`
        })
  }

  const finish = (loss: number, { rate, stop }: Rules): E.Either<TrainingError, EpochRecord> => {
    epoch++
    given = null
    const more = hasFigures ? figuresOf(problem, data, validation, trainer.measure) : none
    if (E.isLeft(more)) return failed('after', more.left)
    // rules and observers are handed the record that the history holds
    const record: EpochRecord = Object.freeze(hasFigures ? { epoch, loss, ...more.right } : { epoch, loss })
    log.push(record)
    const rated = rate === null ? moved : rate.next(record)
    const followed = E.isLeft(rated) || stop === null ? rated : stop.next(record)
    return E.isLeft(followed) ? failed('after', followed.left) : E.right(record)
  }

  return {
    next: () => {
      if (rules === null) {
        const begun = rulesNow()
        if (E.isLeft(begun)) return failed('before', begun.left)
        rules = begun.right
      }
      const factor = factorOf(rules)
      if (E.isLeft(factor)) return failed('before', factor.left)
      const loss = trainer.next(factor.right)
      return E.isLeft(loss) ? loss : finish(loss.right, rules)
    },
    stops: () => {
      const stop = rules?.stop ?? null
      if (stop === null) return goesOn
      const now = stop.value()
      if (E.isLeft(now)) return failed('after', now.left)
      return typeof (now.right as unknown) === 'boolean'
        ? now
        : failed('after', { path: 'stop', message: `must give true or false, it gave ${showGiven(now.right)}` })
    },
    state: () => {
      if (given !== null) return given
      // written out, as a spread is slow
      const { params, modelState, optimizerState, key, step, notCompiled } = trainer.state()
      const state = { params, modelState, optimizerState, key, epoch, step, history: log.now(), trainedOn }
      return (given = notCompiled === undefined ? state : { ...state, notCompiled })
    },
    lossNow: () => {
      const { penalty } = problem
      const now = pipe(
        trainer.measure(data, { predictions: false, loss: true }),
        E.chain(({ loss }) =>
          penalty === undefined
            ? E.right(loss!)
            : guarded('penalty', () => loss! + valuesOf('fit', penalty(trainer.state().params))[0]!)
        )
      )
      return E.isLeft(now) ? failed('after', now.left) : now
    },
    rest: () => {
      rules?.rate?.rest()
      rules?.stop?.rest()
    }
  }
}
