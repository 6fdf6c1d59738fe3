import { type Dims, sameDims, sizeOf } from '../tensor/dims.ts'
import { aligned } from './align.ts'
import { type Graph, isComputed, resultsOf } from './graph.ts'
import { loweringOf } from './lowering.ts'
import { isIdentity, type Kernel } from './schedule.ts'
import { type Block, spaceOf } from './space.ts'
import { isDense, type View } from './view.ts'

/**
 * Where everything lies in a section's memory, in bytes from its beginning. Inputs and results have places of their own; what
 * is needed only for a while shares places, by the kernels between which it is alive. Made once, before the section has an
 * address: the same plan serves wherever it is put.
 */
export interface Plan {
  /** Offsets of the nodes that are stored. */
  readonly offsets: ReadonlyMap<number, number>
  /** Nodes that lie in the place of an input. */
  readonly inPlace: ReadonlyMap<number, number>
  /** Where the room for a kernel's own use begins. */
  readonly rooms: readonly number[]
  /** Where each output is, its elements one after the other; `null` for a node that lies elsewhere. */
  readonly results: readonly (number | null)[]
  /** Outputs that are put in their places when all is computed: those that are views, or elements of an input. */
  readonly moved: readonly number[]
  /** Outputs that could not be computed in the place of an input, and are copied there at the very end. */
  readonly returned: readonly Donation[]
  /** Bytes in all. */
  readonly bytes: number
}

/** An output, by its position, and the input whose place it takes: the next state of what is a state. */
export type Donation = readonly [output: number, input: number]

/** Gives each of some inputs the first result of its shape that has none yet. */
export const donationsOf = (
  inputs: readonly Dims[],
  donated: readonly number[],
  results: readonly Dims[]
): readonly Donation[] => {
  const taken = new Set<number>()
  return donated.flatMap((input): readonly Donation[] => {
    const found = results.findIndex((dims, output) => !taken.has(output) && sameDims(dims, inputs[input]!))
    if (found < 0) return []
    taken.add(found)
    return [[found, input]]
  })
}

/** An operand of a kernel, and the shape it is looked at along; `null` where that is not element by element. */
export interface Operand {
  readonly input: number
  readonly dims: Dims | null
}

/** What a kernel reads, from memory or of its own results. */
export const operandsOf = ({ nodes }: Graph, { root, members, reductions }: Kernel): readonly Operand[] => {
  const inputsOf = (i: number): readonly number[] => {
    const node = nodes[i]!
    return node._tag === 'Entry' ? node.inputs : []
  }
  const elements = (i: number): readonly Operand[] => {
    const node = nodes[i]!
    const dims = node._tag === 'Entry' && loweringOf(node.primitive)._tag === 'Pointwise' ? node.dims : null
    return inputsOf(i).map((input) => ({ input, dims: dims ?? nodes[input]!.dims }))
  }
  return [
    ...[...members, ...reductions].flatMap(elements),
    ...(root === null ? [] : inputsOf(root).map((input) => ({ input, dims: null })))
  ]
}

/** The nodes a kernel computes. */
const nodesOf = (graph: Graph, { root, members, reductions }: Kernel): readonly number[] => [
  ...(root === null ? [] : resultsOf(graph, root)),
  ...members,
  ...reductions
]

/** The entries of each kernel that are needed outside its loop, and so are stored. */
export const storedOf = (
  graph: Graph,
  views: readonly View[],
  kernels: readonly Kernel[]
): readonly (readonly number[])[] => {
  const wanted = new Set(graph.outputs.map((output) => views[output]!.base))
  kernels.forEach((kernel) => {
    const own = new Set([...kernel.members, ...(kernel.kind === 'Matmul' ? [kernel.root!] : [])])
    operandsOf(graph, kernel).forEach(({ input, dims }) => {
      if (dims === null || !own.has(views[input]!.base)) wanted.add(views[input]!.base)
    })
  })
  // what has several results writes all of them
  return kernels.map((kernel) => {
    const results = kernel.root === null ? [] : resultsOf(graph, kernel.root)
    return nodesOf(graph, kernel).filter((i) => wanted.has(i) || (results.length > 1 && results.includes(i)))
  })
}

export interface PlanSettings {
  readonly graph: Graph
  readonly views: readonly View[]
  readonly kernels: readonly Kernel[]
  /** Bytes of an element of a node. */
  readonly bytesOf: (node: number) => number
  /** The entries of each kernel that are stored. */
  readonly stored: readonly (readonly number[])[]
  /** How many bytes of room each kernel takes. */
  readonly rooms: readonly number[]
  readonly donations: readonly Donation[]
  /** Constants, and inputs that have a place elsewhere. */
  readonly elsewhere: ReadonlySet<number>
  /** Bytes left free behind every place, to see what is written there. */
  readonly guard: number
}

