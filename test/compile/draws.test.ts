/** Random draws in programs: the same numbers as outside, in either precision. */
import { describe, expect } from 'vitest'
import * as g from '../../src/index.ts'
import { anyKey } from '../random/support.ts'
import { fc, test } from '../support/property.ts'

const { random } = g

const dims = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 })
type Draw = (key: g.random.Key, shape: readonly number[]) => g.Tensor
const draws: Readonly<Record<string, Draw>> = {
  uniform: (key, shape) => random.uniform(shape)(key),
  'uniform between bounds': (key, shape) => random.uniform(shape, { min: -3, max: 5 })(key),
  normal: (key, shape) => random.normal(shape)(key),
  'normal of a mean and a spread': (key, shape) => random.normal(shape, { mean: 2, standardDeviation: 0.5 })(key),
  bernoulli: (key, shape) => random.bernoulli(0.3, shape)(key)
}

describe.each(Object.entries(draws))('%s in a program', (_, draw) => {
  test.prop([anyKey, dims, fc.constantFrom('double' as const, 'single' as const)], { numRuns: 60 })(
    'draws the numbers that it draws outside, element by element',
    (key, shape, precision) => {
      const f = (from: g.random.Key) =>
        random
          .split(2)(from)
          .map((child) => draw(child, shape))
      const [program, reference] = [g.compile(f, { precision, checked: true })(key), f(key)]
      program.forEach((x, part) => {
        expect(x.shape).toEqual(shape)
        const expected = g.toFlatArray(reference[part]!)
        g.toFlatArray(x).forEach((value, i) =>
          precision === 'double' ? expect(value).toBe(expected[i]) : expect(value).toBeCloseTo(expected[i]!, 5)
        )
      })
    }
  )
})
