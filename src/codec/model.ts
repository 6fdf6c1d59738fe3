import * as E from 'fp-ts/lib/Either.js'
import { identity } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as t from 'io-ts'
import * as kinds from '../kinds/index.ts'
import * as nn from '../nn/index.ts'
import { batchNormSettings } from '../nn/layers/batchNorm.ts'
import { dropoutSettings } from '../nn/layers/dropout.ts'
import { layerNormSettings } from '../nn/layers/layerNorm.ts'
import type { Params } from '../params/index.ts'
import { showDims } from '../tensor/dims.ts'
import { activationsFor, type ActivationSettings } from './activation.ts'
import { choice, type Library, readEntries } from './choice.ts'
import { type Given, madeOf } from './fault.ts'
import { initializersFor, type InitializerSettings } from './initializer.ts'
import { fromKind, propsOf, type SettingsOf, type Tagged } from './kinds.ts'
import { PositiveInteger } from './number.ts'
import { list, nestedAtMost, refined, struct, without } from './struct.ts'

/** Models as data: the number of inputs, and the layers in order. */

/** A residual block, as it stands in a settings file. @category settings @since 0.1.0 */
export interface ResidualSettings {
  readonly type: 'residual'
  /** What is added to its input; it must give as many features as it takes. */
  readonly layers: readonly JsonLayerSettings[]
}

interface Dense {
  readonly units: number
  readonly activation?: ActivationSettings
  readonly initializer?: InitializerSettings
  readonly bias?: boolean
}

/** The settings of each layer, by a name that declarations show in place of all of them. */
export interface LayerVariants {
  readonly dense: Dense
  readonly activation: { readonly activation: ActivationSettings }
  readonly dropout: SettingsOf<typeof nn.dropout>
  /** The number of features is that of the layer before. */
  readonly batchNorm: Omit<nn.BatchNormSettings<number>, 'features'>
  readonly layerNorm: Omit<nn.LayerNormSettings<number>, 'features'>
}

/** @category settings @since 0.1.0 */
export type JsonLayerSettings = Tagged<'type', LayerVariants> | ResidualSettings

/** @category settings @since 0.1.0 */
export interface JsonModelSettings {
  readonly inputs: number
  readonly layers: readonly JsonLayerSettings[]
}

/** How deep residual blocks may stand in each other; each level adds two steps to a path. */
const DEEPEST = 50

/** Something wrong with a layer, by the steps to it. */
interface Misfit {
  readonly at: readonly (string | number)[]
  readonly message: string
}

/** A model whose layers are known at run time only. @category settings @since 0.1.0 */
export type Model = nn.Layer<readonly Params[], readonly Params[], [number], [number]>

/** How many features a user's layer gives for some, or why it does not take them. */
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

