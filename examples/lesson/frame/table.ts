/** Tables of the plotted series. */
import type { Named, ReportTable } from '../../../src/report/index.ts'
import { rounded } from '../../world/text.ts'

interface Along {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** A row for each x, a column for each series; all series share the x of the first. */
export const tabled =
  ({
    caption,
    xTitle,
    significant = 3
  }: {
    readonly caption: string
    readonly xTitle: string
    readonly significant?: number
  }) =>
  (series: Named<Along>): ReportTable => {
    const [first] = Object.values(series)
    const round = rounded(significant)
    return {
      caption,
      columns: [xTitle, ...Object.keys(series)],
      rows: (first?.x ?? []).map((x, i) => [x, ...Object.values(series).map(({ y }) => round(y[i] ?? NaN))])
    }
  }

/** A value of each run, by the name of the run: the argument of charts of several runs. */
export const named =
  <R extends { readonly name: string }>(runs: readonly R[]) =>
  <A>(of: (run: R) => A): Named<A> =>
    Object.fromEntries(runs.map((run) => [run.name, of(run)]))
