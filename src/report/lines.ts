import * as kinds from '../kinds/index.ts'
import * as numbers from '../plot/numbers.ts'
import { type Coordinates, coordinatesOf, type Series } from '../plot/series.ts'
import * as plot from '../plot/settings.ts'
import { fail } from '../tensor/errors.ts'
import { counted, readable } from '../tensor/text.ts'
import { quantityOf } from './axis.ts'
import { type Chart, chart, legendOf, lineLegend, PLOT_WIDTH } from './chart.ts'
import { colorScale, dashScale, okabeIto, shapeScale } from './color.ts'
import type { JsonObject } from './json.ts'
import { isAlone, thinLine, thinPoints } from './thin.ts'

/** Lines, and points beside them. */

/** The color of a name among all of them, told by another channel too; one name needs neither. */
const distinguish = (channel: string, scale: JsonObject, all: readonly string[], legend: JsonObject): JsonObject => {
  const field = { field: 'series', type: 'nominal', legend }
  return all.length < 2
    ? { color: { value: okabeIto[0]! } }
    : { color: { ...field, scale: colorScale(all) }, [channel]: { ...field, scale } }
}

/** Color and dash of a line by its name; `all` may hold the names of points too. */
export const byName = (names: readonly string[], all: readonly string[] = names): JsonObject =>
  distinguish('strokeDash', dashScale(names), all, lineLegend(names))

/** Encodings of marks that stand beside others with a legend. */
export const withoutLegend = (look: JsonObject): JsonObject => {
  const color = look['color'] as JsonObject
  return { color: 'field' in color ? { ...color, legend: null } : color }
}

/** What a panel of lines shows beside the lines. */
export interface PanelSettings {
  readonly xTitle: string
  readonly yTitle: string
  readonly xScale?: numbers.ScaleType
  readonly yScale?: numbers.ScaleType
  readonly height: number
  /** The ends of the x axis; those of the data when left out. */
  readonly x?: numbers.Interval | undefined
  /** Whether 0 is kept in sight. */
  readonly zero?: boolean
  /** Whether a line has a point at each number. */
  readonly dotted?: boolean
  /** How the numbers beside the y axis are written, in place of what suits them. */
  readonly format?: string | undefined
  /** What the numbers are called in the data; `x` and `y` when left out. */
  readonly fields?: readonly [x: string, y: string]
  /** How lines are told apart, in place of their names. */
  readonly look?: JsonObject
}

/** A panel, and the channel of its x axis. */
interface Panel {
  readonly panel: JsonObject & { readonly layer: readonly JsonObject[] }
  readonly x: JsonObject
}

const dot = { type: 'point', filled: true, size: 28, opacity: 0.75, clip: true }

/** Lines and points over a pair of axes; what the scales cannot show leaves a gap. */
export const linePanel = (
  what: string,
  all: readonly (Coordinates & { readonly row?: JsonObject })[],
  { xTitle, yTitle, xScale = 'linear', yScale = 'linear', height, x: ends, ...more }: PanelSettings
): Panel => {
  const { zero = false, dotted = false, format, fields = ['x', 'y'] } = more
  const [xs, ys] = [ends ?? all.flatMap(({ x }) => x), all.flatMap(({ y }) => y)]
  const across = quantityOf(what, xTitle, xs, { type: xScale })
  const up = quantityOf(what, yTitle, ys, { type: yScale, zero, format })
  const placeX = numbers.placeOn(xScale, numbers.extent(xs.filter(numbers.isOnScale(xScale))))
  const placeY = numbers.placeOn(yScale, numbers.extent(ys.filter(numbers.isOnScale(yScale))))
  const rows = all.flatMap(({ name, as, x, y, row = { series: name, as } }): readonly JsonObject[] => {
    const places = x.map(across.of)
    const heights = y.map((value, i) => (places[i] === null ? null : up.of(value)))
    const shown =
      as === 'line'
        ? thinLine(heights, all.length)
        : thinPoints(
            heights.flatMap((at, i) => (at === null ? [] : [i])),
            (i) => [placeX(x[i]!), placeY(y[i]!)]
          )
    return shown.map((i) => ({
      ...row,
      [fields[0]]: places[i]!,
      [fields[1]]: heights[i]!,
      ...(as === 'line' && isAlone(heights, i) ? { alone: true } : {})
    }))
  })
  const integers = xScale === 'linear' && xs.every(Number.isInteger) ? { tickMinStep: 1 } : {}
  const exactly = { zero: false, nice: false, ...(ends === undefined ? {} : { domain: ends.map(across.of) }) }
  const x = across.channel(fields[0], { scale: xScale === 'log' ? {} : exactly, axis: integers })
  const encoding = { x, y: up.channel(fields[1]) }
  const names = all.map(({ name }) => name)
  const namesOf = (kind: Coordinates['as']) => names.filter((_, i) => all[i]!.as === kind)
  const [points, lines] = [namesOf('points'), namesOf('line')]
  const pointLook = (): JsonObject =>
    distinguish('shape', shapeScale(points), names, legendOf(points, { values: [...points], symbolSize: 60 }))
  const lineLook = more.look ?? byName(lines, names)
  const line = { type: 'line', strokeWidth: 2, clip: true, ...(dotted ? { point: { size: 30, strokeWidth: 0 } } : {}) }
  const layer = (isThere: boolean, filter: string, mark: JsonObject, look: JsonObject): readonly JsonObject[] =>
    isThere ? [{ transform: [{ filter }], mark, encoding: { ...encoding, ...look } }] : []
  const panel = {
    width: PLOT_WIDTH,
    height,
    data: { values: rows },
    layer: [
      ...layer(points.length > 0, "datum.as === 'points'", dot, pointLook()),
      ...layer(lines.length > 0, "datum.as !== 'points'", line, lineLook),
      // a number between two gaps is a point
      ...layer(
        !dotted && rows.some((row) => 'alone' in row),
        'datum.alone',
        { ...dot, opacity: 1 },
        withoutLegend(lineLook)
      )
    ],
    // points and lines each have a legend of their own
    ...(points.length > 0 && lines.length > 0
      ? { resolve: { scale: { color: 'independent', shape: 'independent', strokeDash: 'independent' } } }
      : {})
  }
  return { panel, x }
}

