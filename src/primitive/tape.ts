import { type Dims, sizeOf } from '../tensor/dims.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { evaluated, flopsOf } from './evaluate.ts'
import type { AnyPrimitive } from './primitive.ts'

/** Tapes: traced functions as data, and their evaluation on plain tensors. */

/** The number of an input or of an earlier result, or a captured constant. */
export type Ref = number | Tensor

/**
 * One operation of a tape: the primitive, its inputs and the shapes of its results.
 *
 * @category tape
 * @since 0.1.0
 */
export interface Entry {
  readonly primitive: AnyPrimitive
  readonly params: unknown
  /** Numbers of inputs and earlier results, or captured constants. */
  readonly inputs: readonly (number | Tensor)[]
  /** The shape of each result; most primitives have one. */
  readonly results: readonly Dims[]
}

/**
 * A traced function as data: inputs, then one entry per operation, in topological order. Inputs and results are
 * numbered in this order: if each entry has one result, that of entry `i` is number `inputs.length + i`.
 *
 * @category tape
 * @since 0.1.0
 */
export interface Tape {
  /** The shapes of the inputs, which are numbered 0, 1, … */
  readonly inputs: readonly Dims[]
  readonly entries: readonly Entry[]
  /** Numbers, or constants when an output does not depend on the inputs. */
  readonly outputs: readonly (number | Tensor)[]
}

/** The number of each entry's first result. */
export const firstResults = ({ inputs, entries }: Pick<Tape, 'inputs' | 'entries'>): readonly number[] => {
  const numbers: number[] = []
  let next = inputs.length
  for (const { results } of entries) {
    numbers.push(next)
    next += results.length
  }
  return numbers
}

/** The shapes of all inputs and results, by their numbers. */
const dimsIn = ({ inputs, entries }: Tape): readonly Dims[] => [...inputs, ...entries.flatMap(({ results }) => results)]

/** A function from refs to their shapes. */
const shapesIn = (tape: Tape): ((refs: readonly Ref[]) => readonly Dims[]) => {
  const dims = dimsIn(tape)
  return (refs) => refs.map((x) => (typeof x === 'number' ? dims[x]! : dimsOf(x)))
}

/** The shapes of a tape's outputs. */
export const outputDims = (tape: Tape): readonly Dims[] => shapesIn(tape)(tape.outputs)

/** Evaluates a tape on plain tensors by the reference loops. */
export const evaluateTape = ({ entries, outputs }: Tape, inputs: readonly Tensor[]): readonly Tensor[] => {
  const found: Tensor[] = [...inputs]
  const read = (x: Ref): Tensor => (typeof x === 'number' ? found[x]! : x)
  for (const { primitive, params, inputs: from, results } of entries) {
    const values = evaluated(primitive, params, from.map(read), results)
    for (let i = 0; i < results.length; i++) found.push(make(results[i]!, values[i]!))
  }
  return outputs.map(read)
}

/** The cost of running a tape once. @category tape @since 0.1.0 */
export interface Cost {
  readonly operations: number
  /** Floating-point operations; a fused multiply and add counts as two. */
  readonly flops: number
  /** Bytes of results, 8 per element. */
  readonly bytes: number
}

/** Sums the cost of a tape. */
export const costOf = (tape: Tape): Cost => {
  const shapes = shapesIn(tape)
  return tape.entries.reduce<Cost>(
    (total, { primitive, params, inputs, results }) => ({
      operations: total.operations + 1,
      flops: total.flops + flopsOf(primitive, params, shapes(inputs), results),
      bytes: total.bytes + 8 * results.reduce((sum, dims) => sum + sizeOf(dims), 0)
    }),
    { operations: 0, flops: 0, bytes: 0 }
  )
}
