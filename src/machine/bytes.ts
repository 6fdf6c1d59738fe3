/** Numbers as the bytes of WebAssembly's binary format. */

/** A whole number of at least 0, in the variable-length form LEB128. */
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

/** A signed whole number in LEB128; 64-bit ones are given as `bigint`. */
export const signed = (value: number | bigint): readonly number[] =>
  typeof value === 'bigint'
    ? signedWide(value)
    : value === (value | 0)
      ? signedNarrow(value)
      : signedWide(BigInt(value))

/** Numbers are much faster than bigints. */
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

const room = new DataView(new ArrayBuffer(8))
const bytesOf = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => room.getUint8(i))

/** The eight bytes of a double, lowest first. */
export const float64 = (value: number): readonly number[] => {
  room.setFloat64(0, value, true)
  return bytesOf(8)
}

/** The four bytes of a single, lowest first. */
export const float32 = (value: number): readonly number[] => {
  room.setFloat32(0, value, true)
  return bytesOf(4)
}

/** The single next to one that is not 0, further from 0 or nearer to it. */
const nextSingle = (value: number, outwards: boolean): number => {
  room.setFloat32(0, value)
  room.setUint32(0, room.getUint32(0) + (outwards ? 1 : -1))
  return room.getFloat32(0)
}

/** The largest single that is not above a number; −∞ below all finite ones. */
export const singleBelow = (value: number): number => {
  const nearest = Math.fround(value)
  if (nearest <= value) return nearest
  return nearest === 0 ? -(2 ** -149) : nextSingle(nearest, nearest < 0)
}

/** The smallest single that is not below a number; ∞ above all finite ones. */
export const singleAbove = (value: number): number => -singleBelow(-value)

/** The eight bytes of a 64-bit pattern, lowest first. */
export const pattern64 = (value: bigint): readonly number[] => [
  ...new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value)).buffer)
]

/** The four bytes of a 32-bit pattern, lowest first. */
export const pattern32 = (value: number): readonly number[] => [...new Uint8Array(Uint32Array.of(value >>> 0).buffer)]

/** A name: its length, then its UTF-8. */
export const text = (name: string): readonly number[] => {
  const utf8 = new TextEncoder().encode(name)
  return [...unsigned(utf8.length), ...utf8]
}

/** A list: how many, then each. */
export const vector = (items: readonly (readonly number[])[]): readonly number[] => [
  ...unsigned(items.length),
  ...items.flat()
]
