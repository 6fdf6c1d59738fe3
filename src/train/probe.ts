import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import { infer } from '../nn/layer.ts'
import { flattenParams } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { sizeOf } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { Dataset, Problem, TrainState } from './state.ts'

/**
 * A program keeps what the loss and the penalty closed over when they were traced. Whether they still give the numbers they
 * gave then, on a few rows, is asked again whenever a function of the caller's has run that may have changed it.
 */
export interface Probe {
  /** Whether the loss and the penalty give what they gave at first. */
  readonly holds: () => boolean
}

/** Rows that the loss is asked with: few, since small problems take little time for an epoch. */
const ROWS = 4
/** Numbers that the penalty is asked with, at most. */
const NUMBERS = 4096

/** A probe of a problem at a state. */
export const probeOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  { model, loss, penalty }: Pick<Problem<P, St, I, O, T>, 'model' | 'loss' | 'penalty'>,
  { params, modelState }: TrainState<P, St>,
  data: Dataset<I, T>
): Probe => {
  const rows = Math.min(ROWS, dimsOf(data.inputs)[0]!)
  const first = (x: Tensor): Tensor =>
    op.slice(
      x,
      [
        0,
        ...dimsOf(x)
          .slice(1)
          .map(() => 0)
      ],
      [rows, ...dimsOf(x).slice(1)]
    )
  const targets = first(data.targets)
  const [predictions] = model.apply(infer)(params, modelState)<[number]>(first(data.inputs) as never)
  const size = flattenParams('fit', params).leaves.reduce((sum, x) => sum + sizeOf(dimsOf(x)), 0)
  const ask = (): readonly number[] =>
    E.match(
      (): readonly number[] => [],
      (xs: readonly Tensor[]) => xs.map((x) => valuesOf('fit', x)[0]!)
    )(
      E.tryCatch(
        () =>
          [
            loss(targets as never)(predictions),
            ...(penalty === undefined || size > NUMBERS ? [] : [penalty(params)])
          ] as readonly Tensor[],
        identity
      )
    )
  const value = ask()
  return {
    holds: () => {
      const now = ask()
      return now.length === value.length && now.every((x, i) => Object.is(x, value[i]))
    }
  }
}
