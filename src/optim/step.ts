import * as kinds from '../kinds/index.ts'
import { flattenParams, matchingLeaves, rebuild, type TreeOf } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Scalar, type Tensor } from '../tensor/tensor.ts'
import type { Flat } from '../tree/tree.ts'
import { transformationKind, onLeavesOf } from './leafwise.ts'
import type { GradientTransformation, OptimizerState } from './transformation.ts'

type Tree<P> = Tensor<Shape> | { readonly [K in keyof P]: TreeOf<P[K]> }

const plus = ({ leaves }: Flat<Tensor>, updates: readonly Tensor[]): readonly Tensor[] =>
  leaves.map((x, i) => op.add(x, updates[i]!))

/** Multiplies by a factor, which is one number: a vector would be a factor for each column. */
const by = (factor: Scalar): ((x: Tensor) => Tensor) => {
  const k = asTensor('step: factor', factor)
  return dimsOf(k).length === 0
    ? (x) => op.mul(x, k)
    : fail('ShapeError', `step: the factor must be a scalar, it has the shape ${showDims(dimsOf(k))}`)
}

/**
 * One step of an optimiser: the parameters moved, and the state to hand to the next step. Pure, and made of tensor
 * operations, so it can itself be differentiated. A factor, if given, multiplies the updates just before they are added:
 * the optimiser does not know of it.
 *
 * @throws ValueError when it is given no optimiser, or a factor that is no tensor
 * @throws TreeError when gradients or state do not have the structure of the parameters
 * @throws ShapeError when a shape differs, naming the parameter, and for a factor that is no scalar
 * @example
 * import { ok } from 'assert'
 * import { grad, optim, scalar, square, toNumber } from 'grad-ts'
 *
 * const adam = optim.adam({ learningRate: 0.1 })
 * const start = scalar(3)
 * const [w, state] = optim.step(adam)(start, grad(square)(start), adam.init(start))
 * const [next] = optim.step(adam)(w, grad(square)(w), state)
 * ok(toNumber(next) < toNumber(w) && toNumber(w) < 3)
 * @category steps
 * @since 0.1.0
 */
export const step = (transformation: GradientTransformation) => {
  const run = onLeavesOf(kinds.mustBe(transformationKind, 'step: transformation', transformation))
  return <P extends Tree<P>>(
    params: P,
    grads: NoInfer<P>,
    state: OptimizerState,
    factor?: Scalar
  ): readonly [params: P, state: OptimizerState] => {
    // taken apart and put together once: for small models that is most of the work
    const flat = flattenParams('step', params)
    const gradients = {
      leaves: matchingLeaves('step', flat, grads, { model: 'the parameters', tree: 'the gradients' }),
      structure: flat.structure
    }
    const [updates, next] = run(gradients, params, state)
    const scaled = factor === undefined ? updates : updates.map(by(factor))
    return [rebuild<P>(flat.structure, plus(flat, scaled)), next]
  }
}
