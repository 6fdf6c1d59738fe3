import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ProgramOptions } from '../compile/compile.ts'
import { permutationIndices } from '../random/order.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf } from '../tensor/tensor.ts'
import { diverged, firstBadPath, stuck } from './diverged.ts'
import type { EpochProgram } from './epochProgram.ts'
import { type Fault, faultOf, type TrainingError } from './error.ts'
import { evaluatorOf, type Measured, type Needs } from './evaluate.ts'
import { runEpoch } from './loop.ts'
import { forget, programFor } from './programs.ts'
import { type Dataset, keysFor, type Problem, type TrainState } from './state.ts'
import { step, type Tensors } from './step.ts'
import { blameOf, type Trial } from './trial.ts'

/**
 * The epochs of a run: by a program where there is one, else by the reference. An epoch in which a program met a number that is
 * not finite, or something threw, is run again by the reference, which tells what happened.
 */
export interface Trainer<P, St, I extends Shape, T extends Shape> {
  /** Runs an epoch with its updates multiplied by a factor, and answers its loss. */
  readonly next: (factor: number | undefined) => E.Either<TrainingError, number>
  /** The tensors of the state now, which later epochs do not change. */
  readonly tensors: () => Tensors<P, St>
  /** What the state now makes of a set. */
  readonly measure: (of: Dataset<I, T>, needs: Needs) => E.Either<Fault, Measured>
  /** Why the reference ran epochs, where a program was asked for: the first reason. */
  readonly notCompiled: () => string | undefined
}

/** What a trainer needs to know of a run. */
export interface TrainerSettings {
  readonly batchSize: number
  readonly shuffle: boolean
  /** Whether epochs are told a factor. */
  readonly withFactor: boolean
  /** How programs are made; `null` for the reference. */
  readonly options: ProgramOptions | null
  /** Whether functions of the caller's own run between epochs. */
  readonly watched: boolean
}

export const trainerFrom = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  settings: TrainerSettings,
  data: Dataset<I, T>,
  from: TrainState<P, St>,
  trial: Trial
): Trainer<P, St, I, T> => {
  const { batchSize, shuffle, options } = settings
  const rows = dimsOf(data.inputs)[0]!
  const steps = Math.ceil(rows / batchSize)
  const [shuffled, shuffleKey] = [permutationIndices(rows), keysFor('shuffle', from.key)]
  const byStep = step(problem)
  let { epoch } = from
  let evaluator = evaluatorOf(problem, options)
  /** The tensors of the state, when a program has not moved them on since. */
  let tensors: Tensors<P, St> | null = from
  /** `undefined` until an epoch is asked for; `null` where there is none, or none any more. */
  let program: EpochProgram<P, St> | null | undefined = options === null ? null : undefined
  let notCompiled: string | undefined

  const tensorsNow = (): Tensors<P, St> => (tensors ??= program!.tensors())
  const stateNow = (): TrainState<P, St> => {
    const { params, modelState, optimizerState } = tensorsNow()
    const done = from.step + (epoch - from.epoch) * steps
    return { params, modelState, optimizerState, key: from.key, epoch, step: done, history: [] }
  }

  /** Goes on by the reference. */
  const giveUp = (): void => {
    tensors = tensorsNow()
    program = null
  }
  const programNow = (): EpochProgram<P, St> | null => {
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
      if (loss === null)
        return `a number was not finite in ${options?.precision ?? 'double'} precision in epoch ${epoch + 1}, which the reference trained in double precision`
      tensors = null
      return loss
    } catch (thrown) {
      giveUp()
      return `the program of a step failed in epoch ${epoch + 1}: ${faultOf('program', thrown).message}`
    }
  }

  /** An epoch by the reference: its loss, or what came of it. */
  const byReference = (factor: number | undefined): E.Either<TrainingError, number> => {
    const outcome = runEpoch((batch) => byStep(batch, factor), data, batchSize, shuffle, stateNow())
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

  return {
    next: (factor) => {
      const loss = byProgram(factor)
      if (typeof loss === 'number') {
        epoch++
        return E.right(loss)
      }
      return pipe(
        byReference(factor),
        E.map((found) => {
          // where the reference fails too, its error tells all
          notCompiled ??= loss ?? undefined
          epoch++
          return found
        })
      )
    },
    tensors: tensorsNow,
    measure: (of, needs) => {
      const { params, modelState } = tensorsNow()
      return evaluator.measure(params, modelState, of, needs)
    },
    notCompiled: () => notCompiled
  }
}
