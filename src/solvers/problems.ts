import * as kinds from '../kinds/index.ts'
import type { Tree } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'
import { grad } from '../transform/grad.ts'
import { lbfgs } from './lbfgs.ts'
import { type BoundedSolver, freeOf, levenbergMarquardt } from './levenbergMarquardt.ts'
import { newton } from './newton.ts'
import { onVectors, ontoVectors, type Solution, solution, toNumberOf } from './solution.ts'
import { type Iterate, run, type Solver, solverFields, stopping } from './solver.ts'
import { dot, lengthOf, relative } from './vector.ts'

/** The problems that solvers solve; each solution is differentiable by the data. */

/** Solves from a start, with data. @category solvers @since 0.1.0 */
export type Solve<P, A extends readonly unknown[]> = (start: P, ...data: A) => Solution<P>

/**
 * Solves `f(x, ...data) = 0` for a tree `x` of as many numbers as `f` gives.
 *
 * @throws TreeError when a start or data is no tree of tensors
 * @throws ShapeError when `f` gives another count of numbers than `x` has
 * @throws ValueError when the solver is for another kind of problem
 * @example
 * import { ok } from 'assert'
 * import { grad, scalar, type Scalar, solvers, square, sub, toNumber } from 'grad-ts'
 *
 * const root = solvers.root((x: Scalar, a: Scalar) => sub(a)(square(x)))
 * const value = (a: Scalar) => root(scalar(1), a).value
 * ok(Math.abs(toNumber(value(scalar(2))) - Math.SQRT2) < 1e-15)
 * ok(Math.abs(toNumber(grad(value)(scalar(2))) - 1 / (2 * Math.SQRT2)) < 1e-15)
 * @category solvers
 * @since 0.1.0
 */
export const root = <P extends Tree<P>, A extends readonly unknown[], S extends Iterate = Iterate>(
  f: (x: P, ...data: A) => P,
  solver: Solver<'root', S> = newton() as unknown as Solver<'root', S>
): Solve<P, A> => {
  kinds.mustBe(kinds.anyFunction, 'root: f', f)
  solverFields('root', 'root').read(solver as never)
  return solution<P>('root', (start) => {
    const equation = ontoVectors('root', start, f as never)
    return { equation, solve: (data) => (x) => run(solver, equation(data) as never, x) }
  })
}

const iteration = kinds.settings('fixedPoint', stopping(1e-12, 1000))

/** Settings of {@link fixedPoint}. @category solvers @since 0.1.0 */
export interface FixedPointSettings extends kinds.Given<typeof iteration.fields> {}

/**
 * Solves `x = f(x, ...data)` by iterating `f`, which must be a contraction near the solution; `root` of `f(x) − x` needs no
 * contraction. It has converged when a step is shorter than `tolerance` (1e-12), relative to `x`; at most `maxSteps` (1,000).
 *
 * @throws TreeError when a start or data is no tree of tensors
 * @throws ShapeError when `f` gives another count of numbers than `x` has
 * @throws ValueError when a setting is out of range
 * @example
 * import { ok } from 'assert'
 * import { cos, grad, mul, scalar, type Scalar, solvers, toNumber } from 'grad-ts'
 *
 * const point = solvers.fixedPoint((x: Scalar, a: Scalar) => cos(mul(a)(x)))
 * const value = (a: Scalar) => point(scalar(1), a).value
 * ok(Math.abs(toNumber(value(scalar(1))) - 0.7390851332151607) < 1e-12)
 * // x = cos(a x): x′ = −x sin(x) / (1 + sin(x)) at a = 1
 * const x = toNumber(value(scalar(1)))
 * ok(Math.abs(toNumber(grad(value)(scalar(1))) + (x * Math.sin(x)) / (1 + Math.sin(x))) < 1e-11)
 * @category solvers
 * @since 0.1.0
 */
export const fixedPoint = <P extends Tree<P>, A extends readonly unknown[]>(
  f: (x: P, ...data: A) => P,
  settings: FixedPointSettings = {}
): Solve<P, A> => {
  kinds.mustBe(kinds.anyFunction, 'fixedPoint: f', f)
  const limits = iteration.read(settings)
  const iterating: Solver<'root', Iterate> = {
    solves: 'root',
    ...limits,
    init: () => (x) => ({ x, error: op.constant(Infinity) as Scalar }),
    step:
      (g) =>
      ({ x }) => {
        const next = g(x)
        return { x: next, error: relative(lengthOf(op.sub(next, x)), lengthOf(next)) }
      }
  }
  return solution<P>('fixedPoint', (start) => {
    const g = ontoVectors('fixedPoint', start, f as never)
    return {
      equation: (data) => (x) => op.sub(g(data)(x), x),
      solve: (data) => (x) => run(iterating, g(data) as never, x)
    }
  })
}

