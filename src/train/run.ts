import * as E from 'fp-ts/lib/Either.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import type { CompileOptions } from '../compile/compile.ts'
import { permutationIndices } from '../random/order.ts'
import { showGiven } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { validationName } from './direction.ts'
import { diverged, firstBadPath, stuck } from './diverged.ts'
import { type Fault, faultOf, guarded, type TrainingError } from './error.ts'
import { evaluatorOf, type Measured, metricOf, type Needs, notNumber } from './evaluate.ts'
import { type Follower, follow, logFrom } from './history.ts'
import { runEpoch } from './loop.ts'
import type { RateRule } from './plateau.ts'
import type { HistoryRule } from './rule.ts'
import { markOf } from './mark.ts'
import { type Dataset, type EpochRecord, keysFor, type Problem, type TrainState } from './state.ts'
import type { EpochProgram } from './epochProgram.ts'
import { forget, programFor } from './programs.ts'
import { step, type Tensors } from './step.ts'
import type { StoppingRule } from './stopping.ts'
import { blameOf, type Trial } from './trial.ts'

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
  /** Takes the state out of the program, as no further epoch may be asked for. */
  readonly rest: () => void
}

/** What a run needs to know of its settings. */
export interface RunSettings<I extends Shape, T extends Shape> {
  readonly batchSize: number
  readonly shuffle: boolean
  readonly validation: Dataset<I, T> | undefined
  readonly stop: StoppingRule | undefined
  readonly rateFactor: RateRule | undefined
  /** How programs are made; `null` for the reference. */
  readonly options: CompileOptions | null
  /** Whether functions of the caller's own run between epochs. */
  readonly watched: boolean
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

/**
 * A run from a state. A program keeps the state to itself and gives it out when somebody wants to see it; an epoch in which
 * it met a number that is not finite, or something threw, is done again by the reference, which tells what happened.
 */
export const runFrom = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  settings: RunSettings<I, T>,
  data: Dataset<I, T>,
  from: TrainState<P, St>,
  trial: Trial
): Run<P, St> => {
  const { batchSize, shuffle, validation, options } = settings
  const rows = dimsOf(data.inputs)[0]!
  const steps = Math.ceil(rows / batchSize)
  const hasFigures = validation !== undefined || problem.metrics !== undefined
  const [shuffled, shuffleKey] = [permutationIndices(rows), keysFor('shuffle', from.key)]
  const log = logFrom(from)
  const trainedOn = markOf(from, data, validation)
  /** Rules count what came of these data. */
  const first = log.after(trainedOn.since)
  const byStep = step(problem)
  const { key } = from
  let { epoch, step: done } = from
  let evaluator = evaluatorOf(problem, options)
  /** The tensors of the state, when a program has not moved them on since. */
  let tensors: Tensors<P, St> | null = from
  /** The state that was last given out, until the next epoch. */
  let given: TrainState<P, St> | null = from
  /** `undefined` while none is asked for, so that a run of no epochs costs nothing. */
  let program: EpochProgram<P, St> | null | undefined
  /** Whether there is no program for this run, or none any more. */
  let refused = false
  let notCompiled: string | undefined
  let rate: Follower<number> | null | undefined
  let stop: Follower<boolean> | null | undefined

  const failed = (faults: readonly Fault[], before: boolean): E.Either<TrainingError, never> =>
    E.left({ _tag: 'Failed', epoch: before ? epoch + 1 : epoch, step: before ? done + 1 : done, faults })

  const tensorsNow = (): Tensors<P, St> => (tensors ??= program!.tensors())
  const bare = (): TrainState<P, St> => ({ ...tensorsOf(tensorsNow()), key, epoch, step: done, history: [] })

  /** Why the reference trains: the first reason stays. */
  const say = (reason: string): void => {
    notCompiled ??= reason
  }
  const withoutProgram = (reason: string): void => {
    refused = true
    say(reason)
  }
  /** Goes on by the reference. */
  const giveUp = (): void => {
    tensors = tensorsNow()
    program = null
    refused = true
  }
  const programNow = (): EpochProgram<P, St> | null => {
    if (program !== undefined) return program
    if (options === null || refused) return (program = null)
    const asked = { batchSize, shuffle, withFactor: settings.rateFactor !== undefined }
    const found = programFor(problem, from, data, asked, options, trial)
    if (E.isLeft(found)) {
      withoutProgram(found.left)
      return (program = null)
    }
    found.right.load(bare())
    return (program = found.right)
  }

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

  /** Why the reference trains an epoch again. */
  const overtaken = (at: number): string =>
    `a number was not finite in ${options?.precision ?? 'double'} precision in epoch ${at}, which the reference trained in double precision`

  /** An epoch by a program: its loss, or why it is left to the reference, where that is news. */
  const byProgram = (factor: number | undefined): number | string | null => {
    const now = programNow()
    if (now === null) return null
    // what ran between two epochs may have changed what the loss closed over
    if (settings.watched && trial.probe?.holds() === false) {
      giveUp()
      forget(problem)
      evaluator = evaluatorOf(problem, null)
      return `the loss or the penalty gives other numbers than before, from epoch ${epoch + 1} on`
    }
    try {
      const loss = now.run(shuffle ? shuffled(shuffleKey(epoch)) : null, factor)
      if (loss === null) return overtaken(epoch + 1)
      tensors = null
      return loss
    } catch (thrown) {
      giveUp()
      return `the program of a step failed in epoch ${epoch + 1}: ${faultOf('program', thrown).message}`
    }
  }

  /** An epoch by the reference: its loss, or what came of it. */
  const byReference = (factor: number | undefined): E.Either<TrainingError, number> => {
    const before = bare()
    const outcome = runEpoch((batch) => byStep(batch, factor), data, batchSize, shuffle, before)
    if (outcome._tag === 'Stuck') return E.left(stuck(problem, outcome.met, outcome.loss, outcome.previous))
    if (outcome._tag === 'Threw') {
      const { batch, before: state } = outcome.met
      const faults = [blameOf(problem, batch, state, outcome.thrown)]
      return E.left({ _tag: 'Failed', epoch: epoch + 1, step: state.step + 1, faults })
    }
    const { state, loss, previous } = outcome
    // a last update may have spoiled the parameters without another loss to show it
    if (firstBadPath(state.params) !== null)
      return E.left(
        diverged(problem, { epoch: epoch + 1, step: state.step, loss, params: state.params }, null, previous)
      )
    tensors = state
    program?.load(state)
    return E.right(loss)
  }

  /** What the state now makes of a set. */
  const measured = (of: Dataset<I, T>, needs: Needs): E.Either<Fault, Measured> => {
    const { params, modelState } = tensorsNow()
    return evaluator.measure(params, modelState, of, needs)
  }

  const finish = (loss: number): E.Either<TrainingError, EpochRecord> => {
    epoch++
    done += steps
    given = null
    const more = hasFigures ? figuresOf(problem, data, validation, measured) : none
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
      const factor = settings.rateFactor === undefined ? unscaled : factorNow()
      if (E.isLeft(factor)) return failed([factor.left], true)
      const loss = byProgram(factor.right)
      if (typeof loss === 'number') return finish(loss)
      return pipe(
        byReference(factor.right),
        E.chain((found) => {
          // where the reference fails too, its error tells all
          if (loss !== null) say(loss)
          return finish(found)
        })
      )
    },
    stops: () => {
      if (stop === null || stop === undefined) return goesOn
      const now = guarded('stop', stop.value)
      if (E.isLeft(now)) return failed([now.left], false)
      return typeof (now.right as unknown) === 'boolean'
        ? now
        : failed([{ path: 'stop', message: `must give true or false, it gave ${showGiven(now.right)}` }], false)
    },
    state: () =>
      (given ??= {
        ...tensorsOf(tensorsNow()),
        key,
        epoch,
        step: done,
        history: log.now(),
        trainedOn,
        ...(notCompiled === undefined ? {} : { notCompiled })
      }),
    lossNow: () => {
      const { penalty } = problem
      const now = pipe(
        measured(data, { predictions: false, loss: true }),
        E.chain(({ loss }) =>
          penalty === undefined
            ? E.right(loss!)
            : guarded('penalty', () => loss! + valuesOf('fit', penalty(tensorsNow().params))[0]!)
        )
      )
      return E.isLeft(now) ? failed([now.left], false) : now
    },
    rest: () => {
      rate?.rest()
      stop?.rest()
      tensors = tensorsNow()
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

const tensorsOf = <P, St>({ params, modelState, optimizerState }: Tensors<P, St>): Tensors<P, St> => ({
  params,
  modelState,
  optimizerState
})
