import type { Word } from '../../src/primitive/algebra.ts'
import { fail } from '../../src/tensor/errors.ts'
import { constantText, type Meaning, meanings } from './meaning.ts'
import type { Term } from './term.ts'

/** Expressions in Coq. */

const isAtom = (text: string): boolean => /^[\w']+$/.test(text) || isBracketed(text)

/** Whether the first bracket closes at the end. */
const isBracketed = (text: string): boolean => {
  const depths = Array.from(text).reduce<readonly number[]>(
    (found, char) => [...found, (found[found.length - 1] ?? 0) + (char === '(' ? 1 : char === ')' ? -1 : 0)],
    []
  )
  return text.startsWith('(') && depths.indexOf(0) === text.length - 1
}

const bracketed = (text: string): string => (isAtom(text) ? text : `(${text})`)

const meaningOf = (word: Word): Meaning =>
  word in meanings
    ? (meanings[word as keyof typeof meanings] as unknown as Meaning)
    : fail('ValueError', `${word}: has no meaning over the reals in laws/theorems/meaning.ts; a rule speaks it`)

/** The variables of sums within one another. */
const counters = ['k', 'l', 'm', 'p', 'q']

interface Reduction {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

/**
 * An expression, of a tensor its element at an index: a vector is a function of an index, of which `n` is the last. `depth`
 * counts the sums around it.
 */
export const coq = (term: Term, at: readonly string[] = [], depth = 0): string => {
  if (term._tag === 'variable') return [term.name, ...at].join(' ')
  if (term._tag === 'constant') return constantText(term.value)
  const { word, inputs, params } = term
  const [x] = inputs
  const counter = counters[depth]!
  /** The element of an input that is stretched to the shape of the output. */
  const stretched = (input: Term): string => coq(input, at.slice(at.length - input.dims.length), depth)
  if (word === 'stopGradient' || word === 'broadcastTo') return stretched(x!)
  // only what has one element is reshaped in the rules that are printed
  if (word === 'reshape')
    return coq(
      x!,
      x!.dims.map(() => '0'),
      depth
    )
  if (word === 'sum') {
    const { axes, keepDims } = params as Reduction
    const kept = keepDims
      ? at
      : axes.reduce<readonly string[]>((all, axis) => [...all.slice(0, axis), '', ...all.slice(axis)], at)
    const index = kept.map((i, axis) => (axes.includes(axis) ? counter : i))
    return axes.length === 1
      ? `total ${x!._tag === 'variable' ? x!.name : `(fun ${counter} => ${coq(x!, index, depth + 1)})`} n`
      : fail('ValueError', `sum: has no formula along ${axes.length} axes`)
  }
  if (word in vectorWords) return [word, 'n', vectorText(x!, counter, depth), ...at].join(' ')
  return meaningOf(word).print(
    inputs.map((input) => bracketed(stretched(input))),
    params
  )
}

/** A vector as a function of an index. */
const vectorText = (x: Term, counter: string, depth: number): string =>
  x._tag === 'variable' ? x.name : `(fun ${counter} => ${coq(x, [counter], depth + 1)})`

const vectorWords: Readonly<Partial<Record<Word, true>>> = { softmax: true, logSoftmax: true, logSumExp: true }
