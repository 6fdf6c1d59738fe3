import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import { infer } from '../nn/layer.ts'
import { sizeOf } from '../tensor/dims.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { firstOfEach } from './loop.ts'
import type { Dataset, Problem, TrainState } from './state.ts'

/**
 * A program keeps what the loss and the penalty closed over when they were traced. Whether they still give the numbers they
 * gave then, on a few rows, is asked again whenever a function of the caller's has run that may have changed it.
 */
export interface Probe {
  /** Whether the loss and the penalty give what they gave at first. */
  readonly holds: () => boolean
}

/** Rows at even distances that the loss is asked with: few, since small problems take little time for an epoch. */
const EVEN = 4
/** Targets of which the first row is taken too, at most: a loss may give each class a weight of its own. */
const TARGETS = 12
/** Rows among which different targets are looked for, at most. */
const SEARCHED = 4096

/** A limited number of row indices below `rows`, evenly spaced, the first and the last included. */
const evenly = (count: number, rows: number): readonly number[] =>
  rows <= count
    ? Array.from({ length: rows }, (_, i) => i)
    : Array.from({ length: count }, (_, i) => Math.floor((i * (rows - 1)) / (count - 1)))

const rowOf = (x: Tensor, row: number): Float64Array => {
  const width = sizeOf(dimsOf(x).slice(1))
  return valuesOf('fit', x).subarray(row * width, (row + 1) * width)
}

/** The first row of each target, of few targets. */
const firstOfTargets = (targets: Tensor): readonly number[] => {
  const rows = evenly(SEARCHED, dimsOf(targets)[0]!)
  return firstOfEach(rows, (row) => rowOf(targets, row).join(), TARGETS)
}

const rowsOf = (x: Tensor, rows: readonly number[]): Tensor =>
  make([rows.length, ...dimsOf(x).slice(1)], Float64Array.from(rows.flatMap((row) => Array.from(rowOf(x, row)))))

/** A probe of a problem at a state. */
export const probeOf = <P, St, I extends Shape, O extends Shape, T extends Shape>(
  { model, loss, penalty }: Pick<Problem<P, St, I, O, T>, 'model' | 'loss' | 'penalty'>,
  { params, modelState }: TrainState<P, St>,
  data: Dataset<I, T>
): Probe => {
  const rows = [...new Set([...evenly(EVEN, dimsOf(data.inputs)[0]!), ...firstOfTargets(data.targets)])]
  const targets = rowsOf(data.targets, rows)
  const [predictions] = model.apply(infer)(params, modelState)<[number]>(rowsOf(data.inputs, rows) as never)
  const ask = (): readonly number[] =>
    E.match(
      (): readonly number[] => [],
      (xs: readonly Tensor[]) => xs.map((x) => valuesOf('fit', x)[0]!)
    )(
      E.tryCatch(
        () =>
          [
            loss(targets as never)(predictions),
            ...(penalty === undefined ? [] : [penalty(params)])
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
