import * as kinds from '../kinds/index.ts'
import { boundaryOf, type BoundaryData, cellAt, type Marked, sureness } from '../plot/boundary.ts'
import { type Grid, winnerAt } from '../plot/grid.ts'
import { partOf } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { counted } from '../tensor/text.ts'
import { intervalQuantity } from './axis.ts'
import { type AxisSettings, type Chart, chart, legendOf } from './chart.ts'
import type { JsonObject } from './json.ts'
import { colorScale, shapeScale } from './color.ts'
import { areaPath, pathLayer, sizeFor } from './field.ts'
import { shownOfPoints } from './thin.ts'

/** Settings of a decision boundary. @category settings @since 0.1.0 */
export interface BoundarySettings extends AxisSettings {
  /** What the classes are called; their numbers when left out. */
  readonly classNames?: readonly string[]
}

/** How far class `k` is ahead of its best rival; 0 on the boundary. */
const lead =
  (grid: Grid, k: number) =>
  (cell: number): number =>
    grid.values.reduce(
      (least, list, other) => (other === k ? least : Math.min(least, grid.values[k]![cell]! - list[cell]!)),
      Infinity
    )

/** How sure of a class each darker shade is. */
const SHADES: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8]

const boundarySettings = kinds.settings('decisionBoundary', {
  title: [kinds.text, 'Decision boundary'],
  xTitle: [kinds.text, 'x₁'],
  yTitle: [kinds.text, 'x₂'],
  classNames: plot.texts
})

/**
 * Where a classifier of the plane decides for which class: each class has a colour, the darker the surer; a line where
 * classes tie; the points over it, each class with a colour and a shape.
 *
 * @throws ValueError when the grid is no grid of two classes or more, and for an argument or a setting that is not of
 * its kind
 * @throws ShapeError when there are not as many labels as points
 * @throws IndexError when a label is no class
 * @example
 * import { ok } from 'assert'
 * import { sigmoid, sum } from 'grad-ts'
 * import { decisionBoundary, probabilityGrid } from 'grad-ts/report'
 *
 * const grid = probabilityGrid({ x: [-1, 1], y: [-1, 1] })((points) => sigmoid(sum({ axis: 1 })(points)))
 * const chart = decisionBoundary({ title: 'Halves' })({ grid, points: [[0.5, 0.5], [-1, 0]], labels: [1, 0] })
 * ok(chart.description.startsWith('Halves: 2 classes and 2 points, all of them drawn on the side of their class'))
 * @category charts
 * @since 0.1.0
 */
export const decisionBoundary = (given: BoundarySettings = {}) => {
  const settings = boundarySettings.read(given)
  return (data: BoundaryData): Chart => {
    const { grid, marked, names } = boundaryOf('decisionBoundary', data, settings.classNames)
    const { title, xTitle, yTitle } = settings
    const size = sizeFor(grid)
    // sure of class k: ahead of all others, and so far above a tie
    const areas = names.flatMap((name, k) =>
      SHADES.map((least) => ({
        class: name,
        path: areaPath(grid, size, (cell) =>
          least === 0 ? lead(grid, k)(cell) : Math.min(lead(grid, k)(cell), sureness(grid, k, cell) - least)
        )
      }))
    )
    // of two classes the line of the second is that of the first
    const rivals = names.map((_, k) => k).slice(names.length === 2 ? 1 : 0)
    const lines = rivals.map((k) => ({ path: areaPath(grid, size, lead(grid, k)) }))
    const right = marked.filter(({ x, y, label }) => winnerAt(grid, cellAt(grid, x, y)) === label).length
    const summary =
      marked.length === 0
        ? `${counted(names.length, 'class', 'classes')}.`
        : `${counted(names.length, 'class', 'classes')} and ${counted(marked.length, 'point')}, ` +
          `${right === marked.length ? 'all' : right === 0 ? 'none' : `${right}`} of them drawn on the side of their class.`
    const plane = planeOf(grid, xTitle, yTitle)
    const color = { field: 'class', type: 'nominal', scale: colorScale(names) }
    const legend = legendOf(names)
    return chart(
      { title, subtitle: 'Darker: more certain. Black line: classes tie.', summary },
      {
        ...size,
        // the ground is light on a dark page too
        view: { fill: '#ffffff' },
        layer: [
          pathLayer(
            areas,
            { filled: true, stroke: '#ffffff', strokeWidth: 0, fillOpacity: 0.17 },
            { color: { ...color, legend: null } }
          ),
          pathLayer(lines, { filled: false, stroke: '#000000', strokeWidth: 1.2 }),
          {
            data: {
              values: visible(grid, marked).map(({ x, y, label }) => ({ ...plane.at(x, y), class: names[label]! }))
            },
            mark: {
              type: 'point',
              filled: true,
              size: 34,
              opacity: 1,
              stroke: '#ffffff',
              strokeWidth: 0.8,
              clip: true
            },
            encoding: {
              ...plane.encoding,
              color: { ...color, legend },
              shape: { field: 'class', type: 'nominal', scale: shapeScale(names), legend }
            }
          }
        ],
        resolve: { scale: { color: 'independent', shape: 'independent' } }
      }
    )
  }
}

/** The points that can be seen: of thousands, the last of each class in each cell of a fine grid. */
const visible = (grid: Grid, marked: readonly Marked[]): readonly Marked[] =>
  grid.values.flatMap((_, k) => {
    const own = marked.filter(({ label }) => label === k)
    return shownOfPoints(
      own.map(({ x }) => partOf(x, ...grid.x)),
      own.map(({ y }) => partOf(y, ...grid.y))
    ).map((i) => own[i]!)
  })

/** Both axes over exactly a grid, and places in their units. */
export const planeOf = (
  grid: Grid,
  xTitle: string,
  yTitle: string
): { readonly encoding: JsonObject; readonly at: (x: number, y: number) => JsonObject } => {
  const [across, up] = [intervalQuantity(xTitle, grid.x), intervalQuantity(yTitle, grid.y)]
  const axis = { grid: false, zindex: 1 }
  return {
    encoding: { x: across.channel('x', { axis }), y: up.channel('y', { axis }) },
    at: (x, y) => ({ x: across.of(x), y: up.of(y) })
  }
}
