import { type Dims, reducedDims, sameDims, stridesOf } from '../tensor/dims.ts'
import { type Entry, type Graph, type Node, resultsOf } from './graph.ts'
import { loweringOf } from './lowering.ts'
import { orderOf } from './order.ts'
import { along, isBackwards, squeezed, squeezedDims, type View } from './view.ts'

/**
 * Fusion: partitions a graph's entries into kernels, each one loop nest over memory, in topological order. Elementwise
 * entries of one shape share a loop, together with reductions of their results; those that follow a matrix product run
 * in its epilogue.
 */
export interface Kernel {
  readonly kind: 'Loop' | 'Matmul' | 'Standalone'
  /** The shape of its loops, without axes of size 1; not used by a standalone kernel. */
  readonly dims: Dims
  /** The matrix product or the standalone entry. */
  readonly root: number | null
  /** Elementwise entries in topological order; of a standalone kernel, the sibling that it computes too. */
  readonly members: readonly number[]
  /** Reductions of members or of nodes of other kernels. */
  readonly reductions: readonly number[]
}

/** The largest weight of a fused loop, reductions included: limits register pressure. */
const MAX_ENTRIES = 64
/** The weight of an entry of many instructions. */
const HEAVY = 4

type Role = 'View' | 'Pointwise' | 'Copy' | 'Reduction' | 'Matmul' | 'Standalone'

/** The role of a node. A view that cannot be expressed by strides becomes an elementwise copy. */
const roleOf = (node: Node, index: number, view: View): Role => {
  if (node._tag !== 'Entry' || view.base !== index) return 'View'
  switch (loweringOf(node.primitive)._tag) {
    case 'Pointwise':
      return 'Pointwise'
    case 'View':
      return 'Copy'
    case 'Reduction':
      return 'Reduction'
    case 'Product':
      return 'Matmul'
    case 'Kernel':
    case 'Host':
      return 'Standalone'
  }
}

/** The shape that an entry's loop runs over. */
const loopDims = (node: Entry, role: Role, nodes: readonly Node[]): Dims =>
  role === 'Reduction' || role === 'Copy' ? nodes[node.inputs[0]!]!.dims : node.dims

/** Whether a view, over a loop's shape, is the identity: element `i` of the loop reads element `i`. */
export const isIdentity = (view: View, dims: Dims): boolean => {
  const seen = squeezed(along(view, dims))
  return view.offset === 0 && sameDims(seen.dims, squeezedDims(dims)) && sameDims(seen.strides, stridesOf(seen.dims))
}

/** Whether an entry's kernel can compute the other entry too. */
export const computesSibling = (entry: Entry, other: Entry): boolean => {
  const lowering = loweringOf(entry.primitive)
  return (
    lowering._tag === 'Kernel' &&
    lowering.sibling?.primitive === other.primitive &&
    lowering.sibling.fits(entry.dims, entry.params as never, other.params as never)
  )
}

/** The weight of an entry in a loop. */
export const weightOf = ({ primitive }: Entry): number => {
  const lowering = loweringOf(primitive)
  return lowering._tag === 'Pointwise' && lowering.heavy ? HEAVY : 1
}

type Draft = Omit<Kernel, 'members' | 'reductions'> & {
  readonly members: number[]
  readonly reductions: number[]
}

/** How many recent kernels of the same shape are tried for an entry without operands in them. */
const RECENT = 4

