import { test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { inverseTransform, minMaxScaler, standardScaler, transform } from '../../src/data/index.ts'
import * as codec from '../../src/codec/index.ts'
import { transpose } from '../../src/ops/index.ts'
import { tensor, zeros } from '../../src/tensor/construct.ts'
import { as, isClose, toArray, toFlatArray } from '../../src/tensor/read.ts'
import { lesson } from '../lesson/lesson.ts'
import { anyRows, thrown } from './support.ts'

const columnsOf = (rows: readonly (readonly number[])[]): readonly (readonly number[])[] =>
  (rows[0] ?? []).map((_, j) => rows.map((row) => row[j]!))
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const deviationOf = (values: readonly number[]): number => {
  const mean = meanOf(values)
  return Math.sqrt(meanOf(values.map((x) => (x - mean) ** 2)))
}
const isConstant = (values: readonly number[]): boolean => values.every((x) => x === values[0])
const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs))

describe('standardScaler', () => {
  it('gives the figures of the lesson', () => {
    // one column per example there, and nothing added to the deviation
    const x = transpose(tensor(lesson.normalise.X))
    const expected = transpose(tensor(lesson.normalise.X_normalized))
    expect(isClose({ atol: 0, rtol: 1e-9 })(expected)(transform(standardScaler(x))(x))).toBe(true)
  })

  test.prop([anyRows])('makes the mean 0 and the standard deviation 1, or all 0 where all were equal', (x) => {
    const before = columnsOf(toArray(x))
    const after = columnsOf(toArray(transform(standardScaler(x))(x)))
    after.forEach((column, j) => {
      const given = before[j]!
      if (isConstant(given)) {
        expect(column.every((value) => value === 0)).toBe(true)
        return
      }
      // a spread far below the size of the numbers is lost in their rounding
      const lost = (largest(given) / deviationOf(given)) * 1e-14
      if (lost > 1e-6) return
      expect(Math.abs(meanOf(column))).toBeLessThan(1e-9 + lost)
      expect(Math.abs(deviationOf(column) - 1)).toBeLessThan(1e-9 + lost)
    })
  })

  test.prop([anyRows])('is undone by inverseTransform', (x) => {
    const fitted = standardScaler(x)
    for (const scaler of [fitted, minMaxScaler(x)]) {
      const back = inverseTransform(scaler)(transform(scaler)(x))
      expect(isClose({ atol: 1e-9, rtol: 1e-9 })(x)(back)).toBe(true)
    }
  })

  test.prop([anyRows])('is the same after it was saved as parameters are', (x) => {
    const scaler = standardScaler(x)
    const saved = codec.print(codec.JsonParams)({ ...scaler })
    expect(codec.parse(codec.JsonParams)(saved)).toEqual({ _tag: 'Right', right: scaler })
  })

  it('takes a column of equal numbers to exactly 0, though their sum is rounded', () => {
    const x = tensor(Array.from({ length: 10 }, () => [0.1, 1e17 / 3]))
    const { shift, scale } = standardScaler(x)
    expect(toArray(shift)).toEqual([0.1, 1e17 / 3])
    expect(toArray(scale)).toEqual([1, 1])
    expect(toFlatArray(transform({ shift, scale })(x)).every((value) => value === 0)).toBe(true)
  })

  it('uses what was measured on other data', () => {
    const fitted = standardScaler(tensor([[0], [2]]))
    expect(toArray(transform(fitted)(tensor([[4]])))).toEqual([[3]])
  })

  it('works on vectors and on images', () => {
    expect(toArray(transform(standardScaler(tensor([1, 3])))(tensor([1, 3, 5])))).toEqual([-1, 1, 3])
    const images = tensor([[[1, 2]], [[3, 2]]])
    expect(toArray(transform(standardScaler(images))(images))).toEqual([[[-1, 0]], [[1, 0]]])
  })

  it('refuses what cannot be measured', () => {
    expect(thrown(() => standardScaler(zeros([0, 2])))).toBe(
      'ShapeError: standardScaler: needs at least one example, got shape [0, 2]'
    )
    expect(
      thrown(() =>
        standardScaler(
          tensor([
            [1, 2],
            [3, NaN]
          ])
        )
      )
    ).toBe('ValueError: standardScaler: needs finite numbers, got NaN at row 1, column 1')
    expect(thrown(() => standardScaler(tensor([[1e308], [-1e308]])))).toMatch(
      /^ValueError: standardScaler: .* too large/
    )
  })

  it('refuses examples of another shape, which would be stretched', () => {
    const fitted = as([1])(standardScaler(tensor([[1], [2]])).shift)
    expect(thrown(() => transform({ shift: fitted, scale: fitted })(tensor([[1, 2]]) as never))).toBe(
      'ShapeError: transform: was measured on examples of shape [1], got [2] in shape [1, 2]'
    )
    expect(thrown(() => transform(minMaxScaler(tensor([[1, 2]])))(tensor([[1]]) as never))).toMatch(
      /^ShapeError: transform/
    )
  })
})

describe('minMaxScaler', () => {
  test.prop([anyRows])('takes each column from 0 to 1, or to 0 where all were equal', (x) => {
    const before = columnsOf(toArray(x))
    columnsOf(toArray(transform(minMaxScaler(x))(x))).forEach((column, j) => {
      const constant = isConstant(before[j]!)
      expect(Math.min(...column)).toBe(0)
      expect(Math.max(...column)).toBe(constant ? 0 : 1)
    })
  })

  it('refuses what cannot be measured', () => {
    expect(thrown(() => minMaxScaler(zeros([0, 2])))).toMatch(/^ShapeError: minMaxScaler: needs at least one example/)
    expect(thrown(() => minMaxScaler(tensor([[Infinity]])))).toMatch(/got Infinity at row 0, column 0$/)
    expect(thrown(() => minMaxScaler(tensor([[1.7e308], [-1.7e308]])))).toMatch(/too large/)
  })
})
