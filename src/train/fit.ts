import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ProgramOptions } from '../compile/compile.ts'
import type { Shape } from '../tensor/shape.ts'
import { isTensor } from '../tensor/tensor.ts'
import { validationName } from './direction.ts'
import { type Fault, refusing, type TrainingError } from './error.ts'
import { evaluatorOf } from './evaluate.ts'
import type { RateRule } from './plateau.ts'
import { settled } from './history.ts'
import { type Run, runFrom } from './run.ts'
import { countOf } from './rows.ts'
import type { Dataset, EpochRecord, Problem, Rows, State, Task, TrainState } from './state.ts'
import { stateFaults } from './stateFaults.ts'
import { type BestSettings, improves, type StoppingRule } from './stopping.ts'
import { trialFor } from './programs.ts'
import { asProblem } from './subject.ts'
import { setFaults, type Suits, together } from './suit.ts'
import { scheduleFaults, untried } from './trial.ts'
import { metricFaults, settingsFaults } from './validate.ts'

/**
 * The numbers of a training run. A setting that is not known is a fault.
 *
 * @category training
 * @since 0.1.0
 */
export interface FitSettings<P, St, I extends Shape, T extends Shape> {
  /** How many epochs to train, from the state given. */
  readonly epochs: number
  readonly batchSize: number
  /** A new order of the examples each epoch; yes when left out. */
  readonly shuffle?: boolean
  readonly validation?: Dataset<I, T>
  /**
   * Ends training early when it holds after an epoch. Rules, and plain functions of the history, are shown the epochs on
   * these data alone, those of earlier runs on the same numbers among them: `trainedOn` of the state says since when. With
   * other training or validation data they begin anew; for another loss on the same data, give them `from: state.epoch`. A
   * rule that is made once, and not again for each run, need not go through the epochs of earlier runs again.
   */
  readonly stop?: StoppingRule
  /**
   * What the updates of the next epoch are multiplied by, from the history so far, such as `reduceOnPlateau`: a finite
   * number of at least 0. It counts as `stop` does.
   */
  readonly rateFactor?: RateRule
  /**
   * Answers the best state of the run by a figure, not the last: one of the states the run went through, exactly as it
   * was, with its epoch and its history up to there; the first of equals. The state that training began with counts only
   * when there was no epoch, and the last one is answered when the figure was NaN in every epoch. To train on from the best
   * is to train on from that epoch.
   *
   * The figure `loss` of the history is met before the updates of its epoch. Here it is that of the state which is kept: the
   * loss of all training data by the model in use, penalty included, taken at the end of each epoch, which costs a further
   * pass over the data.
   */
  readonly keepBest?: BestSettings
  /**
   * Whether steps, predictions and the loss of the validation data are compiled into programs (yes), and how. Where there
   * can be none (the step reads numbers, there is no WebAssembly, a content-security policy forbids it, or the program is too
   * large), the reference trains, and the state that is answered says why in `notCompiled`. Results agree within rounding;
   * those of one engine are always the same.
   *
   * A program keeps what the functions of the problem close over as it was when the step was traced, so they must be pure.
   *
   * - Loss and penalty are checked, before a run and after each observer or rule: the penalty on the parameters of the first
   *   state, the loss on a few rows spread over the data and on the first row of each of the first targets. Where one gives
   *   another number than before, the reference trains from there on. A change that these rows do not show is not seen.
   * - The model is checked before a run alone, on the same rows in training: a further `fit` goes by what it computes then,
   *   and within a run the program goes on with what it closed over at the beginning.
   * - An optimizer is not checked: where a part of one's own closes over something that changes, the program goes on with what
   *   it was first, in later runs of the same problem too. Nor is a change that a metric or a schedule makes within a run.
   * - Schedules are called at each step.
   * - Metrics are never compiled, only called.
   *
   * To train by one loss and then by another, make a problem for each stage, and hand the state on:
   * `pipe(state, train.fit(gentle, settings)(data), E.flatMap(train.fit(strict, settings)(data)))`. A model whose function is to
   * change is a model for each stage too, of the same parameters.
   */
  readonly compile?: boolean | ProgramOptions
  /**
   * Receive the state after each epoch and the figures of that epoch, both frozen; what they return is ignored, and what they
   * throw passes through. The history of such a state is a view of the run's: `[...state.history]` is an array of its own,
   * which can be cloned.
   */
  readonly observers?: readonly ((state: TrainState<P, St>, figures: EpochRecord) => void)[]
}

