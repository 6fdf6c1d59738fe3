import { noParams } from '../primitive/primitive.ts'
import type { Loop } from '../primitive/scan.ts'
import { table } from '../primitive/table.ts'
import { bufferOf } from '../tensor/tensor.ts'
import { type Entry, type Graph, graphOf, type Node, resultsOf } from './graph.ts'
import { conversion, type Lowering, loweringOf, onDoublesOf, viewsOf } from './lowering.ts'
import type { Donation } from './plan.ts'

/**
 * Mixed precision: which values are doubles in a single-precision program. These are the words of random keys, integers
 * of 32 bits, and the numbers folded into keys, of 53. What a key is computed from is computed in doubles; what is only
 * moved from a key, or from an argument to a result, is moved as doubles, so that it keeps every bit. Other arithmetic
 * on such a value converts it to single precision first.
 */

/** Which inputs and outputs of a scan's step are doubles. */
export interface KnownWidths {
  readonly inputs: readonly boolean[]
  readonly outputs: readonly boolean[]
}

/** A graph with conversions inserted, and the nodes that are doubles. */
export interface Widths {
  readonly graph: Graph
  readonly wide: ReadonlySet<number>
}

/** The operands whose elements an entry moves to its result. */
const movedOf = ({ moves = [] }: Lowering, { inputs }: Entry): readonly number[] =>
  moves === 'all' ? inputs : moves.map((i) => inputs[i]!)

const isMoved = ({ moves = [] }: Lowering, operand: number): boolean => moves === 'all' || moves.includes(operand)

/** Whether a constant holds integers that single precision cannot represent, such as the words of a key. */
const holdsWords = (node: Node): boolean => {
  if (node._tag !== 'Constant') return false
  const values = bufferOf(node.value)!
  return values.every((x) => Number.isSafeInteger(x) && x >= 0) && values.some((x) => Math.fround(x) !== x)
}

/**
 * The nodes that are doubles, a fixed point over the graph.
 *
 * - `found`: the node is a double; so are the nodes that it is moved to (forward);
 * - `demanded`: the node must be exact; so are the nodes that it is computed from (backward);
 * - `tied`: nodes that share a buffer have one width;
 * - `passThrough`: nodes that are only moved from arguments to results keep their bits.
 */
const doublesIn = (
  graph: Graph,
  donations: readonly Donation[],
  known: KnownWidths | null,
  passThrough: readonly number[]
): ReadonlySet<number> => {
  const { nodes, outputs } = graph
  const found = new Set<number>()
  const demanded = new Set<number>()
  /** The entries that move a node's elements. */
  const movedBy = nodes.map((): number[] => [])
  nodes.forEach((node, i) => {
    if (node._tag === 'Entry') movedOf(loweringOf(node.primitive), node).forEach((operand) => movedBy[operand]!.push(i))
  })
  /** The nodes that share a buffer with a node, by donation. */
  const tied = nodes.map((): number[] => [])
  donations.forEach(([position, input]) => {
    const output = outputs[position]!
    tied[output]!.push(input)
    tied[input]!.push(output)
  })
  const left: (readonly [node: number, isDemanded: boolean])[] = []
  const mark = (i: number, isDemanded: boolean): void => {
    if (!found.has(i) || (isDemanded && !demanded.has(i))) left.push([i, isDemanded])
    found.add(i)
    if (isDemanded) demanded.add(i)
  }
  nodes.forEach((node, i) => {
    if (holdsWords(node)) mark(i, false)
    if (node._tag !== 'Entry') return
    const lowering = loweringOf(node.primitive)
    if (lowering.takesWords === true)
      node.inputs.forEach((operand) => {
        mark(operand, true)
      })
    if (lowering.givesWords === true) mark(i, false)
  })
  passThrough.forEach((i) => {
    mark(i, false)
  })
  known?.inputs.forEach((own, i) => {
    if (own) mark(i, false)
  })
  known?.outputs.forEach((own, k) => {
    if (own) mark(outputs[k]!, true)
  })
  /** Propagates widths through scans, by the dataflow of their steps. */
  const visitScans = (): void => {
    nodes.forEach((node, i) => {
      if (node._tag !== 'Entry' || node.primitive !== table.scan) return
      const results = resultsOf(graph, i)
      const has = (at: number): boolean => found.has(at)
      const step = wordsOfStep(node.params as Loop, { inputs: node.inputs.map(has), outputs: results.map(has) })
      const more = [...node.inputs.filter((_, k) => step.inputs[k]!), ...results.filter((_, k) => step.outputs[k]!)]
      more
        .filter((at) => !demanded.has(at))
        .forEach((at) => {
          mark(at, true)
        })
    })
  }
  for (;;) {
    if (left.length === 0) visitScans()
    const next = left.pop()
    if (next === undefined) break
    const [i, isDemanded] = next
    const node = nodes[i]!
    movedBy[i]!.forEach((mover) => {
      mark(mover, false)
    })
    tied[i]!.forEach((other) => {
      mark(other, true)
    })
    if (!isDemanded || node._tag !== 'Entry') continue
    const lowering = loweringOf(node.primitive)
    const needed = lowering.moves === undefined ? node.inputs : movedOf(lowering, node)
    needed.forEach((operand) => {
      mark(operand, true)
    })
  }
  return found
}

