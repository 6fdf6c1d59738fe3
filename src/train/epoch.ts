import { training } from '../nn/layers/layer.ts'
import { markChecked } from '../nn/losses/distribution.ts'
import { flattenArguments } from '../params/tree.ts'
import { foldIn, type Key, key as keyOf } from '../random/key.ts'
import { tensors as op } from '../tape/algebra.ts'
import { sameDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { scan } from '../transform/scan.ts'
import { scalar } from '../tensor/construct.ts'
import { onBoth, rowsBetween } from './rows.ts'
import { type Dataset, keyOfSteps, type Problem, type TrainState } from './state.ts'
import { type Tensors, updateOf } from './step.ts'

/** An epoch as a function of tensors: a scan over whole batches, then the short one, if there is one. `train` compiles it. */

/** What an epoch changes: the tensors of the state, and the number of the next step where keys are drawn from it. */
export interface Moving<P, St> {
  readonly tensors: Tensors<P, St>
  readonly step: Scalar | null
}

/** What stays as it is for an epoch. */
export interface Fixed<I extends Shape, T extends Shape> {
  /** The order of the rows; `null` for that of the data. */
  readonly order: Tensor | null
  /** What the updates are multiplied by. */
  readonly factor: Scalar | null
  /** What the keys of steps are made of, by the number of the step. */
  readonly key: Key | null
  readonly data: Dataset<I, T>
}

/** What an epoch gives. The first item has the shapes of what it was given, so that it can take its place. */
export type EpochResult<P, St> = readonly [
  after: Moving<P, St>,
  /** The loss of each whole batch, and of the short one. */
  losses: Tensor | null,
  lastLoss: Scalar | null,
  /** 0 when all numbers of the state and all losses are finite, else NaN. */
  spoiled: Scalar,
  before: Moving<P, St>
]

const anyKey = keyOf(0)
const one = op.constant(1)

const inBatches = (x: Tensor, count: number, size: number): Tensor => {
  const [, ...rest] = dimsOf(x)
  return op.reshape(rowsBetween(x, 0, count * size), [count, size, ...rest])
}

/** `x − x` is 0 for a number that is finite, and NaN for any other. */
const spoiledIn = (x: Tensor): Tensor =>
  op.sum(
    op.sub(x, x),
    dimsOf(x).map((_, axis) => axis),
    false
  )

const tensorsOf = (value: unknown): readonly Tensor[] => flattenArguments('fit', value).leaves

const UNSTEADY = 'the state does not keep its shapes'

/** Whether an epoch was refused because the state does not keep its shapes. */
export const isUnsteady = (thrown: unknown): boolean => thrown instanceof Error && thrown.message === UNSTEADY

/** The tensors after a step, of the shapes before it. */
const keepingShapes = <P, St>(before: Moving<P, St>, after: Moving<P, St>): Moving<P, St> => {
  const [was, is] = [tensorsOf(before), tensorsOf(after)]
  return was.length === is.length && was.every((x, i) => sameDims(dimsOf(x), dimsOf(is[i]!)))
    ? after
    : fail('ShapeError', UNSTEADY)
}

/** An epoch of a problem in batches of a size. */
export const epochOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  problem: Problem<P, St, I, O, T>,
  batchSize: number
) => {
  const update = updateOf(problem)
  const stepOn =
    ({ factor, key }: Fixed<I, T>, batch: Dataset<I, T>) =>
    ({ tensors, step }: Moving<P, St>): readonly [Moving<P, St>, Scalar] => {
      markChecked(batch.targets)
      // as keyFor('step', …) does it; a model that draws nothing is given any key
      const mode = training(key === null || step === null ? anyKey : foldIn(step)(key))
      const { after, loss } = update(mode, batch, factor ?? undefined)(tensors)
      return [{ tensors: after, step: step === null ? null : (op.add(step, one) as Scalar) }, loss]
    }
  return (before: Moving<P, St>, fixed: Fixed<I, T>): EpochResult<P, St> => {
    const { data, order } = fixed
    const rows = dimsOf(data.inputs)[0]!
    const whole = Math.floor(rows / batchSize)
    const rest = rows - whole * batchSize
    const batchFrom = (from: number, to: number): Dataset<I, T> =>
      onBoth(data, order === null ? (x) => rowsBetween(x, from, to) : (x) => op.gather(x, rowsBetween(order, from, to)))
    /** All whole batches: one needs no loop. */
    const wholeBatches = (): readonly [Moving<P, St>, Tensor | null] => {
      if (whole === 0) return [before, null]
      if (whole === 1) {
        const [after, loss] = stepOn(fixed, batchFrom(0, batchSize))(before)
        return [keepingShapes(before, after), op.reshape(loss, [1])]
      }
      return order === null
        ? scan((moving: Moving<P, St>, batch: Dataset<I, T>) => stepOn(fixed, batch)(moving))(
            before,
            onBoth(data, (x) => inBatches(x, whole, batchSize)) as never
          )
        : scan((moving: Moving<P, St>, indices: Tensor) =>
            stepOn(
              fixed,
              onBoth(data, (x) => op.gather(x, indices))
            )(moving)
          )(before, inBatches(order, whole, batchSize) as never)
    }
    const [moved, losses] = wholeBatches()
    const [after, lastLoss] = rest === 0 ? [moved, null] : stepOn(fixed, batchFrom(whole * batchSize, rows))(moved)
    const checked = [
      ...tensorsOf(after.tensors),
      ...(losses === null ? [] : [losses]),
      ...(lastLoss === null ? [] : [lastLoss])
    ]
    const spoiled = checked.map(spoiledIn).reduce((a, b) => op.add(a, b), op.constant(0)) as Scalar
    return [rest === 0 ? after : keepingShapes(before, after), losses, lastLoss, spoiled, before]
  }
}

/** What a run asks of its epochs. */
export interface EpochSettings {
  readonly batchSize: number
  readonly shuffle: boolean
  readonly withFactor: boolean
}

/** What an epoch is traced with, and run on: rows in the order of the data, or in one that is told. */
export const argumentsOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  { model }: Pick<Problem<P, St, I, O, T>, 'model'>,
  { params, modelState, optimizerState, step, key }: TrainState<P, St>,
  data: Dataset<I, T>,
  order: Int32Array | null,
  factor: number | null
): readonly [Moving<P, St>, Fixed<I, T>] => [
  { tensors: { params, modelState, optimizerState }, step: model.usesKey ? scalar(step) : null },
  {
    order: order === null ? null : make([order.length], Float64Array.from(order)),
    factor: factor === null ? null : scalar(factor),
    key: model.usesKey ? keyOfSteps(key) : null,
    data
  }
]
