import type { Option } from 'fp-ts/lib/Option.js'
import { type FirstBad, firstBad } from '../check/firstBad.ts'
import { areFinite } from '../kernel/finite.ts'
import { flattenParams } from '../params/tree.ts'
import { showDims } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { bufferOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { grad } from '../transform/grad.ts'
import { pathsOf, showPath } from '../tree/tree.ts'
import type { TrainingError } from './error.ts'
import type { Met } from './loop.ts'
import type { Problem, TrainState } from './state.ts'
import { modeOf, objective } from './step.ts'

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

/** `firstBad` for parameters of any type: that every leaf is a tensor is checked when it is called. */
const seek = firstBad as unknown as <P>(f: (params: P) => unknown) => (params: P) => Option<FirstBad>
const gradientOf = <P>(f: (params: P) => Scalar): ((params: P) => P) =>
  grad(f as unknown as (params: Tensor) => Scalar) as unknown as (params: P) => P

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
export const diverged = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Pick<Problem<P, St, I, O, T>, 'model' | 'loss' | 'penalty'>,
  moment: { readonly epoch: number; readonly step: number; readonly loss: number; readonly params: P },
  next: Met<P, St, I, T> | null,
  previous: Met<P, St, I, T> | null
): TrainingError => {
  const lossAt = ({ before, batch }: Met<P, St, I, T>) => {
    const f = objective(problem)(modeOf(problem.model, before))(before.modelState, batch)
    return (params: P): Scalar => f(params)[0]
  }
  const { epoch, step, loss, params } = moment
  const path = firstBadPath(params)
  const blame =
    path === null
      ? next === null
        ? noBlame
        : blameOf(seek(lossAt(next))(params), '')
      : previous === null || firstBadPath(previous.before.params) !== null
        ? noBlame
        : blameOf(seek(gradientOf(lossAt(previous)))(previous.before.params), ' in the gradient of the step before')
  return { _tag: 'Diverged', epoch, step, loss, path, ...blame }
}

/** The same, of a step whose loss is not a number. */
export const stuck = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Pick<Problem<P, St, I, O, T>, 'model' | 'loss' | 'penalty'>,
  met: Met<P, St, I, T>,
  loss: number,
  previous: Met<P, St, I, T> | null
): TrainingError => {
  const { epoch, step, params }: TrainState<P, St> = met.before
  return diverged(problem, { epoch: epoch + 1, step: step + 1, loss, params }, met, previous)
}
