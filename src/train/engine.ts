import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import { type CompileOptions, settingsOf } from '../compile/compile.ts'
import { flattenParams } from '../params/tree.ts'
import { showDims } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import type { TrainingError } from './error.ts'
import { forgetEvaluators } from './evaluate.ts'
import { type Measure, measureOf } from './measure.ts'
import { type Resident, residentFor } from './resident.ts'
import type { Dataset, Problem, TrainState } from './state.ts'
import { flatten } from './traced.ts'
import { type Trial, trialOf } from './trial.ts'

/** Which engine trains: programs where a step can be traced, the reference where not. */

/** The total size, in bytes, of the programs kept for the next run of the same problem; larger ones are made anew. */
const MOST_KEPT = 2 ** 24
/** The number of programs kept for a problem. */
const KEPT = 4

/** The programs of a run: its steps, and what measures sets of certain shapes, as far as there is a program for it. */
interface Programs<P, St> {
  readonly resident: Resident<P, St>
  readonly measures: Map<string, Measure | null>
}

interface Pool {
  /** Idle programs, by what they were made for. */
  readonly idle: Map<string, Programs<unknown, unknown>>
  /** Why there can be none, by what they would have been made for. */
  readonly refused: Map<string, string>
  /** Steps that were traced and found to be sound. */
  readonly trials: Map<string, Trial>
}

// Nothing can be observed of it but time: a program gives the same results in every run.
const pools = new WeakMap<object, Pool>()

const poolOf = (problem: object): Pool => {
  const known = pools.get(problem)
  if (known !== undefined) return known
  const pool: Pool = { idle: new Map(), refused: new Map(), trials: new Map() }
  pools.set(problem, pool)
  return pool
}

const signature = <P, St>(
  { params, modelState, optimizerState }: TrainState<P, St>,
  inputs: Tensor,
  targets: Tensor,
  rest: readonly unknown[]
): string =>
  [
    JSON.stringify([params, modelState, optimizerState].map((tree) => flattenParams('fit', tree).structure)),
    ...[params, modelState, optimizerState].flatMap((tree) =>
      flattenParams('fit', tree).leaves.map((x) => showDims(dimsOf(x)))
    ),
    showDims(dimsOf(inputs)),
    showDims(dimsOf(targets)),
    ...rest.map(String)
  ].join(' ')

/** What trains a problem on a data set, from a state of certain shapes. */
export interface Engine<P, St> {
  readonly resident: Resident<P, St>
  /** Programs for the predictions, and the loss, of a set; none where there can be none. */
  readonly measure: (name: string, inputs: Tensor, targets: Tensor, withLoss: boolean) => Measure | null
  /** Lets another run have the programs. */
  readonly release: () => void
}

/** Keeps the last ones only. */
const keepFew = (kept: Map<string, unknown>): void => {
  const [oldest] = kept.keys()
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
}

/** The steps of a run, tried before the first one; those of a problem, a state and a data set of the same shapes are known. */
export const trialFor = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  from: TrainState<P, St>,
  data: Dataset<I, T>,
  batchSize: number,
  withFactor: boolean
): E.Either<TrainingError, Trial> => {
  const [inputs, targets] = [data.inputs, data.targets] as unknown as readonly [Tensor, Tensor]
  const key = signature(from, inputs, targets, [batchSize, withFactor])
  const known = poolOf(problem).trials.get(key)
  if (known !== undefined && (known.probe === null || (known.probe.holds() && known.probe.modelHolds())))
    return E.right(known)
  // what the loss or the model closed over has changed: its programs are of the past
  if (known !== undefined) forget(problem)
  const found = trialOf(problem, from, data, batchSize, withFactor)
  if (E.isRight(found)) {
    const { trials } = poolOf(problem)
    trials.set(key, found.right)
    keepFew(trials)
  }
  return found
}

/** Forgets all programs of a problem. */
export const forget = (problem: object): void => {
  pools.delete(problem)
  forgetEvaluators(problem)
}

/**
 * An engine for a problem and a data set, or why it cannot be made. A run has it for itself until it releases it, so
 * that runs within runs do not meet.
 */
export const engineFor = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  from: TrainState<P, St>,
  data: Dataset<I, T>,
  batchSize: number,
  withFactor: boolean,
  options: CompileOptions,
  trial: Trial
): E.Either<string, Engine<P, St>> => {
  const settings = settingsOf(options)
  const [inputs, targets] = [data.inputs, data.targets] as unknown as readonly [Tensor, Tensor]
  const { precision, fused, threads, memoryLimit, checked } = settings
  const key = signature(from, inputs, targets, [batchSize, withFactor, precision, fused, threads, memoryLimit, checked])
  const { idle, refused } = poolOf(problem)
  const reason = refused.get(key)
  if (reason !== undefined) return E.left(reason)
  const kept = idle.get(key) as Programs<P, St> | undefined
  idle.delete(key)
  const found =
    kept === undefined
      ? residentFor(problem, from, data, batchSize, withFactor, settings, trial)
      : E.right(kept.resident)
  if (E.isLeft(found)) {
    refused.set(key, found.left)
    keepFew(refused)
    return found
  }
  const resident = found.right
  const measures = kept?.measures ?? new Map<string, Measure | null>()
  const flat = flatten(from)
  resident.use(inputs, targets)
  return E.right({
    resident,
    measure: (name, x, y, withLoss) => {
      const kind = [name, showDims(dimsOf(x)), showDims(dimsOf(y)), withLoss].join(' ')
      const known = measures.get(kind)
      const made =
        known === undefined
          ? E.getOrElseW(() => null)(E.tryCatch(() => measureOf(problem, flat, [x, y], withLoss, settings), identity))
          : known
      measures.set(kind, made)
      made?.use(x, y)
      return made
    },
    release: () => {
      const bytes = [...measures.values()].reduce((sum, measure) => sum + (measure?.bytes ?? 0), resident.bytes)
      if (bytes > MOST_KEPT) return
      idle.set(key, { resident, measures } as Programs<unknown, unknown>)
      keepFew(idle)
    }
  })
}