/** The names of the figures of an epoch. */
const figureNames = (metrics: object, withValidation: boolean): readonly string[] => {
  const names = Object.keys(metrics)
  return ['loss', ...names, ...(withValidation ? ['validationLoss', ...names.map(validationName)] : [])]
}

/** Records and lists are frozen all through; tensors are immutable anyway. */
const freeze = (node: unknown): void => {
  if (typeof node !== 'object' || node === null || isTensor(node) || Object.isFrozen(node)) return
  Object.freeze(node)
  Object.values(node).forEach(freeze)
}

/** The state of an observer, whose history cannot be written to as it is. */
const freezeState = (state: State): void => {
  freeze(state.params)
  freeze(state.modelState)
  freeze(state.optimizerState)
  Object.freeze(state)
}

const optionsOf = (compile: boolean | ProgramOptions | undefined): ProgramOptions | null =>
  compile === false ? null : compile === true ? {} : (compile ?? {})

type Settings = FitSettings<unknown, unknown, Shape, Shape>

/** What is known of a run before its first step: what is wrong with it, or the run. */
const readyRun = (
  what: 'fit' | 'epochs',
  problem: Task,
  settings: Omit<Settings, 'epochs' | 'validation'> & { readonly epochs?: number; readonly validation?: Rows },
  data: Rows,
  from: State
): E.Either<TrainingError, Run> => {
  const metrics = problem.metrics ?? {}
  const wrong: readonly Fault[] = [
    ...settingsFaults(what, settings, (withValidation) => figureNames(metrics, withValidation)),
    ...metricFaults(metrics)
  ]
  if (wrong.length > 0) return E.left({ _tag: 'InvalidSettings', faults: wrong })
  const { epochs = 0, batchSize, shuffle = true, validation, stop, rateFactor, observers } = settings
  const watched = what === 'epochs' || observers !== undefined || stop !== undefined || rateFactor !== undefined
  const options = optionsOf(settings.compile)
  const withFactor = rateFactor !== undefined
  const numbers = { batchSize, shuffle, withFactor, validation, stop, rateFactor, options, watched }
  const dataFaults = (): Suits => {
    const evaluator = evaluatorOf(problem, options)
    return together([
      setFaults(problem, evaluator, from, 'data', data, batchSize),
      // its loss is taken of all rows at once
      ...(validation === undefined ? [] : [setFaults(problem, evaluator, from, 'validation', validation, Infinity)])
    ])
  }
  return pipe(
    refusing('InvalidState', stateFaults(problem, from), from),
    E.chain(() => refusing('InvalidData', dataFaults(), from)),
    E.chain(() => (what === 'fit' && epochs === 0 ? E.right(untried) : trialFor(problem, from, data, numbers))),
    E.chainFirst((trial) => {
      const steps = epochs * Math.ceil(countOf(data) / batchSize)
      // a run that may stop before is not refused for steps it may never come to
      return refusing('InvalidSettings', E.right(stop === undefined ? scheduleFaults(trial, from, steps) : []), from)
    }),
    E.map((trial) => runFrom(problem, numbers, data, from, trial))
  )
}

/**
 * The states after each epoch, one after another without end, each computed when it is asked for. The last element is
 * the error, if there is one.
 *
 * @category training
 * @since 0.1.0
 */
export const epochs =
  <P, St, I extends Shape, O extends Shape, T extends Shape>(
    problem: Problem<P, St, I, O, T>,
    settings: Omit<FitSettings<P, St, I, T>, 'epochs' | 'stop' | 'keepBest' | 'observers'>
  ) =>
  (data: Dataset<I, T>) =>
  (from: TrainState<P, St>): Iterable<E.Either<TrainingError, TrainState<P, St>>> => ({
    *[Symbol.iterator]() {
      const ready = readyRun('epochs', asProblem('epochs', problem), settings, data, from)
      for (;;) {
        const next = pipe(
          ready,
          E.chain((run) =>
            pipe(
              run.next(),
              E.map(() => {
                const state = run.state() as TrainState<P, St>
                // no program is held between two epochs: a caller may never ask for the next one
                run.rest()
                return state
              })
            )
          )
        )
        yield next
        if (E.isLeft(next)) return
      }
    }
  })

