import { type Dims, reducedDims, sameDims } from '../tensor/dims.ts'
import type { Algebra } from './algebra.ts'
import { sumTo } from './broadcast.ts'
import type { ReachOfMany } from './primitive.ts'

/** Propagation of masks of reached elements across operations. */

/** The direction of a sweep: cotangents go back, tangents forward. */
export type Direction = 'back' | 'forward'

type Axes = readonly [input: readonly number[], output: readonly number[]]

/** The mask across an elementwise operation, with broadcasting. */
export const elementwiseMask = <A>(op: Algebra<A>, direction: Direction, to: Dims, mask: A): A =>
  sameDims(op.dims(mask), to) ? mask : direction === 'back' ? sumTo(op, mask, to) : op.broadcastTo(mask, to)

/**
 * The mask across an operation whose elements depend on each other along axes of the input and of the output; on all
 * when `along` is `null`.
 */
export const maskAlong = <A>(
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

/** The mask across one pair of input and result of a primitive with several results. */
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
    ? elementwiseMask(op, direction, direction === 'back' ? input : output, mask)
    : maskAlong(op, direction, input, output, reach?.along(params, inputs, index, result) ?? null, mask)
}
