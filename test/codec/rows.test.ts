import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import { data } from '../../src/index.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { faults, right } from './support.ts'

const digitRows = (): readonly (readonly string[])[] => parse(gunzipSync(readFileSync('examples/data/digits.csv.gz')))

describe('the rows of handwritten digits', () => {
  const settings = { features: 64, classes: 10, min: 0, max: 16 } as const

  it('are all right, 1,797 of them, of ten classes about as large', () => {
    const set = data.fromClassRows({ features: 64, classes: 10 })(right(codec.classRows(settings)(digitRows())))
    expect([set.inputs.shape, set.targets.shape]).toEqual([
      [1797, 64],
      [1797, 10]
    ])
    const labels = toFlatArray(set.labels)
    const counts = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length)
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    expect(toFlatArray(set.inputs).reduce((a, b) => a + b, 0)).toBe(561718)
  })

  it('are told apart where a copy is spoiled', () => {
    const spoiled = digitRows().map((row, i) =>
      i === 4 ? row.with(9, '17') : i === 1796 ? row.with(64, '') : i === 99 ? row.slice(1) : row
    )
    expect(faults(codec.classRows(settings)(spoiled))).toEqual([
      'row 5, column 10: needs a number from 0 to 16, got "17"',
      'row 100: needs 65 columns, 64 features and a label, got 64',
      'row 1797, column 65: is empty; needs a label, a whole number from 0 to 9'
    ])
  })
})

describe('rows with a label', () => {
  const read = codec.classRows({ features: 1, classes: 2 })
  const fault = (cell: unknown, label: unknown = '0') => faults(read([[cell, label]]))[0]

  it('hold finite numbers in decimal digits', () => {
    expect(
      right(
        read([
          [' -1.5e2 ', '1'],
          ['.5', '0'],
          [3, 1]
        ])
      )
    ).toEqual([
      { features: [-150], label: 1 },
      { features: [0.5], label: 0 },
      { features: [3], label: 1 }
    ])
    expect(fault('')).toBe('row 1, column 1: is empty; needs a finite number')
    expect(fault('  ')).toBe('row 1, column 1: is empty; needs a finite number')
    for (const cell of ['NaN', 'Infinity', '-inf', '1e999', '0x1f', '1 2', '1,5', 'twelve'])
      expect(fault(cell)).toBe(`row 1, column 1: needs a finite number, got ${JSON.stringify(cell)}`)
    for (const [cell, shown] of [
      [NaN, 'NaN'],
      [Infinity, 'Infinity'],
      [null, 'null'],
      [undefined, 'nothing'],
      [[1], 'a list of 1'],
      [true, 'true']
    ])
      expect(fault(cell)).toBe(`row 1, column 1: needs a finite number, got ${String(shown)}`)
  })

  it('have whole labels from 0 to one less than there are classes', () => {
    for (const label of ['2', '-1', '0.5', 'one', 'NaN'])
      expect(fault('0', label)).toBe(
        `row 1, column 2: needs a label, a whole number from 0 to 1, got ${JSON.stringify(label)}`
      )
  })

  it('may have the label first, and bounds on either side', () => {
    const first = codec.classRows({ features: 2, classes: 3, labelColumn: 'first', min: 0 })
    expect(right(first([['2', '5', '6']]))).toEqual([{ features: [5, 6], label: 2 }])
    expect(faults(first([['3', '5', '-1']]))).toEqual([
      'row 1, column 1: needs a label, a whole number from 0 to 2, got "3"',
      'row 1, column 3: needs a finite number of at least 0, got "-1"'
    ])
    expect(faults(codec.classRows({ features: 1, classes: 1, max: 1 })([['2', '0']]))).toEqual([
      'row 1, column 1: needs a finite number of at most 1, got "2"'
    ])
  })

  it('are a list of lists with at least one row', () => {
    expect(faults(read('0,1'))).toEqual(['rows: needs a list of rows, got "0,1"'])
    expect(faults(read([]))).toEqual(['rows: needs at least one row, got none'])
    expect(faults(read(['0,1', null]))).toEqual([
      'row 1: needs a list of cells, got "0,1"',
      'row 2: needs a list of cells, got null'
    ])
    expect(faults(read([[]]))).toEqual(['row 1: needs 2 columns, 1 features and a label, got 0'])
  })

  it('list 20 faults and count the rest', () => {
    const found = faults(read(Array.from({ length: 40 }, () => ['x', 'y'])))
    expect(found).toHaveLength(21)
    expect(found.at(-1)).toBe('rows: 60 more faults')
  })

  test.prop([
    fc.array(fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat({ max: 1 })), { minLength: 1 })
  ])('give back the very numbers that were written', (table) => {
    const decoded = right(read(table.map(([x, label]) => [String(x), String(label)])))
    expect(decoded).toEqual(table.map(([x, label]) => ({ features: [x === 0 ? 0 : x], label })))
  })

  it('refuse settings that make no sense', () => {
    expect(() => codec.classRows({ features: 0, classes: 2 })).toThrow(/features must be .* got 0/)
    expect(() => codec.classRows({ features: 1, classes: 1.5 })).toThrow(/classes must be .* got 1.5/)
    expect(() => codec.classRows({ features: 1, classes: 1, min: 2, max: 1 })).toThrow(/got min 2 and max 1/)
  })
})
