import * as E from 'fp-ts/lib/Either.js'
import { fail } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { isTensor, type Scalar, valuesOf } from '../tensor/tensor.ts'
import { diverged, firstBadPath, stuck } from './diverged.ts'
import { type Fault, type TrainingError } from './error.ts'
import { runEpoch } from './loop.ts'
import type { RateRule } from './plateau.ts'
import { type Dataset, type EpochRecord, type Problem, type TrainState } from './state.ts'
import { predictRows, step } from './step.ts'
import { type BestSettings, improves, type StoppingRule } from './stopping.ts'
import { setFaults } from './suit.ts'
import { settingsFaults } from './validate.ts'

/**
 * The numbers of a training run.
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
  /** Ends training early when it holds after an epoch. */
  readonly stop?: StoppingRule
  /**
   * What the updates of the next epoch are multiplied by, from the history so far, such as `reduceOnPlateau`: a finite
   * number of at least 0.
   */
  readonly rateFactor?: RateRule
  /**
   * Answers the best state of the run by a figure, not the last: one of the states the run went through, exactly as it
   * was, with its epoch and its history up to there; the first of equals. The state that training began with counts only
   * when there was no epoch, and the last one is answered when the figure was NaN in every epoch. To train on from the best
   * is to train on from that epoch.
   */
  readonly keepBest?: BestSettings
  /** Receive the state after each epoch, frozen; what they return is ignored. */
  readonly observers?: readonly ((state: TrainState<P, St>) => void)[]
}

const rename = (figure: string): string => `validation${figure.charAt(0).toUpperCase()}${figure.slice(1)}`

/** The names of the figures of an epoch. */
const figureNames = (metrics: object, withValidation: boolean): readonly string[] => {
  const names = Object.keys(metrics)
  return ['loss', ...names, ...(withValidation ? ['validationLoss', ...names.map(rename)] : [])]
}

const numberOf = (x: Scalar): number => valuesOf('fit', x)[0]!

/** The figures at the end of an epoch. */
const figures = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  data: Dataset<I, T>,
  validation: Dataset<I, T> | undefined,
  { params, modelState }: TrainState<P, St>
): Readonly<Record<string, number>> => {
  const metrics = Object.entries(problem.metrics ?? {})
  const predict = (of: Dataset<I, T>) => predictRows(problem.model.apply, params, modelState, of.inputs)
  const own = metrics.length === 0 ? undefined : predict(data)
  const held = validation === undefined ? undefined : { predictions: predict(validation), targets: validation.targets }
  return Object.fromEntries([
    ...(own === undefined ? [] : metrics.map(([name, metric]) => [name, metric(data.targets)(own)] as const)),
    ...(held === undefined
      ? []
      : [
          ['validationLoss', numberOf(problem.loss(held.targets)(held.predictions))] as const,
          ...metrics.map(([name, metric]) => [rename(name), metric(held.targets)(held.predictions)] as const)
        ])
  ])
}

/** Records and lists are frozen all through; tensors nobody can change anyway. */
const freeze = (node: unknown): void => {
  if (typeof node !== 'object' || node === null || isTensor(node) || Object.isFrozen(node)) return
  Object.freeze(node)
  Object.values(node).forEach(freeze)
}

/** The factor of the next epoch, when there is a rule for it. */
const factorOf = (rule: RateRule | undefined, history: readonly EpochRecord[]): number | undefined => {
  const factor = rule?.(history)
  return factor === undefined || (Number.isFinite(factor) && factor >= 0)
    ? factor
    : fail(
        'ValueError',
        `fit: rateFactor must give a finite number of at least 0, got ${factor} after ${history.length} epochs`
      )
}

/** One epoch: all batches, then the figures, then one line more of history. */
const epoch = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  settings: Omit<FitSettings<P, St, I, T>, 'epochs'>,
  data: Dataset<I, T>
) => {
  const run = step(problem)
  return (before: TrainState<P, St>): E.Either<TrainingError, TrainState<P, St>> => {
    const factor = factorOf(settings.rateFactor, before.history)
    const outcome = runEpoch((batch) => run(batch, factor), data, settings.batchSize, settings.shuffle ?? true, before)
    if (outcome._tag === 'Stuck') return E.left(stuck(problem, outcome.met, outcome.loss, outcome.previous))
    const { state, loss, previous } = outcome
    // a last update may have spoiled the parameters without another loss to show it
    if (firstBadPath(state.params) !== null) {
      const moment = { epoch: before.epoch + 1, step: state.step, loss, params: state.params }
      return E.left(diverged(problem, moment, null, previous))
    }
    const record: EpochRecord = {
      epoch: before.epoch + 1,
      loss,
      ...figures(problem, data, settings.validation, state)
    }
    return E.right({ ...state, epoch: before.epoch + 1, history: [...state.history, record] })
  }
}

const checked = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  settings: FitSettings<P, St, I, T>,
  data: Dataset<I, T>,
  from: TrainState<P, St>
): E.Either<TrainingError, void> => {
  const wrong: readonly Fault[] = settingsFaults(settings, (withValidation) =>
    figureNames(problem.metrics ?? {}, withValidation)
  )
  if (wrong.length > 0) return E.left({ _tag: 'InvalidSettings', faults: wrong })
  const { batchSize, validation } = settings
  const sets = [
    { name: 'data', set: data, rows: batchSize },
    // its loss is taken of all rows at once
    ...(validation === undefined ? [] : [{ name: 'validation', set: validation, rows: Infinity }])
  ]
  const faults = sets.flatMap(({ name, set, rows }) => setFaults(problem, from, name, set, rows))
  return faults.length > 0 ? E.left({ _tag: 'InvalidData', faults }) : E.right(undefined)
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
      const ready = checked(problem, { ...settings, epochs: 0 }, data, from)
      if (E.isLeft(ready)) {
        yield ready
        return
      }
      const next = epoch(problem, settings, data)
      let state: E.Either<TrainingError, TrainState<P, St>> = E.right(from)
      while (E.isRight(state)) {
        state = next(state.right)
        yield state
      }
    }
  })

/**
 * Trains from a state for some epochs, or until a rule stops it. A pure function: training `a` epochs and then `b` more
 * gives the very same state as training `a + b`, shuffles and dropout included.
 *
 * @returns the state after training, or why there is none: every fault of settings or data, targets that the loss or a
 * metric does not take included, found before the first step; or the epoch and step at which the loss stopped being a number
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
 *     keepBest: { figure: 'loss' },
 *     stop: train.patience({ figure: 'loss', patience: 10 }),
 *     observers: [({ history }) => losses.push(history[history.length - 1]!.loss)]
 *   })(data.xor)
 * )
 * const lowest = losses.indexOf(Math.min(...losses))
 * deepStrictEqual(E.isRight(best) && best.right.history.map(({ loss }) => loss), losses.slice(0, lowest + 1))
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
    const ready = checked(problem, settings, data, from)
    if (E.isLeft(ready)) return ready
    const next = epoch(problem, settings, data)
    const better = settings.keepBest === undefined ? null : improves(settings.keepBest)
    let state = from
    let best: TrainState<P, St> | null = null
    for (let i = 0; i < settings.epochs; i++) {
      const result = next(state)
      if (E.isLeft(result)) return result
      state = result.right
      if (better?.(best?.history.at(-1), state.history.at(-1)!) === true) best = state
      if (settings.observers !== undefined) {
        freeze(state)
        for (const observe of settings.observers) observe(state)
      }
      if (settings.stop?.(state.history) === true) break
    }
    return E.right(best ?? state)
  }
