import * as E from 'fp-ts/lib/Either.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import { showGiven } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { validationName } from './direction.ts'
import { type Fault, guarded, type TrainingError } from './error.ts'
import { type Measured, metricOf, type Needs, notNumber } from './evaluate.ts'
import { follow, type Follower, logFrom } from './history.ts'
import { markOf } from './mark.ts'
import type { RateRule } from './plateau.ts'
import type { HistoryRule } from './rule.ts'
import type { Dataset, EpochRecord, Problem, TrainState } from './state.ts'
import type { StoppingRule } from './stopping.ts'
import { trainerFrom, type TrainerSettings } from './trainer.ts'
import type { Trial } from './trial.ts'

/** A run of training: an epoch at a time, and the state it has come to. What it does for an epoch depends on that one alone. */
export interface Run<P, St> {
  /** Trains an epoch, and answers its figures. */
  readonly next: () => E.Either<TrainingError, EpochRecord>
  /** Whether the rule for it ends the run now. */
  readonly stops: () => E.Either<TrainingError, boolean>
  /** The state now, which later epochs do not change. */
  readonly state: () => TrainState<P, St>
  /** The loss of the state now on the training data, penalty included; the history has that of the epoch. */
  readonly lossNow: () => E.Either<TrainingError, number>
  /** Remembers where rules have come to, as no further epoch may be asked for. */
  readonly rest: () => void
}

/** What a run needs to know of its settings. */
export interface RunSettings<I extends Shape, T extends Shape> extends Omit<TrainerSettings, 'withFactor'> {
  readonly validation: Dataset<I, T> | undefined
  readonly stop: StoppingRule | undefined
  readonly rateFactor: RateRule | undefined
}

/** The figures at the end of an epoch, beside the loss. */
const figuresOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  data: Dataset<I, T>,
  validation: Dataset<I, T> | undefined,
  measured: (of: Dataset<I, T>, needs: Needs) => E.Either<Fault, Measured>
): E.Either<Fault, Readonly<Record<string, number>>> => {
  const metrics = Object.entries(problem.metrics ?? {})
  const found: Record<string, number> = {}
  const measure = (of: Dataset<I, T>, predictions: Tensor, nameOf: (figure: string) => string): Fault | null => {
    for (const [figure, metric] of metrics) {
      const value = guarded(`metrics.${figure}`, () => metricOf(metric, of.targets, predictions))
      if (E.isLeft(value)) return value.left
      if (typeof value.right !== 'number') return notNumber(figure, value.right)
      found[nameOf(figure)] = value.right
    }
    return null
  }
  const needsPredictions = metrics.length > 0
  if (needsPredictions) {
    const own = measured(data, { predictions: true, loss: false })
    if (E.isLeft(own)) return own
    const fault = measure(data, own.right.predictions!, identity)
    if (fault !== null) return E.left(fault)
  }
  if (validation !== undefined) {
    const held = measured(validation, { predictions: needsPredictions, loss: true })
    if (E.isLeft(held)) return held
    const { predictions, loss } = held.right
    found['validationLoss'] = loss!
    const fault = predictions === null ? null : measure(validation, predictions, validationName)
    if (fault !== null) return E.left(fault)
  }
  return E.right(found)
}

const none: E.Either<never, Readonly<Record<string, number>>> = E.right({})
const unscaled: E.Either<never, undefined> = E.right(undefined)
const goesOn: E.Either<never, boolean> = E.right(false)

