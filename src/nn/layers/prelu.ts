import * as kinds from '../../kinds/index.ts'
import { prelu as withSlope } from '../../ops/linearUnits.ts'
import { full } from '../../tensor/construct.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { checkPart } from './checked.ts'
import type { Layer } from './layer.ts'
import { stateless } from './stateless.ts'

/** Settings of a relu whose slopes learn. @category layers @since 0.1.0 */
export interface PreluSettings<N extends number> {
  /** The number of features, each of which has a slope of its own. */
  readonly features: N
  /** What the slopes start at; 0.25 when left out. */
  readonly slope?: number
}

/** The slopes of a relu, one for each feature. @category layers @since 0.1.0 */
export interface PreluParams<N extends number> {
  readonly slope: Tensor<[N]>
}

const settingsOf = kinds.settings('prelu', { features: kinds.size, slope: [kinds.finite, 0.25] })
const parameters = kinds.record('parameters { slope }', {})

/**
 * A relu whose slope below 0 learns, one for each feature: the function `prelu` as a layer. The derivative at 0 is the one of least
 * size between the slope and 1.
 *
 * @shape x [...batch, features] → [...batch, features]; slope [features]
 * @throws ValueError when a setting is out of its range
 * @throws ShapeError at a call whose input does not end in `[features]`, or with another layer's parameters
 * @see He, Zhang, Ren, Sun, Delving Deep into Rectifiers (2015)
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { nn, random, tensor, toArray } from 'grad-ts'
 *
 * const layer = nn.prelu({ features: 2 })
 * const { params } = layer.init(random.key(0))
 * deepStrictEqual(toArray(nn.predict(layer)(params, [])(tensor([[-4, 3]]))), [[-1, 3]])
 * @category layers
 * @since 0.1.0
 */
export const prelu = <const N extends number>(
  settings: PreluSettings<N>
): Layer<PreluParams<N>, readonly [], [N], [N]> => {
  const name = 'prelu'
  const { features, slope } = settingsOf.read(settings)
  return stateless({
    name,
    input: [features],
    output: [features],
    init: (): PreluParams<N> => ({ slope: full([features])(slope) }),
    apply: (params: PreluParams<N>) => {
      const given = kinds.mustBe(parameters, `${name}: params`, params) as unknown as { readonly slope: Tensor }
      const own = checkPart(name, 'params.slope', [features], given.slope)
      return (x: Tensor): Tensor => withSlope(own as never)(x as never)
    }
  })
}
