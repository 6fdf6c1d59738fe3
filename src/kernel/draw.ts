import { cosOf, sinOf } from '../tensor/elementary.ts'
import { counterOf, domain, type Words } from './key.ts'
import { fillBlocks } from './threefry.ts'

/**
 * Sampling loops of the distributions: from a key and checked settings to a new buffer. They use only `+ − × ÷ √`,
 * never `Math.log` or `Math.cos`, whose last bits differ between JavaScript engines, so a key gives the same numbers
 * everywhere.
 */

/** A stream of random 32-bit unsigned integers. */
type Bits = () => number

/** A stream of doubles. */
type Doubles = () => number

/** Words generated at a time: amortises the call, and fits in the L1 cache. */
const chunk = 1024

/** The stream of a key's words; `expected` is a hint of how many are needed, which saves work on small draws. */
const bitsOf = (key: Words, expected: number): Bits => {
  const buffer = new Uint32Array(Math.min(chunk, Math.max(2, 2 * Math.ceil(expected / 2))))
  let position = buffer.length
  let index = 0
  return () => {
    if (position === buffer.length) {
      const [high, low] = counterOf(domain.draw, index)
      fillBlocks(key.high, key.low, high, low, buffer)
      index += buffer.length / 2
      position = 0
    }
    return buffer[position++]!
  }
}

/** The next 53 bits as an integer: the 27 highest of one word, then the 26 highest of the next. */
const next53 = (words: Bits): number => (words() >>> 5) * 2 ** 26 + (words() >>> 6)

/** The largest double below a finite one. */
export const below = (value: number): number => {
  if (value === 0) return -Number.MIN_VALUE
  const bits = new BigInt64Array(Float64Array.of(value).buffer)
  bits[0] = bits[0]! + (value > 0 ? -1n : 1n)
  return new Float64Array(bits.buffer)[0]!
}

/** Doubles in `[min, max)`, on a grid of 2⁵³ steps; number `i` is made of block `i` of the key. */
export const drawUniform = (size: number, min: number, max: number, key: Words): Float64Array => {
  const words = bitsOf(key, 2 * size)
  const out = new Float64Array(size)
  const width = max - min
  const last = below(max)
  for (let i = 0; i < size; i++) {
    // the sum may round up to max
    out[i] = Math.min(min + width * (next53(words) / 2 ** 53), last)
  }
  return out
}

/** Ones with probability `p`, else zeros: where `uniform` of the same key is below `p`. */
export const drawBernoulli = (size: number, p: number, key: Words): Float64Array => {
  const words = bitsOf(key, 2 * size)
  const out = new Float64Array(size)
  const limit = p * 2 ** 53
  for (let i = 0; i < size; i++) out[i] = next53(words) < limit ? 1 : 0
  return out
}

/** `log(x)` for x in `[2⁻⁵³, 1]`, to about one unit in the last place. */
export const logOf = (value: number): number => {
  // x = m · 2ᵉ with m in [√½, √2), by exact scalings; most numbers skip the first loop
  let x = value
  let e = 0
  if (x < 2 ** -32) {
    x *= 2 ** 32
    e -= 32
  }
  if (x < 2 ** -16) {
    x *= 2 ** 16
    e -= 16
  }
  if (x < 2 ** -8) {
    x *= 2 ** 8
    e -= 8
  }
  if (x < 2 ** -4) {
    x *= 2 ** 4
    e -= 4
  }
  if (x < 2 ** -2) {
    x *= 2 ** 2
    e -= 2
  }
  if (x < 1 / 2) {
    x *= 2
    e -= 1
  }
  if (x < Math.SQRT1_2) {
    x *= 2
    e -= 1
  }
  // log m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …) with s = (m − 1) / (m + 1), |s| < 0.172
  const s = (x - 1) / (x + 1)
  const t = s * s
  let sum = 1 / 21
  sum = sum * t + 1 / 19
  sum = sum * t + 1 / 17
  sum = sum * t + 1 / 15
  sum = sum * t + 1 / 13
  sum = sum * t + 1 / 11
  sum = sum * t + 1 / 9
  sum = sum * t + 1 / 7
  sum = sum * t + 1 / 5
  sum = sum * t + 1 / 3
  return e * Math.LN2 + (2 * s + 2 * s * t * sum)
}

/**
 * Standard normal numbers by the method of Box and Muller, exact but for rounding: with u in (0, 1] and v in [0, 1),
 * `√(−2 log u) · cos 2πv` and then `√(−2 log u) · sin 2πv`, from two blocks of the key. The largest is 8.57.
 */
const gaussians = (words: Bits): Doubles => {
  let spare = 0
  let hasSpare = false
  return () => {
    if (hasSpare) {
      hasSpare = false
      return spare
    }
    const radius = Math.sqrt(-2 * logOf((next53(words) + 1) / 2 ** 53))
    // argument reduction to an octant, exact: its number and the rest, reflected in odd octants
    const turn = next53(words) / 2 ** 50
    const octant = Math.floor(turn)
    const rest = (octant & 1) === 0 ? turn - octant : octant + 1 - turn
    const s = sinOf(rest * (Math.PI / 4))
    const c = cosOf(rest * (Math.PI / 4))
    const swapped = ((octant + 1) & 2) !== 0
    const cosine = swapped ? s : c
    const sine = swapped ? c : s
    spare = octant < 4 ? radius * sine : -radius * sine
    hasSpare = true
    return ((octant + 2) & 4) === 0 ? radius * cosine : -radius * cosine
  }
}

