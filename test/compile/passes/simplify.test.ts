import { describe, expect, it } from 'vitest'
import { simplify } from '../../../src/compile/passes/simplify.ts'
import * as g from '../../../src/index.ts'
import { fc, test } from '../../support/property.ts'
import '../../support/matchers.ts'

const op = g.primitive.vocabulary
const number = (value: number): g.Tensor => g.scalar(value)

/** A function of three vectors after the pass: its values, and how many operations are left. */
const after = (f: (xs: readonly g.Tensor[]) => g.Tensor, inputs: readonly g.Tensor[]) => {
  const tape = simplify(g.trace(f)(inputs))
  const run = g.fold<g.Tensor>({
    onInput: (i) => inputs[i]!,
    onConstant: (value) => value,
    onEntry: ({ primitive, params }, given) => g.apply(primitive, params, given)
  })
  return { values: g.toFlatArray(run(tape)[0]!), size: tape.entries.length }
}

const vector = fc.array(fc.constantFrom(0, 1, -2, 0.5, 3), { minLength: 3, maxLength: 3 }).map((xs) => g.tensor(xs))

describe('a choice by a choice of two numbers', () => {
  const numbers = fc.constantFrom(0, 1, 2)
  test.prop([numbers, numbers, vector, vector, vector], { numRuns: 200 })(
    'gives what it gives without the pass',
    (yes, no, c, a, b) => {
      const inputs = [c, a, b] as unknown as readonly g.Tensor[]
      const f = ([d, x, y]: readonly g.Tensor[]) => op.where(op.where(d!, number(yes), number(no)), x!, y!)
      expect(after(f, inputs).values).toEqual(g.toFlatArray(f(inputs)))
    }
  )

  it.each([
    [1, 0, 0],
    [0, 1, 0],
    [1, 2, 1],
    [0, 0, 1]
  ])('of %i and %i is %i operations more than one', (yes, no, more) => {
    const inputs = [
      [1, 0, 2],
      [1, 2, 3],
      [4, 5, 6]
    ].map((xs) => g.tensor(xs) as unknown as g.Tensor)
    const f = ([d, x, y]: readonly g.Tensor[]) => op.where(op.where(d!, number(yes), number(no)), x!, y!)
    // the inner choice is no longer read
    const tape = simplify(g.trace(f)(inputs))
    const [outer] = tape.entries.slice(-1)
    expect(outer!.inputs[0] === 0 ? 0 : 1).toBe(more)
  })
})

test.prop([vector, fc.constantFrom(0.5, 1, 2, 3)])('identities are removed, and give the same', (x, by) => {
  const inputs = [x] as unknown as readonly g.Tensor[]
  const f = ([y]: readonly g.Tensor[]) =>
    op.powNumber(op.div(op.sub(op.mul(op.reshape(y!, [3]), number(1)), number(0)), number(by)), 1)
  const { values, size } = after(f, inputs)
  expect(values).toEqual(g.toFlatArray(f(inputs)))
  expect(size).toBeLessThan(g.trace(f)(inputs).entries.length)
})
