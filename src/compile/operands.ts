import { type Access, resolved } from '../machine/access.ts'
import { type Lanes, lanesOf } from '../machine/lanes.ts'
import { loop } from '../machine/loop.ts'
import type { Statement } from '../machine/wasm.ts'
import { type Dims, sizeOf, stridesOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf } from '../tensor/tensor.ts'
import { aligned } from './align.ts'
import type { Entry, Graph } from './graph.ts'
import type { Module, Slot } from './module.ts'
import { along, isDense, squeezed, squeezedDims, type View } from './view.ts'

/** Where the operands of a kernel are, and how they come to lie one after the other. */

/** What is known of a program before anything has an address: all that decides how a kernel is computed. */
export interface Facts {
  readonly module: Module
  readonly lanes: Lanes
  readonly graph: Graph
  readonly views: readonly View[]
  /** Bytes of an element of a node. */
  readonly bytesOf: (node: number) => Slot['bytes']
  /** The step of a loop. */
  readonly nested: (node: number) => Nested
}

/** The same with addresses: what the statements of a kernel are made of. */
export interface Context extends Facts {
  /** The address of a stored node. */
  readonly addressOf: (node: number) => number
  /** Where a node lies at an address. */
  readonly slotOf: (node: number, address: number) => Slot
  /** Where the room of the kernel ends. */
  readonly limit: number
}

/** The step of a loop, to be given a place. */
export interface Nested {
  /** How many bytes it needs. */
  readonly bytes: number
  /** Puts it at an address; the inputs that are the same for all steps lie elsewhere. */
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

/** A relative address, before memory is planned: an offset into a node's elements or into the kernel's own room. */
export interface Place {
  /** `null` for the room. */
  readonly node: number | null
  readonly offset: number
}

/** The address of a place. */
export const addressOfPlace =
  ({ addressOf }: Context, room: number) =>
  ({ node, offset }: Place): number =>
    (node === null ? room : addressOf(node)) + offset

export const entryAt = ({ nodes }: Graph, index: number): Entry => nodes[index] as Entry

/** A number that is known when the program is made, and the same everywhere. */
export const literalOf = ({ graph }: Pick<Facts, 'graph'>, view: View): number | null => {
  const node = graph.nodes[view.base]!
  return node._tag === 'Constant' && sizeOf(node.dims) === 1 ? bufferOf(node.value)![0]! : null
}

/** Where a view's elements are, over loops without axes of one element. */
export const placesOf = ({ bytesOf }: Pick<Facts, 'bytesOf'>, view: View, dims: Dims): Access<Place> => ({
  address: { node: view.base, offset: view.offset * bytesOf(view.base) },
  strides: squeezed(along(view, dims)).strides
})

/** The same at their addresses. */
export const accessOf = (context: Context, view: View, dims: Dims): Access =>
  resolved(addressOfPlace(context, NaN))(placesOf(context, view, dims))

/** Lanes for elements of 8 or 4 bytes: the words of keys are doubles whatever the precision. */
export const lanesFor = (lanes: Lanes, bytes: Slot['bytes']): Lanes =>
  bytes === lanes.bytes ? lanes : lanesOf(bytes === 8 ? 'double' : 'single')

/** A view copied to where its elements lie one after the other, to the bit. */
export const copied = (context: Context, view: View, address: number): readonly Statement[] => {
  const dims = squeezedDims(view.dims)
  return loop(lanesFor(context.lanes, context.bytesOf(view.base)), {
    dims,
    loads: [accessOf(context, view, view.dims)],
    body: ([x]) => [x!],
    results: [{ to: { address, strides: stridesOf(dims) }, reduction: null }]
  })
}

/** What a node stores, set to 0. */
export const zeroed = (context: Context, index: number): readonly Statement[] => {
  const lanes = lanesFor(context.lanes, context.bytesOf(index))
  return loop(lanes, {
    dims: [sizeOf(context.graph.nodes[index]!.dims)],
    loads: [],
    body: () => [lanes.constant(0)],
    results: [{ to: { address: context.addressOf(index), strides: [1] }, reduction: null }]
  })
}

/** Which operands are copied to a kernel's room, because their elements do not lie one after the other there. */
export interface Copies {
  /** Where each lies: in its node, or in the room. */
  readonly places: readonly Place[]
  readonly isCopied: readonly boolean[]
  /** Bytes of room in all. */
  readonly bytes: number
}

export const copiesOf = ({ bytesOf }: Facts, views: readonly View[], suits = isDense): Copies =>
  views.reduce<Copies>(
    ({ places, isCopied, bytes }, view) => {
      const suitable = suits(view)
      const size = aligned(sizeOf(view.dims) * bytesOf(view.base))
      return {
        places: [
          ...places,
          suitable ? { node: view.base, offset: view.offset * bytesOf(view.base) } : { node: null, offset: bytes }
        ],
        isCopied: [...isCopied, !suitable],
        bytes: bytes + (suitable ? 0 : size)
      }
    },
    { places: [], isCopied: [], bytes: 0 }
  )

export interface Dense {
  /** The address of the elements, one after the other. */
  readonly address: number
  readonly before: readonly Statement[]
}

/** Operands as elements one after the other: those that are not are copied into a kernel's room, from `room` on. */
export const denseOperands = (
  context: Context,
  views: readonly View[],
  room: number,
  suits = isDense
): readonly Dense[] => {
  const { places, isCopied, bytes } = copiesOf(context, views, suits)
  checkRoom(context, room + bytes)
  return views.map((view, i) => {
    const address = addressOfPlace(context, room)(places[i]!)
    return { address, before: isCopied[i]! ? copied(context, view, address) : [] }
  })
}

/** That a kernel takes no more room than was planned for it: more would be its neighbour's. */
export const checkRoom = ({ limit }: Context, end: number): void => {
  if (end > limit)
    fail('InternalError', `compile: a kernel takes ${end - limit} bytes more room than were planned; please report it`)
}

export const sizeOfCopies = (facts: Facts, views: readonly View[], suits = isDense): number =>
  copiesOf(facts, views, suits).bytes

export const operandViews = ({ graph, views }: Facts, index: number): readonly View[] =>
  entryAt(graph, index).inputs.map((input) => views[input]!)
