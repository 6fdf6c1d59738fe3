/** Functions of records, keys and data, and rules of one's own, obey the laws of functions. */
import fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it, test } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Mat, Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { red } from './red.ts'

const { tensor, key } = laws.arbitrary

interface Dense {
  readonly weight: Mat<3, 2>
  readonly bias: Vec<2>
}
const anyDense = fc.record({ weight: tensor([3, 2]), bias: tensor([2]) })
const affine = ({ weight, bias }: Dense, x: Mat<4, 3>): Mat<4, 2> => pipe(x, g.matmul(weight), g.add(bias))

describe('functions of several arguments', () => {
  const tuple = fc.tuple(anyDense, tensor([4, 3]), key)
  laws.register(test)(
    laws.function({
      name: 'a noisy layer',
      f: (p: Dense, x: Mat<4, 3>, k: g.random.Key) => ({
        y: g.tanh(affine(p, x)),
        noise: g.random.normal([2])(k)
      }),
      args: tuple
    }),
    { numRuns: 12 }
  )
  laws.register(test)(
    laws.function({
      name: 'attention',
      f: (q: Mat<2, 3>, k: Mat<4, 3>, v: Mat<4, 3>) => g.matmul(v)(g.softmax(g.matmul(g.transpose(k))(q))),
      args: fc.tuple(tensor([2, 3]), tensor([4, 3]), tensor([4, 3]))
    }),
    { numRuns: 12 }
  )
  laws.register(test)(
    laws.function({
      name: 'a recurrence over rows, with a table of labels',
      f: (table: Mat<3, 2>, labels: Vec<3>, init: Vec<2>) =>
        g.scan((carry: Vec<2>, x: Vec<2>) => [g.tanh(g.add(x)(carry)), g.square(carry)] as const)(
          init,
          g.take({ axis: 0 })(labels)(table) as Mat<3, 2>
        ),
      args: fc.tuple(
        tensor([3, 2]),
        fc.array(fc.nat({ max: 2 }), { minLength: 3, maxLength: 3 }).map((ks) => g.reshape([3])(g.tensor(ks))),
        tensor([2])
      ),
      differentiable: (path) => path !== 'args[1]'
    }),
    { numRuns: 12 }
  )
  laws.register(test)(
    laws.function({
      name: 'a branch',
      f: (x: Scalar, y: Scalar) =>
        g.cond(
          (a: Scalar, b: Scalar) => g.mul(a)(b),
          (a: Scalar, b: Scalar) => g.sin(g.sub(a)(b))
        )(g.greater(0)(x), x, y),
      args: fc.tuple(tensor([], { min: -3, max: 3, avoid: [0] }), tensor([]))
    }),
    { numRuns: 12 }
  )

  it('whose result is no tensor are refused', () => {
    const suite = laws.function({ name: 'no tensor', f: (_: Vec<2>) => [], args: fc.tuple(tensor([2])) })
    expect(() => laws.assert(suite, { numRuns: 1 })).toThrow('laws.function: f gave no tensor')
  })

  it('that take one input for another are found, whichever it is', () => {
    const args = fc.tuple(tensor([2]), tensor([2]), tensor([2]))
    const wrong = (x: Vec<2>, y: Vec<2>, z: Vec<2>): Tensor => g.add(g.stopGradient(z))(g.mul(x)(y))
    expect(red(laws.function({ name: 'wrong', f: wrong, args }))).toContain('jvp agrees with numbers')
  })
})

describe('rules of one’s own', () => {
  const x = fc.tuple(tensor([3]))
  laws.register(test)(
    laws.customRule({
      name: 'softplus with a pullback',
      f: (x: Vec<3>) => g.softplus(x),
      rule: g.customVjp((x: Vec<3>) => ({ value: g.softplus(x), pullback: (ct: Vec<3>) => g.mul(g.sigmoid(x))(ct) })),
      args: x
    }),
    { numRuns: 10 }
  )
  laws.register(test)(
    laws.customRule({
      name: 'softplus with a pushforward',
      f: (x: Vec<3>) => g.softplus(x),
      rule: g.customJvp((x: Vec<3>) => ({ value: g.softplus(x), pushforward: (t: Vec<3>) => g.mul(g.sigmoid(x))(t) })),
      args: x
    }),
    { numRuns: 10 }
  )
  laws.register(test)(
    laws.customRule({
      name: 'a layer by its parameters',
      f: (p: Dense, x: Mat<4, 3>) => g.tanh(affine(p, x)),
      rule: g.customVjp((p: Dense, x: Mat<4, 3>) => {
        const value = g.tanh(affine(p, x))
        return {
          value,
          pullback: (ct: Mat<4, 2>): Dense => {
            const inner = g.mul(g.sub(g.square(value))(g.ones([4, 2])))(ct)
            return { weight: g.matmul(inner)(g.transpose(x)), bias: g.sum({ axis: 0 })(inner) }
          }
        }
      }),
      // 1 − tanh² loses its digits where tanh is near 1
      args: fc.tuple(anyDense, tensor([4, 3], { min: -0.3, max: 0.3, avoid: [] }))
    }),
    { numRuns: 10 }
  )
  laws.register(test)(
    laws.customRule({
      name: 'what vjp gives',
      f: (x: Vec<3>) => [g.sin(x), g.sum(g.exp(x))] as const,
      rule: g.customVjp(g.vjp((x: Vec<3>) => [g.sin(x), g.sum(g.exp(x))] as const)),
      args: x
    }),
    { numRuns: 10 }
  )
  laws.register(test)(
    laws.customRule({
      name: 'a checkpoint',
      f: (x: Vec<3>) => g.sin(g.exp(x)),
      rule: g.checkpoint((x: Vec<3>) => g.sin(g.exp(x))),
      args: x
    }),
    { numRuns: 10 }
  )
})
