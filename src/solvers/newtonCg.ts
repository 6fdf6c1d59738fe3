import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { whileLoop } from '../transform/cond.ts'
import { hvp } from '../transform/grad.ts'
import { zerosLike } from '../transform/loop.ts'
import { type Evaluated, errorOf, evaluated, lineSearch } from './lineSearch.ts'
import { type Iterate, type Objective, type Solver, solverOf, stopping } from './solver.ts'
import { dot, lengthOf, one, plus, zero } from './vector.ts'

const fields = kinds.settings('newtonCg', stopping(1e-10, 200))

/** Settings of {@link newtonCg}. @category solvers @since 0.1.0 */
export interface NewtonCgSettings extends kinds.Given<typeof fields.fields> {}

/** The state of {@link newtonCg}. @category solvers @since 0.1.0 */
export interface NewtonCgState extends Iterate, Evaluated {}

interface Inner {
  readonly z: Tensor
  readonly rest: Tensor
  readonly direction: Tensor
  readonly square: Tensor
  readonly goesOn: Tensor
}

/**
 * The direction of Newton's method about, by conjugate gradients: as far as the Hessian is positive along the directions, and to a
 * share of the gradient that falls with it, which makes the convergence superlinear.
 */
const directionOf = (f: Objective<'minimum'>, { x, gradient }: Evaluated): Tensor => {
  const size = lengthOf(gradient)
  const goal = op.mul(op.minimum(op.constant(0.5), op.sqrt(size)), size)
  const times = hvp(f as never)(x as never) as unknown as (v: Tensor) => Tensor
  const [n = 0] = dimsOf(x)
  const begin = op.neg(gradient)
  const steps = whileLoop(
    ({ goesOn }: Inner) => goesOn as Scalar,
    ({ z, rest, direction, square }: Inner): Inner => {
      const image = times(direction)
      const curvature = dot(direction, image)
      const isConvex = op.greater(curvature, zero)
      const share = op.div(square, op.where(isConvex, curvature, one))
      const moved = plus(z, share, direction)
      const left = plus(rest, op.neg(share), image)
      const next = dot(left, left)
      // along the first direction of negative curvature as it is, the steepest descent
      const isFirst = op.equal(dot(z, z), zero)
      return {
        z: op.where(isConvex, moved, op.where(isFirst, direction, z)),
        rest: left,
        direction: plus(left, op.div(next, square), direction),
        square: next,
        goesOn: op.mul(isConvex, op.greater(op.sqrt(next), goal))
      }
    },
    { maxSteps: 10 * n + 10 }
  )({
    z: zerosLike(gradient),
    rest: begin,
    direction: begin,
    square: dot(gradient, gradient),
    goesOn: op.greater(size, zero)
  })
  return steps.z
}

/**
 * Newton's method for a least `f(x)` of many variables, without its Hessian: the direction by conjugate gradients on
 * Hessian-vector products, cut short far from the solution, and a line search for the strong Wolfe conditions. The error is that of
 * {@link lbfgs}; `tolerance` 1e-10.
 *
 * @throws ValueError when a setting is out of range
 * @see Nocedal, Wright, Numerical Optimization (2006), §7.1
 * @example
 * import { ok } from 'assert'
 * import { log, mul, type Scalar, scalar, solvers, sub, toNumber } from 'grad-ts'
 *
 * // a · x − log x, least at 1 / a
 * const least = solvers.argmin((x: Scalar, a: Scalar) => sub(log(x))(mul(a)(x)), solvers.newtonCg())
 * ok(Math.abs(toNumber(least(scalar(0.1), scalar(0.5)).value) - 2) < 1e-10)
 * @category solvers
 * @since 0.1.0
 */
export const newtonCg = (settings: NewtonCgSettings = {}): Solver<'minimum', NewtonCgState> =>
  solverOf<'minimum', NewtonCgState, object>(
    'newtonCg',
    {
      solves: 'minimum',
      ...fields.read(settings),
      init: (f) => (x) => {
        const at = evaluated(f)(x)
        return { ...at, error: errorOf(at) }
      },
      step: (f) => (state) => {
        const at = lineSearch(f, state, directionOf(f, state))
        return { ...at, error: errorOf(at) }
      }
    },
    ['x', 'value', 'gradient', 'error']
  )
