import * as kinds from '../kinds/index.ts'
import { drawIntegers } from '../random/draw.ts'
import { foldIn, type Key } from '../random/index.ts'
import { checkKey } from '../random/key.ts'
import { permutationIndices } from '../random/order.ts'
import { fail } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/dims.ts'
import { dimsOf, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { rowsAt, type SomeRows, type Table, tableOf } from './dataset.ts'

/** How `split` cuts. @category datasets @since 0.1.0 */
export interface SplitSettings {
  /** The share of the rows that goes to `test`, above 0 and below 1; their number is rounded. */
  readonly testFraction: number
  /**
   * Give both parts the same shares of each class, told by the rows of `targets`, but for a rounding that depends on the
   * key; the only row of a class is never in `test`. No when left out.
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

/** The rows by class, within a class in the given order, but for those that are the only ones of theirs. */
const byClass = (order: readonly number[], targets: Tensor): readonly number[] => {
  const kind = classOf(targets)
  const keyed = order
    .map((row) => ({ row, kind: kind(row) }))
    .toSorted((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0))
  return keyed
    .filter(({ kind: own }, i) => own === keyed[i - 1]?.kind || own === keyed[i + 1]?.kind)
    .map(({ row }) => row)
}

/** `wanted` of the rows, as evenly spread over the given order as can be; the offset, below their number, says where they begin. */
const spread = (order: readonly number[], wanted: number, offset: number): readonly number[] => {
  const taken = (i: number): number => Math.floor((i * wanted + offset) / order.length)
  return order.filter((_, i) => taken(i + 1) > taken(i))
}

/** Rows for the test part, of each class its share; which classes get a row more by rounding depends on the key. */
const stratified = (order: readonly number[], targets: Tensor, wanted: number, key: Key): readonly number[] => {
  const among = byClass(order, targets)
  return among.length >= wanted
    ? spread(among, wanted, drawIntegers(1, 0, among.length, foldIn(0)(key))[0]!)
    : fail(
        'ValueError',
        `split: ${wanted} rows are wanted to test with, and only ${among.length} have a class with another row in it; bring more rows, or do not stratify`
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
      const order = Array.from(permutationIndices(count)(checkKey('split', key)))
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
