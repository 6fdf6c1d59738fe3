import { groupBy } from 'fp-ts/lib/NonEmptyArray.js'
import { scanLeft } from 'fp-ts/lib/ReadonlyArray.js'
import * as kinds from '../kinds/index.ts'
import { drawIntegers } from '../kernel/draw.ts'
import { foldIn, type Key } from '../random/index.ts'
import { asKey, wordsOf } from '../random/key.ts'
import { permutationIndices } from '../random/order.ts'
import { fail } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/dims.ts'
import { dimsOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { rowsAt, type SomeRows, type Table, tableOf } from './dataset.ts'

/** Settings of `split`. @category datasets @since 0.1.0 */
export interface SplitSettings {
  /** The share of the rows that goes to `test`, above 0 and below 1; their number is rounded. */
  readonly testFraction: number
  /**
   * Give both parts the same shares of each class, as given by the rows of `targets`, but for a rounding that depends on the
   * key. The only row of a class is never in `test`; a class of two rows or more is in both parts, if `test` has as many rows
   * as there are such classes, and `train` as many as there are classes. No when left out.
   */
  readonly stratify?: boolean
}

const splitSettings = kinds.settings('split', { testFraction: kinds.share, stratify: [kinds.yesOrNo, false] })

/** Two parts of a data set, without a row in common. @category datasets @since 0.1.0 */
export interface Parts<D> {
  readonly train: SomeRows<D>
  readonly test: SomeRows<D>
}

/** What stands in a row, as something to compare and sort by. */
const classOf = (targets: Tensor): ((row: number) => string) => {
  const width = sizeOf(dimsOf(targets).slice(1))
  const values = valuesOf('split', targets)
  return (row) => values.subarray(row * width, (row + 1) * width).join()
}

/** The rows of each class, in the given order. */
const byClass = (order: readonly number[], targets: Tensor): readonly (readonly number[])[] =>
  Object.values(groupBy(classOf(targets))([...order]))

/** From how many to how many rows of a class of `size` may be tested with. */
type Bounds = (size: number) => readonly [least: number, most: number]

/** A class with several rows is in both parts, where these have room for all such classes. */
const boundsFor = (sizes: readonly number[], wanted: number): Bounds => {
  const least = wanted >= sizes.length ? 1 : 0
  const left = wanted <= sum(sizes.map((size) => size - 1)) ? 1 : 0
  return (size) => [least, size - left]
}

const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)

/** The share of each class, within its bounds, at which `wanted` rows are tested with; by halving. */
const shareFor = (sizes: readonly number[], wanted: number, bounds: Bounds): number => {
  const rowsAt = (share: number): number =>
    sum(
      sizes.map((size) => {
        const [least, most] = bounds(size)
        return Math.min(most, Math.max(least, share * size))
      })
    )
  const halved = (low: number, high: number, times: number): number => {
    const middle = (low + high) / 2
    return times === 0
      ? middle
      : rowsAt(middle) < wanted
        ? halved(middle, high, times - 1)
        : halved(low, middle, times - 1)
  }
  return halved(0, 1, 60)
}

/**
 * How many rows of each class to test with, `wanted` in all: those that the bounds leave free have equal shares, but for a
 * rounding that depends on the key.
 */
const countsOf = (sizes: readonly number[], wanted: number, key: Key): readonly number[] => {
  const bounds = boundsFor(sizes, wanted)
  const share = shareFor(sizes, wanted, bounds)
  const bound = sizes.map((size) => {
    const [least, most] = bounds(size)
    return share * size <= least ? least : share * size >= most ? most : null
  })
  const free = sizes.map((size, i) => (bound[i] === null ? size : 0))
  const [all, rest] = [sum(free), wanted - sum(bound.map((count) => count ?? 0))]
  const places = scanLeft(0, (before: number, size: number) => before + size)(free)
  const offset = all === 0 ? 0 : drawIntegers(1, 0, all, wordsOf('split', foldIn(0)(key)))[0]!
  const before = (place: number): number => Math.floor((place * rest + offset) / all)
  return bound.map((count, i) => count ?? before(places[i + 1]!) - before(places[i]!))
}

/** Rows for the test part, of each class its share; which classes get a row more by rounding depends on the key. */
const stratified = (order: readonly number[], targets: Tensor, wanted: number, key: Key): readonly number[] => {
  const classes = byClass(order, targets).filter((rows) => rows.length > 1)
  const sizes = classes.map((rows) => rows.length)
  const counts = countsOf(sizes, wanted, key)
  return sum(sizes) >= wanted
    ? classes.flatMap((rows, i) => rows.slice(0, counts[i]))
    : fail(
        'ValueError',
        `split: ${wanted} rows are wanted to test with, and only ${sum(sizes)} have a class with another row in it; bring more rows, or do not stratify`
      )
}

/**
 * A data set as two parts in random order, one to train on and one to test with. Every row is in exactly one of them. The
 * same key gives the same parts.
 *
 * @throws ValueError when the fraction is not between 0 and 1, or would leave a part without rows; and when it is to
 * stratify and there are fewer rows to test with than wanted, the only rows of classes left out
 * @throws ShapeError when the tensors differ in their number of rows
 * @example
 * import { strictEqual } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { data, random } from 'grad-ts'
 *
 * const [dataKey, splitKey] = random.split(2)(random.key(0))
 * const { train, test } = pipe(data.spirals()(dataKey), data.split({ testFraction: 0.2 })(splitKey))
 * strictEqual(train.inputs.shape[0], 240)
 * strictEqual(test.labels.shape[0], 60)
 * @category datasets
 * @since 0.1.0
 */
export const split = (settings: SplitSettings) => {
  const { testFraction, stratify } = splitSettings.read(settings)
  return (key: Key) =>
    <D extends Table<D>>(dataset: D): Parts<D> => {
      const { count, tensors } = tableOf('split', dataset)
      const wanted = Math.round(count * testFraction)
      if (wanted === 0 || wanted === count)
        return fail(
          'ValueError',
          `split: a testFraction of ${testFraction} leaves one of the parts of ${count} rows empty; bring more rows or another fraction`
        )
      const order = Array.from(permutationIndices(count)(asKey('split', key)))
      const targets = tensors.find(([name]) => name === 'targets')?.[1]
      if (stratify && targets === undefined)
        return fail(
          'ValueError',
          `split: to stratify, the data set needs targets; it has ${tensors.map(([name]) => name).join(', ')}`
        )
      const chosen = new Set(stratify ? stratified(order, targets!, wanted, key) : order.slice(0, wanted))
      const part = (inTest: boolean): SomeRows<D> =>
        rowsAt(
          'split',
          order.filter((row) => chosen.has(row) === inTest),
          dataset
        )
      return { train: part(false), test: part(true) }
    }
}
