import type { Access } from '../machine/access.ts'
import { loop } from '../machine/loop.ts'
import { matmul, packedSize } from '../machine/matmul.ts'
import type { Loop, Result } from '../machine/nest.ts'
import type { Matmul } from '../machine/product.ts'
import { splitLoop, type Work } from '../machine/split.ts'
import type { Value } from '../machine/wasm.ts'
import { table } from '../primitive/table.ts'
import { type Dims, sizeBetween, sizeOf, stridesOf } from '../tensor/dims.ts'
import { bufferOf } from '../tensor/tensor.ts'
import { alone, roomOfAlone } from './alone.ts'
import {
  accessOf,
  type Context,
  type Dense,
  denseOperands,
  entryAt,
  operandViews,
  plain,
  sizeOfCopies
} from './operands.ts'
import { type Lowering, loweringOf } from './lowering.ts'
import { type Kernel, reducedStrides } from './schedule.ts'
import { isDense, type View } from './view.ts'

/** From kernels to statements of the machine. */

/** A number that is known when the program is made, and the same everywhere. */
const literalOf = ({ graph }: Context, view: View): number | null => {
  const node = graph.nodes[view.base]!
  return node._tag === 'Constant' && sizeOf(node.dims) === 1 ? bufferOf(node.value)![0]! : null
}

const loweringAt = ({ graph }: Context, index: number): Lowering => loweringOf(entryAt(graph, index).primitive)

const is = (context: Context, index: number, what: 'heavy' | 'callsHost'): boolean => {
  const lowering = loweringAt(context, index)
  return lowering._tag === 'Pointwise' && lowering[what]
}

