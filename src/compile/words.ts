import type { Loop } from '../primitive/scan.ts'
import { table } from '../primitive/table.ts'
import { givesWords, takesWords } from '../tape/keys.ts'
import { type Graph, graphOf, resultsOf } from './graph.ts'
import { viewsOf } from './lowering.ts'
import type { View } from './view.ts'

/** Which inputs and outputs of a loop's step hold words. */
export interface WordsOfStep {
  readonly inputs: readonly boolean[]
  readonly outputs: readonly boolean[]
}

/**
 * The nodes that hold the words of keys, or counts: whole numbers of up to 53 bits, which stay doubles in a program of
 * single precision. So does the node in whose memory they lie, and every other view of it. `known` is what is known from
 * outside: of a step, what its loop is given and gives.
 */
export const wordsIn = (graph: Graph, views: readonly View[], known: readonly number[] = []): ReadonlySet<number> => {
  const { nodes } = graph
  const baseOf = (node: number): number => views[node]!.base
  const direct = nodes.flatMap((node, i) =>
    node._tag !== 'Entry' || node.primitive.multipleResults === true
      ? []
      : [...(givesWords(node.primitive) ? [i] : []), ...(takesWords(node.primitive) ? node.inputs : [])]
  )
  const grown = (bases: ReadonlySet<number>): ReadonlySet<number> => {
    const found = new Set([
      ...bases,
      ...nodes.flatMap((node, i) => {
        if (node._tag !== 'Entry' || node.primitive !== table.scan) return []
        const { inputs, outputs } = wordsOfStep(node.params as Loop, {
          inputs: node.inputs.map((input) => bases.has(baseOf(input))),
          outputs: resultsOf(graph, i).map((result) => bases.has(result))
        })
        return [...node.inputs.filter((_, k) => inputs[k]!), ...outputs.flatMap((own, k) => (own ? [i + k] : []))].map(
          baseOf
        )
      })
    ])
    return found.size === bases.size ? bases : grown(found)
  }
  const bases = grown(new Set([...direct, ...known].map(baseOf)))
  return new Set(nodes.flatMap((_, i) => (bases.has(baseOf(i)) ? [i] : [])))
}

/** What holds words in a step, when that is known of its loop: what is carried does in all steps when it does in one. */
export const wordsOfStep = (loop: Loop, known: WordsOfStep): WordsOfStep => {
  const graph = graphOf(loop.step)
  const words = wordsIn(graph, viewsOf(graph), [
    ...known.inputs.flatMap((own, i) => (own ? [i] : [])),
    ...graph.outputs.filter((_, k) => known.outputs[k]!)
  ])
  const carried = (k: number): boolean => k < loop.carries && (words.has(k) || words.has(graph.outputs[k]!))
  const inputs = known.inputs.map((_, i) => words.has(i) || carried(i))
  const outputs = graph.outputs.map((node, k) => words.has(node) || carried(k))
  const isSame =
    inputs.every((own, i) => own === known.inputs[i]) && outputs.every((own, k) => own === known.outputs[k])
  return isSame ? known : wordsOfStep(loop, { inputs, outputs })
}
