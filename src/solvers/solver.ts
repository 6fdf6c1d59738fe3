import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'
import { whileLoop } from '../transform/cond.ts'

/** Solvers as values: where to begin, one step, and when to stop. */

/** The current point of a solver, and how far from converged it is. @category solvers @since 0.1.0 */
export interface Iterate {
  readonly x: Tensor<[number]>
  /** Compared with the tolerance of the solver. */
  readonly error: Scalar
}

/** What a solver solves. @category solvers @since 0.1.0 */
export type Problem = 'root' | 'minimum' | 'least squares'

/**
 * An iterative method as a value, for problems of one vector: `root` takes those for `f(x) = 0`, `argmin` those for a least
 * `f(x)`, `leastSquares` those for the least sum of squares of `f(x)`. One of your own needs these fields alone; its state is any
 * record of tensors with an `x` and an `error`.
 *
 * @category solvers
 * @since 0.1.0
 */
export interface Solver<P extends Problem, S extends Iterate> {
  readonly solves: P
  /** It has converged when the error is at most this. */
  readonly tolerance: number
  readonly maxSteps: number
  readonly init: (f: Objective<P>) => (x: Tensor<[number]>) => S
  readonly step: (f: Objective<P>) => (state: S) => S
}

/** The function of a problem: a number for a minimum, a vector otherwise. @category solvers @since 0.1.0 */
export type Objective<P extends Problem> = (x: Tensor<[number]>) => P extends 'minimum' ? Scalar : Tensor<[number]>

/** The settings that all solvers have. */
export const stopping = (tolerance: number, maxSteps: number) =>
  ({ tolerance: [kinds.positive, tolerance], maxSteps: [kinds.size, maxSteps] }) as const

/** Where a run has come to. */
export interface Run {
  readonly x: Tensor
  readonly error: Scalar
  readonly steps: Scalar
  /** 1 where the error is at most the tolerance, else 0. */
  readonly converged: Scalar
}

const scalarOf = (value: number): Scalar => op.constant(value) as Scalar

/** Repeats the steps of a solver until it has converged, or has taken the most steps. */
export const run = <P extends Problem, S extends Iterate>(
  { tolerance, maxSteps, init, step }: Solver<P, S>,
  f: Objective<P>,
  start: Tensor
): Run => {
  const limit = scalarOf(tolerance)
  // not for an error of NaN
  const isClose = ({ error }: Iterate): Scalar => op.greaterEqual(limit, error) as Scalar
  interface Carry {
    readonly state: S
    readonly steps: Scalar
  }
  const goesOn = ({ state: { error } }: Carry): Scalar => op.greater(error, limit) as Scalar
  const next = ({ state, steps }: Carry): Carry => ({
    state: step(f)(state),
    steps: op.add(steps, scalarOf(1)) as Scalar
  })
  const begun: Carry = { state: init(f)(start as Tensor<[number]>), steps: scalarOf(0) }
  const { state, steps } = whileLoop(goesOn, next, { maxSteps })(begun)
  return { x: state.x, error: state.error, steps, converged: isClose(state) }
}
