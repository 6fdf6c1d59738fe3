import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as random from '../../src/random/index.ts'
import { permutationIndices } from '../../src/random/order.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { counterOf, domain } from '../../src/kernel/key.ts'
import { fillBlocks } from '../../src/kernel/threefry.ts'
import { wordsOf } from '../../src/random/key.ts'
import { anyKey, countsOf, few, fits } from './support.ts'

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

/** The place of an arrangement in a list of all of them. */
const rankOf =
  (arrangements: readonly string[]) =>
  (indices: readonly number[]): number =>
    arrangements.indexOf(indices.join())

const permutationsOf4 = upTo(256)
  .map((i) => [i & 3, (i >> 2) & 3, (i >> 4) & 3, i >> 6])
  .filter((indices) => new Set(indices).size === 4)
  .map((indices) => indices.join())

describe('permutation', () => {
  test.prop([anyKey, fc.nat({ max: 200 })])('has every number below n once', (key, n) => {
    expect(toFlatArray(random.permutation(n)(key)).sort((a, b) => a - b)).toEqual(upTo(n))
  })

  test.prop([anyKey])('repeats for a key, and differs for another', (key) => {
    expect(random.permutation(30)(key)).toEqual(random.permutation(30)(random.fromWords(key)))
    expect(random.permutation(30)(key)).not.toEqual(random.permutation(30)(random.foldIn(1)(key)))
  })

  test.prop([anyKey], few)('gives each of the 24 orders of four things as often', (key) => {
    const orders = upTo(4800).map((i) => toFlatArray(random.permutation(4)(random.foldIn(i)(key))))
    expect(fits(countsOf(24, orders.map(rankOf(permutationsOf4))))).toBe(true)
  })

  test.prop([anyKey, fc.nat({ max: 100 })])('is a vector of what the loops get as a buffer', (key, n) => {
    const indices = permutationIndices(n)(key)
    expect(indices).toBeInstanceOf(Int32Array)
    expect(random.permutation(n)(key)).toEqual(tensor(Array.from(indices)))
  })

  test.prop([anyKey], { numRuns: 2 })(
    'swaps each place with one of those left, drawn again where the words do not divide evenly among them',
    (key) => {
      // so many that some words have to be drawn again: all but once in 10⁸ keys
      const n = 400_000
      const { high, low } = wordsOf('the test', key)
      const block = new Uint32Array(2)
      const state = { drawn: 0 }
      const word = (): number => {
        const [first, second] = counterOf(domain.draw, state.drawn >> 1)
        if (state.drawn % 2 === 0) fillBlocks(high, low, first, second, block)
        return block[state.drawn++ % 2]!
      }
      const drawBelow = (count: number): number => {
        const drawn = word()
        return drawn < 2 ** 32 - (2 ** 32 % count) ? drawn % count : drawBelow(count)
      }
      const order = Int32Array.from({ length: n }, (_, i) => i)
      for (let i = 0; i < n; i++) {
        const j = i + drawBelow(n - i)
        ;[order[i], order[j]] = [order[j]!, order[i]!]
      }
      const found = permutationIndices(n)(key)
      expect(found.findIndex((value, i) => value !== order[i])).toBe(-1)
    }
  )

  it('orders 60,000 examples, and leaves few of them in place', () => {
    const indices = permutationIndices(60_000)(random.key(0))
    expect(new Set(indices).size).toBe(60_000)
    expect(indices.filter((value, i) => value === i).length).toBeLessThan(12)
  })

  it.each([-1, 2.5, NaN, Infinity])('of %s numbers is an error', (n) => {
    expect(() => random.permutation(n)).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: `permutation: n must be a whole number from 0 to 2147483647, got ${n}`
      })
    )
  })
})

describe('permutation of things', () => {
  test.prop([anyKey, fc.array(fc.string())])('is the array in the order of a permutation', (key, array) => {
    const before = [...array]
    const shuffled = random.permutation(array)(key)
    expect(shuffled).toEqual(toFlatArray(random.permutation(array.length)(key)).map((i) => array[i]))
    expect(array).toEqual(before)
  })

  test.prop([anyKey, fc.integer({ min: 1, max: 9 })])('is the rows of a tensor in that order', (key, n) => {
    const rows = tensor(upTo(n).map((i) => [i, -i]))
    const order = toFlatArray(random.permutation(n)(key))
    expect(random.permutation(rows)(key)).toEqual(tensor(order.map((i) => [i, -i])))
  })

  it('refuses what has no rows', () => {
    expect(() => random.permutation(tensor(1))).toThrow(
      /^permutation: needs an axis of rows, got a tensor of shape \[\]/u
    )
  })

  it('refuses what is no array', () => {
    expect(() => random.permutation('abc' as never)).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: 'permutation: what to permute must be a whole number, a tensor or an array, got "abc"'
      })
    )
  })
})

