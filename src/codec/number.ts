import * as t from 'io-ts'
import { refuse } from './fault.ts'

/** Numbers that are known to be what a setting needs. Being branded, they cannot be made but by decoding. */

const branded = <B>(
  name: string,
  need: string,
  holds: (value: number) => boolean
): t.Type<t.Branded<number, B>, number> => {
  const is = (value: unknown): value is t.Branded<number, B> => typeof value === 'number' && holds(value)
  return new t.Type(
    name,
    is,
    (value, context) => (is(value) ? t.success(value) : refuse(need, value, context)),
    t.identity
  )
}

/** What makes a number a {@link PositiveInteger}. @category numbers @since 0.1.0 */
export interface PositiveIntegerBrand {
  readonly PositiveInteger: unique symbol
}
/** A whole number of at least 1, within ±(2⁵³ − 1). @category numbers @since 0.1.0 */
export type PositiveInteger = t.Branded<number, PositiveIntegerBrand>
/**
 * A whole number of at least 1: a size of a batch or of a layer.
 *
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import * as codec from 'grad-ts/codec'
 *
 * deepStrictEqual(codec.decode(codec.PositiveInteger)(32), E.right(32))
 * ok([0, -1, 1.5, NaN, Infinity, '32', null].every((x) => E.isLeft(codec.decode(codec.PositiveInteger)(x))))
 * @category numbers
 * @since 0.1.0
 */
export const PositiveInteger = branded<PositiveIntegerBrand>(
  'PositiveInteger',
  'a whole number of at least 1',
  (value) => Number.isSafeInteger(value) && value >= 1
)

/** What makes a number a {@link NonNegativeInteger}. @category numbers @since 0.1.0 */
export interface NonNegativeIntegerBrand {
  readonly NonNegativeInteger: unique symbol
}
/** A whole number of at least 0, within ±(2⁵³ − 1). @category numbers @since 0.1.0 */
export type NonNegativeInteger = t.Branded<number, NonNegativeIntegerBrand>
/** A whole number of at least 0: how often, or which one counted from 0. @category numbers @since 0.1.0 */
export const NonNegativeInteger = branded<NonNegativeIntegerBrand>(
  'NonNegativeInteger',
  'a whole number of at least 0',
  (value) => Number.isSafeInteger(value) && value >= 0
)

/** What makes a number a {@link Rate}. @category numbers @since 0.1.0 */
export interface RateBrand {
  readonly Rate: unique symbol
}
/** A finite number above 0. @category numbers @since 0.1.0 */
export type Rate = t.Branded<number, RateBrand>
/** A finite number above 0: a learning rate, a small `epsilon`. @category numbers @since 0.1.0 */
export const Rate = branded<RateBrand>(
  'Rate',
  'a finite number above 0',
  (value) => Number.isFinite(value) && value > 0
)

/** What makes a number a {@link NonNegative}. @category numbers @since 0.1.0 */
export interface NonNegativeBrand {
  readonly NonNegative: unique symbol
}
/** A finite number of at least 0. @category numbers @since 0.1.0 */
export type NonNegative = t.Branded<number, NonNegativeBrand>
/** A finite number of at least 0: a strength, a spread. @category numbers @since 0.1.0 */
export const NonNegative = branded<NonNegativeBrand>(
  'NonNegative',
  'a finite number of at least 0',
  (value) => Number.isFinite(value) && value >= 0
)

/** What makes a number a {@link Finite}. @category numbers @since 0.1.0 */
export interface FiniteBrand {
  readonly Finite: unique symbol
}
/** A finite number. @category numbers @since 0.1.0 */
export type Finite = t.Branded<number, FiniteBrand>
/** A finite number, of either sign. @category numbers @since 0.1.0 */
export const Finite = branded<FiniteBrand>('Finite', 'a finite number', Number.isFinite)

/** What makes a number a {@link Probability}. @category numbers @since 0.1.0 */
export interface ProbabilityBrand {
  readonly Probability: unique symbol
}
/** A number from 0 to 1. @category numbers @since 0.1.0 */
export type Probability = t.Branded<number, ProbabilityBrand>
/** A number from 0 to 1, both included. @category numbers @since 0.1.0 */
export const Probability = branded<ProbabilityBrand>(
  'Probability',
  'a number from 0 to 1',
  (value) => value >= 0 && value <= 1
)

/** What makes a number a {@link KeepProbability}. @category numbers @since 0.1.0 */
export interface KeepProbabilityBrand {
  readonly KeepProbability: unique symbol
}
/** A number above 0 and at most 1. @category numbers @since 0.1.0 */
export type KeepProbability = t.Branded<number, KeepProbabilityBrand>
/** A number above 0 and at most 1: the share that dropout keeps. @category numbers @since 0.1.0 */
export const KeepProbability = branded<KeepProbabilityBrand>(
  'KeepProbability',
  'a number above 0 and at most 1',
  (value) => value > 0 && value <= 1
)

/** What makes a number a {@link Share}. @category numbers @since 0.1.0 */
export interface ShareBrand {
  readonly Share: unique symbol
}
/** A number above 0 and at most 1. @category numbers @since 0.1.0 */
export type Share = t.Branded<number, ShareBrand>
/** A number above 0 and at most 1: a part that may be everything, such as that of a batch in running statistics. @category numbers @since 0.1.0 */
export const Share = branded<ShareBrand>('Share', 'a number above 0 and at most 1', (value) => value > 0 && value <= 1)

/** What makes a number a {@link Fraction}. @category numbers @since 0.1.0 */
export interface FractionBrand {
  readonly Fraction: unique symbol
}
/** A number above 0 and below 1. @category numbers @since 0.1.0 */
export type Fraction = t.Branded<number, FractionBrand>
/** A number above 0 and below 1: a part that is neither nothing nor everything. @category numbers @since 0.1.0 */
export const Fraction = branded<FractionBrand>(
  'Fraction',
  'a number above 0 and below 1',
  (value) => value > 0 && value < 1
)

/** What makes a number a {@link Decay}. @category numbers @since 0.1.0 */
export interface DecayBrand {
  readonly Decay: unique symbol
}
/** A number of at least 0 and below 1. @category numbers @since 0.1.0 */
export type Decay = t.Branded<number, DecayBrand>
/** A number of at least 0 and below 1: how much of a moving average is kept. @category numbers @since 0.1.0 */
export const Decay = branded<DecayBrand>(
  'Decay',
  'a number of at least 0 and below 1',
  (value) => value >= 0 && value < 1
)

/** What makes a number a {@link Seed}. @category numbers @since 0.1.0 */
export interface SeedBrand {
  readonly Seed: unique symbol
}
/** A whole number within ±(2⁵³ − 1). @category numbers @since 0.1.0 */
export type Seed = t.Branded<number, SeedBrand>
/** A whole number within ±(2⁵³ − 1), for `random.key`. @category numbers @since 0.1.0 */
export const Seed = branded<SeedBrand>('Seed', 'a whole number within ±(2^53 − 1)', Number.isSafeInteger)
