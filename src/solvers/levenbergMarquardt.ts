import * as kinds from '../kinds/index.ts'
import * as linalg from '../linalg/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { eye, tensor } from '../tensor/construct.ts'
import { asTensor } from '../tensor/given.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { jacobian } from '../transform/jacobian.ts'
import { zerosLike } from '../transform/loop.ts'
import { type Iterate, type Objective, type Solver, solverOf, stopping } from './solver.ts'
import { dot, lengthOf, not, one, relative, zero } from './vector.ts'

const fields = kinds.settings('levenbergMarquardt', {
  lower: [kinds.either(kinds.anyNumber, kinds.list<number>()), -Infinity],
  upper: [kinds.either(kinds.anyNumber, kinds.list<number>()), Infinity],
  damping: [kinds.positive, 1e-3],
  ...stopping(1e-12, 1000)
})

/** Settings of {@link levenbergMarquardt}. @category solvers @since 0.1.0 */
export interface LevenbergMarquardtSettings extends kinds.Given<typeof fields.fields> {}

/** The state of {@link levenbergMarquardt}. @category solvers @since 0.1.0 */
export interface LevenbergMarquardtState extends Iterate {
  readonly residuals: Tensor<[number]>
  readonly damping: Scalar
  /** By how much a refused step raises the damping. */
  readonly raise: Scalar
  /** The largest length so far of each column of the Jacobian. */
  readonly scale: Tensor<[number]>
  /** The length of the last step, as scaled. */
  readonly moved: Scalar
}

/** Rounding errors of a sum of squares, relative to it, and relative to the root of it times the size of the values. */
const [SLACK, ROUNDING] = [op.constant(1e-12), op.constant(8 * 2 ** -52)]
/** Where a step is to change the sum by at most that many times its rounding errors, the sum does not tell. */
const LEVEL = op.constant(1000)

/** The least and the largest value of each variable. @category solvers @since 0.1.0 */
export interface Bounds {
  readonly lower: Tensor
  readonly upper: Tensor
}

/** A solver with bounds on its variables. @category solvers @since 0.1.0 */
export interface BoundedSolver {
  readonly bounds: (x: Tensor) => Bounds
}

const lengthOfColumns = (matrix: Tensor): Tensor => op.sqrt(op.sum(op.square(matrix), [0], false))
const leastSquares = linalg.lstsq as unknown as (matrix: Tensor) => (right: Tensor) => Tensor
const times = (matrix: Tensor, x: Tensor): Tensor =>
  op.reshape(op.matmul(matrix, op.reshape(x, [dimsOf(x)[0] ?? 0, 1])), [dimsOf(matrix)[0] ?? 0])

/** 1 for what a step may change: not at a bound beyond which the sum of squares falls. */
export const freeOf = ({ lower, upper }: Bounds, x: Tensor, gradient: Tensor): Tensor => {
  const isHeldBelow = op.mul(op.greaterEqual(lower, x), op.greater(gradient, zero))
  const isHeldAbove = op.mul(op.greaterEqual(x, upper), op.greater(zero, gradient))
  return not(op.maximum(isHeldBelow, isHeldAbove))
}

const stepOf = (
  f: Objective<'least squares'>,
  bounds: Bounds,
  { x, residuals, damping, raise, scale: before, moved: lastMoved }: LevenbergMarquardtState
): LevenbergMarquardtState => {
  const full = jacobian(f)(x) as unknown as Tensor
  const gradient = times(op.permute(full, [1, 0]), residuals)
  const free = freeOf(bounds, x, gradient)
  // a variable that is held has a column of zeros, and so a step of 0
  const slopes = op.mul(full, free)
  const scale = op.maximum(before, lengthOfColumns(slopes))
  const weights = op.where(op.greater(scale, zero), scale, one)
  // [J; √damping · D] s ≈ [−r; 0]: no squares of condition numbers
  const matrix = op.concat([op.div(slopes, weights), op.mul(op.sqrt(damping), eye(dimsOf(x)[0] ?? 0))], 0)
  const right = op.concat([op.neg(residuals), zerosLike(x)], 0)
  const scaled = leastSquares(matrix)(right)
  const wanted = op.div(scaled, weights)
  const next = op.minimum(op.maximum(op.add(x, wanted), bounds.lower), bounds.upper)
  const step = op.sub(next, x)
  const reached = f(next as Tensor<[number]>)
  const [own, other] = [dot(residuals, residuals), dot(reached, reached)]
  const image = op.add(residuals, times(slopes, step))
  const predicted = op.sub(own, dot(image, image))
  const gain = op.div(op.sub(own, other), predicted)
  const moved = lengthOf(op.mul(weights, step))
  // near the end sums of squares differ by rounding alone: there a step is good that is much shorter than the last
  const size = lengthOf(op.mul(weights, x))
  // of the sum, and of residuals that are small differences of values as large as J x
  const rounding = op.add(op.mul(SLACK, own), op.mul(ROUNDING, op.mul(op.sqrt(own), size)))
  const isLevel = op.mul(
    op.greaterEqual(op.mul(LEVEL, rounding), op.abs(predicted)),
    op.greaterEqual(op.add(own, rounding), other)
  )
  const isContracting = op.mul(isLevel, op.greater(op.mul(op.constant(0.5), lastMoved), moved))
  const isGood = op.mul(op.greater(own, other), op.greater(gain, op.constant(1e-4)))
  const isBetter = op.maximum(isGood, isContracting)
  const factor = op.where(
    isContracting,
    op.constant(1 / 3),
    op.maximum(op.constant(1 / 3), op.sub(one, op.powNumber(op.sub(op.mul(op.constant(2), gain), one), 3)))
  )
  return {
    x: op.where(isBetter, next, x) as Tensor<[number]>,
    residuals: op.where(isBetter, reached, residuals) as Tensor<[number]>,
    damping: op.where(isBetter, op.mul(damping, factor), op.mul(damping, raise)) as Scalar,
    raise: op.where(isBetter, op.constant(2), op.mul(op.constant(2), raise)) as Scalar,
    scale: scale as Tensor<[number]>,
    moved: op.where(isBetter, moved, lastMoved) as Scalar,
    error: op.where(op.equal(own, zero), zero, relative(moved, size)) as Scalar
  }
}

