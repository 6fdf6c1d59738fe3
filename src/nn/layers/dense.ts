import * as kinds from '../../kinds/index.ts'
import { isRectifier } from '../../ops/elementwise.ts'
import { add, matmul, type Pointwise } from '../../ops/index.ts'
import { type Key, split } from '../../random/index.ts'
import { asKey } from '../../random/key.ts'
import { asTensor } from '../../tensor/given.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { constant, heNormal, type Initializer, lecunNormal } from '../initializers/initializer.ts'
import type { Layer, Part } from './layer.ts'
import { functionPart } from './parts.ts'
import { stateless } from './stateless.ts'

/**
 * The parameters of a dense layer; without a bias when it is made with `bias: false`.
 *
 * @category layers
 * @since 0.1.0
 */
export type DenseParams<I extends number, O extends number, Bias = Initializer> = [Bias] extends [false]
  ? { readonly weight: Tensor<[I, O]> }
  : { readonly weight: Tensor<[I, O]>; readonly bias: Tensor<[O]> }

/** How a dense layer is made. @category layers @since 0.1.0 */
export interface DenseSettings<I extends number, O extends number, Bias extends Initializer | false = Initializer> {
  /** The number of features that go in. */
  readonly inputs: I
  /** The number of features that come out. */
  readonly outputs: O
  /** A function that keeps the shape, applied to the result; it may also stand as a stage of its own. */
  readonly activation?: Pointwise
  /** The initialiser of the weight: `heNormal` when the activation here is relu or similar, otherwise `lecunNormal`. */
  readonly weight?: Initializer
  /** How the bias starts, at 0 when left out; `false` for none. */
  readonly bias?: Bias
}

const initializer = kinds.callable<Initializer>()
const denseSettings = kinds.settings('dense', {
  inputs: kinds.size,
  outputs: kinds.size,
  activation: [kinds.callable<Pointwise>(), undefined],
  weight: [initializer, undefined],
  bias: [kinds.either(initializer, kinds.no), constant(0)]
})

interface Affine {
  readonly weight: Tensor
  readonly bias?: Tensor
}

const parameters = kinds.record('parameters { weight, bias }', {})

/** The layer before its activation. */
const affineOf = (params: Affine): ((x: Tensor) => Tensor) => {
  const { weight, bias } = kinds.mustBe(parameters, 'dense: params', params)
  const product = matmul(asTensor('dense: params.weight', weight)) as (x: Tensor) => Tensor
  const shift = bias === undefined ? undefined : (add(asTensor('dense: params.bias', bias)) as (x: Tensor) => Tensor)
  return shift === undefined ? product : (x) => shift(product(x))
}

/**
 * A dense layer: `x · weight + bias`, then the activation if there is one.
 *
 * The weight starts by `heNormal` when `activation` is relu or similar, which lose about half of the signal:
 * `leakyRelu`, `relu6`, `elu`, `celu`, `swish`, `gelu`, `mish`, `hardSwish`. Otherwise it starts by `lecunNormal`, which is the
 * `lecunNormal` that selu was made for. An activation of your own, or one that stands as a stage of its own, is not known
 * here, so name `weight: heNormal` where it is a kind of relu.
 *
 * @shape x [...batch, inputs] → [...batch, outputs]; weight [inputs, outputs], bias [outputs]
 * @throws ValueError when `inputs` or `outputs` is not a whole number of at least 1
 * @throws ValueError at a call with parameters that are not tensors
 * @throws ShapeError at a call whose input does not end in `[inputs]`, or with another layer's parameters
 * @see Goodfellow, Bengio, Courville, Deep Learning (2016), §6.1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, random, relu, tensor, toArray } from 'grad-ts'
 *
 * const layer = nn.dense({ inputs: 2, outputs: 3, activation: relu })
 * deepStrictEqual(toArray(layer.init(random.key(0)).params.bias), [0, 0, 0])
 *
 * const params = { weight: tensor([[1, 2, 3], [4, 5, 6]]), bias: tensor([0.5, 0, -99]) }
 * deepStrictEqual(toArray(nn.predict(layer)(params, [])(tensor([[1, 1]]))), [[5.5, 7, 0]])
 * @category layers
 * @since 0.1.0
 */
export const dense = <const I extends number, const O extends number, Bias extends Initializer | false = Initializer>(
  settings: DenseSettings<I, O, Bias>
): Layer<DenseParams<I, O, Bias>, readonly [], [I], [O]> => {
  const { inputs, outputs, activation, weight: givenWeight, bias: startBias } = denseSettings.read(settings)
  const startWeight = givenWeight ?? (isRectifier(activation) ? heNormal : lecunNormal)

  const init = (key: Key): Partial<DenseParams<number, number>> => {
    const [weightKey, biasKey] = split(2)(asKey('dense', key))
    const weight = kinds.mustBe(
      kinds.anyFunction,
      'dense: the result of weight',
      startWeight([inputs, outputs])
    )(weightKey)
    return startBias === false
      ? { weight }
      : { weight, bias: kinds.mustBe(kinds.anyFunction, 'dense: the result of bias', startBias([outputs]))(biasKey) }
  }
  const apply = (params: Affine) => {
    const affine = affineOf(params)
    return (x: Tensor): Tensor => (activation === undefined ? affine(x) : activation(affine(x)))
  }
  const layer = stateless({ name: 'dense', input: [inputs], output: [outputs], init, apply: apply as never })
  if (activation === undefined) return layer as never
  const affine: Part = {
    name: 'dense',
    params: [],
    state: null,
    apply: () => (params) => (x) => [affineOf(params as never)(x), []]
  }
  return { ...layer, parts: [affine, functionPart(activation, 'activation')] } as never
}
