import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import { boundaryOf, type BoundaryData, cellAt, certainty, type Marked } from '../plot/boundary.ts'
import { readable } from '../tensor/text.ts'
import { grounded } from './braille.ts'
import { type Grid, middleOf, winnerAt } from '../plot/grid.ts'
import type { TextSettings } from './lines.ts'
import * as plot from '../plot/settings.ts'

/** Settings of a decision boundary as text. @category settings @since 0.1.0 */
export interface PlotBoundarySettings extends TextSettings {
  readonly classNames?: readonly string[]
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const shades = [' ', '░', '▒', '▓', '█']

const boundarySettings = kinds.settings('plotBoundary', {
  width: [plot.whole(2), 60],
  height: [plot.whole(2), 20],
  color: plot.flag(false),
  classNames: plot.texts,
  ...plot.titled
})

/**
 * Where a classifier of the plane decides for which class, as text. Of two classes the probability of the second is
 * shaded, from blank to full; of more, a small letter is the likeliest class and a dot means less than half sure. Points
 * are capital letters.
 *
 * @throws ValueError when the grid is no grid of two classes or more, and for an argument or a setting that is not of
 * its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { plotBoundary, probabilityGrid } from 'grad-ts/terminal'
 * import { sigmoid, sum } from 'grad-ts'
 *
 * const grid = probabilityGrid({ x: [-9, 9], y: [-1, 1] })((points) => sigmoid(sum({ axis: 1 })(points)))
 * strictEqual(
 *   plotBoundary({ width: 9, height: 2 })({ grid, points: [[8, 0.5], [-8, -0.5]], labels: [1, 0] }),
 *   [' 1 ┤    ▓███B', '−1 ┤A   ▒████', '   └─────────', '    −9      9', 'points: A 0, B 1; ground: ░▒▓█ probability of 1'].join('\n')
 * )
 * @category terminal
 * @since 0.1.0
 */
export const plotBoundary = (given: PlotBoundarySettings = {}) => {
  const settings = boundarySettings.read(given)
  return (data: BoundaryData): string => {
    const what = 'plotBoundary'
    const { grid, marked, names } = boundaryOf(what, data, settings.classNames)
    const { title, width, height, color } = settings
    if (names.length > letters.length)
      return fail('ValueError', `${what}: has letters for ${letters.length} classes, got ${names.length}`)
    const points = pointsByPlace(grid, marked, width, height)
    const rows = Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (__, column) => {
        const cell = cellAt(grid, middleOf(grid.x, width, column), middleOf(grid.y, height, height - 1 - row))
        const winner = winnerAt(grid, cell)
        const label = points.get(row * width + column)
        const text = label === undefined ? groundOf(grid, cell, color) : letters[label]!
        return grounded(text, winner, color)
      }).join('')
    )
    const [bottom, top] = grid.y.map(readable) as unknown as readonly [string, string]
    const margin = Math.max(bottom.length, top.length)
    const [from, to] = grid.x.map(readable) as unknown as readonly [string, string]
    const lead = (row: number): string =>
      row === 0
        ? `${top.padStart(margin)} ┤`
        : row === height - 1
          ? `${bottom.padStart(margin)} ┤`
          : `${' '.repeat(margin)} │`
    const shown = names.map((name, k) => grounded(`${letters[k]!} ${name}`, k, color)).join(', ')
    const ground =
      color || names.length > 2
        ? `ground: ${color ? 'the colour of the likeliest class' : 'small letter of the likeliest class'}, · less than half sure`
        : `ground: ░▒▓█ probability of ${names[1]!}`
    return [
      ...(title === undefined ? [] : [title]),
      ...rows.map((row, i) => `${lead(i)}${row}`),
      `${' '.repeat(margin)} └${'─'.repeat(width)}`,
      `${' '.repeat(margin)}  ${from}${' '.repeat(Math.max(1, width - from.length - to.length))}${to}`,
      `points: ${shown}; ${ground}`
    ].join('\n')
  }
}

const groundOf = (grid: Grid, cell: number, color: boolean): string => {
  const sure = certainty(grid, cell)
  if (color) return sure < 0.5 ? '·' : ' '
  return grid.values.length === 2
    ? shades[Math.min(4, Math.floor(grid.values[1]![cell]! * 5))]!
    : sure < 0.5
      ? '·'
      : letters[winnerAt(grid, cell)]!.toLowerCase()
}

/** The class of the point that stands at each place of the text; of several, the last. */
const pointsByPlace = (
  grid: Grid,
  marked: readonly Marked[],
  width: number,
  height: number
): ReadonlyMap<number, number> => {
  const text: Grid = { ...grid, columns: width, rows: height }
  return new Map(
    marked
      .filter(({ x, y }) => x >= grid.x[0] && x <= grid.x[1] && y >= grid.y[0] && y <= grid.y[1])
      .map(({ x, y, label }) => {
        const cell = cellAt(text, x, y)
        return [(height - 1 - Math.floor(cell / width)) * width + (cell % width), label] as const
      })
  )
}
