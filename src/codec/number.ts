import * as kinds from '../kinds/index.ts'
import { fromKind } from './kinds.ts'

/** Types of the numbers that settings are made of, to make types of one's own with. */

/**
 * A whole number of at least 1, within ±(2⁵³ − 1): a size of a batch or of a layer.
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
export const PositiveInteger = fromKind(kinds.size, 'PositiveInteger')
/** A whole number of at least 0: how often, or which one counted from 0. @category numbers @since 0.1.0 */
export const NonNegativeInteger = fromKind(kinds.index, 'NonNegativeInteger')
/** A finite number above 0: a learning rate, a small `epsilon`. @category numbers @since 0.1.0 */
export const Rate = fromKind(kinds.positive, 'Rate')
/** A finite number of at least 0: a strength, a spread. @category numbers @since 0.1.0 */
export const NonNegative = fromKind(kinds.notNegative, 'NonNegative')
/** A finite number, of either sign. @category numbers @since 0.1.0 */
export const Finite = fromKind(kinds.finite, 'Finite')
/** A number from 0 to 1, both included. @category numbers @since 0.1.0 */
export const Probability = fromKind(kinds.probability, 'Probability')
/** A number above 0 and below 1: a part that is neither nothing nor everything. @category numbers @since 0.1.0 */
export const Fraction = fromKind(kinds.share, 'Fraction')
