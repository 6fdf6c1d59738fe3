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

/** An expression; in brackets where it stands beside others, if asked. */
export const coq = (term: Term, beside = false): string => {
  const text =
    term._tag === 'variable'
      ? term.name
      : term._tag === 'constant'
        ? constantText(term.value)
        : term.word === 'stopGradient'
          ? coq(term.inputs[0]!)
          : meaningOf(term.word).print(
              term.inputs.map((x) => coq(x, true)),
              term.params
            )
  return beside ? bracketed(text) : text
}
