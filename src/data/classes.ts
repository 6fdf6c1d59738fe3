import * as kinds from '../kinds/index.ts'
import { oneHot } from '../ops/oneHot.ts'
import { fail } from '../tensor/errors.ts'
import { make, type Tensor } from '../tensor/tensor.ts'
import type { Labelled } from './dataset.ts'

/** One example for classification: its numbers, and the number of its class, counted from 0. @category datasets @since 0.1.0 */
export interface ClassRow {
  readonly features: readonly number[]
  readonly label: number
}

/** How many numbers an example has, and how many classes there are. @category settings @since 0.1.0 */
export interface ClassSettings<F extends number = number, C extends number = number> {
  readonly features: F
  readonly classes: C
}

const classSettings = kinds.settings('fromClassRows', { features: kinds.size, classes: kinds.size })

const someRows = kinds.listOf(
  kinds.record('{ features, label }', {
    features: kinds.listOf(kinds.anyNumber, 'an array of numbers'),
    label: kinds.anyNumber
  }),
  'an array of rows { features, label }'
)

/**
 * A data set from rows of numbers with a label: the features as inputs, the labels as targets of zeros with a one.
 *
 * @shape rows of F features → inputs [rows, F], targets [rows, classes], labels [rows]
 * @throws ShapeError when a row has another number of features, naming the row
 * @throws IndexError when a label is not a class, naming its position
 * @throws ValueError when `features` or `classes` is not an integer of at least 1, or a row is not one
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, toArray } from 'grad-ts'
 *
 * const set = data.fromClassRows({ features: 2, classes: 3 })([
 *   { features: [0.5, 1], label: 2 },
 *   { features: [0, 0], label: 0 }
 * ])
 * deepStrictEqual(toArray(set.inputs), [[0.5, 1], [0, 0]])
 * deepStrictEqual(toArray(set.targets), [[0, 0, 1], [1, 0, 0]])
 * @category datasets
 * @since 0.1.0
 */
export const fromClassRows = <const F extends number, const C extends number>(settings: ClassSettings<F, C>) => {
  const what = 'fromClassRows'
  const { features, classes } = classSettings.read(settings)
  return (rows: readonly ClassRow[]): Labelled<[F], [C]> => {
    kinds.mustBe(someRows, `${what}: rows`, rows).forEach((row, i) => {
      if (row.features.length !== features)
        fail('ShapeError', `${what}: row ${i} has ${row.features.length} features, ${features} are needed`)
    })
    return labelled(
      make<[number, F]>([rows.length, features], Float64Array.from(rows.flatMap((row) => row.features))),
      classes,
      Float64Array.from(rows, ({ label }) => label)
    )
  }
}

/** Inputs and the labels of their rows as a data set. @internal */
export const labelled = <F extends number, C extends number>(
  inputs: Tensor<[number, F]>,
  classes: C,
  labels: Float64Array
): Labelled<[F], [C]> => ({
  inputs,
  targets: oneHot(classes)(labels),
  labels: make<[number]>([labels.length], labels)
})
