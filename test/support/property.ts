/**
 * `fc` and `test.prop` as @fast-check/vitest has them. Importing that package takes some seconds in every test file, as it
 * puts together all combinations of vitest's modifiers (`skip`, `only`, `concurrent` …) beforehand; this is the part that
 * properties need.
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
