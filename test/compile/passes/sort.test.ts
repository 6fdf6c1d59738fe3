/** Elements that are gathered by their own argsort are sorted without their places. */
import { describe, expect, it } from 'vitest'
import { sortValues } from '../../../src/compile/passes/sort.ts'
import { prune } from '../../../src/compile/passes/index.ts'
import * as g from '../../../src/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'

const names = (f: (x: Tensor) => unknown, x: Tensor): readonly string[] =>
  prune(sortValues(g.trace(f as (x: Tensor) => Tensor)(x))).entries.map(({ primitive }) => primitive.name)

const op = g.primitive.vocabulary
const x = g.tensor([3, 1, 2])

describe('sorting values', () => {
  it('takes the place of the gather, whatever the axis', () => {
    expect(names((v) => g.sort(v), x)).toEqual(['sort'])
    expect(
      names(
        (v) => g.sort({ axis: 0 })(v),
        g.tensor([
          [3, 1],
          [1, 2]
        ])
      )
    ).toEqual(['permute', 'sort', 'permute'])
  })

  it('leaves a gather whose places are asked for too, or are those of other numbers', () => {
    const both = (v: Tensor): Tensor => {
      const order = op.argsort(v, 0, false)
      return op.add(op.gather(v, order), order)
    }
    expect(names(both, x)).toContain('gather')
    const other = (v: Tensor): Tensor => op.gather(v, op.argsort(op.neg(v), 0, false))
    expect(names(other, x)).toEqual(['neg', 'argsort', 'gather'])
  })

  it('has the derivative of the gather', () => {
    const tape = prune(sortValues(g.trace((v: Tensor) => g.sort(v))(x)))
    const again = (v: Tensor): Tensor => {
      const [y] = g.fold<Tensor>({
        onInput: () => v,
        onConstant: (c) => c,
        onEntry: ({ primitive, params }, xs) => g.apply(primitive, params, xs)
      })(tape)
      return y!
    }
    const weights = g.tensor([1, 10, 100])
    expect(g.toArray(g.grad((v: Tensor) => op.sum(op.mul(weights, again(v)), [0], false) as g.Scalar)(x))).toEqual([
      100, 1, 10
    ])
    expect(g.toArray(g.jvp(again)(x)(g.tensor([1, 2, 3])).tangent)).toEqual([2, 3, 1])
  })
})

const specials = [0, -0, NaN, Infinity, -Infinity, 1, -1, 5e-324, 1e308]
/** What digits, insertion and both signs of 0 find easy and hard. */
const kinds: Readonly<Record<string, (i: number, n: number) => number>> = {
  uniform: () => 8 * Math.random() - 4,
  special: () => specials[Math.floor(Math.random() * specials.length)]!,
  'near to one another': () => 1 + Math.floor(Math.random() * 2 ** 20) * 2 ** -52,
  ascending: (i) => i,
  descending: (i, n) => n - i,
  'zeros of both signs': () => (Math.random() < 0.5 ? 0 : -0),
  'of all sizes': () => (Math.random() - 0.5) * 10 ** (600 * Math.random() - 300),
  equal: () => 7
}

describe.each(['double', 'single'] as const)('in %s precision', (precision) => {
  it.each([1, 2, 40, 41, 1000, 4095, 4096, 9999])('%i numbers in programs are sorted to the bit', (n) => {
    for (const descending of [false, true])
      for (const [kind, make] of Object.entries(kinds)) {
        const numbers = g.tensor(Float64Array.from({ length: n }, (_, i) => Math.fround(make(i, n))))
        const values = (v: Tensor): Tensor => g.sort({ descending })(v)
        const places = (v: Tensor): Tensor => g.argsort({ descending })(v)
        for (const f of [values, places])
          expect(g.toArray(g.compile(f, { precision })(numbers)), kind).toEqual(g.toArray(f(numbers)))
      }
  })
})
