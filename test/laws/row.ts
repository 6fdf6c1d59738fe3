/** What a function that is exported is run on. */
import fc from 'fast-check'

export type Any = (...args: readonly never[]) => unknown
export interface Row {
  readonly f: Any
  readonly args: fc.Arbitrary<readonly unknown[]>
}
export type Table = Readonly<Record<string, readonly Row[]>>

export const row = (f: Any, ...args: readonly fc.Arbitrary<unknown>[]): readonly Row[] => [
  { f, args: fc.tuple(...args) }
]
export const rows = (...all: readonly (readonly Row[])[]): readonly Row[] => all.flat()
