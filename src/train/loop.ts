import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import { permutationIndices } from '../random/order.ts'
import { valuesOf } from '../tensor/tensor.ts'
import { batchesOf, countOf } from './rows.ts'
import { keyFor, type Rows, type State } from './state.ts'
import type { StepResult } from './step.ts'

/** The loops over batches: loops, as a fold of that many steps would overflow the stack. */

/** A state and the batch that it met. */
export interface Met {
  readonly before: State
  readonly batch: Rows
}

/**
 * What an epoch came to, or the step at which the loss stopped being a number, and the step before that, if there was one;
 * or the step that threw.
 */
export type EpochOutcome =
  | { readonly _tag: 'Done'; readonly state: State; readonly loss: number; readonly previous: Met | null }
  | { readonly _tag: 'Stuck'; readonly met: Met; readonly loss: number; readonly previous: Met | null }
  | { readonly _tag: 'Threw'; readonly met: Met; readonly thrown: unknown }

/** Runs all batches of one epoch; the mean loss weighs each batch by its size. */
export const runEpoch = (
  step: (batch: Rows) => (state: State) => StepResult<unknown, unknown>,
  data: Rows,
  batchSize: number,
  order: Int32Array | null,
  before: State
): EpochOutcome => {
  const { count, at } = batchesOf(data, batchSize, order)
  let state = before
  let total = 0
  let previous: Met | null = null
  for (let i = 0; i < count; i++) {
    const met: Met = { before: state, batch: at(i) }
    const taken = E.tryCatch(() => step(met.batch)(met.before), identity)
    if (E.isLeft(taken)) return { _tag: 'Threw', met, thrown: taken.left }
    const loss = valuesOf('fit', taken.right.loss)[0]!
    if (!Number.isFinite(loss)) return { _tag: 'Stuck', met, loss, previous }
    previous = met
    total += loss * countOf(met.batch)
    ;({ state } = taken.right)
  }
  return { _tag: 'Done', state, loss: total / countOf(data), previous }
}

/** The first thing that is found for a number below a count. */
export const firstOf = <A>(count: number, find: (i: number) => A | null): A | null => {
  for (let i = 0; i < count; i++) {
    const found = find(i)
    if (found !== null) return found
  }
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
export const foldBatches = <E1, A extends { readonly state: State }>(
  data: Rows,
  batchSize: number,
  steps: number,
  first: A,
  goesOn: (found: A) => boolean,
  next: (found: A, batch: Rows, index: number) => E.Either<E1, A>
): E.Either<E1, A> => {
  const { epoch, key } = first.state
  const epochAfter = (done: number) =>
    batchesOf(data, batchSize, permutationIndices(countOf(data))(keyFor('shuffle', epoch + done, key)))
  let found: E.Either<E1, A> = E.right(first)
  let batches = epochAfter(0)
  for (let i = 0; i < steps && E.isRight(found) && goesOn(found.right); i++) {
    const within = i % batches.count
    if (i > 0 && within === 0) batches = epochAfter(i / batches.count)
    found = next(found.right, batches.at(within), i)
  }
  return found
}
