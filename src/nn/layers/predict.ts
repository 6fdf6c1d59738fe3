import * as kinds from '../../kinds/index.ts'
import type { Shape } from '../../tensor/shape.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { inference, type Layer, type Mode } from './layer.ts'
import { layerKind, modeKind, outcome, running } from './subject.ts'

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

/**
 * A model without state as a function of its mode, parameters and data. One with state gives a new one with each step of
 * training: call its `apply`, and keep what it gives.
 *
 * @shape x [...batch, ...input] → [...batch, ...output]
 * @throws ValueError when it is given no model or no mode
 * @throws ShapeError when `x` does not end in the shape that the model takes
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { grad, nn, random, type Scalar, sum, tensor, toArray } from 'grad-ts'
 *
 * const model = nn.sequential(nn.dense({ inputs: 2, outputs: 1 }), nn.dropout({ keepProbability: 0.5 }))
 * const { params } = model.init(random.key(0))
 * const loss = (p: typeof params): Scalar => sum(nn.forward(model)(nn.inference)(p)(tensor([[1, 2], [3, 4]])))
 * deepStrictEqual(toArray(grad(loss)(params)[0].bias), [2])
 * @category layers
 * @since 0.1.0
 */
export const forward = <P, I extends Shape, O extends Shape>(model: Layer<P, readonly [], I, O>) => {
  kinds.mustBe(layerKind, 'forward: model', model)
  return (mode: Mode) => {
    const inMode = model.apply(kinds.mustBe(modeKind, 'forward: mode', mode))
    return (params: P) => {
      const run = running(model.name, inMode, params, [] as const)
      return <B extends number[]>(x: Tensor<[...B, ...I]>): Tensor<[...B, ...O]> => outcome(model.name, run(x))[0]
    }
  }
}
