import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, isTensor, type Scalar, type Tensor } from '../tensor/tensor.ts'
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

const methods = { init: kinds.anyFunction, step: kinds.anyFunction }

/** The fields of a solver for a kind of problem, as the function that solves it looks at them. */
export const solverFields = <P extends Problem>(what: string, solves: P) =>
  kinds.settings(
    what,
    {
      solves: kinds.oneOf(solves),
      tolerance: kinds.positive,
      maxSteps: kinds.size,
      ...methods,
      ...(solves === 'least squares' ? { bounds: [kinds.anyFunction, undefined] as const } : {})
    },
    'solver'
  )

const someTensor = kinds.kind<Tensor>('a tensor', isTensor)
const vector = kinds.kind<Tensor>('a vector', (x) => isTensor(x) && dimsOf(x).length === 1)

/** A solver whose parts look at what they are given: they are there for loops of one's own. */
export const solverOf = <P extends Problem, S extends Iterate, E extends object>(
  what: string,
  solver: Solver<P, S> & E,
  state: readonly (keyof S & string)[]
): Solver<P, S> & E => {
  const fields = kinds.record('a state, such as init gives', Object.fromEntries(state.map((key) => [key, someTensor])))
  const wanted = solver.solves === 'minimum' ? someTensor : vector
  const asked = (f: Objective<P>): Objective<P> => {
    kinds.mustBe(kinds.anyFunction, `${what}: f`, f)
    return (x) => {
      const value = f(x)
      kinds.mustBe(wanted, `${what}: the result of f`, value)
      return value
    }
  }
  return {
    ...solver,
    init: (f) => {
      const from = solver.init(asked(f))
      return (x) => from(kinds.mustBe(vector, `${what}: x`, x))
    },
    step: (f) => {
      const next = solver.step(asked(f))
      return (given) => next(kinds.mustBe(fields, `${what}: the state`, given) as unknown as S)
    }
  }
}

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
