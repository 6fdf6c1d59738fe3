import { describe, expect, it } from 'vitest'
import { passes } from '../../../src/compile/passes/index.ts'
import { inline } from '../../../src/compile/passes/inline.ts'
import * as g from '../../../src/index.ts'
import type { Loop } from '../../../src/primitive/scan.ts'
import type { Scalar, Vec } from '../../../src/tensor/tensor.ts'
import { fc, test } from '../../support/property.ts'
import '../../support/matchers.ts'

const cube = g.customVjp((x: Scalar) => ({
  value: g.mul(g.square(x))(x),
  pullback: (ct: Scalar) => g.mul(g.mul(3)(g.square(x)))(ct)
}))
const nested = g.customJvp((x: Scalar) => ({ value: g.sin(cube(x)), pushforward: (t: Scalar) => g.mul(g.cos(x))(t) }))

const names = (tape: g.Tape): readonly string[] =>
  tape.entries.flatMap(({ primitive, params }) =>
    primitive === g.table.scan ? ['scan', ...names((params as Loop).step)] : [primitive.name]
  )
const optimised = (tape: g.Tape): g.Tape => passes.reduce((now, { run }) => run(now), tape)

describe('a function with a rule of its own in a program', () => {
  it('is its operations, those of one within another too, and no loop', () => {
    const tape = g.trace((x: Scalar) => g.add(1)(nested(x)))(g.scalar(2))
    expect(names(tape)).toContain('scan')
    expect(names(inline(tape))).toEqual(['square', 'mul', 'sin', 'add'])
  })

  it('is its operations within the steps of a loop as well', () => {
    const tape = g.trace((x: Scalar) => g.repeat(3)((y: Scalar) => cube(y))(x))(g.scalar(2))
    expect(names(tape).filter((name) => name === 'scan')).toHaveLength(2)
    expect(names(optimised(tape)).filter((name) => name === 'scan')).toHaveLength(1)
  })

  it('leaves loops, branches and checkpoints as they are', () => {
    for (const f of [
      (x: Scalar) => g.repeat(1)((y: Scalar) => g.exp(y))(x),
      g.checkpoint((x: Scalar) => g.exp(x)),
      (x: Scalar) =>
        g.cond(
          (y: Scalar) => g.exp(y),
          (y: Scalar) => g.sin(y)
        )(x, x)
    ]) {
      const tape = g.trace(f)(g.scalar(1))
      expect(inline(tape)).toBe(tape)
    }
  })

  test.prop([fc.array(fc.double({ min: -1.2, max: 1.2, noNaN: true }), { minLength: 1, maxLength: 5 })], {
    numRuns: 20
  })('gives what it gives outside, beside other operations, mapped and differentiated', (numbers) => {
    const f = (xs: Vec) => {
      const all = g.vmap((x: Scalar) => g.add(cube(nested(x)))(g.exp(x)))(xs)
      const slopes = g.vmap((x: Scalar) => g.grad((y: Scalar) => nested(cube(y)))(x))(xs)
      return [all, slopes, g.mul(all)(slopes)] as const
    }
    const xs: Vec = g.tensor(numbers)
    const expected = f(xs)
    g.compile(f, { checked: true })(xs).forEach((y, i) =>
      expect(y).toBeCloseToTensor(expected[i]!, { rtol: 1e-12, atol: 1e-12 })
    )
    g.compile(f, { precision: 'single', checked: true })(xs).forEach((y, i) =>
      expect(y).toBeCloseToTensor(expected[i]!, { rtol: 1e-4, atol: 1e-4 })
    )
  })
})
