import { contours } from 'd3-contour'
import type { Grid } from '../plot/grid.ts'
import { intervalQuantity } from './axis.ts'
import { PLOT_WIDTH } from './chart.ts'
import type { JsonObject } from './json.ts'

/** Areas over a grid, as paths in pixels of the plot: however many pieces one has, it is one mark. */

/** The size of a plot in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The size of a plot in which both directions have one measure, within reason. */
export const sizeFor = ({ x, y }: Pick<Grid, 'x' | 'y'>): Size => ({
  width: PLOT_WIDTH,
  height: Math.round(Math.min(420, Math.max(180, PLOT_WIDTH * ((y[1] / 2 - y[0] / 2) / (x[1] / 2 - x[0] / 2)))))
})

/**
 * The area in which a function of the cells is 0 or more, as a path; empty when there is none. It goes on for a cell beyond
 * the plot, so that the edge of the plot is not part of its outline.
 */
export const areaPath = (grid: Grid, size: Size, valueAt: (cell: number) => number): string => {
  const { columns, rows } = grid
  const [across, up] = [columns + 2, rows + 2]
  const inside = (i: number, count: number): number => Math.min(count, Math.max(1, i)) - 1
  const values = Array.from({ length: across * up }, (_, i) =>
    valueAt(inside(Math.floor(i / across), rows) * columns + inside(i % across, columns))
  )
  const tenth = (pixels: number): number => Math.round(pixels * 10) / 10
  const place = ([x, y]: readonly number[]): string =>
    `${tenth(((x! - 1) / columns) * size.width)},${tenth((1 - (y! - 1) / rows) * size.height)}`
  const { coordinates } = contours().size([across, up]).contour(values, 0)
  const rings = coordinates.flat().map((ring) => `M${ring.map(place).join('L')}Z`)
  return rings.join('')
}

/** Rows with a path in pixels of the plot as marks; what else shows in them is said by `encoding`. */
export const pathLayer = (
  rows: readonly ({ readonly path: string } & JsonObject)[],
  mark: JsonObject,
  encoding: JsonObject = {}
): JsonObject => ({
  data: { values: rows.filter(({ path }) => path !== '') },
  // a symbol of size 4 has one pixel a unit, and stands at the corner
  mark: { type: 'point', size: 4, opacity: 1, x: 0, y: 0, clip: true, ...mark },
  encoding: { shape: { field: 'path', type: 'nominal', scale: null, legend: null }, ...encoding }
})

/** Both axes over exactly a grid, and places in their units. */
export const planeOf = (grid: Grid, xTitle: string, yTitle: string) => {
  const [across, up] = [intervalQuantity(xTitle, grid.x), intervalQuantity(yTitle, grid.y)]
  const axis = { grid: false, zindex: 1 }
  return {
    encoding: { x: across.channel('x', { axis }), y: up.channel('y', { axis }) },
    at: (x: number, y: number): JsonObject => ({ x: across.of(x), y: up.of(y) })
  }
}
