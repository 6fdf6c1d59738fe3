/** The bars and what was measured, as a table. */
import { type Bar, bars, type MedianBar, medians } from './bars.ts'
import { type Figure, mustAgree } from './figure.ts'
import { timingOf } from './measure.ts'

/** A figure with three significant digits, or all before the point. */
export const number = (value: number): string =>
  value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)))

const told = ({ value, metric }: Figure): string => {
  const [large, unit] = value >= 1e6 ? ([value / 1e6, ` M ${metric}`] as const) : ([value, ` ${metric}`] as const)
  return number(large) + unit
}

interface Row {
  readonly cells: readonly string[]
  readonly met: boolean | null
}

const finder =
  (figures: readonly Figure[], workload: string) =>
  (variant: string): Figure | undefined =>
    figures.find((f) => f.workload === workload && f.variant === variant)

const rowOf =
  (figures: readonly Figure[]) =>
  ({ workload, what, own, against, agree, least, most }: Bar): readonly Row[] => {
    const find = finder(figures, workload)
    const mine = find(own)
    if (mine === undefined) return []
    const row = (theirs: string, ratio: string, bar: string, met: boolean | null): readonly Row[] => [
      { cells: [workload, what, told(mine), theirs, ratio, bar], met }
    ]
    if (least !== undefined) return row('', '', `≥ ${least}`, mine.value >= least)
    if (most !== undefined) return row('', '', `≤ ${most}`, mine.value <= most)
    const theirs = find(against!.peer)
    const bar = `${against!.ahead} ×`
    if (theirs === undefined) return row(`${against!.peer.split(' ')[0]!} not measured`, '', bar, null)
    if (agree !== undefined) mustAgree(what, mine.check!, theirs.check!, agree)
    const ratio = mine.value / theirs.value
    const name = against!.peer.split(' ')[0]!
    return row(`${name}: ${told(theirs)}`, `${number(ratio)} ×`, bar, ratio >= against!.ahead)
  }

const medianRow =
  (figures: readonly Figure[]) =>
  ({ workload, what, of, ahead }: MedianBar): readonly Row[] => {
    const find = finder(figures, workload)
    const ratios = of.flatMap(({ own, against }) => {
      const [mine, theirs] = [find(own), find(against!.peer)]
      return mine === undefined || theirs === undefined ? [] : [mine.value / theirs.value]
    })
    if (ratios.length === 0) return []
    const { median } = timingOf(ratios)
    return [{ cells: [workload, what, '', '', `${number(median)} ×`, `${ahead} ×`], met: median >= ahead }]
  }

const mark = { true: 'yes', false: '**no**', null: '' } as const

/** In Markdown, a row for each bar that something was measured of. */
export const tableOf = (figures: readonly Figure[]): string => {
  const header = ['', 'what', 'grad-ts', 'beside', 'ahead', 'asked', 'met']
  const rows = [...bars.flatMap(rowOf(figures)), ...medians.flatMap(medianRow(figures))].map(({ cells, met }) => [
    ...cells,
    mark[`${met}`]
  ])
  const widths = header.map((title, i) => Math.max(3, title.length, ...rows.map((row) => row[i]!.length)))
  const line = (cells: readonly string[]): string => `| ${cells.map((c, i) => c.padEnd(widths[i]!)).join(' | ')} |`
  return [line(header), line(widths.map((n) => '-'.repeat(n))), ...rows.map(line)].join('\n')
}
