import { noParams } from '../primitive/primitive.ts'
import { loop } from '../tape/loop.ts'
import { bufferOf } from '../tensor/tensor.ts'
import type { Entry, Graph, Node } from './graph.ts'
import { conversion, type Lowering, loweringOf, onDoublesOf, viewsOf } from './lowering.ts'
import type { Donation } from './plan.ts'

/**
 * Which values are doubles in a program of single precision: the words of random keys, whole numbers of 32 bits, and what
 * keys are folded with, of 53. All that a key is made of is computed in doubles, and what is only moved from a key, or from
 * an argument to a result, is moved as doubles, so that it keeps every bit. Arithmetic that reads such a value as a number reads
 * it converted to single precision.
 */

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

/** What is words: what keys are made of, and what keys are moved to. */
const wordsIn = (
  { nodes, outputs }: Graph,
  donations: readonly Donation[],
  passing: readonly number[]
): ReadonlySet<number> => {
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
  while (left.length > 0) {
    const [i, isDemanded] = left.pop()!
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

/** What is moved from an argument to a result, and only with others of the kind. */
const passingIn = ({ nodes, outputs }: Graph, words: ReadonlySet<number>): readonly number[] => {
  /** Whether all of a node is moved from somewhere, and whether from an argument. */
  const isMovedOnly: boolean[] = []
  const isGiven: boolean[] = []
  nodes.forEach((node, i) => {
    const moved = node._tag === 'Entry' ? movedOf(loweringOf(node.primitive), node) : []
    isMovedOnly.push(
      node._tag !== 'Entry' || words.has(i) || (moved.length > 0 && moved.every((operand) => isMovedOnly[operand]!))
    )
    isGiven.push(node._tag === 'Input' || moved.some((operand) => isGiven[operand]!))
  })
  const found = new Set(outputs.filter((i) => isMovedOnly[i]! && isGiven[i]!))
  // a set is walked along with what is added to it
  for (const i of found) {
    const node = nodes[i]!
    if (node._tag === 'Entry') movedOf(loweringOf(node.primitive), node).forEach((operand) => found.add(operand))
  }
  return [...found]
}

/** What an operand has to be. */
type Need = 'double' | 'single' | 'any'

/**
 * The graph of a program of single precision with its doubles; `isProgram` says that its outputs are results, and not what a
 * step hands on to the next.
 */
export const widthsOf = (graph: Graph, donations: readonly Donation[], isProgram: boolean): Widths => {
  const words = wordsIn(graph, donations, [])
  const passing = isProgram && donations.length === 0 ? passingIn(graph, words) : []
  const doubles = passing.length === 0 ? words : wordsIn(graph, donations, passing)
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
        : { _tag: 'Entry', dims: node.dims, primitive: conversion, params: noParams, inputs: [own[i]!] },
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
    if ((entry.primitive as object) === loop) return words.has(entry.inputs[place]!) ? 'any' : 'single'
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
