import * as linalg from '../linalg/index.ts'
import { flattenParams } from '../params/tree.ts'
import { identity } from '../primitive/matrix.ts'
import { tensors as op } from '../tape/algebra.ts'
import { fail } from '../tensor/errors.ts'
import { type Dims, showDims } from '../tensor/dims.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import { customJvp } from '../transform/custom.ts'
import { jvp } from '../transform/grad.ts'
import { jacobian } from '../transform/jacobian.ts'
import { zerosLike } from '../transform/loop.ts'
import type { Run } from './solver.ts'
import { asTree, joined } from './vector.ts'

/** Solutions of equations as differentiable functions of their data. */

/**
 * What a solver found. Where it has not converged, `value` is NaN, so that no wrong solution goes on unseen, and `last` is where
 * it came to.
 *
 * @category solvers
 * @since 0.1.0
 */
export interface Solution<P> {
  readonly value: P
  /** Where the solver ended; without a derivative. */
  readonly last: P
  /** 1 or 0. */
  readonly converged: Scalar
  readonly steps: Scalar
  /** What the solver compares with its tolerance. */
  readonly error: Scalar
}

/** A problem over vectors, for given data. */
interface Implicit {
  /** Solves it from a start. */
  readonly solve: (data: readonly unknown[]) => (start: Tensor) => Run
  /** 0 at a solution. */
  readonly equation: (data: readonly unknown[]) => (x: Tensor) => Tensor
  /** 1 for what moves with the data, 0 for what a bound holds; all move when left out. */
  readonly free?: (data: readonly unknown[]) => (x: Tensor) => Tensor
}

interface Given {
  readonly given: readonly never[]
  readonly from: Tensor
}

/** With rows and columns of the identity for what is held. */
const ofFree = (matrix: Tensor, free: Tensor): Tensor => {
  const [n = 0] = dimsOf(free)
  const row = op.reshape(free, [n, 1])
  const held = op.sub(op.constant(1), row)
  return op.add(op.mul(matrix, row), op.mul(held, identity(op, n)))
}

/**
 * The solution as a function of its data, whose derivative is that of the equation (the implicit function theorem): of
 * `F(x, data) = 0`, `dx = −(∂F/∂x)⁻¹ ∂F/∂data · d data`. By a rule of its own, which is applied anew at each order.
 */
export const solution =
  <P>(what: string, problem: (like: P) => Implicit) =>
  (start: P, ...data: readonly unknown[]): Solution<P> => {
    const model = flattenParams(what, start, 'start')
    flattenParams(what, data, 'data')
    const { solve, equation, free } = problem(start)
    // the start is traced with the data, so that nothing of the derivative is computed before it is asked for
    const solved = customJvp(({ given, from }: Given) => {
      const found = solve(given)(from)
      const held = op.broadcastTo(op.reshape(found.converged, [1]), dimsOf(found.x))
      const x = op.where(held, found.x, op.constant(NaN))
      const { steps, error, converged } = found
      return {
        value: { x, last: found.x, steps, error, converged },
        pushforward: ({ given: tangents }: Given) => {
          const moved = jvp((d: readonly never[]) => equation(d)(x) as never)(given)(tangents).tangent as Tensor
          const slopes = jacobian((y: Tensor) => equation(given)(y) as never)(x)
          const mask = free?.(given)(x)
          const [matrix, right] = mask === undefined ? [slopes, moved] : [ofFree(slopes, mask), op.mul(mask, moved)]
          return {
            x: op.neg(linalg.solve(matrix as never)(right)),
            last: zerosLike(x),
            steps: zerosLike(steps),
            error: zerosLike(error),
            converged: zerosLike(converged)
          }
        }
      }
    })
    const { x, last, ...rest } = solved({
      given: data as readonly never[],
      from: op.stopGradient(joined(model.leaves))
    })
    const tree = asTree(model)
    return { value: tree(x), last: tree(last), ...rest } as unknown as Solution<P>
  }

/** A function of trees as one of vectors, like a start. */
export const onVectors =
  <P>(what: string, like: P, f: (x: P, ...data: never) => unknown) =>
  (data: readonly unknown[]) => {
    const model = flattenParams(what, like, 'start')
    const tree = asTree(model)
    return (x: Tensor): Tensor => {
      const given = f(tree(x) as P, ...(data as never))
      return joined(flattenParams(what, given, 'result').leaves)
    }
  }

/** The same of a function that gives as many numbers as the vector has. */
export const ontoVectors =
  <P>(what: string, like: P, f: (x: P, ...data: never) => unknown) =>
  (data: readonly unknown[]) => {
    const of = onVectors(what, like, f)(data)
    return (x: Tensor): Tensor => {
      const value = of(x)
      const [given = 0, wanted = 0] = [dimsOf(value)[0], dimsOf(x)[0]]
      return given === wanted
        ? value
        : fail('ShapeError', `${what}: the function must give as many numbers as x has, ${wanted}, got ${given}`)
    }
  }

/** The same of a function that gives one number. */
export const toNumberOf =
  <P>(what: string, like: P, f: (x: P, ...data: never) => unknown) =>
  (data: readonly unknown[]) => {
    const of = onVectors(what, like, f)(data)
    return (x: Tensor): Scalar => {
      const value = of(x)
      const dims: Dims = dimsOf(value)
      if (dims[0] !== 1) fail('ShapeError', `${what}: f must give a scalar, got ${showDims(dims)} numbers`)
      return op.reshape(value, []) as Scalar
    }
  }
