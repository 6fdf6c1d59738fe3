import type { PrimitiveName, Word } from './algebra.ts'
import * as arithmetic from './arithmetic.ts'
import * as choice from './choice.ts'
import { cholesky, lu, qr } from './factor.ts'
import * as cumulative from './cumulative.ts'
import { fourier } from './fourier.ts'
import { frozen } from '../tensor/frozen.ts'
import * as hyperbolic from './hyperbolic.ts'
import { labels } from './labels.ts'
import { leaf } from './leaf.ts'
import { matmul } from './matmul.ts'
import type { AnyPrimitive, Primitive } from './primitive.ts'
import * as quantile from './quantile.ts'
import * as random from './random.ts'
import * as reduction from './reduction.ts'
import { scan } from './scan.ts'
import { solve } from './solve.ts'
import { eigh, expm, pinv, svd } from './spectral.ts'
import * as sorting from './sorting.ts'
import * as structure from './structure.ts'
import * as unary from './unary.ts'

/** The primitives of the vocabulary. */
export const words = frozen({
  ...arithmetic,
  ...unary,
  ...hyperbolic,
  ...choice,
  matmul,
  solve,
  expm,
  ...structure,
  fourier,
  ...reduction,
  ...cumulative,
  ...sorting,
  ...random,
  ...quantile
} as const) satisfies Readonly<Record<Word, Primitive<never>>>

/**
 * Every primitive, by its name. Closed: a name without an entry, or an entry without a name, does not type-check.
 * Evaluation, differentiation, batching, the compiler, the laws and the reference page all use this table. Rules do not
 * check their arguments: `apply` and the transformations do before they call one.
 *
 * @category primitive
 * @since 0.1.0
 */
export const table = frozen({
  ...words,
  cholesky,
  lu,
  qr,
  eigh,
  svd,
  pinv,
  scan,
  labels,
  leaf
} as const) satisfies Readonly<Record<PrimitiveName, AnyPrimitive<never>>>
