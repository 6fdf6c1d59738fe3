import * as kinds from '../kinds/index.ts'
import { flattenParams, type Tree } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { unflatten } from '../tree/tree.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'
import { zerosLike } from '../transform/loop.ts'
import { ontoVectors, type Solution, solution } from './solution.ts'
import { type Iterate, run, type Solver, stopping } from './solver.ts'
import { dot, joined, lengthOf, one, plus, zero } from './vector.ts'

const fields = kinds.settings('conjugateGradient', stopping(1e-12, 1000))

/** Settings of {@link conjugateGradient}. @category solvers @since 0.1.0 */
export interface ConjugateGradientSettings extends kinds.Given<typeof fields.fields> {}

interface State extends Iterate {
  readonly rest: Tensor
  readonly direction: Tensor
  readonly square: Tensor
}

/** Conjugate gradients for `A x = b`, as steps. */
const steps = (
  multiply: (x: Tensor) => Tensor,
  b: Tensor,
  limits: { readonly tolerance: number; readonly maxSteps: number }
): Solver<'root', State> => {
  const size = lengthOf(b)
  const scale = op.where(op.greater(size, zero), size, one)
  return {
    solves: 'root',
    ...limits,
    init: () => (x) => ({ x, rest: b, direction: b, square: dot(b, b), error: op.div(size, scale) as Scalar }),
    step:
      () =>
      ({ x, rest, direction, square }) => {
        const image = multiply(direction)
        const share = op.div(square, dot(direction, image))
        const left = plus(rest, op.neg(share), image)
        const next = dot(left, left)
        return {
          x: plus(x, share, direction) as Tensor<[number]>,
          rest: left,
          direction: plus(left, op.div(next, square), direction),
          square: next,
          error: op.div(lengthOf(left), scale) as Scalar
        }
      }
  }
}

/**
 * Solves `A x = b` by conjugate gradients, for a symmetric positive definite `A` that is given as a function: `multiply(v, ...data)`
 * is `A v`. It has converged when the residual is at most `tolerance` (1e-12) times `b`; at most `maxSteps` (1,000). Differentiable
 * by `b` and the data; the derivative takes the dense matrix.
 *
 * @throws TreeError when `b` or data is no tree of tensors
 * @throws ShapeError when `multiply` gives another count of numbers than `b` has
 * @throws ValueError when a setting is out of range
 * @see Hestenes, Stiefel, Methods of Conjugate Gradients for Solving Linear Systems (1952)
 * @example
 * import { ok } from 'assert'
 * import { matmul, solvers, tensor, toArray, type Vec } from 'grad-ts'
 *
 * const a = tensor([[4, 1], [1, 3]])
 * const { value } = solvers.conjugateGradient((v: Vec) => matmul(v)(a) as Vec)(tensor([1, 2]))
 * toArray(value).forEach((x, i) => ok(Math.abs(x - [1 / 11, 7 / 11][i]!) < 1e-15))
 * @category solvers
 * @since 0.1.0
 */
export const conjugateGradient = <P extends Tree<P>, A extends readonly unknown[]>(
  multiply: (v: P, ...data: A) => P,
  settings: ConjugateGradientSettings = {}
): ((b: P, ...data: A) => Solution<P>) => {
  kinds.mustBe(kinds.anyFunction, 'conjugateGradient: multiply', multiply)
  const limits = fields.read(settings)
  const solve = solution<P>('conjugateGradient', (like) => {
    const product = ontoVectors('conjugateGradient', like, multiply as never)
    const right = (b: unknown): Tensor => joined(flattenParams('conjugateGradient', b, 'b').leaves)
    return {
      equation:
        ([b, ...data]) =>
        (x) =>
          op.sub(product(data)(x), right(b)),
      solve:
        ([b, ...data]) =>
        (x) =>
          run(steps(product(data), right(b), limits), (y) => y, x)
    }
  })
  return (b, ...data) => {
    const { leaves, structure } = flattenParams('conjugateGradient', b, 'b')
    const start = unflatten(structure)(leaves.map(zerosLike)) as P
    return solve(start, b, ...data)
  }
}
