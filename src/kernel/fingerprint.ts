/** 64-bit hashes of arrays of numbers, the same on every machine. */

const rotated = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))

/** The finaliser of MurmurHash3, which mixes all bits. */
const spread = (word: number): number => {
  let h = word
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

const hex = (word: number): string => word.toString(16).padStart(8, '0')

/** The hash of a shape and of the bits of its doubles: 16 hexadecimal digits. */
export const fingerprint = (dims: readonly number[], values: Float64Array): string => {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  let a = dims.length
  let b = words.length
  const take = (first: number, second: number): void => {
    a = (Math.imul(rotated(a ^ b ^ Math.imul(first, 0xcc9e2d51), 13), 5) + 0xe6546b64) | 0
    b = (Math.imul(rotated(b ^ Math.imul(second, 0x1b873593), 17), 9) + a) | 0
  }
  for (const size of dims) take(size, 0)
  for (let i = 0; i < words.length; i += 2) take(words[i]!, words[i + 1]!)
  take(0, 0)
  return hex(spread(a)) + hex(spread(b))
}
