/**
 * `fc`, and vitest's `test` with a `test.prop` for properties. A small one of our own: the package that joins the two puts
 * together all combinations of vitest's modifiers (`skip`, `only`, `concurrent` …) when it is imported, which takes some
 * seconds in every test file.
 */
import * as fc from 'fast-check'
import { test as plain } from 'vitest'

type Values = readonly [unknown, ...unknown[]]
type Arbitraries<T extends Values> = { readonly [K in keyof T]: fc.Arbitrary<T[K]> }

// fast-check types it by overloads, one for each number of arbitraries
const asyncProperty = fc.asyncProperty as unknown as (
  ...args: readonly [...fc.Arbitrary<unknown>[], (...values: never) => Promise<void>]
) => fc.IAsyncPropertyWithHooks<unknown[]>

/** A test that holds for any values of the arbitraries; a failure prints the shrunk counterexample and its seed. */
const prop =
  <T extends Values>(arbitraries: Arbitraries<T>, parameters: fc.Parameters<unknown[]> = {}) =>
  (name: string, property: (...values: T) => unknown): void => {
    const holds = asyncProperty(...(arbitraries as readonly fc.Arbitrary<unknown>[]), async (...values: T) => {
      expectNotFalse(await property(...values))
    })
    plain(name, () => fc.assert(holds, parameters))
  }

/** A property may answer whether it holds, or throw when it does not. */
const expectNotFalse = (answer: unknown): void => {
  if (answer === false) throw new Error('the property answered false')
}

export const test = Object.assign(plain, { prop })
export { fc }
