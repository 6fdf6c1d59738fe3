import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import { type Grid, gridOf, likeliestAt } from './grid.ts'
import { classNamesOf, fractionOf, type Interval, type Numbers, numbersOf, type Points, pointsOf } from './numbers.ts'

/** Points of the plane and the classes they belong to, counted from 0. @category charts @since 0.1.0 */
export interface LabelledPoints {
  readonly points: Points
  readonly labels: Numbers
}

/** What a decision boundary is drawn from. @category charts @since 0.1.0 */
export interface BoundaryData extends Partial<LabelledPoints> {
  /** The probability of each class, as `probabilityGrid` gives it. */
  readonly grid: Grid
}

/** A point and its class. */
export interface Labelled {
  readonly x: number
  readonly y: number
  readonly label: number
}

const dataFields = {
  grid: kinds.anything as kinds.Kind<Grid>,
  points: [kinds.anything as kinds.Kind<Points>, undefined],
  labels: [kinds.anything as kinds.Kind<Numbers>, undefined]
} as const

/** Grid, points and names, checked against each other. */
export const boundaryOf = (
  what: string,
  data: BoundaryData,
  classNames: readonly string[] | undefined
): { readonly grid: Grid; readonly labelled: readonly Labelled[]; readonly names: readonly string[] } => {
  const { points, labels, ...given } = kinds.settings(what, dataFields, 'data').read(data)
  const grid = gridOf(what, given.grid)
  const classes = grid.values.length
  if (classes < 2)
    return fail(
      'ValueError',
      `${what}: the grid holds one list of values and needs one for each class; use probabilityGrid`
    )
  const names = classNamesOf(what, classes, classNames)
  if (points === undefined && labels === undefined) return { grid, labelled: [], names }
  if (points === undefined || labels === undefined)
    return fail(
      'ValueError',
      `${what}: points and labels come together, and ${points === undefined ? 'points' : 'labels'} are missing`
    )
  const places = pointsOf(what, 'points', points)
  const list = numbersOf(what, 'labels', labels)
  if (places.length !== list.length)
    return fail('ShapeError', `${what}: there are ${places.length} points and ${list.length} labels`)
  const wrong = list.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes))
  return wrong < 0
    ? { grid, labelled: places.map(([x, y], i) => ({ x, y, label: list[i]! })), names }
    : fail(
        'IndexError',
        `${what}: label ${list[wrong]} at position ${wrong} is not a class; use integers from 0 to ${classes - 1}`
      )
}

/** How certain a class is, from 0 where all classes tie to 1. */
export const certaintyOf = (grid: Grid, k: number, cell: number): number => {
  const tie = 1 / grid.values.length
  return (grid.values[k]![cell]! - tie) / (1 - tie)
}

/** How certain the likeliest class is. */
export const certaintyAt = (grid: Grid, cell: number): number => certaintyOf(grid, likeliestAt(grid, cell), cell)

/** The cell that holds a place, or the nearest. */
export const cellAt = (grid: Grid, x: number, y: number): number => {
  const index = ([from, to]: Interval, count: number, at: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(fractionOf(at, from, to) * count)))
  return index(grid.y, grid.rows, y) * grid.columns + index(grid.x, grid.columns, x)
}
