import { fail } from '../tensor/errors.ts'
import {
  type AxisSettings,
  type Chart,
  chart,
  counted,
  formatFor,
  inUnits,
  type JsonObject,
  legendColumns,
  short,
  unitOf
} from './chart.ts'
import { categoryColors, categoryShapes, mix } from './color.ts'
import { areaLayer, areaPath, lineLayer, linePath, sizeFor } from './field.ts'
import { type Grid, gridOf, winnerAt } from './grid.ts'
import { type Interval, type Numbers, numbersOf, partOf, type Points, pointsOf } from './numbers.ts'
import { asSettings } from '../tensor/given.ts'
import { checked } from './settings.ts'
import { shownOfPoints } from './thin.ts'

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

/** Settings of a decision boundary. @category settings @since 0.1.0 */
export interface BoundarySettings extends AxisSettings {
  /** What the classes are called; their numbers when left out. */
  readonly classNames?: readonly string[]
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
const sureness = (grid: Grid, k: number, cell: number): number => {
  const tie = 1 / grid.values.length
  return (grid.values[k]![cell]! - tie) / (1 - tie)
}

/** How sure the winner is. */
export const certainty = (grid: Grid, cell: number): number => sureness(grid, winnerAt(grid, cell), cell)

/** How far the winner is ahead of class `k`'s best rival; 0 on the boundary. */
const lead =
  (grid: Grid, k: number) =>
  (cell: number): number =>
    grid.values.reduce(
      (least, list, other) => (other === k ? least : Math.min(least, grid.values[k]![cell]! - list[cell]!)),
      Infinity
    )

/** How sure the winner must be for each darker shade. */
const SHADES: readonly number[] = [0.2, 0.4, 0.6, 0.8]

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
 * import { sigmoid, sumOver } from 'grad-ts'
 * import { decisionBoundary, probabilityGrid } from 'grad-ts/report'
 *
 * const grid = probabilityGrid({ x: [-1, 1], y: [-1, 1] })((points) => sigmoid(sumOver(1)(points)))
 * const chart = decisionBoundary({ title: 'Halves' })({ grid, points: [[0.5, 0.5], [-1, 0]], labels: [1, 0] })
 * ok(chart.description.startsWith('Halves: 2 classes and 2 points, all of them drawn on the side of their class'))
 * @category charts
 * @since 0.1.0
 */
export const decisionBoundary = (given: BoundarySettings = {}) => {
  const settings = checked('decisionBoundary', given, ['classNames', 'xTitle', 'yTitle', 'title'])
  return (data: BoundaryData): Chart => {
    const { grid, marked, names } = boundaryOf('decisionBoundary', data, settings.classNames)
    const { title = 'Decision boundary', xTitle = 'x₁', yTitle = 'x₂' } = settings
    const colors = categoryColors(names.length)
    const size = sizeFor(grid)
    const areas = names.flatMap((_, k) =>
      [0, ...SHADES].map((least, shade) => ({
        // sure of class k: ahead of all others, and so far above a tie
        path: areaPath(grid, size, (cell) =>
          least === 0 ? lead(grid, k)(cell) : Math.min(lead(grid, k)(cell), sureness(grid, k, cell) - least)
        ),
        color: mix('#ffffff', colors[k]!, 0.1 + (0.5 * shade) / SHADES.length)
      }))
    )
    // of two classes the line of the second is that of the first
    const rivals = names.map((_, k) => k).slice(names.length === 2 ? 1 : 0)
    const boundary = rivals.map((k) => linePath(grid, size, lead(grid, k)))
    const right = marked.filter(({ x, y, label }) => winnerAt(grid, cellAt(grid, x, y)) === label).length
    const summary =
      marked.length === 0
        ? `${counted(names.length, 'class', 'classes')}.`
        : `${counted(names.length, 'class', 'classes')} and ${counted(marked.length, 'point')}, ` +
          `${right === marked.length ? 'all' : right === 0 ? 'none' : `${right}`} of them drawn on the side of their class.`
    const position = axesFor(grid, xTitle, yTitle)
    const legend = { title: null, columns: legendColumns(names) }
    return chart(
      { title, subtitle: 'Darker ground: surer. Black line: classes tie.', summary },
      {
        ...size,
        layer: [
          areaLayer(areas),
          lineLayer(boundary, '#000000', 1.2),
          {
            data: { values: visible(grid, marked).map((one) => ({ ...placeIn(grid, one), class: names[one.label]! })) },
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
              ...position,
              color: { field: 'class', type: 'nominal', scale: { domain: [...names], range: [...colors] }, legend },
              shape: {
                field: 'class',
                type: 'nominal',
                scale: { domain: [...names], range: [...categoryShapes(names.length)] },
                legend
              }
            }
          }
        ],
        // the ground has colours of its own, outside every scale
        resolve: { scale: { color: 'independent', shape: 'independent' } }
      }
    )
  }
}

/** The cell that holds a place, or the nearest. */
export const cellAt = (grid: Grid, x: number, y: number): number => {
  const index = ([from, to]: readonly [number, number], count: number, at: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(partOf(at, from, to) * count)))
  return index(grid.y, grid.rows, y) * grid.columns + index(grid.x, grid.columns, x)
}

/** The points that can be seen: of thousands, the last of each class in each cell of a fine grid. */
const visible = (grid: Grid, marked: readonly Marked[]): readonly Marked[] =>
  grid.values.flatMap((_, k) => {
    const own = marked.filter(({ label }) => label === k)
    const across = own.map(({ x }) => partOf(x, ...grid.x))
    return shownOfPoints(
      across,
      own.map(({ y }) => partOf(y, ...grid.y))
    ).map((i) => own[i]!)
  })

/** A place in the units of the axes over a grid. */
export const placeIn = (
  grid: Grid,
  { x, y }: { readonly x: number; readonly y: number }
): { readonly x: number; readonly y: number } => ({ x: short(x / unitOf(grid.x)), y: short(y / unitOf(grid.y)) })

/** Both axes over exactly the grid. */
export const axesFor = (grid: Grid, xTitle: string, yTitle: string): JsonObject => {
  const axis = (field: 'x' | 'y', title: string): JsonObject => {
    const [from, to] = grid[field]
    const unit = unitOf([from, to])
    const domain: Interval = [from / unit, to / unit]
    return {
      field,
      type: 'quantitative',
      title: inUnits(title, unit),
      scale: { domain: [...domain], nice: false, zero: false },
      axis: { ...formatFor(domain), tickCount: 5, grid: false, zindex: 1 }
    }
  }
  return { x: axis('x', xTitle), y: axis('y', yTitle) }
}
