import * as kinds from '../kinds/index.ts'
import { type Grid, gridOf } from '../plot/grid.ts'
import * as numbers from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { fail } from '../tensor/errors.ts'
import { counted, readable } from '../tensor/text.ts'
import { type Chart, chart } from './chart.ts'
import { areaPath, pathLayer, planeOf, sizeFor } from './field.ts'
import type { JsonObject } from './json.ts'
import { byName, withoutLegend } from './lines.ts'

/** A surface and paths over it. @category charts @since 0.1.0 */
export interface SurfaceData {
  /** The values of a function, as `surfaceGrid` gives them. */
  readonly grid: Grid
  /** Paths over the surface by name, such as the places optimisers went to. */
  readonly paths?: numbers.Named<numbers.Points>
}

const LEVELS = 10

/** The values between the levels, one fewer than there are levels. */
const boundsOf = (what: string, scale: numbers.ScaleType, [least, most]: numbers.Interval): readonly number[] => {
  const parts = Array.from({ length: LEVELS - 1 }, (_, i) => (i + 1) / LEVELS)
  if (scale === 'log' && !(least >= 0))
    return fail('ValueError', `${what}: log levels need values of 0 or more, and one is ${least}`)
  const low = Math.max(least, most * 1e-4)
  return least === most
    ? []
    : scale === 'log' && low < most
      ? parts.map((at) => low * (most / low) ** at)
      : parts.map((at) => numbers.interpolate(least, most, at))
}

interface Path {
  readonly name: string
  readonly places: readonly (readonly [number, number])[]
}

/** Where a path ends, in words: the grid is too coarse to tell how low that is. */
const endOf = (grid: Grid, { name, places }: Path): string => {
  const [x, y] = places.at(-1)!
  const isInside = x >= grid.x[0] && x <= grid.x[1] && y >= grid.y[0] && y <= grid.y[1]
  const place = `(${readable(x)}, ${readable(y)})${isInside ? '' : ' outside'}`
  return `${name} ends at ${place} after ${counted(places.length - 1, 'step')}`
}

const dataSettings = kinds.settings(
  'surfacePaths',
  {
    grid: kinds.anything as kinds.Kind<Grid>,
    paths: [
      kinds.kind<numbers.Named<numbers.Points>>('a record of points', (x) => typeof x === 'object' && x !== null),
      {}
    ]
  },
  'data'
)

const surfaceSettings = kinds.settings('surfacePaths', {
  title: [kinds.text, 'Surface'],
  xTitle: [kinds.text, 'x'],
  yTitle: [kinds.text, 'y'],
  /** What the values are, for the legend. */
  valueTitle: [kinds.text, 'value'],
  /** Whether levels are evenly spaced or by factors; `log` needs values of 0 or more, and has more levels near 0. */
  scale: plot.scale,
  /** A place to mark with a star, such as the minimum. */
  star: [kinds.listOf(kinds.anyNumber, 'a place [x, y]') as kinds.Kind<readonly [number, number]>, undefined]
})

/** Settings of a surface. @category settings @since 0.1.0 */
export interface SurfaceSettings extends kinds.Given<typeof surfaceSettings.fields> {}

/**
 * The levels of a function of two numbers, from `surfaceGrid`, with paths over it: how optimisers went downhill. A hollow
 * ring is where a path starts, a dot where it ends. What lies outside the grid is cut off.
 *
 * @throws ValueError when the grid holds more than one list, or log levels are to show negative values, and for an
 * argument or a setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { surfacePaths } from 'grad-ts/report'
 * import { plot } from 'grad-ts'
 *
 * const grid = plot.surfaceGrid({ x: [-2, 2], y: [-1, 1], columns: 20 })((x, y) => x + y)
 * const chart = surfacePaths({ title: 'A slope' })({ grid, paths: { sgd: [[1.5, 0.8], [0.5, 0.1], [-1, -0.7]] } })
 * strictEqual(chart.description, 'A slope: values from −2.85 to 2.85; 1 path: sgd ends at (−1, −0.7) after 2 steps.')
 * @category charts
 * @since 0.1.0
 */
