import * as E from 'fp-ts/lib/Either.js'
import { broadcastsTo, type Dims, sameDims, showDims, stretchedAxes } from '../tensor/dims.ts'
import { bufferOf, type Tensor } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import type { Batching } from './primitive.ts'

/** Broadcasting helpers: its shape rule, its transpose, and its batching. */

/** The buffer of a tensor that is not shape-only. */
export const values = (x: Tensor): Float64Array => bufferOf(x)!

/** The transpose of a broadcast: sums a cotangent to the shape of the operand. */
export const sumTo = <A>(op: Algebra<A>, ct: A, dims: Dims): A => {
  const from = op.dims(ct)
  if (sameDims(from, dims)) return ct
  const axes = stretchedAxes(dims, from)
  const summed = axes.length === 0 ? ct : op.sum(ct, axes, false)
  return sameDims(op.dims(summed), dims) ? summed : op.reshape(summed, dims)
}

/** Broadcasts to a shape, if it is not that already. */
export const stretch = <A>(op: Algebra<A>, x: A, dims: Dims): A =>
  sameDims(op.dims(x), dims) ? x : op.broadcastTo(x, dims)

/** The operand that all others broadcast to. */
const largestOf = (inputs: readonly Dims[]): Dims | undefined =>
  inputs.find((to) => inputs.every((from) => broadcastsTo(from, to)))

/** One-sided broadcasting: all operands broadcast to the shape of one of them. */
export const broadcastAll = (inputs: readonly Dims[]): E.Either<string, Dims> => {
  const largest = largestOf(inputs)
  return largest === undefined
    ? E.left(`no operand of ${inputs.map(showDims).join(', ')} has a shape that the others broadcast to`)
    : E.right(largest)
}

/**
 * Aligns the operands of a broadcasting operation for a batch: the batch axis comes first, axes of size 1 are inserted
 * after it, and one operand has the full shape, as one-sided broadcasting requires.
 */
export const alignBatch = <A>({
  op,
  inputs,
  mapped,
  size
}: Pick<Batching<A, unknown>, 'op' | 'inputs' | 'mapped' | 'size'>) => {
  const each = inputs.map((x, i) => (mapped[i] ? op.dims(x).slice(1) : op.dims(x)))
  const rank = Math.max(...each.map((dims) => dims.length))
  const full = [size, ...(largestOf(each) ?? [])]
  const lined = inputs.map((x, i) =>
    mapped[i] && each[i]!.length < rank
      ? op.reshape(x, [size, ...Array.from({ length: rank - each[i]!.length }, () => 1), ...each[i]!])
      : x
  )
  const widest = lined.some((x) => sameDims(op.dims(x), full)) ? -1 : mapped.indexOf(true)
  return lined.map((x, i) => (i === widest ? op.broadcastTo(x, full) : x))
}
