import { type Algebra, settingsOf, type Word } from '../primitive/algebra.ts'
import type { Primitive } from '../primitive/primitive.ts'
import { noParams, type NoParams } from '../primitive/primitive.ts'
import { words as rows } from '../primitive/table.ts'
import { dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { apply } from './apply.ts'

/** The operations without settings. */
type Plain = {
  [K in Word]: Parameters<Algebra<Tensor>[K]> extends readonly Tensor[] ? K : never
}[Word]

type Settled = Exclude<Word, Plain>

type ParamsOf<T> = T extends Primitive<infer P> ? P : never

const records: { readonly [K in Settled]: (...given: never) => ParamsOf<(typeof rows)[K]> } = settingsOf

/** The operation of a primitive without settings. */
const plainWord = (primitive: Primitive<NoParams>) =>
  primitive.arity === 1
    ? (x: Tensor): Tensor => apply(primitive, noParams, [x])
    : primitive.arity === 2
      ? (a: Tensor, b: Tensor): Tensor => apply(primitive, noParams, [a, b])
      : (...xs: readonly Tensor[]): Tensor => apply(primitive, noParams, xs)

/** The operation of a primitive whose settings follow its tensors. */
const settledWord = (primitive: Primitive, record: (a: unknown, b?: unknown, c?: unknown) => unknown) =>
  primitive.arity === 1
    ? (x: Tensor, a: unknown, b?: unknown, c?: unknown): Tensor => apply(primitive, record(a, b, c), [x])
    : primitive.arity === 2
      ? (x: Tensor, y: Tensor, a: unknown, b?: unknown): Tensor => apply(primitive, record(a, b), [x, y])
      : (xs: readonly Tensor[], a: unknown, b?: unknown): Tensor => apply(primitive, record(a, b), xs)

const constants: readonly Tensor[] = [0, 1, 2].map((value) => make([], Float64Array.of(value)))

const words = Object.fromEntries(
  Object.entries(rows).map(([name, primitive]) => [
    name,
    name in records
      ? settledWord(primitive as unknown as Primitive, records[name as Settled] as never)
      : plainWord(primitive as unknown as Primitive<NoParams>)
  ])
) as unknown as Pick<Algebra<Tensor>, Word>

/**
 * The vocabulary on tensors, plain or traced: each operation applies its primitive, which evaluates or records. Rules
 * and public operations both run on it.
 */
export const tensors: Algebra<Tensor> = {
  ...words,
  dims: dimsOf,
  // common constants are shared, as tensors are immutable
  constant: (value) =>
    Object.is(value, 0) || value === 1 || value === 2 ? constants[value]! : make([], Float64Array.of(value)),
  range: (count, step) => {
    const values = new Float64Array(count)
    for (let i = 0; i < count; i++) values[i] = i * step
    return make([count], values)
  }
}