export const surfacePaths = (given: SurfaceSettings = {}) => {
  const { title, xTitle, yTitle, valueTitle, scale, star } = surfaceSettings.read(given)
  return (data: SurfaceData): Chart => {
    const what = 'surfacePaths'
    const { grid: unchecked, paths: named } = dataSettings.read(data)
    const grid = gridOf(what, unchecked)
    const [values = [], ...others] = grid.values
    if (others.length > 0)
      return fail(
        'ValueError',
        `${what}: the grid holds ${grid.values.length} lists of values and a surface is one; use surfaceGrid`
      )
    const [least, most] = numbers.extent(values)
    const bounds = boundsOf(what, scale, [least, most])
    const paths = Object.entries(named).map(([name, points]): Path => {
      const places = numbers.pointsOf(what, `path ${name}`, points)
      return places.length > 0 ? { name, places } : fail('ValueError', `${what}: path ${name} is empty`)
    })
    const isBare = paths.length === 0
    const ends = `${counted(paths.length, 'path')}: ${paths.map((path) => endOf(grid, path)).join(', ')}`
    const size = sizeFor(grid)
    // between cells, levels that are spaced by factors are interpolated by factors
    const height = (value: number): number => (scale === 'log' ? Math.log(Math.max(value, most * 1e-9)) : value)
    // halves, whose difference cannot overflow
    const areas = bounds.map((bound) => areaPath(grid, size, (cell) => height(values[cell]!) / 2 - height(bound) / 2))
    const plane = planeOf(grid, xTitle, yTitle)
    return chart(
      {
        title,
        ...(isBare ? {} : { subtitle: 'Ring: start. Dot: end.' }),
        summary: [`values from ${readable(least)} to ${readable(most)}${isBare ? '' : `; ${ends}`}`]
      },
      {
        ...size,
        layer: [
          pathLayer(
            [areaPath(grid, size, () => 1), ...areas].map((path, level) => ({ level, path })),
            { filled: true, stroke: isBare ? '#ffffff' : '#5c6873', strokeWidth: 0.5 },
            { color: levelColor(bounds, isBare, valueTitle) }
          ),
          // the axes, which an area in pixels does not have
          { data: { values: [] }, mark: 'point', encoding: plane.encoding },
          ...(isBare ? [] : pathLayers(paths, grid, plane)),
          {
            data: { values: star === undefined ? [] : [plane.at(...star)] },
            mark: { type: 'text', text: '★', fontSize: 20, color: '#000000', stroke: '#ffffff', clip: true },
            encoding: plane.encoding
          }
        ],
        resolve: { scale: { color: 'independent', shape: 'independent', strokeDash: 'independent' } }
      }
    )
  }
}

/** The places of a path without those that lie on the same pixel as the one before; the first and the last stay. */
const visible = (places: Path['places'], grid: Grid): Path['places'] => {
  const pixel = (at: number, axis: numbers.Interval): number => Math.round(400 * numbers.fractionOf(at, ...axis))
  const pixels = places.map(([x, y]) => `${pixel(x, grid.x)},${pixel(y, grid.y)}`)
  return places.filter((_, i) => i === 0 || i === places.length - 1 || pixels[i] !== pixels[i - 1])
}

/** Paths with a white seam, a ring where they start and a dot where they end. */
const pathLayers = (paths: readonly Path[], grid: Grid, plane: ReturnType<typeof planeOf>): readonly JsonObject[] => {
  const look = byName(paths.map(({ name }) => name))
  const rows = paths.map(({ name, places }) =>
    visible(places, grid).map(([x, y], step) => ({ series: name, step, ...plane.at(x, y) }))
  )
  const line = (mark: JsonObject, encoding: JsonObject): JsonObject => ({
    data: { values: rows.flat() },
    mark: { type: 'line', clip: true, strokeJoin: 'round', ...mark },
    encoding: { ...plane.encoding, order: { field: 'step', type: 'quantitative' }, ...encoding }
  })
  const ends = (index: number, mark: JsonObject): JsonObject => ({
    data: { values: rows.map((places) => places.at(index)!) },
    mark: { type: 'point', opacity: 1, clip: true, ...mark },
    encoding: { ...plane.encoding, ...withoutLegend(look) }
  })
  return [
    line({ color: '#ffffff', strokeWidth: 4 }, { detail: { field: 'series', type: 'nominal' } }),
    line({ strokeWidth: 2 }, look),
    ends(0, { filled: false, fill: '#ffffff', size: 70, strokeWidth: 2 }),
    ends(-1, { filled: true, size: 60, stroke: '#ffffff', strokeWidth: 1 })
  ]
}

/** The color of each level, dark where it is low; grays where paths in color go over it. */
const levelColor = (bounds: readonly number[], isBare: boolean, title: string): JsonObject => ({
  field: 'level',
  type: 'quantitative',
  scale: {
    type: 'threshold',
    domain: bounds.map((_, i) => i + 1),
    scheme: { ...(isBare ? { name: 'viridis' } : { name: 'greys', extent: [0, 0.5] }), count: bounds.length + 1 }
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
