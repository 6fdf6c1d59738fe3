import * as E from 'fp-ts/lib/Either.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as t from 'io-ts'
import { batchNormSettings } from '../nn/layers/batchNorm.ts'
import { dropoutSettings } from '../nn/layers/dropout.ts'
import * as nn from '../nn/index.ts'
import { layerNormSettings } from '../nn/layers/layerNorm.ts'
import type { Params } from '../params/index.ts'
import { showDims } from '../tensor/dims.ts'
import { activationsFor } from './activation.ts'
import { asDecoded, type Decoded, decode } from './fault.ts'
import { initializersFor } from './initializer.ts'
import { fromSettings } from './kinds.ts'
import { PositiveInteger } from './number.ts'
import type { Owns } from './own.ts'
import { flag, type Given, list, refined, struct, tagged, type Tagged, without } from './struct.ts'

/** Models as data: the number of inputs, and the layers in order. */

const plain = fromSettings({ dropout: dropoutSettings, batchNorm: batchNormSettings, layerNorm: layerNormSettings })

const variantsWith = (
  activation: ReturnType<typeof activationsFor>['type'],
  initializer: ReturnType<typeof initializersFor>['type']
) =>
  ({
    dense: [{ units: PositiveInteger }, { activation, initializer, bias: flag }],
    activation: [{ activation }, {}],
    dropout: plain.dropout,
    // the number of features is that of the layer before
    batchNorm: [{}, plain.batchNorm[1]],
    layerNorm: [{}, plain.layerNorm[1]]
  }) as const

type Variants = ReturnType<typeof variantsWith>
/** The variants by a name, which declarations show in place of all of them. */
export interface LayerVariants extends Variants {}

/** A residual block, as it stands in a settings file. @category settings @since 0.1.0 */
export interface ResidualSettings {
  readonly type: 'residual'
  /** What is added to its input; it must give as many features as it takes. */
  readonly layers: readonly LayerSettings[]
}

/** @category settings @since 0.1.0 */
export type LayerSettings = Tagged<'type', LayerVariants> | ResidualSettings

/** @category settings @since 0.1.0 */
export interface ModelSettings {
  readonly inputs: number
  readonly layers: readonly LayerSettings[]
}

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

/** Something wrong with a layer, by the steps to it. */
interface Misfit {
  readonly at: readonly (string | number)[]
  readonly message: string
}

/** A model whose layers are known at run time only. @category settings @since 0.1.0 */
export type Model = nn.Layer<readonly Params[], readonly Params[], [number], [number]>

/** What a layer of a user's own gives for some features, or why it does not take them. */
const unitsOfOwn = (made: E.Either<string, nn.Stage>, features: number): E.Either<string, number> => {
  if (E.isLeft(made)) return made
  if (typeof made.right === 'function' || !('output' in made.right)) return E.right(features)
  const { input, output } = made.right
  const isRow = output.length === 1 && input.length === 1
  return isRow && input[0] === features
    ? E.right(output[0]!)
    : E.left(
        `needs to make a layer from [${features}] to some features, made one from ${showDims(input)} to ${showDims(output)}`
      )
}

