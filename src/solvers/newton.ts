import * as kinds from '../kinds/index.ts'
import * as linalg from '../linalg/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'
import { whileLoop } from '../transform/cond.ts'
import { jacobian } from '../transform/jacobian.ts'
import { type Iterate, type Objective, type Solver, solverOf, stopping } from './solver.ts'
import { lengthOf, not, one, plus, relative, zero } from './vector.ts'

const fields = kinds.settings('newton', stopping(1e-12, 100))

/** Settings of {@link newton}. @category solvers @since 0.1.0 */
export interface NewtonSettings extends kinds.Given<typeof fields.fields> {}

/** The state of {@link newton}. @category solvers @since 0.1.0 */
export interface NewtonState extends Iterate {
  readonly value: Tensor<[number]>
}

/** A step is halved at most that often. */
const LEAST = op.constant(2 ** -30)
const enough = op.constant(1e-4)

/**
 * Newton's method for `f(x) = 0`, with as many equations as unknowns: `x − J⁻¹ f(x)`, the step halved until the length of `f`
 * falls. It converges quadratically near a simple root. The error is the length of the step relative to that of `x`. The Jacobian
 * is dense.
 *
 * @throws ValueError when a setting is out of range; where a Jacobian is singular
 * @see Nocedal, Wright, Numerical Optimization (2006), §11.1
 * @example
 * import { ok } from 'assert'
 * import { scalar, type Scalar, solvers, square, sub, toNumber } from 'grad-ts'
 *
 * const f = (x: Scalar) => sub(2)(square(x))
 * const { value, steps } = solvers.root(f, solvers.newton({ tolerance: 1e-10 }))(scalar(1))
 * ok(Math.abs(toNumber(value) - Math.SQRT2) < 1e-15)
 * ok(toNumber(steps) <= 6)
 * @category solvers
 * @since 0.1.0
 */
export const newton = (settings: NewtonSettings = {}): Solver<'root', NewtonState> =>
  solverOf<'root', NewtonState, object>(
    'newton',
    {
      solves: 'root',
      ...fields.read(settings),
      init: (f) => (x) => {
        const value = f(x)
        // a start that is a solution needs no step, even if the Jacobian is singular there
        return { x, value, error: op.where(op.equal(lengthOf(value), zero), zero, op.constant(Infinity)) as Scalar }
      },
      step: (f) => (state) => stepOf(f, state)
    },
    ['x', 'value', 'error']
  )

const stepOf = (f: Objective<'root'>, { x, value }: NewtonState): NewtonState => {
  const direction = op.neg(linalg.solve(jacobian(f)(x) as never)(value))
  const begin = lengthOf(value)
  const at = (t: Tensor) => {
    const next = plus(x, t, direction) as Tensor<[number]>
    return { t: t as Scalar, x: next, value: f(next) }
  }
  type Trial = ReturnType<typeof at>
  // a value of NaN is no decrease
  const falls = ({ t, value: reached }: Trial): Tensor =>
    op.greaterEqual(op.mul(op.sub(one, op.mul(enough, t)), begin), lengthOf(reached))
  const chosen = whileLoop(
    (trial: Trial) => op.mul(not(falls(trial)), op.greater(trial.t, LEAST)) as Scalar,
    ({ t }: Trial) => at(op.mul(op.constant(0.5), t))
  )(at(one))
  const moved = lengthOf(op.sub(chosen.x, x))
  const error = relative(moved, lengthOf(chosen.x))
  return {
    x: chosen.x,
    value: chosen.value,
    error: op.where(op.equal(lengthOf(chosen.value), zero), zero, error) as Scalar
  }
}
