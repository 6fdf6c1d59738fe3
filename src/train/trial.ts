import * as E from 'fp-ts/lib/Either.js'
import { identity, pipe } from 'fp-ts/lib/function.js'
import { scheduled } from '../optim/scale.ts'
import { step as optimizerStep } from '../optim/step.ts'
import { type TracedFunction, traced } from '../compile/compile.ts'
import { flattenParams } from '../params/tree.ts'
import type { Loop } from '../primitive/scan.ts'
import { table } from '../primitive/table.ts'
import type { Entry, Tape } from '../primitive/tape.ts'
import { showDims } from '../tensor/dims.ts'
import { showGiven } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, isTensor, valuesOf } from '../tensor/tensor.ts'
import { type Fault, faultOf, guarded, type TrainingError } from './error.ts'
import { firstWhere } from './loop.ts'
import { onBoth, rowsBetween } from './rows.ts'
import type { Dataset, Problem, TrainState } from './state.ts'
import { modeOf } from './step.ts'
import { type Probe, probeOf } from './probe.ts'
import { argumentsOf, epochOf, type EpochSettings, isUnsteady } from './epoch.ts'

/**
 * An epoch, traced before the first one is run: what the model, the loss, the penalty or the optimizer does not take is found
 * there.
 */
export interface Trial {
  /** The epoch; why it cannot be traced; `null` where none is to be run. */
  readonly traced: TracedFunction | string | null
  /** Tells whether the loss and the model still are what was traced; none where nothing was. */
  readonly probe: Probe | null
}

/** The trial of a run that takes no step. */
export const untried: Trial = { traced: null, probe: null }

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

const isTracedValue = (thrown: unknown): thrown is Error =>
  thrown instanceof Error && thrown.name === 'TracedValueError'

/** An epoch over some rows, traced by shape alone. */
const traceOn = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  from: TrainState<P, St>,
  data: Dataset<I, T>,
  { batchSize, shuffle, withFactor }: EpochSettings
): E.Either<unknown, TracedFunction> => {
  const order = shuffle ? new Int32Array(dimsOf(data.inputs)[0]!) : null
  const given = argumentsOf(problem, from, data, order, withFactor ? 1 : null)
  return E.tryCatch(() => traced(epochOf(problem, batchSize), given), identity)
}

/** What a step on one batch throws, which is told of that batch. */
const stepFault = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  from: TrainState<P, St>,
  batch: Dataset<I, T>,
  settings: EpochSettings
): Fault | null => {
  const found = traceOn(problem, from, batch, { ...settings, shuffle: false })
  return E.isRight(found) || isTracedValue(found.left) || isUnsteady(found.left)
    ? null
    : blameOf(problem, batch, from, found.left)
}

/** Tries an epoch; what throws is asked again batch by batch, of each size. */
export const trialOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  from: TrainState<P, St>,
  data: Dataset<I, T>,
  settings: EpochSettings
): E.Either<TrainingError, Trial> => {
  const found = traceOn(problem, from, data, settings)
  if (E.isRight(found)) {
    const probe = probeOf(problem, from, data)
    const impure = 'the model, the loss or the penalty gives other numbers from call to call'
    return E.right(
      probe.holds() && probe.modelHolds() ? { traced: found.right, probe } : { traced: impure, probe: null }
    )
  }
  const { batchSize } = settings
  const rows = dimsOf(data.inputs)[0]!
  const rest = rows % batchSize
  const faultOn = (first: number, end: number): Fault | null =>
    stepFault(
      problem,
      from,
      onBoth(data, (x) => rowsBetween(x, first, end)),
      settings
    )
  const failed = (fault: Fault): E.Either<TrainingError, Trial> =>
    E.left({ _tag: 'Failed', epoch: from.epoch + 1, step: from.step + 1, faults: [fault] })
  const full = rows < batchSize ? null : faultOn(0, batchSize)
  if (full !== null) return failed(full)
  const last = rest === 0 ? null : faultOn(rows - rest, rows)
  if (last === null) return E.right({ traced: E.toError(found.left).message, probe: null })
  if (rows < batchSize) return failed(last)
  const message = `leaves a last batch of ${rest} of the ${rows} examples, which the ${last.path} does not take: ${last.message}`
  return E.left({ _tag: 'InvalidSettings', faults: [{ ...last, path: 'batchSize', message }] })
}

/** The most steps for which a schedule is evaluated ahead of training. */
const MOST_STEPS = 1_000_000

/** Every entry of a tape, and of the steps of its scans. */
const entriesIn = ({ entries }: Tape): readonly Entry[] =>
  entries.flatMap((entry) =>
    entry.primitive === table.scan ? [entry, ...entriesIn((entry.params as Loop).step)] : [entry]
  )

/** The steps of a run for which a schedule of the optimizer has no rate: they are known before the first one. */
export const scheduleFaults = <P, St>(
  { traced: found }: Trial,
  { params, modelState, optimizerState }: TrainState<P, St>,
  steps: number
): readonly Fault[] => {
  if (found === null || typeof found === 'string') return []
  const leaves = [params, modelState, optimizerState].flatMap((tree) => flattenParams('fit', tree).leaves)
  return entriesIn(found.tape)
    .flatMap(({ primitive, params: settings, inputs }) => {
      const [at] = inputs
      // the tensors of a state come first in an epoch, and in its steps; a schedule of another step is left to the run
      if ((primitive as object) !== scheduled || typeof at !== 'number' || at >= leaves.length) return []
      const begin = valuesOf('fit', leaves[at]!)[0]!
      const { rate } = settings as { readonly rate: (step: number) => number }
      const bad = firstWhere(Math.min(steps, MOST_STEPS), (i) => E.isLeft(guarded('epochs', () => rate(begin + i))))
      if (bad === null) return []
      const fault = guarded('epochs', () => rate(begin + bad))
      return E.isRight(fault)
        ? []
        : [{ ...fault.left, message: `lead to a step that has no learning rate: ${fault.left.message}` }]
    })
    .slice(0, 1)
}
