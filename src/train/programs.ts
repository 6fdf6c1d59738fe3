import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type ProgramOptions, settingsOf } from '../compile/compile.ts'
import type { Compiled } from '../compile/compiled.ts'
import { flattenParams } from '../params/tree.ts'
import { showDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import type { EpochSettings } from './epoch.ts'
import { byBatches, type EpochProgram, epochProgramOf, inMemory } from './epochProgram.ts'
import type { TrainingError } from './error.ts'
import { forgetEvaluators } from './evaluate.ts'
import type { Rows, State, Task } from './state.ts'
import { type Trial, trialOf } from './trial.ts'

/** Which engine trains: a program where an epoch can be traced, the reference where not. */

/** The largest data set, in bytes, that is kept in a program's memory; a larger one is handed over batch by batch. */
const MOST_DATA = 2 ** 28
/** The most bytes of a program that is kept for the next run of the same problem. */
const MOST_KEPT = 2 ** 24
/** The number of programs kept for a problem. */
const KEPT = 4

interface Pool {
  /** Programs, or why there can be none, by what they were made for. */
  readonly programs: Map<string, E.Either<string, Compiled>>
  /** Epochs that were traced and found to be sound. */
  readonly trials: Map<string, Trial>
}

// Nothing can be observed of it but time: a program gives the same results in every run.
const pools = new WeakMap<object, Pool>()

const poolOf = (problem: object): Pool => {
  const known = pools.get(problem)
  if (known !== undefined) return known
  const pool: Pool = { programs: new Map(), trials: new Map() }
  pools.set(problem, pool)
  return pool
}

/** Forgets all programs of a problem. */
const forget = (problem: object): void => {
  pools.delete(problem)
  forgetEvaluators(problem)
}

/** Keeps the last ones only. */
const keep = <A>(kept: Map<string, A>, key: string, value: A): A => {
  kept.set(key, value)
  const [oldest] = kept.keys()
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest)
  return value
}

const signature = (
  { params, modelState, optimizerState }: State,
  { inputs, targets }: Rows,
  rest: readonly unknown[]
): string => {
  const { leaves, structure } = flattenParams('fit', [params, modelState, optimizerState])
  const shapes = [...leaves, inputs, targets].map((x) => showDims(dimsOf(x)))
  return [JSON.stringify(structure), ...shapes, ...rest.map(String)].join(' ')
}

/** The epochs of a run, tried before the first one; those of a problem, a state and a data set of the same shapes are known. */
export const trialFor = (
  problem: Task,
  from: State,
  data: Rows,
  settings: EpochSettings
): E.Either<TrainingError, Trial> => {
  const { batchSize, shuffle, withFactor } = settings
  const key = signature(from, data, [batchSize, shuffle, withFactor])
  const known = poolOf(problem).trials.get(key)
  if (known !== undefined && (known.probe === null || (known.probe.holds() && known.probe.modelHolds())))
    return E.right(known)
  // what the loss or the model closed over has changed: its programs are of the past
  if (known !== undefined) forget(problem)
  return pipe(
    trialOf(problem, from, data, settings),
    E.map((trial) => keep(poolOf(problem).trials, key, trial))
  )
}

/** A program for the epochs of a run, or why there can be none. */
export const programFor = (
  problem: Task,
  from: State,
  data: Rows,
  settings: EpochSettings,
  options: ProgramOptions,
  { traced }: Trial
): E.Either<string, EpochProgram> => {
  if (typeof traced === 'string') return E.left(traced)
  const compiling = { ...settingsOf(options), donate: [0] }
  const { precision, fused, threads, memoryLimit, checked } = compiling
  const { batchSize, shuffle, withFactor } = settings
  const element = precision === 'double' ? 8 : 4
  const dataBytes = element * (sizeOf(dimsOf(data.inputs)) + sizeOf(dimsOf(data.targets)))
  const attempt = <A>(make: () => A): E.Either<string, A> => E.tryCatch(make, (thrown) => E.toError(thrown).message)
  if (dataBytes > Math.min(MOST_DATA, memoryLimit / 2))
    return attempt(() => byBatches(problem, from, data, settings, compiling))
  const key = signature(from, data, [batchSize, shuffle, withFactor, precision, fused, threads, memoryLimit, checked])
  const { programs } = poolOf(problem)
  const made = programs.get(key) ?? attempt(() => epochProgramOf(traced, compiling))
  if (E.isLeft(made) || made.right.bytes <= MOST_KEPT) keep(programs, key, made)
  return E.map((program: Compiled) => inMemory(problem, data, batchSize, program))(made)
}
