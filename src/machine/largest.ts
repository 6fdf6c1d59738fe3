import type { Lanes } from './lanes.ts'
import { local, type Local, type Value } from './wasm.ts'

/**
 * The largest of many vectors, lane by lane. The maximum that knows NaN and the sign of 0 takes eight instructions, each
 * waiting for the last; here each vector takes four that do not wait, and what they leave out is told at the end.
 */
export interface Largest {
  /** The largest, without regard to NaN; of 0 and −0 the first one met. */
  readonly top: Local
  /** The bits that all have in common: the sign of 0, where that is the largest. */
  readonly common: Local
  /** All ones, which is a NaN, where one was met. */
  readonly nans: Local
}

type Sets = readonly (readonly [Local, Value])[]

/** Accumulators of vectors side by side; only the tops wait for one another. */
export const largestOf = (count: number): readonly Largest[] => {
  const [common, nans] = [local('v128'), local('v128')]
  return Array.from({ length: count }, () => ({ top: local('v128'), common, nans }))
}

/** Of none. */
export const startLargest = (l: Lanes, { top, common, nans }: Largest): Sets => [
  [top, l.constant(-Infinity)],
  [common, l.pattern(-1n)],
  [nans, l.constant(0)]
]

export const joinLargest = (l: Lanes, { top, common, nans }: Largest, x: Value): Sets => [
  [top, l.pmax(top, x)],
  [common, l.and(common, x)],
  [nans, l.or(nans, l.ne(x, x))]
]

/** NaN where there was one; −0 where all others are below it. */
export const valueOfLargest = (l: Lanes, { top, common, nans }: Largest): Value =>
  l.or(l.select(l.eq(top, l.constant(0)), l.and(common, l.constant(-0)), top), nans)
