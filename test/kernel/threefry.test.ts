import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { block, fillBlocks } from '../../src/kernel/threefry.ts'

const word = fc.oneof(fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1), fc.nat({ max: 2 ** 32 - 1 }))

describe('threefry-2x32 with 20 rounds', () => {
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe]
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7]
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0]
    ]
  ] as const)('gives the published answer for key %s and counter %s', ([k0, k1], [c0, c1], answer) => {
    expect(block(k0, k1, c0, c1)).toEqual(answer)
  })

  test.prop([word, word, word, word])('fills a buffer with the blocks of successive counters', (k0, k1, c0, c1) => {
    const out = new Uint32Array(6)
    fillBlocks(k0, k1, c0, c1, out)
    const blocks = [0, 1, 2].flatMap((i) => {
      const low = c1 + i
      return low < 2 ** 32 ? block(k0, k1, c0, low) : block(k0, k1, (c0 + 1) % 2 ** 32, low - 2 ** 32)
    })
    expect([...out]).toEqual(blocks)
  })

  it('changes about half of its bits when one bit of the counter or of the key changes', () => {
    const bits = (value: number): number => value.toString(2).replaceAll('0', '').length
    const [a, b] = block(1, 2, 3, 4)
    const changes = Array.from({ length: 128 }, (_, i) => {
      const flip = (at: number, value: number): number => (i >> 5 === at ? (value ^ (1 << (i & 31))) >>> 0 : value)
      const [x, y] = block(flip(0, 1), flip(1, 2), flip(2, 3), flip(3, 4))
      return bits((a ^ x) >>> 0) + bits((b ^ y) >>> 0)
    })
    expect(Math.min(...changes)).toBeGreaterThan(12)
    expect(Math.max(...changes)).toBeLessThan(52)
  })
})
