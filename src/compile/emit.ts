import { type Access, resolved } from '../machine/access.ts'
import { loop } from '../machine/loop.ts'
import { matmul, type Method, methodOf, placedMethod } from '../machine/matmul.ts'
import type { Loop, Result } from '../machine/nest.ts'
import type { Matmul } from '../machine/product.ts'
import { splitLoop, type Work } from '../machine/split.ts'
import type { Value } from '../machine/wasm.ts'
import { type Dims, sizeBetween, sizeOf, stridesOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { roomOfStandalone, standalone } from './standalone.ts'
import {
  addressOfPlace,
  checkRoom,
  type Context,
  copiesOf,
  denseOperands,
  entryAt,
  type Facts,
  literalOf,
  operandViews,
  type Place,
  placesOf
} from './operands.ts'
import { type Lowering, loweringOf } from './lowering.ts'
import { type Kernel, leads, reducedStrides, weightOf } from './schedule.ts'
import { isDense, type View } from './view.ts'

/**
 * From kernels to statements of the machine, in two steps. A kernel is lowered: all that there is to decide about it is
 * decided, by what is known before anything has an address. Memory is planned by that, and the statements follow from the
 * same value once there are addresses.
 */

/** A kernel with all decisions made. */
export interface Lowered {
  /** Bytes of room that it takes. */
  readonly room: number
  /** Its statements, when its room begins at `room`. */
  readonly emit: (context: Context, room: number) => Work
}

const loweringAt = ({ graph }: Facts, index: number): Lowering => loweringOf(entryAt(graph, index).primitive)

const is = (facts: Facts, index: number, what: 'heavy' | 'callsHost'): boolean => {
  const lowering = loweringAt(facts, index)
  return lowering._tag === 'Pointwise' && lowering[what]
}

/** Members as one function of vectors: each operand is a literal, an earlier member, or one of the vectors loaded. */
const bodyOf = (facts: Facts, kernel: Kernel) => {
  const { graph, views, lanes, module } = facts
  const loads: Access<Place>[] = []
  const keys = new Map<string, number>()
  const own = new Set([...kernel.members, ...(kernel.kind === 'Matmul' ? [kernel.root!] : [])])

  type Source =
    | { readonly _tag: 'Literal'; readonly value: number }
    | { readonly _tag: 'Own'; readonly node: number }
    | { readonly _tag: 'Load'; readonly index: number }
  const sourceOf = (input: number, dims: Dims): Source => {
    const view = views[input]!
    const literal = literalOf(facts, view)
    if (literal !== null) return { _tag: 'Literal', value: literal }
    if (own.has(view.base)) return { _tag: 'Own', node: view.base }
    const access = elementsOf(facts, view, dims)
    const key = `${view.base} ${view.offset} ${access.strides.join(' ')}`
    const known = keys.get(key)
    if (known !== undefined) return { _tag: 'Load', index: known }
    keys.set(key, loads.length)
    return { _tag: 'Load', index: loads.push(access) - 1 }
  }
  const plans = kernel.members.map((i) => {
    const { params, inputs, dims } = entryAt(graph, i)
    const lowering = loweringAt(facts, i)
    const shape = lowering._tag === 'Pointwise' ? dims : graph.nodes[inputs[0]!]!.dims
    return { i, lowering, params, sources: inputs.map((input) => sourceOf(input, shape)) }
  })
  const sums = kernel.reductions.map((i) => {
    const input = entryAt(graph, i).inputs[0]!
    return sourceOf(input, graph.nodes[input]!.dims)
  })
  /** The values of nodes that the loop gives, from the vectors loaded. */
  const evaluate = (vectors: readonly Value[], product: Value | null) => {
    const values = new Map<number, Value>()
    if (product !== null) values.set(kernel.root!, product)
    const read = (source: Source): Value =>
      source._tag === 'Literal'
        ? lanes.constant(source.value)
        : source._tag === 'Own'
          ? values.get(source.node)!
          : vectors[source.index]!
    plans.forEach(({ i, lowering, params, sources }) => {
      const inputs = sources.map(read)
      values.set(
        i,
        lowering._tag === 'Pointwise' ? lowering.rule(lanes, params as never, inputs, module.routines) : inputs[0]!
      )
    })
    return { valueOf: (node: number): Value => values.get(node)!, sums: sums.map(read) }
  }
  return { loads, evaluate }
}

/** Elements that arithmetic reads or writes: of the width of the program's lanes. */
const elementsOf = (facts: Facts, view: View, dims: Dims): Access<Place> =>
  facts.bytesOf(view.base) === facts.lanes.bytes
    ? placesOf(facts, view, dims)
    : fail('InternalError', 'compile: arithmetic on the words of a key in single precision; please report it')

/** Where an entry's elements are stored, in their order, over loops without axes of one element. */
const storeOf = (facts: Facts, node: number, dims = facts.graph.nodes[node]!.dims): Access<Place> =>
  elementsOf(facts, { base: node, offset: 0, dims, strides: stridesOf(dims) }, dims)

/** A loop whose accesses have no addresses yet. */
interface LoopPlaces extends Pick<Loop, 'dims' | 'body' | 'interleaved'> {
  readonly loads: readonly Access<Place>[]
  readonly results: readonly { readonly to: Access<Place>; readonly reduction: Result['reduction'] }[]
}

/** More work than this, in entries of the loop, on three vectors at once does not fit in registers. */
const LONG = { single: 48, double: 32 } as const

const interleavedOf = (facts: Facts, { members }: Kernel): number =>
  !members.some((i) => is(facts, i, 'heavy'))
    ? 1
    : members.reduce((work, i) => work + weightOf(entryAt(facts.graph, i)), 0) > LONG[facts.lanes.precision]
      ? 2
      : 3

const loopOf = (facts: Facts, kernel: Kernel, stored: readonly number[]): LoopPlaces => {
  const { graph } = facts
  const { loads, evaluate } = bodyOf(facts, kernel)
  const members = kernel.members.filter((i) => stored.includes(i))
  const placeOf = (i: number): Access<Place> => {
    const node = entryAt(graph, i)
    // a copy is written in the order of what it copies
    return loweringAt(facts, i)._tag === 'Pointwise'
      ? storeOf(facts, i)
      : storeOf(facts, i, graph.nodes[node.inputs[0]!]!.dims)
  }
  const reductions = kernel.reductions.map((i) => {
    const { params, inputs } = entryAt(graph, i)
    const lowering = loweringAt(facts, i)
    const dims = graph.nodes[inputs[0]!]!.dims
    const strides = reducedStrides({ dims }, (params as { readonly axes: readonly number[] }).axes)
    return {
      to: { address: { node: i, offset: 0 }, strides: dims.flatMap((n, d) => (n === 1 ? [] : [strides[d]!])) },
      reduction: lowering._tag === 'Reduction' ? lowering.reduction : null
    }
  })
  return {
    dims: kernel.dims,
    loads,
    body: (vectors) => {
      const { valueOf, sums } = evaluate(vectors, null)
      return [...members.map(valueOf), ...sums]
    },
    results: [...members.map((i) => ({ to: placeOf(i), reduction: null })), ...reductions],
    interleaved: interleavedOf(facts, kernel)
  }
}

/** Dimensions of a product as batch, rows and columns: what stands before the last two axes is one. */
const threeOf = (dims: Dims): readonly [number, number, number] => [
  sizeBetween(dims, 0, dims.length - 2),
  dims[dims.length - 2]!,
  dims[dims.length - 1]!
]

/** Whether what stands before the last two axes can be gone through with one stride. */
const hasOneBatch = (view: View): boolean => view.dims.length <= 3 || isDense(view)

/** An operand of a product, with strides for batch and both axes. */
const matrixAccess = (view: View, address: Place): Access<Place> => {
  const rank = view.dims.length
  const [, rows, columns] = threeOf(view.dims)
  const batch = rank === 2 ? 0 : rank === 3 ? view.strides[0]! : rows * columns
  return { address, strides: [batch, view.strides[rank - 2]!, view.strides[rank - 1]!] }
}

/** An access over loops without axes of one element, with a stride for each of batch, rows and columns. */
const tiled = ({ address, strides }: Access<Place>, dims: readonly [number, number, number]): Access<Place> => ({
  address,
  strides: dims.map((n, axis) => (n === 1 ? 0 : strides[dims.slice(0, axis).filter((m) => m !== 1).length]!))
})

/** A product and what follows it; `room` is where the room begins that it takes besides that of copied operands. */
const productOf = (facts: Facts, kernel: Kernel, stored: readonly number[]): Matmul<Place> => {
  const { graph } = facts
  const root = kernel.root!
  const three = threeOf(graph.nodes[root]!.dims)
  const views = operandViews(facts, root)
  const { places, isCopied, bytes } = copiesOf(facts, views, hasOneBatch)
  const [left, right] = views.map((view, i) =>
    matrixAccess(isCopied[i]! ? { ...view, strides: stridesOf(view.dims) } : view, places[i]!)
  )
  const { loads, evaluate } = bodyOf(facts, kernel)
  const results = [root, ...kernel.members].filter((i) => stored.includes(i))
  const [{ dims: leftDims }] = views as readonly [View, View]
  return {
    batch: three[0],
    rows: three[1],
    inner: leftDims[leftDims.length - 1]!,
    columns: three[2],
    left: left!,
    right: right!,
    loads: loads.map((load) => tiled(load, three)),
    body: (product, vectors) => {
      const { valueOf } = evaluate(vectors, product)
      return results.map(valueOf)
    },
    results: results.map((i) => {
      const whole = { address: { node: i, offset: 0 }, strides: [three[1] * three[2], three[2], 1] }
      return graph.nodes[i]!.dims.length > 3 ? whole : tiled(storeOf(facts, i), three)
    }),
    room: { node: null, offset: bytes }
  }
}

/** What an element of a function of many instructions counts as. */
const HEAVY = 16

/** How many parts a kernel is done in: as many as there are threads, where it is worth it and needs nothing of the host. */
const partsOf = (facts: Facts, kernel: Kernel): number => {
  const { module, graph } = facts
  if (module.threads === 1 || kernel.members.some((i) => is(facts, i, 'callsHost'))) return 1
  const elements = sizeOf(kernel.dims)
  const each = kernel.members.reduce((work, i) => work + (is(facts, i, 'heavy') ? HEAVY : 1), kernel.reductions.length)
  switch (kernel.kind) {
    case 'Loop':
      return elements * each < module.worth ? 1 : module.threads
    case 'Matmul': {
      const left = graph.nodes[entryAt(graph, kernel.root!).inputs[0]!]!.dims
      return elements * (left[left.length - 1]! + each) < module.worth ? 1 : module.threads
    }
    case 'Standalone':
      return elements * HEAVY < module.worth ? 1 : module.threads
  }
}

const lowerLoop = (facts: Facts, kernel: Kernel, stored: readonly number[], count: number): Lowered => {
  const { loads, results, ...nest } = loopOf(facts, kernel, stored)
  return {
    room: 0,
    emit: (context, room) => {
      const at = resolved(addressOfPlace(context, room))
      const placed = {
        ...nest,
        loads: loads.map(at),
        results: results.map(({ to, ...how }) => ({ ...how, to: at(to) }))
      }
      return { before: [], parts: splitLoop(facts.lanes, placed, count).map((part) => loop(facts.lanes, part)) }
    }
  }
}

const lowerProduct = (facts: Facts, kernel: Kernel, stored: readonly number[], count: number): Lowered => {
  const product = productOf(facts, kernel, stored)
  const method: Method<Place> = methodOf(facts.lanes, product, count)
  const total = product.room.offset + method.room
  return {
    room: total,
    emit: (context, room) => {
      checkRoom(context, room + total)
      const operands = denseOperands(context, operandViews(context, kernel.root!), room, hasOneBatch)
      const placed = placedMethod(method, addressOfPlace(context, room))
      const { before, parts } = matmul(facts.lanes, placed, count, context.module.add)
      return { before: [...operands.flatMap((operand) => operand.before), ...before], parts }
    }
  }
}

const lowerStandalone = (facts: Facts, kernel: Kernel, count: number): Lowered => {
  const root = kernel.root!
  const [twin] = kernel.members
  const [own, other] =
    twin !== undefined && leads(entryAt(facts.graph, twin), entryAt(facts.graph, root)) ? [twin, root] : [root, twin]
  return {
    room: roomOfStandalone(facts, root),
    emit: (context, room) => standalone(context, own, other, room, count)
  }
}

/** Decides how a kernel is computed whose stored entries are `stored`. */
export const lower = (facts: Facts, kernel: Kernel, stored: readonly number[]): Lowered => {
  const count = partsOf(facts, kernel)
  switch (kernel.kind) {
    case 'Loop':
      return lowerLoop(facts, kernel, stored, count)
    case 'Matmul':
      return lowerProduct(facts, kernel, stored, count)
    case 'Standalone':
      return lowerStandalone(facts, kernel, count)
  }
}
