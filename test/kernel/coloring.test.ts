import { describe, expect } from 'vitest'
import { colorColumns, transposed } from '../../src/kernel/coloring.ts'
import { type IndexSet, sameSets, singletons, throughGroups, unions } from '../../src/kernel/indexSets.ts'
import { fc, test } from '../support/property.ts'

const WIDTH = 9
const set = fc.uniqueArray(fc.nat({ max: WIDTH - 1 })).map((members): IndexSet => [...members].sort((a, b) => a - b))
const rows = fc.array(set, { maxLength: 12 })
const union = (...sets: readonly IndexSet[]): IndexSet => [...new Set(sets.flat())].sort((a, b) => a - b)

describe('a colouring of columns', () => {
  test.prop([rows])('gives two columns with a row in common different colours, and none to empty ones', (matrix) => {
    const columns = transposed(matrix, WIDTH)
    const { count, colors } = colorColumns(matrix, columns)
    for (const row of matrix) expect(new Set(row.map((j) => colors[j])).size).toBe(row.length)
    columns.forEach((column, j) => expect(colors[j]! >= 0).toBe(column.length > 0))
    expect(count).toBe(Math.max(-1, ...colors) + 1)
    expect(count).toBeGreaterThanOrEqual(Math.max(0, ...matrix.map((row) => row.length)))
  })

  test.prop([fc.integer({ min: 1, max: 60 }), fc.nat({ max: 4 })])(
    'of a band takes as many colours as it has diagonals',
    (n, half) => {
      const band = Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (__, j) => j).filter((j) => Math.abs(i - j) <= half)
      )
      expect(colorColumns(band, transposed(band, n)).count).toBe(Math.min(n, 2 * half + 1))
    }
  )

  test.prop([rows])('is of the transpose of the transpose', (matrix) => {
    expect(transposed(transposed(matrix, WIDTH), matrix.length)).toEqual(matrix)
  })
})

describe('sets of indices', () => {
  test.prop([fc.array(fc.tuple(set, set), { maxLength: 6 })])('are united element by element', (pairs) => {
    const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)]
    expect(unions(a, b)).toEqual(pairs.map(([x, y]) => union(x, y)))
    expect(sameSets(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b))
  })

  test.prop([fc.array(fc.tuple(set, fc.integer({ min: -1, max: 2 }))), fc.array(fc.integer({ min: -1, max: 2 }))])(
    'pass groups: an element of the output has the union of its group, and none without a group',
    (given, output) => {
      const sets = given.map(([own]) => own)
      const input = given.map(([, group]) => group)
      const of = (group: number): IndexSet => union(...sets.filter((_, i) => group >= 0 && input[i] === group))
      expect(throughGroups({ count: 3, input, output }, sets, output.length)).toEqual(output.map(of))
      expect(throughGroups({ count: 3, input, output: null }, sets, 3)).toEqual([0, 1, 2].map(of))
    }
  )

  test.prop([set])('share one set where all elements have the same', (members) => {
    const [a, b] = throughGroups({ count: 1, input: [0], output: [0, 0] }, [members], 2)
    expect(a).toBe(b)
    expect(singletons(3, 2)).toEqual([[3], [4]])
  })
})
