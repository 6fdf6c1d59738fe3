/**
 * Threefry-2x32 with 20 rounds: a bijection on 64-bit blocks, chosen by a 64-bit key, in 32-bit integer arithmetic.
 * Counter based: any block can be computed without the ones before it, and is the same on every machine.
 *
 * @see Salmon, Moraes, Dror, Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (2011)
 */

/** The parity constant of the key schedule: the third key word is the XOR of the other two and this. */
const PARITY = 0x1bd11bda

/**
 * Fills the first `count` words of `out`, two per block, with the blocks of `(key0, key1)` at counters from
 * `(counter0, counter1)` on, whose low word is the second. Words are modulo 2³².
 */
export const fillBlocks = (
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
  count = out.length
): void => {
  const k0 = key0 | 0
  const k1 = key1 | 0
  const k2 = k0 ^ k1 ^ PARITY
  // key injections after every fourth round: rotated key words plus the injection number
  const a1 = (k2 + 1) | 0
  const a2 = (k0 + 2) | 0
  const a3 = (k1 + 3) | 0
  const a4 = (k2 + 4) | 0
  const a5 = (k0 + 5) | 0
  let c0 = counter0 | 0
  let c1 = counter1 | 0
  for (let i = 0; i + 1 < count; i += 2) {
    let x = (c0 + k0) | 0
    let y = (c1 + k1) | 0

    x = (x + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0
    y = ((y << 6) | (y >>> 26)) ^ x
    x = (x + k1) | 0
    y = (y + a1) | 0

    x = (x + y) | 0
    y = ((y << 17) | (y >>> 15)) ^ x
    x = (x + y) | 0
    y = ((y << 29) | (y >>> 3)) ^ x
    x = (x + y) | 0
    y = ((y << 16) | (y >>> 16)) ^ x
    x = (x + y) | 0
    y = ((y << 24) | (y >>> 8)) ^ x
    x = (x + k2) | 0
    y = (y + a2) | 0

    x = (x + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0
    y = ((y << 6) | (y >>> 26)) ^ x
    x = (x + k0) | 0
    y = (y + a3) | 0

    x = (x + y) | 0
    y = ((y << 17) | (y >>> 15)) ^ x
    x = (x + y) | 0
    y = ((y << 29) | (y >>> 3)) ^ x
    x = (x + y) | 0
    y = ((y << 16) | (y >>> 16)) ^ x
    x = (x + y) | 0
    y = ((y << 24) | (y >>> 8)) ^ x
    x = (x + k1) | 0
    y = (y + a4) | 0

    x = (x + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ x
    x = (x + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ x
    x = (x + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ x
    x = (x + y) | 0
    y = ((y << 6) | (y >>> 26)) ^ x
    x = (x + k2) | 0
    y = (y + a5) | 0

    out[i] = x
    out[i + 1] = y
    c1 = (c1 + 1) | 0
    if (c1 === 0) c0 = (c0 + 1) | 0
  }
}

/** One block, as two unsigned words. */
export const block = (key0: number, key1: number, counter0: number, counter1: number): readonly [number, number] => {
  const out = new Uint32Array(2)
  fillBlocks(key0, key1, counter0, counter1, out)
  return [out[0]!, out[1]!]
}
