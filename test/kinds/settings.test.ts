import { describe, expect, expectTypeOf, it } from 'vitest'
import * as kinds from '../../src/kinds/index.ts'
import { fc, test } from '../support/property.ts'

const fails = (name: string, message: string) => expect.objectContaining({ name, message })

const layer = kinds.settings('layer', {
  units: kinds.size,
  rate: [kinds.positive, 0.5],
  name: [kinds.text, undefined],
  mode: [kinds.oneOf('sum', 'mean'), 'mean']
})

describe('settings declared by kinds', () => {
  test.prop([fc.integer({ min: 1, max: 99 }), fc.double({ min: 1e-3, max: 9, noNaN: true })])(
    'are read as they are given, and what is left out has its value',
    (units, rate) => {
      expect(layer.read({ units })).toEqual({ units, rate: 0.5, name: undefined, mode: 'mean' })
      expect(layer.read({ units, rate, name: 'a', mode: 'sum' })).toEqual({ units, rate, name: 'a', mode: 'sum' })
    }
  )

  it.each([
    [{}, 'layer: units must be a whole number of at least 1, got undefined'],
    [{ units: 0 }, 'layer: units must be a whole number of at least 1, got 0'],
    [{ units: 1, rate: null }, 'layer: rate must be a finite number above 0, got null'],
    [{ units: 1, mode: 'max' }, 'layer: mode must be one of sum, mean, got "max"'],
    [{ units: 1, unit: 2 }, 'layer: unit is not known; there is units, rate, name, mode'],
    [3, 'layer: needs settings { units }, got 3']
  ])('%j is refused', (given, message) => {
    expect(() => layer.read(given as never)).toThrow(fails('ValueError', message))
  })

  it('that may all be left out are shown by an example, with the value that is taken', () => {
    const all = kinds.settings('noise', { spread: [kinds.notNegative, 0.5], seed: [kinds.index, undefined] })
    const bare = kinds.settings('cut', { at: [kinds.finite, undefined], ends: [kinds.yesOrNo, false] })
    expect(() => all.read(1 as never)).toThrow(
      fails('ValueError', 'noise: needs settings such as { spread: 0.5 }, got 1')
    )
    expect([all.read({}), all.read({ seed: 3 })]).toEqual([
      { spread: 0.5, seed: undefined },
      { spread: 0.5, seed: 3 }
    ])
    expect(() => all.read({ seed: -1 })).toThrow('noise: seed must be a whole number of at least 0, got -1')
    expect(() => bare.read(null as never)).toThrow(fails('ValueError', 'cut: needs settings such as { at }, got null'))
  })

  it('that are undefined count as left out, and are refused where they are needed', () => {
    expect(layer.read({ units: 1, rate: undefined })).toEqual({ units: 1, rate: 0.5, name: undefined, mode: 'mean' })
    expect(() => layer.read({ units: undefined as never })).toThrow('layer: units must be')
  })

  it('keep the literal types that they are given with', () => {
    const sized = <const N extends number>(given: { readonly units: N; readonly rate?: number }): N =>
      layer.read(given).units
    expectTypeOf(sized({ units: 3 })).toEqualTypeOf<3>()
    expect(sized({ units: 3 })).toBe(3)
  })

  it('have the types of their kinds', () => {
    expectTypeOf(layer.read).parameter(0).toExtend<{ readonly units: number; readonly rate?: number | undefined }>()
    expectTypeOf(layer.read({ units: 1 }).name).toEqualTypeOf<string | undefined>()
    expectTypeOf(layer.read({ units: 1 }).rate).toEqualTypeOf<number>()
    // @ts-expect-error units is required
    expect(() => layer.read({ rate: 1 })).toThrow()
  })
})
