import * as kinds from '../kinds/index.ts'
import { scaledNorm } from '../params/norm.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Structure } from '../tree/tree.ts'
import { memoryless } from './leafwise.ts'
import type { TypedTransformation } from './transformation.ts'

/** Limits on gradients, by norm and by value. */

/** Which tensors are clipped together: lists of their numbers, each tensor in one of them. */
type Grouping = (structure: Structure, count: number) => readonly (readonly number[])[]

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

const everyTensor: Grouping = (_, count) => numbers(count).map((i) => [i])
const wholeTree: Grouping = (_, count) => [numbers(count)]
const innermostRecord: Grouping = (structure, count) => {
  const parents = parentsOf(structure, structure)
  return Array.from(new Set(parents), (parent) => numbers(count).filter((i) => parents[i] === parent))
}

/** The node that each leaf sits in directly. */
const parentsOf = (node: Structure, parent: Structure): readonly Structure[] =>
  node._tag === 'Leaf' ? [parent] : node._tag === 'Static' ? [] : node.items.flatMap((item) => parentsOf(item, node))

const clipGroups =
  (name: string, grouping: Grouping) =>
  (maxNorm: number): TypedTransformation => {
    const [limit, one] = [op.constant(kinds.mustBe(kinds.positive, `${name}: maxNorm`, maxNorm)), op.constant(1)]
    /** `x / scale · (maxNorm / root)` for each of a group's tensors: the norm and one factor for all may overflow or vanish. */
    const clipped = (xs: readonly Tensor[]): readonly Tensor[] => {
      const { scale, root } = scaledNorm(xs)
      const tooLong = op.greater(op.mul(scale, root), limit)
      // a norm of 0 is never too long, so that its derivative and the division by it are not reached
      const divisor = op.where(tooLong, scale, one)
      const factor = op.where(tooLong, op.div(limit, root), one)
      return xs.map((x) => op.mul(op.div(x, divisor), factor))
    }
    return memoryless(name, ({ leaves, structure }) => {
      const results = new Map(
        grouping(structure, leaves.length)
          .filter((group) => group.length > 0)
          .flatMap((group) => {
            const after = clipped(group.map((i) => leaves[i]!))
            return group.map((i, k) => [i, after[k]!] as const)
          })
      )
      return leaves.map((_, i) => results.get(i)!)
    })
  }

/**
 * Each layer's gradients limited to a norm: `g · min(1, maxNorm / ‖layer‖)`. A layer is the innermost record (or array) that
 * holds tensors, so a weight and a bias side by side are clipped together, by the norm over both. As the lesson does.
 *
 * @throws ValueError when `maxNorm` is not positive and finite
 * @see Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks (2013), algorithm 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, params, scalar, tensor, toFlatArray } from 'grad-ts'
 *
 * const t = optim.clipByNorm(2.5)
 * const g = [{ weight: tensor([3, 0]), bias: scalar(4) }, { weight: tensor([0.1, 0]), bias: scalar(0) }]
 * const [clipped] = t.update(g)(g)(t.init(g))
 * deepStrictEqual(params.tensors(clipped).map(toFlatArray), [[1.5, 0], [2], [0.1, 0], [0]])
 * @category transformations
 * @since 0.1.0
 */
export const clipByNorm: (maxNorm: number) => TypedTransformation = clipGroups('clipByNorm', innermostRecord)

/**
 * Each tensor's gradient limited to a norm, on its own: `g · min(1, maxNorm / ‖g‖)`.
 *
 * @throws ValueError when `maxNorm` is not positive and finite
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, params, scalar, tensor, toFlatArray } from 'grad-ts'
 *
 * const t = optim.clipByParameterNorm(1)
 * const g = { weight: tensor([0, -8]), bias: scalar(0.5) }
 * const [clipped] = t.update(g)(g)(t.init(g))
 * deepStrictEqual(params.tensors(clipped).map(toFlatArray), [[0, -1], [0.5]])
 * @category transformations
 * @since 0.1.0
 */
export const clipByParameterNorm: (maxNorm: number) => TypedTransformation = clipGroups(
  'clipByParameterNorm',
  everyTensor
)

/**
 * All gradients limited to a norm together, so that their direction stays: `g · min(1, maxNorm / ‖all‖)`.
 *
 * @throws ValueError when `maxNorm` is not positive and finite
 * @see Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks (2013), algorithm 1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, params, scalar, toFlatArray } from 'grad-ts'
 *
 * const t = optim.clipByGlobalNorm(2.5)
 * const g = [{ weight: scalar(3) }, { weight: scalar(-4) }]
 * const [clipped] = t.update(g)(g)(t.init(g))
 * deepStrictEqual(params.tensors(clipped).map(toFlatArray), [[1.5], [-2]])
 * @category transformations
 * @since 0.1.0
 */
export const clipByGlobalNorm: (maxNorm: number) => TypedTransformation = clipGroups('clipByGlobalNorm', wholeTree)

/**
 * Every number of the gradients limited to `[−limit, limit]`. The direction may change.
 *
 * @throws ValueError when `limit` is not positive and finite
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { optim, tensor, toArray } from 'grad-ts'
 *
 * const t = optim.clipByValue(1)
 * const g = tensor([-5, 0.25, 2])
 * deepStrictEqual(toArray(t.update(g)(g)(t.init(g))[0]), [-1, 0.25, 1])
 * @category transformations
 * @since 0.1.0
 */
export const clipByValue = (limit: number): TypedTransformation => {
  const bound = kinds.mustBe(kinds.positive, 'clipByValue: limit', limit)
  return memoryless('clipByValue', ({ leaves }) => leaves.map((x) => op.clip(x, -bound, bound)))
}
