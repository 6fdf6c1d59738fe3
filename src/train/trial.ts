import * as E from 'fp-ts/lib/Either.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import { step as optimizerStep } from '../optim/step.ts'
import type { Tape } from '../tape/tape.ts'
import { showDims } from '../tensor/dims.ts'
import { showGiven } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, isTensor, valuesOf } from '../tensor/tensor.ts'
import { type Fault, faultOf, guarded, type TrainingError } from './error.ts'
import { firstWhere } from './loop.ts'
import { rowsBetween } from './rows.ts'
import type { Dataset, Problem, TrainState } from './state.ts'
import { modeOf } from './step.ts'
import { type Probe, probeOf } from './probe.ts'
import { flatten, tapeOfStep } from './traced.ts'

/**
 * One step for each size of a batch, traced before the first one is taken: what the model, the loss, the penalty or the
 * optimizer does not take is found there.
 */
export interface Trial {
  /** The steps for whole batches and for the short one at the end, where there are such; or why one cannot be traced. */
  readonly full: Tape | string | null
  readonly last: Tape | string | null
  /** Tells whether the loss and the model still are what was traced; none where nothing was. */
  readonly probe: Probe | null
}

/** The trial of a run that takes no step. */
export const untried: Trial = { full: null, last: null, probe: null }

type Outcome = E.Either<Fault, Tape | string>

const scalarFault = (path: string, value: unknown): Fault | null =>
  isTensor(value)
    ? dimsOf(value).length === 0
      ? null
      : { path, message: `must give a scalar, it gave shape ${showDims(dimsOf(value))}; reduce it with mean or sum` }
    : { path, message: `must give a scalar tensor, it gave ${showGiven(value)}` }

/** Which part of a step failed: each is asked by itself, on the state and the batch that it failed with. */
export const blameOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  { model, loss, penalty, optimizer }: Problem<P, St, I, O, T>,
  batch: Dataset<I, T>,
  state: TrainState<P, St>,
  thrown: unknown
): Fault => {
  const { params, modelState, optimizerState } = state
  const first = <A>(path: string, call: () => A): E.Either<Fault, A> => guarded(path, call)
  const scalar = (path: string, call: () => unknown): E.Either<Fault, unknown> =>
    pipe(
      first(path, call),
      E.chain((value) => {
        const fault = scalarFault(path, value)
        return fault === null ? E.right(value) : E.left(fault)
      })
    )
  const update = optimizerStep(optimizer) as unknown as (p: P, g: P, s: typeof optimizerState) => unknown
  return pipe(
    first('model', () => model.apply(modeOf(model, state))(params, modelState)<[number]>(batch.inputs)[0]),
    E.chain((predictions) => scalar('loss', () => loss(batch.targets)(predictions))),
    E.chain(() => (penalty === undefined ? E.right(null) : scalar('penalty', () => penalty(params)))),
    E.chain(() => first('optimizer', () => update(params, params, optimizerState))),
    E.match(identity, () => faultOf('step', thrown))
  )
}

const batchOf = <I extends Shape, T extends Shape>(
  { inputs, targets }: Dataset<I, T>,
  from: number,
  to: number
): Dataset<I, T> =>
  ({ inputs: rowsBetween(inputs, from, to), targets: rowsBetween(targets, from, to) }) as unknown as Dataset<I, T>

const isTracedValue = (thrown: unknown): thrown is Error =>
  thrown instanceof Error && thrown.name === 'TracedValueError'

/** A step on some rows, traced; one that reads numbers is left to the run. */
const tryStep = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  from: TrainState<P, St>,
  data: Dataset<I, T>,
  rows: readonly [from: number, to: number],
  withFactor: boolean
): Outcome => {
  const batch = batchOf(data, ...rows)
  const dims = [dimsOf(batch.inputs), dimsOf(batch.targets)] as const
  return pipe(
    E.tryCatch(() => tapeOfStep(problem, flatten(from), dims, withFactor), identity),
    E.match(
      (thrown): Outcome =>
        isTracedValue(thrown) ? E.right(thrown.message) : E.left(blameOf(problem, batch, from, thrown)),
      (tape): Outcome => E.right(tape ?? 'the state does not keep its shapes')
    )
  )
}

/** Tries a step for each size of a batch. */
export const trialOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  from: TrainState<P, St>,
  data: Dataset<I, T>,
  batchSize: number,
  withFactor: boolean
): E.Either<TrainingError, Trial> => {
  const rows = dimsOf(data.inputs)[0]!
  const rest = rows % batchSize
  const attempt = (first: number, end: number): Outcome => tryStep(problem, from, data, [first, end], withFactor)
  const full: Outcome | null = rows < batchSize ? null : attempt(0, batchSize)
  const last: Outcome | null = rest === 0 ? null : attempt(rows - rest, rows)
  const failed = (fault: Fault): E.Either<TrainingError, Trial> =>
    E.left({ _tag: 'Failed', epoch: from.epoch + 1, step: from.step + 1, faults: [fault] })
  if (full !== null && E.isLeft(full)) return failed(full.left)
  if (last !== null && E.isLeft(last)) {
    const { path, message } = last.left
    return full === null
      ? failed(last.left)
      : E.left({
          _tag: 'InvalidSettings',
          faults: [
            {
              ...last.left,
              path: 'batchSize',
              message: `leaves a last batch of ${rest} of the ${rows} examples, which the ${path} does not take: ${message}`
            }
          ]
        })
  }
  const tapes = { full: full === null ? null : full.right, last: last === null ? null : last.right }
  if (typeof tapes.full === 'string' || typeof tapes.last === 'string') return E.right({ ...tapes, probe: null })
  const probe = probeOf(problem, from, data)
  const impure = 'the model, the loss or the penalty gives other numbers from call to call'
  return E.right(
    probe.holds() && probe.modelHolds() ? { ...tapes, probe } : { full: impure, last: impure, probe: null }
  )
}

/** The most steps for which a schedule is evaluated ahead of training. */
const MOST_STEPS = 1_000_000

/** The steps of a run for which a schedule of the optimizer has no rate: they are known before the first one. */
export const scheduleFaults = <P, St>(
  { full, last }: Trial,
  from: TrainState<P, St>,
  steps: number
): readonly Fault[] => {
  const tape = full ?? last
  if (tape === null || typeof tape === 'string') return []
  const { leaves } = flatten(from)
  return tape.entries
    .flatMap(({ primitive, params, inputs }) => {
      const [at] = inputs
      // a schedule whose step is not one of the counts of the state is left to the run
      if (primitive.name !== 'schedule' || typeof at !== 'number' || at >= leaves.length) return []
      const begin = valuesOf('fit', leaves[at]!)[0]!
      const { rate } = params as { readonly rate: (step: number) => number }
      const bad = firstWhere(Math.min(steps, MOST_STEPS), (i) => E.isLeft(guarded('epochs', () => rate(begin + i))))
      if (bad === null) return []
      const fault = guarded('epochs', () => rate(begin + bad))
      return E.isRight(fault)
        ? []
        : [{ ...fault.left, message: `lead to a step that has no learning rate: ${fault.left.message}` }]
    })
    .slice(0, 1)
}
