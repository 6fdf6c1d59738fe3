import { type Dims, reducedDims, sameDims, stridesOf } from '../tensor/dims.ts'
import { type Entry, type Graph, type Node, resultsOf } from './graph.ts'
import { loweringOf } from './lowering.ts'
import { orderOf } from './order.ts'
import { along, squeezed, squeezedDims, type View } from './view.ts'

/**
 * What is computed together: a partition of a graph's entries into kernels, each one loop nest over memory, in an order in
 * which each has what it needs. Elementwise entries of one shape share a loop, with the sums of what they give; those that
 * follow a matrix product are done to its tiles before they are stored.
 */
export interface Kernel {
  readonly kind: 'Loop' | 'Matmul' | 'Standalone'
  /** What its loops run over, without axes of one element; of no use for one that stands alone. */
  readonly dims: Dims
  /** The matrix product, or the entry that stands alone. */
  readonly root: number | null
  /** Elementwise entries, each after what it needs; of a standalone entry, its twin. */
  readonly members: readonly number[]
  /** Sums and maxima of members, or of nodes from elsewhere. */
  readonly reductions: readonly number[]
}

/** The most entries of a loop, sums included: with more the operands no longer fit in registers. */
const MOST = 64
/** What an entry of many instructions counts as. */
const HEAVY = 4

type Role = 'View' | 'Pointwise' | 'Copy' | 'Reduction' | 'Matmul' | 'Standalone'

/** What is to be done about a node. A view that has to be moved after all is a copy, an elementwise one. */
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

/** Whether a view over a loop's shape is that of an element of the loop itself. */
export const isIdentity = (view: View, dims: Dims): boolean => {
  const seen = squeezed(along(view, dims))
  return view.offset === 0 && sameDims(seen.dims, squeezedDims(dims)) && sameDims(seen.strides, stridesOf(seen.dims))
}

/** Whether an entry's kernel gives the other entry as well. */
export const leads = (entry: Entry, other: Entry): boolean => {
  const lowering = loweringOf(entry.primitive)
  return (
    lowering._tag === 'Kernel' &&
    lowering.twin?.primitive === other.primitive &&
    lowering.twin.fits(entry.dims, entry.params as never, other.params as never)
  )
}

/** How much an entry counts in a loop. */
export const weightOf = ({ primitive }: Entry): number => {
  const lowering = loweringOf(primitive)
  return lowering._tag === 'Pointwise' && lowering.heavy ? HEAVY : 1
}

type Draft = Omit<Kernel, 'members' | 'reductions'> & {
  readonly members: number[]
  readonly reductions: number[]
}

/** How many of the latest kernels with the same loops are tried for an entry that has no operand in any of them. */
const RECENT = 4

