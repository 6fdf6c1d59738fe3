import * as E from 'fp-ts/lib/Either.js'
import * as kinds from '../kinds/index.ts'
import { showDims, sizeOf, stridesOf } from '../tensor/dims.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { labelled } from './classes.ts'
import type { Labelled } from './dataset.ts'
import type { DataError, Fault } from './error.ts'

/** Pictures and what they show, as a data set. */

/** Pictures, one each of the first axis, and the numbers of their classes. @category reading @since 0.1.0 */
export interface ImagesAndLabels {
  readonly images: Tensor<Shape>
  readonly labels: Tensor<Shape>
}

/** How images and labels are read. @category settings @since 0.1.0 */
export interface ImageSettings<C extends number = number> {
  /** How many classes there are; 10 when left out, for digits. */
  readonly classes?: C
  /** The number of a white pixel, which becomes 1; 255 when left out. */
  readonly max?: number
}

const imageSettings = kinds.settings('imagesWithLabels', { classes: [kinds.size, 10], max: [kinds.positive, 255] })

/** How many wrong numbers are listed one by one; of a damaged file there are thousands. */
const MOST_LISTED = 3

/** The first places at which numbers are wrong, by their path, and how many more there are. */
const wrongAt = (name: string, x: Tensor<Shape>, need: string, holds: (value: number) => boolean): readonly Fault[] => {
  const values = valuesOf('imagesWithLabels', x)
  if (values.every(holds)) return []
  const { first, count } = values.reduce<{ readonly first: readonly number[]; readonly count: number }>(
    (found, value, at) =>
      holds(value)
        ? found
        : { first: found.first.length < MOST_LISTED ? [...found.first, at] : found.first, count: found.count + 1 },
    { first: [], count: 0 }
  )
  const dims = dimsOf(x)
  const path = (at: number): string =>
    name +
    stridesOf(dims)
      .map((stride, axis) => `[${Math.floor(at / stride) % dims[axis]!}]`)
      .join('')
  return [
    ...first.map((at) => ({ path: path(at), message: `needs ${need}, got ${values[at]}` })),
    ...(count > first.length ? [{ path: name, message: `${count - first.length} more are not` }] : [])
  ]
}

const someImages = kinds.record('{ images, labels }', {})

/**
 * Images and labels as a data set for classification: each image flattened and scaled from `[0, max]` to `[0, 1]`, each
 * label a row of zeros with a one.
 *
 * @shape images [count, ...pixels], labels [count] → inputs [count, product of pixels], targets [count, classes], labels [count]
 * @returns the data set; or every fault: other counts, a pixel out of range, a label that is not a class, each with its place
 * @throws ValueError when `classes` is not a whole number of at least 1, or `max` is not above 0
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { data, tensor, toArray } from 'grad-ts'
 *
 * const images = tensor([[[0, 255], [51, 0]], [[0, 0], [0, 255]]])
 * const set = data.imagesWithLabels({ classes: 3 })({ images, labels: tensor([2, 0]) })
 * deepStrictEqual(E.isRight(set) && toArray(set.right.inputs), [[0, 1, 0.2, 0], [0, 0, 0, 1]])
 * deepStrictEqual(E.isRight(set) && toArray(set.right.targets), [[0, 0, 1], [1, 0, 0]])
 * deepStrictEqual(
 *   data.imagesWithLabels({ classes: 2 })({ images, labels: tensor([2, 0]) }),
 *   E.left({ _tag: 'InvalidImages', faults: [{ path: 'labels[0]', message: 'needs a class from 0 to 1, got 2' }] })
 * )
 * @category reading
 * @since 0.1.0
 */
export const imagesWithLabels = <const C extends number = 10>(
  settings: ImageSettings<C> = {}
): ((given: ImagesAndLabels) => E.Either<DataError, Labelled<[number], [C]>>) => {
  const what = 'imagesWithLabels'
  const { classes, max } = imageSettings.read(settings)
  return (given) => {
    const { images, labels } = kinds.mustBe(someImages, `${what}: given`, given)
    const pixels = dimsOf(asTensor(`${what}: images`, images))
    const numbers = dimsOf(asTensor(`${what}: labels`, labels))
    const [count = 0, ...each] = pixels
    const faults = [
      ...(pixels.length < 2 || sizeOf(pixels) === 0
        ? [
            {
              path: 'images',
              message: `needs at least one image, as shape [count, ...pixels], got ${showDims(pixels)}`
            }
          ]
        : wrongAt('images', images, `a number from 0 to ${max}`, (value) => value >= 0 && value <= max)),
      ...(numbers.length !== 1
        ? [{ path: 'labels', message: `needs a vector with one label an image, got shape ${showDims(numbers)}` }]
        : numbers[0] !== count
          ? [{ path: 'labels', message: `needs as many labels as there are images (${count}), got ${numbers[0]}` }]
          : []),
      ...(numbers.length !== 1
        ? []
        : wrongAt(
            'labels',
            labels,
            `a class from 0 to ${classes - 1}`,
            (value) => Number.isInteger(value) && value >= 0 && value < classes
          ))
    ]
    if (faults.length > 0) return E.left({ _tag: 'InvalidImages', faults })
    const scaled = valuesOf(what, images).map((value) => value / max)
    return E.right(labelled(make<[number, number]>([count, sizeOf(each)], scaled), classes, valuesOf(what, labels)))
  }
}
