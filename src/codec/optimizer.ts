import type * as t from 'io-ts'
import * as optim from '../optim/index.ts'
import { optimizers } from '../optim/optimizers.ts'
import { asDecoded, type Decoded, decode } from './fault.ts'
import { fromSettings } from './kinds.ts'
import { type Own, type Owns, typesOf } from './own.ts'
import { type ScheduleSettings, schedules } from './schedule.ts'
import { beside, type Given, type Tagged, tagged, without } from './struct.ts'

/** Optimisers as data: the name of an optimiser, with the settings it has in `optim`. */

const readers = fromSettings(optimizers)

type Readers = typeof readers
/** The rate may be a schedule of the file; which parameters decay is a function, and no setting of one. */
type Rated<R> = {
  readonly [K in keyof R]: K extends 'learningRate' ? t.Type<number | ScheduleSettings, unknown> : R[K]
}

/** The variants by a name, which declarations show in place of all of them. */
export type OptimizerVariants = {
  readonly [K in keyof Readers]: readonly [Rated<Readers[K][0]>, Omit<Readers[K][1], 'where'>]
}

/** @category settings @since 0.1.0 */
export type OptimizerSettings = Tagged<'name', OptimizerVariants>

type Optimizer = optim.GradientTransformation

/** Optimisers with those of a user's own, and the schedules that their rates may be. */
export const optimizersFor = (
  owns: Owns<Optimizer>,
  { LearningRate, rateOf }: Pick<typeof schedules, 'LearningRate' | 'rateOf'>
) => {
  const rated = { learningRate: LearningRate }
  const variants = Object.fromEntries(
    Object.entries(readers).map(([name, [, optional]]) => [
      name,
      [rated, without('where', { where: null, ...optional })]
    ])
  ) as unknown as OptimizerVariants
  const made = (given: Given): Given => ({
    ...given,
    learningRate: rateOf(given['learningRate'] as number | ScheduleSettings)
  })
  const rates = Object.fromEntries(
    Object.entries(owns).map(([name, { settings, make: of, attempt }]): readonly [string, Own<Optimizer>] => [
      name,
      {
        settings: beside(rated, settings),
        make: (given) => of(made(given)),
        attempt: (given) => attempt(made(given))
      }
    ])
  )
  const make = (settings: OptimizerSettings): Optimizer => {
    const given = without('name', settings)
    return (
      rates[settings.name]?.make(given) ?? (optim[settings.name] as (given: never) => Optimizer)(made(given) as never)
    )
  }
  const type: t.Type<OptimizerSettings, Given> = tagged('optimizerSettings', 'name', variants, typesOf(rates))
  return { type, make }
}

/** The names that are taken. */
export const optimizerNames: readonly string[] = Object.keys(readers)

const standard = optimizersFor({}, schedules)

/**
 * An optimiser, as it stands in a settings file: `{ name: 'adam', learningRate: 0.001 }`. The names and the settings are
 * those of `optim`; a learning rate is a number above 0, or a schedule.
 *
 * @category settings
 * @since 0.1.0
 */
export const OptimizerSettings: t.Type<OptimizerSettings, Given> = standard.type

/**
 * Decodes an optimiser.
 *
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * ok(E.isRight(codec.optimizerSettings({ name: 'adam', learningRate: 0.001, beta1: 0.9 })))
 * deepStrictEqual(
 *   codec.optimizerSettings({ name: 'momentum', learningRate: { name: 'cosineDecay', initial: 0.1 }, decay: 1 }),
 *   E.left([
 *     { path: 'learningRate.steps', message: 'is missing; needs a whole number of at least 1' },
 *     { path: 'decay', message: 'needs a number of at least 0 and below 1, got 1' }
 *   ])
 * )
 * @category settings
 * @since 0.1.0
 */
export const optimizerSettings: (value: unknown) => Decoded<OptimizerSettings> = decode(OptimizerSettings)

/**
 * The optimiser that decoded settings describe.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import * as codec from 'grad-ts/codec'
 *
 * const optimizer = pipe(codec.optimizerSettings({ name: 'sgd', learningRate: 0.1 }), E.map(codec.toOptimizer))
 * strictEqual(E.isRight(optimizer) && optimizer.right.name, 'sgd')
 * @category settings
 * @since 0.1.0
 */
export const toOptimizer = (settings: OptimizerSettings): optim.TypedTransformation =>
  standard.make(asDecoded('toOptimizer', OptimizerSettings, settings)) as optim.TypedTransformation
