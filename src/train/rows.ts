import { gather } from '../kernel/rows.ts'
import { sizeOf } from '../tensor/dims.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { Rows } from './state.ts'

/** The number of examples. */
export const countOf = ({ inputs }: Rows): number => dimsOf(inputs)[0]!

/** A data set of what a function makes of the inputs, and of the targets. */
export const onBoth = ({ inputs, targets }: Rows, f: (x: Tensor) => Tensor): Rows => ({
  inputs: f(inputs),
  targets: f(targets)
})

/** The rows of a tensor at some indices, in their order. */
export const rowsAt = (x: Tensor, indices: Float64Array): Tensor => {
  const [, ...rest] = dimsOf(x)
  return make([indices.length, ...rest], gather(valuesOf('fit', x), indices, sizeOf(rest)))
}

/** Where rows are cut into parts of a size: `[from, to]`, the last part perhaps short. */
export const cuts = (count: number, rows: number): readonly (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(count / rows) }, (_, i) => [i * rows, Math.min(count, (i + 1) * rows)])

/** The batches of an epoch, each made when it is asked for; `null` is the order of the data. */
export const batchesOf = (data: Rows, batchSize: number, order: Int32Array | null) => {
  const rows = countOf(data)
  const indices = order === null ? Float64Array.from({ length: rows }, (_, i) => i) : Float64Array.from(order)
  return {
    count: Math.ceil(rows / batchSize),
    at: (index: number): Rows => {
      const batch = indices.subarray(index * batchSize, Math.min(rows, (index + 1) * batchSize))
      return onBoth(data, (x) => rowsAt(x, batch))
    }
  }
}
