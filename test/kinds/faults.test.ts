import { describe, expect, it } from 'vitest'
import * as kinds from '../../src/kinds/index.ts'
import { fc, test } from '../support/property.ts'

const layer = kinds.settings('layer', {
  units: kinds.size,
  rate: [kinds.positive, 0.5],
  names: [kinds.listOf(kinds.name, 'a list of names'), []]
})

describe('the faults of settings', () => {
  it('are told all at once, each at its path, with the part that is wrong', () => {
    expect(layer.faults({ rate: 0, names: ['a', '', 3], unit: 1 })).toEqual([
      { path: 'unit', message: 'is not known; there is units, rate, names' },
      { path: 'units', message: 'needs a whole number of at least 1, got undefined' },
      { path: 'rate', message: 'needs a finite number above 0, got 0' },
      { path: 'names[1]', message: 'needs text that is not empty, got ""' }
    ])
    expect(layer.faults(3)).toEqual([{ path: '', message: 'needs settings { units }, got 3' }])
    expect(layer.faults([])).toHaveLength(1)
  })

  it('find a hole in a list, and name what is wrong in the error as well', () => {
    // eslint-disable-next-line no-sparse-arrays -- the hole is the point
    const names = ['a', , 'b'] as never
    expect(layer.faults({ units: 1, names })).toEqual([
      { path: 'names[1]', message: 'needs text that is not empty, got undefined' }
    ])
    expect(() => layer.read({ units: 1, names })).toThrow(
      'layer: names[1] must be text that is not empty, got undefined'
    )
    expect(() => layer.read({ units: 1, names: 'a' as never })).toThrow('layer: names must be a list of names, got "a"')
  })

  const numbers = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(0.5, NaN, '1', null, undefined))
  const records = fc.record({ units: numbers, rate: numbers, odd: fc.constantFrom(1, undefined) }, { requiredKeys: [] })
  test.prop([records])('are there exactly where reading throws', (given) => {
    // a key that is undefined is a key all the same
    const isRead = (() => {
      try {
        layer.read(given as never)
        return true
      } catch {
        return false
      }
    })()
    expect(layer.faults(given).length === 0).toBe(isRead)
  })
})