/**
 * Trains from a state for some epochs, or until a rule stops it. A pure function: training `a` epochs and then `b` more
 * gives the very same state as training `a + b`, shuffles and dropout included. `stop` is asked after each epoch, so a further
 * `fit` from a state at which the rule stopped trains one more epoch before it is asked again.
 *
 * The state may come from a file: one of another problem, or without one of its tensors, is told by path. It may be trained
 * on other data than before: the rules of `stop` and `rateFactor` then begin anew.
 *
 * The functions of a problem must be pure: what `compile` says of those that close over something that changes holds here.
 *
 * @returns the state after training, or why it failed: every fault of settings, data or state, and what a step of each
 * batch size or a metric does not take, found before the first step; or the epoch and step at which the loss stopped being a
 * number, or something threw
 * @throws ValueError when the problem has no model, loss or optimiser, or a metric that is not a function; and what an observer
 * throws
 * @example
 * import { ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { nn, optim, random, tensor, train } from 'grad-ts'
 *
 * const problem = {
 *   model: nn.dense({ inputs: 1, outputs: 1 }),
 *   loss: nn.meanSquaredError,
 *   optimizer: optim.sgd({ learningRate: 0.1 })
 * }
 * const data = { inputs: tensor([[0], [1], [2]]), targets: tensor([[1], [3], [5]]) }
 * const trained = pipe(train.start(problem)(random.key(0)), train.fit(problem, { epochs: 200, batchSize: 3 })(data))
 * ok(E.isRight(trained) && trained.right.history[199]!.loss < 1e-3)
 * @example
 * // the best state, and the whole history beside it, which an observer keeps
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { data, nn, optim, random, train } from 'grad-ts'
 *
 * const problem = {
 *   model: nn.dense({ inputs: 2, outputs: 1 }),
 *   loss: nn.binaryCrossEntropyWithLogits,
 *   optimizer: optim.sgd({ learningRate: 40 })
 * }
 * const losses: number[] = []
 * const best = pipe(
 *   train.start(problem)(random.key(0)),
 *   train.fit(problem, {
 *     epochs: 50,
 *     batchSize: 1,
 *     validation: data.xor,
 *     keepBest: { figure: 'validationLoss' },
 *     stop: train.patience({ figure: 'validationLoss', patience: 10 }),
 *     observers: [(_, { validationLoss }) => losses.push(validationLoss!)]
 *   })(data.xor)
 * )
 * const lowest = losses.indexOf(Math.min(...losses))
 * deepStrictEqual(
 *   E.isRight(best) && best.right.history.map(({ validationLoss }) => validationLoss),
 *   losses.slice(0, lowest + 1)
 * )
 * deepStrictEqual(losses.length, lowest + 11)
 * @category training
 * @since 0.1.0
 */
export const fit =
  <P, St, I extends Shape, O extends Shape, T extends Shape>(
    problem: Problem<P, St, I, O, T>,
    settings: FitSettings<P, St, I, T>
  ) =>
  (data: Dataset<I, T>) =>
  (from: TrainState<P, St>): E.Either<TrainingError, TrainState<P, St>> => {
    const ready = readyRun('fit', asProblem('fit', problem), settings as Settings, data, from)
    if (E.isLeft(ready)) return ready
    const run = ready.right
    const { keepBest, observers } = settings
    const better = keepBest === undefined ? null : improves(keepBest)
    let best: State | null = null
    let top: number | undefined
    for (let i = 0; i < settings.epochs; i++) {
      const result = run.next()
      if (E.isLeft(result)) return result
      const record = result.right
      if (keepBest !== undefined) {
        // the loss of an epoch is not that of the state after it
        const value = keepBest.figure === 'loss' ? run.lossNow() : E.right(record[keepBest.figure])
        if (E.isLeft(value)) return value
        if (better?.(top, value.right) === true) {
          best = run.state()
          top = value.right
        }
      }
      if (observers !== undefined) {
        const state = run.state()
        freezeState(state)
        for (const observe of observers) observe(state as TrainState<P, St>, record)
      }
      const stops = run.stops()
      if (E.isLeft(stops)) return stops
      if (stops.right) break
    }
    const last = run.state()
    run.rest()
    const answer = best ?? last
    return E.right((answer === from ? from : settled(answer)) as TrainState<P, St>)
  }
