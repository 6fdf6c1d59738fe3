/** Draws in programs: the same numbers as outside of them, rounded in single precision to what is within their range. */
import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { compile, type CompileOptions } from '../../src/compile/index.ts'
import * as random from '../../src/random/index.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyKey } from './support.ts'

type Draw = (key: random.Key) => Tensor<[number]>
const drawn = (draw: Draw, key: random.Key, options: CompileOptions): readonly number[] =>
  toFlatArray(compile(draw, options)(key))
const single: CompileOptions = { precision: 'single' }

/** The bounds of a range, of any size and near to each other or far apart. */
const bound = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.1, 0.7, -0.3, 2 ** -149, 1e-40, 1e20, 1e39, -1e39, 3.4e38),
  fc.double({ noNaN: true, min: -1e300, max: 1e300 }),
  fc.double({ noNaN: true, min: -10, max: 10 })
)
const range = fc
  .tuple(bound, bound)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }))
const count = 40

describe('uniform numbers in a program', () => {
  test.prop([anyKey, range])('of double precision are those outside of it', (key, settings) => {
    const draw: Draw = random.uniform([count], settings)
    expect(drawn(draw, key, {})).toEqual(toFlatArray(draw(key)))
  })

  test.prop([anyKey, range])('of single precision are those rounded, and never out of range', (key, settings) => {
    const { min, max } = settings
    const draw: Draw = random.uniform([count], settings)
    const found = (() => {
      try {
        return drawn(draw, key, single)
      } catch (error) {
        expect(error).toMatchObject({ name: 'ValueError' })
        expect((error as Error).message).toMatch(/^uniform: single precision has no number from min/)
        return null
      }
    })()
    if (found === null) {
      expect(toFlatArray(draw(key)).filter((x) => Math.fround(x) >= min && Math.fround(x) < max)).toEqual([])
      return
    }
    expect(found.filter((x) => !(x >= min && x < max))).toEqual([])
    toFlatArray(draw(key)).forEach((x, i) => {
      const rounded = Math.fround(x)
      if (rounded >= min && rounded < max) expect(found[i]).toBe(rounded)
    })
  })

  it('of single precision are below 1 where the nearest single is 1', () => {
    const unit = compile(random.uniform([172643]), single)
    expect(toFlatArray(unit(random.key(62)))[172642]).toBe(1 - 2 ** -24)
  })

  it('are refused where single precision has no number in the range', () => {
    const draw = compile(random.uniform([2], { min: 1 + 2 ** -40, max: 1 + 2 ** -39 }), single)
    expect(() => draw(random.key(0))).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: `uniform: single precision has no number from min ${1 + 2 ** -40} to below max ${1 + 2 ** -39}; compile in double precision`
      })
    )
  })
})

describe('bernoulli in a program', () => {
  const anyProbability = fc.oneof(
    fc.constantFrom(0, 1, 1e-60, 1 - 2 ** -53, 1 - 1e-9, 0.5),
    fc.double({ min: 0, max: 1, noNaN: true })
  )
  test.prop([anyKey, anyProbability, fc.constantFrom('double', 'single')])(
    'gives the same ones and zeros as outside of it, in both precisions',
    (key, p, precision) => {
      const draw: Draw = random.bernoulli(p, [count])
      expect(drawn(draw, key, { precision })).toEqual(toFlatArray(draw(key)))
    }
  )

  test.prop([anyKey])('decides by the whole double, not by its nearest single', (key) => {
    const [u] = toFlatArray(random.uniform([1])(key))
    // just above and at the number that decides: single precision cannot tell the two apart
    expect(drawn(random.bernoulli(Math.min(u! + 2 ** -53, 1), [1]), key, single)).toEqual([1])
    expect(drawn(random.bernoulli(u!, [1]), key, single)).toEqual([0])
  })
})

describe('normal numbers in a program', () => {
  const anyScale = fc.constantFrom(0, 1, 1e-3, 1e30, 1e-30, 0.1)
  test.prop([anyKey, anyScale, anyScale])('are those outside of it, rounded', (key, mean, standardDeviation) => {
    const draw: Draw = random.normal([count], { mean, standardDeviation })
    const expected = toFlatArray(draw(key))
    expect(drawn(draw, key, {})).toEqual(expected)
    expect(drawn(draw, key, single)).toEqual(expected.map(Math.fround))
  })
})
