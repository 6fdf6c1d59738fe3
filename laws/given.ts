import type * as fc from 'fast-check'
import * as kinds from '../src/kinds/index.ts'
import { fail, showGiven } from '../src/tensor/errors.ts'
import { asFunction } from '../src/tensor/given.ts'

/** Checks of the arguments of laws, so that a law that cannot run throws where it is made. */

const isArbitrary = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  const { generate, map, chain } = value as Partial<fc.Arbitrary<unknown>>
  return [generate, map, chain].every((method) => typeof method === 'function')
}

/** An arbitrary of fast-check, whichever copy of it made it. */
export const arbitraryOf = kinds.kind<fc.Arbitrary<unknown>>('an arbitrary of fast-check', isArbitrary)

/** A function that laws call; what it takes and gives is its own. */
export const anyFunction = kinds.callable<(...args: never) => unknown>()

/** An equality such as those of fp-ts. */
export const equality = kinds.kind<{ readonly equals: unknown }>(
  'an Eq',
  (value) => typeof value === 'object' && value !== null && 'equals' in value && typeof value.equals === 'function'
)

export const asArbitrary = <A>(what: string, value: fc.Arbitrary<A>): fc.Arbitrary<A> =>
  isArbitrary(value) ? value : fail('ValueError', `${what}: needs ${arbitraryOf.needs}, got ${showGiven(value)}`)

/** A whole number of at least 0 that is not absurd. */
export const asCount = (what: string, value: number): number =>
  Number.isInteger(value) && value >= 0 && value < 2 ** 31
    ? value
    : fail('ValueError', `${what} must be a whole number of at least 0, got ${showGiven(value)}`)

/** Functions that may be left out. */
export const asOptionals = (what: string, functions: Readonly<Record<string, unknown>>): void => {
  Object.entries(functions).forEach(([name, f]) => {
    if (f !== undefined) asFunction(`${what}: ${name}`, f)
  })
}
