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
export const signed = (value: number | bigint): readonly number[] => {
  const bytes: number[] = []
  let left = BigInt(value)
  for (;;) {
    const low = Number(left & 127n)
    left >>= 7n
    const done = (left === 0n && low < 64) || (left === -1n && low >= 64)
    bytes.push(done ? low : low + 128)
    if (done) return bytes
  }
}

/** The eight bytes of a double, lowest first. */
export const float64 = (value: number): readonly number[] => [...new Uint8Array(Float64Array.of(value).buffer)]

/** The four bytes of a single, lowest first. */
export const float32 = (value: number): readonly number[] => [...new Uint8Array(Float32Array.of(value).buffer)]

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
