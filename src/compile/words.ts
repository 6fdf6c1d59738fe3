import { noParams } from '../primitive/primitive.ts'
import type { Loop } from '../primitive/scan.ts'
import { table } from '../primitive/table.ts'
import { bufferOf } from '../tensor/tensor.ts'
import { type Entry, type Graph, graphOf, type Node, resultsOf } from './graph.ts'
import { conversion, type Lowering, loweringOf, onDoublesOf, viewsOf } from './lowering.ts'
import type { Donation } from './plan.ts'

/**
 * Which values are doubles in a program of single precision: the words of random keys, whole numbers of 32 bits, and what
 * keys are folded with, of 53. All that a key is made of is computed in doubles, and what is only moved from a key, or from
 * an argument to a result, is moved as doubles, so that it keeps every bit. Arithmetic that reads such a value as a number reads
 * it converted to single precision.
 */

/** Which inputs and outputs of a loop's step are doubles. */
export interface KnownWidths {
  readonly inputs: readonly boolean[]
  readonly outputs: readonly boolean[]
}

/** A graph with its conversions, and the nodes that are doubles. */
export interface Widths {
  readonly graph: Graph
  readonly wide: ReadonlySet<number>
}

/** The operands whose elements an entry moves to its result. */
const movedOf = ({ moves = [] }: Lowering, { inputs }: Entry): readonly number[] =>
  moves === 'all' ? inputs : moves.map((i) => inputs[i]!)

const isMoved = ({ moves = [] }: Lowering, operand: number): boolean => moves === 'all' || moves.includes(operand)

/** Whether a constant holds whole numbers that single precision cannot: the words of a key, say. */
const holdsWords = (node: Node): boolean => {
  if (node._tag !== 'Constant') return false
  const values = bufferOf(node.value)!
  return values.every((x) => Number.isSafeInteger(x) && x >= 0) && values.some((x) => Math.fround(x) !== x)
}

/**
 * The values that are doubles: what keys are made of, and what keys are moved to.
 *
 * - `found`: it is a double, and so is everything that it is moved to;
 * - `demanded`: it must be exact, and so everything that it is computed from is a double too;
 * - `tied`: two that lie in one place, and so have one width;
 * - `passing`: what is only moved, from arguments to results, which keeps its bits whatever it means.
 */
const wordsIn = (
  graph: Graph,
  donations: readonly Donation[],
  known: KnownWidths | null,
  passing: readonly number[]
): ReadonlySet<number> => {
  const { nodes, outputs } = graph
  const found = new Set<number>()
  const demanded = new Set<number>()
  /** The entries that move a node's elements. */
  const movers = nodes.map((): number[] => [])
  nodes.forEach((node, i) => {
    if (node._tag === 'Entry') movedOf(loweringOf(node.primitive), node).forEach((operand) => movers[operand]!.push(i))
  })
  /** What shares a place with a node: the next state takes that of the state. */
  const tied = nodes.map((): number[] => [])
  donations.forEach(([position, input]) => {
    const output = outputs[position]!
    tied[output]!.push(input)
    tied[input]!.push(output)
  })
  const left: (readonly [node: number, isDemanded: boolean])[] = []
  const find = (i: number, isDemanded: boolean): void => {
    if (!found.has(i) || (isDemanded && !demanded.has(i))) left.push([i, isDemanded])
    found.add(i)
    if (isDemanded) demanded.add(i)
  }
  nodes.forEach((node, i) => {
    if (holdsWords(node)) find(i, false)
    if (node._tag !== 'Entry') return
    const lowering = loweringOf(node.primitive)
    if (lowering.takesWords === true)
      node.inputs.forEach((operand) => {
        find(operand, true)
      })
    if (lowering.givesWords === true) find(i, false)
  })
  passing.forEach((i) => {
    find(i, false)
  })
  known?.inputs.forEach((own, i) => {
    if (own) find(i, false)
  })
  known?.outputs.forEach((own, k) => {
    if (own) find(outputs[k]!, true)
  })
  /** What scans take and give, by what their steps do with it. */
  const lookIntoScans = (): void => {
    nodes.forEach((node, i) => {
      if (node._tag !== 'Entry' || node.primitive !== table.scan) return
      const results = resultsOf(graph, i)
      const has = (at: number): boolean => found.has(at)
      const step = wordsOfStep(node.params as Loop, { inputs: node.inputs.map(has), outputs: results.map(has) })
      const more = [...node.inputs.filter((_, k) => step.inputs[k]!), ...results.filter((_, k) => step.outputs[k]!)]
      more
        .filter((at) => !demanded.has(at))
        .forEach((at) => {
          find(at, true)
        })
    })
  }
  for (;;) {
    if (left.length === 0) lookIntoScans()
    const next = left.pop()
    if (next === undefined) break
    const [i, isDemanded] = next
    const node = nodes[i]!
    movers[i]!.forEach((mover) => {
      find(mover, false)
    })
    tied[i]!.forEach((other) => {
      find(other, true)
    })
    if (!isDemanded || node._tag !== 'Entry') continue
    const lowering = loweringOf(node.primitive)
    const needed = lowering.moves === undefined ? node.inputs : movedOf(lowering, node)
    needed.forEach((operand) => {
      find(operand, true)
    })
  }
  return found
}

