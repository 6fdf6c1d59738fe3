import * as kinds from '../../kinds/index.ts'
import { flattenParams, type TreeOf } from '../../params/tree.ts'
import { tensors as op } from '../../tape/algebra.ts'
import { fail } from '../../tensor/errors.ts'
import type { Shape } from '../../tensor/shape.ts'
import type { Scalar, Tensor } from '../../tensor/tensor.ts'
import { pathsOf, showPath } from '../../tree/tree.ts'

/** L1 and L2 penalties on parameters. */

/** The strength of a penalty, and its parameters. @category losses @since 0.1.0 */
export interface PenaltySettings {
  /** The factor, at least 0. */
  readonly strength: number
  /** Which parameters, by path, such as `params[0].weight`; those that end in `.weight` when left out. */
  readonly where?: (path: string) => boolean
}

/** A term of a loss over the parameters alone. @category losses @since 0.1.0 */
export type Penalty = <P extends Tensor<Shape> | { readonly [K in keyof P]: TreeOf<P[K]> }>(params: P) => Scalar

const isWeight = (path: string): boolean => path.endsWith('.weight')

const penalty = (what: string, factor: number, each: (x: Tensor) => Tensor) => {
  const penaltySettings = kinds.settings(what, {
    strength: kinds.notNegative,
    where: [kinds.callable<(path: string) => boolean>(), isWeight]
  })
  return (settings: PenaltySettings): Penalty => {
    const { strength, where } = penaltySettings.read(settings)
    const scale = op.constant(factor * strength)
    return (params) => {
      const { leaves, structure } = flattenParams(what, params)
      const paths = pathsOf(structure).map((path) => showPath('params', path))
      const sums = leaves.flatMap((x, i) =>
        where(paths[i]!)
          ? [
              op.sum(
                each(x),
                op.dims(x).map((_, axis) => axis),
                false
              )
            ]
          : []
      )
      // a penalty on no parameters is a mistake that would go unnoticed
      return sums.length === 0
        ? fail('ValueError', `${what}: where chooses none of ${paths.join(', ') || 'no parameters'}; choose by path`)
        : (op.mul(sums.reduce(op.add), scale) as unknown as Scalar)
    }
  }
}

/**
 * `strength · Σ w² / 2` over chosen parameters, by default the weights, not the biases and what normalisation scales by; its
 * gradient is `strength · w`. Not divided by the size of a batch: for the form λ / (2m) of some courses, `strength` is λ / m.
 *
 * @shape parameters of any structure → []
 * @throws ValueError when `strength` is negative or not finite, or, at a call, no parameter is chosen
 * @throws TreeError when a parameter is not a tensor
 * @see Goodfellow, Bengio, Courville, Deep Learning (2016), §7.1.1
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import { grad, nn, tensor, toArray, toNumber } from 'grad-ts'
 *
 * const params = { weight: tensor([[3, 4]]), bias: tensor([7, 7]) }
 * strictEqual(toNumber(nn.l2({ strength: 2 })(params)), 25)
 * const { weight, bias } = grad(nn.l2({ strength: 2 })<typeof params>)(params)
 * deepStrictEqual([toArray(weight), toArray(bias)], [[[6, 8]], [0, 0]])
 * @category losses
 * @since 0.1.0
 */
export const l2 = penalty('l2', 0.5, op.square)

/**
 * `strength · Σ |w|` over chosen parameters, by default the weights, not the biases and what normalisation scales by; its
 * gradient is `strength` with the sign of `w`, and 0 where that is 0. It draws parameters to 0 itself, where `l2` makes
 * them small.
 *
 * @shape parameters of any structure → []
 * @throws ValueError when `strength` is negative or not finite, or, at a call, no parameter is chosen
 * @throws TreeError when a parameter is not a tensor
 * @see Goodfellow, Bengio, Courville, Deep Learning (2016), §7.1.2
 * @example
 * import { strictEqual } from 'assert'
 * import { nn, tensor, toNumber } from 'grad-ts'
 *
 * const params = { weight: tensor([[3, -4]]), bias: tensor([7, 7]) }
 * strictEqual(toNumber(nn.l1({ strength: 2 })(params)), 14)
 * strictEqual(toNumber(nn.l1({ strength: 2, where: () => true })(params)), 42)
 * @category losses
 * @since 0.1.0
 */
export const l1 = penalty('l1', 1, op.abs)
