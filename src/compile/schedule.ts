import { type Dims, reducedDims, sameDims, stridesOf } from '../tensor/dims.ts'
import { takesTwin } from '../machine/softmax.ts'
import { table } from '../primitive/table.ts'
import type { Graph, Node } from './graph.ts'
import { loweringOf } from './lowering.ts'
import { along, squeezed, type View } from './view.ts'

/**
 * What is computed together: a partition of a graph's entries into kernels, each one loop nest over memory, in an order in
 * which each has what it needs. Elementwise entries of one shape share a loop, with the sums of what they give; those that
 * follow a matrix product are done to its tiles before they are stored.
 */
export interface Kernel {
  readonly kind: 'Loop' | 'Matmul' | 'Alone'
  /** What its loops run over, without axes of one element; of no use for one that stands alone. */
  readonly dims: Dims
  /** The matrix product, or the entry that stands alone. */
  readonly root: number | null
  /** Elementwise entries, each after what it needs; of a softmax, its logarithm that comes with it, or the other way round. */
  readonly members: readonly number[]
  /** Sums and maxima of members, or of nodes from elsewhere. */
  readonly reductions: readonly number[]
}

/** The most entries of a loop: with more the operands no longer fit in registers. */
const MOST = 64

type Role = 'View' | 'Pointwise' | 'Copy' | 'Reduction' | 'Matmul' | 'Alone'

/** What is to be done about a node. A view that has to be moved after all is a copy, an elementwise one. */
export const roleOf = (node: Node, index: number, view: View): Role => {
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
      return 'Alone'
  }
}

/** The shape that an entry's loop runs over. */
const loopDims = (node: Extract<Node, { _tag: 'Entry' }>, role: Role, nodes: readonly Node[]): Dims =>
  role === 'Reduction' || role === 'Copy' ? nodes[node.inputs[0]!]!.dims : node.dims

const plain = (dims: Dims): Dims => dims.filter((n) => n !== 1)

/** Whether a view over a loop's shape is that of an element of the loop itself. */
export const isIdentity = (view: View, dims: Dims): boolean => {
  const seen = squeezed(along(view, dims))
  return view.offset === 0 && sameDims(seen.dims, plain(dims)) && sameDims(seen.strides, stridesOf(seen.dims))
}

/** What is computed along with a primitive at little cost. */
const twinned = (primitive: object): object | null =>
  primitive === table.softmax ? table.logSoftmax : primitive === table.logSoftmax ? table.softmax : null

interface Draft {
  readonly kind: Kernel['kind']
  readonly dims: Dims
  readonly root: number | null
  readonly members: number[]
  readonly reductions: number[]
  /** The kernels it needs, directly or not. */
  readonly needs: Set<number>
}