/** A run from a state. */
export const runFrom = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  settings: RunSettings<I, T>,
  data: Dataset<I, T>,
  from: TrainState<P, St>,
  trial: Trial
): Run<P, St> => {
  const { batchSize, validation } = settings
  const withFactor = settings.rateFactor !== undefined
  const trainer = trainerFrom(problem, { ...settings, withFactor }, data, from, trial)
  const steps = Math.ceil(dimsOf(data.inputs)[0]! / batchSize)
  const hasFigures = validation !== undefined || problem.metrics !== undefined
  const log = logFrom(from)
  const trainedOn = markOf(from, data, validation)
  /** Rules count what came of these data. */
  const first = log.after(trainedOn.since)
  let { epoch, step: done } = from
  /** The state that was last given out, until the next epoch. */
  let given: TrainState<P, St> | null = from
  let rate: Follower<number> | null | undefined
  let stop: Follower<boolean> | null | undefined

  const failed = (faults: readonly Fault[], before: boolean): E.Either<TrainingError, never> =>
    E.left({ _tag: 'Failed', epoch: before ? epoch + 1 : epoch, step: before ? done + 1 : done, faults })

  /** A rule, if there is one, that has come to where the run begins. */
  const followed = <A>(path: string, rule: HistoryRule<A> | undefined): E.Either<Fault, Follower<A> | null> =>
    rule === undefined ? E.right(null) : guarded(path, () => follow(rule, log, first))

  /** The factor of the next epoch, when there is a rule for it. */
  const factorNow = (): E.Either<Fault, number | undefined> => {
    if (rate === undefined) {
      const begins = followed('rateFactor', settings.rateFactor)
      if (E.isLeft(begins)) return begins
      rate = begins.right
    }
    if (rate === null) return E.right(undefined)
    const factor = guarded('rateFactor', rate.value)
    return E.isLeft(factor) || (Number.isFinite(factor.right) && factor.right >= 0)
      ? factor
      : E.left({
          path: 'rateFactor',
          message: `must give a finite number of at least 0, it gave ${showGiven(factor.right)} after ${log.length()} epochs`
        })
  }

  const finish = (loss: number): E.Either<TrainingError, EpochRecord> => {
    epoch++
    done += steps
    given = null
    const more = hasFigures ? figuresOf(problem, data, validation, trainer.measure) : none
    if (E.isLeft(more)) return failed([more.left], false)
    // rules and observers are handed the record that the history holds
    const record: EpochRecord = Object.freeze(hasFigures ? { epoch, loss, ...more.right } : { epoch, loss })
    log.push(record)
    const moved = followOn('rateFactor', rate, record) ?? followOn('stop', stop, record)
    return moved === null ? E.right(record) : failed([moved], false)
  }

  return {
    next: () => {
      // rules begin with the history before
      if (stop === undefined) {
        const begins = followed('stop', settings.stop)
        if (E.isLeft(begins)) return failed([begins.left], true)
        stop = begins.right
      }
      const factor = withFactor ? factorNow() : unscaled
      if (E.isLeft(factor)) return failed([factor.left], true)
      const loss = trainer.next(factor.right)
      return E.isLeft(loss) ? loss : finish(loss.right)
    },
    stops: () => {
      if (stop === null || stop === undefined) return goesOn
      const now = guarded('stop', stop.value)
      if (E.isLeft(now)) return failed([now.left], false)
      return typeof (now.right as unknown) === 'boolean'
        ? now
        : failed([{ path: 'stop', message: `must give true or false, it gave ${showGiven(now.right)}` }], false)
    },
    state: () => {
      if (given !== null) return given
      const { params, modelState, optimizerState } = trainer.tensors()
      const notCompiled = trainer.notCompiled()
      const state = {
        params,
        modelState,
        optimizerState,
        key: from.key,
        epoch,
        step: done,
        history: log.now(),
        trainedOn
      }
      return (given = notCompiled === undefined ? state : { ...state, notCompiled })
    },
    lossNow: () => {
      const { penalty } = problem
      const now = pipe(
        trainer.measure(data, { predictions: false, loss: true }),
        E.chain(({ loss }) =>
          penalty === undefined
            ? E.right(loss!)
            : guarded('penalty', () => loss! + valuesOf('fit', penalty(trainer.tensors().params))[0]!)
        )
      )
      return E.isLeft(now) ? failed([now.left], false) : now
    },
    rest: () => {
      rate?.rest()
      stop?.rest()
    }
  }
}

/** A rule goes on to an epoch: what it threw, if it did. Most runs have none, and their epochs may be short. */
const followOn = (path: string, rule: Follower<unknown> | null | undefined, record: EpochRecord): Fault | null => {
  if (rule === null || rule === undefined) return null
  const next = guarded(path, () => {
    rule.next(record)
  })
  return E.isLeft(next) ? next.left : null
}
