import * as kinds from '../kinds/index.ts'
import { boundaryOf, type BoundaryData, cellAt, certaintyAt } from '../plot/boundary.ts'
import { type Grid, likeliestAt, middleOf } from '../plot/grid.ts'
import * as plot from '../plot/settings.ts'
import { fail } from '../tensor/errors.ts'
import { readable } from '../tensor/text.ts'
import { grounded } from './braille.ts'
import { framed, textFields } from './frame.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const shades = [' ', '░', '▒', '▓', '█']

const boundarySettings = kinds.settings('plotBoundary', {
  ...textFields,
  height: [plot.integer(2), 20],
  classNames: plot.texts
})

/** Settings of a decision boundary as text. @category settings @since 0.1.0 */
export interface PlotBoundarySettings extends kinds.Given<typeof boundarySettings.fields> {}

/**
 * Where a classifier of the plane decides for which class, as text. Of two classes the probability of the second is
 * shaded, from blank to full; of more, a small letter is the likeliest class and a dot means less than half sure. Points
 * are capital letters.
 *
 * @throws ValueError when the grid is not one of two classes or more, and for an argument or a setting that is not of
 * its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { plotBoundary } from 'grad-ts/terminal'
 * import { plot, sigmoid, sum } from 'grad-ts'
 *
 * const grid = plot.probabilityGrid({ x: [-9, 9], y: [-1, 1] })((points) => sigmoid(sum({ axis: 1 })(points)))
 * strictEqual(
 *   plotBoundary({ width: 9, height: 2 })({ grid, points: [[8, 0.5], [-8, -0.5]], labels: [1, 0] }),
 *   [' 1 ┤    ▓███B', '−1 ┤A   ▒████', '   └─────────', '    −9      9', 'points: A 0, B 1; ground: ░▒▓█ probability of 1'].join('\n')
 * )
 * @category terminal
 * @since 0.1.0
 */
export const plotBoundary = (given: PlotBoundarySettings = {}) => {
  const { title, width, height, color, classNames } = boundarySettings.read(given)
  return (data: BoundaryData): string => {
    const what = 'plotBoundary'
    const { grid, labelled, names } = boundaryOf(what, data, classNames)
    if (names.length > letters.length)
      return fail('ValueError', `${what}: has letters for ${letters.length} classes, got ${names.length}`)
    const { x, y } = grid
    const characters: Grid = { ...grid, columns: width, rows: height }
    const inside = labelled.filter((p) => p.x >= x[0] && p.x <= x[1] && p.y >= y[0] && p.y <= y[1])
    // of several points in one place, the last
    const labels = new Map(inside.map((p) => [cellAt(characters, p.x, p.y), p.label] as const))
    const rows = Array.from({ length: height }, (_, fromTop) =>
      Array.from({ length: width }, (__, column) => {
        const row = height - 1 - fromTop
        const cell = cellAt(grid, middleOf(x, width, column), middleOf(y, height, row))
        const label = labels.get(row * width + column)
        return grounded(
          label === undefined ? groundOf(grid, cell, color) : letters[label]!,
          likeliestAt(grid, cell),
          color
        )
      }).join('')
    )
    const shown = names.map((name, k) => grounded(`${letters[k]!} ${name}`, k, color)).join(', ')
    const likeliest = color ? 'the color of the likeliest class' : 'small letter of the likeliest class'
    const ground =
      color || names.length > 2 ? `${likeliest}, · less than half sure` : `░▒▓█ probability of ${names[1]!}`
    const ends = rows.map((_, i) => (i === 0 ? readable(y[1]) : i === height - 1 ? readable(y[0]) : ''))
    return [
      ...(title === undefined ? [] : [title]),
      ...framed(ends, rows, width, x),
      `points: ${shown}; ground: ${ground}`
    ].join('\n')
  }
}

/** What stands where there is no point. */
const groundOf = (grid: Grid, cell: number, color: boolean): string => {
  const isUnsure = certaintyAt(grid, cell) < 0.5
  if (grid.values.length === 2 && !color) return shades[Math.min(4, Math.floor(grid.values[1]![cell]! * 5))]!
  return isUnsure ? '·' : color ? ' ' : letters[likeliestAt(grid, cell)]!.toLowerCase()
}
