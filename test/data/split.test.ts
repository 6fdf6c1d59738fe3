import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { blobs, rows, split } from '../../src/data/index.ts'
import { random } from '../../src/index.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { anyKey, numbered, thrown } from './support.ts'

const sizes = fc.tuple(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 1, max: 19 })).filter(([count, share]) => {
  const wanted = Math.round((count * share) / 20)
  return wanted > 0 && wanted < count
})

describe('split', () => {
  test.prop([anyKey, sizes, fc.boolean()])('puts every row into one part, once', (key, [count, share], stratify) => {
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

  it('refuses a fraction that leaves nothing', () => {
    const run = (testFraction: number) => thrown(() => split({ testFraction })(random.key(0))(numbered(4)))
    expect(run(0)).toBe('ValueError: split: testFraction must be above 0 and below 1, got 0')
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
