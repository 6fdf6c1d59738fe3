import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { rowsBetween } from '../transform/rows.ts'
import { scan } from '../transform/scan.ts'
import { type Evaluated, errorOf, evaluated, lineSearch } from './lineSearch.ts'
import { type Iterate, type Solver, solverOf, stopping } from './solver.ts'
import { dot, lengthOf, one, plus, zero } from './vector.ts'

const fields = kinds.settings('lbfgs', { memory: [kinds.size, 10], ...stopping(1e-9, 1000) })

/** Settings of {@link lbfgs}. @category solvers @since 0.1.0 */
export interface LbfgsSettings extends kinds.Given<typeof fields.fields> {}

/** The state of {@link lbfgs}: the last moves and changes of the gradient, the newest first. @category solvers @since 0.1.0 */
export interface LbfgsState extends Iterate, Evaluated {
  readonly moves: Tensor<[number, number]>
  readonly changes: Tensor<[number, number]>
  /** `1 / (move · change)`, and 0 for a row that is not used. */
  readonly curvatures: Tensor<[number]>
}

/** The product of the approximate inverse Hessian with a vector, by the two-loop recursion. */
const inverseTimes = ({ moves, changes, curvatures }: LbfgsState, gradient: Tensor): Tensor => {
  interface Pair {
    readonly move: Tensor
    readonly change: Tensor
    readonly curvature: Tensor
  }
  const pairs = { move: moves, change: changes, curvature: curvatures }
  const run = scan as unknown as (
    step: (carry: Tensor, x: never) => readonly [Tensor, Tensor],
    settings?: object
  ) => (init: Tensor, xs: unknown) => readonly [Tensor, Tensor]
  const [middle, shares] = run((q, { move, change, curvature }: Pair) => {
    const share = op.mul(curvature, dot(move, q))
    return [plus(q, op.neg(share), change), share]
  })(gradient, pairs)
  const row = (x: Tensor): Tensor => op.reshape(rowsBetween(x, 0, 1), dimsOf(x).slice(1))
  const [move, change] = [row(moves), row(changes)]
  const isFirst = op.equal(row(curvatures), zero)
  const size = op.where(isFirst, one, dot(change, change))
  const scale = op.where(isFirst, op.div(one, op.maximum(one, lengthOf(gradient))), op.div(dot(move, change), size))
  const [result] = run(
    (q, { move: s, change: y, curvature, share }: Pair & { readonly share: Tensor }) => [
      plus(q, op.sub(share, op.mul(curvature, dot(y, q))), s),
      zero
    ],
    { reverse: true }
  )(op.mul(scale, middle), { ...pairs, share: shares })
  return result
}

/** A matrix with a row in front, and without its last. */
const pushed = (rows: Tensor, row: Tensor): Tensor => {
  const [m = 0, ...rest] = dimsOf(rows)
  return op.concat([op.reshape(row, [1, ...rest]), rowsBetween(rows, 0, m - 1)], 0)
}

/**
 * L-BFGS: a quasi-Newton method for a least `f(x)` of many variables, which keeps the last `memory` (10) moves, with a line search
 * for the strong Wolfe conditions. The error is the largest slope, times `max(1, |x|)`, divided by `max(1, |f|)`; `tolerance` 1e-9.
 *
 * @throws ValueError when a setting is out of range
 * @see Nocedal, Wright, Numerical Optimization (2006), §7.2
 * @example
 * import { ok } from 'assert'
 * import { add, mul, type Scalar, scalar, solvers, square, sub, toNumber } from 'grad-ts'
 *
 * // Rosenbrock's valley, least at (1, 1)
 * interface Point {
 *   readonly x: Scalar
 *   readonly y: Scalar
 * }
 * const valley = ({ x, y }: Point): Scalar => add(square(sub(1)(x)))(mul(100)(square(sub(square(x))(y))))
 * const { value } = solvers.argmin(valley, solvers.lbfgs({ tolerance: 1e-12 }))({ x: scalar(-1.2), y: scalar(1) })
 * ok(Math.abs(toNumber(value.x) - 1) < 1e-10 && Math.abs(toNumber(value.y) - 1) < 1e-10)
 * @category solvers
 * @since 0.1.0
 */
export const lbfgs = (settings: LbfgsSettings = {}): Solver<'minimum', LbfgsState> => {
  const { memory, ...limits } = fields.read(settings)
  return solverOf<'minimum', LbfgsState, object>(
    'lbfgs',
    {
      solves: 'minimum',
      ...limits,
      init: (f) => (x) => {
        const at = evaluated(f)(x)
        const none = (dims: readonly number[]): Tensor => op.broadcastTo(zero, dims)
        const [n = 0] = dimsOf(x)
        return {
          ...at,
          error: errorOf(at),
          moves: none([memory, n]) as Tensor<[number, number]>,
          changes: none([memory, n]) as Tensor<[number, number]>,
          curvatures: none([memory]) as Tensor<[number]>
        }
      },
      step: (f) => (state) => {
        const newton = op.neg(inverseTimes(state, state.gradient))
        // what is not finite or does not descend is the steepest descent
        const descends = op.greater(zero, dot(newton, state.gradient))
        const steepest = op.div(op.neg(state.gradient), op.maximum(one, lengthOf(state.gradient)))
        const direction = op.where(descends, newton, steepest)
        const at = lineSearch(f, state, direction)
        const [move, change] = [op.sub(at.x, state.x), op.sub(at.gradient, state.gradient)]
        const product = dot(move, change)
        // a curvature within rounding of 0 tells nothing
        const tells = op.greater(product, op.mul(op.constant(1e-14), op.mul(lengthOf(move), lengthOf(change))))
        const next = (rows: Tensor, row: Tensor): Tensor => op.where(tells, pushed(rows, row), rows)
        return {
          ...at,
          error: errorOf(at),
          moves: next(state.moves, move) as Tensor<[number, number]>,
          changes: next(state.changes, change) as Tensor<[number, number]>,
          curvatures: next(state.curvatures, op.div(one, op.where(tells, product, one))) as Tensor<[number]>
        }
      }
    },
    ['x', 'value', 'gradient', 'moves', 'changes', 'curvatures', 'error']
  )
}
