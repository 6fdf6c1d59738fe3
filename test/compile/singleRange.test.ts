/** Constants that a double holds and a single does not, and powers at the ends of the range. */
import { describe, expect } from 'vitest'
import * as g from '../../src/index.ts'
import '../support/matchers.ts'
import { fc, test } from '../support/property.ts'

const precisions = ['double', 'single'] as const
const numbers = (f: (x: g.Vec) => g.Vec, precision: 'double' | 'single', x: readonly number[]) =>
  g.toFlatArray(g.compile(f, { precision })(g.tensor([...x])))

describe('division by a power of two', () => {
  test.prop([fc.integer({ min: -149, max: 127 }), fc.integer({ min: -20, max: 20 })], { numRuns: 60 })(
    'is exact in single precision wherever divisor, element and quotient are singles, and so is its gradient',
    (exponent, offset) => {
      const [divisor, x] = [2 ** exponent, 2 ** Math.max(-149, Math.min(127, exponent + offset))]
      expect(numbers(g.div(divisor), 'single', [x])).toEqual([Math.fround(x / divisor)])
      const gradient = g.grad((v: g.Vec) => g.sum(g.div(divisor)(v)))
      expect(numbers(gradient, 'single', [x])).toEqual([Math.fround(1 / divisor)])
    }
  )

  test('does not overflow by an inverse that a single cannot hold', () => {
    precisions.forEach((precision) => {
      expect(numbers(g.div(2 ** -140), precision, [2 ** -20, -(2 ** -20)])).toEqual([2 ** 120, -(2 ** 120)])
    })
  })
})

describe('powNumber', () => {
  const bases = [-1, 1, 0, -0, Infinity, -Infinity, NaN, 0.5, -0.5, 2]
  const exponents = [
    2 ** 24 + 1,
    -(2 ** 24) - 1,
    2 ** 24 + 2,
    2 ** 53 + 2,
    2 + 2 ** -40,
    2 ** 23 + 0.5,
    1e60,
    1e-60,
    -1e-60
  ]

  test('takes its exponent unrounded in a program of singles: the parity of a large one is kept', () => {
    exponents.forEach((exponent) => {
      const expected = g.toFlatArray(g.pow(exponent)(g.tensor(bases)))
      expect(numbers(g.pow(exponent), 'double', bases)).toEqual(expected)
      expect(numbers(g.pow(exponent), 'single', bases)).toEqual(expected.map(Math.fround))
    })
  })

  test('has the derivative of an odd power beyond 2⁵³, where the exponent less 1 is not a double', () => {
    const gradient = (exponent: number) => g.grad((x: g.Vec) => g.sum(g.pow(exponent)(x)))
    ;[2 ** 53 + 2, -(2 ** 53), -(2 ** 53) - 2, 2 ** 60].forEach((exponent) => {
      const expected = [-exponent, exponent]
      expect(gradient(exponent)(g.tensor([-1, 1]))).toBeTensor(expected)
      expect(numbers(gradient(exponent), 'double', [-1, 1])).toEqual(expected)
    })
    expect(g.toFlatArray(gradient(2 ** 53)(g.tensor([-1, 1])))).toEqual([-(2 ** 53), 2 ** 53])
  })

  test('of an integer and a half takes −0 and −∞ as Math.pow does, in programs too', () => {
    ;[0.5, 1.5, 2.5, 15.5, -0.5, -1.5, -2.5].forEach((exponent) => {
      const expected = bases.map((x) => Math.pow(x, exponent))
      const eager = g.toFlatArray(g.pow(exponent)(g.tensor(bases)))
      eager.forEach((y, i) => {
        if (Number.isFinite(expected[i]!) && expected[i] !== 0)
          expect(Math.abs(y / expected[i]! - 1)).toBeLessThan(1e-14)
        else expect(y).toBe(expected[i])
      })
      expect(numbers(g.pow(exponent), 'double', bases)).toEqual(eager)
    })
  })
})

test('an operation whose evaluate gives too few or too many numbers is an error, eagerly and in a program', () => {
  ;[1, 3].forEach((count) => {
    const wrong = { ...g.table.exp, evaluate: () => new Float64Array(count) } as typeof g.table.exp
    const run = (x: g.Vec) => g.apply(wrong, {}, [x as never]) as g.Vec
    ;[run, g.compile(run), g.grad((x: g.Vec) => g.sum(run(x)))].forEach((f) => {
      expect(() => f(g.tensor([1, 2]))).toThrow(
        expect.objectContaining({
          name: 'ValueError',
          message: `exp: evaluate gives ${count} numbers for the shape [2]`
        })
      )
    })
  })
})
