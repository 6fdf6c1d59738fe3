/** What a workload tells. */
import type { Timing } from './measure.ts'

export interface Figure {
  readonly workload: string
  /** Who, and what of the workload: `grad-ts b50`. */
  readonly variant: string
  readonly metric: string
  readonly value: number
  readonly min: number
  readonly max: number
  /** A number that shows that all computed the same: a loss, a norm. */
  readonly check?: number
}

export interface Workload {
  readonly name: string
  readonly what: string
  readonly run: () => Iterable<Figure>
}

/** How much of a unit of work is done in a second. */
export const rate =
  (workload: string, metric: string) =>
  (variant: string, work: number, { median, min, max }: Timing, check?: number): Figure => ({
    workload,
    variant,
    metric,
    value: work / median,
    min: work / max,
    max: work / min,
    ...(check === undefined ? {} : { check })
  })

/** How long something takes, in a unit given in seconds. */
export const duration =
  (workload: string, metric: string, unit: number) =>
  (variant: string, { median, min, max }: Timing): Figure => ({
    workload,
    variant,
    metric,
    value: median / unit,
    min: min / unit,
    max: max / unit
  })

/** How many times as long, at the medians; the range is that of the worst pairs. */
export const ratio = (workload: string, variant: string, own: Timing, other: Timing): Figure => ({
  workload,
  variant,
  metric: 'times',
  value: own.median / other.median,
  min: own.min / other.max,
  max: own.max / other.min
})

/** Refuses to time two things that do not compute the same. */
export const mustAgree = (what: string, own: number, other: number, tolerance = 1e-9): void => {
  if (!(Math.abs(own - other) <= tolerance * Math.abs(other)))
    throw new Error(`${what}: one gives ${own}, the other ${other}; one of the two is wrong`)
}
