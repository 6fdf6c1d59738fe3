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
import { dimsOf, isTensor, valuesOf } from '../tensor/tensor.ts'
import { rowsBetween } from '../transform/rows.ts'
import { failedAfter, type Fault, faultOf, guarded, type TrainingError } from './error.ts'
import { firstOf } from './loop.ts'
import { countOf, onBoth } from './rows.ts'
import type { Rows, State, Task } from './state.ts'
import { modeOf } from './step.ts'
import { type Probe, probeOf } from './probe.ts'
import { argumentsOf, epochOf, type EpochSettings, isUnsteady } from './epoch.ts'

/**
 * An epoch, traced before the first one is run: what the model, the loss, the penalty or the optimizer does not take is found
 * there.
 */
export interface Trial {
  /** The epoch, or why there is none. */
  readonly traced: TracedFunction | string
  /** Tells whether the loss and the model still are what was traced; none where nothing was. */
  readonly probe: Probe | null
}

/** The trial of a run that takes no step. */
export const untried: Trial = { traced: 'there is no epoch', probe: null }

/** What a part of the loss gives, which must be one number. */
const scalar = (path: string, call: () => unknown): E.Either<Fault, unknown> =>
  pipe(
    guarded(path, call),
    E.filterOrElse(
      (value) => isTensor(value) && dimsOf(value).length === 0,
      (value): Fault => ({
        path,
        message: isTensor(value)
          ? `must give a scalar, it gave shape ${showDims(dimsOf(value))}; reduce it with mean or sum`
          : `must give a scalar tensor, it gave ${showGiven(value)}`
      })
    )
  )

/** Which part of a step failed: each is asked by itself, on the state and the batch that it failed with. */
export const blameOf = (
  { model, loss, penalty, optimizer }: Task,
  { inputs, targets }: Rows,
  state: State,
  thrown: unknown
): Fault => {
  const { params, modelState, optimizerState } = state
  const update = optimizerStep(optimizer) as unknown as (p: unknown, g: unknown, s: typeof optimizerState) => unknown
  return pipe(
    guarded('model', () => model.apply(modeOf(model, state))(params, modelState)(inputs)[0]),
    E.chain((predictions) => scalar('loss', () => loss(targets)(predictions))),
    E.chain(() => (penalty === undefined ? E.right(null) : scalar('penalty', () => penalty(params)))),
    E.chain(() => guarded('optimizer', () => update(params, params, optimizerState))),
    E.match(identity, () => faultOf('step', thrown))
  )
}

const isTracedValue = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === 'TracedValueError'

/** An epoch over some rows, traced by shape alone. */
const traceOn = (
  problem: Task,
  from: State,
  data: Rows,
  { batchSize, shuffle, withFactor }: EpochSettings
): E.Either<unknown, TracedFunction> => {
  const given = argumentsOf(problem, from, data, shuffle ? new Int32Array(countOf(data)) : null, withFactor ? 1 : null)
  return E.tryCatch(() => traced(epochOf(problem, batchSize), given), identity)
}

/**
 * Traces an epoch. What a step on a whole batch, or on the short one, throws is told of that batch; values that are read from
 * tensors, and states that do not keep their shapes, are left to the reference.
 */
export const trialOf = (
  problem: Task,
  from: State,
  data: Rows,
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
  const rows = countOf(data)
  const rest = rows % batchSize
  const faultOn = (first: number, end: number): Fault | null => {
    const batch = onBoth(data, (x) => rowsBetween(x, first, end))
    const step = traceOn(problem, from, batch, { ...settings, shuffle: false })
    return E.isRight(step) || isTracedValue(step.left) || isUnsteady(step.left)
      ? null
      : blameOf(problem, batch, from, step.left)
  }
  const full = rows < batchSize ? null : faultOn(0, batchSize)
  if (full !== null) return failedAfter(from, [full])
  const last = rest === 0 ? null : faultOn(rows - rest, rows)
  if (last === null) return E.right({ traced: E.toError(found.left).message, probe: null })
  if (rows < batchSize) return failedAfter(from, [last])
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
export const scheduleFaults = (
  { traced: found }: Trial,
  { params, modelState, optimizerState }: State,
  steps: number
): readonly Fault[] => {
  if (typeof found === 'string') return []
  const leaves = [params, modelState, optimizerState].flatMap((tree) => flattenParams('fit', tree).leaves)
  return entriesIn(found.tape)
    .flatMap(({ primitive, params: settings, inputs }) => {
      const [at] = inputs
      // the tensors of a state come first in an epoch, and in its steps; a schedule of another step is left to the run
      if ((primitive as object) !== scheduled || typeof at !== 'number' || at >= leaves.length) return []
      const begin = valuesOf('fit', leaves[at]!)[0]!
      const { rate } = settings as { readonly rate: (step: number) => number }
      const fault = firstOf(Math.min(steps, MOST_STEPS), (i) => {
        const found = guarded('epochs', () => rate(begin + i))
        return E.isLeft(found) ? found.left : null
      })
      return fault === null ? [] : [{ ...fault, message: `lead to a step that has no learning rate: ${fault.message}` }]
    })
    .slice(0, 1)
}
