import type { Eq as FpEq } from 'fp-ts/lib/Eq.js'
import * as kinds from '../kinds/index.ts'
import type { Dims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { block } from './threefry.ts'

/**
 * A random key: 64 bits, as two unsigned words. An immutable value and plain data, so it is saved and sent as JSON. The
 * same key always gives the same numbers; for fresh ones, split it and let the old key go.
 *
 * Laws: `split` and `foldIn` are deterministic; the children of a key differ from each other, from the key and from
 * what is drawn with it; `split(m)` begins with the keys of `split(n)` when n ≤ m.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { random } from 'grad-ts'
 *
 * const saved: random.Key = { ...random.key(7) }
 * deepStrictEqual(random.uniform([3])(saved), random.uniform([3])(random.key(7)))
 * @category key
 * @since 0.1.0
 */
export interface Key {
  readonly _tag: 'Key'
  readonly high: number
  readonly low: number
}

/**
 * What a key's blocks are used for. The cipher under one key is a bijection on counters, so blocks of different domains
 * never coincide: no child is made of bits that were drawn, and `foldIn(i)` is never a key of `split`.
 *
 * @internal
 */
export const domain = { draw: 0, split: 1, foldIn: 2 } as const

/** @internal */
export type Domain = (typeof domain)[keyof typeof domain]

const word = 2 ** 32

/** The counter of block `index` of a domain: 8 bits of domain, 56 of index. @internal */
export const counterOf = (use: Domain, index: number): readonly [number, number] => [
  (use << 24) | Math.floor(index / word),
  index >>> 0
]

const fromWords = ([high, low]: readonly [number, number]): Key => Object.freeze({ _tag: 'Key', high, low })

const foldable = kinds.number('a whole number from 0 to 2^53 − 1', (data) => Number.isSafeInteger(data) && data >= 0)

const child = (use: Domain, parent: Key, index: number): Key =>
  fromWords(block(parent.high, parent.low, ...counterOf(use, index)))

/**
 * The key of a seed: any whole number from −(2⁵³ − 1) to 2⁵³ − 1. Different seeds give different keys.
 *
 * @throws ValueError when the seed is not a safe integer
 * @example
 * import { deepStrictEqual, notDeepStrictEqual } from 'assert'
 * import { random } from 'grad-ts'
 *
 * deepStrictEqual(random.key(0), random.key(0))
 * notDeepStrictEqual(random.key(1), random.key(-1))
 * @category key
 * @since 0.1.0
 */
export const key = (seed: number): Key => {
  kinds.mustBe(kinds.safeInteger, 'key: the seed', seed)
  return fromWords([Math.floor(seed / word) >>> 0, seed >>> 0]) // two's complement
}

/**
 * `n` keys: a tuple for a literal `n` of at most 16, so that `const [a, b] = split(2)(k)` needs no check.
 *
 * @category key
 * @since 0.1.0
 */
export type Keys<N extends number> = N extends number
  ? number extends N
    ? readonly Key[]
    : `${N}` extends `-${string}` | `${string}.${string}` | `${string}e${string}`
      ? readonly Key[]
      : Repeat<N, readonly []>
  : never

type Repeat<N extends number, T extends readonly Key[]> = T['length'] extends N
  ? T
  : T['length'] extends 16
    ? readonly Key[]
    : Repeat<N, readonly [...T, Key]>

/**
 * `n` new keys from one, which is not to be used again. The first keys are the same whatever `n` is.
 *
 * @throws ValueError when `n` is negative or not whole
 * @example
 * import { notDeepStrictEqual } from 'assert'
 * import { random } from 'grad-ts'
 *
 * const [initKey, trainKey] = random.split(2)(random.key(0))
 * notDeepStrictEqual(random.normal([3])(initKey), random.normal([3])(trainKey))
 * @category key
 * @since 0.1.0
 */
export const split = <const N extends number>(n: N): ((key: Key) => Keys<N>) => {
  kinds.mustBe(kinds.count, 'split: n', n)
  return (parent) => {
    const traced = traceOf(parent)
    if (traced !== null) return Array.from({ length: n }, (_, i) => traced.child(domain.split, i)) as never
    checkKey('split', parent)
    return Array.from({ length: n }, (_, i) => child(domain.split, parent, i)) as readonly Key[] as Keys<N>
  }
}

/**
 * A new key from a key and a whole number of at least 0, such as an epoch, a step or a layer's index: a way to reach the
 * millionth key without the ones before it. The key may be folded again with another number, but not used otherwise.
 *
 * @throws ValueError when `data` is negative or not a safe integer
 * @example
 * import { deepStrictEqual, notDeepStrictEqual } from 'assert'
 * import { random } from 'grad-ts'
 *
 * const epochKey = (epoch: number) => random.foldIn(epoch)(random.key(0))
 * deepStrictEqual(random.permutation(10)(epochKey(3)), random.permutation(10)(epochKey(3)))
 * notDeepStrictEqual(random.permutation(10)(epochKey(3)), random.permutation(10)(epochKey(4)))
 * @category key
 * @since 0.1.0
 */
export const foldIn = (data: number): ((key: Key) => Key) => {
  kinds.mustBe(foldable, 'foldIn: data', data)
  return (parent) =>
    traceOf(parent)?.child(domain.foldIn, data) ?? child(domain.foldIn, checkKey('foldIn', parent), data)
}

const isWord = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < word

/**
 * Whether a value is a key: the tag and two whole numbers from 0 to 2³² − 1.
 *
 * @example
 * import { ok } from 'assert'
 * import { random } from 'grad-ts'
 *
 * ok(random.isKey(random.key(0)))
 * ok(!random.isKey(0) && !random.isKey({ _tag: 'Key', high: 0, low: -1 }))
 * @category key
 * @since 0.1.0
 */
export const isKey = (value: unknown): value is Key =>
  typeof value === 'object' &&
  value !== null &&
  '_tag' in value &&
  value._tag === 'Key' &&
  'high' in value &&
  isWord(value.high) &&
  'low' in value &&
  isWord(value.low)

/**
 * What stands for a key while a function is traced by shape alone: the key is not known yet, so that what is made of it and
 * drawn with it is recorded instead.
 *
 * @internal
 */
export interface KeyTrace {
  /** The tensor that will be the key's two words. */
  readonly words: Tensor
  readonly child: (use: Domain, index: number) => Key
  readonly bernoulli: (p: number, dims: Dims) => Tensor
  readonly uniform: (min: number, max: number, dims: Dims) => Tensor
  readonly normal: (mean: number, standardDeviation: number, dims: Dims) => Tensor
}

const trace: unique symbol = Symbol.for('grad-ts/keyTrace')

/** A key of which only is known what to do with it. @internal */
export const tracedKey = (of: KeyTrace): Key => {
  const key: Key & { readonly [trace]: KeyTrace } = { _tag: 'Key', high: NaN, low: NaN, [trace]: of }
  return Object.freeze(key)
}

/** How a key is traced; `null` for one whose bits are known. @internal */
export const traceOf = (key: Key): KeyTrace | null =>
  typeof (key as unknown) === 'object' && (key as unknown) !== null && trace in key
    ? (key as Key & { readonly [trace]: KeyTrace })[trace]
    : null

/** The key, or an error: without it a seed in a key's place would draw the numbers of seed 0. @internal */
export const checkKey = (what: string, value: unknown): Key =>
  isKey(value)
    ? value
    : traceOf(value as Key) !== null
      ? fail(
          'TracedValueError',
          `${what}: this key has no bits yet, as its function is being traced; uniform, normal and bernoulli can be traced`
        )
      : fail('ValueError', `${what}: needs a random key, got ${showGiven(value)}; make one with random.key(seed)`)

/** The same for one who only hands it on: a key that is being traced will do. @internal */
export const asKey = (what: string, value: Key): Key => (traceOf(value) === null ? checkKey(what, value) : value)

/**
 * The key as text: its 64 bits in hexadecimal.
 *
 * @throws ValueError when it is given no key
 * @example
 * import { strictEqual } from 'assert'
 * import { random } from 'grad-ts'
 *
 * strictEqual(random.show(random.key(42)), 'Key 00000000 0000002a')
 * @category key
 * @since 0.1.0
 */
export const show = (key: Key): string => {
  const { high, low } = checkKey('show', key)
  return `Key ${hex(high)} ${hex(low)}`
}

const hex = (value: number): string => value.toString(16).padStart(8, '0')

/**
 * Equality of keys: the same 64 bits, so the same numbers.
 *
 * @throws ValueError when one of them is not a key
 * @example
 * import { ok } from 'assert'
 * import { random } from 'grad-ts'
 *
 * ok(random.Eq.equals(random.key(1), random.key(1)))
 * ok(!random.Eq.equals(random.key(1), random.key(2)))
 * @category instances
 * @since 0.1.0
 */
export const Eq: FpEq<Key> = Object.freeze<FpEq<Key>>({
  equals: (a, b) => {
    const [left, right] = [checkKey('Eq', a), checkKey('Eq', b)]
    return left.high === right.high && left.low === right.low
  }
})