const lineSettings = kinds.settings('lines', {
  title: [kinds.text, 'Lines'],
  xTitle: [kinds.text, 'x'],
  yTitle: [kinds.text, 'y'],
  xScale: plot.scale,
  yScale: plot.scale,
  /** The part of the x axis to show; all of it when left out. */
  x: [plot.interval, undefined]
})

/** Settings of lines. @category settings @since 0.1.0 */
export interface LineSettings extends kinds.Given<typeof lineSettings.fields> {}

/**
 * One line or more, with points where a series asks for them: a schedule over its steps, a fitted curve over its data, the
 * variance of each layer. What is not finite, or not above 0 on a log scale, leaves a gap, and the description says how many
 * there are. Of very many points no more are drawn than can be seen.
 *
 * @throws ValueError when there is no series, or a log scale has nothing above 0 to show, and for an argument or a setting
 * that is not of its kind
 * @throws ShapeError when a series has not as many x as y
 * @example
 * import { strictEqual } from 'assert'
 * import { lines } from 'grad-ts/report'
 *
 * const chart = lines({ title: 'Fit', xTitle: 'size (m²)', yTitle: 'price (k€)' })({
 *   houses: { x: [50, 80, 120], y: [110, 160, 255], as: 'points' },
 *   fit: { x: [50, 120], y: [105, 250] }
 * })
 * strictEqual(chart.description, 'Fit: 2 series; price (k€) from 105 to 255 over size (m²) from 50 to 120.')
 * @category charts
 * @since 0.1.0
 */
export const lines = (given: LineSettings = {}) => {
  const { title, xTitle, yTitle, xScale, yScale, x: part } = lineSettings.read(given)
  return (series: numbers.Named<Series>): Chart => {
    const all = coordinatesOf('lines', series).map((one) => {
      const isShown = (_: number, i: number): boolean =>
        part === undefined || (one.x[i]! >= part[0] && one.x[i]! <= part[1])
      return { ...one, x: one.x.filter(isShown), y: one.y.filter(isShown) }
    })
    const [xs, ys] = [all.flatMap(({ x }) => x), all.flatMap(({ y }) => y)]
    if (xs.length === 0) return fail('ValueError', `lines: no point lies between x = ${part?.[0]} and x = ${part?.[1]}`)
    const [isX, isY] = [numbers.isOnScale(xScale), numbers.isOnScale(yScale)]
    const gaps = all.flatMap(({ name, x, y }) => [
      ...numbers.gapsOf(`x of ${name}`, x, isX),
      ...numbers.gapsOf(name, y, isY)
    ])
    const range = (name: string, values: readonly number[]): string => {
      const [from, to] = numbers.extent(values)
      return `${name} from ${readable(from)} to ${readable(to)}`
    }
    const ranges = ys.some(isY)
      ? `${range(yTitle, ys.filter(isY))} over ${range(xTitle, xs.filter(isX))}`
      : 'nothing to draw'
    return chart(
      { title, summary: [`${counted(all.length, 'series', 'series')}; ${ranges}`], gaps },
      linePanel('lines', all, { xTitle, yTitle, xScale, yScale, height: 190 }).panel
    )
  }
}
