/** What a workload tells. */
import type { Timing } from './measure.ts'

export interface Figure {
  readonly workload: string
  readonly variant: string
  readonly metric: string
  readonly value: number
  readonly min: number
  readonly max: number
  /** What it must not exceed. */
  readonly bar?: number
}

export interface Workload {
  readonly name: string
  readonly what: string
  readonly run: () => readonly Figure[]
}

/** A timing in the unit of its metric. */
export const figure = (
  workload: string,
  variant: string,
  metric: string,
  unit: number,
  { median, min, max }: Timing,
  bar?: number
): Figure => ({
  workload,
  variant,
  metric,
  value: median / unit,
  min: min / unit,
  max: max / unit,
  ...(bar === undefined ? {} : { bar })
})

/** How many times as long, at the medians; the range is that of the worst pairs. */
export const ratio = (workload: string, own: Timing, other: Timing): Figure => ({
  workload,
  variant: 'grad-ts / by hand',
  metric: 'times',
  value: own.median / other.median,
  min: own.min / other.max,
  max: own.max / other.min
})

/** Refuses to time two things that do not compute the same. */
export const mustAgree = (what: string, own: number, other: number): void => {
  if (!(Math.abs(own - other) <= 1e-9 * Math.abs(other)))
    throw new Error(`${what}: the library's loss is ${own}, the one by hand ${other}; one of the two is wrong`)
}
