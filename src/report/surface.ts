import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import { asRecord, asSettings } from '../tensor/given.ts'
import { type Grid, gridOf } from '../plot/grid.ts'
import {
  between,
  extent,
  type Interval,
  type Named,
  partOf,
  type Points,
  pointsOf,
  type ScaleType
} from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { counted, readable } from '../tensor/text.ts'
import { planeOf } from './boundary.ts'
import { type AxisSettings, type Chart, chart } from './chart.ts'
import type { JsonObject } from './json.ts'
import { areaPath, pathLayer, sizeFor } from './field.ts'
import { byName } from './lines.ts'

/** Settings of a surface. @category settings @since 0.1.0 */
export interface SurfaceSettings extends AxisSettings {
  /** Whether levels are evenly spaced or by factors; `log` needs values of 0 or more, and parts what lies near 0 finely. */
  readonly scale?: ScaleType
  /** What the values are, for the legend. */
  readonly valueTitle?: string
  /** A place to mark with a star, such as the minimum. */
  readonly star?: readonly [number, number]
}

/** A surface and ways over it. @category charts @since 0.1.0 */
export interface SurfaceData {
  /** The values of a function, as `surfaceGrid` gives them. */
  readonly grid: Grid
  /** Ways over the surface by name, such as the places optimisers went to. */
  readonly paths?: Named<Points>
}

const LEVELS = 10

/** The values that part the levels, one fewer than there are levels. */
const boundsOf = (what: string, scale: ScaleType, [least, most]: Interval): readonly number[] => {
  const parts = Array.from({ length: LEVELS - 1 }, (_, i) => (i + 1) / LEVELS)
  if (scale === 'log' && !(least >= 0))
    return fail('ValueError', `${what}: log levels need values of 0 or more, and one is ${least}`)
  const low = Math.max(least, most * 1e-4)
  return least === most
    ? []
    : scale === 'log' && low < most
      ? parts.map((at) => low * (most / low) ** at)
      : parts.map((at) => between(least, most, at))
}

/** A way over the surface. */
interface Way {
  readonly name: string
  readonly places: readonly (readonly [number, number])[]
}

const within = ([from, to]: Interval, at: number): boolean => at >= from && at <= to

/** Where a way ends, in words: the grid is too coarse to tell how low that is. */
const endOf = (grid: Grid, { name, places }: Way): string => {
  const [x, y] = places.at(-1)!
  const place = `(${readable(x)}, ${readable(y)})${within(grid.x, x) && within(grid.y, y) ? '' : ' outside'}`
  return `${name} ends at ${place} after ${counted(places.length - 1, 'step')}`
}

const surfaceSettings = kinds.settings('surfacePaths', {
  title: [kinds.text, 'Surface'],
  xTitle: [kinds.text, 'x'],
  yTitle: [kinds.text, 'y'],
  valueTitle: [kinds.text, 'value'],
  scale: plot.scale,
  star: [kinds.listOf(kinds.anyNumber, 'a place [x, y]') as kinds.Kind<readonly [number, number]>, undefined]
})

/**
 * The levels of a function of two numbers, from `surfaceGrid`, with ways over it: how optimisers went downhill. A hollow
 * ring is where a way starts, a dot where it ends. What lies outside the grid is cut off.
 *
 * @throws ValueError when the grid holds more than one list, or log levels are to show negative values, and for an
 * argument or a setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { surfaceGrid, surfacePaths } from 'grad-ts/report'
 *
 * const grid = surfaceGrid({ x: [-2, 2], y: [-1, 1], columns: 20 })((x, y) => x + y)
 * const chart = surfacePaths({ title: 'A slope' })({ grid, paths: { sgd: [[1.5, 0.8], [0.5, 0.1], [-1, -0.7]] } })
 * strictEqual(chart.description, 'A slope: values from −2.85 to 2.85; 1 path: sgd ends at (−1, −0.7) after 2 steps.')
 * @category charts
 * @since 0.1.0
 */
