import * as kinds from '../kinds/index.ts'
import { showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { asArray, asFunction, asRecord, asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { between, extent, finite, type Interval, type Points, pointsOf } from './numbers.ts'
import { interval, whole } from './settings.ts'

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

/** A rectangle, and how finely it is cut. @category settings @since 0.1.0 */
export interface GridSettings {
  readonly x: Interval
  readonly y: Interval
  /** 50 when left out. */
  readonly columns?: number
  /** As many as there are columns when left out. */
  readonly rows?: number
}

const MOST_CELLS = 2 ** 24

const rectangle = { x: interval, y: interval } as const
const gridFields = { ...rectangle, columns: [whole(2), 50], rows: [whole(2), undefined] } as const

/** A rectangle cut into at most so many cells. */
const settled = (what: string, settings: GridSettings): Omit<Grid, 'values'> => {
  const { x, y, columns, rows } = kinds.settings(what, gridFields).read(settings)
  return {
    x,
    y,
    columns,
    rows: kinds.mustBe(whole(2, Math.floor(MOST_CELLS / columns)), `${what}: rows`, rows ?? columns)
  }
}

/** The middle of cell `i` of `count` over an interval. */
export const middleOf = ([from, to]: Interval, count: number, i: number): number =>
  Number.isFinite(to - from) ? from + ((i + 0.5) * (to - from)) / count : between(from, to, (i + 0.5) / count)

const cells = ({ columns, rows }: Omit<Grid, 'values'>): readonly number[] =>
  Array.from({ length: columns * rows }, (_, i) => i)

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
 * import { sigmoid, sum } from 'grad-ts'
 * import { probabilityGrid } from 'grad-ts/report'
 *
 * const grid = probabilityGrid({ x: [-1, 1], y: [-1, 1], columns: 2 })((points) => sigmoid(sum({ axis: 1 })(points)))
 * strictEqual(grid.values.length, 2)
 * strictEqual(grid.values[1]?.[1], 0.5)
 * @category grids
 * @since 0.1.0
 */
export const probabilityGrid = (settings: GridSettings) => {
  const what = 'probabilityGrid'
  const grid = settled(what, settings)
  return (predict: (points: Tensor<[number, 2]>) => Tensor<Shape>): Grid => {
    asFunction(what, predict)
    const places = cells(grid)
    const points = Float64Array.from(
      places.flatMap((i) => [
        middleOf(grid.x, grid.columns, i % grid.columns),
        middleOf(grid.y, grid.rows, Math.floor(i / grid.columns))
      ])
    )
    const predictions = predict(make<[number, 2]>([places.length, 2], points))
    const dims = dimsOf(asTensor(`${what}: what the model gives`, predictions))
    const width = dims.length === 1 ? 1 : dims[1]
    if (dims[0] !== places.length || dims.length > 2 || width === undefined || width < 1)
      return fail(
        'ShapeError',
        `${what}: the model must give [${places.length}], [${places.length}, 1] or [${places.length}, classes] for ${places.length} points, got ${showDims(dims)}`
      )
    const values = valuesOf(what, predictions)
    const wrong = values.findIndex((value) => !(value >= 0 && value <= 1 + 1e-9))
    if (wrong >= 0)
      return fail(
        'ValueError',
        `${what}: the model gives ${values[wrong]} at (${points[2 * Math.floor(wrong / width)]}, ${points[2 * Math.floor(wrong / width) + 1]}), ` +
          'which is not a probability; turn logits into probabilities first'
      )
    return {
      ...grid,
      values:
        width === 1
          ? [places.map((i) => 1 - values[i]!), places.map((i) => values[i]!)]
          : Array.from({ length: width }, (_, k) => places.map((i) => values[i * width + k]!))
    }
  }
}

/**
 * The values of a function of two numbers over a rectangle.
 *
 * @throws ValueError when a value is not finite, naming the place, and for an argument or a setting that is not of its
 * kind
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { surfaceGrid } from 'grad-ts/report'
 *
 * const bowl = surfaceGrid({ x: [-2, 2], y: [0, 2], columns: 2, rows: 1 + 1 })((x, y) => x * x + y)
 * deepStrictEqual(bowl.values, [[1.5, 1.5, 2.5, 2.5]])
 * @category grids
 * @since 0.1.0
 */
export const surfaceGrid = (settings: GridSettings) => {
  const grid = settled('surfaceGrid', settings)
  return (f: (x: number, y: number) => number): Grid => {
    asFunction('surfaceGrid', f)
    return {
      ...grid,
      values: [
        cells(grid).map((i) => {
          const x = middleOf(grid.x, grid.columns, i % grid.columns)
          const y = middleOf(grid.y, grid.rows, Math.floor(i / grid.columns))
          const value = f(x, y)
          return Number.isFinite(value)
            ? value
            : fail(
                'ValueError',
                `surfaceGrid: the function gives ${showGiven(value)} at (${x}, ${y}); leave that place out`
              )
        })
      ]
    }
  }
}

const aroundSettings = kinds.settings('rangesAround', { margin: [kinds.finite, 0.1] })

/**
 * The smallest rectangle around points, widened on all sides by a share of its size.
 *
 * @throws ValueError when there are no points, and for an argument or a setting that is not of its kind
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { rangesAround } from 'grad-ts/report'
 *
 * deepStrictEqual(rangesAround({ margin: 0.25 })([[0, 0], [4, 2]]), { x: [-1, 5], y: [-0.5, 2.5] })
 * @category grids
 * @since 0.1.0
 */
export const rangesAround = (settings: { readonly margin?: number } = {}) => {
  const { margin } = aroundSettings.read(settings)
  return (points: Points): { readonly x: Interval; readonly y: Interval } => {
    const list = pointsOf('rangesAround', 'points', points)
    if (list.length === 0) return fail('ValueError', 'rangesAround: there are no points')
    const widened = ([least, most]: Interval): Interval => {
      // around a single number as large as 10¹⁶ there is no room of 1
      const room = least < most ? margin * most - margin * least : Math.max(1, Math.abs(least) * 1e-3)
      return [finite(least - room), finite(most + room)]
    }
    return { x: widened(extent(list.map(([x]) => x))), y: widened(extent(list.map(([, y]) => y))) }
  }
}

/** A grid from outside, checked: every list as long as there are cells, every number finite. */
export const gridOf = (what: string, grid: Grid): Grid => {
  const { x, y, columns, rows, values } = asRecord(what, 'a grid such as probabilityGrid gives', grid)
  const checked = {
    ...settled(what, { x, y, columns, rows }),
    values: asArray(`${what}: values of the grid`, 'an array of lists', values)
  }
  const size = checked.columns * checked.rows
  if (values.length === 0) return fail('ValueError', `${what}: the grid holds no values`)
  Array.from(values, (list, k) => {
    asArray(`${what}: list ${k} of the grid`, 'an array of numbers', list)
    if (list.length !== size)
      fail(
        'ShapeError',
        `${what}: the grid has ${checked.rows} rows of ${checked.columns} cells, and list ${k} has ${list.length} values instead of ${size}`
      )
    const wrong = list.findIndex((value) => !Number.isFinite(value))
    if (wrong >= 0)
      fail('ValueError', `${what}: list ${k} of the grid holds ${showGiven(list[wrong])} at position ${wrong}`)
  })
  return checked
}

/** The class with the largest value at a cell, the first of equals. */
export const winnerAt = (grid: Grid, cell: number): number =>
  grid.values.reduce((best, list, k) => (list[cell]! > grid.values[best]![cell]! ? k : best), 0)