/** Groups the entries of a graph, and puts the groups in order. */
export const scheduleOf = (
  graph: Graph,
  views: readonly View[],
  donations: readonly (readonly [output: number, input: number])[]
): readonly Kernel[] => {
  const { nodes } = graph
  const drafts: Draft[] = []
  /** The kernel that computes a node. */
  const home = new Map<number, number>()
  /** The latest kernels of each loop shape. */
  const byDims = new Map<string, number[]>()

  const sourcesOf = (node: Extract<Node, { _tag: 'Entry' }>): readonly number[] =>
    node.inputs.map((i) => views[i]!.base)
  const homesOf = (node: Extract<Node, { _tag: 'Entry' }>): readonly number[] =>
    sourcesOf(node).flatMap((base) => home.get(base) ?? [])

  const begin = (kind: Kernel['kind'], dims: Dims, root: number | null, needed: readonly number[]): number => {
    const needs = new Set<number>(needed.flatMap((k) => [k, ...drafts[k]!.needs]))
    const index = drafts.push({ kind, dims, root, members: [], reductions: [], needs }) - 1
    const key = dims.join(' ')
    if (kind !== 'Alone') byDims.set(key, [...(byDims.get(key) ?? []), index])
    return index
  }

  /** Whether an entry can be computed in a kernel: each operand is its own, element by element, or ready before it. */
  const fits = (node: Extract<Node, { _tag: 'Entry' }>, dims: Dims, k: number): boolean =>
    drafts[k]!.members.length < MOST &&
    node.inputs.every((input) => {
      const at = home.get(views[input]!.base)
      if (at === undefined) return true
      return at === k ? isOwn(views[input]!.base, k) && isIdentity(views[input]!, dims) : !drafts[at]!.needs.has(k)
    })
  /** Whether a node is there, element by element, inside the loop of a kernel. */
  const isOwn = (base: number, k: number): boolean => drafts[k]!.root === base || drafts[k]!.members.includes(base)

  const join = (k: number, node: Extract<Node, { _tag: 'Entry' }>): void => waitFor(k, homesOf(node))

  /** A kernel needs others, and so does what needs it. */
  const waitFor = (k: number, others: readonly number[]): void => {
    const more = new Set(others.flatMap((h) => (h === k ? [] : [h, ...drafts[h]!.needs])))
    drafts.forEach(({ needs }, j) => {
      if (j === k || needs.has(k)) more.forEach((m) => needs.add(m))
    })
  }

  /** A product's tiles have rows and columns, and one axis more at most. */
  const takesMembers = ({ kind, root }: Draft): boolean =>
    kind === 'Loop' || (kind === 'Matmul' && nodes[root!]!.dims.length <= 3)

  /** The kernel of an elementwise entry: rather one that has an operand of it, the latest first. */
  const place = (node: Extract<Node, { _tag: 'Entry' }>, dims: Dims): number => {
    const short = plain(dims)
    const own = homesOf(node).toSorted((a, b) => b - a)
    const others = (byDims.get(short.join(' ')) ?? []).slice(-4).reverse()
    const found = [...own, ...others.filter((k) => drafts[k]!.kind === 'Loop')].find(
      (k) => takesMembers(drafts[k]!) && sameDims(drafts[k]!.dims, short) && fits(node, dims, k)
    )
    return found ?? begin('Loop', short, null, homesOf(node))
  }

  /** The kernel of a softmax's logarithm, or of a logarithm's softmax: one gives both. */
  const twinOf = (node: Extract<Node, { _tag: 'Entry' }>): number | undefined => {
    const axis = (params: unknown): number => (params as { readonly axis: number }).axis
    const wanted = twinned(node.primitive)
    if (wanted === null) return undefined
    const found = drafts.findIndex(({ kind, root, members }) => {
      const other = kind === 'Alone' && root !== null ? nodes[root]! : undefined
      return (
        other?._tag === 'Entry' &&
        (other.primitive as object) === wanted &&
        members.length === 0 &&
        other.inputs[0] === node.inputs[0] &&
        axis(other.params) === axis(node.params) &&
        takesTwin(node.dims[axis(node.params)]!)
      )
    })
    return found < 0 ? undefined : found
  }

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
        join(k, node)
        drafts[k]!.members.push(i)
        home.set(i, k)
        return
      }
      case 'Reduction': {
        // sums are taken in a loop that has what is summed, or that needs nothing of what follows it; not of a product's tiles
        const k = place(node, dims)
        const target = drafts[k]!.kind === 'Loop' ? k : begin('Loop', plain(dims), null, homesOf(node))
        join(target, node)
        drafts[target]!.reductions.push(i)
        home.set(i, target)
        return
      }
      case 'Matmul': {
        const k = begin('Matmul', plain(dims), i, homesOf(node))
        home.set(i, k)
        return
      }
      case 'Alone': {
        const twin = twinOf(node)
        if (twin !== undefined) {
          drafts[twin]!.members.push(i)
          home.set(i, twin)
          return
        }
        const k = begin('Alone', plain(dims), i, homesOf(node))
        home.set(i, k)
        return
      }
    }
  })
  // what takes the place of an input waits for those that read it, where none of them waits for it
  donations.forEach(([position, input]) => {
    const writer = home.get(views[graph.outputs[position]!]!.base)
    if (writer === undefined) return
    nodes.forEach((node, i) => {
      const reader = home.get(i)
      if (node._tag !== 'Entry' || reader === undefined || reader === writer) return
      if (sourcesOf(node).includes(input) && !drafts[reader]!.needs.has(writer)) waitFor(writer, [reader])
    })
  })
  return inOrder(drafts)
}

/** Kernels after what they need; otherwise as they were begun. */
const inOrder = (drafts: readonly Draft[]): readonly Kernel[] => {
  const done = new Set<number>()
  const order: number[] = []
  const visit = (k: number): void => {
    if (done.has(k)) return
    done.add(k)
    ;[...drafts[k]!.needs].toSorted((a, b) => a - b).forEach(visit)
    order.push(k)
  }
  drafts.forEach((_, k) => visit(k))
  return order.map((k) => {
    const { kind, dims, root, members, reductions } = drafts[k]!
    return { kind, dims, root, members, reductions }
  })
}

export const reducedStrides = (view: { readonly dims: Dims }, axes: readonly number[]): readonly number[] => {
  const strides = stridesOf(reducedDims(view.dims, axes, true))
  return strides.map((stride, i) => (axes.includes(i) ? 0 : stride))
}