export const surfacePaths = (given: SurfaceSettings = {}) => {
  const settings = surfaceSettings.read(given)
  return (data: SurfaceData): Chart => {
    const what = 'surfacePaths'
    const { grid: points, paths = {} } = asSettings(what, 'data { grid, paths }', data, ['grid', 'paths'])
    const grid = gridOf(what, points)
    if (grid.values.length !== 1)
      return fail(
        'ValueError',
        `${what}: the grid holds ${grid.values.length} lists of values and a surface is one; use surfaceGrid`
      )
    const { title, xTitle, yTitle, valueTitle, scale, star } = settings
    const values = grid.values[0]!
    const [least, most] = extent(values)
    const bounds = boundsOf(what, scale, [least, most])
    const ways = Object.entries(asRecord(`${what}: paths`, 'a record of points', paths)).map(([name, points]): Way => {
      const places = pointsOf(what, `path ${name}`, points)
      return places.length > 0 ? { name, places } : fail('ValueError', `${what}: path ${name} is empty`)
    })
    const bare = ways.length === 0
    const size = sizeFor(grid)
    // between cells, what is parted by factors is followed by factors
    const height = (value: number): number => (scale === 'log' ? Math.log(Math.max(value, most * 1e-9)) : value)
    // halves, whose difference cannot overflow
    const above =
      (bound: number) =>
      (cell: number): number =>
        height(values[cell]!) / 2 - height(bound) / 2
    const plane = planeOf(grid, xTitle, yTitle)
    const ends = bare ? '.' : `; ${counted(ways.length, 'path')}: ${ways.map((way) => endOf(grid, way)).join(', ')}.`
    return chart(
      {
        title,
        subtitle: bare ? undefined : 'Ring: start. Dot: end.',
        summary: `values from ${readable(least)} to ${readable(most)}${ends}`
      },
      {
        ...size,
        layer: [
          pathLayer(
            [() => 1, ...bounds.map(above)].map((at, level) => ({ level, path: areaPath(grid, size, at) })),
            { filled: true, stroke: bare ? '#ffffff' : '#5c6873', strokeWidth: 0.5 },
            { color: levelColor(bounds, bare, valueTitle) }
          ),
          // the axes, which an area in pixels has none of
          { data: { values: [] }, mark: 'point', encoding: plane.encoding },
          ...(bare ? [] : wayLayers(ways, grid, plane)),
          ...(star === undefined
            ? []
            : [
                {
                  data: { values: [plane.at(...star)] },
                  mark: { type: 'text', text: '★', fontSize: 20, color: '#000000', stroke: '#ffffff', clip: true },
                  encoding: plane.encoding
                }
              ])
        ],
        resolve: { scale: { color: 'independent', shape: 'independent', strokeDash: 'independent' } }
      }
    )
  }
}

/** The places of a way without those that lie on the same pixel as the one before; the first and the last stay. */
const visible = (places: Way['places'], grid: Grid): Way['places'] => {
  const at = places.map(
    ([x, y]) => `${Math.round(400 * partOf(x, ...grid.x))},${Math.round(400 * partOf(y, ...grid.y))}`
  )
  return places.filter((_, i) => i === 0 || i === places.length - 1 || at[i] !== at[i - 1])
}

/** Ways with a white seam, a ring where they start and a dot where they end. */
const wayLayers = (
  ways: readonly Way[],
  grid: Grid,
  { at, encoding: position }: ReturnType<typeof planeOf>
): readonly JsonObject[] => {
  const look = byName(ways.map(({ name }) => name))
  const rows = ways.map(({ name, places }) =>
    visible(places, grid).map(([x, y], step) => ({ series: name, step, ...at(x, y) }))
  )
  const steps = { values: rows.flat() }
  const seen = { ...position, order: { field: 'step', type: 'quantitative' } }
  const line = { type: 'line', clip: true, strokeJoin: 'round' }
  const color = look['color'] as JsonObject
  const ends = (last: boolean, mark: JsonObject): JsonObject => ({
    data: { values: rows.map((places) => places.at(last ? -1 : 0)!) },
    mark: { type: 'point', opacity: 1, clip: true, ...mark },
    encoding: { ...position, color: 'field' in color ? { ...color, legend: null } : color }
  })
  return [
    {
      data: steps,
      mark: { ...line, color: '#ffffff', strokeWidth: 4 },
      encoding: { ...seen, detail: { field: 'series', type: 'nominal' } }
    },
    { data: steps, mark: { ...line, strokeWidth: 2 }, encoding: { ...seen, ...look } },
    ends(false, { filled: false, fill: '#ffffff', size: 70, strokeWidth: 2 }),
    ends(true, { filled: true, size: 60, stroke: '#ffffff', strokeWidth: 1 })
  ]
}

/** The colour of each level, dark where it is low; greys where ways in colour go over it. */
const levelColor = (bounds: readonly number[], bare: boolean, title: string): JsonObject => ({
  field: 'level',
  type: 'quantitative',
  scale: {
    type: 'threshold',
    domain: bounds.map((_, i) => i + 1),
    scheme: { ...(bare ? { name: 'viridis' } : { name: 'greys', extent: [0, 0.5] }), count: bounds.length + 1 }
  },
  legend: {
    title,
    orient: 'bottom',
    direction: 'horizontal',
    gradientLength: 290,
    gradientThickness: 10,
    labelExpr: `${JSON.stringify(bounds.map((bound, i) => (i % 2 === 0 ? readable(Number(bound.toPrecision(2))) : '')))}[datum.value - 1]`
  }
})
