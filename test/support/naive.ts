/** Tensors by their definition, one element at a time: slow, and independent of the library's loops. */
import { toFlatArray } from '../../src/tensor/read.ts'
import { makeFrom, type Tensor } from '../../src/tensor/tensor.ts'
import { type Dims, sizeOf } from './arbitraries.ts'

export type Index = readonly number[]

/** Every index of a shape, the last axis running fastest. */
export const indicesOf = (dims: Dims): readonly Index[] =>
  dims.reduce<readonly Index[]>(
    (all, n) => all.flatMap((index) => Array.from({ length: n }, (_, i) => [...index, i])),
    [[]]
  )

/** Where an index lies in a row-major buffer. */
export const offsetOf = (dims: Dims, index: Index): number =>
  index.reduce((offset, i, axis) => offset * dims[axis]! + i, 0)

export const tabulateValues = (dims: Dims, f: (index: Index) => number): readonly number[] => indicesOf(dims).map(f)

export const tabulate = (dims: Dims, f: (index: Index) => number): Tensor => makeFrom(dims, tabulateValues(dims, f))

/** The element at an index, of values that lie in a row-major buffer. */
export const reader =
  (dims: Dims, values: ArrayLike<number>) =>
  (index: Index): number =>
    values[offsetOf(dims, index)]!

export const elements = (x: Tensor): ((index: Index) => number) => reader(x.shape, toFlatArray(x))

/** The index of an operand that is stretched to a shape of which `index` is one. */
export const stretched = (dims: Dims, index: Index): Index =>
  index.slice(index.length - dims.length).map((i, axis) => (dims[axis] === 1 ? 0 : i))

/** The shape with the axes at which `keep` fails left out. */
export const without = <A>(list: readonly A[], axes: readonly number[]): readonly A[] =>
  list.filter((_, axis) => !axes.includes(axis))

/** The groups that a reduction takes together, one for each index of what is left. */
export const groups = (
  dims: Dims,
  axes: readonly number[],
  at: (index: Index) => number
): readonly (readonly number[])[] => {
  const left = without(dims, axes)
  const found = Array.from({ length: sizeOf(left) }, (): number[] => [])
  for (const index of indicesOf(dims)) found[offsetOf(left, without(index, axes))]!.push(at(index))
  return found
}
