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

/** The operands of a kernel: their relative addresses, and dense copies of strided ones. */

/** What lowering knows before memory is planned. */
export interface Facts {
  readonly module: Module
  readonly lanes: Lanes
  readonly graph: Graph
  readonly views: readonly View[]
  /** Bytes of an element of a node. */
  readonly bytesOf: (node: number) => Slot['bytes']
  /** The step of a scan. */
  readonly nested: (node: number) => Nested
}

/** The facts with addresses, for code generation. */
export interface Context extends Facts {
  /** The address of a stored node. */
  readonly addressOf: (node: number) => number
  /** The slot of a node at an address. */
  readonly slotOf: (node: number, address: number) => Slot
  /** The end of the kernel's scratch. */
  readonly limit: number
}

/** The planned step of a scan, not yet placed in memory. */
export interface Nested {
  /** Bytes of memory. */
  readonly bytes: number
  /** Places it at an address; `fixed` are the addresses of inputs that live elsewhere. */
  readonly place: (
    start: number,
    fixed: ReadonlyMap<number, number>
  ) => {
    readonly inputs: readonly Slot[]
    readonly outputs: readonly Slot[]
    /** The index of the function that runs the step. */
    readonly run: number
  }
}

/** An address before memory is planned: an offset into a node's elements or into the kernel's scratch. */
export interface RelativeAddress {
  /** `null` for the scratch. */
  readonly node: number | null
  readonly offset: number
}

/** The absolute address. */
export const resolveAddress =
  ({ addressOf }: Context, scratch: number) =>
  ({ node, offset }: RelativeAddress): number =>
    (node === null ? scratch : addressOf(node)) + offset

export const entryAt = ({ nodes }: Graph, index: number): Entry => nodes[index] as Entry

/** The scalar of a constant node that repeats one number; `null` for any other. */
export const literalOf = ({ graph }: Pick<Facts, 'graph'>, view: View): number | null => {
  const node = graph.nodes[view.base]!
  return node._tag === 'Constant' && sizeOf(node.dims) === 1 ? bufferOf(node.value)![0]! : null
}

/** The strided access of a view, over loops without axes of size 1. */
export const relativeAccessOf = (
  { bytesOf }: Pick<Facts, 'bytesOf'>,
  view: View,
  dims: Dims
): Access<RelativeAddress> => ({
  address: { node: view.base, offset: view.offset * bytesOf(view.base) },
  strides: squeezed(along(view, dims)).strides
})

/** The access with its absolute address. */
export const accessOf = (context: Context, view: View, dims: Dims): Access =>
  resolved(resolveAddress(context, NaN))(relativeAccessOf(context, view, dims))

/** Lanes for elements of 8 or 4 bytes: words of keys are doubles in programs of either precision. */
export const lanesFor = (lanes: Lanes, bytes: Slot['bytes']): Lanes =>
  bytes === lanes.bytes ? lanes : lanesOf(bytes === 8 ? 'double' : 'single')

/** Copies a view to dense elements, bit for bit. */
export const copied = (context: Context, view: View, address: number): readonly Statement[] => {
  const dims = squeezedDims(view.dims)
  return loop(lanesFor(context.lanes, context.bytesOf(view.base)), {
    dims,
    loads: [accessOf(context, view, view.dims)],
    body: ([x]) => [x!],
    results: [{ to: { address, strides: stridesOf(dims) }, reduction: null }]
  })
}

/** Fills a node with zeros. */
export const zeroed = (context: Context, index: number): readonly Statement[] => {
  const lanes = lanesFor(context.lanes, context.bytesOf(index))
  return loop(lanes, {
    dims: [sizeOf(context.graph.nodes[index]!.dims)],
    loads: [],
    body: () => [lanes.constant(0)],
    results: [{ to: { address: context.addressOf(index), strides: [1] }, reduction: null }]
  })
}

/** Which operands are copied to a kernel's scratch, because they are not dense. */
export interface Copies {
  /** The relative address of each: in its node, or in the scratch. */
  readonly places: readonly RelativeAddress[]
  readonly isCopied: readonly boolean[]
  /** Bytes of scratch in all. */
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
  /** The address of its dense elements. */
  readonly address: number
  readonly before: readonly Statement[]
}

/** Dense operands: those that are not are copied to the kernel's scratch. */
export const denseOperands = (
  context: Context,
  views: readonly View[],
  scratch: number,
  suits = isDense
): readonly Dense[] => {
  const { places, isCopied, bytes } = copiesOf(context, views, suits)
  checkScratch(context, scratch + bytes)
  return views.map((view, i) => {
    const address = resolveAddress(context, scratch)(places[i]!)
    return { address, before: isCopied[i]! ? copied(context, view, address) : [] }
  })
}

/** Checks that a kernel uses no more scratch than was planned. */
export const checkScratch = ({ limit }: Context, end: number): void => {
  if (end > limit)
    fail('InternalError', `compile: a kernel uses ${end - limit} bytes of scratch more than planned; please report it`)
}

export const sizeOfCopies = (facts: Facts, views: readonly View[], suits = isDense): number =>
  copiesOf(facts, views, suits).bytes

export const operandViews = ({ graph, views }: Facts, index: number): readonly View[] =>
  entryAt(graph, index).inputs.map((input) => views[input]!)
