import { type Dims, reducedDims, sameDims } from '../tensor/dims.ts'
import type { Algebra } from './algebra.ts'
import { sumTo } from './broadcast.ts'
import type { ReachOfMany } from './primitive.ts'

/** Masks of reached elements, moved from one side of an operation to the other. */

/** Which way a sweep goes: what a mask is moved along. */
export type Direction = 'back' | 'forward'

type Axes = readonly [input: readonly number[], output: readonly number[]]

/** A mask of the same places, of what was stretched to them, or of what they are stretched to. */
export const placeByPlace = <A>(op: Algebra<A>, direction: Direction, to: Dims, mask: A): A =>
  sameDims(op.dims(mask), to) ? mask : direction === 'back' ? sumTo(op, mask, to) : op.broadcastTo(mask, to)

/**
 * A mask of all that belongs together with an element of another mask: along axes of the input and of the output, or all with
 * all when `along` is `null`.
 */
export const together = <A>(
  op: Algebra<A>,
  direction: Direction,
  input: Dims,
  output: Dims,
  along: Axes | null,
  mask: A
): A => {
  const every = (dims: Dims): readonly number[] => dims.map((_, axis) => axis)
  const [inputAxes, outputAxes] = along ?? [every(input), every(output)]
  const [axes, to, toAxes] = direction === 'back' ? [outputAxes, input, inputAxes] : [inputAxes, output, outputAxes]
  const met = axes.length === 0 ? mask : op.max(mask, axes, true)
  const short = reducedDims(to, toAxes, true)
  return op.broadcastTo(sameDims(op.dims(met), short) ? met : op.reshape(met, short), to)
}

/** The mask on the other side of an input and a result of a primitive with several. */
export const acrossResult = <A, P>(
  op: Algebra<A>,
  direction: Direction,
  reach: ReachOfMany<P> | undefined,
  {
    params,
    inputs,
    outputs
  }: { readonly params: P; readonly inputs: readonly Dims[]; readonly outputs: readonly Dims[] },
  index: number,
  result: number,
  mask: A
): A => {
  const [input, output] = [inputs[index]!, outputs[result]!]
  return reach === 'element'
    ? placeByPlace(op, direction, direction === 'back' ? input : output, mask)
    : together(op, direction, input, output, reach?.along(params, inputs, index, result) ?? null, mask)
}
