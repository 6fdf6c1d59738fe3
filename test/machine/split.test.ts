/** How loops are cut into parts for threads. */
import { expect } from 'vitest'
import { cut } from '../../src/machine/split.ts'
import { fc, test } from '../support/property.ts'

const positive = fc.integer({ min: 1, max: 40 })

test.prop([fc.integer({ min: 1, max: 400 }), positive, fc.constantFrom(1, 2, 8)])(
  'the parts of a length follow one another, start at whole units, and are none of them empty',
  (length, parts, unit) => {
    const made = cut(length, parts, unit)
    expect(made.length).toBe(Math.max(1, Math.min(parts, Math.floor(length / unit))))
    const end = made.reduce((at, part) => {
      expect(part.start).toBe(at)
      expect(part.start % unit).toBe(0)
      expect(part.length).toBeGreaterThan(0)
      return at + part.length
    }, 0)
    expect(end).toBe(length)
  }
)