/** Which inputs and outputs of a step are doubles, given those of its scan: a carry has one width in all steps. */
export const wordsOfStep = ({ step, carries }: Loop, known: KnownWidths): KnownWidths => {
  const graph = graphOf(step)
  const carried = Array.from({ length: carries }, (_, i) => [i, i] as const)
  const words = doublesIn(graph, carried, known, [])
  return { inputs: step.inputs.map((_, i) => words.has(i)), outputs: graph.outputs.map((node) => words.has(node)) }
}

/** The nodes whose elements are moved to each node; empty for one that is computed. */
const sourcesIn = (graph: Graph): readonly (readonly number[])[] =>
  graph.nodes.reduce<(readonly number[])[]>(
    (sources, node, i) => {
      if (node._tag !== 'Entry') return sources
      if (node.primitive !== table.scan) sources[i] = movedOf(loweringOf(node.primitive), node)
      else
        movedByLoop(node.params as Loop).forEach((inputs, k) => {
          sources[i + k] = inputs.map((input) => node.inputs[input]!)
        })
      return sources
    },
    graph.nodes.map(() => [])
  )

/** The inputs that a node is moved from, transitively; `null` for one that is computed. */
type Origins = ReadonlySet<number> | null

const union = (sets: readonly Origins[]): Origins =>
  sets.includes(null) ? null : new Set(sets.flatMap((set) => [...(set ?? [])]))

/** The inputs that each result of a scan is moved from, in any number of steps. */
const movedByLoop = ({ step, carries }: Loop): readonly (readonly number[])[] => {
  const graph = graphOf(step)
  const sources = sourcesIn(graph)
  const origins: Origins[] = []
  graph.nodes.forEach((node, i) => {
    origins.push(
      node._tag === 'Input'
        ? new Set([i])
        : node._tag === 'Constant'
          ? new Set()
          : sources[i]!.length === 0
            ? null
            : union(sources[i]!.map((source) => origins[source]!))
    )
  })
  const ofStep = graph.outputs.map((node) => origins[node]!)
  /** The fixed point over carries. */
  const grown = (found: Origins): Origins => {
    if (found === null) return null
    const wider = union([found, ...[...found].filter((input) => input < carries).map((input) => ofStep[input]!)])
    return wider === null || wider.size === found.size ? wider : grown(wider)
  }
  return ofStep.map((found, k) => [...(grown(k < carries ? union([found, new Set([k])]) : found) ?? [])])
}

/**
 * The nodes that are only moved, from an argument to a result. Not an argument that is also computed with and whose
 * buffer a computed result reuses: everything computed from the two would be doubles.
 */
