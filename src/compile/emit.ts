import { type Access, resolved } from '../machine/access.ts'
import { loop } from '../machine/loop.ts'
import { matmul, type Method, methodOf, placedMethod } from '../machine/matmul.ts'
import type { Loop, Result } from '../machine/nest.ts'
import type { Matmul } from '../machine/product.ts'
import { splitLoop, type Work } from '../machine/split.ts'
import type { Value } from '../machine/wasm.ts'
import { type Dims, sizeBetween, sizeOf, stridesOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { scratchOfStandalone, standalone } from './standalone.ts'
import {
  resolveAddress,
  checkScratch,
  type Context,
  copiesOf,
  denseOperands,
  entryAt,
  type Facts,
  literalOf,
  operandViews,
  type RelativeAddress,
  relativeAccessOf
} from './operands.ts'
import { type Lowering, loweringOf } from './lowering.ts'
import { type Kernel, computesSibling, reducedStrides, weightOf } from './schedule.ts'
import { isBackwards, isDense, type View } from './view.ts'

/**
 * Lowers kernels to WebAssembly statements, in two stages. `lower` makes all decisions that do not need addresses;
 * memory is planned from them, and `emit` generates the statements from the same value once addresses are known.
 */

/** A lowered kernel: all decisions made, no addresses yet. */
export interface Lowered {
  /** Bytes of scratch. */
  readonly scratch: number
  /** Generates its statements, with its scratch at an address. */
  readonly emit: (context: Context, scratch: number) => Work
}

const loweringAt = ({ graph }: Facts, index: number): Lowering => loweringOf(entryAt(graph, index).primitive)

const hasFlag = (facts: Facts, index: number, what: 'heavy' | 'callsHost'): boolean => {
  const lowering = loweringAt(facts, index)
  return lowering._tag === 'Pointwise' && lowering[what]
}

/** The fused body of a kernel: each operand of a member is a literal, an earlier member, or a loaded vector. */
const bodyOf = (facts: Facts, kernel: Kernel) => {
  const { graph, views, lanes, module } = facts
  const loads: Access<RelativeAddress>[] = []
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
  /** Computes the members from the loaded vectors. */
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

/** An access of vectorised arithmetic: elements must have the program's precision. */
const elementsOf = (facts: Facts, view: View, dims: Dims): Access<RelativeAddress> =>
  facts.bytesOf(view.base) === facts.lanes.bytes
    ? relativeAccessOf(facts, view, dims)
    : fail('InternalError', 'compile: arithmetic on the words of a key in single precision; please report it')

/** The dense store of an entry, over loops without axes of size 1. */
const storeOf = (facts: Facts, node: number, dims = facts.graph.nodes[node]!.dims): Access<RelativeAddress> =>
  elementsOf(facts, { base: node, offset: 0, dims, strides: stridesOf(dims) }, dims)

/** A loop with relative addresses. */
interface UnplacedLoop extends Pick<Loop, 'dims' | 'body' | 'interleaved'> {
  readonly loads: readonly Access<RelativeAddress>[]
  readonly results: readonly { readonly to: Access<RelativeAddress>; readonly reduction: Result['reduction'] }[]
}

/** The most work, in weighted entries, for which three interleaved vectors do not spill. */
const MAX_INTERLEAVED = { single: 48, double: 32 } as const

const interleavedOf = (facts: Facts, { members }: Kernel): number =>
  !members.some((i) => hasFlag(facts, i, 'heavy'))
    ? 1
    : members.reduce((work, i) => work + weightOf(entryAt(facts.graph, i)), 0) > MAX_INTERLEAVED[facts.lanes.precision]
      ? 2
      : 3

const loopOf = (facts: Facts, kernel: Kernel, stored: readonly number[]): UnplacedLoop => {
  const { graph } = facts
  const { loads, evaluate } = bodyOf(facts, kernel)
  const members = kernel.members.filter((i) => stored.includes(i))
  const placeOf = (i: number): Access<RelativeAddress> => {
    const node = entryAt(graph, i)
    // a copy is stored in the order of its operand
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

/** A shape as batch, rows and columns: the leading axes are flattened to the batch. */
const batchRowsColumns = (dims: Dims): readonly [number, number, number] => [
  sizeBetween(dims, 0, dims.length - 2),
  dims[dims.length - 2]!,
  dims[dims.length - 1]!
]

/** Whether a product can read it: the leading axes have one stride, and none goes backwards. */
const hasOneBatch = (view: View): boolean => (view.dims.length <= 3 && !isBackwards(view)) || isDense(view)

/** An operand of a product, with strides for batch and both axes. */
const matrixAccess = (view: View, address: RelativeAddress): Access<RelativeAddress> => {
  const rank = view.dims.length
  const [, rows, columns] = batchRowsColumns(view.dims)
  const batch = rank === 2 ? 0 : rank === 3 ? view.strides[0]! : rows * columns
  return { address, strides: [batch, view.strides[rank - 2]!, view.strides[rank - 1]!] }
}

/** Re-inserts the strides of size-1 axes, for batch, rows and columns. */
const batched = (
  { address, strides }: Access<RelativeAddress>,
  dims: readonly [number, number, number]
): Access<RelativeAddress> => ({
  address,
  strides: dims.map((n, axis) => (n === 1 ? 0 : strides[dims.slice(0, axis).filter((m) => m !== 1).length]!))
})

/** A product with its epilogue; its scratch follows the copies of operands. */
const matmulOf = (facts: Facts, kernel: Kernel, stored: readonly number[]): Matmul<RelativeAddress> => {
  const { graph } = facts
  const root = kernel.root!
  const three = batchRowsColumns(graph.nodes[root]!.dims)
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
    loads: loads.map((load) => batched(load, three)),
    body: (product, vectors) => {
      const { valueOf } = evaluate(vectors, product)
      return results.map(valueOf)
    },
    results: results.map((i) => {
      const whole = { address: { node: i, offset: 0 }, strides: [three[1] * three[2], three[2], 1] }
      return graph.nodes[i]!.dims.length > 3 ? whole : batched(storeOf(facts, i), three)
    }),
    scratch: { node: null, offset: bytes }
  }
}

/** The weight of a heavy function, in simple operations. */
const HEAVY = 16

/** The number of parts of a kernel: the thread count, if there is enough work and it does not call the host. */
const partsOf = (facts: Facts, kernel: Kernel): number => {
  const { module, graph } = facts
  if (module.threads === 1 || kernel.members.some((i) => hasFlag(facts, i, 'callsHost'))) return 1
  const elements = sizeOf(kernel.dims)
  const each = kernel.members.reduce(
    (work, i) => work + (hasFlag(facts, i, 'heavy') ? HEAVY : 1),
    kernel.reductions.length
  )
  switch (kernel.kind) {
    case 'Loop':
      return elements * each < module.parallelThreshold ? 1 : module.threads
    case 'Matmul': {
      const left = graph.nodes[entryAt(graph, kernel.root!).inputs[0]!]!.dims
      return elements * (left[left.length - 1]! + each) < module.parallelThreshold ? 1 : module.threads
    }
    case 'Standalone':
      return elements * HEAVY < module.parallelThreshold ? 1 : module.threads
  }
}

const lowerLoop = (facts: Facts, kernel: Kernel, stored: readonly number[], count: number): Lowered => {
  const { loads, results, ...nest } = loopOf(facts, kernel, stored)
  return {
    scratch: 0,
    emit: (context, scratch) => {
      const at = resolved(resolveAddress(context, scratch))
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
  const product = matmulOf(facts, kernel, stored)
  const method: Method<RelativeAddress> = methodOf(facts.lanes, product, count)
  const total = product.scratch.offset + method.scratch
  return {
    scratch: total,
    emit: (context, scratch) => {
      checkScratch(context, scratch + total)
      const operands = denseOperands(context, operandViews(context, kernel.root!), scratch, hasOneBatch)
      const placed = placedMethod(method, resolveAddress(context, scratch))
      const { before, parts } = matmul(facts.lanes, placed, count, context.module.add)
      return { before: [...operands.flatMap((operand) => operand.before), ...before], parts }
    }
  }
}

const lowerStandalone = (facts: Facts, kernel: Kernel, count: number): Lowered => {
  const root = kernel.root!
  const [sibling] = kernel.members
  const [own, other] =
    sibling !== undefined && computesSibling(entryAt(facts.graph, sibling), entryAt(facts.graph, root))
      ? [sibling, root]
      : [root, sibling]
  return {
    scratch: scratchOfStandalone(facts, root),
    emit: (context, scratch) => standalone(context, own, other, scratch, count)
  }
}

/** Lowers a kernel; `stored` are the entries that it stores. */
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
