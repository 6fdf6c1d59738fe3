import { type Mode, training } from '../nn/layers/layer.ts'
import { modeKind, outcome, running } from '../nn/layers/subject.ts'
import * as kinds from '../kinds/index.ts'
import { step as optimizerStep } from '../optim/step.ts'
import type { OptimizerState } from '../optim/transformation.ts'
import { tensors as op } from '../tape/algebra.ts'
import { scalar } from '../tensor/construct.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { valueAndGrad } from '../transform/grad.ts'
import { rowsBetween } from '../transform/rows.ts'
import {
  type Dataset,
  type Judged,
  keyFor,
  type Problem,
  type Rows,
  type State,
  type Task,
  type Tensors,
  type TrainState
} from './state.ts'
import { asProblem, asTask, batchKind, stateKind } from './subject.ts'

/** The same for a problem of any types, which was checked before. @internal */
export const objectiveOf =
  ({ model, loss: lossOf, penalty }: Judged) =>
  (mode: Mode) => {
    const inMode = model.apply(kinds.mustBe(modeKind, 'objective: mode', mode))
    return (modelState: unknown, batch: Rows) => {
      const { inputs, targets } = kinds.mustBe(batchKind, 'objective: batch', batch)
      return (params: unknown): readonly [Scalar, unknown] => {
        const run = running(model.name, inMode, params, modelState)
        const [predictions, next] = outcome(model.name, run(inputs))
        const loss = kinds.mustBe(
          kinds.anyFunction,
          'objective: what loss gives for targets',
          lossOf(targets)
        )(predictions)
        if (penalty === undefined) return [loss, next]
        const total = op.add(
          asTensor('objective: what loss gives', loss),
          asTensor('objective: what penalty gives', penalty(params))
        )
        return [total as Scalar, next]
      }
    }
  }

/**
 * The loss of a batch, penalty included, and the model state after it; what a step differentiates.
 *
 * @throws ValueError when the problem has no model or no loss, and for an argument that is not a mode or a batch
 * @category training
 * @since 0.1.0
 */
export const objective = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Pick<Problem<P, St, I, O, T>, 'model' | 'loss' | 'penalty'>
) =>
  objectiveOf(asTask('objective', problem)) as unknown as (
    mode: Mode
  ) => (modelState: St, batch: Dataset<I, T>) => (params: P) => readonly [Scalar, St]

/** The mode of a state's next step, with a key of its own; none is derived for a model that draws nothing. @internal */
export const modeOf = (model: { readonly usesKey: boolean }, { key, step }: State): Mode =>
  training(model.usesKey ? keyFor('step', step, key) : key)

/** What an update gives: the tensors after it, the loss before it, and the gradients it went along. */
interface Update {
  readonly after: Tensors
  readonly loss: Scalar
  readonly grads: unknown
}

/** One update from one batch, for tensors that may be traced. @internal */
export const updateOf = (problem: Task) => {
  const lossOf = objectiveOf(problem)
  const optimize = optimizerStep(problem.optimizer) as unknown as (
    params: unknown,
    grads: unknown,
    state: OptimizerState,
    factor?: Scalar
  ) => readonly [unknown, OptimizerState]
  const differentiate = valueAndGrad as unknown as (
    f: (params: unknown) => readonly [Scalar, unknown],
    settings: { readonly aux: true }
  ) => (params: unknown) => { readonly value: Scalar; readonly grad: unknown; readonly aux: unknown }
  return (mode: Mode, batch: Rows, factor?: Scalar) =>
    ({ params, modelState, optimizerState }: Tensors): Update => {
      const { value, grad, aux } = differentiate(lossOf(mode)(modelState, batch), { aux: true })(params)
      const [moved, next] = optimize(params, grad, optimizerState, factor)
      return { after: { params: moved, modelState: aux, optimizerState: next }, loss: value, grads: grad }
    }
}

/** What one step gives: the state after it, the loss before it, and the gradients it went along. */
export interface StepResult<P, St> {
  readonly state: TrainState<P, St>
  readonly loss: Scalar
  readonly grads: P
}

/** The same for a problem of any types, which was checked before. @internal */
export const stepOf = (problem: Task) => {
  const update = updateOf(problem)
  return (batch: Rows, rateFactor?: number) => {
    const factor =
      rateFactor === undefined
        ? undefined
        : scalar(kinds.mustBe(kinds.notNegative, 'step: the factor of the updates', rateFactor))
    return (before: State): StepResult<unknown, unknown> => {
      const state = kinds.mustBe(stateKind, 'step: state', before)
      const { after, loss, grads } = update(modeOf(problem.model, state), batch, factor)(state)
      // written out: a spread took a twentieth of a small step
      const { params, modelState, optimizerState } = after
      const { key, epoch, history, trainedOn } = state
      const next = { params, modelState, optimizerState, key, epoch, step: state.step + 1, history }
      return { state: trainedOn === undefined ? next : { ...next, trainedOn }, loss, grads }
    }
  }
}

/**
 * One update from one batch: a pure function of state and batch. The history is left alone: it is kept by epochs. A factor,
 * if given, multiplies the optimiser's updates before they are added to the parameters.
 *
 * @throws ValueError when the problem has no model, loss or optimiser, for an argument that is not a batch or a state, and
 * for a factor that is negative or not finite
 * @example
 * import { ok } from 'assert'
 * import { nn, optim, random, tensor, train } from 'grad-ts'
 *
 * const problem = {
 *   model: nn.dense({ inputs: 1, outputs: 1 }),
 *   loss: nn.meanSquaredError,
 *   optimizer: optim.sgd({ learningRate: 0.1 })
 * }
 * const { state } = train.step(problem)({ inputs: tensor([[1]]), targets: tensor([[2]]) })(
 *   train.start(problem)(random.key(0))
 * )
 * ok(state.step === 1)
 * @category training
 * @since 0.1.0
 */
export const step = <P, St, I extends Shape, O extends Shape, T extends Shape>(problem: Problem<P, St, I, O, T>) =>
  stepOf(asProblem('step', problem)) as unknown as (
    batch: Dataset<I, T>,
    rateFactor?: number
  ) => (before: TrainState<P, St>) => StepResult<P, St>

/** The predictions of a model in use, for rows in blocks, so that no intermediate result is larger than a block's. */
export const predictRows = (run: (x: Tensor) => Tensor, x: Tensor, blockRows = 1024): Tensor => {
  const [rows = 0] = dimsOf(x)
  if (rows <= blockRows) return run(x)
  const blocks = Array.from({ length: Math.ceil(rows / blockRows) }, (_, i) =>
    run(rowsBetween(x, i * blockRows, Math.min(rows, (i + 1) * blockRows)))
  )
  return op.concat(blocks, 0)
}
