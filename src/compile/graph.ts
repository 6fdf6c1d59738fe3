import type { Primitive } from '../primitive/primitive.ts'
import type { Tape } from '../tape/tape.ts'
import type { Dims } from '../tensor/dims.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/**
 * A tape with everything it mentions numbered in one list: inputs, then the constants taken from outside, then what its
 * entries give. The passes work on tapes; what comes after them works on this.
 */
export type Node =
  | { readonly _tag: 'Input'; readonly dims: Dims }
  | { readonly _tag: 'Constant'; readonly dims: Dims; readonly value: Tensor }
  | {
      readonly _tag: 'Entry'
      readonly dims: Dims
      readonly primitive: Primitive
      readonly params: unknown
      readonly inputs: readonly number[]
    }

export type Entry = Extract<Node, { _tag: 'Entry' }>

export interface Graph {
  readonly nodes: readonly Node[]
  /** How many of the nodes are inputs: the first ones. */
  readonly inputs: number
  readonly outputs: readonly number[]
}

/** Numbers the nodes of a tape; a constant that is mentioned twice is one node. */
export const graphOf = (tape: Tape): Graph => {
  const constants = new Map<Tensor, number>()
  const mention = (x: number | Tensor): void => {
    if (typeof x !== 'number' && !constants.has(x)) constants.set(x, tape.inputs.length + constants.size)
  }
  tape.entries.forEach(({ inputs }) => inputs.forEach(mention))
  tape.outputs.forEach(mention)
  const shift = constants.size
  const find = (x: number | Tensor): number =>
    typeof x !== 'number' ? constants.get(x)! : x < tape.inputs.length ? x : x + shift
  return {
    nodes: [
      ...tape.inputs.map((dims): Node => ({ _tag: 'Input', dims })),
      ...[...constants.keys()].map((value): Node => ({ _tag: 'Constant', dims: dimsOf(value), value })),
      ...tape.entries.map(({ primitive, params, inputs, dims }): Node => ({
        _tag: 'Entry',
        dims,
        primitive,
        params,
        inputs: inputs.map(find)
      }))
    ],
    inputs: tape.inputs.length,
    outputs: tape.outputs.map(find)
  }
}
