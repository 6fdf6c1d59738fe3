import * as E from 'fp-ts/lib/Either.js'
import type { ProgramOptions } from '../compile/compile.ts'
import { permutationIndices } from '../random/order.ts'
import { diverged, firstBadPath, stuck } from './diverged.ts'
import type { EpochSettings } from './epoch.ts'
import type { EpochProgram } from './epochProgram.ts'
import { failedAfter, type Fault, faultOf, type TrainingError } from './error.ts'
import { evaluatorOf, type Measured, type Needs } from './evaluate.ts'
import { runEpoch } from './loop.ts'
import { programFor } from './programs.ts'
import { countOf } from './rows.ts'
import { keysFor, type Rows, type State, type Task, type Tensors } from './state.ts'
import { stepOf } from './step.ts'
import { blameOf, type Trial } from './trial.ts'

/**
 * The epochs of a run: by a program where there is one, else by the reference. An epoch in which a program met a number that is
 * not finite, or something threw, is run again by the reference, which tells what happened.
 */
export interface Trainer {
  /** Runs an epoch with its updates multiplied by a factor, and answers its loss. */
  readonly next: (factor: number | undefined) => E.Either<TrainingError, number>
  /** The state now, which later epochs do not change, without a history. */
  readonly state: () => State
  /** What the state now makes of a set. */
  readonly measure: (of: Rows, needs: Needs) => E.Either<Fault, Measured>
}

/** What a trainer needs to know of a run. */
export interface TrainerSettings extends EpochSettings {
  /** How programs are made; `null` for the reference. */
  readonly options: ProgramOptions | null
  /** Whether functions of the caller's own run between epochs. */
  readonly watched: boolean
}

export const trainerFrom = (
  problem: Task,
  settings: TrainerSettings,
  data: Rows,
  from: State,
  trial: Trial
): Trainer => {
  const { batchSize, shuffle, options } = settings
  const steps = Math.ceil(countOf(data) / batchSize)
  const [shuffled, shuffleKey] = [permutationIndices(countOf(data)), keysFor('shuffle', from.key)]
  const byStep = stepOf(problem)
  let { epoch } = from
  let evaluator = evaluatorOf(problem, options)
  /** Without the history, of which a copy may have to be made. */
  const stateOf = ({ params, modelState, optimizerState }: Tensors): State => {
    const step = from.step + (epoch - from.epoch) * steps
    return { params, modelState, optimizerState, key: from.key, epoch, step, history: [] }
  }
  /** The state, when a program has not moved it on since. */
  let known: State | null = stateOf(from)
  /** `undefined` until an epoch is asked for; `null` where there is none, or none any more. */
  let program: EpochProgram | null | undefined = options === null ? null : undefined
  /** Why the reference ran epochs, where a program was asked for: the first reason. */
  let notCompiled: string | undefined

  const stateNow = (): State => (known ??= stateOf(program!.tensors()))
  /** Goes on by the reference. */
  const giveUp = (): void => {
    stateNow()
    program = null
  }
  const programNow = (): EpochProgram | null => {
    if (program !== undefined) return program
    const found = programFor(problem, from, data, settings, options!, trial)
    if (E.isLeft(found)) {
      notCompiled ??= found.left
      return (program = null)
    }
    found.right.load(stateNow())
    return (program = found.right)
  }

  /** An epoch by a program: its loss, or why it is left to the reference, where that is news. */
  const byProgram = (order: Int32Array | null, factor: number | undefined): number | string | null => {
    const now = programNow()
    if (now === null) return null
    // what ran between two epochs may have changed what the loss closed over
    if (settings.watched && trial.probe?.holds() === false) {
      giveUp()
      evaluator = evaluatorOf(problem, null)
      return `the loss or the penalty gives other numbers than before, from epoch ${epoch + 1} on`
    }
    try {
      const loss = now.run(order, factor)
      if (loss === null)
        return `a number was not finite in ${options?.precision ?? 'double'} precision in epoch ${epoch + 1}, which the reference trained in double precision`
      known = null
      epoch++
      return loss
    } catch (thrown) {
      giveUp()
      return `the program of a step failed in epoch ${epoch + 1}: ${faultOf('program', thrown).message}`
    }
  }

  /** An epoch by the reference: its loss, or what came of it. */
  const byReference = (order: Int32Array | null, factor: number | undefined): E.Either<TrainingError, number> => {
    const outcome = runEpoch((batch) => byStep(batch, factor), data, batchSize, order, stateNow())
    if (outcome._tag === 'Stuck') return E.left(stuck(problem, outcome.met, outcome.loss, outcome.previous))
    if (outcome._tag === 'Threw') {
      const { batch, before } = outcome.met
      return failedAfter(before, [blameOf(problem, batch, before, outcome.thrown)])
    }
    const { state, loss, previous } = outcome
    const { params, step } = state
    // a last update may have spoiled the parameters without another loss to show it
    if (firstBadPath(params) !== null)
      return E.left(diverged(problem, { epoch: epoch + 1, step, loss, params }, null, previous))
    epoch++
    known = stateOf(state)
    program?.load(known)
    return E.right(loss)
  }

  return {
    next: (factor) => {
      const order = shuffle ? shuffled(shuffleKey(epoch)) : null
      const loss = byProgram(order, factor)
      if (typeof loss === 'number') return E.right(loss)
      const found = byReference(order, factor)
      // where the reference fails too, its error tells all
      if (E.isRight(found)) notCompiled ??= loss ?? undefined
      return found
    },
    state: () => (notCompiled === undefined ? stateNow() : { ...stateNow(), notCompiled }),
    measure: (of, needs) => {
      const { params, modelState } = stateNow()
      return evaluator.measure(params, modelState, of, needs)
    }
  }
}
