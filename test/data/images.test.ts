import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type DataError, formatIdx, imagesWithLabels, type Labelled, readIdx, showError } from '../../src/data/index.ts'
import * as random from '../../src/random/index.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { toArray, toFlatArray } from '../../src/tensor/read.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'
import { anyKey, thrown } from './support.ts'
import { reshape } from '../../src/ops/index.ts'

const right = <A>(result: E.Either<DataError, A>): A => {
  if (E.isRight(result)) return result.right
  throw new Error(showError(result.left))
}

const faults = (result: E.Either<DataError, unknown>): readonly string[] =>
  E.isRight(result) || result.left._tag !== 'InvalidImages'
    ? ['nothing is wrong']
    : result.left.faults.map(({ path, message }) => `${path}: ${message}`)

describe('images with labels', () => {
  test.prop([anyKey, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })])(
    'are rows of numbers from 0 to 1, and rows with a one at the label',
    (key, count, height, width) => {
      const images = random.randint([count, height, width], { min: 0, max: 256 })(key)
      const labels = random.randint([count], { min: 0, max: 4 })(key)
      const set = right(imagesWithLabels({ classes: 4 })({ images, labels }))
      expect(toFlatArray(set.inputs)).toEqual(toFlatArray(images).map((value) => value / 255))
      expect(set.inputs.shape).toEqual([count, height * width])
      expect(set.labels).toBeTensor(labels)
      expect(toArray(set.targets).map((row) => [row.indexOf(1), row.reduce((a, b) => a + b)])).toEqual(
        toFlatArray(labels).map((label) => [label, 1])
      )
    }
  )

  it('may be rows already, or have colours, and any number for white', () => {
    const rows = right(imagesWithLabels({ classes: 2, max: 16 })({ images: tensor([[0, 16, 8]]), labels: tensor([1]) }))
    expect(rows.inputs).toBeTensor([[0, 1, 0.5]])
    const colours = right(imagesWithLabels()({ images: zeros([2, 4, 4, 3]), labels: tensor([9, 0]) }))
    expect(colours.inputs.shape).toEqual([2, 48])
    expectTypeOf(colours).toEqualTypeOf<Labelled<[number], [10]>>()
    expectTypeOf(rows).toEqualTypeOf<Labelled<[number], [2]>>()
  })

  const images = zeros([3, 2, 2])
  it.each<[string, unknown, unknown, readonly string[]]>([
    ['fewer labels', images, tensor([1, 2]), ['labels: needs as many labels as there are images (3), got 2']],
    [
      'labels that are no class',
      images,
      tensor([10, 2, -1]),
      ['labels[0]: needs a class from 0 to 9, got 10', 'labels[2]: needs a class from 0 to 9, got -1']
    ],
    [
      'both',
      images,
      tensor([0, 0, 0, 0.5]),
      ['labels: needs as many labels as there are images (3), got 4', 'labels[3]: needs a class from 0 to 9, got 0.5']
    ],
    ['rows of labels', images, zeros([3, 10]), ['labels: needs a vector with one label an image, got shape [3, 10]']],
    [
      'pixels out of range',
      tensor([
        [
          [0, 256],
          [-1, NaN]
        ]
      ]),
      tensor([0]),
      [
        'images[0][0][1]: needs a number from 0 to 255, got 256',
        'images[0][1][0]: needs a number from 0 to 255, got -1',
        'images[0][1][1]: needs a number from 0 to 255, got NaN'
      ]
    ],
    [
      'a vector of pixels',
      zeros([3]),
      tensor([0, 0, 0]),
      ['images: needs at least one image, as shape [count, ...pixels], got [3]']
    ],
    [
      'no images',
      zeros([0, 2, 2]),
      zeros([0]),
      ['images: needs at least one image, as shape [count, ...pixels], got [0, 2, 2]']
    ],
    [
      'scalars',
      scalar(0),
      scalar(0),
      [
        'images: needs at least one image, as shape [count, ...pixels], got []',
        'labels: needs a vector with one label an image, got shape []'
      ]
    ]
  ])('tell of %s', (_, pixels, labels, expected) => {
    expect(faults(imagesWithLabels()({ images: pixels as never, labels: labels as never }))).toEqual(expected)
  })

  it('tell of the first three of very many, and count the rest', () => {
    const found = faults(
      imagesWithLabels()({ images: reshape([100, 3])(tensor(new Float64Array(300).fill(-1))), labels: zeros([100]) })
    )
    expect(found).toHaveLength(4)
    expect(found.slice(2)).toEqual(['images[0][2]: needs a number from 0 to 255, got -1', 'images: 297 more are not'])
  })

  it('refuse settings and data that are not valid', () => {
    expect(thrown(() => imagesWithLabels({ classes: 0 }))).toBe(
      'ValueError: imagesWithLabels: classes must be a whole number of at least 1, got 0'
    )
    expect(thrown(() => imagesWithLabels({ max: 0 }))).toBe(
      'ValueError: imagesWithLabels: max must be a finite number above 0, got 0'
    )
    expect(thrown(() => imagesWithLabels({ max: NaN }))).toMatch(/^ValueError: imagesWithLabels: max must be a finite/)
    expect(thrown(() => imagesWithLabels()(undefined as never))).toMatch(
      /^ValueError: imagesWithLabels: given must be \{ images/
    )
    expect(thrown(() => imagesWithLabels()({ images } as never))).toMatch(
      /^ValueError: imagesWithLabels: labels: needs/
    )
  })
})

describe('the files of MNIST', () => {
  const folder = '../shared/data/mnist'
  const names = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'] as const
  const real = names.every((name) => existsSync(`${folder}/${name}`))
  /** The real ones where they are, else some of the same form. */
  const bytesOf = (name: (typeof names)[number]): Uint8Array =>
    real
      ? readFileSync(`${folder}/${name}`)
      : gzipSync(
          formatIdx('uint8')(
            name.includes('images')
              ? random.randint([20, 28, 28], { min: 0, max: 256 })(random.key(0))
              : random.randint([20], { min: 0, max: 10 })(random.key(1))
          )
        )

  it('become a data set', async () => {
    const read = pipe(
      TE.Do,
      TE.bind('images', () => readIdx(bytesOf(names[0]))),
      TE.bind('labels', () => readIdx(bytesOf(names[1]))),
      TE.flatMapEither(imagesWithLabels())
    )
    const { inputs, targets, labels } = right(await read())
    const count = real ? 10_000 : 20
    expect([inputs.shape, targets.shape, labels.shape]).toEqual([[count, 784], [count, 10], [count]])
    expect(toFlatArray(inputs).every((value) => value >= 0 && value <= 1)).toBe(true)
    if (real) expect(toFlatArray(labels).slice(0, 5)).toEqual([7, 2, 1, 0, 4])
  })
})
