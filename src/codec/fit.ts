import type * as t from 'io-ts'
import {
  type BestSettings,
  type FitSettings as TrainSettings,
  patience,
  type PatienceSettings,
  type PlateauSettings,
  reduceOnPlateau
} from '../train/index.ts'
import type { Shape } from '../tensor/shape.ts'
import { askForMode, directionOf } from '../train/direction.ts'
import { plateau } from '../train/plateau.ts'
import { best, stops } from '../train/stopping.ts'
import { trainings } from '../train/validate.ts'
import { type Given, madeOf } from './fault.ts'
import { type Declared, propsOf } from './kinds.ts'
import { Fraction } from './number.ts'
import { refined, struct } from './struct.ts'

/** How long to train and in what steps, as data. */

/** Declared settings of a rule: whether its figure is to fall or to rise must be known by its name, or said. */
const ruleType = (name: string, declared: Declared): t.Type<Given, Given> =>
  refined(struct(name, ...propsOf(declared)) as unknown as t.Type<Given, Given>, (settings) => {
    const { figure, mode } = settings as unknown as PatienceSettings
    return mode === undefined && directionOf(figure) === null ? [{ at: ['mode'], message: askForMode(figure) }] : []
  })

const [required, { shuffle }] = propsOf(trainings.fit)

/**
 * The numbers of a training run, as they stand in a settings file: `epochs` and `batchSize`; and if wanted `shuffle`,
 * `validationFraction` (for `data.split`), `patience`, `keepBest` and `reduceOnPlateau`. A figure whose name does not say
 * whether it is to fall or to rise needs a `mode`. That a run has the figure is for `train.fit` to see.
 *
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * ok(E.isRight(codec.decode(codec.JsonFitSettings)({ epochs: 10, batchSize: 32, patience: { figure: 'validationLoss', patience: 3 } })))
 * deepStrictEqual(
 *   codec.decode(codec.JsonFitSettings)({ epochs: 1.5, batchsize: 32 }),
 *   E.left([
 *     { path: 'batchsize', message: 'is not known; there is epochs, batchSize, shuffle, validationFraction, patience, keepBest, reduceOnPlateau' },
 *     { path: 'epochs', message: 'needs a whole number of at least 0, got 1.5' },
 *     { path: 'batchSize', message: 'is missing; needs a whole number of at least 1' }
 *   ])
 * )
 * @category settings
 * @since 0.1.0
 */
export const JsonFitSettings = struct('fitSettings', required, {
  shuffle: shuffle!,
  validationFraction: Fraction,
  patience: ruleType('patience', stops.patience),
  keepBest: ruleType('keepBest', best),
  reduceOnPlateau: ruleType('reduceOnPlateau', plateau)
}) as unknown as t.Type<JsonFitSettings, Given>
/** @category settings @since 0.1.0 */
export interface JsonFitSettings extends Pick<
  TrainSettings<unknown, unknown, Shape, Shape>,
  'epochs' | 'batchSize' | 'shuffle'
> {
  /** The part of the examples that is set aside, above 0 and below 1. */
  readonly validationFraction?: number
  readonly patience?: PatienceSettings
  readonly keepBest?: BestSettings
  readonly reduceOnPlateau?: PlateauSettings
}

/** What `train.fit` takes, without the data. @category settings @since 0.1.0 */
export type Fit = Pick<
  TrainSettings<unknown, unknown, Shape, Shape>,
  'epochs' | 'batchSize' | 'shuffle' | 'stop' | 'keepBest' | 'rateFactor'
>

/**
 * Decoded numbers as settings of `train.fit`; `patience` becomes a stopping rule, `reduceOnPlateau` a rule for
 * the rate. The validation data are the caller's.
 *
 * @example
 * import { strictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { pipe } from 'fp-ts/function'
 * import * as codec from 'grad-ts/codec'
 *
 * const fit = pipe(codec.decode(codec.JsonFitSettings)({ epochs: 10, batchSize: 32 }), E.map(codec.toFit))
 * strictEqual(E.isRight(fit) && fit.right.batchSize, 32)
 * @category settings
 * @since 0.1.0
 */
export const toFit: (settings: JsonFitSettings) => Fit = madeOf('toFit', {
  type: JsonFitSettings,
  make: ({ epochs, batchSize, shuffle, ...rules }): Fit => ({
    epochs,
    batchSize,
    ...(shuffle === undefined ? {} : { shuffle }),
    ...(rules.patience === undefined ? {} : { stop: patience(rules.patience) }),
    ...(rules.keepBest === undefined ? {} : { keepBest: rules.keepBest }),
    ...(rules.reduceOnPlateau === undefined ? {} : { rateFactor: reduceOnPlateau(rules.reduceOnPlateau) })
  })
})
