import * as RR from 'fp-ts/lib/ReadonlyRecord.js'
import type * as t from 'io-ts'
import * as kinds from '../kinds/index.ts'
import * as optim from '../optim/index.ts'
import { optimizers } from '../optim/optimizers.ts'
import { type Choice, choice, readEntries } from './choice.ts'
import { type Given, madeOf } from './fault.ts'
import { type Declared, propsOf, type SettingsOf, type Tagged } from './kinds.ts'
import { type JsonScheduleSettings, schedules, type Schedules } from './schedule.ts'

/** Optimisers as data: the name of an optimiser, with the settings it has in `optim`. */

type Names = 'sgd' | 'adagrad' | 'rmsProp' | 'adam' | 'adamW'

/** The rate may be a schedule of the file; which parameters decay is a function, and no setting of one. */
type Rated<S> = Omit<S, 'learningRate' | 'where'> & { readonly learningRate: number | JsonScheduleSettings }

/** The settings of each optimiser, by a name that declarations show in place of all of them. */
export type OptimizerVariants = {
  readonly [N in Names]: Rated<SettingsOf<(typeof optim)[N]>>
}

/** @category settings @since 0.1.0 */
export type JsonOptimizerSettings = Tagged<'name', OptimizerVariants>

type Optimizer = optim.GradientTransformation

const optimizer = kinds.kind<Optimizer>(
  'a gradient transformation',
  (value) => typeof value === 'object' && value !== null
)

/** Optimisers with those of a user, and the schedules that their rates may be. */
export const optimizersFor = (
  given: unknown,
  { LearningRate, rateOf }: Pick<Schedules, 'LearningRate' | 'rateOf'>
): Choice<Given, Optimizer> => {
  const own = readEntries('settingsFor: optimizers', given, Object.keys(optimizers), optimizer)
  const rated = (settings: Given): Given => ({
    ...settings,
    learningRate: rateOf(settings['learningRate'] as number | JsonScheduleSettings)
  })
  const library = RR.mapWithIndex((name: Names, declared: Declared) => {
    const [, { where: _, ...optional }] = propsOf(declared)
    return [{}, optional, optim[name]] as const
  })(optimizers)
  return choice<Optimizer>('optimizerSettings', 'name', library, own, { learningRate: LearningRate }, rated)
}

const standard = optimizersFor({}, schedules)

/**
 * An optimiser, as it stands in a settings file: `{ name: 'adam', learningRate: 0.001 }`. The names and the settings are
 * those of `optim`; a learning rate is a number above 0, or a schedule.
 *
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * ok(E.isRight(codec.decode(codec.JsonOptimizerSettings)({ name: 'adam', learningRate: 0.001, beta1: 0.9 })))
 * deepStrictEqual(
 *   codec.decode(codec.JsonOptimizerSettings)({ name: 'sgd', learningRate: { name: 'cosineDecay', initial: 0.1 }, momentum: 1 }),
 *   E.left([
 *     { path: 'learningRate.steps', message: 'is missing; needs a whole number of at least 1' },
 *     { path: 'momentum', message: 'needs a number of at least 0 and below 1, got 1' }
 *   ])
 * )
 * @category settings
 * @since 0.1.0
 */
export const JsonOptimizerSettings = standard.type as unknown as t.Type<JsonOptimizerSettings, Given>

/**
 * The optimiser that decoded settings describe.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import * as codec from 'grad-ts/codec'
 *
 * const optimizer = pipe(codec.decode(codec.JsonOptimizerSettings)({ name: 'sgd', learningRate: 0.1 }), E.map(codec.toOptimizer))
 * strictEqual(E.isRight(optimizer) && optimizer.right.name, 'sgd')
 * @category settings
 * @since 0.1.0
 */
export const toOptimizer: (settings: JsonOptimizerSettings) => optim.TypedTransformation = madeOf('toOptimizer', {
  type: JsonOptimizerSettings,
  make: standard.make as never
})
