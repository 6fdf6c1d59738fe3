import { fail, showGiven } from '../tensor/errors.ts'
import {
  type AxisSettings,
  type Chart,
  chart,
  counted,
  extent,
  inUnits,
  isPlaced,
  type Json,
  type JsonObject,
  legendColumns,
  PLOT_WIDTH,
  quantity,
  readable,
  type ScaleType,
  short,
  unitOf
} from './chart.ts'
import { categoryColors, categoryDashes, categoryShapes } from './color.ts'
import {
  anyNumbers,
  gapsOf,
  gapsTold,
  type Interval,
  intervalOf,
  type Named,
  namedOf,
  type Numbers,
  numbersOf,
  partOf,
  wholeOf
} from './numbers.ts'
import { asFunction, asRecord, checkKnown } from '../tensor/given.ts'
import { checked } from './settings.ts'
import { isAlone, shownOfLine, shownOfPoints } from './thin.ts'

/** Lines, and points beside them. */

/**
 * Something to draw along an axis: numbers, which stand at 0, 1, 2, …, or pairs of x and y, joined by a line or not.
 *
 * @category charts
 * @since 0.1.0
 */
export type Series = Numbers | { readonly x: Numbers; readonly y: Numbers; readonly as?: 'line' | 'points' }

/** Settings of lines. @category settings @since 0.1.0 */
export interface LineSettings extends AxisSettings {
  readonly xScale?: ScaleType
  readonly yScale?: ScaleType
  /** The part of the x axis to show; all of it when left out. */
  readonly x?: Interval
}

