import type { Primitive } from '../../src/primitive/primitive.ts'
import type { words as rows } from '../../src/primitive/table.ts'
import { coq } from './print.ts'
import type { Statement } from './statement.ts'
import { applied, variable, terms } from './term.ts'

/** The rules of primitives on a vector of any length, as statements on partial and directional derivatives. */

/** What the words for vectors of n + 1 numbers mean: functions of an index, or numbers. */
export const vectorMeanings = {
  softmax: {
    definition:
      'Definition softmax (n : nat) (x : nat -> R) (i : nat) : R := exp (x i) / total (fun k => exp (x k)) n.',
    isVector: true
  },
  logSumExp: {
    definition: 'Definition logSumExp (n : nat) (x : nat -> R) : R := ln (total (fun k => exp (x k)) n).',
    isVector: false
  },
  logSoftmax: {
    definition: 'Definition logSoftmax (n : nat) (x : nat -> R) (i : nat) : R := x i - logSumExp n x.',
    isVector: true
  }
} satisfies { readonly [K in keyof typeof rows]?: { readonly definition: string; readonly isVector: boolean } }

export type VectorWord = keyof typeof vectorMeanings

/** The statements of one primitive; of vectors of one size, whose formulas are those of any. */
export const vectorStatements = (
  word: VectorWord,
  row: Primitive<{ readonly axis: number }>,
  size = 7
): readonly Statement[] => {
  const params = { axis: 0 }
  const { isVector } = vectorMeanings[word]
  const [x, dx] = [variable('x', [size]), variable('dx', [size])]
  const y = applied(row, params, [x])
  const ct = variable('ct', isVector ? [size] : [])
  const put = `${word} n (put x j s)`
  return [
    {
      name: `${word}_vjp`,
      primitive: word,
      binders: `(n j : nat) (x${isVector ? ' ct' : ''} : nat -> R) (${isVector ? '' : 'ct '}nan : R)`,
      domain: ['(j <= n)%nat'],
      of: `is_derive (fun s => ${isVector ? `total (fun i => ct i * ${put} i) n` : `ct * ${put}`}) (x j)`,
      is: coq(row.vjp(terms, params, [x], y, ct, 0, null), ['j']),
      tactic: `derivative_by ${word}_gradient`
    },
    {
      name: `${word}_jvp`,
      primitive: word,
      binders: `(n${isVector ? ' i' : ''} : nat) (x dx : nat -> R) (nan : R)`,
      domain: isVector ? ['(i <= n)%nat'] : [],
      of: `is_derive (fun s => ${word} n (fun k => x k + s * dx k)${isVector ? ' i' : ''}) 0`,
      is: coq(row.jvp(terms, params, [x], y, dx, 0, null), isVector ? ['i'] : []),
      tactic: `derivative_by derive_${word}`
    }
  ]
}
