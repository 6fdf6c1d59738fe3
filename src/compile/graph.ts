import type { AnyPrimitive } from '../primitive/primitive.ts'
import type { Tape } from '../primitive/tape.ts'
import type { Dims } from '../tensor/dims.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/**
 * The dataflow graph of a tape: inputs, then captured constants, then the results of entries in one numbering, where
 * further results of an entry follow its first. Passes work on tapes, the backend on graphs.
 */
export type Node =
  | { readonly _tag: 'Input'; readonly dims: Dims }
  | { readonly _tag: 'Constant'; readonly dims: Dims; readonly value: Tensor }
  | {
      readonly _tag: 'Entry'
      readonly dims: Dims
      readonly primitive: AnyPrimitive
      readonly params: unknown
      readonly inputs: readonly number[]
      /** The number of results; this node is the first. */
      readonly results: number
    }
  | { readonly _tag: 'Result'; readonly dims: Dims }

export type Entry = Extract<Node, { _tag: 'Entry' }>

export interface Graph {
  readonly nodes: readonly Node[]
  /** The number of inputs, which are the first nodes. */
  readonly inputs: number
  readonly outputs: readonly number[]
}

/** The nodes of an entry's results. */
export const resultsOf = ({ nodes }: Graph, index: number): readonly number[] => {
  const node = nodes[index]!
  return node._tag === 'Entry' ? Array.from({ length: node.results }, (_, k) => index + k) : [index]
}

/** Whether a node is computed. */
export const isComputed = ({ _tag }: Node): boolean => _tag === 'Entry' || _tag === 'Result'

/** The graph of a tape; equal constants (by reference) share a node. */
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
      ...tape.entries.flatMap(({ primitive, params, inputs, results }) =>
        results.map((dims, k): Node =>
          k > 0
            ? { _tag: 'Result', dims }
            : { _tag: 'Entry', dims, primitive, params, inputs: inputs.map(find), results: results.length }
        )
      )
    ],
    inputs: tape.inputs.length,
    outputs: tape.outputs.map(find)
  }
}
