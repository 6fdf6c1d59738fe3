import * as E from 'fp-ts/lib/Either.js'
import { fc, test } from '../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import { anyDouble, faults } from './support.ts'

const { MAX_SAFE_INTEGER: most, MIN_VALUE: tiny, MAX_VALUE: huge } = Number
const above1 = 1 + Number.EPSILON

/** Each type with the numbers at its edges: those inside, those outside. */
const edges = [
  [codec.PositiveInteger, [1, 2, most], [0, -0, -1, 0.5, 1.5, most + 1]],
  [codec.Rate, [tiny, 1, huge], [0, -0, -tiny]],
  [codec.NonNegative, [0, tiny, huge], [-tiny, -1]],
  [codec.Finite, [0, -huge, huge, tiny], []],
  [codec.Probability, [0, tiny, 1], [-tiny, above1]]
] as const

const never = [NaN, Infinity, -Infinity, '1', '', true, null, undefined, [], [1], {}, 1n]

describe.each(edges)('$name', (type, inside, outside) => {
  const decode = codec.decode<number>(type)

  it('takes the numbers at its edges as they are', () => {
    for (const x of inside) {
      expect(decode(x)).toEqual(E.right(x))
      expect(type.is(x)).toBe(true)
      expect(type.encode(x as never)).toBe(x)
    }
  })

  it('refuses the ones beyond, and whatever is no finite number, saying what it needs and what it got', () => {
    for (const x of [...outside, ...never]) {
      const [fault, ...others] = faults(decode(x))
      expect(others).toEqual([])
      expect(fault).toMatch(x === undefined ? /: is missing; needs a / : /: needs a .*, got /)
      expect(type.is(x)).toBe(false)
    }
  })

  test.prop([fc.oneof(anyDouble, fc.anything())])('takes a value or refuses it, as the guard says', (x) => {
    const decoded = decode(x)
    expect(E.isRight(decoded)).toBe(type.is(x))
    if (E.isRight(decoded)) expect(decoded.right).toBe(x)
  })
})

it('says in a sentence what was given', () => {
  const given = (value: unknown) => faults(codec.decode(codec.Rate)(value))[0]!.replace(/.*got /, '')
  expect([-0, 'a"b', null, true, [1, 2], {}, { a: 1, b: 2 }, 3n, () => 1, Symbol('x')].map(given)).toEqual([
    '-0',
    '"a\\"b"',
    'null',
    'true',
    'a list of 2',
    'a record of nothing',
    'a record of a, b',
    '3n',
    'a function',
    'a symbol'
  ])
  expect(given('x'.repeat(1000)).length).toBeLessThan(60)
})

it('decodes to plain numbers', () => {
  expectTypeOf(codec.Rate._A).toEqualTypeOf<number>()
})