/** A series, read. */
export interface Read {
  readonly name: string
  readonly as: 'line' | 'points'
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** Reads series, whose numbers may be no numbers to draw; those along the axis are finite. */
export const readSeries = (what: string, series: Named<Series>): readonly Read[] =>
  namedOf(what, series).map(([name, given]) => {
    asRecord(`${what}: ${name}`, 'numbers, or { x, y }', given)
    if (!('x' in given)) {
      const y = anyNumbers(what, name, given)
      return { name, as: 'line', x: y.map((_, i) => i), y }
    }
    checkKnown(`${what}: ${name}`, given, ['x', 'y', 'as'])
    const [x, y] = [numbersOf(what, `x of ${name}`, given.x), anyNumbers(what, `y of ${name}`, given.y)]
    if (given.as !== undefined && given.as !== 'line' && (given.as as unknown) !== 'points')
      fail('ValueError', `${what}: as of ${name} must be line or points, got ${showGiven(given.as)}`)
    return x.length === y.length
      ? { name, as: given.as ?? 'line', x, y }
      : fail('ShapeError', `${what}: ${name} has ${x.length} numbers for x and ${y.length} for y`)
  })

/** Where a number lies on a scale, from 0 to 1. */
const partOn = (type: ScaleType, value: number, [least, most]: Interval): number =>
  least === most
    ? 0.5
    : type === 'log'
      ? partOf(Math.log(value), Math.log(least), Math.log(most))
      : partOf(value, least, most)

/** The colors of some series among all. */
const colorsAmong = (names: readonly string[], all: readonly string[]): readonly string[] => {
  const colors = categoryColors(all.length)
  return names.map((name) => colors[all.indexOf(name)]!)
}

/** Color and dash of a line by its name, in one legend; `all` may hold more than the lines. */
export const byName = (names: readonly string[], all: readonly string[] = names): JsonObject => {
  const legend = { title: null, columns: legendColumns(names), symbolType: 'stroke', symbolSize: 300 }
  const scale = (range: readonly Json[]): JsonObject => ({ domain: [...names], range })
  const dashes = categoryDashes(names.length).map((dash) => [...dash])
  return all.length < 2
    ? { color: { value: categoryColors(1)[0]! } }
    : {
        color: { field: 'series', type: 'nominal', scale: scale(colorsAmong(names, all)), legend },
        strokeDash: { field: 'series', type: 'nominal', scale: scale(dashes), legend }
      }
}

/** Color and shape of points by their name, likewise. */
const pointsByName = (names: readonly string[], all: readonly string[]): JsonObject => {
  const legend = { title: null, columns: legendColumns(names), symbolSize: 60 }
  const scale = (range: readonly Json[]): JsonObject => ({ domain: [...names], range })
  return all.length < 2
    ? { color: { value: categoryColors(1)[0]! } }
    : {
        color: { field: 'series', type: 'nominal', scale: scale(colorsAmong(names, all)), legend },
        shape: { field: 'series', type: 'nominal', scale: scale([...categoryShapes(names.length)]), legend }
      }
}

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
  const settings = checked('lines', given, ['xScale', 'yScale', 'x', 'xTitle', 'yTitle', 'title'])
  return (series: Named<Series>): Chart => {
    const read = readSeries('lines', series)
    const { title = 'Lines', xTitle = 'x', yTitle = 'y', xScale = 'linear', yScale = 'linear' } = settings
    const part = settings.x === undefined ? undefined : intervalOf('lines', 'x', settings.x)
    const shown = (x: number): boolean => part === undefined || (x >= part[0] && x <= part[1])
    const inside = read.map(({ name, as, x, y }) => {
      const places = x.flatMap((at, i) => (shown(at) ? [i] : []))
      return { name, as, x: places.map((i) => x[i]!), y: places.map((i) => y[i]!) }
    })
    const [xs, ys] = [inside.flatMap(({ x }) => x), inside.flatMap(({ y }) => y)]
    if (xs.length === 0) return fail('ValueError', `lines: no point lies between x = ${part?.[0]} and x = ${part?.[1]}`)
    const names = read.map(({ name }) => name)
    const [onX, onY] = [isPlaced(xScale), isPlaced(yScale)]
    const gaps = inside.flatMap(({ name, x, y }) => [...gapsOf(`x of ${name}`, x, onX), ...gapsOf(name, y, onY)])
    const [[x0, x1], [y0, y1]] = [extent(xs.filter(onX)), extent(ys.filter(onY))]
    const [xUnit, yUnit] = [xScale === 'log' ? 1 : unitOf([x0, x1]), yScale === 'log' ? 1 : unitOf([y0, y1])]
    const rows = inside.flatMap(({ name, as, x, y }): readonly JsonObject[] => {
      const heights = y.map((value, i) => (onX(x[i]!) && onY(value) ? short(value / yUnit) : null))
      const row = (i: number): JsonObject => {
        const at = onX(x[i]!) ? short(x[i]! / xUnit) : null
        return {
          series: name,
          as,
          x: at,
          y: heights[i]!,
          ...(as === 'line' && isAlone(heights, i) ? { alone: true } : {})
        }
      }
      const dots = (): readonly number[] => {
        const drawn = heights.flatMap((height, i) => (height === null ? [] : [i]))
        const across = drawn.map((i) => partOn(xScale, x[i]!, [x0, x1]))
        const up = drawn.map((i) => partOn(yScale, y[i]!, [y0, y1]))
        return shownOfPoints(across, up).map((k) => drawn[k]!)
      }
      return (as === 'line' ? shownOfLine(heights, inside.length) : dots()).map(row)
    })
    const whole = xs.every(Number.isInteger)
    const horizontal = quantity(
      'lines',
      xScale,
      xs.map((x) => x / xUnit)
    )
    const vertical = quantity(
      'lines',
      yScale,
      ys.map((y) => y / yUnit)
    )
    const encoding = {
      x: {
        field: 'x',
        type: 'quantitative',
        title: inUnits(xTitle, xUnit),
        scale: { nice: false, ...horizontal.scale, ...(xScale === 'linear' ? { zero: false, nice: false } : {}) },
        axis: { ...horizontal.axis, ...(whole && xScale === 'linear' ? { tickMinStep: 1 } : {}) }
      },
      y: { field: 'y', type: 'quantitative', title: inUnits(yTitle, yUnit), ...vertical }
    }
    const namesOf = (kind: Read['as']): readonly string[] => read.flatMap(({ name, as }) => (as === kind ? [name] : []))
    const [drawnAsPoints, drawnAsLines] = [namesOf('points'), namesOf('line')]
    const layer = (as: Read['as'], mark: JsonObject, look: JsonObject): JsonObject => ({
      transform: [{ filter: `datum.as === '${as}'` }],
      mark: { ...mark, clip: true },
      encoding: { ...encoding, ...look }
    })
    const dot = { type: 'point', filled: true, size: 28, opacity: 0.75 }
    // what stands between two gaps is no line
    const alone = rows.some((row) => 'alone' in row)
    const { color } = byName(drawnAsLines, names)
    const layers = [
      ...(drawnAsPoints.length > 0 ? [layer('points', dot, pointsByName(drawnAsPoints, names))] : []),
      ...(drawnAsLines.length > 0
        ? [layer('line', { type: 'line', strokeWidth: 2 }, byName(drawnAsLines, names))]
        : []),
      ...(alone
        ? [
            {
              transform: [{ filter: 'datum.alone' }],
              mark: { ...dot, opacity: 1, clip: true },
              encoding: {
                ...encoding,
                color: { ...(color as JsonObject), ...(names.length > 1 ? { legend: null } : {}) }
              }
            }
          ]
        : [])
    ]
    const ranges =
      y0 <= y1
        ? `${yTitle} from ${readable(y0)} to ${readable(y1)} over ${xTitle} from ${readable(x0)} to ${readable(x1)}`
        : 'nothing to draw'
    return chart(
      {
        title,
        subtitle: gapsTold(gaps),
        summary: `${counted(read.length, 'series', 'series')}; ${ranges}.` + gaps.map((gap) => ` ${gap}.`).join('')
      },
      {
        width: PLOT_WIDTH,
        height: 190,
        data: { values: rows },
        layer: layers,
        // points and lines each have a legend of their own
        ...(layers.length > 1
          ? { resolve: { scale: { color: 'independent', shape: 'independent', strokeDash: 'independent' } } }
          : {})
      }
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
  const settings = checked('schedules', given, ['steps', 'yScale', 'xTitle', 'yTitle', 'title'])
  const { steps, title = 'Schedules', xTitle = 'step', yTitle = 'learning rate', yScale = 'linear' } = settings
  const last = wholeOf('schedules', 'steps', steps, 2, Infinity) - 1
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
