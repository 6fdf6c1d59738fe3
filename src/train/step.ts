import { type Mode, training } from '../nn/layers/layer.ts'
import { modeKind, outcome, running } from '../nn/layers/subject.ts'
import * as kinds from '../kinds/index.ts'
import { step as optimizerStep } from '../optim/step.ts'
import type { OptimizerState } from '../optim/transformation.ts'
import { tensors as op } from '../tape/algebra.ts'
import { scalar } from '../tensor/construct.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'
import { valueAndGradAux } from '../transform/grad.ts'
import { type Dataset, keyFor, type Problem, type TrainState } from './state.ts'
import { asProblem, asTask, batchKind, stateKind } from './subject.ts'

/**
 * The loss of a batch, penalty included, and the model state after it; what a step differentiates.
 *
 * @throws ValueError when the problem has no model or no loss, and for an argument that is not a mode or a batch
 * @category training
 * @since 0.1.0
 */
export const objective = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Pick<Problem<P, St, I, O, T>, 'model' | 'loss' | 'penalty'>
) => {
  const { model, loss: lossOf, penalty } = asTask('objective', problem)
  return (mode: Mode) => {
    const inMode = model.apply(kinds.mustBe(modeKind, 'objective: mode', mode))
    return (modelState: St, batch: Dataset<I, T>) => {
      const { inputs, targets } = kinds.mustBe(batchKind, 'objective: batch', batch)
      return (params: P): readonly [Scalar, St] => {
        const run = running(model.name, inMode, params, modelState)
        const [predictions, next] = outcome(model.name, run<[number]>(inputs))
        const loss = kinds.mustBe(
          kinds.anyFunction,
          'objective: what loss gives for targets',
          lossOf(targets)
        )(predictions)
        const total =
          penalty === undefined
            ? loss
            : (op.add(
                asTensor('objective: what loss gives', loss),
                asTensor('objective: what penalty gives', penalty(params))
              ) as unknown as Scalar)
        return [total, next]
      }
    }
  }
}

/** The mode of a state's next step, with a key of its own; none is derived for a model that draws nothing. @internal */
export const modeOf = <St>(model: { readonly usesKey: boolean }, { key, step }: TrainState<unknown, St>): Mode =>
  training(model.usesKey ? keyFor('step', step, key) : key)

/** The tensors of a state of training: what a step changes. @internal */
export type Tensors<P, St> = Pick<TrainState<P, St>, 'params' | 'modelState' | 'optimizerState'>

/** What an update gives: the tensors after it, the loss before it, and the gradients it went along. */
interface Update<P, St> {
  readonly after: Tensors<P, St>
  readonly loss: Scalar
  readonly grads: P
}

/** One update from one batch, for tensors that may be traced. @internal */
export const updateOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>
) => {
  const lossOf = objective(problem)
  const optimize = optimizerStep(problem.optimizer) as unknown as (
    params: P,
    grads: P,
    state: OptimizerState,
    factor?: Scalar
  ) => readonly [P, OptimizerState]
  const differentiate = valueAndGradAux as unknown as (
    f: (params: P) => readonly [Scalar, St]
  ) => (params: P) => { readonly value: Scalar; readonly grad: P; readonly aux: St }
  return (mode: Mode, batch: Dataset<I, T>, factor?: Scalar) =>
    ({ params, modelState, optimizerState }: Tensors<P, St>): Update<P, St> => {
      const { value, grad, aux } = differentiate(lossOf(mode)(modelState, batch))(params)
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
export const step = <P, St, I extends Shape, O extends Shape, T extends Shape>(problem: Problem<P, St, I, O, T>) => {
  const { model } = asProblem('step', problem)
  const update = updateOf(problem)
  return (batch: Dataset<I, T>, rateFactor?: number) => {
    const factor =
      rateFactor === undefined
        ? undefined
        : scalar(kinds.mustBe(kinds.notNegative, 'step: the factor of the updates', rateFactor))
    return (before: TrainState<P, St>): StepResult<P, St> => {
      const state = kinds.mustBe(stateKind, 'step: state', before)
      const { after, loss, grads } = update(modeOf(model, state), batch, factor)(state)
      // written out: a spread took a twentieth of a small step
      const { params, modelState, optimizerState } = after
      const { key, epoch, history, trainedOn } = state
      const next = { params, modelState, optimizerState, key, epoch, step: state.step + 1, history }
      return { state: trainedOn === undefined ? next : { ...next, trainedOn }, loss, grads }
    }
  }
}

/** The predictions of a model in use, for rows in blocks, so that no intermediate result is larger than a block's. */
export const predictRows = <I extends Shape, O extends Shape>(
  run: (x: Tensor) => Tensor,
  inputs: Tensor<[number, ...I]>,
  blockRows = 1024
): Tensor<[number, ...O]> => {
  const x = inputs as unknown as Tensor
  const [rows = 0, ...rest] = op.dims(x)
  if (rows <= blockRows) return run(x) as unknown as Tensor<[number, ...O]>
  const starts = Array.from({ length: Math.ceil(rows / blockRows) }, (_, i) => i * blockRows)
  const zeros = rest.map(() => 0)
  return op.concat(
    starts.map((from) => run(op.slice(x, [from, ...zeros], [Math.min(rows, from + blockRows), ...rest]))),
    0
  ) as unknown as Tensor<[number, ...O]>
}