describe('choice', () => {
  test.prop([anyKey, fc.nat({ max: 40 }), fc.nat({ max: 40 })])(
    'without replacement draws different indices below n',
    (key, a, b) => {
      const [count, n] = a < b ? [a, b] : [b, a]
      const indices = toFlatArray(random.choice(n, { count, replace: false })(key))
      expect(indices.length).toBe(count)
      expect(new Set(indices).size).toBe(count)
      expect(indices.filter((i) => !(Number.isInteger(i) && i >= 0 && i < n))).toEqual([])
      expect(indices).toEqual(toFlatArray(random.permutation(n)(key)).slice(0, count))
    }
  )

  test.prop([anyKey], few)('without replacement gives each ordered pair as often', (key) => {
    const pairs = upTo(4800).map((i) =>
      toFlatArray(random.choice(4, { count: 2, replace: false })(random.foldIn(i)(key)))
    )
    const counts = countsOf(
      16,
      pairs.map(([a, b]) => 4 * a! + b!)
    )
    expect(fits(counts.filter((_, i) => i % 5 !== 0))).toBe(true)
  })

  test.prop([anyKey], few)('with replacement gives each index as often, and may repeat one', (key) => {
    const indices = toFlatArray(random.choice(6, { count: 3000, replace: true })(key))
    expect(fits(countsOf(6, indices))).toBe(true)
  })

  test.prop([anyKey], few)('with replacement and probabilities gives each index with its probability', (key) => {
    const probabilities = [0.5, 0, 0.2, 0.3]
    const counts = countsOf(4, toFlatArray(random.choice(4, { count: 3000, replace: true, probabilities })(key)))
    expect(counts[1]).toBe(0)
    expect(fits([counts[0]!, counts[2]!, counts[3]!], [0.5, 0.2, 0.3])).toBe(true)
  })

  test.prop([anyKey], few)('without replacement but with probabilities draws each among those left', (key) => {
    const probabilities = [0.5, 0.3, 0.2, 0]
    const draw = random.choice(4, { count: 2, replace: false, probabilities })
    const pairs = upTo(4000).map((i) => toFlatArray(draw(random.foldIn(i)(key))))
    const counts = countsOf(
      16,
      pairs.map(([a, b]) => 4 * a! + b!)
    )
    const cells = [0, 1, 2].flatMap((a) => [0, 1, 2].filter((b) => b !== a).map((b) => [a, b] as const))
    const expected = cells.map(([a, b]) => (probabilities[a]! * probabilities[b]!) / (1 - probabilities[a]!))
    expect(cells.reduce((sum, [a, b]) => sum + counts[4 * a + b]!, 0)).toBe(4000)
    expect(
      fits(
        cells.map(([a, b]) => counts[4 * a + b]!),
        expected
      )
    ).toBe(true)
  })

  test.prop([anyKey])('never draws an index of probability 0, not even where another is hardly likely', (key) => {
    expect(random.choice(3, { count: 2, replace: false, probabilities: [0, 1e-320, 1] })(key)).toEqual(tensor([2, 1]))
  })

  it('of nothing is nothing', () => {
    expect(random.choice(0, { count: 0, replace: true })(random.key(0)).shape).toEqual([0])
    expect(random.choice(0, { count: 0, replace: false })(random.key(0)).shape).toEqual([0])
  })

  it.each([
    [-1, { count: 1, replace: true }, 'n must be a whole number from 0 to 2147483647, got -1'],
    [3, { count: 0.5, replace: true }, 'count must be a whole number from 0 to 2147483647, got 0.5'],
    [3, { count: 1, replace: undefined as never }, 'replace must be true or false, got undefined'],
    [3, { count: 4, replace: false }, 'cannot draw 4 different indices from 3; lower count or set replace to true'],
    [
      3,
      { count: 3, replace: false, probabilities: [0.5, 0.5, 0] },
      'cannot draw 3 different indices from 2 of positive probability; lower count or set replace to true'
    ],
    [0, { count: 1, replace: true }, 'cannot draw 1 indices from 0; n must be at least 1'],
    [3, { count: 1, replace: true, probabilities: [0.5, 0.5] }, 'needs one probability for each of 3 indices, got 2'],
    [
      2,
      { count: 1, replace: true, probabilities: [0.5, 0.6] },
      'the 2 probabilities must sum to 1, got 1.1; divide them by their sum'
    ],
    [1, { count: 1, replace: true, probabilities: [2] }, 'probability 0 must be a probability from 0 to 1, got 2']
  ])('from %s with %s is an error', (n, settings, message) => {
    expect(() => random.choice(n, settings)).toThrow(
      expect.objectContaining({ name: 'ValueError', message: `choice: ${message}` })
    )
  })
})
