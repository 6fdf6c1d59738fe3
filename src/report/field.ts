import { PLOT_WIDTH, type JsonObject } from './chart.ts'
import { type Grid, middleOf } from './grid.ts'
import { type Interval, partOf } from './numbers.ts'

/**
 * Filled areas and lines of equal value over a grid, by marching squares. An area or a line, however many pieces it has,
 * is one path in pixels of the plot, and so one mark.
 */

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

/** A place in pixels, from the left and from the top, and a value there. */
type Corner = readonly [number, number, number]
type Place = readonly [number, number]

/** A square between the middles of four cells: its corners, anticlockwise from the lower left. */
type Square = readonly [Corner, Corner, Corner, Corner]

/** Where cell `i` counts: at its middle, but the outermost at the edge, so that areas and lines end there. */
const placeOf = (interval: Interval, count: number, i: number): number =>
  i === 0 ? interval[0] : i === count - 1 ? interval[1] : middleOf(interval, count, i)

/** The squares of a grid, row by row. */
const squaresOf = (
  grid: Grid,
  { width, height }: Size,
  valueAt: (cell: number) => number
): readonly (readonly Square[])[] => {
  const { columns, rows } = grid
  const across = Array.from({ length: columns }, (_, i) => partOf(placeOf(grid.x, columns, i), ...grid.x) * width)
  const down = Array.from({ length: rows }, (_, i) => (1 - partOf(placeOf(grid.y, rows, i), ...grid.y)) * height)
  const corner = (column: number, row: number): Corner => [across[column]!, down[row]!, valueAt(row * columns + column)]
  return Array.from({ length: rows - 1 }, (_, row) =>
    Array.from({ length: columns - 1 }, (__, column) => [
      corner(column, row),
      corner(column + 1, row),
      corner(column + 1, row + 1),
      corner(column, row + 1)
    ])
  )
}

const inside = ([, , value]: Corner): boolean => value >= 0

/** Where the value is 0 between a corner inside and one outside. */
const crossing = ([x, y, v]: Corner, [x2, y2, v2]: Corner): Place => {
  const part = partOf(0, v, v2)
  return [x + (x2 - x) * part, y + (y2 - y) * part]
}

const pixels = (value: number): string => String(Math.round(value * 10) / 10)
const pointed = ([x, y]: Place): string => `${pixels(x)},${pixels(y)}`
const polygon = (places: readonly Place[]): string => `M${places.map(pointed).join('L')}Z`

/** The part of a square where the value is 0 or more, in order around it. */
const clipped = (square: Square): string =>
  polygon(
    square.flatMap((corner, i): readonly Place[] => {
      const next = square[(i + 1) % 4]!
      return [
        ...(inside(corner) ? [[corner[0], corner[1]] as const] : []),
        ...(inside(corner) === inside(next) ? [] : [crossing(corner, next)])
      ]
    })
  )

/** The area in which a function of the cells is 0 or more, as a path; empty where it is negative everywhere. */
export const areaPath = (grid: Grid, size: Size, valueAt: (cell: number) => number): string =>
  squaresOf(grid, size, valueAt)
    .map((row) => {
      const kinds = row.map((square) => square.filter(inside).length)
      // neighbours that are wholly inside make one rectangle
      const starts = kinds.flatMap((kind, i) => (kind === 4 && kinds[i - 1] !== 4 ? [i] : []))
      const rectangles = starts.map((from) => {
        const length = kinds.slice(from).findIndex((kind) => kind !== 4)
        const [a, b, c, d] = [row[from]!, row[length < 0 ? row.length - 1 : from + length - 1]!].flatMap(
          ([left, right, rightUp, leftUp], i) => (i === 0 ? [left, leftUp] : [right, rightUp])
        )
        return polygon([a!, c!, d!, b!].map(([x, y]) => [x, y]))
      })
      const edges = row.filter((_, i) => kinds[i]! > 0 && kinds[i]! < 4).map(clipped)
      return [...rectangles, ...edges].join('')
    })
    .join('')

/** The line where a function of the cells is 0, as a path; empty when it has no zero. */
export const linePath = (grid: Grid, size: Size, valueAt: (cell: number) => number): string =>
  squaresOf(grid, size, valueAt)
    .flat()
    .map((square) => {
      const crossings = square.flatMap((corner, i) => {
        const next = square[(i + 1) % 4]!
        return inside(corner) === inside(next) ? [] : [crossing(corner, next)]
      })
      // two neighbours in the list are the ends of a piece; at a saddle the middle says which two
      const middle = square.reduce((total, [, , value]) => total + value, 0) >= 0
      const turned =
        crossings.length === 4 && middle !== inside(square[0])
          ? [...crossings.slice(3), ...crossings.slice(0, 3)]
          : crossings
      return Array.from(
        { length: turned.length / 2 },
        (_, k) => `M${pointed(turned[2 * k]!)}L${pointed(turned[2 * k + 1]!)}`
      ).join('')
    })
    .join('')

/** A path, and its colour where it has one of its own. */
export interface Painted {
  readonly path: string
  readonly color?: string
}

/** Paths in pixels of the plot as marks. */
export const pathLayer = (painted: readonly Painted[], mark: JsonObject): JsonObject => ({
  data: { values: painted.filter(({ path }) => path !== '').map((one) => ({ ...one })) },
  // a symbol of size 4 has one pixel a unit, and stands at the corner
  mark: { type: 'point', size: 4, opacity: 1, x: 0, y: 0, clip: true, ...mark },
  encoding: { shape: { field: 'path', type: 'nominal', scale: null, legend: null } }
})

/** Areas, each drawn over those before it. */
export const areaLayer = (painted: readonly Painted[]): JsonObject => {
  const layer = pathLayer(painted, { filled: true, strokeWidth: 0 })
  return {
    ...layer,
    encoding: {
      ...(layer['encoding'] as JsonObject),
      color: { field: 'color', type: 'nominal', scale: null, legend: null }
    }
  }
}

/** Lines of one colour. */
export const lineLayer = (lines: readonly string[], color: string, strokeWidth: number): JsonObject =>
  pathLayer(
    lines.map((path) => ({ path })),
    { filled: false, stroke: color, strokeWidth, strokeCap: 'round' }
  )
