import { fail } from '../tensor/errors.ts'
import { asSettings } from '../tensor/given.ts'
import { type Grid, gridOf, winnerAt } from './grid.ts'
import { type Numbers, numbersOf, partOf, type Points, pointsOf } from './numbers.ts'

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
export interface Marked {
  readonly x: number
  readonly y: number
  readonly label: number
}

/** Grid, points and names, checked against each other. */
export const boundaryOf = (
  what: string,
  data: BoundaryData,
  classNames: readonly string[] | undefined
): { readonly grid: Grid; readonly marked: readonly Marked[]; readonly names: readonly string[] } => {
  const { grid, points, labels } = asSettings(what, 'data { grid, points, labels }', data, ['grid', 'points', 'labels'])
  const checked = gridOf(what, grid)
  const classes = checked.values.length
  if (classes < 2)
    return fail(
      'ValueError',
      `${what}: the grid holds one list of values and needs one for each class; use probabilityGrid`
    )
  const names = classNames ?? checked.values.map((_, k) => String(k))
  if (names.length !== classes)
    return fail('ValueError', `${what}: there are ${classes} classes and ${names.length} class names`)
  if (new Set(names).size !== classes)
    return fail('ValueError', `${what}: two classes have one name: ${names.join(', ')}`)
  if ((points === undefined) !== (labels === undefined))
    return fail(
      'ValueError',
      `${what}: points and labels come together, and ${points === undefined ? 'points' : 'labels'} are missing`
    )
  if (points === undefined || labels === undefined) return { grid: checked, marked: [], names }
  const places = pointsOf(what, 'points', points)
  const list = numbersOf(what, 'labels', labels)
  if (places.length !== list.length)
    return fail('ShapeError', `${what}: there are ${places.length} points and ${list.length} labels`)
  const wrong = list.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes))
  return wrong < 0
    ? { grid: checked, marked: places.map(([x, y], i) => ({ x, y, label: list[i]! })), names }
    : fail(
        'IndexError',
        `${what}: label ${list[wrong]} at position ${wrong} is no class; use whole numbers from 0 to ${classes - 1}`
      )
}

/** How sure a class is, from 0 where all classes tie to 1. */
export const sureness = (grid: Grid, k: number, cell: number): number => {
  const tie = 1 / grid.values.length
  return (grid.values[k]![cell]! - tie) / (1 - tie)
}

/** How sure the winner is. */
export const certainty = (grid: Grid, cell: number): number => sureness(grid, winnerAt(grid, cell), cell)

/** The cell that holds a place, or the nearest. */
export const cellAt = (grid: Grid, x: number, y: number): number => {
  const index = ([from, to]: readonly [number, number], count: number, at: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(partOf(at, from, to) * count)))
  return index(grid.y, grid.rows, y) * grid.columns + index(grid.x, grid.columns, x)
}
