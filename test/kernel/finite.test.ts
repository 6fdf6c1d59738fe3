import { describe, expect } from 'vitest'
import { areFinite } from '../../src/kernel/finite.ts'
import { fc, test } from '../support/property.ts'

describe('areFinite', () => {
  test.prop([fc.array(fc.double({ noNaN: false }))])('says of any numbers what each says of itself', (values) => {
    expect(areFinite(Float64Array.from(values))).toBe(values.every(Number.isFinite))
  })

  test.prop([
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.constantFrom(NaN, Infinity, -Infinity),
    fc.nat()
  ])('sees one wrong number among any others', (values, wrong, place) => {
    const all = Float64Array.from([...values, 0])
    expect(areFinite(all)).toBe(true)
    expect(areFinite(all.with(place % all.length, wrong))).toBe(false)
  })
})
