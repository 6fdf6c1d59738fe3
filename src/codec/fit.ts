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
import { asDecoded, type Decoded, decode } from './fault.ts'
import { askForMode, directionOf } from '../train/direction.ts'
import { plateau } from '../train/plateau.ts'
import { best, stops } from '../train/stopping.ts'
import { trainings } from '../train/validate.ts'
import { fromSettings } from './kinds.ts'
import { Fraction } from './number.ts'
import { type Given, refined, struct } from './struct.ts'

/** How long to train and in what steps, as data. */

/** Whether a figure is to fall or to rise must be known by its name, or said. */
const directed = <A extends { readonly figure: string; readonly mode?: 'min' | 'max' | undefined }, O>(
  type: t.Type<A, O>
) =>
  refined(type, ({ figure, mode }) =>
    mode === undefined && directionOf(figure) === null ? [{ at: ['mode'], message: askForMode(figure) }] : []
  )

const records = fromSettings({
  fit: trainings.fit,
  patience: stops.patience,
  keepBest: best,
  reduceOnPlateau: plateau
})
const Patience = directed(struct('patience', ...records.patience))
const Plateau = directed(struct('reduceOnPlateau', ...records.reduceOnPlateau))
const Best = directed(struct('keepBest', ...records.keepBest))
const [needed, { shuffle }] = records.fit

/**
 * The numbers of a training run, as they stand in a settings file: `epochs` and `batchSize`; and if wanted `shuffle`,
 * `validationFraction` (for `data.split`), `patience`, `keepBest` and `reduceOnPlateau`. A figure whose name does not say
 * whether it is to fall or to rise needs a `mode`. That a run has the figure is for `train.fit` to see.
 *
 * @category settings
 * @since 0.1.0
 */
export const FitSettings: t.Type<FitSettings, Given> = struct('fitSettings', needed, {
  shuffle,
  validationFraction: Fraction,
  patience: Patience,
  keepBest: Best,
  reduceOnPlateau: Plateau
})
/** @category settings @since 0.1.0 */
export interface FitSettings extends Pick<
  TrainSettings<unknown, unknown, Shape, Shape>,
  'epochs' | 'batchSize' | 'shuffle'
> {
  /** The part of the examples that is set aside, above 0 and below 1. */
  readonly validationFraction?: number
  readonly patience?: PatienceSettings
  readonly keepBest?: BestSettings
  readonly reduceOnPlateau?: PlateauSettings
}

/**
 * Decodes the numbers of a training run.
 *
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * ok(E.isRight(codec.fitSettings({ epochs: 10, batchSize: 32, patience: { figure: 'validationLoss', patience: 3 } })))
 * deepStrictEqual(
 *   codec.fitSettings({ epochs: 1.5, batchsize: 32 }),
 *   E.left([
 *     { path: 'batchsize', message: 'is not known; there is epochs, batchSize, shuffle, validationFraction, patience, keepBest, reduceOnPlateau' },
 *     { path: 'epochs', message: 'needs a whole number of at least 0, got 1.5' },
 *     { path: 'batchSize', message: 'is missing; needs a whole number of at least 1' }
 *   ])
 * )
 * @category settings
 * @since 0.1.0
 */
export const fitSettings: (value: unknown) => Decoded<FitSettings> = decode(FitSettings)

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
 * const fit = pipe(codec.fitSettings({ epochs: 10, batchSize: 32 }), E.map(codec.toFit))
 * strictEqual(E.isRight(fit) && fit.right.batchSize, 32)
 * @category settings
 * @since 0.1.0
 */
export const toFit = (settings: FitSettings): Fit => {
  const {
    epochs,
    batchSize,
    shuffle,
    patience: waiting,
    keepBest,
    reduceOnPlateau: plateau
  } = asDecoded('toFit', FitSettings, settings)
  return {
    epochs,
    batchSize,
    ...(shuffle === undefined ? {} : { shuffle }),
    ...(waiting === undefined ? {} : { stop: patience(waiting) }),
    ...(keepBest === undefined ? {} : { keepBest }),
    ...(plateau === undefined ? {} : { rateFactor: reduceOnPlateau(plateau) })
  }
}
