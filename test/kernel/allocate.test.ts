import { fc, test } from '../support/property.ts'
import { describe, expect } from 'vitest'
import { allocate } from '../../src/kernel/allocate.ts'

describe('an allocated buffer', () => {
  test.prop([fc.array(fc.nat(150), { minLength: 1, maxLength: 60 })], { numRuns: 50 })(
    'is zeroed, and shared with no other',
    (sizes) => {
      const made = sizes.map((n, i) => {
        const buffer = allocate(n)
        expect(buffer.length === n && buffer.every((value) => value === 0)).toBe(true)
        return buffer.fill(i + 1)
      })
      expect(made.every((buffer, i) => buffer.every((value) => value === i + 1))).toBe(true)
    }
  )
})
