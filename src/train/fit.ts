import * as E from 'fp-ts/lib/Either.js'
import type { CompileOptions } from '../compile/compile.ts'
import { permutationIndices } from '../random/order.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, isTensor, type Scalar, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { diverged, firstBadPath, stuck } from './diverged.ts'
import { type Engine, engineFor, predictorOf } from './engine.ts'
import { type Fault, type TrainingError } from './error.ts'
import { runEpoch } from './loop.ts'
import { sayOnce } from './notice.ts'
import type { RateRule } from './plateau.ts'
import { type Dataset, type EpochRecord, keyFor, type Problem, type TrainState } from './state.ts'
import { predictRows, step } from './step.ts'
import { type BestSettings, improves, type StoppingRule } from './stopping.ts'
import { setFaults } from './suit.ts'
import { asProblem, asState } from './subject.ts'
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
  /**
   * Whether steps are compiled into a program (yes), and how. A problem whose step cannot be traced is trained by the
   * reference, and a warning says so once. Results agree within rounding; those of one engine are always the same.
   */
  readonly compile?: boolean | CompileOptions
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

/** How predictions are made while training. */
type Predict<P, St> = (params: P, modelState: St, x: Tensor) => Tensor

/** The figures at the end of an epoch, beside the loss. */
const figures = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  data: Dataset<I, T>,
  validation: Dataset<I, T> | undefined,
  predictWith: Predict<P, St>,
  { params, modelState }: Pick<TrainState<P, St>, 'params' | 'modelState'>
): Readonly<Record<string, number>> => {
  const metrics = Object.entries(problem.metrics ?? {})
  const predict = (of: Dataset<I, T>) => predictRows<I, O>((x) => predictWith(params, modelState, x), of.inputs)
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
        `fit: rateFactor must give a finite number of at least 0, got ${showGiven(factor)} after ${history.length} epochs`
      )
}

/** A run of training: an epoch at a time, and the state it has come to. */
interface Run<P, St> {
  /** Trains an epoch; the error when it came to a number that is not finite. */
  readonly next: () => E.Either<TrainingError, void>
  /** The state now, which later epochs do not change. */
  readonly state: () => TrainState<P, St>
  readonly history: () => readonly EpochRecord[]
  /** Is called when the run is over, or set aside. */
  readonly end: () => void
}

/** One epoch by the reference: all batches, or the error. */
const referenceEpoch = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  { batchSize, shuffle = true }: Pick<FitSettings<P, St, I, T>, 'batchSize' | 'shuffle'>,
  data: Dataset<I, T>
) => {
  const run = step(problem)
  return (
    before: TrainState<P, St>,
    factor: number | undefined
  ): E.Either<TrainingError, { readonly state: TrainState<P, St>; readonly loss: number }> => {
    const outcome = runEpoch((batch) => run(batch, factor), data, batchSize, shuffle, before)
    if (outcome._tag === 'Stuck') return E.left(stuck(problem, outcome.met, outcome.loss, outcome.previous))
    const { state, loss, previous } = outcome
    // a last update may have spoiled the parameters without another loss to show it
    if (firstBadPath(state.params) === null) return E.right({ state, loss })
    const moment = { epoch: before.epoch + 1, step: state.step, loss, params: state.params }
    return E.left(diverged(problem, moment, null, previous))
  }
}

/**
 * A run from a state. A program keeps the state to itself and gives it out when somebody wants to see it; an epoch in which
 * it met a number that is not finite is done again by the reference, which tells what happened.
 */
