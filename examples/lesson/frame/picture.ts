/** Pictures: a chart for the report, and a text plot for the terminal. */
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
  /** Not every chart has a text plot. */
  readonly plot?: (settings: Pick<TextSettings, 'color'>) => string
}

/** A chart without a text plot. */
export const only = (chart: Chart): Picture => ({ chart })

/** A chart with a text plot of the same lines. */
const withLines =
  (settings: PlotSettings, series: Parameters<ReturnType<typeof plotLines>>[0]) =>
  (chart: Chart): Picture => ({ chart, plot: (look) => plotLines({ ...settings, ...look })(series) })

/** Lines, or points, by name. */
export const drawn =
  ({ height, ...settings }: Omit<LineSettings, 'x'> & Pick<TextSettings, 'height'>) =>
  (series: Named<Series>): Picture =>
    withLines(height === undefined ? settings : { ...settings, height }, series)(lines(settings)(series))

/** Functions of one number, with their derivatives; the text plot has the derivative of a single function only. */
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
 * Learning curves of one run or several. The text plot shows losses only: training and validation loss of one run, the
 * validation losses of several. Epochs of a single run can be marked.
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
    const yTitle = single === undefined && validated ? 'validation loss' : 'loss'
    return withLines(
      { title, yScale: scale, xTitle: 'epoch', yTitle },
      { ...losses, ...Object.fromEntries(marks) }
    )(learningCurves(settings)(single ?? runs))
  }

/** The decision boundary of a classifier, with its training points. */
export const boundary =
  (title: string) =>
  (grid: Grid, points: Tensor<[number, 2]>, labels: Numbers): Picture => ({
    chart: decisionBoundary({ title })({ grid, points, labels }),
    plot: (look) => plotBoundary({ title, ...look })({ grid, points, labels })
  })
