/** The table of primitives and the vocabulary name the same operations. Checked by the compiler; nothing here runs. */
import type { PrimitiveName } from '../../src/primitive/algebra.ts'
import type { table } from '../../src/primitive/table.ts'
import type { Same } from '../../src/tensor/shape.ts'
import { holds } from '../support/claims.ts'

// an entry without a word
holds<Same<Exclude<keyof typeof table, PrimitiveName>, never>>()
// a word without an entry
holds<Same<Exclude<PrimitiveName, keyof typeof table>, never>>()