const runFrom = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  settings: Omit<FitSettings<P, St, I, T>, 'epochs'>,
  data: Dataset<I, T>,
  from: TrainState<P, St>,
  engineOf: () => Engine<P, St> | null,
  predict: Predict<P, St>
): Run<P, St> => {
  const { batchSize, shuffle = true, rateFactor, validation } = settings
  const byReference = referenceEpoch(problem, settings, data)
  const rows = dimsOf(data.inputs)[0]!
  const steps = Math.ceil(rows / batchSize)
  const watched = validation !== undefined || problem.metrics !== undefined
  const inOrder = shuffle ? null : Int32Array.from({ length: rows }, (_, i) => i)
  const history = [...from.history]
  const { key } = from
  let { epoch, step: done } = from
  /** The state, as far as it has been given out. */
  let known: TrainState<P, St> | null = from
  /** Made for the first epoch, so that a run of none costs nothing. */
  let engine: Engine<P, St> | null | undefined

  const state = (): TrainState<P, St> => {
    if (known === null) {
      const { params, modelState, optimizerState } = engine!.resident.read()
      known = { params, modelState, optimizerState, key, epoch, step: done, history: [...history] }
    }
    return known
  }
  const finish = (loss: number): E.Either<never, void> => {
    epoch++
    done += steps
    const record: EpochRecord = watched
      ? { epoch, loss, ...figures(problem, data, validation, predict, known ?? engine!.resident.read()) }
      : { epoch, loss }
    history.push(record)
    if (known !== null) known = { ...known, epoch, step: done, history: [...history] }
    return finished
  }
  return {
    history: () => history,
    state,
    end: () => {
      state()
      engine?.release()
    },
    next: () => {
      const factor = factorOf(rateFactor, history)
      if (engine === undefined) {
        engine = engineOf()
        engine?.resident.load(from)
      }
      if (engine !== null) {
        const order = inOrder ?? permutationIndices(rows)(keyFor('shuffle', epoch, key))
        const loss = engine.resident.epoch(order, factor)
        if (loss !== null) {
          known = null
          return finish(loss)
        }
      }
      const before = state()
      const result = byReference(before, factor)
      if (E.isLeft(result)) return result
      known = result.right.state
      engine?.resident.load({ ...known, step: done + steps })
      return finish(result.right.loss)
    }
  }
}

const finished: E.Either<never, void> = E.right(undefined)

/** Runs from states, with programs where the problem can be traced. */
const trainerOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  settings: Omit<FitSettings<P, St, I, T>, 'epochs'>,
  data: Dataset<I, T>
) => {
  const options = settings.compile === false ? null : settings.compile === true ? {} : (settings.compile ?? {})
  const predict = predictorOf(problem.model, options)
  return (from: TrainState<P, St>): Run<P, St> => {
    const withFactor = settings.rateFactor !== undefined
    const engine = (): Engine<P, St> | null => {
      if (options === null) return null
      const found = engineFor(problem, from, data, settings.batchSize, withFactor, options)
      if (E.isRight(found)) return found.right
      sayOnce(problem, found.left)
      return null
    }
    return runFrom(problem, settings, data, from, engine, predict)
  }
}

const checked = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  what: string,
  problem: Problem<P, St, I, O, T>,
  settings: FitSettings<P, St, I, T>,
  data: Dataset<I, T>,
  from: TrainState<P, St>
): E.Either<TrainingError, void> => {
  asProblem(what, problem)
  asState(what, from)
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
      const ready = checked('epochs', problem, { ...settings, epochs: 0 }, data, from)
      if (E.isLeft(ready)) {
        yield ready
        return
      }
      const trainer = trainerOf(problem, settings, data)
      let state = from
      for (;;) {
        // nothing is held between two epochs: a caller may never ask for the next one
        const run = trainer(state)
        const result = run.next()
        run.end()
        if (E.isLeft(result)) {
          yield result
          return
        }
        state = run.state()
        yield E.right(state)
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
    const ready = checked('fit', problem, settings, data, from)
    if (E.isLeft(ready)) return ready
    const run = trainerOf(problem, settings, data)(from)
    const better = settings.keepBest === undefined ? null : improves(settings.keepBest)
    let best: TrainState<P, St> | null = null
    for (let i = 0; i < settings.epochs; i++) {
      const result = run.next()
      if (E.isLeft(result)) return result
      const last = run.history()[run.history().length - 1]!
      if (better?.(best?.history.at(-1), last) === true) best = run.state()
      if (settings.observers !== undefined) {
        const state = run.state()
        freeze(state)
        for (const observe of settings.observers) observe(state)
      }
      if (settings.stop?.([...run.history()]) === true) break
    }
    run.end()
    return E.right(best ?? run.state())
  }
