import { type Dims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { values } from './broadcast.ts'

/** Checks of indices: row numbers and class labels. */

/** The position of an element for error messages: one index per axis. */
const positionOf = (dims: Dims, offset: number): string =>
  dims.length === 1
    ? String(offset)
    : showDims(dims.map((n, axis) => Math.floor(offset / sizeOf(dims.slice(axis + 1))) % n))

/** Throws unless all numbers are integers from 0 to `n − 1`. */
export const checkIndices = (
  what: string,
  indices: Tensor,
  n: number,
  words: { readonly one: string; readonly of: string }
): Float64Array => {
  const numbers = values(indices)
  const wrong = numbers.findIndex((index) => !(Number.isInteger(index) && index >= 0 && index < n))
  return wrong < 0
    ? numbers
    : fail(
        'IndexError',
        `${what}: ${words.one} ${numbers[wrong]} at position ${positionOf(dimsOf(indices), wrong)} is not a ${words.of}; ` +
          `use whole numbers from 0 to ${n - 1}`
      )
}
