import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { countAbove, countPairs } from '../../src/kernel/tally.ts'

describe('countPairs', () => {
  test.prop([
    fc
      .integer({ min: 1, max: 4 })
      .chain((n) => fc.tuple(fc.constant(n), fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)))))
  ])('counts each pair at its row and column, and all of them', ([classes, pairs]) => {
    const counts = countPairs(
      classes,
      pairs.map(([row]) => row),
      pairs.map(([, column]) => column)
    )
    for (let i = 0; i < classes; i++)
      for (let j = 0; j < classes; j++)
        expect(counts[i * classes + j]).toBe(pairs.filter(([row, column]) => row === i && column === j).length)
  })
})

describe('countAbove', () => {
  const scored = fc.array(
    fc.tuple(
      fc.constantFrom(0, 1),
      fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(Infinity, -Infinity), fc.double({ noNaN: true }))
    )
  )

  test.prop([scored])('counts what scores at least each of the scores, from the largest down', (examples) => {
    const { thresholds, positives, negatives } = countAbove(
      Float64Array.from(examples, ([target]) => target),
      Float64Array.from(examples, ([, score]) => score)
    )
    const distinct = [...new Set(examples.map(([, score]) => score + 0))].sort((a, b) => (a > b ? -1 : 1))
    expect(Array.from(thresholds, (x) => x + 0)).toEqual([Infinity, ...distinct])
    const above = (kind: number, bound: number): number =>
      examples.filter(([target, score]) => target === kind && score >= bound).length
    distinct.forEach((bound, i) => {
      expect([positives[i + 1], negatives[i + 1]]).toEqual([above(1, bound), above(0, bound)])
    })
    expect([positives[0], negatives[0]]).toEqual([0, 0])
  })

  it('leaves its arguments alone', () => {
    const [targets, scores] = [Float64Array.of(0, 1, 1), Float64Array.of(1, 3, 2)]
    countAbove(targets, scores)
    expect([...targets, ...scores]).toEqual([0, 1, 1, 1, 3, 2])
  })
})
