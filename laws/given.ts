import type * as fc from 'fast-check'
import { fail, showGiven } from '../src/tensor/errors.ts'
import { asFunction, asRecord } from '../src/tensor/given.ts'

/** Checks of what laws are made with, so that a law that cannot be tried says so where it is made. */

/** An arbitrary of fast-check, whichever copy of it made it. */
export const asArbitrary = <A>(what: string, value: fc.Arbitrary<A>): fc.Arbitrary<A> => {
  const { generate, map, chain } = asRecord(what, 'an arbitrary of fast-check', value) as Partial<fc.Arbitrary<A>>
  return typeof generate === 'function' && typeof map === 'function' && typeof chain === 'function'
    ? value
    : fail('ValueError', `${what}: needs an arbitrary of fast-check, got ${showGiven(value)}`)
}

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

/** An equality such as those of fp-ts. */
export const asEq = <A extends { readonly equals: unknown }>(what: string, eq: A): A => {
  asFunction(`${what}: equals`, asRecord(what, 'an Eq', eq).equals)
  return eq
}
