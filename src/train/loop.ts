import * as E from 'fp-ts/lib/Either.js'
import { sizeOf } from '../tensor/dims.ts'
import { gather } from '../kernel/rows.ts'
import type { Key } from '../random/index.ts'
import { permutationIndices } from '../random/order.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { type Dataset, keyFor, type TrainState } from './state.ts'
import type { StepResult } from './step.ts'

/** The loops over batches: loops, as a fold of that many steps would overflow the stack. */

/** Rows in a new order as one buffer, of which batches are read-only views. */
const shuffled = (x: Tensor, order: Float64Array): Float64Array =>
  gather(valuesOf('fit', x), order, sizeOf(dimsOf(x).slice(1)))

const view = (x: Tensor, rows: Float64Array, from: number, to: number): Tensor => {
  const [, ...rest] = dimsOf(x)
  const width = sizeOf(rest)
  return make([to - from, ...rest], rows.subarray(from * width, to * width))
}

/** A state and the batch that it met. */
export interface Met<P, St, I extends Shape, T extends Shape> {
  readonly before: TrainState<P, St>
  readonly batch: Dataset<I, T>
}

/**
 * What an epoch came to, or the step at which the loss stopped being a number, and the step before that, if there was one;
 * or the step that threw.
 */
export type EpochOutcome<P, St, I extends Shape, T extends Shape> =
  | {
      readonly _tag: 'Done'
      readonly state: TrainState<P, St>
      readonly loss: number
      readonly previous: Met<P, St, I, T> | null
    }
  | {
      readonly _tag: 'Stuck'
      readonly met: Met<P, St, I, T>
      readonly loss: number
      readonly previous: Met<P, St, I, T> | null
    }
  | { readonly _tag: 'Threw'; readonly met: Met<P, St, I, T>; readonly thrown: unknown }

/** The batches of one epoch, in the order that the key and the epoch give. */
interface Batches<I extends Shape, T extends Shape> {
  readonly count: number
  readonly rows: number
  readonly at: (index: number) => Dataset<I, T>
}

const batchesOf = <I extends Shape, T extends Shape>(
  data: Dataset<I, T>,
  batchSize: number,
  shuffle: boolean,
  { epoch, key }: { readonly epoch: number; readonly key: Key }
): Batches<I, T> => {
  const inputs = data.inputs as unknown as Tensor
  const targets = data.targets as unknown as Tensor
  const rows = dimsOf(inputs)[0]!
  const order = shuffle ? Float64Array.from(permutationIndices(rows)(keyFor('shuffle', epoch, key))) : null
  const inputRows = order === null ? valuesOf('fit', inputs) : shuffled(inputs, order)
  const targetRows = order === null ? valuesOf('fit', targets) : shuffled(targets, order)
  return {
    count: Math.ceil(rows / batchSize),
    rows,
    at: (index) => {
      const from = index * batchSize
      const to = Math.min(rows, from + batchSize)
      return {
        inputs: view(inputs, inputRows, from, to) as unknown as Dataset<I, T>['inputs'],
        targets: view(targets, targetRows, from, to) as unknown as Dataset<I, T>['targets']
      }
    }
  }
}

const attempted = <P, St, I extends Shape, T extends Shape>(
  step: (batch: Dataset<I, T>) => (state: TrainState<P, St>) => StepResult<P, St>,
  { before, batch }: Met<P, St, I, T>
): E.Either<unknown, StepResult<P, St>> => {
  try {
    return E.right(step(batch)(before))
  } catch (thrown) {
    return E.left(thrown)
  }
}

/** Runs all batches of one epoch; the mean loss weighs each batch by its size. */
export const runEpoch = <P, St, I extends Shape, T extends Shape>(
  step: (batch: Dataset<I, T>) => (state: TrainState<P, St>) => StepResult<P, St>,
  data: Dataset<I, T>,
  batchSize: number,
  shuffle: boolean,
  before: TrainState<P, St>
): EpochOutcome<P, St, I, T> => {
  const { count, rows, at } = batchesOf(data, batchSize, shuffle, before)
  let state = before
  let total = 0
  let previous: Met<P, St, I, T> | null = null
  for (let i = 0; i < count; i++) {
    const batch = at(i)
    const met = { before: state, batch }
    const taken = attempted(step, met)
    if (E.isLeft(taken)) return { _tag: 'Threw', met, thrown: taken.left }
    const result = taken.right
    const loss = valuesOf('fit', result.loss)[0]!
    if (!Number.isFinite(loss)) return { _tag: 'Stuck', met, loss, previous }
    previous = met
    total += loss * (Math.min(rows, (i + 1) * batchSize) - i * batchSize)
    state = result.state
  }
  return { _tag: 'Done', state, loss: total / rows, previous }
}

/** The first of the numbers below a count for which something holds. */
export const firstWhere = (count: number, holds: (i: number) => boolean): number | null => {
  for (let i = 0; i < count; i++) if (holds(i)) return i
  return null
}

/** The first item of each kind, of a limited number of kinds. */
export const firstOfEach = <A>(items: readonly A[], kindOf: (item: A) => string, most: number): readonly A[] => {
  const found = new Map<string, A>()
  for (const item of items) {
    if (found.size >= most) break
    const kind = kindOf(item)
    if (!found.has(kind)) found.set(kind, item)
  }
  return [...found.values()]
}

/** A list that is added to in place. */
export const growing = <T>(): { readonly items: readonly T[]; readonly push: (item: T) => void } => {
  const items: T[] = []
  return {
    items,
    push: (item) => {
      items.push(item)
    }
  }
}

/** Folds over a number of batches, shuffled, epoch after epoch, for as long as it goes on. */
export const foldBatches = <A, I extends Shape, T extends Shape>(
  data: Dataset<I, T>,
  batchSize: number,
  steps: number,
  from: { readonly epoch: number; readonly key: Key },
  first: A,
  goesOn: (found: A) => boolean,
  next: (found: A, batch: Dataset<I, T>, index: number) => A
): A => {
  let found = first
  let batches = batchesOf(data, batchSize, true, from)
  for (let i = 0; i < steps && goesOn(found); i++) {
    const within = i % batches.count
    if (i > 0 && within === 0)
      batches = batchesOf(data, batchSize, true, { ...from, epoch: from.epoch + i / batches.count })
    found = next(found, batches.at(within), i)
  }
  return found
}
