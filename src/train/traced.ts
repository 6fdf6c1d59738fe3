import { leavesOf, flattenParams, rebuild } from '../params/tree.ts'
import { foldIn, fromWords, key as keyOf } from '../random/index.ts'
import { lookedAt } from '../nn/losses/distribution.ts'
import { type Mode, train } from '../nn/layers/layer.ts'
import { step as optimizerStep } from '../optim/step.ts'
import type { OptimizerState } from '../optim/transformation.ts'
import { tensors as op } from '../tape/algebra.ts'
import { during, shapeLeaf, type Tape, tapeOf, token } from '../tape/tape.ts'
import { type Dims, sameDims } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { valueAndGradAux } from '../transform/grad.ts'
import type { Structure } from '../tree/tree.ts'
import { type Dataset, type Problem, purposes, type TrainState } from './state.ts'
import { objective } from './step.ts'

/** A step of training as a tape: every tensor it takes and gives, in a flat list. */

/** The tensors of a state, taken apart. */
export interface FlatState {
  readonly leaves: readonly Tensor[]
  readonly structures: readonly [params: Structure, modelState: Structure, optimizerState: Structure]
  readonly counts: readonly [number, number, number]
}

/** Takes the tensors of a state apart. */
export const flatten = <P, St>({ params, modelState, optimizerState }: TrainState<P, St>): FlatState => {
  const parts = [params, modelState, optimizerState].map((tree) => flattenParams('fit', tree))
  const [p, m, o] = parts
  return {
    leaves: parts.flatMap(({ leaves }) => leaves),
    structures: [p!.structure, m!.structure, o!.structure],
    counts: [p!.leaves.length, m!.leaves.length, o!.leaves.length]
  }
}

/** Puts tensors in the place of those of a state. */
export const unflatten = <P, St>(
  { structures, counts }: FlatState,
  leaves: readonly Tensor[]
): Pick<TrainState<P, St>, 'params' | 'modelState' | 'optimizerState'> => {
  const [p, m] = counts
  return {
    params: rebuild<P>(structures[0], leaves.slice(0, p)),
    modelState: rebuild<St>(structures[1], leaves.slice(p, p + m)),
    optimizerState: rebuild<OptimizerState>(structures[2], leaves.slice(p + m))
  }
}

/**
 * The tape of one step. Its inputs are the tensors of the state and, when keys are drawn from, the number of the step; then
 * the rows of a batch, inputs and targets; then what stays the same for an epoch: the factor of the updates, if there is
 * one, and the words of the key. Its outputs are the state after the step, in the same order, and the loss. `null` when the
 * state does not keep its shapes.
 */
export const tapeOfStep = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  flat: FlatState,
  batch: readonly [inputs: Dims, targets: Dims],
  withFactor: boolean
): Tape | null => {
  const act = token('fit')
  const { usesKey } = problem.model
  const dims = [
    ...flat.leaves.map(dimsOf),
    ...(usesKey ? [[]] : []),
    ...batch,
    ...(withFactor ? [[]] : []),
    ...(usesKey ? [[2]] : [])
  ]
  const leaves = dims.map((own) => shapeLeaf(act, own))
  const states = flat.leaves.length
  const { params, modelState, optimizerState } = unflatten<P, St>(flat, leaves.slice(0, states))
  const rest = leaves.slice(states)
  const count = usesKey ? rest[0]! : null
  const [inputs, targets, ...fixed] = count === null ? rest : rest.slice(1)
  lookedAt(targets!)
  const factor = withFactor ? fixed[0]! : undefined
  const words = usesKey ? fixed[fixed.length - 1]! : null
  const outputs = during(act, () => {
    // as keyFor('step', …) does it
    const mode: Mode =
      count === null || words === null
        ? train(keyOf(0))
        : train(foldIn(count as unknown as Scalar)(foldIn(purposes.step)(fromWords(words as unknown as Tensor<[2]>))))
    const f = objective(problem)(mode)(modelState, { inputs, targets } as unknown as Dataset<I, T>)
    const { value, grad, aux } = (
      valueAndGradAux as unknown as (
        g: typeof f
      ) => (p: P) => { readonly value: Scalar; readonly grad: P; readonly aux: St }
    )(f)(params)
    const [nextParams, nextOptimizer] = (
      optimizerStep(problem.optimizer) as unknown as (
        p: P,
        g: P,
        state: OptimizerState,
        factor?: Tensor
      ) => readonly [P, OptimizerState]
    )(params, grad, optimizerState, factor)
    const [p, m, o] = flat.structures
    return [
      ...leavesOf('fit', p, nextParams),
      ...leavesOf('fit', m, aux),
      ...leavesOf('fit', o, nextOptimizer),
      ...(count === null ? [] : [op.add(count, op.constant(1))]),
      value
    ]
  })
  return outputs.slice(0, states).every((x, i) => sameDims(dimsOf(x), dims[i]!)) ? tapeOf(act, leaves, outputs) : null
}
