import * as kinds from '../../kinds/index.ts'
import { tensors as op } from '../../tape/algebra.ts'
import { dimsOf, type Tensor } from '../../tensor/tensor.ts'
import type { Layer } from './layer.ts'
import { meanOver, type ScaleAndShift, scaleAndShift, standardized, startNormalized } from './normalize.ts'
import { stateless } from './stateless.ts'

/** Settings of layer normalisation. @category layers @since 0.1.0 */
export interface LayerNormSettings<N extends number> {
  /** The number of features of an example, which are normalised together. */
  readonly features: N
  /** Added to the variance, above 0; 1e-5 when left out. */
  readonly epsilon?: number
}

/** @internal */
export const layerNormSettings = kinds.settings('layerNorm', { features: kinds.size, epsilon: [kinds.positive, 1e-5] })

/**
 * Layer normalisation: `scale · (x − mean) / √(variance + epsilon) + shift`, with the mean and the variance (divided by
 * the number of features) of each example over its last axis. It looks at one example at a time, so it has no state and
 * does the same in `Train` and in `Infer`. An example whose features are all equal gives `shift`.
 *
 * @shape x [...batch, features] → [...batch, features]; scale and shift [features]
 * @throws ValueError when a setting is out of its range
 * @throws ShapeError at a call whose input does not end in `[features]`, or with another layer's parameters
 * @see Ba, Kiros, Hinton, Layer Normalization (2016)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, random, tensor, toFlatArray } from 'grad-ts'
 *
 * const layer = nn.layerNorm({ features: 2, epsilon: 1e-12 })
 * const y = nn.predict(layer)(layer.init(random.key(0)).params, [])(tensor([[1, 5], [30, 10], [7, 7]]))
 * deepStrictEqual(toFlatArray(y).map(Math.round), [-1, 1, 1, -1, 0, 0])
 * @category layers
 * @since 0.1.0
 */
export const layerNorm = <const N extends number>(
  settings: LayerNormSettings<N>
): Layer<ScaleAndShift<N>, readonly [], [N], [N]> => {
  const name = 'layerNorm'
  const { features, epsilon } = layerNormSettings.read(settings)
  const apply = (params: ScaleAndShift<number>) => {
    const { scale, shift } = scaleAndShift(name, features, params)
    return (x: Tensor): Tensor => {
      const axes = [dimsOf(x).length - 1]
      const centred = op.sub(x, meanOver(x, axes, features, true))
      const { above, below } = standardized(centred, axes, features, epsilon, true)
      return op.add(op.mul(op.div(above, below), scale), shift)
    }
  }
  return stateless({
    name,
    input: [features],
    output: [features],
    init: () => startNormalized(features),
    apply: apply
  })
}
