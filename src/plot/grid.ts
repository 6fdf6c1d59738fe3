import * as kinds from '../kinds/index.ts'
import { showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { extent, finite, interpolate, type Interval, type Points, pointsOf } from './numbers.ts'
import { integer, interval } from './settings.ts'

/**
 * Values over a rectangle of the plane, one for each cell of a grid, taken at the middle of the cell.
 *
 * @category grids
 * @since 0.1.0
 */
export interface Grid {
  readonly x: Interval
  readonly y: Interval
  readonly columns: number
  readonly rows: number
  /**
   * A list for each class, or a single one for a surface. In each the cells go from left to right, row by row, the row
   * with the smallest y first.
   */
  readonly values: readonly (readonly number[])[]
}

const MOST_CELLS = 2 ** 24

const gridFields = {
  x: interval,
  y: interval,
  /** 50 when left out. */
  columns: [integer(2), 50],
  /** As many as there are columns when left out. */
  rows: [integer(2), undefined]
} as const

/** A rectangle, and how finely it is cut. @category settings @since 0.1.0 */
export interface GridSettings extends kinds.Given<typeof gridFields> {}

/** A rectangle cut into cells, at most `MOST_CELLS`. */
const cut = (what: string, given: GridSettings): Omit<Grid, 'values'> => {
  const { rows, ...rectangle } = kinds.settings(what, gridFields).read(given)
  const { columns } = rectangle
  const atMost = integer(2, Math.floor(MOST_CELLS / columns))
  return { ...rectangle, rows: kinds.mustBe(atMost, `${what}: rows`, rows ?? columns) }
}

/** The middle of cell `i` of `count` over an interval. */
export const middleOf = ([from, to]: Interval, count: number, i: number): number =>
  interpolate(from, to, (i + 0.5) / count)

/** The middle of each cell. */
const middles = ({ x, y, columns, rows }: Omit<Grid, 'values'>): readonly Interval[] =>
  Array.from({ length: columns * rows }, (_, i) => [
    middleOf(x, columns, i % columns),
    middleOf(y, rows, Math.floor(i / columns))
  ])

/**
 * The probability of each class over a rectangle: every cell's middle is handed to the model in one batch. A model with
 * one output gives the probability of class 1 of two; otherwise there is one column for each class.
 *
 * @shape points [columns · rows, 2] → probabilities [columns · rows], [columns · rows, 1] or [columns · rows, classes]
 * @throws ShapeError when the predictions are not one row for each point
 * @throws ValueError when a prediction is not a probability, and for an
 * argument or a setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { plot, sigmoid, sum } from 'grad-ts'
 *
 * const grid = plot.probabilityGrid({ x: [-1, 1], y: [-1, 1], columns: 2 })((points) => sigmoid(sum({ axis: 1 })(points)))
 * strictEqual(grid.values.length, 2)
 * strictEqual(grid.values[1]?.[1], 0.5)
 * @category grids
 * @since 0.1.0
 */
export const probabilityGrid = (settings: GridSettings) => {
  const what = 'probabilityGrid'
  const grid = cut(what, settings)
  return (predict: (points: Tensor<[number, 2]>) => Tensor<Shape>): Grid => {
    kinds.mustBe(kinds.anyFunction, `${what}: predict`, predict)
    const points = middles(grid)
    const count = points.length
    const predictions = predict(make<[number, 2]>([count, 2], Float64Array.from(points.flat())))
    const dims = dimsOf(asTensor(`${what}: what the model gives`, predictions))
    const [rows, width = 1, ...more] = dims
    if (rows !== count || width < 1 || more.length > 0)
      return fail(
        'ShapeError',
        `${what}: the model must give [${count}], [${count}, 1] or [${count}, classes] for ${count} points, got ${showDims(dims)}`
      )
    const values = valuesOf(what, predictions)
    const wrong = values.findIndex((value) => !(value >= 0 && value <= 1 + 1e-9))
    if (wrong >= 0)
      return fail(
        'ValueError',
        `${what}: the model gives ${values[wrong]} at (${points[Math.floor(wrong / width)]!.join(', ')}), ` +
          'which is not a probability; turn logits into probabilities first'
      )
    const classes = Array.from({ length: width }, (_, k) => points.map((__, i) => values[i * width + k]!))
    return { ...grid, values: width === 1 ? [classes[0]!.map((p) => 1 - p), ...classes] : classes }
  }
}

/**
 * The values of a function of two numbers over a rectangle.
 *
 * @throws ValueError when a value is not finite, naming the place, and for an argument or a setting that is not of its
 * kind
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { plot } from 'grad-ts'
 *
 * const bowl = plot.surfaceGrid({ x: [-2, 2], y: [0, 2], columns: 2, rows: 1 + 1 })((x, y) => x * x + y)
 * deepStrictEqual(bowl.values, [[1.5, 1.5, 2.5, 2.5]])
 * @category grids
 * @since 0.1.0
 */
export const surfaceGrid = (settings: GridSettings) => {
  const grid = cut('surfaceGrid', settings)
  return (f: (x: number, y: number) => number): Grid => {
    kinds.mustBe(kinds.anyFunction, 'surfaceGrid: f', f)
    const values = middles(grid).map(([x, y]) => {
      const value = f(x, y)
      const given = `the function gives ${showGiven(value)} at (${x}, ${y})`
      return Number.isFinite(value) ? value : fail('ValueError', `surfaceGrid: ${given}; leave that place out`)
    })
    return { ...grid, values: [values] }
  }
}

const aroundSettings = kinds.settings('rangesAround', { margin: [kinds.finite, 0.1] })

/**
 * The smallest rectangle around points, widened on all sides by a share of its size.
 *
 * @throws ValueError when there are no points, and for an argument or a setting that is not of its kind
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { plot } from 'grad-ts'
 *
 * deepStrictEqual(plot.rangesAround({ margin: 0.25 })([[0, 0], [4, 2]]), { x: [-1, 5], y: [-0.5, 2.5] })
 * @category grids
 * @since 0.1.0
 */
export const rangesAround = (settings: { readonly margin?: number } = {}) => {
  const { margin } = aroundSettings.read(settings)
  return (points: Points): { readonly x: Interval; readonly y: Interval } => {
    const list = pointsOf('rangesAround', 'points', points)
    if (list.length === 0) return fail('ValueError', 'rangesAround: there are no points')
    const widened = ([least, most]: Interval): Interval => {
      // 1 is lost in a number as large as 10¹⁶
      const room = least < most ? margin * most - margin * least : Math.max(1, Math.abs(least) * 1e-3)
      return [finite(least - room), finite(most + room)]
    }
    return { x: widened(extent(list.map(([x]) => x))), y: widened(extent(list.map(([, y]) => y))) }
  }
}

const gridKind = kinds.record('a grid such as probabilityGrid gives', {
  values: kinds.listOf(
    kinds.listOf(kinds.finite, 'an array of finite numbers'),
    'an array of lists such as probabilityGrid gives'
  )
})

/** A grid from outside, checked: every list as long as there are cells, every number finite. */
export const gridOf = (what: string, given: Grid): Grid => {
  const { x, y, columns, rows, values } = kinds.mustBe(gridKind, `${what}: grid`, given)
  const grid = { ...cut(what, { x, y, columns, rows }), values }
  if (grid.values.length === 0) return fail('ValueError', `${what}: the grid holds no values`)
  const size = grid.columns * grid.rows
  const wrong = grid.values.findIndex((list) => list.length !== size)
  return wrong < 0
    ? grid
    : fail(
        'ShapeError',
        `${what}: the grid has ${grid.rows} rows of ${grid.columns} cells, and list ${wrong} has ${grid.values[wrong]!.length} values instead of ${size}`
      )
}

/** The class with the largest value at a cell, the first of equals. */
export const likeliestAt = ({ values }: Grid, cell: number): number =>
  values.reduce((best, list, k) => (list[cell]! > values[best]![cell]! ? k : best), 0)
