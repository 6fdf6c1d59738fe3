import * as kinds from '../../kinds/index.ts'
import type { Shape } from '../../tensor/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { inference, type Layer } from './layer.ts'
import { layerKind, outcome, running } from './subject.ts'

/** The output of a model alone, without its state. */

/**
 * The output of a model at inference: no dropout, fixed statistics.
 *
 * @shape x [...batch, ...input] → [...batch, ...output]
 * @throws ValueError when it is given no model
 * @throws ShapeError when `x` does not end in the shape that the model takes
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, random, relu, tensor } from 'grad-ts'
 *
 * const model = nn.sequential(nn.dense({ inputs: 2, outputs: 4 }), relu, nn.dense({ inputs: 4, outputs: 1 }))
 * const { params, state } = model.init(random.key(0))
 * deepStrictEqual(nn.predict(model)(params, state)(tensor([[0, 1], [1, 1]])).shape, [2, 1])
 * deepStrictEqual(nn.predict(model)(params, state)(tensor([0, 1])).shape, [1])
 * @category layers
 * @since 0.1.0
 */
export const predict = <P, St, I extends Shape, O extends Shape>(model: Layer<P, St, I, O>) => {
  const inMode = kinds.mustBe(layerKind, 'predict: model', model).apply(inference)
  return (params: P, state: St) => {
    const run = running(model.name, inMode, params, state)
    return <B extends number[]>(x: Tensor<[...B, ...I]>): Tensor<[...B, ...O]> => outcome(model.name, run(x))[0]
  }
}
