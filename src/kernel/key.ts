import { fail } from '../tensor/errors.ts'
import { fillBlocks } from './threefry.ts'

/** Random keys as words: splitting and folding. */

/** A random key: 64 bits, as two unsigned words. */
export interface Words {
  readonly high: number
  readonly low: number
}

/**
 * Domain separation of a key's blocks. The cipher under one key is a bijection on counters, so blocks of different
 * domains never coincide: a child key never repeats bits that were drawn, and a folded key is never one of a split.
 */
export const domain = { draw: 0, split: 1, foldIn: 2 } as const

export type Domain = (typeof domain)[keyof typeof domain]

const word = 2 ** 32

/** The counter of block `index` of a domain: 8 bits of domain, 56 of index. */
export const counterOf = (use: Domain, index: number): readonly [number, number] => [
  (use << 24) | Math.floor(index / word),
  index >>> 0
]

/** Whether a number is an unsigned 32-bit integer. */
export const isWord = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < word

/** What can be folded into a key, for error messages. */
export const foldable = 'a whole number from 0 to 2^53 − 1'

export const isFoldable = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** The key at a position of a buffer; throws in the name of the caller. */
export const keyAt = (what: string, words: ArrayLike<number>, place: number): Words => {
  const high = words[2 * place]!
  const low = words[2 * place + 1]!
  return isWord(high) && isWord(low)
    ? { high, low }
    : fail(
        'ValueError',
        `${what}: needs a random key, two whole numbers from 0 to 2^32 − 1, got ${high} and ${low}; make one with random.key(seed)`
      )
}

/** Maps each key of a buffer to `width` numbers, concatenated. */
export const ofEachKey = (
  what: string,
  words: ArrayLike<number>,
  width: number,
  make: (key: Words, place: number) => Float64Array
): Float64Array => {
  const count = words.length / 2
  if (count === 1) return make(keyAt(what, words, 0), 0)
  const out = new Float64Array(count * width)
  for (let i = 0; i < count; i++) out.set(make(keyAt(what, words, i), i), i * width)
  return out
}

/** A reused buffer of words: allocating one per call would dominate the cost. */
const few = new Uint32Array(64)

/** The words of the first `count` keys of a split. */
export const splitInto = ({ high, low }: Words, count: number): Float64Array => {
  const words = 2 * count <= few.length ? few : new Uint32Array(2 * count)
  const [upper, lower] = counterOf(domain.split, 0)
  fillBlocks(high, low, upper, lower, words, 2 * count)
  const out = new Float64Array(2 * count)
  for (let i = 0; i < out.length; i++) out[i] = words[i]!
  return out
}

/** A key folded with an integer of at most 53 bits. */
export const folded = (what: string, { high, low }: Words, data: number): Float64Array => {
  if (!isFoldable(data)) fail('ValueError', `${what}: data must be ${foldable}, got ${data}`)
  const [upper, lower] = counterOf(domain.foldIn, data)
  fillBlocks(high, low, upper, lower, few, 2)
  return Float64Array.of(few[0]!, few[1]!)
}
