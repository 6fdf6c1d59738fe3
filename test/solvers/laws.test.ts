import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const { solvers } = g
const interval = (min: number, max: number) => ({ min, max, avoid: [] })
const draw = laws.arbitrary.tensor

interface Pair {
  readonly x: g.Scalar
  readonly y: g.Vec<2>
}

/** x + y₀ and the like, with one root for any data. */
const equations = ({ x, y }: Pair, a: g.Scalar, b: g.Vec<2>): Pair => ({
  x: g.sub(a)(g.add(g.exp(x))(g.sum(g.tanh(y)))),
  y: g.add(g.mul(g.scalar(0.3))(g.sin(x)))(g.sub(b)(g.mul(2)(y)))
})
const pair = (start: number): Pair => ({ x: g.scalar(start), y: g.tensor([start, -start]) })
const data = fc.tuple(draw([], interval(2, 4)), draw([2], interval(-1, 1)))

/** A convex function, least somewhere inside. */
const bowl = ({ x, y }: Pair, a: g.Scalar, b: g.Vec<2>): g.Scalar =>
  g.add(g.sum(g.softplus(g.sub(b)(y))))(
    g.add(g.square(g.sub(g.sum(y))(x)))(g.add(g.sum(g.square(y)))(g.sub(g.mul(a)(x))(g.exp(x))))
  )
const gradient = (f: typeof bowl) => (p: Pair, d: readonly [g.Scalar, g.Vec<2>]) => g.grad((q: Pair) => f(q, ...d))(p)

describe('each solver', () => {
  const close = { tolerance: { atol: 1e-8, rtol: 1e-8 } }
  const numRuns = { numRuns: 15 }
  const from = <P, A extends readonly unknown[]>(solve: (start: P, ...data: A) => { readonly value: P }) =>
    ({ solve: (d: A, start: P) => solve(start, ...d).value }) as never

  laws.register(test)(
    laws.solver({
      name: 'root by newton',
      ...(from(solvers.root(equations as never)) as { readonly solve: (d: never, s: never) => Pair }),
      residual: (p: Pair, d: readonly [g.Scalar, g.Vec<2>]) => equations(p, ...d),
      params: data,
      starts: fc.constantFrom(0, 0.5, -0.5).map(pair)
    } as never),
    numRuns
  )
  laws.register(test)(
    laws.solver({
      name: 'fixedPoint',
      ...(from(solvers.fixedPoint((x: g.Scalar, a: g.Scalar) => g.cos(g.mul(a)(x))) as never) as object),
      residual: (x: g.Scalar, [a]: readonly [g.Scalar]) => g.sub(x)(g.cos(g.mul(a)(x))),
      params: fc.tuple(draw([], interval(0.2, 1))),
      starts: draw([], interval(0, 1))
    } as never),
    numRuns
  )
  for (const name of ['lbfgs', 'newtonCg'] as const)
    laws.register(test)(
      laws.solver({
        name: `argmin by ${name}`,
        ...(from(solvers.argmin(bowl as never, solvers[name]({ tolerance: 1e-11 }) as never) as never) as object),
        residual: gradient(bowl),
        params: data,
        starts: fc.constantFrom(0, 1, -1).map(pair),
        ...close
      } as never),
      numRuns
    )
  laws.register(test)(
    laws.solver({
      name: 'leastSquares by levenbergMarquardt',
      ...(from(
        solvers.leastSquares((b: g.Vec<2>, y: g.Vec<4>) => {
          const x = g.tensor([0, 1, 2, 3])
          return g.sub(y)(g.mul(g.get(0)(b) as never)(g.exp(g.mul(g.get(1)(b) as never)(x))))
        }) as never
      ) as object),
      residual: (b: g.Vec<2>, [y]: readonly [g.Vec<4>]) => {
        const x = g.tensor([0, 1, 2, 3])
        const r = (c: g.Vec<2>) => g.sub(y)(g.mul(g.get(0)(c) as never)(g.exp(g.mul(g.get(1)(c) as never)(x))))
        return g.grad((c: g.Vec<2>) => g.sum(g.square(r(c))))(b)
      },
      params: fc.tuple(draw([4], interval(-0.05, 0.05)).map((noise) => g.add(noise)(g.tensor([1, 1.3, 1.7, 2.2])))),
      starts: fc.constantFrom([1, 0], [2, 0.5]).map((b) => g.tensor(b)),
      ...close
    } as never),
    numRuns
  )
  laws.register(test)(
    laws.solver({
      name: 'conjugateGradient',
      solve: (d: readonly [g.Vec<3>, g.Mat<3, 3>]) => {
        const [b, m] = d
        return solvers.conjugateGradient(product as never)(b, m).value
      },
      residual: (x: g.Vec<3>, [b, m]: readonly [g.Vec<3>, g.Mat<3, 3>]) => g.sub(b)(product(x, m)),
      params: fc.tuple(draw([3]), draw([3, 3])),
      tolerance: { atol: 1e-9, rtol: 1e-9 }
    } as never),
    numRuns
  )
})

/** (I + Mᵀ M) v. */
function product(v: g.Vec<3>, m: g.Mat<3, 3>): g.Vec<3> {
  return g.add(v)(g.matmul(m)(g.matmul(v)(m) as never) as never) as never
}

it('a solution is right at orders 1 to 4', () => {
  // x³ = a
  const root = solvers.root((x: g.Scalar, a: g.Scalar) => g.sub(a)(g.pow(3)(x)))
  const nth = (order: number): ((a: g.Scalar) => g.Scalar) =>
    order === 0 ? (a) => root(g.scalar(1), a).value : g.grad(nth(order - 1))
  const exact = [0, 1, 2, 3, 4].map((order) =>
    Array.from({ length: order }, (_, k) => 1 / 3 - k).reduce((a, b) => a * b, 2 ** (1 / 3 - order))
  )
  exact.forEach((value, order) => {
    expect(Math.abs(g.toNumber(nth(order)(g.scalar(2))) / value - 1)).toBeLessThan(1e-12)
  })
})
