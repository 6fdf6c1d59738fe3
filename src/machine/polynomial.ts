import type { Lanes } from './lanes.ts'
import type { Value } from './wasm.ts'

/** `c₀ + c₁ x + c₂ x² + …` by Horner's rule: the fewest operations, and the lanes of the next numbers fill the waits. */
export const polynomial = (l: Lanes, coefficients: readonly number[], x: Value): Value =>
  coefficients.map<Value>((c) => l.constant(c)).reduceRight((sum, c) => l.madd(sum, x, c))
