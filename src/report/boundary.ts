import * as kinds from '../kinds/index.ts'
import { boundaryOf, type BoundaryData, cellAt, certaintyOf } from '../plot/boundary.ts'
import { type Grid, likeliestAt } from '../plot/grid.ts'
import { extent, fractionOf } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { counted } from '../tensor/text.ts'
import { type Chart, chart, legendOf } from './chart.ts'
import { colorScale, shapeScale } from './color.ts'
import { areaPath, pathLayer, planeOf, sizeFor } from './field.ts'
import { thinPoints } from './thin.ts'

/** How far class `k` is ahead of its best rival; 0 on the boundary. */
const leadOf = ({ values }: Grid, k: number, cell: number): number => {
  const rivals = values.flatMap((list, other) => (other === k ? [] : [list[cell]!]))
  return values[k]![cell]! - extent(rivals)[1]
}

/** How certain of a class each darker shade is. */
const SHADES: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8]

const boundarySettings = kinds.settings('decisionBoundary', {
  title: [kinds.text, 'Decision boundary'],
  xTitle: [kinds.text, 'x₁'],
  yTitle: [kinds.text, 'x₂'],
  /** What the classes are called; their numbers when left out. */
  classNames: plot.texts
})

/** Settings of a decision boundary. @category settings @since 0.1.0 */
export interface BoundarySettings extends kinds.Given<typeof boundarySettings.fields> {}

/**
 * The class that a classifier gives to each point of the plane: each class has a color, darker where it is more certain; a line where
 * classes tie; the points over it, each class with a color and a shape.
 *
 * @throws ValueError when the grid is not one of two classes or more, and for an argument or a setting that is not of
 * its kind
 * @throws ShapeError when there are not as many labels as points
 * @throws IndexError when a label is not a class
 * @example
 * import { ok } from 'assert'
 * import { plot, sigmoid, sum } from 'grad-ts'
 * import { decisionBoundary } from 'grad-ts/report'
 *
 * const grid = plot.probabilityGrid({ x: [-1, 1], y: [-1, 1] })((points) => sigmoid(sum({ axis: 1 })(points)))
 * const chart = decisionBoundary({ title: 'Halves' })({ grid, points: [[0.5, 0.5], [-1, 0]], labels: [1, 0] })
 * ok(chart.description.startsWith('Halves: 2 classes and 2 points, all of them drawn on the side of their class'))
 * @category charts
 * @since 0.1.0
 */
export const decisionBoundary = (given: BoundarySettings = {}) => {
  const { title, xTitle, yTitle, classNames } = boundarySettings.read(given)
  return (data: BoundaryData): Chart => {
    const { grid, labelled, names } = boundaryOf('decisionBoundary', data, classNames)
    const size = sizeFor(grid)
    // certain of class k: ahead of all others, and so far above a tie
    const areas = names.flatMap((name, k) =>
      SHADES.map((least) => ({
        class: name,
        path: areaPath(grid, size, (cell) =>
          least === 0 ? leadOf(grid, k, cell) : Math.min(leadOf(grid, k, cell), certaintyOf(grid, k, cell) - least)
        )
      }))
    )
    // of two classes the line of the second is that of the first
    const lines = names
      .map((_, k) => ({ path: areaPath(grid, size, (cell) => leadOf(grid, k, cell)) }))
      .slice(names.length === 2 ? 1 : 0)
    const right = labelled.filter(({ x, y, label }) => likeliestAt(grid, cellAt(grid, x, y)) === label).length
    const share = right === labelled.length ? 'all' : right === 0 ? 'none' : String(right)
    const points = `${counted(labelled.length, 'point')}, ${share} of them drawn on the side of their class`
    const shown = names.flatMap((_, k) =>
      thinPoints(
        labelled.filter(({ label }) => label === k),
        ({ x, y }) => [fractionOf(x, ...grid.x), fractionOf(y, ...grid.y)]
      )
    )
    const plane = planeOf(grid, xTitle, yTitle)
    const color = { field: 'class', type: 'nominal', scale: colorScale(names), legend: null }
    const legend = legendOf(names)
    const classes = counted(names.length, 'class', 'classes')
    return chart(
      {
        title,
        subtitle: 'Darker: more certain. Black line: classes tie.',
        summary: [labelled.length === 0 ? classes : `${classes} and ${points}`]
      },
      {
        ...size,
        // the ground is light on a dark page too
        view: { fill: '#ffffff' },
        layer: [
          pathLayer(areas, { filled: true, stroke: '#ffffff', strokeWidth: 0, fillOpacity: 0.17 }, { color }),
          pathLayer(lines, { filled: false, stroke: '#000000', strokeWidth: 1.2 }),
          {
            data: { values: shown.map(({ x, y, label }) => ({ ...plane.at(x, y), class: names[label]! })) },
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
