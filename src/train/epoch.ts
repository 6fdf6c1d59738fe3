import { training } from '../nn/layers/layer.ts'
import { markChecked } from '../nn/losses/distribution.ts'
import { flattenArguments } from '../params/tree.ts'
import { foldIn, type Key, key as keyOf } from '../random/key.ts'
import { tensors as op } from '../tape/algebra.ts'
import { sameDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, isTensor, make, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { scan } from '../transform/scan.ts'
import { scalar } from '../tensor/construct.ts'
import { rowsBetween } from '../transform/rows.ts'
import { countOf, onBoth } from './rows.ts'
import { type Judged, keyOfSteps, type Rows, type State, type Task, type Tensors } from './state.ts'
import { updateOf } from './step.ts'

/** An epoch as a function of tensors: a scan over whole batches, then the short one, if there is one. `train` compiles it. */

/** What an epoch changes: the tensors of the state, and the number of the next step where keys are drawn from it. */
export interface Moving {
  readonly tensors: Tensors
  readonly step: Scalar | null
}

/** What stays as it is for an epoch. */
export interface Fixed {
  /** The order of the rows; `null` for that of the data. */
  readonly order: Tensor | null
  /** What the updates are multiplied by. */
  readonly factor: Scalar | null
  /** What the keys of steps are made of, by the number of the step. */
  readonly key: Key | null
  readonly data: Rows
}

/** What an epoch gives. The first item has the shapes of what it was given, so that it can take its place. */
export type EpochResult = readonly [
  after: Moving,
  /** The loss of each whole batch, and of the short one. */
  losses: Tensor | null,
  lastLoss: Scalar | null,
  /** 0 when all numbers of the state and all losses are finite, else NaN. */
  spoiled: Scalar,
  before: Moving
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
const keepingShapes = (before: Moving, after: Moving): Moving => {
  const [was, is] = [tensorsOf(before), tensorsOf(after)]
  return was.length === is.length && was.every((x, i) => sameDims(dimsOf(x), dimsOf(is[i]!)))
    ? after
    : fail('ShapeError', UNSTEADY)
}

/** An epoch of a problem in batches of a size. */
export const epochOf = (problem: Task, batchSize: number) => {
  const update = updateOf(problem)
  const stepOn =
    ({ factor, key }: Fixed, batch: Rows) =>
    ({ tensors, step }: Moving): readonly [Moving, Scalar] => {
      markChecked(batch.targets)
      // as keyFor('step', …) does it; a model that draws nothing is given any key
      const mode = training(key === null || step === null ? anyKey : foldIn(step)(key))
      const { after, loss } = update(mode, batch, factor ?? undefined)(tensors)
      return [{ tensors: after, step: step === null ? null : (op.add(step, one) as Scalar) }, loss]
    }
  return (before: Moving, fixed: Fixed): EpochResult => {
    const { data, order } = fixed
    const rows = countOf(data)
    const whole = Math.floor(rows / batchSize)
    const rest = rows - whole * batchSize
    /** A part of the rows, or of their order. */
    const part = (cut: (x: Tensor) => Tensor): Rows | Tensor => (order === null ? onBoth(data, cut) : cut(order))
    const stepOnPart = (moving: Moving, rows: Rows | Tensor) =>
      stepOn(fixed, isTensor(rows) ? onBoth(data, (x) => op.gather(x, rows)) : rows)(moving)
    const between = (from: number, to: number) => part((x) => rowsBetween(x, from, to))
    /** All whole batches: one needs no loop. */
    const wholeBatches = (): readonly [Moving, Tensor | null] => {
      if (whole === 0) return [before, null]
      if (whole > 1) return scan(stepOnPart)(before, part((x) => inBatches(x, whole, batchSize)) as never)
      const [after, loss] = stepOnPart(before, between(0, batchSize))
      return [keepingShapes(before, after), op.reshape(loss, [1])]
    }
    const [moved, losses] = wholeBatches()
    const [after, lastLoss] = rest === 0 ? [moved, null] : stepOnPart(moved, between(whole * batchSize, rows))
    const checked = tensorsOf([after.tensors, losses, lastLoss])
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
export const argumentsOf = (
  { model }: Judged,
  { params, modelState, optimizerState, step, key }: State,
  data: Rows,
  order: Int32Array | null,
  factor: number | null
): readonly [Moving, Fixed] => [
  { tensors: { params, modelState, optimizerState }, step: model.usesKey ? scalar(step) : null },
  {
    order: order === null ? null : make([order.length], Float64Array.from(order)),
    factor: factor === null ? null : scalar(factor),
    key: model.usesKey ? keyOfSteps(key) : null,
    data
  }
]
