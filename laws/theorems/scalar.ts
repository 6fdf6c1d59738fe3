import type { Algebra, Word } from '../../src/primitive/algebra.ts'
import type { Primitive } from '../../src/primitive/primitive.ts'
import { type Meaning, meanings, type Part } from './meaning.ts'
import { coq } from './print.ts'
import type { Statement } from './statement.ts'
import { applied, tangentOf, type Term, terms, variable } from './term.ts'

/** The rules of primitives on numbers, as statements on derivatives. */

const letters = (arity: number): readonly string[] => (arity === 1 ? ['x'] : arity === 2 ? ['a', 'b'] : ['c', 'a', 'b'])

const all = (conditions: readonly string[]): string => (conditions.length === 0 ? 'True' : conditions.join(' /\\ '))

/** Statements of one part of the domain of a primitive, whose rules may be other than the table's. */
const onPart = <P>(
  word: Word,
  row: Primitive<P>,
  { name, params: own, integer, where = () => [], whereTwice = where }: Part<P>
): readonly Statement[] => {
  const params = own ?? ({} as P)
  const names = letters(row.arity as number)
  const given = names.map((x) => variable(x))
  const smooth = names.map((_, i) => i).filter((i) => row.differentiable(i))
  const of = (inputs: readonly Term[]): Term => applied(row, params, inputs)
  const ct = variable('ct')
  const title = (rule: string): string => [word, ...(name === undefined ? [] : [name]), rule].join('_')

  /** `is_derive` of a formula of one number at a point, on the domain near it. */
  const statement = (
    rule: string,
    variables: readonly string[],
    formula: { readonly of: string; readonly at: string; readonly inputs: readonly string[]; readonly is: string }
  ): Statement => {
    const on = rule.startsWith('second') ? whereTwice : where
    const reals = `${[...variables, 'nan'].join(' ')} : R`
    const bound = formula.at === '0' ? 's' : formula.at
    return {
      name: title(rule),
      primitive: word,
      binders: integer === undefined ? reals : `(${integer} : Z) (${reals})`,
      domain: on(...names),
      of: `is_derive (fun ${bound} => ${formula.of}) ${formula.at}`,
      is: formula.is,
      tactic: `derivative (fun ${bound} : R => ${all(on(...formula.inputs))})`
    }
  }
  const by = (i: number): string => (row.arity === 1 ? '' : `_${names[i]!}`)
  const moved = names.map((x, i) => (smooth.includes(i) ? `(${x} + s * d${x})` : x))
  const along = moved.map((text) => variable(text))
  const directions = names.map((x, i) => (smooth.includes(i) ? variable(`d${x}`) : null))
  const tangents = smooth.map((i) => `d${names[i]!}`)
  const back =
    (i: number) =>
    <A>(op: Algebra<A>, inputs: readonly A[], cotangent: A): A =>
      row.vjp(op, params, inputs, speak(op, word, params, inputs), cotangent, i, null)

  const forward = smooth
    .map((i) => row.jvp(terms, params, given, of(given), directions[i]!, i, null))
    .reduce<Term | null>((sum, term) => (sum === null ? term : terms.add(sum, term)), null)
  if (forward === null)
    return [
      statement('constant', [...names, ...names.map((x) => `d${x}`)], {
        of: coq(of(names.map((x) => variable(`(${x} + s * d${x})`)))),
        at: '0',
        inputs: names.map((x) => `(${x} + s * d${x})`),
        is: '0'
      })
    ]
  return [
    ...smooth.map((i) =>
      statement(`vjp${by(i)}`, [...names, 'ct'], {
        of: `ct * (${coq(of(given))})`,
        at: names[i]!,
        inputs: names,
        is: coq(back(i)(terms, given, ct))
      })
    ),
    statement('jvp', [...names, ...tangents], {
      of: coq(of(along)),
      at: '0',
      inputs: moved,
      is: coq(forward)
    }),
    ...smooth.map((i) =>
      statement(`second${by(i)}`, [...names, ...tangents, 'ct'], {
        of: coq(back(i)(terms, along, ct)),
        at: '0',
        inputs: moved,
        is: coq(
          tangentOf(
            (op, [cotangent, ...inputs]) => back(i)(op, inputs, cotangent!),
            [ct, ...given],
            [null, ...directions]
          )
        )
      })
    )
  ]
}

/** The word of a primitive said, with its settings. */
const speak = <A>(op: Algebra<A>, word: Word, params: unknown, inputs: readonly A[]): A =>
  (op[word] as unknown as (...given: readonly unknown[]) => A)(
    ...inputs,
    ...(Object.values(params as object) as readonly unknown[])
  )

/** The statements of one primitive on numbers. */
export const scalarStatements = (word: keyof typeof meanings, row: Primitive): readonly Statement[] =>
  (meanings[word] as unknown as Meaning).parts.flatMap((part) => onPart(word, row, part))