const stage = kinds.kind<nn.Stage>(
  'a layer, or a function that keeps the shape',
  (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'
)

/** Layers are made of their settings and of the number of features that go in. */
interface Sized {
  readonly features: number
}

/** Models with layers, activations and initializers of a user. */
export const modelsFor = (given: unknown = {}, activations = activationsFor(), initializers = initializersFor()) => {
  const library: Library<nn.Stage> = {
    dense: [
      { units: PositiveInteger },
      { activation: activations.type, initializer: initializers.type, bias: fromKind(kinds.yesOrNo) },
      ({ features, units, activation, initializer, bias }: Dense & Sized) =>
        nn.dense({
          inputs: features,
          outputs: units,
          ...(activation === undefined ? {} : { activation: activations.make(activation) }),
          ...(initializer === undefined ? {} : { weight: initializers.make(initializer) }),
          ...(bias === false ? { bias } : {})
        })
    ],
    activation: [
      { activation: activations.type },
      {},
      ({ activation }: LayerVariants['activation']) => activations.make(activation)
    ],
    dropout: [
      ...propsOf(dropoutSettings),
      ({ features: _, ...settings }: LayerVariants['dropout'] & Sized) => nn.dropout(settings)
    ],
    batchNorm: [{}, propsOf(batchNormSettings)[1], nn.batchNorm],
    layerNorm: [{}, propsOf(layerNormSettings)[1], nn.layerNorm]
  }
  const own = readEntries('settingsFor: layers', given, [...Object.keys(library), 'residual'], stage)
  const choiceWith = (layer: t.Type<Given, Given>) =>
    choice<nn.Stage>(
      'layerSettings',
      'type',
      {
        ...library,
        residual: [
          { layers: nestedAtMost(2 * DEEPEST, DEEPEST, list('layers', layer)) },
          {},
          ({ features, layers }: ResidualSettings & Sized) => nn.residual(...stagesOf(features, layers))
        ]
      },
      own,
      {},
      identity,
      // the number of features is known in a model only
      () => E.right(undefined)
    )
  const Layer = t.recursion<JsonLayerSettings, Given>(
    'layerSettings',
    (layer) => choiceWith(layer as never).type as never
  )
  const { make: makeStage } = choiceWith(Layer as never)

  const isOwn = ({ type }: JsonLayerSettings): boolean => Object.hasOwn(own, type)
  const sized = (layer: JsonLayerSettings, features: number): Given => ({ ...layer, features })
  const unitsOf = (layer: JsonLayerSettings, units: number): E.Either<string, number> =>
    isOwn(layer)
      ? unitsOfOwn(own[layer.type]!.attempt(without(['type'], sized(layer, units))), units)
      : E.right(layer.type === 'dense' ? layer.units : units)
  /** How many features go into each layer, and how many come out of the last. */
  const unitsIn = (units: number, layers: readonly JsonLayerSettings[]): readonly number[] =>
    RA.scanLeft(units, (before: number, layer: JsonLayerSettings) => E.getOrElse(() => before)(unitsOf(layer, before)))(
      layers
    )
  const stagesOf = (features: number, layers: readonly JsonLayerSettings[]): readonly nn.Stage[] => {
    const starts = unitsIn(features, layers)
    return layers.map((layer, i) => makeStage(sized(layer, starts[i]!)))
  }

  /** Whether a layer says how many features it takes: a sequence of functions alone would take any. */
  const hasSize = (layers: readonly JsonLayerSettings[]): boolean =>
    layers.some(
      (layer) => layer.type === 'dense' || isOwn(layer) || (layer.type === 'residual' && hasSize(layer.layers))
    )

  /** What is wrong with a residual block that takes some features. */
  const blockFault = (layers: readonly JsonLayerSettings[], before: number): string | undefined => {
    const after = unitsIn(before, layers).at(-1)!
    return layers.length === 0
      ? 'needs at least one layer, got none'
      : after === before
        ? undefined
        : `needs to give the ${before} features that it takes, as these are added to it; gives ${after}`
  }

  /** Residual blocks that are empty or do not give as many features as they take, and layers that cannot be made. */
  const misfits = (units: number, layers: readonly JsonLayerSettings[], path: Misfit['at']): readonly Misfit[] => {
    const starts = unitsIn(units, layers)
    return layers.flatMap((layer, i) => {
      const before = starts[i]!
      const made = unitsOf(layer, before)
      if (E.isLeft(made)) return [{ at: [...path, i], message: made.left }]
      if (layer.type !== 'residual') return []
      const at = [...path, i, 'layers']
      const message = blockFault(layer.layers, before)
      return [...(message === undefined ? [] : [{ at, message }]), ...misfits(before, layer.layers, at)]
    })
  }

  const Layers = refined(list('layers', Layer), (layers) =>
    hasSize(layers)
      ? []
      : [{ at: [], message: `needs at least one dense layer, got ${layers.length === 0 ? 'no layers' : 'none'}` }]
  )
  const type: t.Type<JsonModelSettings, Given> = refined(
    struct('modelSettings', { inputs: PositiveInteger, layers: Layers }),
    ({ inputs, layers }) => misfits(inputs, layers, ['layers'])
  )
  const make = ({ inputs, layers }: JsonModelSettings): Model =>
    nn.sequential(...stagesOf(inputs, layers)) as unknown as Model
  return { Layer, type, make }
}

const models = modelsFor()

/**
 * A layer, as it stands in a settings file: `{ type: 'dense', units: 64, activation: 'relu', initializer: 'heNormal' }`,
 * `{ type: 'activation', activation: { name: 'leakyRelu', slope: 0.1 } }`, `{ type: 'dropout', keepProbability: 0.8 }`,
 * `{ type: 'batchNorm', momentum: 0.1 }`, `{ type: 'layerNorm' }`, or `{ type: 'residual', layers: [ … ] }` with any of
 * these inside. A dense layer has a bias unless `bias` is false; what is left out is as in `nn`.
 *
 * @category settings
 * @since 0.1.0
 */
export const JsonLayerSettings: t.Type<JsonLayerSettings, Given> = models.Layer

/**
 * A model, as it stands in a settings file: the number of features that go in, and the layers in order.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * deepStrictEqual(
 *   codec.decode(codec.JsonModelSettings)({
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
export const JsonModelSettings: t.Type<JsonModelSettings, Given> = models.type

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
 *   codec.decode(codec.JsonModelSettings)({
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
export const toModel: (settings: JsonModelSettings) => Model = madeOf('toModel', models)
