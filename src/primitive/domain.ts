import type { Interval } from './primitive.ts'

/** Intervals that primitives are sampled from. */

export const reals: Interval = { min: -3, max: 3, avoid: [] }
export const positive: Interval = { min: 0.2, max: 4, avoid: [] }
export const nonZero: Interval = { min: -3, max: 3, avoid: [0] }
/** Above −1, for `log1p`. */
export const aboveMinusOne: Interval = { min: -0.7, max: 3, avoid: [] }
export const zeroOrOne: Interval = { min: 0, max: 1, avoid: [0.5] }