const passThroughIn = (graph: Graph, donations: readonly Donation[], words: ReadonlySet<number>): readonly number[] => {
  const sources = sourcesIn(graph)
  /** Whether no element of a node is computed, and whether some come from an argument. */
  const isMovedOnly: boolean[] = []
  const isGiven: boolean[] = []
  graph.nodes.forEach((node, i) => {
    const moved = sources[i]!
    isMovedOnly.push(
      node._tag === 'Input' ||
        node._tag === 'Constant' ||
        words.has(i) ||
        (moved.length > 0 && moved.every((source) => isMovedOnly[source]!))
    )
    isGiven.push(node._tag === 'Input' || moved.some((source) => isGiven[source]!))
  })
  const isPassing = (i: number): boolean => isMovedOnly[i]! && isGiven[i]!
  const computedWith = new Set(
    graph.nodes.flatMap((node, i) =>
      node._tag === 'Entry' ? node.inputs.filter((input) => !sources[i]!.includes(input)) : []
    )
  )
  const replaced = new Set(
    donations.flatMap(([position, input]) =>
      isPassing(graph.outputs[position]!) || !computedWith.has(input) ? [] : [input]
    )
  )
  const found = new Set(graph.outputs.filter((i) => isPassing(i) && !replaced.has(i)))
  // iterating a Set also visits what is added meanwhile
  for (const i of found) sources[i]!.forEach((source) => found.add(source))
  return [...found]
}

/** The width that an operand must have. */
type Need = 'double' | 'single' | 'any'

/**
 * Inserts precision conversions into the graph of a single-precision program. `known` are the widths of a step, given
 * by its scan; `null` for a whole program.
 */
export const widthsOf = (graph: Graph, donations: readonly Donation[], known: KnownWidths | null): Widths => {
  const words = doublesIn(graph, donations, known, [])
  const passThrough = known === null ? passThroughIn(graph, donations, words) : []
  // a computed result does not reuse the buffer of a node that is only moved, which may be wider
  const tied = donations.filter(
    ([position, input]) => !passThrough.includes(input) || passThrough.includes(graph.outputs[position]!)
  )
  const doubles = passThrough.length === 0 ? words : doublesIn(graph, tied, known, passThrough)
  if (doubles.size === 0) return { graph, wide: doubles }

  const views = viewsOf(graph)
  const nodes: Node[] = []
  const wide = new Set<number>()
  /** The new number of each node, and of its conversion to the other precision. */
  const own: number[] = []
  const converted = new Map<number, number>()
  const put = (node: Node, isWide: boolean): number => {
    const at = nodes.push(node) - 1
    if (isWide) wide.add(at)
    return at
  }
  const inOther = (i: number): number => {
    const known = converted.get(i)
    if (known !== undefined) return known
    const node = graph.nodes[i]!
    const at = put(
      node._tag === 'Constant'
        ? node
        : { _tag: 'Entry', dims: node.dims, primitive: conversion, params: noParams, inputs: [own[i]!], results: 1 },
      !doubles.has(i)
    )
    converted.set(i, at)
    return at
  }
  const read = (i: number, need: Need): number =>
    need === 'any' || (need === 'double') === doubles.has(i) ? own[i]! : inOther(i)
  const needOf = (i: number, entry: Entry, place: number): Need => {
    const lowering = loweringOf(entry.primitive)
    const isIndex = lowering._tag === 'Kernel' && lowering.takesIndices === place
    if (lowering.takesWords === true) return 'double'
    if (lowering._tag === 'Host' || isIndex) return 'any'
    if (entry.primitive === table.scan) return 'any'
    if (!doubles.has(i)) return 'single'
    return isMoved(lowering, place) || lowering._tag === 'Pointwise' ? 'double' : 'any'
  }
  /**
   * Arithmetic on doubles, and views of doubles that need a copy, use the double-precision variants, which are kernels.
   */
  const stands = (i: number, { primitive }: Entry): boolean => {
    const lowering = loweringOf(primitive)
    return doubles.has(i) && (lowering._tag === 'View' ? views[i]!.base === i : !isExact(lowering))
  }
  graph.nodes.forEach((node, i) => {
    const entry =
      node._tag === 'Entry'
        ? {
            ...node,
            primitive: stands(i, node) ? onDoublesOf(node.primitive) : node.primitive,
            inputs: node.inputs.map((operand, place) => read(operand, needOf(i, node, place)))
          }
        : node
    own.push(put(entry, doubles.has(i)))
  })
  return { graph: { ...graph, nodes, outputs: graph.outputs.map((i) => own[i]!) }, wide }
}

/** Whether a kernel handles operands and results of either width itself. */
const isExact = ({ _tag, moves, takesWords }: Lowering): boolean =>
  _tag === 'Host' || (_tag === 'Kernel' && (moves !== undefined || takesWords === true))