/** Models with layers, activations and initializers of a user's own. */
export const modelsFor = (
  owns: Owns<nn.Stage>,
  { type: Activation, make: toActivation }: ReturnType<typeof activationsFor>,
  { type: Initializer, make: toInitializer }: ReturnType<typeof initializersFor>
) => {
  const types = Object.fromEntries(Object.entries(owns).map(([name, { settings }]) => [name, settings]))
  const variants = variantsWith(Activation, Initializer)
  const Layer: t.Type<LayerSettings, Given> = t.recursion<LayerSettings, Given>('layerSettings', (layer) =>
    tagged('layerSettings', 'type', { ...variants, residual: [{ layers: inner(layer) }, {}] } as const, types)
  )

  const isOwn = ({ type }: LayerSettings): boolean => Object.hasOwn(owns, type)
  const ownSettings = (layer: LayerSettings, features: number): Given => ({ ...without('type', layer), features })
  const unitsOf = (layer: LayerSettings, units: number): E.Either<string, number> =>
    isOwn(layer)
      ? unitsOfOwn(owns[layer.type]!.attempt(ownSettings(layer, units)), units)
      : E.right(layer.type === 'dense' ? layer.units : units)
  /** How many features go into each layer, and how many come out of the last. */
  const unitsIn = (units: number, layers: readonly LayerSettings[]): readonly number[] =>
    RA.scanLeft(units, (before: number, layer: LayerSettings) => E.getOrElse(() => before)(unitsOf(layer, before)))(
      layers
    )

  /** Whether a layer says how many features it takes: a sequence of functions alone would take any. */
  const hasSize = (layers: readonly LayerSettings[]): boolean =>
    layers.some(
      (layer) => layer.type === 'dense' || isOwn(layer) || (layer.type === 'residual' && hasSize(layer.layers))
    )

  /** Residual blocks that are empty or do not give as many features as they take, and layers that cannot be made. */
  const misfits = (
    units: number,
    layers: readonly LayerSettings[],
    path: readonly (string | number)[]
  ): readonly Misfit[] => {
    const starts = unitsIn(units, layers)
    return layers.flatMap((layer, i) => {
      const before = starts[i]!
      const made = unitsOf(layer, before)
      if (E.isLeft(made)) return [{ at: [...path, i], message: made.left }]
      if (layer.type !== 'residual') return []
      const at = [...path, i, 'layers']
      const after = unitsIn(before, layer.layers).at(-1)!
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
      return [...own, ...misfits(before, layer.layers, at)]
    })
  }

  const Layers = refined(list('layers', Layer), (layers) =>
    hasSize(layers)
      ? []
      : [{ at: [], message: `needs at least one dense layer, got ${layers.length === 0 ? 'no layers' : 'none'}` }]
  )
  const Model: t.Type<ModelSettings, Given> = refined(
    struct('modelSettings', { inputs: PositiveInteger, layers: Layers }),
    ({ inputs, layers }) => misfits(inputs, layers, ['layers'])
  )

  const toStage = (features: number, settings: LayerSettings): nn.Stage => {
    if (isOwn(settings)) return owns[settings.type]!.make(ownSettings(settings, features))
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
  const toStages = (features: number, layers: readonly LayerSettings[]): readonly nn.Stage[] => {
    const starts = unitsIn(features, layers)
    return layers.map((layer, i) => toStage(starts[i]!, layer))
  }
  const make = ({ inputs, layers }: ModelSettings): Model =>
    nn.sequential(...toStages(inputs, layers)) as unknown as Model
  return { Layer, type: Model, make }
}

/** The names that are taken. */
export const layerNames: readonly string[] = ['dense', 'activation', 'dropout', 'batchNorm', 'layerNorm', 'residual']

const models = modelsFor({}, activationsFor({}), initializersFor({}))

/**
 * A layer, as it stands in a settings file: `{ type: 'dense', units: 64, activation: 'relu', initializer: 'heNormal' }`,
 * `{ type: 'activation', activation: { name: 'leakyRelu', slope: 0.1 } }`, `{ type: 'dropout', keepProbability: 0.8 }`,
 * `{ type: 'batchNorm', momentum: 0.1 }`, `{ type: 'layerNorm' }`, or `{ type: 'residual', layers: [ … ] }` with any of
 * these inside. A dense layer has a bias unless `bias` is false; what is left out is as in `nn`.
 *
 * @category settings
 * @since 0.1.0
 */
export const LayerSettings: t.Type<LayerSettings, Given> = models.Layer

/**
 * A model, as it stands in a settings file: the number of features that go in, and the layers in order.
 *
 * @category settings
 * @since 0.1.0
 */
export const ModelSettings: t.Type<ModelSettings, Given> = models.type

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
 *       { type: 'dropout', keepProbability: 2 },
 *       { type: 'dense', units: 0 }
 *     ]
 *   }),
 *   E.left([
 *     {
 *       path: 'layers[0].keepProbability',
 *       message: 'needs a probability above 0 and at most 1, the share that is kept, got 2'
 *     },
 *     { path: 'layers[1].units', message: 'needs a whole number of at least 1, got 0' }
 *   ])
 * )
 * @category settings
 * @since 0.1.0
 */
export const modelSettings: (value: unknown) => Decoded<ModelSettings> = decode(ModelSettings)

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
export const toModel = (settings: ModelSettings): Model => models.make(asDecoded('toModel', ModelSettings, settings))