/** Fuses the entries of a graph into kernels, in topological order. */
export const scheduleOf = (
  graph: Graph,
  views: readonly View[],
  donations: readonly (readonly [output: number, input: number])[]
): readonly Kernel[] => {
  const { nodes } = graph
  const drafts: Draft[] = []
  /** The weight of each kernel. */
  const weights: number[] = []
  const order = orderOf()
  /** The kernel that computes a node. */
  const kernelOf = new Map<number, number>()
  /** The most recent kernels of each loop shape. */
  const recent = new Map<string, readonly number[]>()
  /** The standalone kernels whose first operand is a node. */
  const standalone = new Map<number, readonly number[]>()

  const sourcesOf = (node: Entry): readonly number[] => node.inputs.map((i) => views[i]!.base)
  const producersOf = (node: Entry): readonly number[] => sourcesOf(node).flatMap((base) => kernelOf.get(base) ?? [])

  const begin = (kind: Kernel['kind'], dims: Dims, root: number | null, needed: readonly number[]): number => {
    const k = order.add(needed)
    drafts.push({ kind, dims, root, members: [], reductions: [] })
    weights.push(0)
    const key = dims.join(' ')
    if (kind !== 'Standalone') recent.set(key, [k, ...(recent.get(key) ?? [])].slice(0, RECENT))
    return k
  }

  /** Whether a kernel's loop computes a node elementwise. */
  const isMember = (base: number, k: number): boolean => drafts[k]!.root === base || drafts[k]!.members.includes(base)

  /**
   * Whether an entry can join a kernel: each operand is an elementwise member, or can be computed before the kernel.
   */
  const fits = (node: Entry, dims: Dims, k: number): boolean =>
    weights[k]! < MAX_ENTRIES &&
    // the tiles of a product read forwards
    (drafts[k]!.kind === 'Loop' || !node.inputs.some((input) => isBackwards(views[input]!))) &&
    node.inputs.every(
      (input) =>
        kernelOf.get(views[input]!.base) !== k || (isMember(views[input]!.base, k) && isIdentity(views[input]!, dims))
    ) &&
    order.canDependOn(k, producersOf(node))

  /** An epilogue supports at most one batch axis. */
  const takesMembers = ({ kind, root }: Draft): boolean =>
    kind === 'Loop' || (kind === 'Matmul' && nodes[root!]!.dims.length <= 3)

  /** The kernel of an elementwise entry: preferably one that computes an operand of it, the latest first. */
  const kernelFor = (node: Entry, dims: Dims): number => {
    const short = squeezedDims(dims)
    const producers = producersOf(node)
    const own = producers.toSorted((a, b) => b - a)
    const others = recent.get(short.join(' ')) ?? []
    const found = [...own, ...others.filter((k) => drafts[k]!.kind === 'Loop')].find(
      (k) => takesMembers(drafts[k]!) && sameDims(drafts[k]!.dims, short) && fits(node, dims, k)
    )
    return found ?? begin('Loop', short, null, producers)
  }

  /** The kernel of a sibling: an entry with the same operand that one kernel can compute together with this one. */
  const siblingOf = (node: Entry): number | undefined =>
    (standalone.get(node.inputs[0]!) ?? []).find((k) => {
      const other = nodes[drafts[k]!.root!] as Entry
      return drafts[k]!.members.length === 0 && (computesSibling(node, other) || computesSibling(other, node))
    })

  nodes.forEach((node, i) => {
    if (node._tag !== 'Entry') return
    const role = roleOf(node, i, views[i]!)
    const dims = loopDims(node, role, nodes)
    switch (role) {
      case 'View':
        return
      case 'Pointwise':
      case 'Copy': {
        const k = kernelFor(node, dims)
        order.addDependencies(k, producersOf(node))
        drafts[k]!.members.push(i)
        weights[k] = weights[k]! + weightOf(node)
        kernelOf.set(i, k)
        return
      }
      case 'Reduction': {
        // a reduction joins a loop, never the epilogue of a product
        const k = kernelFor(node, dims)
        const target = drafts[k]!.kind === 'Loop' ? k : begin('Loop', squeezedDims(dims), null, producersOf(node))
        order.addDependencies(target, producersOf(node))
        drafts[target]!.reductions.push(i)
        weights[target] = weights[target]! + 1
        kernelOf.set(i, target)
        return
      }
      case 'Matmul':
        kernelOf.set(i, begin('Matmul', squeezedDims(dims), i, producersOf(node)))
        return
      case 'Standalone': {
        const sibling = siblingOf(node)
        if (sibling !== undefined) {
          drafts[sibling]!.members.push(i)
          kernelOf.set(i, sibling)
          return
        }
        const k = begin('Standalone', squeezedDims(dims), i, producersOf(node))
        resultsOf(graph, i).forEach((result) => kernelOf.set(result, k))
        const [source] = node.inputs
        if (source !== undefined) standalone.set(source, [k, ...(standalone.get(source) ?? [])].slice(0, RECENT))
        return
      }
    }
  })
  // the writer of a donated buffer runs after the readers of the input, where that closes no cycle
  const readers = new Map<number, number[]>(donations.map(([, input]) => [input, []]))
  nodes.forEach((node, i) => {
    const reader = kernelOf.get(i)
    if (node._tag === 'Entry' && reader !== undefined)
      sourcesOf(node).forEach((base) => readers.get(base)?.push(reader))
  })
  donations.forEach(([position, input]) => {
    const writer = kernelOf.get(views[graph.outputs[position]!]!.base)
    if (writer === undefined) return
    readers.get(input)!.forEach((reader) => {
      if (order.canDependOn(writer, [reader])) order.addDependencies(writer, [reader])
    })
  })
  return order.sorted().map((k) => drafts[k]!)
}

export const reducedStrides = (view: { readonly dims: Dims }, axes: readonly number[]): readonly number[] => {
  const strides = stridesOf(reducedDims(view.dims, axes, true))
  return strides.map((stride, i) => (axes.includes(i) ? 0 : stride))
}
