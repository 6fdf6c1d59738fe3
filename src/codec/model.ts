import * as t from 'io-ts'
import { identity } from 'fp-ts/lib/function.js'
import * as nn from '../nn/index.ts'
import { logSoftmax, type Pointwise, relu, sigmoid, softmax, softplus, tanh } from '../ops/index.ts'
import type { Params } from '../params/index.ts'
import { type Decoded, decode, refuse } from './fault.ts'
import { Finite, KeepProbability, NonNegative, PositiveInteger } from './number.ts'
import { flag, list, oneOf, refined, struct, tagged } from './struct.ts'

/** Models as data: the number of inputs, and the layers in order. */

const activations = {
  linear: identity,
  relu,
  sigmoid,
  tanh,
  softplus,
  softmax,
  logSoftmax
} as const satisfies Readonly<Record<string, Pointwise>>
type ActivationName = keyof typeof activations

const Activation = oneOf('activation', Object.keys(activations) as readonly ActivationName[])

const initializers = {
  heNormal: nn.heNormal,
  heUniform: nn.heUniform,
  xavier: nn.xavier,
  glorotNormal: nn.glorotNormal,
  glorotUniform: nn.glorotUniform,
  lecunNormal: nn.lecunNormal,
  lecunUniform: nn.lecunUniform,
  zeros: nn.zeros,
  ones: nn.ones
} as const satisfies Readonly<Record<string, nn.Initializer>>
type InitializerName = keyof typeof initializers

const InitializerName = oneOf('initializer', Object.keys(initializers) as readonly InitializerName[])

const Drawn = tagged('initializer', 'name', {
  normal: [{ standardDeviation: NonNegative }, { mean: Finite }],
  uniform: [{ min: Finite, max: Finite }, {}],
  constant: [{ value: Finite }, {}]
} as const)

type Drawn = t.TypeOf<typeof Drawn>

const Ordered = refined(Drawn, (drawn) =>
  drawn.name === 'uniform' && drawn.min >= drawn.max
    ? [{ at: ['min'], message: `needs a number below max (${drawn.max}), got ${drawn.min}` }]
    : []
)

const Initializer: t.Type<InitializerName | Drawn> = new t.Type(
  'initializer',
  (value): value is InitializerName | Drawn => InitializerName.is(value) || Ordered.is(value),
  (value, context) =>
    InitializerName.is(value)
      ? t.success(value)
      : typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Ordered.validate(value, context)
        : refuse(
            `one of ${Object.keys(initializers).join(', ')}, or a record such as { name: "normal", standardDeviation: 0.01 }`,
            value,
            context
          ),
  t.identity
)

/**
 * A layer, as it stands in a settings file: `{ type: 'dense', units: 64, activation: 'relu', initializer: 'heNormal' }`,
 * `{ type: 'dropout', keepProbability: 0.8 }` or `{ type: 'activation', activation: 'tanh' }`. A dense layer has a bias
 * unless `bias` is false; without an initializer it starts as `nn.dense` does.
 *
 * @category settings
 * @since 0.1.0
 */
export const LayerSettings = tagged('layerSettings', 'type', {
  dense: [{ units: PositiveInteger }, { activation: Activation, initializer: Initializer, bias: flag }],
  activation: [{ activation: Activation }, {}],
  dropout: [{ keepProbability: KeepProbability }, {}]
} as const)
/** @category settings @since 0.1.0 */
export type LayerSettings = t.TypeOf<typeof LayerSettings>

const Layers = refined(list('layers', LayerSettings), (layers) =>
  layers.some(({ type }) => type === 'dense')
    ? []
    : [{ at: [], message: `needs at least one dense layer, got ${layers.length === 0 ? 'no layers' : 'none'}` }]
)

/**
 * A model, as it stands in a settings file: the number of features that go in, and the layers in order.
 *
 * @category settings
 * @since 0.1.0
 */
export const ModelSettings = struct('modelSettings', { inputs: PositiveInteger, layers: Layers })
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
 * import { codec } from 'grad-ts'
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
 *       message: 'needs one of linear, relu, sigmoid, tanh, softplus, softmax, logSoftmax, got "rely"'
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

const toInitializer = (settings: InitializerName | Drawn): nn.Initializer => {
  if (typeof settings === 'string') return initializers[settings]
  switch (settings.name) {
    case 'normal':
      return nn.normal(settings)
    case 'uniform':
      return nn.uniform(settings)
    case 'constant':
      return nn.constant(settings.value)
  }
}

const toStage = (inputs: number, settings: LayerSettings): nn.Stage => {
  switch (settings.type) {
    case 'activation':
      return activations[settings.activation]
    case 'dropout':
      return nn.dropout(settings)
    case 'dense':
      return nn.dense({
        inputs,
        outputs: settings.units,
        ...(settings.activation === undefined ? {} : { activation: activations[settings.activation] }),
        ...(settings.initializer === undefined ? {} : { weight: toInitializer(settings.initializer) }),
        ...(settings.bias === false ? { bias: settings.bias } : {})
      })
  }
}

/** How many features come out of the layers before one. */
const unitsBefore = ({ inputs, layers }: ModelSettings, at: number): number =>
  layers.slice(0, at).reduce<number>((units, layer) => (layer.type === 'dense' ? layer.units : units), inputs)

/**
 * The model that decoded settings describe. Its number of inputs and outputs is known at run time only.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { codec, random, params } from 'grad-ts'
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
  const stages = settings.layers.map((layer, i) => toStage(unitsBefore(settings, i), layer))
  return nn.sequential(...stages) as unknown as Model
}
