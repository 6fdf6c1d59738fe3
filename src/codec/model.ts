import * as t from 'io-ts'
import * as nn from '../nn/index.ts'
import type { Params } from '../params/index.ts'
import { Activation, toActivation } from './activation.ts'
import { asDecoded, type Decoded, decode } from './fault.ts'
import { Initializer, toInitializer } from './initializer.ts'
import { KeepProbability, PositiveInteger, Rate, Share } from './number.ts'
import { flag, type Given, list, refined, struct, tagged, type Tagged, without } from './struct.ts'

/** Models as data: the number of inputs, and the layers in order. */

const kinds = {
  dense: [{ units: PositiveInteger }, { activation: Activation, initializer: Initializer, bias: flag }],
  activation: [{ activation: Activation }, {}],
  dropout: [{ keepProbability: KeepProbability }, {}],
  batchNorm: [{}, { momentum: Share, epsilon: Rate }],
  layerNorm: [{}, { epsilon: Rate }]
} as const

/** A residual block, as it stands in a settings file. @category settings @since 0.1.0 */
export interface ResidualSettings {
  readonly type: 'residual'
  /** What is added to its input; it must give as many features as it takes. */
  readonly layers: readonly LayerSettings[]
}

/** @category settings @since 0.1.0 */
export type LayerSettings = Tagged<'type', typeof kinds> | ResidualSettings

/** How deep residual blocks may stand in each other; a file can say any number, and the stack is not endless. */
const deepest = 50

/** The layers inside a residual block: each level adds two steps to a path. */
const inner = (layer: t.Type<LayerSettings, Given>): t.Type<readonly LayerSettings[], readonly Given[]> => {
  const layers = list('layers', layer)
  return new t.Type<readonly LayerSettings[], readonly Given[]>(
    'layers',
    layers.is,
    (value, context) =>
      context.length > 2 * deepest
        ? t.failure(value, context, `is nested too deeply; needs at most ${deepest} levels`)
        : layers.validate(value, context),
    layers.encode
  )
}

/**
 * A layer, as it stands in a settings file: `{ type: 'dense', units: 64, activation: 'relu', initializer: 'heNormal' }`,
 * `{ type: 'activation', activation: { name: 'leakyRelu', slope: 0.1 } }`, `{ type: 'dropout', keepProbability: 0.8 }`,
 * `{ type: 'batchNorm', momentum: 0.1 }`, `{ type: 'layerNorm' }`, or `{ type: 'residual', layers: [ … ] }` with any of
 * these inside. A dense layer has a bias unless `bias` is false; what is left out is as in `nn`.
 *
 * @category settings
 * @since 0.1.0
 */
export const LayerSettings: t.Type<LayerSettings, Given> = t.recursion<LayerSettings, Given>('layerSettings', (layer) =>
  tagged('layerSettings', 'type', { ...kinds, residual: [{ layers: inner(layer) }, {}] } as const)
)

/** How many features come out of layers, from how many go in. */
const unitsAfter = (units: number, layers: readonly LayerSettings[]): number =>
  layers.reduce<number>((before, layer) => (layer.type === 'dense' ? layer.units : before), units)

const hasDense = (layers: readonly LayerSettings[]): boolean =>
  layers.some((layer) => layer.type === 'dense' || (layer.type === 'residual' && hasDense(layer.layers)))

const Layers = refined(list('layers', LayerSettings), (layers) =>
  hasDense(layers)
    ? []
    : [{ at: [], message: `needs at least one dense layer, got ${layers.length === 0 ? 'no layers' : 'none'}` }]
)

interface Misfit {
  readonly at: readonly (string | number)[]
  readonly message: string
}

/** Residual blocks that are empty, or do not give as many features as they take, wherever they stand. */
const residualFaults = (
  units: number,
  layers: readonly LayerSettings[],
  path: readonly (string | number)[]
): readonly Misfit[] =>
  layers.flatMap((layer, i) => {
    if (layer.type !== 'residual') return []
    const at = [...path, i, 'layers']
    const before = unitsAfter(units, layers.slice(0, i))
    const after = unitsAfter(before, layer.layers)
    const own =
      layer.layers.length === 0
        ? [{ at, message: 'needs at least one layer, got none' }]
        : after === before
          ? []
          : [
              {
                at,
                message: `needs to give the ${before} features that it takes, as these are added to it; gives ${after}`
              }
            ]
    return [...own, ...residualFaults(before, layer.layers, at)]
  })

