import type * as t from 'io-ts'
import * as kinds from '../kinds/index.ts'
import type * as nn from '../nn/index.ts'
import type { Pointwise } from '../ops/index.ts'
import type * as optim from '../optim/index.ts'
import { activationsFor } from './activation.ts'
import { type Given, madeOf } from './fault.ts'
import { initializersFor } from './initializer.ts'
import { type Model, modelsFor } from './model.ts'
import { optimizersFor } from './optimizer.ts'
import { schedulesFor } from './schedule.ts'

/** Settings files that know layers, activations, initializers, optimisers and schedules of a user. */

/**
 * Entries of settings files by name: the io-ts type of the settings that stand beside the name, none when left out, and what
 * makes the thing of them. What `make` refuses by an error of this library is a fault of the file.
 *
 * @category settings
 * @since 0.1.0
 */
export type OwnEntries<S, More, A> = {
  readonly [K in keyof S]: {
    readonly settings?: t.Type<S[K], Given>
    readonly make: (settings: S[K] & More) => A
  }
}

/** What a settings file may name besides the library's own. @category settings @since 0.1.0 */
export interface OwnSettings<L, A, I, O, S> {
  /** Each is handed the number of features that go in, beside its settings. */
  readonly layers?: OwnEntries<L, { readonly features: number }, nn.Stage>
  /** Those that need no settings are told by their name alone. */
  readonly activations?: OwnEntries<A, unknown, Pointwise>
  /** Those that need no settings are told by their name alone. */
  readonly initializers?: OwnEntries<I, unknown, nn.Initializer>
  /** Each has a learning rate, a number or a schedule, beside its settings. */
  readonly optimizers?: OwnEntries<O, { readonly learningRate: number | optim.Schedule }, optim.GradientTransformation>
  readonly schedules?: OwnEntries<S, unknown, optim.Schedule>
}

/** A type of settings, and what makes the thing of decoded settings. @category settings @since 0.1.0 */
export interface SettingsCodecs {
  readonly JsonModelSettings: t.Type<Given, Given>
  readonly toModel: (settings: Given) => Model
  readonly JsonOptimizerSettings: t.Type<Given, Given>
  readonly toOptimizer: (settings: Given) => optim.GradientTransformation
  readonly JsonScheduleSettings: t.Type<Given, Given>
  readonly toSchedule: (settings: Given) => optim.Schedule
}

const ownSettings = kinds.settings('settingsFor', {
  layers: [kinds.anything, {}],
  activations: [kinds.anything, {}],
  initializers: [kinds.anything, {}],
  optimizers: [kinds.anything, {}],
  schedules: [kinds.anything, {}]
})

/**
 * The codecs of settings files that know things of your own beside those of the library: each by its name, the io-ts type
 * of its settings, and a function that makes it of them. Own schedules may be the rate of any optimiser, own activations
 * and initializers stand in any dense layer, own layers in residual blocks.
 *
 * @throws ValueError when an entry has no `make`, its settings are no io-ts type, or its name is one of the library's
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import { mul, nn, sin } from 'grad-ts'
 * import * as codec from 'grad-ts/codec'
 *
 * const { JsonModelSettings, toModel } = codec.settingsFor({
 *   activations: { sine: { make: () => sin } },
 *   layers: {
 *     scaled: { settings: codec.struct('scaled', { by: codec.Rate }), make: ({ by }) => mul(by) }
 *   }
 * })
 * const layers = [{ type: 'dense', units: 3, activation: 'sine' }, { type: 'scaled', by: 2 }]
 * const model = pipe({ inputs: 2, layers }, codec.decode(JsonModelSettings), E.map(toModel))
 * deepStrictEqual(E.isRight(model) && model.right.output, [3])
 * deepStrictEqual(
 *   codec.decode(JsonModelSettings)({ inputs: 2, layers: [layers[0], { type: 'scaled', by: 0 }] }),
 *   E.left([{ path: 'layers[1].by', message: 'needs a finite number above 0, got 0' }])
 * )
 * @category settings
 * @since 0.1.0
 */
export const settingsFor = <L = {}, A = {}, I = {}, O = {}, S = {}>(
  entries: OwnSettings<L, A, I, O, S>
): SettingsCodecs => {
  const given = ownSettings.read(entries)
  const models = modelsFor(given.layers, activationsFor(given.activations), initializersFor(given.initializers))
  const schedules = schedulesFor(given.schedules)
  const optimizers = optimizersFor(given.optimizers, schedules)
  const JsonModelSettings = models.type as unknown as t.Type<Given, Given>
  return {
    JsonModelSettings,
    toModel: madeOf('toModel', { type: JsonModelSettings, make: models.make as never }),
    JsonOptimizerSettings: optimizers.type,
    toOptimizer: madeOf('toOptimizer', optimizers),
    JsonScheduleSettings: schedules.type,
    toSchedule: madeOf('toSchedule', schedules)
  }
}
