import { fc } from '../support/property.ts'
import { key } from '../../src/random/index.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { make } from '../../src/tensor/tensor.ts'

/** Keys of small seeds, which read well in a counterexample, and of any others. */
export const anyKey = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.maxSafeInteger()).map(key)

/** A data set whose row `i` is told by its numbers: inputs `[i, −i]`, targets one-hot of `i mod classes`, labels `[i]`. */
export const numbered = (count: number, classes = 3) => ({
  inputs: make<[number, 2]>(
    [count, 2],
    Float64Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2))
  ),
  targets: make<[number, number]>(
    [count, classes],
    Float64Array.from({ length: count * classes }, (_, i) =>
      Math.floor(i / classes) % classes === i % classes ? 1 : 0
    )
  ),
  labels: make<[number]>(
    [count],
    Float64Array.from({ length: count }, (_, i) => i)
  )
})

/** Rows of finite numbers, the same number in each. */
export const anyRows = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 4 }))
  .chain(([rows, columns]) =>
    fc.array(
      fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })), {
        minLength: columns,
        maxLength: columns
      }),
      { minLength: rows, maxLength: rows }
    )
  )
  .map(tensor)

/** The name of the error a call throws, and what it says. */
export const thrown = (f: () => unknown): string => {
  try {
    f()
    return 'nothing thrown'
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  }
}
