import type { Lanes } from './lanes.ts'
import type { Value } from './wasm.ts'

/**
 * `c₀ + c₁ x + c₂ x² + …` by Estrin's scheme: a few multiplications more than Horner's rule, but a dependency chain a
 * quarter as long, and these functions are bound by latency.
 *
 * @see Muller, Elementary Functions (3rd edition, 2016), section 5.8
 */
export const polynomial = (l: Lanes, coefficients: readonly number[], x: Value): Value => {
  const join = (terms: readonly Value[], power: Value): Value => {
    const [first] = terms
    if (first !== undefined && terms.length === 1) return first
    const pairs = terms.flatMap((term, i) =>
      i % 2 === 1 ? [] : [i + 1 < terms.length ? l.madd(terms[i + 1]!, power, term) : term]
    )
    return pairs.length === 1 ? pairs[0]! : join(pairs, l.mul(power, power))
  }
  return join(
    coefficients.map((c) => l.constant(c)),
    x
  )
}
