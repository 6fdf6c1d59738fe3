/** Numbers as the bytes of WebAssembly's binary format. */

/** Unsigned LEB128. */
export const unsigned = (value: number): readonly number[] => {
  const bytes: number[] = []
  let left = value
  do {
    const low = left % 128
    left = Math.floor(left / 128)
    bytes.push(left > 0 ? low + 128 : low)
  } while (left > 0)
  return bytes
}

/** Signed LEB128; 64-bit integers are passed as `bigint`. */
export const signed = (value: number | bigint): readonly number[] =>
  typeof value === 'bigint'
    ? signedWide(value)
    : value === (value | 0)
      ? signedNarrow(value)
      : signedWide(BigInt(value))

/** The fast path for 32-bit values: number arithmetic is much faster than bigint. */
const signedNarrow = (value: number): readonly number[] => {
  const bytes: number[] = []
  let left = value
  for (;;) {
    const low = left & 127
    left >>= 7
    const done = left === (low < 64 ? 0 : -1)
    bytes.push(done ? low : low + 128)
    if (done) return bytes
  }
}

const signedWide = (value: bigint): readonly number[] => {
  const bytes: number[] = []
  let left = value
  for (;;) {
    const low = Number(left & 127n)
    left >>= 7n
    const done = left === (low < 64 ? 0n : -1n)
    bytes.push(done ? low : low + 128)
    if (done) return bytes
  }
}

const scratch = new DataView(new ArrayBuffer(8))
const bytesOf = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => scratch.getUint8(i))

/** The eight bytes of a double, little-endian. */
export const float64 = (value: number): readonly number[] => {
  scratch.setFloat64(0, value, true)
  return bytesOf(8)
}

/** The four bytes of a single, little-endian. */
export const float32 = (value: number): readonly number[] => {
  scratch.setFloat32(0, value, true)
  return bytesOf(4)
}

/** The neighbouring single of a non-zero one, away from 0 or towards it. */
const nextSingle = (value: number, outwards: boolean): number => {
  scratch.setFloat32(0, value)
  scratch.setUint32(0, scratch.getUint32(0) + (outwards ? 1 : -1))
  return scratch.getFloat32(0)
}

/** Rounds a double down to single precision: the largest single ≤ value, −∞ below the finite range. */
export const singleBelow = (value: number): number => {
  const nearest = Math.fround(value)
  if (nearest <= value) return nearest
  return nearest === 0 ? -(2 ** -149) : nextSingle(nearest, nearest < 0)
}

/** Rounds a double up to single precision: the smallest single ≥ value, ∞ above the finite range. */
export const singleAbove = (value: number): number => -singleBelow(-value)

/** The eight bytes of a 64-bit pattern, little-endian. */
export const pattern64 = (value: bigint): readonly number[] => [
  ...new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value)).buffer)
]

/** The four bytes of a 32-bit pattern, little-endian. */
export const pattern32 = (value: number): readonly number[] => [...new Uint8Array(Uint32Array.of(value >>> 0).buffer)]

/** A name: its length in bytes, then UTF-8. */
export const text = (name: string): readonly number[] => {
  const utf8 = new TextEncoder().encode(name)
  return [...unsigned(utf8.length), ...utf8]
}

/** A vector of the binary format: the count, then the items. */
export const vector = (items: readonly (readonly number[])[]): readonly number[] => [
  ...unsigned(items.length),
  ...items.flat()
]
