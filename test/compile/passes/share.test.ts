/** Common subexpressions of a program: what is computed once, and what only looks alike. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { shareEntries } from '../../../src/compile/passes/share.ts'
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

  test('that are tensors are told apart by what they are, not by how they print', () => {
    const n = 1000
    const [a, b] = [0, 1].map((middle) => g.tensor(Array.from({ length: n }, (_, i) => (i === 500 ? middle : 0))))
    const sums = g.compile((v: Tensor) => [op.add(v, a!), op.add(v, b!)])(g.zeros([n]))
    expect(sums.map((x) => g.toFlatArray(x)[500])).toEqual([0, 1])
  })

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

describe('entries', () => {
  const x = g.tensor([1, 2]) as Tensor
  /** The operations of a function before and after, by their names. */
  const shared = (f: (v: Tensor, w: Tensor) => readonly unknown[]): readonly string[] =>
    shareEntries(g.trace(([v, w]: readonly [Tensor, Tensor]) => f(v, w))([x, x])).entries.map(
      ({ primitive }) => primitive.name
    )
  const k = g.tensor([3, 4]) as Tensor

  it.each<readonly [string, (v: Tensor, w: Tensor) => readonly unknown[]]>([
    ['inputs', (v, w) => [op.mul(v, w), op.mul(v, w)]],
    ['numbers', (v) => [op.mul(v, op.constant(2)), op.mul(v, op.constant(2))]],
    ['−0', (v) => [op.mul(v, op.constant(-0)), op.mul(v, op.constant(-0))]],
    ['a tensor', (v) => [op.mul(v, k), op.mul(v, k)]]
  ])('of the same operation with the same %s are one', (_, f) => {
    expect(shared(f)).toEqual(['mul'])
  })

  it.each<readonly [string, (v: Tensor, w: Tensor) => readonly unknown[]]>([
    ['inputs', (v, w) => [op.sub(v, w), op.sub(w, v)]],
    ['numbers', (v) => [op.sub(v, op.constant(2)), op.sub(v, op.constant(3))]],
    ['signs of 0', (v) => [op.sub(v, op.constant(0)), op.sub(v, op.constant(-0))]],
    ['tensors', (v) => [op.sub(v, k), op.sub(v, g.tensor([3, 5]))]],
    ['a tensor and a number', (v) => [op.sub(v, k), op.sub(v, op.constant(3))]]
  ])('of the same operation with other %s are two', (_, f) => {
    expect(shared(f)).toEqual(['sub', 'sub'])
  })

  it('of other operations, or with other settings, are two', () => {
    expect(shared((v, w) => [op.add(v, w), op.mul(v, w)])).toEqual(['add', 'mul'])
    expect(shared((v) => [op.powNumber(v, 2), op.powNumber(v, 3), op.powNumber(v, 2)])).toEqual([
      'powNumber',
      'powNumber'
    ])
  })

  it('that follow shared ones are shared, and read the numbers of what is left', () => {
    const f = (v: Tensor, w: Tensor) => [op.exp(op.mul(v, w)), op.exp(op.mul(v, w)), op.neg(op.exp(op.mul(v, w)))]
    const tape = shareEntries(g.trace(([v, w]: readonly [Tensor, Tensor]) => f(v, w))([x, k]))
    expect(tape.entries.map(({ inputs }) => inputs)).toEqual([[0, 1], [2], [3]])
    expect(tape.outputs).toEqual([3, 3, 4])
  })

  it('with several results are shared whole', () => {
    const both = g.primitive.multi('both')({
      arity: 1,
      shape: (_, [dims]) => E.right([dims!, dims!]),
      evaluate: (_, [v]) => [1, 2].map((by) => Float64Array.from(g.toFlatArray(v!), (value) => value * by)),
      vjp: (_, __, ___, ____, ct) => ct,
      jvp: (_, __, ___, ____, t) => t,
      batch: ({ params, inputs, again }) => again(params, inputs)
    })
    const twice = (v: Tensor) => [0, 1].flatMap(() => g.apply(both, {}, [v]).map((y) => op.neg(y)))
    const tape = shareEntries(g.trace(([v]: readonly [Tensor]) => twice(v))([x]))
    expect(tape.entries.map(({ primitive, inputs }) => [primitive.name, ...inputs])).toEqual([
      ['both', 0],
      ['neg', 1],
      ['neg', 2]
    ])
    expect(tape.outputs).toEqual([3, 4, 3, 4])
  })

  it('are told apart by settings of every kind, and shared where those are equal', () => {
    const own = { ...(g.table.neg as unknown as Primitive), name: 'own' }
    const f = (): number => 1
    class Named {
      readonly name = 'a'
    }
    const settings = [
      ...[1, '1', 1n, true, undefined, null, [1], [[1]], { a: 1 }, { a: '1' }, { b: 1 }, { a: [1, 2] }, -0, 0, 'null'],
      ...[Object.create(null), f, new Map(), new Map(), new Named(), new Named()],
      ...[[f], { f }, Float64Array.of(1), Float64Array.of(1), {}]
    ]
    const apply = (given: readonly unknown[]) =>
      shareEntries(g.trace((v: Tensor) => given.map((params) => g.apply(own, params, [v])))(x)).entries
    const copies = [1, '1', 1n, true, undefined, null, [1], [[1]], { a: 1 }, { a: [1, 2] }, -0, f, {}]
    expect(apply(copies).length).toBe(copies.length)
    expect(apply([...copies, 1, '1', 1n, true, undefined, null, [1], [[1]], { a: 1 }, { a: [1, 2] }, -0, f, {}]).length).toBe(copies.length) // prettier-ignore
    // one without a prototype is a record as any other: it is {}
    expect(apply(settings).length).toBe(settings.length - 1)
  })
})
