import * as kinds from '../kinds/index.ts'
import { transformationKind } from '../optim/leafwise.ts'
import type { GradientTransformation, OptimizerState } from '../optim/transformation.ts'
import type { AnyLayer, Layer, Part } from '../nn/layers/layer.ts'
import { initialKind, layerKind } from '../nn/layers/subject.ts'
import type { Params } from '../params/tree.ts'
import { foldIn, type Key } from '../random/index.ts'
import { asKey } from '../random/key.ts'
import { checkKnown } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'

/**
 * Examples and what is wanted for them, one row each.
 *
 * @category training
 * @since 0.1.0
 */
export interface Dataset<I extends Shape = number[], T extends Shape = number[]> {
  readonly inputs: Tensor<[number, ...I]>
  readonly targets: Tensor<[number, ...T]>
}

/** A loss: targets, then predictions, to the mean over the batch. @category training @since 0.1.0 */
export type Loss<O extends Shape, T extends Shape> = (
  targets: Tensor<[number, ...T]>
) => (predictions: Tensor<[number, ...O]>) => Scalar

/** A figure of merit, a plain number. @category training @since 0.1.0 */
export type Metric<O extends Shape, T extends Shape> = (
  targets: Tensor<[number, ...T]>
) => (predictions: Tensor<[number, ...O]>) => number

/**
 * What is learned, and how: everything about training but the data and the numbers.
 *
 * @category training
 * @since 0.1.0
 */
export interface Problem<P, St, I extends Shape, O extends Shape, T extends Shape> {
  readonly model: Layer<P, St, I, O>
  readonly loss: Loss<O, T>
  readonly optimizer: GradientTransformation
  /** A further term of the loss that depends on the parameters alone, such as `nn.l2`. */
  readonly penalty?: (params: P) => Scalar
  /** Figures taken of the training data, and of the validation data, after every epoch. */
  readonly metrics?: Readonly<Record<string, Metric<O, T>>>
}

/** What a problem may hold. @internal */
export const problemParts: readonly string[] = [
  'model',
  'loss',
  'optimizer',
  'penalty',
  'metrics'
] satisfies readonly (keyof Problem<unknown, unknown, Shape, Shape, Shape>)[]

/**
 * The figures of one epoch. `loss` is the mean over the training examples as they were met, penalty included; the other
 * figures are taken at the end of the epoch. Those of the validation data are named `validationLoss`,
 * `validationAccuracy` and so on.
 *
 * @category training
 * @since 0.1.0
 */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number
  readonly loss: number
  readonly accuracy?: number
  readonly validationLoss?: number
  readonly validationAccuracy?: number
  readonly [figure: string]: number | undefined
}

/** What a state was trained on last. @category training @since 0.1.0 */
export interface TrainedOn {
  /** A fingerprint of the numbers of the training data and of the validation data. */
  readonly data: string
  /** The epoch after which training on these data began: rules count from there. */
  readonly since: number
}

/**
 * All there is of a training run, as one value: save it, go back to it, train it further. Nothing else is remembered
 * anywhere, so the same state and data always give the same next state.
 *
 * @category training
 * @since 0.1.0
 */
export interface TrainState<P, St> {
  readonly params: P
  /** What layers carry along, such as running statistics. */
  readonly modelState: St
  readonly optimizerState: OptimizerState
  /** Never changes: shuffles and dropout draw from it together with the epoch and the step. */
  readonly key: Key
  /** Epochs done. */
  readonly epoch: number
  /** Updates done. */
  readonly step: number
  /**
   * While a run goes on, what observers and `train.epochs` are given is a view of one list, so that a state costs no copy of it:
   * it reads, prints and is written as JSON like an array, and `[...state.history]` is one, for `structuredClone` or a worker.
   */
  readonly history: readonly EpochRecord[]
  /** What `train.fit` and `train.epochs` trained it on last; left out before. */
  readonly trainedOn?: TrainedOn
  /**
   * Why epochs of the last run were trained by the reference although a program was asked for: the step reads numbers,
   * there is no WebAssembly, the program is too large, or it met a number that is not finite where the reference, in double
   * precision, did not. Left out when there is nothing to say; it is not saved.
   */
  readonly notCompiled?: string
}

/** A problem without its optimiser, of whatever types: the engine below the typed functions knows no shapes. @internal */
export interface Judged {
  readonly model: AnyLayer & Pick<Part, 'apply'>
  readonly loss: (targets: Tensor) => (predictions: Tensor) => Scalar
  readonly penalty?: (params: unknown) => Scalar
  readonly metrics?: Readonly<Record<string, (targets: Tensor) => (predictions: Tensor) => number>>
}

/** A problem of whatever types. @internal */
export interface Task extends Judged {
  readonly optimizer: GradientTransformation
}

/** A data set of whatever shapes. @internal */
export interface Rows {
  readonly inputs: Tensor
  readonly targets: Tensor
}

/** A state of whatever types. @internal */
export type State = TrainState<unknown, unknown>

/** The tensors of a state: what a step changes. @internal */
export type Tensors = Pick<State, 'params' | 'modelState' | 'optimizerState'>

/** What a key is folded with for each of its purposes. @internal */
export const purposes = { init: 0, shuffle: 1, step: 2 } as const

/** The keys for one purpose, one for each moment; purposes never share draws. @internal */
export const keysFor = (purpose: keyof typeof purposes, key: Key): ((moment: number) => Key) => {
  const own = foldIn(purposes[purpose])(key)
  return (moment) => foldIn(moment)(own)
}

/** The key that those of steps are folded from. @internal */
export const keyOfSteps = (key: Key): Key => foldIn(purposes.step)(key)

/** The key for one purpose at one moment. @internal */
export const keyFor = (purpose: keyof typeof purposes, moment: number, key: Key): Key => keysFor(purpose, key)(moment)

const startable = kinds.record('a problem { model, loss, optimizer }', {
  model: layerKind,
  optimizer: transformationKind
})

/**
 * The state before the first step: parameters drawn from the key.
 *
 * @throws ValueError when the problem has no model or no optimiser, or a part that is not known, or it is given no key
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, optim, random, train } from 'grad-ts'
 *
 * const problem = {
 *   model: nn.dense({ inputs: 2, outputs: 1 }),
 *   loss: nn.meanSquaredError,
 *   optimizer: optim.sgd({ learningRate: 0.1 })
 * }
 * strictEqual(train.start(problem)(random.key(0)).step, 0)
 * @category training
 * @since 0.1.0
 */
export const start = <P, St, I extends Shape, O extends Shape>(problem: {
  readonly model: Layer<P, St, I, O>
  readonly optimizer: GradientTransformation
}) => {
  const { model, optimizer } = kinds.mustBe(startable, 'start: problem', problem)
  checkKnown('start: the problem', problem, problemParts)
  return (key: Key): TrainState<P, St> => {
    const initial = model.init(keyFor('init', 0, asKey('start', key)))
    const { params, state } = kinds.mustBe(initialKind, 'start: what init of the model gives', initial)
    return {
      params,
      modelState: state,
      optimizerState: optimizer.init(params as Params),
      key,
      epoch: 0,
      step: 0,
      history: []
    }
  }
}