/** Assigns every stored node its place. */
export const planOf = (settings: PlanSettings): Plan => {
  const { graph, views, kernels, bytesOf, stored, rooms: wanted, donations, elsewhere, guard } = settings
  const { nodes } = graph
  const offsets = new Map<number, number>()
  const guarded = (bytes: number): number => aligned(bytes) + guard
  const sizeAt = (node: number): number => guarded(sizeOf(nodes[node]!.dims) * bytesOf(node))
  const lastUse = new Map<number, number>()
  kernels.forEach((kernel, k) => operandsOf(graph, kernel).forEach(({ input }) => lastUse.set(views[input]!.base, k)))
  const homeOf = new Map(kernels.flatMap((kernel, k) => nodesOf(graph, kernel).map((i) => [i, k] as const)))

  // what stays: inputs and constants, then results
  let end = 0
  const inPlace = new Map<number, number>()
  const reserve = (node: number): void => {
    if (offsets.has(node) || elsewhere.has(node) || inPlace.has(node)) return
    offsets.set(node, end)
    end += sizeAt(node)
  }
  nodes.forEach((node, i) => {
    if (!isComputed(node)) reserve(i)
  })
  const isOutput = new Set(graph.outputs.map((output) => views[output]!.base))
  const taken = new Set<number>()
  for (const [position, input] of donations) {
    const view = views[graph.outputs[position]!]!
    const home = homeOf.get(view.base)
    const kernel = home === undefined ? undefined : kernels[home]!
    if (
      kernel !== undefined &&
      !inPlace.has(view.base) &&
      !isOutput.has(input) &&
      isWhole(view) &&
      (lastUse.get(input) ?? -1) <= home! &&
      (kernel.members.includes(view.base)
        ? isOverwritable(graph, views, kernel, input)
        : isCarried(graph, views, kernel, view.base, input))
    ) {
      inPlace.set(view.base, input)
      taken.add(position)
    }
  }
  const donated = new Map(donations)
  const moved: number[] = []
  const results = graph.outputs.map((output, position) => {
    const view = views[output]!
    const isMade = isComputed(nodes[view.base]!)
    if (isMade) reserve(view.base)
    // an input that is a result must be read before it is overwritten, unless it stays
    const stays = donations.length === 0 || donated.get(position) === view.base
    if (isWhole(view) && (isMade || stays)) return offsets.get(inPlace.get(view.base) ?? view.base) ?? null
    moved.push(position)
    const at = end
    end += guarded(sizeOf(view.dims) * bytesOf(output))
    return at
  })
  const returned = donations.filter(([position, input]) => {
    const view = views[graph.outputs[position]!]!
    return !taken.has(position) && !(isWhole(view) && view.base === input)
  })

  // what passes: each from the kernel that makes it to the last one that reads it
  const space = spaceOf()
  /** What each kernel is the last to read. */
  const ending = kernels.map((): Map<number, Block> => new Map())
  const passing = new Map<number, number>()
  const rooms = kernels.map((kernel, k) => {
    for (const node of stored[k]!) {
      if (offsets.has(node) || inPlace.has(node)) continue
      const reused = [...ending[k]!].find(
        ([other]) =>
          sizeAt(other) === sizeAt(node) && kernel.members.includes(node) && isOverwritable(graph, views, kernel, other)
      )
      const block = reused === undefined ? space.take(sizeAt(node)) : reused[1]
      if (reused !== undefined) ending[k]!.delete(reused[0])
      ending[Math.max(lastUse.get(node) ?? k, k)]!.set(node, block)
      passing.set(node, block.from)
    }
    const room = space.take(wanted[k] === 0 ? 0 : guarded(wanted[k]!))
    space.free(room)
    ending[k]!.forEach(space.free)
    return room.from
  })
  passing.forEach((offset, node) => offsets.set(node, end + offset))
  return {
    offsets,
    inPlace,
    rooms: rooms.map((offset) => end + offset),
    results,
    moved,
    returned,
    bytes: end + space.highest()
  }
}

/** Whether a view is the beginning of its base's elements, in their order. */
const isWhole = (view: View): boolean => view.offset === 0 && isDense(view)

/** Whether a kernel may write a result over an operand: it reads each element of it just before it writes there. */
const isOverwritable = (graph: Graph, views: readonly View[], kernel: Kernel, operand: number): boolean =>
  kernel.kind !== 'Standalone' &&
  operandsOf(graph, kernel).every(
    ({ input, dims }) => views[input]!.base !== operand || (dims !== null && isIdentity(views[input]!, dims))
  )

/**
 * Whether a standalone entry may begin with an operand where it leaves a result, as a scan may with what it carries: it is the
 * operand of that result, whole, and no other operand lies there.
 */
const isCarried = (
  graph: Graph,
  views: readonly View[],
  { root }: Kernel,
  result: number,
  operand: number
): boolean => {
  const node = root === null ? undefined : graph.nodes[root]
  if (node?._tag !== 'Entry') return false
  const lowering = loweringOf(node.primitive)
  const position = result - root!
  const count = lowering._tag === 'Kernel' ? (lowering.inPlace?.(node.params as never) ?? 0) : 0
  return (
    position < count &&
    isWhole(views[node.inputs[position]!]!) &&
    node.inputs.every((input, k) => (views[input]!.base === operand) === (k === position))
  )
}
