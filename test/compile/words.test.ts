/** Random keys and counts in programs: their words have more bits than single precision holds. */
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
    'replaced by one that is known': (key, xs) =>
      scan((_: g.random.Key, x: g.Scalar) => [random.key(7), x] as const)(key, xs)
  }
  it.each(Object.entries(carried))('are what they are in the reference when %s by a scan, or it is refused', (_, f) => {
    const [key, xs] = [random.key(2 ** 52 + 12345), g.tensor([1, 2, 3])]
    expect(compile(f)(key, xs)).toEqual(f(key, xs))
    const single = () => compile(f, { precision: 'single' })(key, xs)
    if (f === carried['carried and drawn from']) expect(single).toThrow(/needs double precision/u)
    else expect(single()).toEqual(f(key, xs))
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
