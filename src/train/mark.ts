import { fingerprint } from '../kernel/fingerprint.ts'
import { dimsOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { Rows, State, TrainedOn } from './state.ts'

/** What a state is trained on, so that rules do not count the epochs of other data. */

// tensors never change
const known = new WeakMap<Tensor, string>()

const ofTensor = (x: Tensor): string => {
  const found = known.get(x) ?? fingerprint(dimsOf(x), valuesOf('fit', x))
  known.set(x, found)
  return found
}

/** The mark of a state that is trained on these data: that of before, when they are the same. */
export const markOf = (
  { trainedOn, epoch }: Pick<State, 'trainedOn' | 'epoch'>,
  data: Rows,
  validation: Rows | undefined
): TrainedOn => {
  const tensors = [data, ...(validation === undefined ? [] : [validation])].flatMap(({ inputs, targets }) => [
    inputs,
    targets
  ])
  const own = tensors.map(ofTensor).join(' ')
  // what a state was trained on that does not say so, nobody knows
  return { data: own, since: trainedOn === undefined ? 0 : trainedOn.data === own ? trainedOn.since : epoch }
}

export const isMark = (value: unknown): value is TrainedOn => {
  if (typeof value !== 'object' || value === null) return false
  const { data, since } = value as Partial<TrainedOn>
  return typeof data === 'string' && Number.isSafeInteger(since) && since! >= 0
}
