import { describe, expect, it } from 'vitest'
import { nestedChoices, prune } from '../../../src/compile/passes/index.ts'
import * as g from '../../../src/index.ts'
import { fc, test } from '../../support/property.ts'

type Vec = g.Tensor<[4]>

/** A function of four vectors, of which the first two are conditions. */
type Expression =
  | { readonly op: 'input'; readonly at: number }
  | { readonly op: 'mul' | 'add' | 'relu' | 'where' | 'reverse'; readonly of: readonly Expression[] }

const expression: fc.Arbitrary<Expression> = fc.letrec<{ readonly e: Expression }>((tie) => {
  const of = (count: number) => fc.array(tie('e'), { minLength: count, maxLength: count })
  return {
    e: fc.oneof(
      { maxDepth: 7, depthSize: 'large' },
      fc.record({ op: fc.constant('input' as const), at: fc.nat(3) }),
      fc.record({ op: fc.constantFrom('mul' as const, 'add' as const), of: of(2) }),
      fc.record({ op: fc.constantFrom('relu' as const, 'reverse' as const), of: of(1) }),
      fc.record({
        op: fc.constant('where' as const),
        of: fc.tuple(fc.record({ op: fc.constant('input' as const), at: fc.nat(1) }), tie('e'), tie('e'))
      })
    )
  }
}).e

const evaluate = (e: Expression, inputs: readonly Vec[]): Vec => {
  if (e.op === 'input') return inputs[e.at]!
  const [a, b, c] = e.of.map((part) => evaluate(part, inputs)) as [Vec, Vec, Vec]
  switch (e.op) {
    case 'mul':
      return g.mul(b)(a)
    case 'add':
      return g.add(b)(a)
    case 'relu':
      return g.relu(a)
    case 'reverse':
      return g.reshape([4])(g.transpose(g.reshape([2, 2])(a)))
    case 'where':
      return g.where(a, c)(b)
  }
}

const vector = fc
  .array(fc.constantFrom(0, 1, -2, Infinity, -Infinity, NaN, 0.5), { minLength: 4, maxLength: 4 })
  .map((xs) => g.reshape([4])(g.tensor(xs)))

const bits = (x: g.Tensor): readonly string[] => g.toFlatArray(x).map((n) => (Object.is(n, -0) ? '-0' : String(n)))

describe('nested choices', () => {
  test.prop([expression, fc.tuple(vector, vector, vector, vector)])('leave every bit as it was', (e, inputs) => {
    const f = ([a, b, c, d]: readonly Vec[]) => evaluate(e, [a!, b!, c!, d!])
    const tape = g.trace((xs: readonly Vec[]) => f(xs))(inputs)
    const after = nestedChoices(tape)
    const run = g.fold<g.Tensor>({
      onInput: (i) => inputs[i] as unknown as g.Tensor,
      onConstant: (value) => value,
      onEntry: ({ primitive, params }, given) => g.apply(primitive, params, given)
    })
    expect(bits(run(after)[0]!)).toEqual(bits(run(tape)[0]!))
    expect(nestedChoices(after)).toEqual(after)
  })

  it('leave one choice of a chain of masks by the same condition', () => {
    const c = g.tensor([1, 0])
    const masked = (x: g.Tensor<[2]>) => g.where(c, 0)(x)
    const tape = g.trace((x: g.Tensor<[2]>) => masked(g.exp(masked(g.neg(masked(x))))))(g.tensor([1, 2]))
    const kept = prune(nestedChoices(tape)).entries.map(({ primitive }) => primitive.name)
    expect(kept).toEqual(['neg', 'exp', 'where'])
  })

  it('keep a choice whose result is used without the condition as well', () => {
    const c = g.tensor([1, 0])
    const masked = (x: g.Tensor<[2]>) => g.where(c, 0)(x)
    const tape = g.trace((x: g.Tensor<[2]>) => {
      const inner = masked(x)
      return g.add(inner)(masked(g.exp(inner)))
    })(g.tensor([1, 2]))
    expect(nestedChoices(tape)).toEqual(tape)
  })

  it('keep a choice whose result is moved or joined before the next one, though the shape stays', () => {
    const op = g.primitive.vocabulary
    const moving: Readonly<Record<string, (x: g.Tensor) => g.Tensor>> = {
      permute: (x) => op.permute(x, [1, 0]),
      gather: (x) => op.gather(x, g.tensor([1, 0])),
      softmax: (x) => op.softmax(x, 1),
      logSoftmax: (x) => op.logSoftmax(x, 0),
      matmul: (x) => op.matmul(x, x)
    }
    const [c, x] = [
      g.tensor([
        [1, 0],
        [1, 1]
      ]),
      g.tensor([
        [1, 2],
        [3, 4]
      ])
    ] as unknown as readonly [g.Tensor, g.Tensor]
    for (const [name, moved] of Object.entries(moving)) {
      const masked = (of: g.Tensor): g.Tensor => op.where(c, of, op.constant(0.5))
      const f = (of: g.Tensor): g.Tensor => masked(moved(masked(op.add(of, of))))
      const tape = g.trace(f as never)(x)
      expect(nestedChoices(tape), name).toEqual(tape)
    }
  })
})

it.each([
  ['a result', (chosen: g.Vec): g.Tensor => chosen as unknown as g.Tensor, [2, 5]],
  ['summed', (chosen: g.Vec): g.Tensor => g.sum(chosen) as unknown as g.Tensor, [7]]
])('a choice that is %s outside of a branch too stays one', (_, elsewhere, expected) => {
  const inputs = [
    [1, 0],
    [2, 3],
    [4, 5],
    [6, 7]
  ].map((xs) => g.tensor(xs)) as unknown as readonly g.Vec[]
  const f = ([c, a, b, d]: readonly g.Vec[]) => {
    const chosen = g.where(c!, b!)(a!)
    return [elsewhere(chosen), g.where(c!, d!)(chosen) as unknown as g.Tensor]
  }
  const run = g.fold<g.Tensor>({
    onInput: (i) => inputs[i] as unknown as g.Tensor,
    onConstant: (value) => value,
    onEntry: ({ primitive, params }, given) => g.apply(primitive, params, given)
  })
  const results = run(nestedChoices(g.trace((xs: readonly g.Vec[]) => f(xs))(inputs)))
  expect(results.map((x) => Array.from(g.toFlatArray(x)))).toEqual([expected, [2, 7]])
})
