import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import { inference } from '../nn/layers/layer.ts'
import { flattenParams } from '../params/tree.ts'
import { sizeOf } from '../tensor/dims.ts'
import { dimsOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { firstOfEach } from './loop.ts'
import { countOf, onBoth, rowsAt } from './rows.ts'
import type { Judged, Rows, State } from './state.ts'
import { modeOf } from './step.ts'

/**
 * A program keeps what the model, the loss and the penalty closed over when they were traced. Whether they still give the
 * numbers they gave then, on a few rows, is asked again: of the loss and the penalty whenever a function of the caller's has
 * run that may have changed it, of the model, which takes longer, before each run.
 */
export interface Probe {
  /** Whether the loss and the penalty give what they gave at first. */
  readonly holds: () => boolean
  /** Whether the model does, in training. */
  readonly modelHolds: () => boolean
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

/** Whether something gives the very numbers that it gave at first; where it throws, it must throw again. */
const unchanged = (ask: () => readonly Tensor[]): (() => boolean) => {
  const numbers = (): readonly number[] | null =>
    E.getOrElseW(() => null)(E.tryCatch(() => ask().flatMap((x) => Array.from(valuesOf('fit', x))), identity))
  const first = numbers()
  return () => {
    const now = numbers()
    return now === null || first === null
      ? now === first
      : now.length === first.length && now.every((x, i) => Object.is(x, first[i]))
  }
}

/** A probe of a problem at a state. */
export const probeOf = ({ model, loss, penalty }: Judged, state: State, data: Rows): Probe => {
  const { params, modelState } = state
  const rows = Float64Array.from(new Set([...evenly(EVEN, countOf(data)), ...firstOfTargets(data.targets)]))
  const { inputs, targets } = onBoth(data, (x) => rowsAt(x, rows))
  const [predictions] = model.apply(inference)(params, modelState)(inputs)
  return {
    holds: unchanged(() => [loss(targets)(predictions), ...(penalty === undefined ? [] : [penalty(params)])]),
    modelHolds: unchanged(() => {
      const [outputs, after] = model.apply(modeOf(model, state))(params, modelState)(inputs)
      return [outputs, ...flattenParams('fit', after).leaves]
    })
  }
}
