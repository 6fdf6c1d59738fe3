import { fc, test } from '../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { batches, type Dataset, fromClassRows, rows, take, xor } from '../../src/data/index.ts'
import { random } from '../../src/index.ts'
import { scalar, tensor } from '../../src/tensor/construct.ts'
import { toArray, toFlatArray } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyKey, numbered, thrown } from './support.ts'

describe('rows', () => {
  test.prop([fc.integer({ min: 1, max: 20 }), fc.array(fc.nat({ max: 19 }), { maxLength: 30 })])(
    'gives the rows with these numbers, in every tensor, in this order',
    (count, raw) => {
      const wanted = raw.map((i) => i % count)
      const some = rows(wanted)(numbered(count))
      expect(toFlatArray(some.labels)).toEqual(wanted)
      expect(toFlatArray(some.inputs)).toEqual(wanted.flatMap((i) => [i, i === 0 ? -0 : -i]))
      expect(some.targets.shape).toEqual([wanted.length, 3])
    }
  )

  it('keeps the types of the columns and forgets the number of rows', () => {
    const some = rows([0])(xor)
    expectTypeOf(some.inputs).toEqualTypeOf<Tensor<[number, 2]>>()
    expectTypeOf(some).toExtend<Dataset<[2], [1]>>()
    expect(some.inputs.shape).toEqual([1, 2])
  })

  it('refuses a number that is no row, naming it', () => {
    expect(thrown(() => rows([0, 4])(xor))).toBe(
      'IndexError: rows: index 4 at position 1 is not a row; use whole numbers from 0 to 3'
    )
    expect(thrown(() => rows([-1])(xor))).toMatch(/^IndexError: rows: index -1/)
    expect(thrown(() => rows([0.5])(xor))).toMatch(/^IndexError: rows: index 0.5/)
    expect(thrown(() => rows([NaN])(xor))).toMatch(/^IndexError: rows: index NaN/)
  })

  it('refuses tensors that differ in their number of rows, and what is no data set', () => {
    expect(thrown(() => rows([0])({ inputs: tensor([[1]]), targets: tensor([[1], [2]]) }))).toBe(
      'ShapeError: rows: inputs has 1 rows and targets 2; every tensor needs the same number'
    )
    expect(thrown(() => rows([0])({ inputs: scalar(1) }))).toMatch(/^ShapeError: rows: inputs must be/)
    expect(thrown(() => rows([0])({ inputs: [[1]] } as never))).toMatch(/^ShapeError: rows: inputs must be/)
    expect(thrown(() => rows([0])(null as never))).toMatch(/^ValueError: rows: needs a record/)
    expect(thrown(() => rows([0])({}))).toMatch(/^ValueError: rows: the data set holds no tensors/)
  })
})

describe('take', () => {
  test.prop([fc.integer({ min: 1, max: 20 }), fc.nat({ max: 20 })])('gives the first rows', (count, n) => {
    fc.pre(n <= count)
    expect(toFlatArray(take(n)(numbered(count)).labels)).toEqual(Array.from({ length: n }, (_, i) => i))
  })

  it('refuses more than there are', () => {
    expect(thrown(() => take(5)(xor))).toBe(
      'ValueError: take: n must be a whole number from 0 to 4, the rows there are, got 5'
    )
    expect(thrown(() => take(-1)(xor))).toMatch(/^ValueError/)
    expect(thrown(() => take(1.5)(xor))).toMatch(/^ValueError/)
  })
})

describe('batches', () => {
  test.prop([fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 })])(
    'holds every row once, in order, with only the last one short',
    (count, size) => {
      const cut = batches(size)(numbered(count))
      expect(cut.flatMap(({ labels }) => toFlatArray(labels))).toEqual(Array.from({ length: count }, (_, i) => i))
      expect(cut.slice(0, -1).every(({ inputs }) => inputs.shape[0] === size)).toBe(true)
      expect(cut.at(-1)!.targets.shape[0]).toBe(count % size === 0 ? size : count % size)
    }
  )

  it('refuses a size that is not an integer of at least 1', () => {
    expect([0, -1, 1.5, NaN, Infinity].map((size) => thrown(() => batches(size)(xor)))).toEqual(
      ['0', '-1', '1.5', 'NaN', 'Infinity'].map(
        (size) => `ValueError: batches: size must be a whole number of at least 1, got ${size}`
      )
    )
  })
})

describe('fromClassRows', () => {
  test.prop([anyKey, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 10 })])(
    'has the features as inputs, and targets whose one is at the label',
    (key, features, classes, count) => {
      const [numbersKey, labelsKey] = random.split(2)(key)
      const numbers = toArray(random.normal([count, features])(numbersKey))
      const labels = toArray(random.randint([count], { min: 0, max: classes })(labelsKey))
      const set = fromClassRows({ features, classes })(labels.map((label, i) => ({ features: numbers[i]!, label })))
      expect(set.inputs.shape).toEqual([count, features])
      expect(toArray(set.inputs)).toEqual(numbers)
      expect(toArray(set.labels)).toEqual(labels)
      expect(toArray(set.targets).map((row) => row.indexOf(1))).toEqual(labels)
      expect(toFlatArray(set.targets).reduce((a, b) => a + b, 0)).toBe(count)
    }
  )

  it('refuses a row of another length and a label that is no class', () => {
    const make = fromClassRows({ features: 2, classes: 3 })
    expect(
      thrown(() =>
        make([
          { features: [1, 2], label: 0 },
          { features: [1], label: 0 }
        ])
      )
    ).toBe('ShapeError: fromClassRows: row 1 has 1 features, 2 are needed')
    expect(thrown(() => make([{ features: [1, 2], label: 3 }]))).toMatch(/^IndexError: oneHot: label 3 at position 0/)
  })
})
