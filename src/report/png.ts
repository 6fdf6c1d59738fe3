/** A greyscale picture as a PNG, without compression: small pictures only. */

const crcTable: readonly number[] = Array.from({ length: 256 }, (_, n) =>
  Array.from({ length: 8 }).reduce<number>((c) => ((c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n)
)

const crc = (bytes: readonly number[]): number =>
  (bytes.reduce((c, byte) => crcTable[(c ^ byte) & 255]! ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0

const adler = (bytes: readonly number[]): number => {
  const [a, b] = bytes.reduce<readonly [number, number]>(
    ([low, high], byte) => {
      const next = (low + byte) % 65521
      return [next, (high + next) % 65521]
    },
    [1, 0]
  )
  return b * 65536 + a
}

const word = (n: number): readonly number[] => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255)

const chunk = (name: string, data: readonly number[]): readonly number[] => {
  const body = [...Array.from(name, (letter) => letter.charCodeAt(0)), ...data]
  return [...word(data.length), ...body, ...word(crc(body))]
}

/** One stored block of a zlib stream holds 65,535 bytes at most. */
const stored = (bytes: readonly number[]): readonly number[] => {
  const size = bytes.length
  return [0x78, 0x01, 1, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255, ...bytes, ...word(adler(bytes))]
}

/** The bytes of a PNG from rows of greys, 0 black to 255 white; at most 65,535 bytes with one more for each row. */
export const pngOf = (rows: readonly (readonly number[])[]): readonly number[] => [
  ...[137, 80, 78, 71, 13, 10, 26, 10],
  ...chunk('IHDR', [...word(rows[0]!.length), ...word(rows.length), 8, 0, 0, 0, 0]),
  ...chunk('IDAT', stored(rows.flatMap((row) => [0, ...row]))),
  ...chunk('IEND', [])
]

/** A PNG as an address that holds all of it. */
export const dataUrlOf = (rows: readonly (readonly number[])[]): string =>
  `data:image/png;base64,${btoa(String.fromCharCode(...pngOf(rows)))}`
