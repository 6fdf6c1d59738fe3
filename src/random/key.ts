import { foldable, folded, isFoldable, isWord, type Words } from '../kernel/key.ts'
import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { type Dims, showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { bufferOf, dimsOf, isTensor, make, originOf, type Scalar, type Tensor, valuesOf } from '../tensor/tensor.ts'

declare const brand: unique symbol

/**
 * A random key: a tensor of two unsigned 32-bit words. The same key always gives the same numbers; for fresh ones,
 * split it and discard the old key. As a tensor it can be an argument and a result of `compile`, a carry of `scan` and,
 * as a row of a tensor of `keys`, mapped by `vmap`. Its type distinguishes it from other tensors of two numbers.
 *
 * Laws: `split` and `foldIn` are deterministic; the children of a key differ from each other, from the key and from
 * what is drawn with it; `split(m)` begins with the keys of `split(n)` when n ≤ m.
 *
 * @shape [2]
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { random, toArray } from 'grad-ts'
 *
 * const key: random.Key = random.key(7)
 * deepStrictEqual(toArray(key), [0, 7])
 * deepStrictEqual(random.uniform([3])(key), random.uniform([3])(random.key(7)))
 * @category key
 * @since 0.1.0
 */
export interface Key extends Tensor<[2]> {
  readonly [brand]: 'Key'
}

const word = 2 ** 32

/** The one place that asserts that two words are a key. */
const asserted = (words: Tensor): Key => words as Tensor<[2]> as Key

const foldableNumber = kinds.number(foldable, isFoldable)

/**
 * The key of a seed, an integer from −(2⁵³ − 1) to 2⁵³ − 1. Different seeds give different keys.
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
  return keyOf({ high: Math.floor(seed / word) >>> 0, low: seed >>> 0 }) // two's complement
}

/**
 * A tensor of two words as a key: one row of the tensor that `keys` gives, or the words of a key that were kept
 * elsewhere (compare JAX's `wrap_key_data`).
 *
 * @shape [2] → [2]
 * @throws ValueError when they are not two integers from 0 to 2³² − 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { get, random } from 'grad-ts'
 *
 * const [first] = random.split(2)(random.key(0))
 * deepStrictEqual(random.fromWords(get(0)(random.keys(2)(random.key(0)))), first)
 * @category key
 * @since 0.1.0
 */
export const fromWords = (words: Tensor<[2]>): Key => asKey('fromWords', words)

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
 * Splits a key, which should not be used again, into `n` new keys. The first keys do not depend on `n`.
 *
 * @shape [2] → n times [2]
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
  return (parent) => cut(op.splitKey(asKey('split', parent), n), n) as Keys<N>
}

/** The rows of a tensor of keys. */
const cut = (all: Tensor, n: number): readonly Key[] => {
  // fast path for keys that are not traced: initialisation makes many small splits
  const words = knownWords(all)
  return Array.from({ length: n }, (_, i) =>
    words === null
      ? asserted(op.reshape(op.slice(all, [i, 0], [i + 1, 2]), [2]))
      : keyOf({ high: words[2 * i]!, low: words[2 * i + 1]! })
  )
}

/**
 * The keys of `split(n)` as one tensor, for `vmap` or `scan`.
 *
 * @shape → [n, 2]
 * @throws ValueError when `n` is negative or not whole
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { random, toArray, vmap } from 'grad-ts'
 *
 * const drawn = vmap(random.uniform([3]))(random.keys(2)(random.key(0)))
 * deepStrictEqual(toArray(drawn), random.split(2)(random.key(0)).map((key) => toArray(random.uniform([3])(key))))
 * @category key
 * @since 0.1.0
 */
export const keys = <const N extends number>(n: N): ((key: Key) => Tensor<[N, 2]>) => {
  kinds.mustBe(kinds.count, 'keys: n', n)
  return (parent) => op.splitKey(asKey('keys', parent), n) as Tensor<[N, 2]>
}

