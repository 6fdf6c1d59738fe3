import { type Dims, sameDims, sizeOf } from '../tensor/dims.ts'
import { aligned } from './align.ts'
import { type Graph, isComputed, resultsOf } from './graph.ts'
import { loweringOf } from './lowering.ts'
import { isIdentity, type Kernel } from './schedule.ts'
import { type Block, arenaOf } from './arena.ts'
import { isDense, type View } from './view.ts'

/**
 * The memory plan of a section, in bytes from its start. Inputs and results have buffers of their own; temporaries
 * share memory by liveness. Relative to the section, so that it is made once, before the section is placed.
 */
export interface Plan {
  /** Offsets of the nodes that are stored. */
  readonly offsets: ReadonlyMap<number, number>
  /** Nodes computed in place of a donated input. */
  readonly inPlace: ReadonlyMap<number, number>
  /** The scratch of each kernel. */
  readonly scratchOffsets: readonly number[]
  /** The offset of each output's dense elements; `null` for a node that lives elsewhere. */
  readonly results: readonly (number | null)[]
  /** Outputs copied at the end, because they are views or inputs. */
  readonly moved: readonly number[]
  /** Outputs that could not be computed in place of their donated input, and are copied there last. */
  readonly returned: readonly Donation[]
  /** Total bytes. */
  readonly bytes: number
}

/** An output, by position, and the donated input whose buffer it reuses. */
export type Donation = readonly [output: number, input: number]

/** Matches each donated input with the first result of its shape that is still free. */
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

/** An operand of a kernel, and the shape of the loop that reads it; `null` where the access is not elementwise. */
export interface Operand {
  readonly input: number
  readonly dims: Dims | null
}

/** What a kernel reads, from memory or from its own members. */
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

/** The entries of each kernel that are used outside its loop, and so are stored. */
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
  // an entry with several results stores all of them
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
  /** The scratch of each kernel, in bytes. */
  readonly scratchBytes: readonly number[]
  readonly donations: readonly Donation[]
  /** Constants and inputs that live outside the section. */
  readonly elsewhere: ReadonlySet<number>
  /** Guard bytes after each buffer, to detect overruns. */
  readonly guard: number
}

/** Plans the memory of a section. */
export const planOf = (settings: PlanSettings): Plan => {
  const { graph, views, kernels, bytesOf, stored, scratchBytes, donations, elsewhere, guard } = settings
  const { nodes } = graph
  const offsets = new Map<number, number>()
  const guarded = (bytes: number): number => aligned(bytes) + guard
  const sizeAt = (node: number): number => guarded(sizeOf(nodes[node]!.dims) * bytesOf(node))
  const lastUse = new Map<number, number>()
  kernels.forEach((kernel, k) => operandsOf(graph, kernel).forEach(({ input }) => lastUse.set(views[input]!.base, k)))
  const kernelOf = new Map(kernels.flatMap((kernel, k) => nodesOf(graph, kernel).map((i) => [i, k] as const)))

  // permanent buffers: inputs and constants, then results
  let end = 0
  const inPlace = new Map<number, number>()
  const allocate = (node: number): void => {
    if (offsets.has(node) || elsewhere.has(node) || inPlace.has(node)) return
    offsets.set(node, end)
    end += sizeAt(node)
  }
  nodes.forEach((node, i) => {
    if (!isComputed(node)) allocate(i)
  })
  const isOutput = new Set(graph.outputs.map((output) => views[output]!.base))
  const taken = new Set<number>()
  for (const [position, input] of donations) {
    const view = views[graph.outputs[position]!]!
    const maker = kernelOf.get(view.base)
    const kernel = maker === undefined ? undefined : kernels[maker]!
    if (
      kernel !== undefined &&
      !inPlace.has(view.base) &&
      !isOutput.has(input) &&
      isWhole(view) &&
      (lastUse.get(input) ?? -1) <= maker! &&
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
    if (isMade) allocate(view.base)
    // an output that is an input must be copied before that is overwritten, unless it stays in place
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

  // temporaries: live from the kernel that makes them to the last one that reads them
  const arena = arenaOf()
  /** The temporaries that die after each kernel. */
  const dying = kernels.map((): Map<number, Block> => new Map())
  const temporaries = new Map<number, number>()
  const scratchOffsets = kernels.map((kernel, k) => {
    for (const node of stored[k]!) {
      if (offsets.has(node) || inPlace.has(node)) continue
      const reused = [...dying[k]!].find(
        ([other]) =>
          sizeAt(other) === sizeAt(node) && kernel.members.includes(node) && isOverwritable(graph, views, kernel, other)
      )
      const block = reused === undefined ? arena.take(sizeAt(node)) : reused[1]
      if (reused !== undefined) dying[k]!.delete(reused[0])
      dying[Math.max(lastUse.get(node) ?? k, k)]!.set(node, block)
      temporaries.set(node, block.from)
    }
    const scratch = arena.take(scratchBytes[k] === 0 ? 0 : guarded(scratchBytes[k]!))
    arena.free(scratch)
    dying[k]!.forEach(arena.free)
    return scratch.from
  })
  temporaries.forEach((offset, node) => offsets.set(node, end + offset))
  return {
    offsets,
    inPlace,
    scratchOffsets: scratchOffsets.map((offset) => end + offset),
    results,
    moved,
    returned,
    bytes: end + arena.highest()
  }
}

/** Whether a view is dense and starts at its base. */
const isWhole = (view: View): boolean => view.offset === 0 && isDense(view)

/** Whether a kernel may overwrite an operand in place: it reads each element only just before it writes it. */
const isOverwritable = (graph: Graph, views: readonly View[], kernel: Kernel, operand: number): boolean =>
  kernel.kind !== 'Standalone' &&
  operandsOf(graph, kernel).every(
    ({ input, dims }) => views[input]!.base !== operand || (dims !== null && isIdentity(views[input]!, dims))
  )

/**
 * Whether a standalone entry may compute a result in place of an operand, as a scan does with its carries: the operand
 * is the one at the result's position, dense, and no other operand aliases it.
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