const asMany = (n: number): kinds.Kind<readonly number[]> =>
  kinds.kind(`a number, or a list of ${n}, one for each variable`, (list) => Array.isArray(list) && list.length === n)

/** A bound for each variable. */
const boundOf = (what: string, given: number | readonly number[], n: number): Tensor =>
  tensor(
    kinds.mustBe(
      asMany(n),
      `levenbergMarquardt: ${what}`,
      typeof given === 'number' ? Array.from({ length: n }, () => given) : given
    )
  )

const boundsOf = ({ lower, upper }: LevenbergMarquardtSettings, x: Tensor): Bounds => {
  const [n = 0] = dimsOf(x)
  return { lower: boundOf('lower', lower ?? -Infinity, n), upper: boundOf('upper', upper ?? Infinity, n) }
}

/**
 * The method of Levenberg and Marquardt for the least sum of squares of `f(x)`, of at least as many numbers as variables, within
 * bounds: `lower ≤ x ≤ upper`, numbers or a list of one for each variable. Its damped steps solve a least-squares problem by a
 * QR factorisation, with the columns scaled by their largest lengths so far. The error is the length of the step, as scaled,
 * relative to that of `x`. The Jacobian is dense.
 *
 * @throws ValueError when a setting is out of range, or a list of bounds has another length than `x`
 * @see Moré, The Levenberg-Marquardt Algorithm (1978); Nielsen, Damping Parameter in Marquardt's Method (1999)
 * @example
 * import { ok } from 'assert'
 * import { exp, mul, type Scalar, scalar, solvers, sub, tensor, toNumber, type Vec } from 'grad-ts'
 *
 * // y = a · exp(b · x)
 * const x = tensor([0, 1, 2, 3])
 * const y = tensor([2, 2.7, 3.6, 4.9])
 * interface Model {
 *   readonly a: Scalar
 *   readonly b: Scalar
 * }
 * const residuals = ({ a, b }: Model): Vec => sub(y)(mul(a)(exp(mul(b)(x))))
 * const start = { a: scalar(1), b: scalar(0) }
 * const { value } = solvers.leastSquares(residuals, solvers.levenbergMarquardt({ lower: 0 }))(start)
 * ok(Math.abs(toNumber(value.b) - 0.3) < 0.01)
 * @category solvers
 * @since 0.1.0
 */
export const levenbergMarquardt = (
  settings: LevenbergMarquardtSettings = {}
): Solver<'least squares', LevenbergMarquardtState> & BoundedSolver => {
  const { lower, upper, damping, ...limits } = fields.read(settings)
  const bounds = (x: Tensor): Bounds => boundsOf({ lower, upper }, asTensor('levenbergMarquardt: x', x))
  return solverOf<'least squares', LevenbergMarquardtState, BoundedSolver>(
    'levenbergMarquardt',
    {
      solves: 'least squares',
      ...limits,
      bounds,
      init: (f) => (x) => {
        const { lower: low, upper: high } = bounds(x)
        const start = op.minimum(op.maximum(x, low), high) as Tensor<[number]>
        return {
          x: start,
          residuals: f(start),
          damping: op.constant(damping) as Scalar,
          raise: op.constant(2) as Scalar,
          scale: zerosLike(start) as Tensor<[number]>,
          moved: op.constant(Infinity) as Scalar,
          error: op.constant(Infinity) as Scalar
        }
      },
      step: (f) => (state) => stepOf(f, bounds(state.x), state)
    },
    ['x', 'residuals', 'damping', 'raise', 'scale', 'moved', 'error']
  )
}
