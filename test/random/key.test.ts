import { inspect } from 'node:util'
import { fc, test } from '../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as random from '../../src/random/index.ts'
import { counterOf, domain } from '../../src/kernel/key.ts'
import { block } from '../../src/kernel/threefry.ts'
import { keyOf } from '../../src/random/key.ts'
import { scalar, tensor } from '../../src/tensor/construct.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { Eq, show, toArray, toFlatArray } from '../../src/tensor/read.ts'
import { trace } from '../../src/transform/trace.ts'
import { anyKey } from './support.ts'

const distinct = (keys: readonly random.Key[]): boolean =>
  new Set(keys.map((key) => toArray(key).join())).size === keys.length

describe('a key', () => {
  test.prop([fc.maxSafeInteger()])('of a seed is always the same', (seed) => {
    expect(random.key(seed)).toEqual(random.key(seed))
    expect(Eq.equals(random.key(seed), random.key(seed))).toBe(true)
  })

  test.prop([fc.maxSafeInteger(), fc.maxSafeInteger()])('of another seed is another', (a, b) => {
    expect(Eq.equals(random.key(a), random.key(b))).toBe(a === b)
  })

  it('holds the seed in two’s complement, the extremes included', () => {
    expect(toArray(random.key(0))).toEqual([0, 0])
    expect(random.key(-0)).toEqual(random.key(0))
    expect(toArray(random.key(-1))).toEqual([0xffffffff, 0xffffffff])
    expect(toArray(random.key(2 ** 32 + 5))).toEqual([1, 5])
    expect(toArray(random.key(Number.MAX_SAFE_INTEGER))).toEqual([0x1fffff, 0xffffffff])
    expect(toArray(random.key(Number.MIN_SAFE_INTEGER))).toEqual([0xffe00000, 1])
  })

  it('prints as the tensor of its words', () => {
    expect(show(random.key(42))).toBe('Tensor[2] [0, 42]')
    expect(inspect(random.key(42))).toBe(show(random.key(42)))
  })

  test.prop([anyKey])('is a tensor of its two words, and made of them again', (key) => {
    expect(key.shape).toEqual([2])
    const [high, low] = toArray(key)
    expect(random.fromWords(tensor([high!, low!]))).toEqual(key)
    expect(JSON.parse(JSON.stringify(key))).toEqual({ shape: [2], data: toArray(key) })
  })

  it('is not made of numbers that are no words, in words', () => {
    expect(() => random.fromWords(tensor([0.5, 1]))).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message:
          'fromWords: needs a random key, got the numbers 0.5 and 1, which are not two words of 32 bits; make one with random.key(seed)'
      })
    )
    expect(() => random.uniform([2])(tensor([1, 2, 3]) as never)).toThrow(
      /^uniform: needs a random key, got a tensor of shape \[3\]/u
    )
  })

  it('has a type that no other tensor of two numbers has', () => {
    expectTypeOf<random.Key>().toExtend<Tensor<[2]>>()
    expectTypeOf<Tensor<[2]>>().not.toExtend<random.Key>()
    // @ts-expect-error -- a tensor is no key
    expect(random.uniform([0])(tensor([1, 2] as const)).shape).toEqual([0])
  })

  it('is told from what is no key', () => {
    const values = [
      0,
      null,
      undefined,
      'Key',
      {},
      { high: 0, low: 0 },
      { _tag: 'Key', high: 0, low: 0 },
      tensor([0]),
      tensor([0, 0, 0]),
      tensor([[0, 0]]),
      tensor([0.5, 0]),
      tensor([-1, 0]),
      tensor([0, 2 ** 32]),
      tensor([NaN, 0])
    ]
    expect(values.filter(random.isKey)).toEqual([])
    expect(random.isKey(random.key(3))).toBe(true)
  })

  it.each([0.5, NaN, Infinity, 2 ** 53, '1'])('is not made of the seed %s', (seed) => {
    const got = typeof seed === 'string' ? JSON.stringify(seed) : String(seed)
    expect(() => random.key(seed as number)).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: `key: the seed must be a whole number within ±(2^53 − 1), got ${got}`
      })
    )
  })
})

describe('split', () => {
  test.prop([anyKey, fc.nat({ max: 50 })])(
    'repeats, and gives n keys that differ from each other and the parent',
    (key, n) => {
      const keys = random.split(n)(key)
      expect(keys.length).toBe(n)
      expect(keys).toEqual(random.split(n)(key))
      expect(distinct([key, ...keys])).toBe(true)
    }
  )

  test.prop([anyKey, fc.nat({ max: 20 }), fc.nat({ max: 20 })])(
    'begins with the same keys whatever n is',
    (key, n, more) => {
      expect(
        random
          .split(n + more)(key)
          .slice(0, n)
      ).toEqual(random.split(n)(key))
    }
  )

  test.prop([anyKey])('gives different keys down a chain and in every branch', (key) => {
    const level = (keys: readonly random.Key[]): readonly random.Key[] => keys.flatMap((k) => random.split(3)(k))
    const one = level([key])
    const two = level(one)
    expect(distinct([key, ...one, ...two, ...level(two)])).toBe(true)
  })

  it('is a tuple for a literal n', () => {
    const [a, b] = random.split(2)(random.key(0))
    expectTypeOf(a).toEqualTypeOf<random.Key>()
    expectTypeOf(b).toEqualTypeOf<random.Key>()
    expectTypeOf(random.split(0)).returns.toEqualTypeOf<readonly []>()
    expectTypeOf(random.split(3)).returns.toEqualTypeOf<readonly [random.Key, random.Key, random.Key]>()
    expectTypeOf<random.Keys<number>>().toEqualTypeOf<readonly random.Key[]>()
    expectTypeOf<random.Keys<1 | 2>>().toEqualTypeOf<readonly [random.Key] | readonly [random.Key, random.Key]>()
    expectTypeOf(random.split(1000)).returns.toEqualTypeOf<readonly random.Key[]>()
    expectTypeOf<random.Keys<-1>>().toEqualTypeOf<readonly random.Key[]>()
    expectTypeOf<random.Keys<1.5>>().toEqualTypeOf<readonly random.Key[]>()
    expect(Eq.equals(a, b)).toBe(false)
  })

  it.each([-1, 1.5, NaN, 2 ** 31])('of %s keys is an error', (n) => {
    expect(() => random.split(n)).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: `split: n must be a whole number from 0 to 2147483647, got ${n}`
      })
    )
  })
})