/**
 * A new key from a key and a non-negative integer, such as an epoch, a step or a layer's index: the millionth key
 * without the ones before it. The key may be folded with other numbers too, but should not be used otherwise. The
 * number may be a traced scalar, such as the step count of a compiled step: it is exact up to 2⁵³ − 1 in both
 * precisions.
 *
 * @shape [2] → [2]
 * @throws ValueError when `data` is negative or not a safe integer
 * @example
 * import { deepStrictEqual, notDeepStrictEqual } from 'assert'
 * import { compile, random, scalar } from 'grad-ts'
 *
 * const epochKey = (epoch: number) => random.foldIn(epoch)(random.key(0))
 * deepStrictEqual(random.permutation(10)(epochKey(3)), random.permutation(10)(epochKey(3)))
 * notDeepStrictEqual(random.permutation(10)(epochKey(3)), random.permutation(10)(epochKey(4)))
 *
 * const compiled = compile(random.foldIn(scalar(3)))
 * deepStrictEqual(compiled(random.key(0)), epochKey(3))
 * @category key
 * @since 0.1.0
 */
export const foldIn = (data: number | Scalar): ((key: Key) => Key) => {
  if (isTensor(data)) {
    const number = asScalar(data)
    return (parent) => asserted(op.foldKey(asKey('foldIn', parent), number))
  }
  kinds.mustBe(foldableNumber, 'foldIn: data', data)
  return (parent) => {
    // fast path for keys that are not traced: every step and epoch of training folds its number in
    const words = knownWords(asKey('foldIn', parent))
    return asserted(
      words === null
        ? op.foldKey(parent, op.constant(data))
        : make([2], folded('foldIn', { high: words[0]!, low: words[1]! }, data))
    )
  }
}

/** The words of keys that are not being traced. */
const knownWords = (keys: Tensor): Float64Array | null => (originOf(keys) === null ? bufferOf(keys) : null)

/** Checks a scalar to fold in; its value only when it is not traced. */
const asScalar = (data: Tensor): Tensor => {
  if (dimsOf(data).length > 0)
    fail('ShapeError', `foldIn: data must be a number or a scalar, got a tensor of ${showDims(dimsOf(data))}`)
  const values = bufferOf(data)
  if (values !== null) kinds.mustBe(foldableNumber, 'foldIn: data', values[0])
  return data
}

const isPair = (dims: Dims): boolean => dims.length === 1 && dims[0] === 2

/**
 * Whether a value is a key: a tensor of two integers from 0 to 2³² − 1. A traced tensor without values is judged by its
 * shape.
 *
 * @example
 * import { ok } from 'assert'
 * import { random, tensor } from 'grad-ts'
 *
 * ok(random.isKey(random.key(0)))
 * ok(!random.isKey(0) && !random.isKey(tensor([0, -1])))
 * @category key
 * @since 0.1.0
 */
export const isKey = (value: unknown): value is Key => {
  if (!isTensor(value) || !isPair(dimsOf(value))) return false
  const words = bufferOf(value)
  return words === null || (isWord(words[0]!) && isWord(words[1]!))
}

/** Describes a value that is not a key, for an error message. */
const showWrong = (value: unknown): string => {
  if (!isTensor(value)) return showGiven(value)
  const [words, dims] = [bufferOf(value), dimsOf(value)]
  return words !== null && isPair(dims)
    ? `the numbers ${words[0]} and ${words[1]}, which are not two words of 32 bits`
    : `a tensor of shape ${showDims(dims)}`
}

/** The key of two words. @internal */
export const keyOf = ({ high, low }: Words): Key => asserted(make([2], Float64Array.of(high, low)))

/** Checks a key: without the check, a seed passed as a key would draw the numbers of seed 0. @internal */
export const asKey = (what: string, value: unknown): Key =>
  isKey(value)
    ? value
    : fail('ValueError', `${what}: needs a random key, got ${showWrong(value)}; make one with random.key(seed)`)

/**
 * The words of a key.
 *
 * @throws ValueError when the value is not a key
 * @throws TracedValueError when it is being traced
 * @internal
 */
export const wordsOf = (what: string, value: unknown): Words => {
  const words = valuesOf(what, asKey(what, value))
  return { high: words[0]!, low: words[1]! }
}
