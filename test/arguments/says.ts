/** Tables of wrong calls with all that they get to read. */
import { expect, it } from 'vitest'

/** Anything at all, as far as the compiler is concerned. */
export const wrong = (value: unknown): never => value as never

const saidBy = (run: () => unknown): string => {
  try {
    run()
    return 'nothing'
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : `threw ${String(error)}`
  }
}

/** A test for each call: what it throws, name and message. */
export const saysOf = (calls: Readonly<Record<string, readonly [run: () => unknown, says: string]>>): void => {
  it.each(Object.entries(calls))('%s', (_, [run, says]) => {
    expect(saidBy(run)).toBe(says)
  })
}
