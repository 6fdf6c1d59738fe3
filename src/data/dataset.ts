import * as kinds from '../kinds/index.ts'
import { gather } from '../kernel/rows.ts'
import { showDims, sizeOf } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { asNumbers } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, isTensor, make, type Tensor, valuesOf } from '../tensor/tensor.ts'

/** Sets of examples as records of tensors whose rows belong together: choosing rows chooses them in every tensor. */

/**
 * Examples and what is wanted for them, one row each.
 *
 * @category datasets
 * @since 0.1.0
 */
export interface Dataset<I extends Shape = number[], T extends Shape = number[]> {
  readonly inputs: Tensor<[number, ...I]>
  readonly targets: Tensor<[number, ...T]>
}

/**
 * A data set for classification: the targets are rows of zeros with a one, the labels the numbers of the classes.
 *
 * @category datasets
 * @since 0.1.0
 */
export interface Labelled<I extends Shape = number[], T extends Shape = number[]> extends Dataset<I, T> {
  readonly labels: Tensor<[number]>
}

/** Any record of tensors with one number of rows. @category datasets @since 0.1.0 */
export type Table<D> = { readonly [K in keyof D]: Tensor<Shape> }

/** The same record with another number of rows. @category datasets @since 0.1.0 */
export type SomeRows<D> = {
  readonly [K in keyof D]: D[K] extends Tensor<readonly [number, ...infer R extends number[]]>
    ? Tensor<[number, ...R]>
    : Tensor
}

const describe = (value: unknown): string =>
  isTensor(value) ? `a tensor of shape ${showDims(dimsOf(value))}` : showGiven(value)

/** The tensors of a data set by name, and how many rows each of them has. @internal */
export const tableOf = (
  what: string,
  dataset: unknown
): { readonly count: number; readonly tensors: readonly (readonly [string, Tensor])[] } => {
  if (typeof dataset !== 'object' || dataset === null || isTensor(dataset))
    return fail(
      'ValueError',
      `${what}: needs a record of tensors such as { inputs, targets }, got ${describe(dataset)}`
    )
  const tensors = Object.entries(dataset).map(([name, x]: readonly [string, unknown]) =>
    isTensor(x) && dimsOf(x).length > 0
      ? ([name, x] as const)
      : fail('ShapeError', `${what}: ${name} must be a tensor with one row an example, got ${describe(x)}`)
  )
  const [first, ...rest] = tensors
  if (first === undefined) return fail('ValueError', `${what}: the data set holds no tensors`)
  const count = dimsOf(first[1])[0]!
  rest.forEach(([name, x]) =>
    dimsOf(x)[0] === count
      ? undefined
      : fail(
          'ShapeError',
          `${what}: ${first[0]} has ${count} rows and ${name} ${dimsOf(x)[0]}; every tensor needs the same number`
        )
  )
  return { count, tensors }
}

const mapTable = <D>(tensors: readonly (readonly [string, Tensor])[], f: (x: Tensor) => Tensor): SomeRows<D> =>
  Object.fromEntries(tensors.map(([name, x]) => [name, f(x)] as const)) as unknown as SomeRows<D>

/** Rows already known to be there. */
const gathered =
  (what: string, indices: Float64Array) =>
  (x: Tensor): Tensor => {
    const [, ...rest] = dimsOf(x)
    return make([indices.length, ...rest], gather(valuesOf(what, x), indices, sizeOf(rest)))
  }

/** A run of rows, which shares the buffer. */
const run =
  (what: string, from: number, to: number) =>
  (x: Tensor): Tensor => {
    const [, ...rest] = dimsOf(x)
    const width = sizeOf(rest)
    return make([to - from, ...rest], valuesOf(what, x).subarray(from * width, to * width))
  }

/** @internal */
export const rowsAt = <D>(what: string, indices: ArrayLike<number>, dataset: D): SomeRows<D> => {
  const { count, tensors } = tableOf(what, dataset)
  const wanted = Float64Array.from(asNumbers(`${what}: indices`, indices))
  const wrong = wanted.findIndex((i) => !(Number.isInteger(i) && i >= 0 && i < count))
  return wrong < 0
    ? mapTable(tensors, gathered(what, wanted))
    : fail(
        'IndexError',
        `${what}: index ${indices[wrong]} at position ${wrong} is not a row; ${count === 0 ? 'the data set is empty' : `use whole numbers from 0 to ${count - 1}`}`
      )
}

/**
 * The rows of a data set with these numbers, counted from 0, in this order and as often as named.
 *
 * @throws IndexError when a number is not a row
 * @throws ShapeError when the tensors differ in their number of rows
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, toArray } from 'grad-ts'
 *
 * const some = data.rows([3, 1])(data.xor)
 * deepStrictEqual(toArray(some.inputs), [[1, 1], [0, 1]])
 * deepStrictEqual(toArray(some.targets), [[0], [1]])
 * @category datasets
 * @since 0.1.0
 */
export const rows = (indices: ArrayLike<number>) => {
  const list = Float64Array.from(asNumbers('rows: indices', indices))
  return <D extends Table<D>>(dataset: D): SomeRows<D> => rowsAt('rows', list, dataset)
}

/**
 * The first rows of a data set: overfitting a handful is the first test of a model.
 *
 * @throws ValueError when there are fewer
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data } from 'grad-ts'
 *
 * deepStrictEqual(data.take(2)(data.xor).inputs.shape, [2, 2])
 * @category datasets
 * @since 0.1.0
 */
export const take =
  (n: number) =>
  <D extends Table<D>>(dataset: D): SomeRows<D> => {
    const { count, tensors } = tableOf('take', dataset)
    const some = kinds.number(
      `a whole number from 0 to ${count}, the rows there are`,
      (value) => Number.isInteger(value) && value >= 0 && value <= count
    )
    return mapTable(tensors, run('take', 0, kinds.mustBe(some, 'take: n', n)))
  }

/**
 * The data set cut into batches, in its own order; the last one holds what is left, and may be short.
 *
 * @throws ValueError when the size is not a whole number of at least 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data } from 'grad-ts'
 *
 * const sizes = data.batches(3)(data.xor).map(({ inputs }) => inputs.shape[0])
 * deepStrictEqual(sizes, [3, 1])
 * @category datasets
 * @since 0.1.0
 */
export const batches = (size: number) => {
  kinds.mustBe(kinds.size, 'batches: size', size)
  return <D extends Table<D>>(dataset: D): readonly SomeRows<D>[] => {
    const { count, tensors } = tableOf('batches', dataset)
    return Array.from({ length: Math.ceil(count / size) }, (_, i) =>
      mapTable<D>(tensors, run('batches', i * size, Math.min(count, (i + 1) * size)))
    )
  }
}
