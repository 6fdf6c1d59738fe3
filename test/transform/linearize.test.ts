import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Vec } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

interface Params {
  readonly a: Vec<2>
  readonly b: readonly [Scalar]
}
const f = ({ a, b: [b] }: Params, by: Scalar) => ({ y: g.mul(b)(g.tanh(g.mul(by)(a))), z: g.square(b) })

const number = fc.double({ min: -1, max: 1, noNaN: true })
const params = fc.tuple(number, number, number).map(([x, y, z]): Params => ({ a: g.tensor([x, y]), b: [g.scalar(z)] }))
const by = g.scalar(1.5)

describe('linearize', () => {
  test.prop([params, params, params])(
    'gives the value, and the tangents that jvp gives, of any number of tangents',
    (p, s, t) => {
      const { value, pushforward } = g.linearize(f)(p, by)
      for (const tangent of [s, t]) {
        const dual = g.jvp(f)(p, by)(tangent)
        expect(value.y).toBeTensor(dual.value.y)
        expect(value.z).toBeTensor(dual.value.z)
        expect(pushforward(tangent).y).toBeTensor(dual.tangent.y)
        expect(pushforward(tangent).z).toBeTensor(dual.tangent.z)
      }
    }
  )

  test.prop([params, params, params])('is linear in the tangent, and the transpose of the pullback', (p, s, t) => {
    const { pushforward } = g.linearize(f)(p, by)
    const { pullback } = g.vjp(f)(p, by)
    const sum = pushforward(g.params.add(t as never)(s as never))
    expect(sum.y).toBeCloseToTensor(g.add(pushforward(t).y)(pushforward(s).y))
    const ct = f(t, by)
    const [one, other] = [
      g.params.dot(ct as never)(pushforward(s) as never),
      g.params.dot(pullback(ct) as never)(s as never)
    ]
    expect(one).toBeCloseToTensor(other)
  })

  it('runs the function once, however many tangents there are', () => {
    let runs = 0
    const { pushforward } = g.linearize((x: Scalar) => {
      runs++
      return g.exp(x)
    })(g.scalar(0))
    expect([1, 2, 3].map((t) => g.toNumber(pushforward(g.scalar(t))))).toEqual([1, 2, 3])
    expect(runs).toBe(1)
  })

  it('gives a pushforward that can be mapped, and differentiated by what it is given', () => {
    const { pushforward } = g.linearize((x: Vec<2>) => g.mul(g.square(x))(x))(g.tensor([1, 2]))
    expect(
      g.vmap(pushforward)(
        g.tensor([
          [1, 0],
          [0, 1]
        ])
      )
    ).toBeTensor([
      [3, 0],
      [0, 12]
    ])
    expect(g.grad((t: Vec<2>) => g.sum(g.square(pushforward(t))))(g.tensor([1, 1]))).toBeTensor([18, 288])
    const again = (x: Scalar) =>
      g
        .linearize((y: Scalar) => g.mul(g.square(y))(y))(x)
        .pushforward(x)
    expect(g.grad(again)(g.scalar(2))).toBeTensor(9 * 4)
  })

  it('refuses a tangent of another shape or structure', () => {
    const { pushforward } = g.linearize(f)({ a: g.tensor([1, 2]), b: [g.scalar(3)] }, by)
    expect(() => pushforward({ a: g.tensor([1, 2, 3]) as never, b: [by] })).toThrow(
      'linearize: tangent.a needs shape [2], got [3]; the tangent must have the shapes of the point'
    )
    expect(() => pushforward({ a: g.tensor([1, 2]) } as never)).toThrow(/^linearize: /)
    expect(() => g.linearize(1 as never)).toThrow(/^linearize: f must be a function/)
  })
})
