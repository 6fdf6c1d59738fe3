import { givesWords, takesWords } from '../tape/keys.ts'
import type { Graph } from './graph.ts'
import type { View } from './view.ts'

/**
 * The nodes that hold the words of keys, or counts: whole numbers of up to 53 bits, which stay doubles in a program of
 * single precision. So does the node in whose memory they lie, and every other view of it.
 */
export const wordsIn = ({ nodes }: Graph, views: readonly View[]): ReadonlySet<number> => {
  const bases = new Set(
    nodes.flatMap((node, i) =>
      node._tag !== 'Entry'
        ? []
        : [...(givesWords(node.primitive) ? [i] : []), ...(takesWords(node.primitive) ? node.inputs : [])].map(
            (word) => views[word]!.base
          )
    )
  )
  return new Set(nodes.flatMap((_, i) => (bases.has(views[i]!.base) ? [i] : [])))
}
