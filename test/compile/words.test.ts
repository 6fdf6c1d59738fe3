/** Random keys and counts in programs: their words have more bits than single precision holds. */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyKey } from '../random/support.ts'
import { fc, test } from '../support/property.ts'

const { compile, random, scan } = g

type Derive = (key: g.random.Key) => g.random.Key
const derivations: fc.Arbitrary<readonly Derive[]> = fc.array(
  fc.oneof(
    fc.nat({ max: 2 ** 31 }).map((data): Derive => random.foldIn(data)),
    fc.nat({ max: 2 }).map(
      (i): Derive =>
        (key) =>
          random.split(3)(key)[i]!
    )
  ),
  { maxLength: 4 }
)

describe('the words of a random key', () => {
  test.prop([anyKey, derivations, fc.constantFrom('double' as const, 'single' as const)])(
    'keep all their bits in a program of either precision',
    (key, steps, precision) => {
      const f = (start: g.random.Key) => {
        const last = steps.reduce((now, step) => step(now), start)
        return { start, last, again: [last, start], drawn: random.uniform([3])(last) }
      }
      const [program, reference] = [compile(f, { precision })(key), f(key)]
      expect({ ...program, drawn: null }).toEqual({ ...reference, drawn: null })
      const [ours, theirs] = [program, reference].map(({ drawn }) => g.toFlatArray(drawn as never))
      theirs!.forEach((x, i) => expect(ours![i]).toBeCloseTo(x, 6))
    }
  )

  it('keep all their bits beside numbers that are computed, in either precision', () => {
    const f = (key: g.random.Key, x: Tensor<[2]>) => {
      const twice = g.mul(2)(x)
      const words = key as unknown as Tensor<[2]>
      return [g.concat(0)([words, twice]), g.concat(0)([twice, words, twice]), g.stack([twice, words])]
    }
    const [key, x] = [random.key(2 ** 52 + 12345), g.tensor([1, 2])]
    for (const precision of ['double', 'single'] as const) expect(compile(f, { precision })(key, x)).toEqual(f(key, x))
  })

  const carried: Readonly<Record<string, (key: g.random.Key, xs: g.Vec<3>) => unknown>> = {
    'carried and drawn from': (key, xs) =>
      scan((now: g.random.Key, x: g.Scalar) => [random.foldIn(1)(now), g.add(x)(random.uniform([])(now))] as const)(
        key,
        xs
      ),
    'carried and never looked at': (key, xs) => scan((now: g.random.Key, x: g.Scalar) => [now, x] as const)(key, xs),
    'gone along and never looked at': (key) =>
      scan((count: g.Scalar, own: g.random.Key) => [g.add(1)(count), [own, count]] as const)(
        g.scalar(0),
        random.keys(3)(key)
      ),
    'replaced by one that is known': (key, xs) =>
      scan((_: g.random.Key, x: g.Scalar) => [random.key(7), x] as const)(key, xs)
  }
  /** All numbers of tensors in lists. */
  const numbersIn = (value: unknown): readonly number[] =>
    g.isTensor(value) ? g.toFlatArray(value) : (value as readonly unknown[]).flatMap(numbersIn)

  it.each(Object.entries(carried))(
    'are what they are in the reference when %s by a scan, in either precision',
    (_, f) => {
      const [key, xs] = [random.key(2 ** 52 + 12345), g.tensor([1, 2, 3])]
      const expected = f(key, xs)
      expect(compile(f)(key, xs)).toEqual(expected)
      const single = numbersIn(compile(f, { precision: 'single', checked: true })(key, xs))
      numbersIn(expected).forEach((x, i) => {
        if (Number.isInteger(x)) expect(single[i]).toBe(x)
        else expect(single[i]).toBeCloseTo(x, 6)
      })
    }
  )

  it('are what they are in the reference when a scan only hands them on, in either precision', () => {
    const f = (key: g.random.Key, keys: g.Tensor<[3, 2]>) =>
      scan(({ own, sum }: { readonly own: g.random.Key; readonly sum: g.Scalar }, k: g.random.Key) => {
        const next = g.add(1)(sum)
        return [
          { own, sum: next },
          { k, next }
        ] as const
      })({ own: key, sum: g.scalar(0) }, keys)
    const given = [random.key(2 ** 52 + 12345), random.keys(3)(random.key(5))] as const
    for (const precision of ['double', 'single'] as const)
      expect(compile(f, { precision })(...given)).toEqual(f(...given))
  })

  it('are what they are in the reference when a scan only moves them, in either precision', () => {
    const swap = (a: g.random.Key, b: g.random.Key, xs: g.Tensor<[3, 2]>) =>
      scan(
        ([first, second, sum]: readonly [g.random.Key, g.random.Key, g.Scalar], x: g.Vec<2>) =>
          [[second, first, g.add(g.sum(x))(sum)], { first, x, both: g.stack([first, x]) }] as const
      )([a, b, g.scalar(0)], xs)
    const nested = (a: g.random.Key, b: g.random.Key, xs: g.Tensor<[3, 2]>) =>
      g.repeat(3)(([c, d]: readonly [g.random.Key, g.random.Key]) => {
        const [[e, f]] = swap(c, d, xs)
        return [e, f] as const
      })([a, b])
    const [a, b] = random.split(2)(random.key(2 ** 52 + 12345))
    const xs = g.tensor([[1, 2], [3, 4], [5, 6]]) // prettier-ignore
    for (const f of [swap, nested])
      for (const precision of ['double', 'single'] as const)
        expect(compile(f as typeof swap, { precision, checked: true })(a, b, xs)).toEqual(f(a, b, xs))
  })

  it('are read by a scan that closes over what was drawn with them, in either precision', () => {
    const f = (key: g.random.Key, xs: g.Vec<3>) =>
      scan((sum: g.Scalar, x: g.Scalar) => [g.add(x)(sum), g.mul(x)(random.uniform([])(key))] as const)(
        g.scalar(0),
        xs
      )[1]
    const [key, xs] = [random.key(2 ** 52 + 12345), g.tensor([1, 2, 3])]
    const expected = g.toFlatArray(f(key, xs))
    for (const precision of ['double', 'single'] as const)
      g.toFlatArray(compile(f, { precision })(key, xs)).forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 6))
  })

  const folded = (key: Tensor, data: Tensor): g.random.Key =>
    random.foldIn(data as unknown as g.Scalar)(key as unknown as g.random.Key)

  /** Carries the words of a key, a count and a number; keeps what is drawn and the words; goes along further words. */
  const walk = (start: Tensor, count: Tensor, along: Tensor) => {
    const scanned = scan as unknown as (
      step: (carry: readonly Tensor[], x: Tensor) => readonly [readonly Tensor[], readonly Tensor[]]
    ) => (init: readonly Tensor[], xs: Tensor) => readonly [readonly Tensor[], readonly Tensor[]]
    return scanned(([words, at, sum], x) => {
      const drawn = random.uniform([2])(folded(words!, at!)) as unknown as Tensor
      const other = random.uniform([2])(x as unknown as g.random.Key) as unknown as Tensor
      return [
        [
          folded(x, at!),
          g.primitive.vocabulary.add(at!, g.primitive.vocabulary.constant(1)),
          g.primitive.vocabulary.add(sum!, g.primitive.vocabulary.mul(drawn, other))
        ],
        [words!, drawn, at!]
      ]
    })([start, count, g.zeros([2])], along)
  }
  /** The same in a scan around it, which carries what the inner one gives. */
  const nested = (start: Tensor, count: Tensor, along: Tensor) => {
    const scanned = scan as unknown as (
      step: (carry: readonly Tensor[], x: readonly []) => readonly [readonly Tensor[], Tensor],
      settings: object
    ) => (init: readonly Tensor[], xs: readonly []) => readonly [readonly Tensor[], Tensor]
    return scanned(
      ([words, at]) => {
        const [last, kept] = walk(words!, at!, along)
        return [[last[0]!, last[1]!], kept[1]!]
      },
      { length: 2 }
    )([start, count], [])
  }

  test.prop([anyKey, fc.array(anyKey, { minLength: 1, maxLength: 3 }), fc.nat({ max: 2 ** 50 }), fc.boolean()])(
    'are carried, gone along and kept to the bit by scans in single precision, beside counts and numbers',
    (key, keys, count, reverse) => {
      const along = g.tensor((reverse ? keys.toReversed() : keys).map((one) => g.toFlatArray(one))) as Tensor
      const inputs = [key as unknown as Tensor, g.scalar(count) as unknown as Tensor, along] as const
      const bits = (x: Tensor | undefined): readonly number[] => g.toFlatArray(x!)
      const near = (ours: Tensor | undefined, theirs: Tensor | undefined): void => {
        bits(ours).forEach((x, i) => expect(x).toBeCloseTo(bits(theirs)[i]!, 5))
      }
      for (const precision of ['double', 'single'] as const) {
        const options = { precision, checked: true }
        const [[last, kept], [theirs, theirKept]] = [compile(walk, options)(...inputs), walk(...inputs)]
        expect([last[0], last[1], kept[0], kept[2]].map(bits)).toEqual(
          [theirs[0], theirs[1], theirKept[0], theirKept[2]].map(bits)
        )
        near(last[2], theirs[2])
        near(kept[1], theirKept[1])
        const [[outer, drawn], [reference, theirDrawn]] = [compile(nested, options)(...inputs), nested(...inputs)]
        expect(outer.map(bits)).toEqual(reference.map(bits))
        near(drawn, theirDrawn)
      }
    }
  )
})

it.each([
  [0, 305_419_897],
  [305_419_897, 0],
  [305_419_897, 305_419_896]
])('the words %i and %i that a program holds are given out whole in either precision', (first, second) => {
  const words = g.tensor([first, second])
  const chosen = (flag: g.Vec<2>): g.Vec<2> => g.where(flag, g.tensor([second, first]))(words)
  for (const precision of ['double', 'single'] as const)
    expect(g.toArray(g.compile(chosen, { precision })(g.tensor([1, 0])))).toEqual([first, first])
})
