/** Batch axes for the parts of trees. */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

type Vec2 = g.Vec<2>
interface Model {
  readonly weight: Vec2
  readonly bias: g.Scalar
}
const predict = (model: Model, x: Vec2): g.Scalar => g.tanh(g.add(model.bias)(g.dot(model.weight)(x)))
const number = fc.integer({ min: -8, max: 8 }).map((n) => n / 4)
const vector = fc.tuple(number, number)

describe('vmap with a tree of axes', () => {
  test.prop([fc.array(fc.tuple(vector, vector), { minLength: 1, maxLength: 5 }), number])(
    'maps some parts of a record and shares the others',
    (rows, bias) => {
      const weight = g.tensor(rows.map(([w]) => [...w])) as g.Mat<number, 2>
      const xs = g.tensor(rows.map(([, x]) => [...x])) as g.Mat<number, 2>
      const columns = g.transpose(weight)
      const mapped = g.vmap(predict, { in: [{ weight: 1, bias: null }, 0] })(
        { weight: columns, bias: g.scalar(bias) },
        xs
      )
      const byHand = rows.map(([w, x]) =>
        g.toNumber(predict({ weight: g.tensor(w), bias: g.scalar(bias) }, g.tensor(x)))
      )
      expect(mapped).toBeCloseToTensor(byHand, { atol: 1e-15, rtol: 1e-15 })
    }
  )

  it('gives each example a gradient by what is mapped, and one by what is shared', () => {
    const model = { weight: g.tensor([[1, 2], [3, 4], [5, 6]]), bias: g.scalar(0.5) } // prettier-ignore
    const x = g.tensor([0.1, -0.2])
    const grads = g.vmap(g.grad(predict), { in: [{ weight: 0, bias: null }, null] })(model, x)
    expect(grads.weight.shape).toEqual([3, 2])
    expect(grads.bias.shape).toEqual([3])
    const total = g.grad((bias: g.Scalar) =>
      g.sum(g.vmap(predict, { in: [{ weight: 0, bias: null }, null] })({ ...model, bias }, x))
    )(model.bias)
    expect(total).toBeCloseToTensor(g.sum(grads.bias))
  })

  it('puts the examples of each result where its own axis says, and leaves one as it is that all share', () => {
    const f = (x: Vec2, w: Vec2) => ({ both: g.add(w)(x), ofW: g.square(w), list: [g.sum(x)] as const })
    const out = g.vmap(f, { in: [0, null], out: { both: 1, ofW: null, list: [0] } })(g.ones([3, 2]), g.tensor([1, 2]))
    expect(out.both).toBeTensor([
      [2, 2, 2],
      [3, 3, 3]
    ])
    expect(out.ofW).toBeTensor([1, 4])
    expect(out.list[0]).toBeTensor([2, 2, 2])
  })

  it('knows what does not differ, within a loop in a loop too', () => {
    const f = (x: g.Scalar, y: g.Scalar) => {
      const inner = g.repeat(2)(([c, d]: readonly [g.Scalar, g.Scalar]) => [g.add(x)(c), g.mul(2)(d)] as const)
      return g.repeat(2)((both: readonly [g.Scalar, g.Scalar]) => inner(both))([x, y] as const)[1]
    }
    const shared = g.vmap(f, { in: [0, null], out: null } as never)(g.tensor([1, 2]) as never, g.scalar(3) as never)
    expect(g.toArray(shared as never)).toBe(48)
  })

  it('refuses axes for other parts than there are, and a shared result that is none', () => {
    const model = { weight: g.ones([3, 2]), bias: g.scalar(1) }
    const run = (axes: unknown) => () => g.vmap(predict, axes as never)(model as never, g.ones([2]) as never)
    const named = (name: string, message: RegExp): Error =>
      expect.objectContaining({ name, message: expect.stringMatching(message) as string }) as Error
    expect(run({ in: [{ weight: 0 }, null] })).toThrow(
      named('TreeError', /^vmap: argument 0 has weight, bias, and axes for weight$/)
    )
    for (const others of [
      { weight: 0, bias: null, scale: 0 },
      { weight: 0, offset: 0 }
    ])
      expect(run({ in: [others, null] })).toThrow(
        named(
          'TreeError',
          new RegExp(`^vmap: argument 0 has weight, bias, and axes for ${Object.keys(others).join(', ')}$`)
        )
      )
    expect(run({ in: [{ weight: [0], bias: null }, null] })).toThrow(
      named('TreeError', /^vmap: argument 0.weight is no record or array, and has axes for 0$/)
    )
    expect(run({ in: [{ weight: 0.5, bias: null }, null] })).toThrow(named('ValueError', /^vmap: in/))
    expect(run({ in: [{ weight: 0, bias: null }, null], out: null })).toThrow(
      named('ValueError', /^vmap: out: result differs between examples; give it an axis$/)
    )
  })

  it('maps over keys', () => {
    const keys = g.random.keys(4)(g.random.key(1))
    const draws = g.vmap((key: g.random.Key, scale: g.Scalar) => g.mul(scale)(g.random.normal([2])(key)), {
      in: [0, null]
    })(keys as never, g.scalar(2))
    expect(draws.shape).toEqual([4, 2])
  })
})
