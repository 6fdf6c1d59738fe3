import { fail } from '../../tensor/errors.ts'
import type { Stage } from './layer.ts'
import { layerOf, planOf } from './plan.ts'
import type { Fits, Sequential } from './stages.ts'

/**
 * Layers one after the other, as one layer. Functions that keep the shape, such as `relu`, stand between them as they
 * are. Sizes that do not meet do not compile, and the error lands on the layer that is wrong.
 *
 * The parameters are a tuple of those of the layers that have any, in order, and so is the state. `init` gives each such
 * layer a key of its own, so that equal layers start differently; in training each stage that draws gets a key of its
 * own, derived with `foldIn`.
 *
 * @shape x [...batch, ...input of the first layer] → [...batch, ...output of the last]
 * @throws ShapeError when the compiler could not see that two layers do not fit, and when there is not a layer at all
 * @throws TreeError at a call with parameters or state of another model
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, params, random, relu, sigmoid, tensor } from 'grad-ts'
 *
 * const model = nn.sequential(
 *   nn.dense({ inputs: 2, outputs: 4, activation: relu }),
 *   nn.dropout({ keepProbability: 0.9 }),
 *   nn.dense({ inputs: 4, outputs: 1 }),
 *   sigmoid
 * )
 * const { params: start, state } = model.init(random.key(0))
 * deepStrictEqual(params.paths(start), ['params[0].weight', 'params[0].bias', 'params[1].weight', 'params[1].bias'])
 * const [y] = model.apply(nn.training(random.key(1)))(start, state)(tensor([[0, 0], [0, 1], [1, 0], [1, 1]]))
 * deepStrictEqual(y.shape, [4, 1])
 * @category layers
 * @since 0.1.0
 */
export const sequential = <const L extends readonly Stage[]>(...stages: Fits<L>): Sequential<L> => {
  const plan = planOf('sequential', stages)
  return plan.input === undefined
    ? fail('ShapeError', 'sequential: needs at least one layer that has a shape; join functions with flow')
    : ({ ...layerOf('sequential', plan, (_, y) => y), parts: plan.parts } as unknown as Sequential<L>)
}