/** Groups the entries of a graph, and puts the groups in order. */
export const scheduleOf = (
  graph: Graph,
  views: readonly View[],
  donations: readonly (readonly [output: number, input: number])[]
): readonly Kernel[] => {
  const { nodes } = graph
  const drafts: Draft[] = []
  /** How much is computed in each. */
  const weights: number[] = []
  const order = orderOf()
  /** The kernel that computes a node. */
  const home = new Map<number, number>()
  /** The latest kernels of each loop shape. */
  const recent = new Map<string, readonly number[]>()
  /** The standalone kernels of each node. */
  const standalone = new Map<number, readonly number[]>()

  const sourcesOf = (node: Entry): readonly number[] => node.inputs.map((i) => views[i]!.base)
  const homesOf = (node: Entry): readonly number[] => sourcesOf(node).flatMap((base) => home.get(base) ?? [])

  const begin = (kind: Kernel['kind'], dims: Dims, root: number | null, needed: readonly number[]): number => {
    const k = order.add(needed)
    drafts.push({ kind, dims, root, members: [], reductions: [] })
    weights.push(0)
    const key = dims.join(' ')
    if (kind !== 'Standalone') recent.set(key, [k, ...(recent.get(key) ?? [])].slice(0, RECENT))
    return k
  }

  /** Whether a node is there, element by element, inside the loop of a kernel. */
  const isOwn = (base: number, k: number): boolean => drafts[k]!.root === base || drafts[k]!.members.includes(base)

  /** Whether an entry can be computed in a kernel: each operand is its own, element by element, or ready before it. */
  const fits = (node: Entry, dims: Dims, k: number): boolean =>
    weights[k]! < MOST &&
    node.inputs.every(
      (input) => home.get(views[input]!.base) !== k || (isOwn(views[input]!.base, k) && isIdentity(views[input]!, dims))
    ) &&
    order.mayNeed(k, homesOf(node))

  /** A product's tiles have rows and columns, and one axis more at most. */
  const takesMembers = ({ kind, root }: Draft): boolean =>
    kind === 'Loop' || (kind === 'Matmul' && nodes[root!]!.dims.length <= 3)

  /** The kernel of an elementwise entry: rather one that has an operand of it, the latest first. */
  const place = (node: Entry, dims: Dims): number => {
    const short = squeezedDims(dims)
    const homes = homesOf(node)
    const own = homes.toSorted((a, b) => b - a)
    const others = recent.get(short.join(' ')) ?? []
    const found = [...own, ...others.filter((k) => drafts[k]!.kind === 'Loop')].find(
      (k) => takesMembers(drafts[k]!) && sameDims(drafts[k]!.dims, short) && fits(node, dims, k)
    )
    return found ?? begin('Loop', short, null, homes)
  }

  /** The kernel of an entry with the same operand that gives this one as well, or the other way round. */
  const twinOf = (node: Entry): number | undefined =>
    (standalone.get(node.inputs[0]!) ?? []).find((k) => {
      const other = nodes[drafts[k]!.root!] as Entry
      return drafts[k]!.members.length === 0 && (leads(node, other) || leads(other, node))
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
        const k = place(node, dims)
        order.need(k, homesOf(node))
        drafts[k]!.members.push(i)
        weights[k] = weights[k]! + weightOf(node)
        home.set(i, k)
        return
      }
      case 'Reduction': {
        // sums are taken in a loop that has what is summed, or that needs nothing of what follows it; not of a product's tiles
        const k = place(node, dims)
        const target = drafts[k]!.kind === 'Loop' ? k : begin('Loop', squeezedDims(dims), null, homesOf(node))
        order.need(target, homesOf(node))
        drafts[target]!.reductions.push(i)
        weights[target] = weights[target]! + 1
        home.set(i, target)
        return
      }
      case 'Matmul':
        home.set(i, begin('Matmul', squeezedDims(dims), i, homesOf(node)))
        return
      case 'Standalone': {
        const twin = twinOf(node)
        if (twin !== undefined) {
          drafts[twin]!.members.push(i)
          home.set(i, twin)
          return
        }
        const k = begin('Standalone', squeezedDims(dims), i, homesOf(node))
        resultsOf(graph, i).forEach((result) => home.set(result, k))
        const [source] = node.inputs
        if (source !== undefined) standalone.set(source, [k, ...(standalone.get(source) ?? [])].slice(0, RECENT))
        return
      }
    }
  })
  // what takes the place of an input waits for those that read it, where none of them waits for it
  const readers = new Map<number, number[]>(donations.map(([, input]) => [input, []]))
  nodes.forEach((node, i) => {
    const reader = home.get(i)
    if (node._tag === 'Entry' && reader !== undefined)
      sourcesOf(node).forEach((base) => readers.get(base)?.push(reader))
  })
  donations.forEach(([position, input]) => {
    const writer = home.get(views[graph.outputs[position]!]!.base)
    if (writer === undefined) return
    readers.get(input)!.forEach((reader) => {
      if (order.mayNeed(writer, [reader])) order.need(writer, [reader])
    })
  })
  return order.sorted().map((k) => drafts[k]!)
}

export const reducedStrides = (view: { readonly dims: Dims }, axes: readonly number[]): readonly number[] => {
  const strides = stridesOf(reducedDims(view.dims, axes, true))
  return strides.map((stride, i) => (axes.includes(i) ? 0 : stride))
}
