import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { blobs, rows, split } from '../../src/data/index.ts'
import { oneHot, random, tensor } from '../../src/index.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { anyKey, numbered, thrown } from './support.ts'

const sizes = fc.tuple(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 19 })).filter(([count, share]) => {
  const wanted = Math.round((count * share) / 20)
  return wanted > 0 && wanted < count
})

describe('split', () => {
  test.prop([anyKey, sizes, fc.boolean()])('puts every row into one part, once', (key, [count, share], wish) => {
    // of less than six rows some are the only ones of their class
    const stratify = wish && count >= 6
    const { train, test: held } = split({ testFraction: share / 20, stratify })(key)(numbered(count))
    const both = [...toFlatArray(train.labels), ...toFlatArray(held.labels)]
    expect(both.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
    expect(held.inputs.shape[0]).toBe(Math.round(count * (share / 20)))
  })

  test.prop([anyKey, sizes])('keeps what belongs together in one row', (key, [count, share]) => {
    const all = numbered(count)
    const { train, test: held } = split({ testFraction: share / 20 })(key)(all)
    for (const part of [train, held]) expect(part).toEqual(rows(toFlatArray(part.labels))(all))
  })

  test.prop([anyKey, sizes])('depends on nothing but the key', (key, [count, share]) => {
    const run = split({ testFraction: share / 20 })
    expect(run(key)(numbered(count))).toEqual(run(key)(numbered(count)))
  })

  it('shuffles, otherwise with each key', () => {
    const run = split({ testFraction: 0.5 })
    const orders = [0, 1].map((seed) => toFlatArray(run(random.key(seed))(numbered(40)).train.labels))
    expect(orders[0]).not.toEqual(orders[1])
    expect(orders[0]).not.toEqual(orders[0]!.toSorted((a, b) => a - b))
  })

  test.prop([anyKey, fc.integer({ min: 2, max: 4 }), fc.integer({ min: 5, max: 25 }), fc.integer({ min: 2, max: 8 })])(
    'gives both parts the same shares of each class when stratified, but for a rounding',
    (key, classes, perClass, tenths) => {
      const all = blobs({ classes, perClass })(key)
      const { test: held } = split({ testFraction: tenths / 10, stratify: true })(key)(all)
      const expected = held.inputs.shape[0] / classes
      const counts = Array.from(
        { length: classes },
        (_, label) => toFlatArray(held.labels).filter((found) => found === label).length
      )
      for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(1)
    }
  )

  /** Rows with a class each, in any order. */
  const ofClasses = (labels: readonly number[]) => ({
    inputs: tensor(labels.map((_, i) => [i])),
    targets: oneHot(1 + Math.max(...labels))(labels),
    labels: tensor([...labels])
  })
  const anySizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 6 })

  /** A split by classes of these sizes, and how many rows of each class are in its test part. */
  const tested = (key: random.Key, sizes: readonly number[], testFraction: number) => {
    const all = ofClasses(sizes.flatMap((size, label) => Array.from({ length: size }, () => label)))
    const { train, test: held } = split({ testFraction, stratify: true })(key)(all)
    const found = toFlatArray(held.labels)
    return { train, found, counts: sizes.map((_, label) => found.filter((one) => one === label).length) }
  }
  const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0)

  test.prop([anyKey, anySizes, fc.integer({ min: 1, max: 19 })])(
    'tests with the share of each class up to a rounding, with both parts of each class where they have room, and never with the only row of a class',
    (key, sizes, twentieths) => {
      const total = sum(sizes)
      const several = sizes.filter((size) => size > 1)
      const wanted = Math.round(total * (twentieths / 20))
      fc.pre(wanted > 0 && wanted <= sum(several) && wanted < total)
      const { train, found, counts } = tested(key, sizes, twentieths / 20)
      expect(found).toHaveLength(wanted)
      const least = wanted >= several.length ? 1 : 0
      const kept = total - wanted >= sizes.length ? 1 : 0
      // shares that would give each class its count, but for a rounding
      const shares = sizes.flatMap((size, label) => {
        const count = counts[label]!
        if (size === 1) {
          expect([count, toFlatArray(train.labels).includes(label)]).toEqual([0, true])
          return []
        }
        expect(count).toBeGreaterThanOrEqual(least)
        expect(count).toBeLessThanOrEqual(size - kept)
        return [
          [count === least ? -Infinity : (count - 1) / size, count === size - kept ? Infinity : (count + 1) / size]
        ]
      })
      expect(Math.max(...shares.map(([low]) => low!))).toBeLessThan(Math.min(...shares.map(([, high]) => high!)))
    }
  )

  it('tests with a row of each small class, and leaves one to train on', () => {
    const keys = Array.from({ length: 50 }, (_, seed) => random.key(seed))
    keys.forEach((key) => {
      expect(tested(key, [2, 2, 2, 94], 0.1).counts).toEqual([1, 1, 1, 7])
      expect(tested(key, [2, 2, 2, 94], 0.9).counts).toEqual([1, 1, 1, 87])
    })
  })

  it('rounds by the key: any class may be the one that is tested with a row more', () => {
    const all = ofClasses([0, 0, 1, 1, 2, 2, 3, 3])
    const run = split({ testFraction: 0.25, stratify: true })
    const shares = [0, 1, 2, 3].map((label) => {
      const keys = Array.from({ length: 200 }, (_, seed) => random.key(seed))
      return keys.filter((key) => toFlatArray(run(key)(all).test.labels).includes(label)).length / 200
    })
    // half of the keys each; 200 fair coins are outside of this once in some millions
    shares.forEach((share) => expect(Math.abs(share - 0.5)).toBeLessThan(0.19))
  })

  it('refuses to stratify where only single rows of classes are left to test with', () => {
    expect(thrown(() => split({ testFraction: 0.4, stratify: true })(random.key(0))(ofClasses([0, 1, 2, 3, 4])))).toBe(
      'ValueError: split: 2 rows are wanted to test with, and only 0 have a class with another row in it; bring more rows, or do not stratify'
    )
  })

  it('refuses a fraction that leaves nothing', () => {
    const run = (testFraction: number) => thrown(() => split({ testFraction })(random.key(0))(numbered(4)))
    expect(run(0)).toBe('ValueError: split: testFraction must be a number above 0 and below 1, got 0')
    expect(run(1)).toMatch(/got 1$/)
    expect(run(NaN)).toMatch(/got NaN$/)
    expect(run(0.1)).toMatch(/^ValueError: split: a testFraction of 0.1 leaves one of the parts of 4 rows empty/)
    expect(run(0.95)).toMatch(/leaves one of the parts/)
  })

  it('refuses to stratify without targets', () => {
    const { inputs } = numbered(4)
    expect(thrown(() => split({ testFraction: 0.5, stratify: true })(random.key(0))({ inputs }))).toBe(
      'ValueError: split: to stratify, the data set needs targets; it has inputs'
    )
  })
})

it('refuses a setting that is not known', () => {
  expect(() => split({ testFraction: 0.5, stratified: true } as never)).toThrow(
    'split: stratified is not known; there is testFraction, stratify'
  )
})