describe('foldIn', () => {
  test.prop([anyKey, fc.uniqueArray(fc.maxSafeNat(), { maxLength: 20 })])(
    'repeats, and gives a key of its own to every number',
    (key, numbers) => {
      const keys = numbers.map((n) => random.foldIn(n)(key))
      expect(keys).toEqual(numbers.map((n) => random.foldIn(n)(key)))
      expect(distinct([key, ...keys])).toBe(true)
    }
  )

  test.prop([anyKey])('tells apart numbers that agree in their low or high 32 bits', (key) => {
    const numbers = [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 33, 2 ** 52, 2 ** 53 - 1]
    expect(distinct(numbers.map((n) => random.foldIn(n)(key)))).toBe(true)
  })

  test.prop([anyKey])('never gives a key of split', (key) => {
    const folded = Array.from({ length: 30 }, (_, i) => random.foldIn(i)(key))
    expect(distinct([...folded, ...random.split(30)(key)])).toBe(true)
  })

  it.each([-1, 1.5, NaN])('are a whole number of keys, not %s', (n) => {
    expect(() => random.keys(n)).toThrow(`keys: n must be a whole number from 0 to 2147483647, got ${n}`)
  })

  it('folds one number, and no tensor of several', () => {
    expect(() => random.foldIn(tensor([1, 2]) as never)).toThrow(
      'foldIn: data must be a number or a scalar, got a tensor of [2]'
    )
  })

  it.each([-1, 0.5, NaN, 2 ** 53])('of %s is an error', (data) => {
    expect(() => random.foldIn(data)).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: `foldIn: data must be a whole number from 0 to 2^53 − 1, got ${data}`
      })
    )
    expect(() => random.foldIn(scalar(data))).toThrow(
      `foldIn: data must be a whole number from 0 to 2^53 − 1, got ${data}`
    )
  })
})

describe('with a traced key', () => {
  it.each([
    ['split', (key: random.Key) => random.split(2)(key), 'splitKey'],
    ['foldIn of a number', random.foldIn(3), 'foldKey'],
    ['foldIn of a tensor', random.foldIn(scalar(3)), 'foldKey']
  ])('%s is an operation of the tape', (_, derive, primitive) => {
    const { entries, outputs } = trace((key: random.Key) => derive(key))(random.key(5))
    expect(entries[0]!.primitive.name).toBe(primitive)
    expect(outputs.every((output) => typeof output === 'number')).toBe(true)
  })
})

describe('what is drawn with a key', () => {
  test.prop([anyKey])('is never the bits of its children', (key) => {
    const [own, other] = toArray(key)
    const drawn = Array.from({ length: 100 }, (_, i) => block(own!, other!, ...counterOf(domain.draw, i)))
    const asKeys = drawn.map(([high, low]) => keyOf({ high, low }))
    const folded = Array.from({ length: 100 }, (_, i) => random.foldIn(i)(key))
    expect(distinct([...asKeys, ...random.split(100)(key), ...folded])).toBe(true)
  })

  test.prop([anyKey])('does not overlap with what is drawn with its children and theirs', (key) => {
    const children = random.split(4)(key)
    const keys = [key, ...children, ...children.flatMap((k) => random.split(4)(k)), random.foldIn(0)(key)]
    const numbers = keys.flatMap((k) => toFlatArray(random.uniform([100])(k)))
    expect(new Set(numbers).size).toBe(numbers.length)
  })

  it.each([
    ['split', (key: never) => random.split(2)(key)],
    ['foldIn', (key: never) => random.foldIn(2)(key)],
    ['uniform', random.uniform([1])],
    ['normal', random.normal([1])],
    ['truncatedNormal', random.truncatedNormal([1])],
    ['bernoulli', random.bernoulli(0.5, [1])],
    ['randint', random.randint([1], { min: 0, max: 2 })],
    ['categorical', random.categorical([1])],
    ['permutation', random.permutation(1)],
    ['permutation', random.permutation([1])],
    ['permutation', random.permutation(tensor([1]))],
    ['choice', random.choice(1, { count: 1, replace: true })]
  ])('cannot be drawn with a seed in the key’s place: %s', (name, draw) => {
    expect(() => draw(0 as never)).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: `${name}: needs a random key, got 0; make one with random.key(seed)`
      })
    )
  })
})
