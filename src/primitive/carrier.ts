import { type Algebra, settingsOf, type Word } from './algebra.ts'
import { noParams, type NoParams, type Primitive } from './primitive.ts'
import { words as rows } from './table.ts'

/** The words of tensors alone. */
type Plain = {
  [K in Word]: Parameters<Algebra<Carried>[K]> extends readonly Carried[] ? K : never
}[Word]

type Settled = Exclude<Word, Plain>

/** Any carrier; a type of its own, so that no setting is taken for one. */
interface Carried {
  readonly carried: never
}

type ParamsOf<T> = T extends Primitive<infer P> ? P : never

const records: { readonly [K in Settled]: (...given: never) => ParamsOf<(typeof rows)[K]> } = settingsOf

/** What applying a primitive to values of a carrier gives. */
type ApplyTo<A> = <P>(primitive: Primitive<P>, params: P, inputs: readonly A[]) => A

/** A word for a primitive of tensors alone. */
const plainWord = <A>(apply: ApplyTo<A>, primitive: Primitive<NoParams>) =>
  primitive.arity === 1
    ? (x: A): A => apply(primitive, noParams, [x])
    : primitive.arity === 2
      ? (a: A, b: A): A => apply(primitive, noParams, [a, b])
      : (...xs: readonly A[]): A => apply(primitive, noParams, xs)

/** A word whose settings come behind its tensors. */
const settledWord = <A>(
  apply: ApplyTo<A>,
  primitive: Primitive,
  record: (a: unknown, b?: unknown, c?: unknown) => unknown
) =>
  primitive.arity === 1
    ? (x: A, a: unknown, b?: unknown, c?: unknown): A => apply(primitive, record(a, b, c), [x])
    : primitive.arity === 2
      ? (x: A, y: A, a: unknown, b?: unknown, c?: unknown): A => apply(primitive, record(a, b, c), [x, y])
      : (xs: readonly A[], a: unknown, b?: unknown): A => apply(primitive, record(a, b), xs)

/** The words of a carrier, from how it applies a primitive. */
export const wordsOf = <A>(apply: ApplyTo<A>): Pick<Algebra<A>, Word> =>
  Object.fromEntries(
    Object.entries(rows).map(([name, primitive]) => [
      name,
      name in records
        ? settledWord(apply, primitive as unknown as Primitive, records[name as Settled] as never)
        : plainWord(apply, primitive as unknown as Primitive<NoParams>)
    ])
  ) as unknown as Pick<Algebra<A>, Word>
