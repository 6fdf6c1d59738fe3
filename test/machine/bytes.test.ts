import { describe, expect } from 'vitest'
import { float32, float64, signed, unsigned } from '../../src/machine/bytes.ts'
import { fc, test } from '../support/property.ts'

/** Reads LEB128 as its definition says, with as many bits as it takes. */
const decoded = (bytes: readonly number[], withSign: boolean): bigint => {
  const value = bytes.reduce((sum, byte, i) => sum | (BigInt(byte & 127) << BigInt(7 * i)), 0n)
  const isNegative = withSign && (bytes[bytes.length - 1]! & 64) !== 0
  return isNegative ? value - (1n << BigInt(7 * bytes.length)) : value
}
const isWellFormed = (bytes: readonly number[]): boolean =>
  bytes.every((byte, i) => byte >= 0 && byte < 256 && byte >= 128 === i < bytes.length - 1)

describe('numbers as bytes', () => {
  test.prop([fc.nat(2 ** 32 - 1)])('unsigned ones are read back', (value) => {
    expect(isWellFormed(unsigned(value))).toBe(true)
    expect(decoded(unsigned(value), false)).toBe(BigInt(value))
  })

  test.prop([
    fc.oneof(fc.integer(), fc.integer({ min: -200, max: 200 }), fc.integer({ min: -(2 ** 33), max: 2 ** 33 }))
  ])('signed ones are read back, and as short as bigints are', (value) => {
    expect(isWellFormed(signed(value))).toBe(true)
    expect(decoded(signed(value), true)).toBe(BigInt(value))
    expect(signed(BigInt(value))).toEqual(signed(value))
  })

  test.prop([fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })])('so are those of 64 bits', (value) => {
    expect(decoded(signed(value), true)).toBe(value)
  })

  test.prop([fc.double()])('floating-point ones are as they lie in memory', (value) => {
    expect(float64(value)).toEqual([...new Uint8Array(Float64Array.of(value).buffer)])
    expect(float32(value)).toEqual([...new Uint8Array(Float32Array.of(value).buffer)])
  })
})
