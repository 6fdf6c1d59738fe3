import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { logOf } from '../../src/kernel/draw.ts'

const epsilon = 2 ** -52

describe('the logarithm under the normal numbers', () => {
  it('agrees with Math.log at every power of two it is given, and next to 1', () => {
    const values = [...Array.from({ length: 54 }, (_, i) => 2 ** -i), 1 - 2 ** -53, 1 - 2 ** -40, Math.SQRT1_2]
    const wrong = values.filter((x) => !(Math.abs(logOf(x) - Math.log(x)) <= 2 * epsilon * Math.abs(Math.log(x))))
    expect(wrong).toEqual([])
  })

  test.prop([fc.integer({ min: 1, max: 2 ** 53 - 1 }), fc.nat({ max: 52 })])(
    'agrees with Math.log to two units in the last place, however small the number',
    (n, shift) => {
      const x = Math.max(1, Math.floor(n / 2 ** shift)) / 2 ** 53
      expect(Math.abs(logOf(x) - Math.log(x))).toBeLessThanOrEqual(2 * epsilon * Math.abs(Math.log(x)))
    }
  )
})
