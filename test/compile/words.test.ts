/** Random keys and counts in programs: their words have more bits than single precision holds. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
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
  it.each(Object.entries(carried))('are what they are in the reference when %s by a scan, or it is refused', (_, f) => {
    const [key, xs] = [random.key(2 ** 52 + 12345), g.tensor([1, 2, 3])]
    expect(compile(f)(key, xs)).toEqual(f(key, xs))
    // never rounded: drawn from within a scan, they are refused in single precision
    const single = E.tryCatch(() => compile(f, { precision: 'single' })(key, xs), E.toError)
    if (E.isLeft(single)) expect(single.left.message).toMatch(/needs double precision/u)
    else expect(single.right).toEqual(f(key, xs))
  })

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
})