/**
 * A model, as it stands in a settings file: the number of features that go in, and the layers in order.
 *
 * @category settings
 * @since 0.1.0
 */
export const ModelSettings = refined(
  struct('modelSettings', { inputs: PositiveInteger, layers: Layers }),
  ({ inputs, layers }) => residualFaults(inputs, layers, ['layers'])
)
/** @category settings @since 0.1.0 */
export type ModelSettings = t.TypeOf<typeof ModelSettings>

/** Decodes one layer. @category settings @since 0.1.0 */
export const layerSettings: (value: unknown) => Decoded<LayerSettings> = decode(LayerSettings)

/**
 * Decodes a model.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * deepStrictEqual(
 *   codec.modelSettings({
 *     inputs: 64,
 *     layers: [
 *       { type: 'dense', units: 64, activation: 'rely' },
 *       { type: 'dense', units: 0 }
 *     ]
 *   }),
 *   E.left([
 *     {
 *       path: 'layers[0].activation',
 *       message:
 *         'needs one of linear, relu, leakyRelu, elu, selu, swish, gelu, geluTanh, mish, hardSwish, softplus, sigmoid, ' +
 *         'hardSigmoid, tanh, softsign, softmax, logSoftmax, or a record such as { name: "leakyRelu", slope: 0.1 }, got "rely"'
 *     },
 *     { path: 'layers[1].units', message: 'needs a whole number of at least 1, got 0' }
 *   ])
 * )
 * @category settings
 * @since 0.1.0
 */
export const modelSettings: (value: unknown) => Decoded<ModelSettings> = decode(ModelSettings)

/** A model whose layers are known at run time only. @category settings @since 0.1.0 */
export type Model = nn.Layer<readonly Params[], readonly Params[], [number], [number]>

const toStage = (features: number, settings: LayerSettings): nn.Stage => {
  switch (settings.type) {
    case 'activation':
      return toActivation(settings.activation)
    case 'dropout':
      return nn.dropout(without('type', settings))
    case 'batchNorm':
      return nn.batchNorm({ ...without('type', settings), features })
    case 'layerNorm':
      return nn.layerNorm({ ...without('type', settings), features })
    case 'residual':
      return nn.residual(...toStages(features, settings.layers))
    case 'dense':
      return nn.dense({
        inputs: features,
        outputs: settings.units,
        ...(settings.activation === undefined ? {} : { activation: toActivation(settings.activation) }),
        ...(settings.initializer === undefined ? {} : { weight: toInitializer(settings.initializer) }),
        ...(settings.bias === false ? { bias: settings.bias } : {})
      })
  }
}

const toStages = (features: number, layers: readonly LayerSettings[]): readonly nn.Stage[] =>
  layers.map((layer, i) => toStage(unitsAfter(features, layers.slice(0, i)), layer))

/**
 * The model that decoded settings describe. Its number of inputs and outputs is known at run time only.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { random, params } from 'grad-ts'
 * import * as codec from 'grad-ts/codec'
 *
 * const model = pipe(
 *   codec.modelSettings({
 *     inputs: 2,
 *     layers: [
 *       { type: 'dense', units: 8, activation: 'relu' },
 *       { type: 'dropout', keepProbability: 0.9 },
 *       { type: 'dense', units: 3 }
 *     ]
 *   }),
 *   E.map(codec.toModel)
 * )
 * deepStrictEqual(E.isRight(model) && model.right.output, [3])
 * deepStrictEqual(E.isRight(model) && params.count(model.right.init(random.key(0)).params), 2 * 8 + 8 + 8 * 3 + 3)
 * @category settings
 * @since 0.1.0
 */
export const toModel = (settings: ModelSettings): Model => {
  const { inputs, layers } = asDecoded('toModel', ModelSettings, settings)
  return nn.sequential(...toStages(inputs, layers)) as unknown as Model
}