/** Normal numbers; numbers `2i` and `2i + 1` are made of blocks `2i` and `2i + 1` of the key. */
export const drawNormal = (size: number, mean: number, standardDeviation: number, key: Words): Float64Array => {
  const next = gaussians(bitsOf(key, 4 * Math.ceil(size / 2)))
  const out = new Float64Array(size)
  for (let i = 0; i < size; i++) out[i] = mean + standardDeviation * next()
  return out
}

/** Standard normal numbers, rejected beyond `bound`, then scaled and shifted. */
export const drawTruncatedNormal = (
  size: number,
  mean: number,
  scale: number,
  bound: number,
  key: Words
): Float64Array => {
  const next = gaussians(bitsOf(key, 4 * Math.ceil(size / 2)))
  const out = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let z = next()
    while (Math.abs(z) > bound) z = next()
    out[i] = mean + scale * z
  }
  return out
}

/** Exponential numbers of rate 1, `−log u` with u in (0, 1]. */
const drawExponential = (size: number, key: Words): Float64Array => {
  const words = bitsOf(key, 2 * size)
  const out = new Float64Array(size)
  for (let i = 0; i < size; i++) out[i] = -logOf((next53(words) + 1) / 2 ** 53)
  return out
}

/**
 * An unbiased integer in `[0, count)`, for counts up to 2³²: a word modulo `count`, rejected when the word is in the
 * last, incomplete run of `count`.
 */
const nextBelow = (words: Bits, count: number): number => {
  for (;;) {
    const word = words()
    // exact for 32-bit numbers, and faster than the remainder of doubles
    const remainder = word - Math.floor(word / count) * count
    if (word - remainder <= 2 ** 32 - count) return remainder
  }
}

/** As `nextBelow`, for counts up to 2⁵³, from two words. */
const nextBelowWide = (words: Bits, count: number): number => {
  for (;;) {
    const bits = next53(words)
    const remainder = bits % count
    if (bits - remainder <= 2 ** 53 - count) return remainder
  }
}

/** Integers in `[min, min + count)`, for counts up to 2⁵³. */
export const drawIntegers = (size: number, min: number, count: number, key: Words): Float64Array => {
  const narrow = count <= 2 ** 32
  const words = bitsOf(key, narrow ? size : 2 * size)
  const out = new Float64Array(size)
  if (narrow) for (let i = 0; i < size; i++) out[i] = min + nextBelow(words, count)
  else for (let i = 0; i < size; i++) out[i] = min + nextBelowWide(words, count)
  return out
}

/** A reused buffer of words: allocating one per call would dominate the cost. */
const arrangementWords = new Uint32Array(chunk)

/**
 * `count` distinct integers in `[0, n)` in random order, all arrangements equally likely: the first `count` steps of
 * the Fisher–Yates shuffle. With `count = n`, a permutation.
 */
export const drawArrangement = (n: number, count: number, key: Words): Int32Array => {
  const order = new Int32Array(n)
  for (let i = 0; i < n; i++) order[i] = i
  // bitsOf and nextBelow inlined for speed: every epoch of training starts with a permutation
  const length = Math.min(chunk, Math.max(2, 2 * Math.ceil(count / 2)))
  let position = length
  let index = 0
  for (let i = 0; i < count;) {
    if (position === length) {
      const [high, low] = counterOf(domain.draw, index)
      fillBlocks(key.high, key.low, high, low, arrangementWords, length)
      index += length / 2
      position = 0
    }
    const left = n - i
    const word = arrangementWords[position++]!
    const remainder = word - Math.floor(word / left) * left
    // else rejected
    if (word - remainder <= 2 ** 32 - left) {
      const kept = order[i + remainder]!
      order[i + remainder] = order[i]!
      order[i] = kept
      i++
    }
  }
  return count === n ? order : order.slice(0, count)
}

/** Indices into `probabilities`, which sum to about 1, by inversion of the cumulative sums. */
export const drawCategories = (size: number, probabilities: ArrayLike<number>, key: Words): Float64Array => {
  const sums = new Float64Array(probabilities.length)
  let total = 0
  for (let i = 0; i < sums.length; i++) {
    total += probabilities[i]!
    sums[i] = total
  }
  const words = bitsOf(key, 2 * size)
  const out = new Float64Array(size)
  const scale = total / 2 ** 53
  for (let i = 0; i < size; i++) {
    // the first index whose sum is above the target, which is below the total: never one of probability 0
    const target = scale * next53(words)
    let from = 0
    let to = sums.length - 1
    while (from < to) {
      const middle = (from + to) >>> 1
      if (sums[middle]! > target) to = middle
      else from = middle + 1
    }
    out[i] = from
  }
  return out
}

/**
 * `count` distinct indices without replacement, each in proportion to the probabilities of those left, never one of
 * probability 0: the smallest of exponential variates whose rates are the probabilities.
 */
export const drawWeighted = (probabilities: ArrayLike<number>, count: number, key: Words): Float64Array => {
  const times = Array.from(drawExponential(probabilities.length, key), (time, i) => ({
    i,
    time: time / probabilities[i]!
  }))
  return Float64Array.from(
    times
      .filter(({ i }) => probabilities[i]! > 0)
      .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.i - b.i))
      .slice(0, count),
    ({ i }) => i
  )
}