/** Which values of a step are doubles, when that is known of its loop: a carry is one in all steps when it is in one. */
export const wordsOfStep = ({ step, carries }: Loop, known: KnownWidths): KnownWidths => {
  const graph = graphOf(step)
  const carried = Array.from({ length: carries }, (_, i) => [i, i] as const)
  const words = wordsIn(graph, carried, known, [])
  return { inputs: step.inputs.map((_, i) => words.has(i)), outputs: graph.outputs.map((node) => words.has(node)) }
}

/** The nodes that each node is moved from, where it is computed of none. */
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

/** What nodes and inputs a node is moved from, all in all; `null` for one that is computed. */
type Origins = ReadonlySet<number> | null

const union = (sets: readonly Origins[]): Origins =>
  sets.includes(null) ? null : new Set(sets.flatMap((set) => [...(set ?? [])]))

/** The inputs that each result of a loop is moved from: those that it began with, and those of any step. */
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
  /** With what is carried to where it is read. */
  const grown = (found: Origins): Origins => {
    if (found === null) return null
    const wider = union([found, ...[...found].filter((input) => input < carries).map((input) => ofStep[input]!)])
    return wider === null || wider.size === found.size ? wider : grown(wider)
  }
  return ofStep.map((found, k) => [...(grown(k < carries ? union([found, new Set([k])]) : found) ?? [])])
}

/**
 * What is moved from an argument to a result, and only with others of the kind. An argument that is computed with, and gives its
 * place to a result that is computed, is not: all that is made of the two would be doubles.
 */
const passingIn = (graph: Graph, donations: readonly Donation[], words: ReadonlySet<number>): readonly number[] => {
  const sources = sourcesIn(graph)
  /** Whether all of a node is moved from somewhere, and whether from an argument. */
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
  // a set is walked along with what is added to it
  for (const i of found) sources[i]!.forEach((source) => found.add(source))
  return [...found]
}

/** What an operand has to be. */
type Need = 'double' | 'single' | 'any'

/**
 * The graph of a program of single precision with its doubles; `known` is what its loop says of those of a step, `null` for a
 * whole program.
 */
export const widthsOf = (graph: Graph, donations: readonly Donation[], known: KnownWidths | null): Widths => {
  const words = wordsIn(graph, donations, known, [])
  const passing = known === null ? passingIn(graph, donations, words) : []
  // what is only moved keeps its width; a result that is computed is not put in its place
  const tied = donations.filter(
    ([position, input]) => !passing.includes(input) || passing.includes(graph.outputs[position]!)
  )
  const doubles = passing.length === 0 ? words : wordsIn(graph, tied, known, passing)
  if (doubles.size === 0) return { graph, wide: doubles }

  const views = viewsOf(graph)
  const nodes: Node[] = []
  const wide = new Set<number>()
  /** Where each node is now, and where it is in the other precision. */
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
  /** Arithmetic on doubles, and what has to be moved, are kernels of their own. */
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

/** Whether a kernel looks itself at how wide its operands and its result are. */
const isExact = ({ _tag, moves, takesWords }: Lowering): boolean =>
  _tag === 'Host' || (_tag === 'Kernel' && (moves !== undefined || takesWords === true))