/**
 * Finds a local minimum of `f(x, ...data)` over a tree `x`, by L-BFGS unless another solver is given. The derivative of the
 * solution is that of `∇f = 0`, and takes the Hessian there, which must be invertible.
 *
 * @throws TreeError when a start or data is no tree of tensors
 * @throws ShapeError when `f` gives no scalar
 * @throws ValueError when the solver is for another kind of problem
 * @example
 * import { ok } from 'assert'
 * import { add, grad, scalar, type Scalar, solvers, square, sub, toNumber } from 'grad-ts'
 *
 * // (x − a)² + x², least at a / 2
 * const least = solvers.argmin((x: Scalar, a: Scalar) => add(square(x))(square(sub(a)(x))))
 * const value = (a: Scalar) => least(scalar(0), a).value
 * ok(Math.abs(toNumber(value(scalar(3))) - 1.5) < 1e-9)
 * ok(Math.abs(toNumber(grad(value)(scalar(3))) - 0.5) < 1e-9)
 * @category solvers
 * @since 0.1.0
 */
export const argmin = <P extends Tree<P>, A extends readonly unknown[], S extends Iterate = Iterate>(
  f: (x: P, ...data: A) => Scalar,
  solver: Solver<'minimum', S> = lbfgs() as unknown as Solver<'minimum', S>
): Solve<P, A> => {
  kinds.mustBe(kinds.anyFunction, 'argmin: f', f)
  solverFields('argmin', 'minimum').read(solver as never)
  return solution<P>('argmin', (start) => {
    const g = toNumberOf('argmin', start, f as never)
    return {
      equation: (data) => grad(g(data) as never) as unknown as (x: Tensor) => Tensor,
      solve: (data) => (x) => run(solver, g(data) as never, x)
    }
  })
}

/**
 * Finds a local minimum of `½ ‖f(x, ...data)‖²` over a tree `x`, by Levenberg and Marquardt's method unless another solver is
 * given. The derivative of the solution is that of `Jᵀ f = 0`, with the second derivatives of `f`; a variable that a bound holds
 * does not move.
 *
 * @throws TreeError when a start or data is no tree of tensors
 * @throws ValueError when the solver is for another kind of problem
 * @example
 * import { ok } from 'assert'
 * import { add, grad, mul, type Scalar, scalar, solvers, sub, tensor, toArray, toNumber } from 'grad-ts'
 *
 * // the line through some points
 * interface Line {
 *   readonly slope: Scalar
 *   readonly intercept: Scalar
 * }
 * const x = tensor([0, 1, 2])
 * const fit = solvers.leastSquares(({ slope, intercept }: Line, y: typeof x) => sub(y)(add(intercept)(mul(slope)(x))))
 * const slope = (y: typeof x) => fit({ slope: scalar(0), intercept: scalar(0) }, y).value.slope
 * ok(Math.abs(toNumber(slope(tensor([1, 2, 4]))) - 1.5) < 1e-12)
 * // the slope is (y₂ − y₀) / 2
 * toArray(grad(slope)(tensor([1, 2, 4]))).forEach((by, i) => ok(Math.abs(by - [-0.5, 0, 0.5][i]!) < 1e-12))
 * @category solvers
 * @since 0.1.0
 */
export const leastSquares = <P extends Tree<P>, A extends readonly unknown[], S extends Iterate = Iterate>(
  f: (x: P, ...data: A) => unknown,
  solver: Solver<'least squares', S> & Partial<BoundedSolver> = levenbergMarquardt() as never
): Solve<P, A> => {
  kinds.mustBe(kinds.anyFunction, 'leastSquares: f', f)
  solverFields('leastSquares', 'least squares').read(solver as never)
  return solution<P>('leastSquares', (start) => {
    const residuals = onVectors('leastSquares', start, f as never)
    const half = (data: readonly unknown[]) => (x: Tensor) => {
      const r = residuals(data)(x)
      return op.mul(op.constant(0.5), dot(r, r))
    }
    const equation = (data: readonly unknown[]) => grad(half(data) as never) as unknown as (x: Tensor) => Tensor
    const { bounds } = solver
    return {
      equation,
      solve: (data) => (x) => run(solver, residuals(data) as never, x),
      ...(bounds === undefined ? {} : { free: (data) => (x) => freeOf(bounds(x), x, equation(data)(x)) })
    }
  })
}
