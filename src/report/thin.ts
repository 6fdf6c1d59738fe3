import { PLOT_WIDTH } from './chart.ts'

/** What is drawn of very many points: no more than a picture of this size can show. */

/** Most points of a series that are drawn as they are. */
const MOST = 3 * PLOT_WIDTH

/** Stretches of all series of a chart together. */
const MOST_STRETCHES = 12 * PLOT_WIDTH

/**
 * The places of a series that a line needs in order to look as it does with all of them: of each stretch, about as wide as
 * a pixel, the smallest and the largest number and the first gap; and both ends. `series` is how many share the chart.
 */
export const shownOfLine = (y: readonly (number | null)[], series = 1): readonly number[] => {
  const stretches = Math.max(16, Math.min(PLOT_WIDTH, Math.floor(MOST_STRETCHES / series)))
  const places = y.map((_, i) => i)
  if (y.length <= Math.min(MOST, 3 * stretches)) return places
  const bound = (k: number): number => Math.floor((k * y.length) / stretches)
  const kept = Array.from({ length: stretches }, (_, k) => places.slice(bound(k), bound(k + 1))).flatMap((stretch) => {
    const drawn = stretch.filter((i) => y[i] !== null)
    const least = drawn.reduce((best, i) => (y[i]! < y[best]! ? i : best), drawn[0] ?? 0)
    const most = drawn.reduce((best, i) => (y[i]! > y[best]! ? i : best), drawn[0] ?? 0)
    const gap = stretch.find((i) => y[i] === null)
    return [...(drawn.length > 0 ? [least, most] : []), ...(gap === undefined ? [] : [gap])]
  })
  return [...new Set([0, ...kept, y.length - 1])].toSorted((a, b) => a - b)
}

/** Most single points that are drawn as they are; of more, one in each cell of a grid of about twice as many. */
const MOST_POINTS = 2000
const CELLS = 64

/**
 * The places of points, given by where they stand across and up from 0 to 1, that hide those left out: the last in each cell
 * of a fine grid, as the last is on top.
 */
export const shownOfPoints = (across: readonly number[], up: readonly number[]): readonly number[] => {
  if (across.length <= MOST_POINTS) return across.map((_, i) => i)
  const cell = (part: number): number => Math.min(CELLS - 1, Math.max(0, Math.floor(part * CELLS)))
  const last = new Map(across.map((part, i) => [CELLS * cell(part) + cell(up[i]!), i] as const))
  return [...last.values()].toSorted((a, b) => a - b)
}

/** Whether a point has a gap, or nothing, on both sides: a line through it has no length. */
export const isAlone = (y: readonly (number | null)[], i: number): boolean =>
  y[i] !== null && (y[i - 1] ?? null) === null && (y[i + 1] ?? null) === null
