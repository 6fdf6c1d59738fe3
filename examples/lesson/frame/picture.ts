/** Pictures for both kinds of reader: a chart for the report, a plot in letters for the terminal. */
import { grad, linspace, sum, type Tensor, type Vec } from '../../../src/index.ts'
import {
  type Chart,
  type Curve,
  decisionBoundary,
  functionPlot,
  type FunctionSettings,
  type Grid,
  type History,
  learningCurves,
  lines,
  type LineSettings,
  type Named,
  type Numbers,
  type Series
} from '../../../src/report/index.ts'
import { plotBoundary, plotLines, type PlotSettings, type TextSettings } from '../../../src/terminal/index.ts'

export interface Picture {
  readonly chart: Chart
  /** Not every chart has a form in letters. */
  readonly plot?: (settings: Pick<TextSettings, 'color'>) => string
}

/** A chart that has no form in letters. */
export const only = (chart: Chart): Picture => ({ chart })

/** A chart beside the same lines in letters. */
export const withLines =
  (settings: PlotSettings, series: Parameters<ReturnType<typeof plotLines>>[0]) =>
  (chart: Chart): Picture => ({ chart, plot: (look) => plotLines({ ...settings, ...look })(series) })

/** Lines, or points, by name. */
export const drawn =
  ({ height, ...settings }: Omit<LineSettings, 'x'> & Pick<TextSettings, 'height'>) =>
  (series: Named<Series>): Picture =>
    withLines(height === undefined ? settings : { ...settings, height }, series)(lines(settings)(series))

/** Functions of one number, each with the derivative that differentiation gives; in letters that of a single one. */
export const functions =
  ({ height = 9, ...settings }: FunctionSettings & Pick<TextSettings, 'height'>) =>
  (named: Named<Curve>): Picture => {
    const [from, to] = settings.x ?? [-5, 5]
    const x = linspace(from, to, settings.samples ?? 201)
    const slope = (f: Curve) => grad((z: Vec) => sum(f(z)))(x)
    const drawn = Object.entries(named).flatMap(([name, f]) => [
      [name, { x, y: f(x) }] as const,
      ...(Object.keys(named).length === 1 ? [['derivative', { x, y: slope(f) }] as const] : [])
    ])
    return withLines(
      { title: settings.title ?? '', xTitle: settings.xTitle ?? 'x', height },
      Object.fromEntries(drawn)
    )(functionPlot(settings)(named))
  }

interface CurveSettings {
  readonly title: string
  readonly figures?: readonly string[]
  readonly scale?: 'linear' | 'log'
  readonly last?: number
  /** Epochs to mark, by name. */
  readonly marks?: Named<number>
}

/**
 * The learning curves of one run or more. In letters the losses alone: of one run both, of several those on new examples,
 * where they were taken. Of one run epochs can be marked.
 */
export const curves =
  (settings: CurveSettings) =>
  (runs: Named<History>): Picture => {
    const { title, scale = 'linear', last = Infinity } = settings
    const [single] = Object.keys(runs).length === 1 ? Object.values(runs) : []
    const along = (figure: 'loss' | 'validationLoss', history: History): Series => {
      const shown = history.slice(-last)
      return { x: shown.map(({ epoch }) => epoch), y: shown.map((record) => record[figure] ?? NaN) }
    }
    const validated = Object.values(runs).every(([first]) => first?.validationLoss !== undefined)
    const figure = validated ? 'validationLoss' : 'loss'
    const losses =
      single !== undefined && validated
        ? { training: along('loss', single), validation: along('validationLoss', single) }
        : Object.fromEntries(Object.entries(runs).map(([name, history]) => [name, along(figure, history)]))
    const marks = Object.entries(settings.marks ?? {}).map(([name, epoch]) => {
      const at = single?.filter((record) => record.epoch === epoch) ?? []
      return [name, { ...along(figure, at), as: 'points' }] as const
    })
    const yTitle = single === undefined && validated ? 'loss on new examples' : 'loss'
    return withLines(
      { title, yScale: scale, xTitle: 'epoch', yTitle },
      { ...losses, ...Object.fromEntries(marks) }
    )(learningCurves(settings)(single ?? runs))
  }

/** Where a classifier decides for what, with the points it learned from. */
export const boundary =
  (title: string) =>
  (grid: Grid, points: Tensor<[number, 2]>, labels: Numbers): Picture => ({
    chart: decisionBoundary({ title })({ grid, points, labels }),
    plot: (look) => plotBoundary({ title, ...look })({ grid, points, labels })
  })
