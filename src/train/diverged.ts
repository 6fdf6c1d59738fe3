import type { Option } from 'fp-ts/lib/Option.js'
import { type FirstBad, firstBad } from '../check/firstBad.ts'
import { areFinite } from '../kernel/finite.ts'
import { flattenParams } from '../params/tree.ts'
import { showDims } from '../tensor/dims.ts'
import { bufferOf, type Scalar } from '../tensor/tensor.ts'
import { grad } from '../transform/grad.ts'
import { pathsOf, showPath } from '../tree/tree.ts'
import type { TrainingError } from './error.ts'
import type { Met } from './loop.ts'
import type { Judged } from './state.ts'
import { modeOf, objectiveOf } from './step.ts'

/** What to tell of a training run that met a number that is not finite. */

/** The path of the first parameter that holds a number that is not finite. */
export const firstBadPath = (params: unknown): string | null => {
  const { leaves, structure } = flattenParams('fit', params)
  const at = leaves.map(bufferOf).findIndex((values) => values !== null && !areFinite(values))
  return at < 0 ? null : showPath('params', pathsOf(structure)[at]!)
}

type Diverged = Extract<TrainingError, { readonly _tag: 'Diverged' }>
type Blame = Pick<Diverged, 'operation' | 'operands' | 'parameter'>

const noBlame: Blame = { operation: null, operands: [], parameter: null }

/** `firstBad` and `grad` for parameters of any type: that every leaf is a tensor is checked when they are called. */
const seek = firstBad as unknown as (f: (params: unknown) => unknown) => (params: unknown) => Option<FirstBad>
const gradientOf = grad

const blameOf = (found: Option<FirstBad>, where: string): Blame =>
  found._tag === 'None' || found.value._tag === 'Given'
    ? noBlame
    : {
        operation: `${found.value.operation} ${showDims(found.value.shape)}${where}`,
        operands: found.value.operands.map(({ text }) => text),
        parameter: found.value.parameter
      }

/**
 * Why a run does not go on from a state whose loss, or some of whose parameters, are not finite. When the parameters were
 * spoiled by the step before, the gradient of that step is looked through.
 */
export const diverged = (
  problem: Judged,
  moment: { readonly epoch: number; readonly step: number; readonly loss: number; readonly params: unknown },
  next: Met | null,
  previous: Met | null
): TrainingError => {
  const lossAt = ({ before, batch }: Met) => {
    const f = objectiveOf(problem)(modeOf(problem.model, before))(before.modelState, batch)
    return (params: unknown): Scalar => f(params)[0]
  }
  const { params, ...rest } = moment
  const path = firstBadPath(params)
  const blame =
    path === null
      ? next === null
        ? noBlame
        : blameOf(seek(lossAt(next))(params), '')
      : previous === null || firstBadPath(previous.before.params) !== null
        ? noBlame
        : blameOf(seek(gradientOf(lossAt(previous)))(previous.before.params), ' in the gradient of the step before')
  return { _tag: 'Diverged', ...rest, path, ...blame }
}

/** The same, of a step whose loss is not a number. */
export const stuck = (problem: Judged, met: Met, loss: number, previous: Met | null): TrainingError => {
  const { epoch, step, params } = met.before
  return diverged(problem, { epoch: epoch + 1, step: step + 1, loss, params }, met, previous)
}
