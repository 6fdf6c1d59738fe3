import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import { asFunction } from '../tensor/given.ts'
import {
  anyNumbers,
  extent,
  gapsOf,
  gapsTold,
  type Interval,
  isPlaced,
  type Named,
  namedOf,
  partOf,
  type ScaleType
} from '../plot/numbers.ts'
import { type Read, readSeries, type Series } from '../plot/series.ts'
import * as plot from '../plot/settings.ts'
import { counted, readable, sentences } from '../tensor/text.ts'
import { quantityOf } from './axis.ts'
import { type AxisSettings, type Chart, chart, legendOf, lineLegend, PLOT_WIDTH } from './chart.ts'
import type { JsonObject } from './json.ts'
import { colorScale, dashScale, okabeIto, shapeScale } from './color.ts'
import { isAlone, shownOfLine, shownOfPoints } from './thin.ts'

/** Lines, and points beside them. */

/** Settings of lines. @category settings @since 0.1.0 */
export interface LineSettings extends AxisSettings {
  readonly xScale?: ScaleType
  readonly yScale?: ScaleType
  /** The part of the x axis to show; all of it when left out. */
  readonly x?: Interval
}

/** Where numbers lie on a scale, from 0 to 1. */
const partsOn = (type: ScaleType, values: readonly number[]): readonly number[] => {
  const places = type === 'log' ? values.map(Math.log) : values
  const [least, most] = extent(places)
  return places.map((place) => (least === most ? 0.5 : partOf(place, least, most)))
}

/** Series told apart by colour, and by another channel too, in one legend; `all` may hold more than these. */
const apart = (
  channel: 'strokeDash' | 'shape',
  names: readonly string[],
  all: readonly string[],
  legend: JsonObject
): JsonObject => {
  const field = { field: 'series', type: 'nominal' }
  return all.length < 2
    ? { color: { value: okabeIto[0]! } }
    : {
        color: { ...field, scale: colorScale(all), legend },
        [channel]: { ...field, scale: (channel === 'shape' ? shapeScale : dashScale)(names), legend }
      }
}

/** Colour and dash of a line by its name. */
export const byName = (names: readonly string[], all: readonly string[] = names): JsonObject =>
  apart('strokeDash', names, all, lineLegend(names, { values: [...names] }))

/** What a panel of lines shows beside the lines. */
export interface PanelSettings {
  readonly xTitle: string
  readonly yTitle: string
  readonly xScale?: ScaleType
  readonly yScale?: ScaleType
  readonly height: number
  /** The ends of the x axis; those of the data when left out. */
  readonly x?: Interval
  /** Whether 0 is kept in sight. */
  readonly zero?: boolean
  /** Whether a line has a point at each number. */
  readonly dotted?: boolean
  /** How the numbers beside the y axis are written, in place of what suits them. */
  readonly format?: string
  /** What the numbers are called in the data; `x` and `y` when left out. */
  readonly fields?: { readonly x: string; readonly y: string }
  /** How lines are told apart, in place of their names. */
  readonly look?: JsonObject
}

/** Lines and points over a pair of axes; what has no place on them leaves a gap. */
export const linePanel = (
  what: string,
  read: readonly (Read & { readonly row?: JsonObject })[],
  settings: PanelSettings
): { readonly panel: JsonObject & { readonly layer: readonly JsonObject[] }; readonly x: JsonObject } => {
  const { xTitle, yTitle, xScale = 'linear', yScale = 'linear', height, x: ends, dotted = false } = settings
  const { fields = { x: 'x', y: 'y' }, zero = false, format } = settings
  const names = read.map(({ name }) => name)
  const xs = ends ?? read.flatMap(({ x }) => x)
  const across = quantityOf(what, xTitle, xs, { type: xScale })
  const up = quantityOf(
    what,
    yTitle,
    read.flatMap(({ y }) => y),
    { type: yScale, zero, ...(format === undefined ? {} : { format }) }
  )
  const rows = read.flatMap(({ name, as, x, y, row = { series: name, as } }): readonly JsonObject[] => {
    const places = x.map(across.of)
    const heights = y.map((value, i) => (places[i] === null ? null : up.of(value)))
    const drawn = heights.flatMap((at, i) => (at === null ? [] : [i]))
    const on = (type: ScaleType, values: readonly number[]) =>
      partsOn(
        type,
        drawn.map((i) => values[i]!)
      )
    const shown =
      as === 'line'
        ? shownOfLine(heights, read.length)
        : shownOfPoints(on(xScale, x), on(yScale, y)).map((k) => drawn[k]!)
    return shown.map((i) => ({
      ...row,
      [fields.x]: places[i]!,
      [fields.y]: heights[i]!,
      ...(as === 'line' && isAlone(heights, i) ? { alone: true } : {})
    }))
  })
  const domain = ends === undefined ? {} : { domain: ends.map(across.of) }
  const whole = xScale === 'linear' && xs.every(Number.isInteger) ? { tickMinStep: 1 } : {}
  const encoding = {
    x: across.channel(fields.x, {
      scale: xScale === 'log' ? {} : { zero: false, nice: false, ...domain },
      axis: whole
    }),
    y: up.channel(fields.y)
  }
  const namesOf = (kind: Read['as']): readonly string[] => read.flatMap(({ name, as }) => (as === kind ? [name] : []))
  const [points, lines] = [namesOf('points'), namesOf('line')]
  const dot = { type: 'point', filled: true, size: 28, opacity: 0.75, clip: true }
  const layer = (filter: string, mark: JsonObject, look: JsonObject): JsonObject => ({
    transform: [{ filter }],
    mark,
    encoding: { ...encoding, ...look }
  })
  const dots = dotted ? { point: { size: 30, strokeWidth: 0 } } : {}
  const look = settings.look ?? byName(lines, names)
  const color = look['color'] as JsonObject
  const layers = [
    ...(points.length === 0
      ? []
      : [
          layer(
            "datum.as === 'points'",
            dot,
            apart('shape', points, names, legendOf(points, { values: [...points], symbolSize: 60 }))
          )
        ]),
    ...(lines.length === 0
      ? []
      : [layer("datum.as !== 'points'", { type: 'line', strokeWidth: 2, clip: true, ...dots }, look)]),
    // what stands between two gaps is no line
    ...(!dotted && rows.some((row) => 'alone' in row)
      ? [layer('datum.alone', { ...dot, opacity: 1 }, { color: 'field' in color ? { ...color, legend: null } : color })]
      : [])
  ]
  const panel = {
    width: PLOT_WIDTH,
    height,
    data: { values: rows },
    layer: layers,
    // points and lines each have a legend of their own
    ...(points.length > 0 && lines.length > 0
      ? { resolve: { scale: { color: 'independent', shape: 'independent', strokeDash: 'independent' } } }
      : {})
  }
  return { panel, x: encoding.x }
}

