import * as kinds from '../../kinds/index.ts'
import { tensors as op } from '../../tape/algebra.ts'
import { sameDims, showDims } from '../../tensor/dims.ts'
import { fail } from '../../tensor/errors.ts'
import { asTensor } from '../../tensor/given.ts'
import { dimsOf, type Tensor } from '../../tensor/tensor.ts'
import type { Mode, Stage } from './layer.ts'
import { layerOf, planOf, runStages } from './plan.ts'
import { modeKind } from './subject.ts'
import type { Keeps, Residual } from './stages.ts'

/** `x + f(x)`, refused when the shapes differ, as broadcasting would change the shape. */
const addTo = (x: Tensor, y: Tensor): Tensor =>
  sameDims(dimsOf(x), dimsOf(asTensor('residual: the result of its stages', y)))
    ? op.add(x, y)
    : fail(
        'ShapeError',
        `residual: cannot add ${showDims(dimsOf(y))} to an input of shape ${showDims(dimsOf(x))}; its stages must keep the shape`
      )

/**
 * A residual block: `x + f(x)`, where `f` are its stages one after the other, as in `sequential`. What `f` gives has the
 * shape that it takes, or it does not compile. Gradients pass by `f` undiminished, so deep models of such blocks learn.
 *
 * Its parameters and its state are those of a sequence of the same stages. Stages that have no shape of their own, such as
 * `swish` and dropout alone, make a stage of any shape.
 *
 * @shape x [...batch, ...shape] → [...batch, ...shape]
 * @throws ShapeError when the compiler could not see that two layers do not fit, or that the last does not give what the
 * first takes
 * @throws ValueError when there is no stage
 * @throws TreeError at a call with parameters or state of another block
 * @see He, Zhang, Ren, Sun, Deep Residual Learning for Image Recognition (2016)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, params, random, relu, tensor, toArray } from 'grad-ts'
 *
 * const block = nn.residual(nn.dense({ inputs: 2, outputs: 8 }), relu, nn.dense({ inputs: 8, outputs: 2, weight: nn.constant(0) }))
 * const { params: start } = block.init(random.key(0))
 * deepStrictEqual(params.paths(start), ['params[0].weight', 'params[0].bias', 'params[1].weight', 'params[1].bias'])
 * // with a last weight of zeros it starts as the identity
 * deepStrictEqual(toArray(nn.predict(block)(start, [])(tensor([[3, -4]]))), [[3, -4]])
 * @category layers
 * @since 0.1.0
 */
export const residual = <const L extends readonly Stage[]>(...stages: Keeps<L>): Residual<L> => {
  const plan = planOf('residual', stages)
  const { input, output } = plan
  if (plan.steps.length === 0) fail('ValueError', 'residual: needs at least one stage')
  if (input !== undefined && output !== undefined && !sameDims(input, output))
    fail(
      'ShapeError',
      `residual: its stages take ${showDims(input)} but give ${showDims(output)}; the shapes must be equal to add them`
    )
  const made =
    input === undefined
      ? {
          name: 'residual',
          usesKey: plan.keys > 0,
          apply: (given: Mode) => {
            const mode = kinds.mustBe(modeKind, 'residual: mode', given)
            return (x: Tensor) => addTo(asTensor('residual', x), runStages(plan, mode, [], [], x).x)
          }
        }
      : layerOf('residual', plan, addTo)
  return made as Residual<L>
}
