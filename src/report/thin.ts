import { PLOT_WIDTH } from './chart.ts'

/** What is drawn of very many points: no more than a picture of this size can show. */

/** Most points of a series that are drawn as they are. */
const MOST = 3 * PLOT_WIDTH

/** Stretches of all series of a chart together. */
const MOST_STRETCHES = 12 * PLOT_WIDTH

/**
 * The indices of a series that a line needs in order to look as it does with all of them: of each stretch, about as wide as
 * a pixel, the smallest and the largest number and the first gap; and both ends. `series` is how many share the chart.
 */
export const thinLine = (y: readonly (number | null)[], series: number): readonly number[] => {
  const stretches = Math.max(16, Math.min(PLOT_WIDTH, Math.floor(MOST_STRETCHES / series)))
  const all = y.map((_, i) => i)
  if (y.length <= Math.min(MOST, 3 * stretches)) return all
  const bound = (k: number): number => Math.floor((k * y.length) / stretches)
  const kept = Array.from({ length: stretches }, (_, k) => all.slice(bound(k), bound(k + 1))).flatMap((stretch) => {
    const drawn = stretch.filter((i) => y[i] !== null)
    const least = drawn.reduce((best, i) => (y[i]! < y[best]! ? i : best), drawn[0] ?? 0)
    const most = drawn.reduce((best, i) => (y[i]! > y[best]! ? i : best), drawn[0] ?? 0)
    return [least, most, stretch.find((i) => y[i] === null) ?? 0]
  })
  return [...new Set([0, ...kept, y.length - 1])].toSorted((a, b) => a - b)
}

/** Most single points that are drawn as they are; of more, one in each cell of a grid of about twice as many. */
const MOST_POINTS = 2000
const CELLS = 64

/** The points, placed across and up from 0 to 1, that hide those left out: in each cell of a fine grid the last, on top. */
export const thinPoints = <A>(points: readonly A[], placeOf: (point: A) => readonly [number, number]): readonly A[] => {
  if (points.length <= MOST_POINTS) return points
  const cell = (place: number): number => Math.min(CELLS - 1, Math.max(0, Math.floor(place * CELLS)))
  const cellOf = ([x, y]: readonly [number, number]): number => CELLS * cell(x) + cell(y)
  return [...new Map(points.map((point) => [cellOf(placeOf(point)), point] as const)).values()]
}

/** Whether a point has a gap, or nothing, on both sides: a line through it has no length. */
export const isAlone = (y: readonly (number | null)[], i: number): boolean =>
  y[i] !== null && (y[i - 1] ?? null) === null && (y[i + 1] ?? null) === null