/** Members as one function of vectors: each operand is a literal, an earlier member, or one of the vectors loaded. */
const bodyOf = (context: Context, kernel: Kernel) => {
  const { graph, views, lanes, module } = context
  const loads: Access[] = []
  const keys = new Map<string, number>()
  const own = new Set([...kernel.members, ...(kernel.kind === 'Matmul' ? [kernel.root!] : [])])

  type Source =
    | { readonly _tag: 'Literal'; readonly value: number }
    | { readonly _tag: 'Own'; readonly node: number }
    | { readonly _tag: 'Load'; readonly index: number }
  const sourceOf = (input: number, dims: Dims): Source => {
    const view = views[input]!
    const literal = literalOf(context, view)
    if (literal !== null) return { _tag: 'Literal', value: literal }
    if (own.has(view.base)) return { _tag: 'Own', node: view.base }
    const access = accessOf(context, view, dims)
    const key = `${access.address} ${access.strides.join(' ')}`
    const known = keys.get(key)
    if (known !== undefined) return { _tag: 'Load', index: known }
    keys.set(key, loads.length)
    return { _tag: 'Load', index: loads.push(access) - 1 }
  }
  const plans = kernel.members.map((i) => {
    const { params, inputs, dims } = entryAt(graph, i)
    const lowering = loweringAt(context, i)
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

/** Where an entry's elements are stored, over loops without axes of one element. */
const storeOf = ({ addressOf, graph }: Context, node: number): Access => {
  const dims = plain(graph.nodes[node]!.dims)
  return { address: addressOf(node), strides: stridesOf(dims) }
}

const loopOf = (context: Context, kernel: Kernel, stored: readonly number[]): Loop => {
  const { graph } = context
  const { loads, evaluate } = bodyOf(context, kernel)
  const members = kernel.members.filter((i) => stored.includes(i))
  const placeOf = (i: number): Access => {
    const node = entryAt(graph, i)
    // a copy is written in the order of what it copies
    return loweringAt(context, i)._tag === 'Pointwise'
      ? storeOf(context, i)
      : { address: context.addressOf(i), strides: stridesOf(plain(graph.nodes[node.inputs[0]!]!.dims)) }
  }
  const reductions = kernel.reductions.map((i): Result => {
    const { params, inputs } = entryAt(graph, i)
    const lowering = loweringAt(context, i)
    const dims = graph.nodes[inputs[0]!]!.dims
    const strides = reducedStrides({ dims }, (params as { readonly axes: readonly number[] }).axes)
    return {
      to: { address: context.addressOf(i), strides: dims.flatMap((n, d) => (n === 1 ? [] : [strides[d]!])) },
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
    results: [...members.map((i): Result => ({ to: placeOf(i), reduction: null })), ...reductions],
    heavy: kernel.members.some((i) => is(context, i, 'heavy'))
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
const matrixAccess = (view: View, address: number): Access => {
  const rank = view.dims.length
  const [, rows, columns] = threeOf(view.dims)
  const batch = rank === 2 ? 0 : rank === 3 ? view.strides[0]! : rows * columns
  return { address, strides: [batch, view.strides[rank - 2]!, view.strides[rank - 1]!] }
}

/** An access over loops without axes of one element, with a stride for each of batch, rows and columns. */
const tiled = ({ address, strides }: Access, dims: readonly [number, number, number]): Access => ({
  address,
  strides: dims.map((n, axis) => (n === 1 ? 0 : strides[dims.slice(0, axis).filter((m) => m !== 1).length]!))
})

const productOf = (
  context: Context,
  kernel: Kernel,
  stored: readonly number[],
  operands: readonly Dense[],
  room: number
): Matmul => {
  const { graph } = context
  const root = kernel.root!
  const three = threeOf(graph.nodes[root]!.dims)
  const [left, right] = operandViews(context, root)
  const access = (view: View, { address, before }: Dense): Access =>
    matrixAccess(before.length === 0 ? view : { ...view, strides: stridesOf(view.dims) }, address)
  const { loads, evaluate } = bodyOf(context, kernel)
  const results = [root, ...kernel.members].filter((i) => stored.includes(i))
  return {
    batch: three[0],
    rows: three[1],
    inner: left!.dims[left!.dims.length - 1]!,
    columns: three[2],
    left: access(left!, operands[0]!),
    right: access(right!, operands[1]!),
    loads: loads.map((load) => tiled(load, three)),
    body: (product, vectors) => {
      const { valueOf } = evaluate(vectors, product)
      return results.map(valueOf)
    },
    results: results.map((i) => {
      const whole = { address: context.addressOf(i), strides: [three[1] * three[2], three[2], 1] }
      return graph.nodes[i]!.dims.length > 3 ? whole : tiled(storeOf(context, i), three)
    }),
    room
  }
}

/** What an element of a function of many instructions counts as. */
const HEAVY = 16

/** How many parts a kernel is done in: as many as there are threads, where it is worth it and needs nothing of the host. */
const partsOf = (context: Context, kernel: Kernel): number => {
  const { module, graph } = context
  if (module.threads === 1 || kernel.members.some((i) => is(context, i, 'callsHost'))) return 1
  const elements = sizeOf(kernel.dims)
  const each = kernel.members.reduce(
    (work, i) => work + (is(context, i, 'heavy') ? HEAVY : 1),
    kernel.reductions.length
  )
  switch (kernel.kind) {
    case 'Loop':
      return elements * each < module.worth ? 1 : module.threads
    case 'Matmul': {
      const left = graph.nodes[entryAt(graph, kernel.root!).inputs[0]!]!.dims
      return elements * (left[left.length - 1]! + each) < module.worth ? 1 : module.threads
    }
    case 'Alone':
      return elements * HEAVY < module.worth ? 1 : module.threads
  }
}

/** How many bytes of room a kernel wants whose stored entries are `stored`: how it is done depends on where they go. */
export const roomOf = (context: Context, kernel: Kernel, stored: readonly number[]): number => {
  if (kernel.kind === 'Loop') return 0
  if (kernel.kind === 'Alone') return roomOfAlone(context, kernel.root!)
  const views = operandViews(context, kernel.root!)
  const operands = denseOperands(context, views, 0, hasOneBatch)
  return (
    sizeOfCopies(context, views, hasOneBatch) +
    packedSize(context.lanes, productOf(context, kernel, stored, operands, 0), partsOf(context, kernel)) *
      context.lanes.bytes
  )
}

/** The statements of a kernel whose stored entries are `stored`, and whose own room begins at `room`. */
export const emit = (context: Context, kernel: Kernel, stored: readonly number[], room: number): Work => {
  const count = partsOf(context, kernel)
  switch (kernel.kind) {
    case 'Loop':
      return {
        before: [],
        parts: splitLoop(context.lanes, loopOf(context, kernel, stored), count).map((part) => loop(context.lanes, part))
      }
    case 'Matmul': {
      const views = operandViews(context, kernel.root!)
      const operands = denseOperands(context, views, room, hasOneBatch)
      const after = room + sizeOfCopies(context, views, hasOneBatch)
      const product = productOf(context, kernel, stored, operands, after)
      const { before, parts } = matmul(context.lanes, product, count, context.module.add)
      return { before: [...operands.flatMap((operand) => operand.before), ...before], parts }
    }
    case 'Alone': {
      const [twin] = kernel.members
      const isLogarithm = (i: number): boolean => (entryAt(context.graph, i).primitive as object) === table.logSoftmax
      return twin !== undefined && isLogarithm(twin)
        ? alone(context, twin, kernel.root!, room, count)
        : alone(context, kernel.root!, twin, room, count)
    }
  }
}
