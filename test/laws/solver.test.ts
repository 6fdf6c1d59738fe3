/** Functions that solve equations obey the laws of solvers. */
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Mat, Scalar, Vec } from '../../src/tensor/tensor.ts'

const { tensor } = laws.arbitrary
const positive = { min: 0.5, max: 4, avoid: [] }

/** Newton's square root, until it moves by less than it can say. */
const newton = (settings: g.WhileSettings) => (a: Scalar, start: Scalar) =>
  g.whileLoop(
    ({ x, last }: { readonly x: Scalar; readonly last: Scalar }) => g.greater(1e-12)(g.abs(g.sub(last)(x))),
    ({ x }) => ({ x: g.div(2)(g.add(g.div(x)(a))(x)), last: x }),
    settings
  )({ x: start, last: g.add(1)(start) }).x
const square = {
  residual: (x: Scalar, a: Scalar) => g.sub(a)(g.square(x)),
  params: tensor([], positive),
  starts: tensor([], positive)
}

interface Cell {
  readonly weight: Mat<2, 2>
  readonly bias: Vec<2>
}
const cell = ({ weight, bias }: Cell, x: Vec<2>): Vec<2> =>
  g.tanh(g.add(bias)(g.reshape([2])(g.matmul(weight)(g.reshape([1, 2])(x)))))
/** A contraction: weights that are small. */
const cells = fc.record({ weight: tensor([2, 2], { min: -0.4, max: 0.4, avoid: [] }), bias: tensor([2]) })
const iterated = (p: Cell, start: Vec<2>): Vec<2> => g.repeat(120)((x: Vec<2>) => cell(p, x))(start)

type System = readonly [a: Scalar, b: Scalar, c: Scalar, d: Scalar, e: Scalar, f: Scalar]
const times = (a: Scalar, b: Scalar): Scalar => g.mul(b)(a)
const determinant = (a: Scalar, b: Scalar, c: Scalar, d: Scalar): Scalar => g.sub(times(b, c))(times(a, d))
/** a x + b y = e, c x + d y = f, by Cramer's rule. */
const cramer = ([a, b, c, d, e, f]: System) => {
  const whole = determinant(a, b, c, d)
  return { x: g.div(whole)(determinant(e, b, f, d)), y: g.div(whole)(determinant(a, e, c, f)) }
}
const [near, far] = [tensor([], { min: -1, max: 1, avoid: [] }), tensor([], { min: 2, max: 3, avoid: [] })]

describe('solvers', () => {
  laws.register(test)(
    laws.solver({ name: 'a square root by a loop with a bound', solve: newton({ maxSteps: 60 }), ...square }),
    { numRuns: 15 }
  )
  laws.register(test)(
    laws.solver({ name: 'a square root by a loop without one', solve: newton({}), ...square, derivatives: 'forward' }),
    { numRuns: 15 }
  )
  laws.register(test)(
    laws.solver({
      name: 'a fixed point with the derivative of the implicit function theorem',
      solve: (p: Cell, start: Vec<2>) =>
        g.customVjp((q: Cell) => {
          const x = g.stopGradient(iterated(q, start))
          const { pullback } = g.vjp((at: readonly [Vec<2>, Cell]) => cell(at[1], at[0]))([x, q])
          return {
            value: x,
            // u = ct + Jᵀ u, by iteration too
            pullback: (ct: Vec<2>): Cell =>
              pullback(g.repeat(120)((u: Vec<2>) => g.add(ct)(pullback(u)[0]))(g.zeros([2])))[1]
          }
        })(p),
      residual: (x: Vec<2>, p: Cell) => g.sub(x)(cell(p, x)),
      params: cells,
      starts: tensor([2])
    }),
    { numRuns: 10 }
  )
  laws.register(test)(
    laws.solver({
      name: 'a linear system by formula',
      solve: cramer,
      residual: ({ x, y }, [a, b, c, d, e, f]: System) => [
        g.sub(e)(g.add(times(b, y))(times(a, x))),
        g.sub(f)(g.add(times(d, y))(times(c, x)))
      ],
      params: fc.tuple(far, near, near, far, near, near)
    }),
    { numRuns: 25 }
  )
  laws.register(test)(
    laws.solver({
      name: 'a root by bisection, in plain numbers',
      solve: (a: Scalar) => {
        const target = g.toNumber(a)
        const halved = ([low, high]: readonly [number, number]): readonly [number, number] =>
          ((low + high) / 2) ** 3 > target ? [low, (low + high) / 2] : [(low + high) / 2, high]
        return g.scalar(Array.from({ length: 60 }).reduce<readonly [number, number]>(halved, [0, 8])[0])
      },
      residual: (x: Scalar, a: Scalar) => g.sub(a)(g.pow(3)(x)),
      params: tensor([], positive),
      derivatives: 'none',
      compiled: false
    }),
    { numRuns: 25 }
  )

  it('whose residual cannot determine the solution are refused', () => {
    const suite = laws.solver({
      name: 'half of a system',
      solve: cramer,
      residual: ({ x, y }, [a, b, , , e]: System) => g.sub(e)(g.add(times(b, y))(times(a, x))),
      params: fc.tuple(far, near, near, far, near, near)
    })
    expect(() => laws.assert(suite, { numRuns: 1 })).toThrow(
      'laws.solver: a residual of 1 elements cannot determine a solution of 2; give one for each element'
    )
  })
})
