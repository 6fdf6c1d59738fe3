/** Mistakes in functions that solve equations. */
import fc from 'fast-check'
import * as laws from '../../../laws/index.ts'
import * as g from '../../../src/index.ts'
import { bufferOf, type Scalar, type Tensor } from '../../../src/tensor/tensor.ts'
import type { Planted } from './planted.ts'

const { tensor } = laws.arbitrary
const interval = { min: 0.5, max: 4, avoid: [] }
const zero = 'the residual is 0 at the solution'
const numbers = 'the derivative by the parameters agrees with numbers'
const equation = 'the derivative by the parameters satisfies the equation differentiated'
const reverse = 'the derivative by the parameters is the same in reverse mode'
const start = 'another start leads to the same solution'
const pure = 'the same arguments give the same bits, and stay as they are'

type Root = (a: Scalar, start: Scalar) => Scalar
const better = (a: Scalar, x: Scalar): Scalar => g.div(2)(g.add(g.div(x)(a))(x))
/** Newton's square root, of so many steps. */
const newton =
  (steps: number): Root =>
  (a, x) =>
    g.repeat(steps)((x: Scalar) => better(a, x))(x)

const root =
  (solve: Root, more: Partial<laws.SolverLaws<Scalar, Scalar, Scalar>> = {}) =>
  () =>
    laws.solver({
      name: 'wrong',
      solve,
      residual: (x: Scalar, a: Scalar) => g.sub(a)(g.square(x)),
      params: tensor([], interval),
      starts: tensor([], interval),
      ...more
    })
/** The root with a derivative of its own. */
const pulledBack =
  (pullback: (x: Scalar, a: Scalar, ct: Scalar) => Scalar): Root =>
  (a, from) =>
    g.customVjp((b: Scalar) => {
      const x = newton(7)(b, from)
      return { value: x, pullback: (ct: Scalar) => pullback(x, b, ct) }
    })(a)

interface System {
  readonly matrix: Tensor<[2, 2]>
  readonly right: Tensor<[2, 1]>
}
const jacobi = ({ matrix, right }: System, x: Tensor<[2, 1]>): Tensor<[2, 1]> => g.add(right)(g.matmul(x)(matrix))
/** x = A x + b, by iteration, with a derivative of its own. */
const linear = (pullback: (p: System, x: Tensor<[2, 1]>, ct: Tensor<[2, 1]>) => System) => () =>
  laws.solver({
    name: 'wrong',
    solve: g.customVjp((p: System) => {
      const x = g.repeat(60)((x: Tensor<[2, 1]>) => jacobi(p, x))(g.zeros([2, 1]))
      return { value: x, pullback: (ct: Tensor<[2, 1]>) => pullback(p, x, ct) }
    }),
    residual: (x: Tensor<[2, 1]>, p: System) => g.sub(x)(jacobi(p, x)),
    params: fc.record({ matrix: tensor([2, 2], { min: -0.3, max: 0.3, avoid: [0] }), right: tensor([2, 1]) })
  })
/** u = ct + A u, or with the transpose of A. */
const adjoint = (a: Tensor<[2, 2]>, ct: Tensor<[2, 1]>): Tensor<[2, 1]> =>
  g.repeat(60)((u: Tensor<[2, 1]>) => g.add(ct)(g.matmul(u)(a)))(g.zeros([2, 1]))
const outer = (u: Tensor<[2, 1]>, x: Tensor<[2, 1]>): System => ({ matrix: g.matmul(g.transpose(x))(u), right: u })

const count = { calls: 0 }

export const solvers: readonly Planted[] = [
  ['a solver that stops early', zero, root(newton(3))],
  ['a loop with too few steps for some parameters', zero, root((a) => newton(4)(a, g.scalar(1)))],
  ['another equation', zero, root((a, x) => newton(7)(g.add(1e-6)(a), x))],
  ['a solution of NaN', zero, root((a) => g.sqrt(g.neg(a)))],
  ['a residual that is always 0', zero, root(newton(7), { residual: (x: Scalar) => g.relu(g.sub(100)(x)) })],
  ['a solution taken for a constant', numbers, root((a, x) => g.stopGradient(newton(7)(a, x)))],
  [
    'a last step from a constant, which leaves the implicit term out',
    numbers,
    root(pulledBack((x, _, ct) => g.div(x)(ct)))
  ],
  ['the sign of the implicit term', equation, root(pulledBack((x, _, ct) => g.neg(g.div(g.mul(2)(x))(ct))))],
  [
    'the derivative of an earlier step',
    equation,
    root(pulledBack((x, a, ct) => g.div(g.add(1e-5)(g.add(g.div(x)(a))(x)))(ct)))
  ],
  ['a fixed point that is differentiated through its last step alone', numbers, linear((_, x, ct) => outer(ct, x))],
  ['an adjoint without the transpose', numbers, linear(({ matrix }, x, ct) => outer(adjoint(matrix, ct), x))],
  [
    'a pullback that is not linear',
    reverse,
    root(pulledBack((x, _, ct) => g.add(g.square(ct))(g.div(g.mul(2)(x))(ct))))
  ],
  [
    'a root of either sign, by where it starts',
    start,
    root(newton(8), { starts: tensor([], { min: -4, max: 4, avoid: [0, -0.25, 0.25] }) })
  ],
  ['a start that is not forgotten', start, root((a, x) => g.add(g.mul(1e-7)(x))(newton(7)(a, x)))],
  ['a start from call to call', pure, root((a, x) => g.add(1e-13 * ++count.calls)(newton(7)(a, x)))],
  [
    'parameters that are written to',
    pure,
    root((a, x) => {
      const found = newton(7)(a, x)
      bufferOf(a)?.fill(1)
      return found
    })
  ],
  [
    'a number of steps by what is read',
    'compiled, it gives the same',
    root((a, x) => newton(g.toNumber(g.stopGradient(a)) > 1 ? 7 : 8)(a, x), { derivatives: 'none' })
  ]
]
