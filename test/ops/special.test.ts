import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar } from '../../src/index.ts'
import { fc, test } from '../support/property.ts'

const number = fc.double({ min: 0.05, max: 30, noNaN: true })

describe('the gamma family', () => {
  test.prop([number])('is a chain of derivatives', (x) => {
    const at = g.scalar(x)
    const chain = [g.lgamma, g.digamma, g.polygamma(1), g.polygamma(2)]
    chain.slice(0, -1).forEach((f, i) => {
      expect(g.toNumber(g.grad((y: Scalar) => f(y))(at))).toBe(g.toNumber(chain[i + 1]!(at)))
    })
  })

  it('refuses an order that does not count', () => {
    for (const order of [-1, 0.5, NaN, '1' as never])
      expect(() => g.polygamma(order)).toThrow('polygamma: order must be')
    expect(() => g.polygamma(1)(5 as never)).toThrow('polygamma: needs a tensor, got 5')
  })
})

describe('erfinv', () => {
  test.prop([fc.double({ min: -5, max: 5, noNaN: true })])('undoes erf, as far as that keeps its digits', (y) => {
    const back = g.toNumber(g.erfinv(g.erf(g.scalar(y))))
    expect(Math.abs(back - y)).toBeLessThanOrEqual(4e-15 * Math.abs(y) + 4e-16 * Math.exp(y * y))
  })
})
