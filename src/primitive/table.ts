import type { PrimitiveName, Word } from './algebra.ts'
import * as arithmetic from './arithmetic.ts'
import * as choice from './choice.ts'
import { frozen } from '../tensor/frozen.ts'
import { labels } from './labels.ts'
import { leaf } from './leaf.ts'
import { matmul } from './matmul.ts'
import type { AnyPrimitive, Primitive } from './primitive.ts'
import * as reduction from './reduction.ts'
import { scan } from './scan.ts'
import * as structure from './structure.ts'
import * as unary from './unary.ts'

/** The rows that have a word. */
export const words = frozen({
  ...arithmetic,
  ...unary,
  ...choice,
  matmul,
  ...structure,
  ...reduction
} as const) satisfies Readonly<Record<Word, Primitive<never>>>

/**
 * Every primitive, by its name. Closed: a name without an entry, or an entry without a name, does not
 * compile. Evaluation, differentiation, batching, the compiler, the laws and the reference page all walk this table.
 * A rule takes what it is given for granted: `apply` and the transformations look at it before they call one.
 *
 * @category primitive
 * @since 0.1.0
 */
export const table = frozen({ ...words, scan, labels, leaf } as const) satisfies Readonly<
  Record<PrimitiveName, AnyPrimitive<never>>
>
