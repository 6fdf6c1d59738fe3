/** Common subexpressions of a program: what is computed once, and what only looks alike. */
import { describe, expect } from 'vitest'
import * as g from '../../../src/index.ts'
import type { Primitive } from '../../../src/primitive/primitive.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { fc, test } from '../../support/property.ts'

const op = g.primitive.vocabulary
const number = fc.constantFrom(0, -0, 1, -1, 2, 0.1, 1e-300, 5e-324, NaN, Infinity, -Infinity)
const operations = { add: op.add, sub: op.sub, mul: op.mul, div: op.div, maximum: op.maximum, power: op.pow }
const names = Object.keys(operations) as readonly (keyof typeof operations)[]

describe('constants', () => {
  test.prop([fc.constantFrom(...names), number, number, number])(
    'are shared when their bits are the same, of which 0 and −0 have not the same',
    (name, a, b, x) => {
      const f = (v: Tensor): readonly Tensor[] =>
        [a, b].flatMap((k) => [operations[name](v, op.constant(k)), operations[name](op.constant(k), v)])
      const flat = (results: readonly Tensor[]): readonly number[] => results.flatMap((y) => g.toFlatArray(y))
      const found = flat(g.compile(f)(op.constant(x)))
      // each in a program of its own, where there is nothing to share
      const alone = [0, 1, 2, 3].map((i) => g.compile((v: Tensor) => f(v)[i]!)(op.constant(x)))
      expect(found).toEqual(flat(alone))
      // a power may be rounded otherwise than by the host
      if (name !== 'power') expect(found).toEqual(flat(f(op.constant(x))))
    }
  )

  test('of 0 and −0 give two quotients, ∞ and −∞', () => {
    const quotients = g.compile((v: Tensor) => [op.div(v, op.constant(0)), op.div(v, op.constant(-0))])
    expect(quotients(op.constant(1)).flatMap((y) => g.toFlatArray(y))).toEqual([Infinity, -Infinity])
  })

  test('of 0 and −0 are two settings of a primitive', () => {
    const divided = {
      ...(g.table.neg as unknown as Primitive<{ readonly by: number }>),
      name: 'dividedBy',
      evaluate: ({ by }: { readonly by: number }, [x]: readonly Tensor[]) =>
        Float64Array.from(g.toFlatArray(x!), (value) => value / by)
    }
    const both = g.compile((x: Tensor) => [0, -0].map((by) => g.apply(divided, { by }, [x])))
    expect(both(op.constant(1)).flatMap((y) => g.toFlatArray(y))).toEqual([Infinity, -Infinity])
  })
})