const lineSettings = kinds.settings('lines', {
  title: [kinds.text, 'Lines'],
  xTitle: [kinds.text, 'x'],
  yTitle: [kinds.text, 'y'],
  xScale: plot.scale,
  yScale: plot.scale,
  x: [plot.interval, undefined]
})

/**
 * One line or more, with points where a series asks for them: schedules over steps, a fitted curve over its data, the
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
  const settings = lineSettings.read(given)
  return (series: Named<Series>): Chart => {
    const { title, xTitle, yTitle, xScale, yScale, x: part } = settings
    const read = readSeries('lines', series).map((one) => {
      const places = one.x.flatMap((at, i) => (part === undefined || (at >= part[0] && at <= part[1]) ? [i] : []))
      return { ...one, x: places.map((i) => one.x[i]!), y: places.map((i) => one.y[i]!) }
    })
    const [xs, ys] = [read.flatMap(({ x }) => x), read.flatMap(({ y }) => y)]
    if (xs.length === 0) return fail('ValueError', `lines: no point lies between x = ${part?.[0]} and x = ${part?.[1]}`)
    const [onX, onY] = [isPlaced(xScale), isPlaced(yScale)]
    const gaps = read.flatMap(({ name, x, y }) => [...gapsOf(`x of ${name}`, x, onX), ...gapsOf(name, y, onY)])
    const [[x0, x1], [y0, y1]] = [extent(xs.filter(onX)), extent(ys.filter(onY))]
    const ranges =
      y0 <= y1
        ? `${yTitle} from ${readable(y0)} to ${readable(y1)} over ${xTitle} from ${readable(x0)} to ${readable(x1)}`
        : 'nothing to draw'
    return chart(
      {
        title,
        subtitle: gapsTold(gaps),
        summary: sentences([`${counted(read.length, 'series', 'series')}; ${ranges}`, ...gaps])
      },
      linePanel('lines', read, { xTitle, yTitle, xScale, yScale, height: 190 }).panel
    )
  }
}

/** Settings of schedules. @category settings @since 0.1.0 */
export interface ScheduleSettings extends AxisSettings {
  /** How many steps are shown, the first being step 0. */
  readonly steps: number
  readonly yScale?: ScaleType
}

const MOST_STEPS = 1000

const scheduleSettings = kinds.settings('schedules', {
  steps: plot.whole(2, Infinity),
  title: [kinds.text, 'Schedules'],
  xTitle: [kinds.text, 'step'],
  yTitle: [kinds.text, 'learning rate'],
  yScale: plot.scale
})

/**
 * Schedules over their steps, by name. Past 1,000 steps every second is shown, or every third, and so on, the last always.
 *
 * @throws ValueError when a schedule gives a number that is not finite, and for an argument or a setting that is not of
 * its kind
 * @example
 * import { ok } from 'assert'
 * import { schedules } from 'grad-ts/report'
 *
 * const chart = schedules({ steps: 100 })({ halving: (step) => 0.1 * 0.5 ** Math.floor(step / 25), constant: () => 0.05 })
 * ok(chart.description.includes('learning rate from 0.0125 to 0.1'))
 * @category charts
 * @since 0.1.0
 */
export const schedules = (given: ScheduleSettings) => {
  const settings = scheduleSettings.read(given)
  const { steps, title, xTitle, yTitle, yScale } = settings
  const last = steps - 1
  return (named: Named<(step: number) => number>): Chart => {
    const every = Math.ceil(steps / MOST_STEPS)
    const x = [...Array.from({ length: Math.ceil(last / every) }, (_, i) => i * every), last]
    const series = namedOf('schedules', named).map(([name, schedule]) => {
      const y = anyNumbers('schedules', name, x.map(asFunction(`schedules: ${name}`, schedule)))
      const wrong = y.findIndex((value) => !Number.isFinite(value))
      return wrong < 0
        ? ([name, { x, y }] as const)
        : fail('ValueError', `schedules: ${name} is ${y[wrong]} at step ${x[wrong]}`)
    })
    return lines({ title, xTitle, yTitle, yScale })(Object.fromEntries(series))
  }
}
