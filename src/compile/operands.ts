import type { Access } from '../machine/access.ts'
import type { Lanes } from '../machine/lanes.ts'
import { loop } from '../machine/loop.ts'
import type { Statement } from '../machine/wasm.ts'
import { type Dims, sizeOf, stridesOf } from '../tensor/dims.ts'
import type { Graph, Node } from './graph.ts'
import type { Module, Slot } from './module.ts'
import { along, isDense, squeezed, type View } from './view.ts'

/** Where the operands of a kernel are, and how they come to lie one after the other. */

/** What the statements of a kernel are made of. */
export interface Context {
  readonly module: Module
  readonly lanes: Lanes
  readonly graph: Graph
  readonly views: readonly View[]
  /** The address of a stored node. */
  readonly addressOf: (node: number) => number
  /** Where a node lies at an address. */
  readonly slotOf: (node: number, address: number) => Slot
  /** The step of a loop. */
  readonly nested: (node: number) => Nested
}

/** The step of a loop, to be given places of its own. */
export interface Nested {
  /** How many bytes it needs, when these inputs lie elsewhere. */
  readonly bytes: (fixed: readonly number[]) => number
  /** Gives it places from an address on; these inputs lie elsewhere. */
  readonly place: (
    start: number,
    fixed: ReadonlyMap<number, number>
  ) => {
    readonly inputs: readonly Slot[]
    readonly outputs: readonly Slot[]
    /** The number of the function that takes the step. */
    readonly run: number
  }
}

export type Entry = Extract<Node, { _tag: 'Entry' }>

export const entryAt = ({ nodes }: Graph, index: number): Entry => nodes[index] as Entry

/** Where a view's elements are, over loops without axes of one element. */
export const accessOf = ({ lanes, addressOf }: Context, view: View, dims: Dims): Access => ({
  address: addressOf(view.base) + view.offset * lanes.bytes,
  strides: squeezed(along(view, dims)).strides
})

export const plain = (dims: Dims): Dims => dims.filter((n) => n !== 1)

/** A view copied to where its elements lie one after the other. */
export const copied = (context: Context, view: View, address: number): readonly Statement[] => {
  const dims = plain(view.dims)
  return loop(context.lanes, {
    dims,
    loads: [accessOf(context, view, view.dims)],
    body: ([x]) => [x!],
    results: [{ to: { address, strides: stridesOf(dims) }, reduction: null }]
  })
}

export interface Dense {
  /** The address of the elements, one after the other. */
  readonly address: number
  readonly before: readonly Statement[]
}

const ALIGN = 16
const roomFor = ({ lanes }: Context, dims: Dims): number => Math.ceil((sizeOf(dims) * lanes.bytes) / ALIGN) * ALIGN

/** Operands as elements one after the other: those that are not are copied into a kernel's room, from `room` on. */
export const denseOperands = (
  context: Context,
  views: readonly View[],
  room: number,
  suits = isDense
): readonly Dense[] => {
  const starts = views.reduce<readonly number[]>(
    (ends, view) => [...ends, ends[ends.length - 1]! + (suits(view) ? 0 : roomFor(context, view.dims))],
    [room]
  )
  return views.map((view, i) =>
    suits(view)
      ? { address: context.addressOf(view.base) + view.offset * context.lanes.bytes, before: [] }
      : { address: starts[i]!, before: copied(context, view, starts[i]!) }
  )
}

export const sizeOfCopies = (context: Context, views: readonly View[], suits = isDense): number =>
  views.reduce((bytes, view) => bytes + (suits(view) ? 0 : roomFor(context, view.dims)), 0)

export const operandViews = ({ graph, views }: Context, index: number): readonly View[] =>
  entryAt(graph, index).inputs.map((input) => views[input]!)
