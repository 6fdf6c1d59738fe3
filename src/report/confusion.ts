import * as kinds from '../kinds/index.ts'
import { classNamesOf, type Numbers, rowsOf, sum } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { fail } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { counted, percent } from '../tensor/text.ts'
import { type Chart, chart } from './chart.ts'
import type { JsonObject } from './json.ts'

const confusionSettings = kinds.settings('confusionHeatmap', {
  title: [kinds.text, 'Confusion matrix'],
  /** What the classes are called; their numbers when left out. */
  classNames: plot.texts
})

/** Settings of a confusion matrix. @category settings @since 0.1.0 */
export interface ConfusionSettings extends kinds.Given<typeof confusionSettings.fields> {}

/** A square matrix of counts, as rows. */
const countsOf = (
  what: string,
  counts: Tensor<[number, number]> | readonly Numbers[]
): readonly (readonly number[])[] => {
  const rows = rowsOf(what, 'the counts', counts)
  const n = rows.length
  if (n === 0) return fail('ShapeError', `${what}: the matrix is empty`)
  rows.forEach((row, i) => {
    if (row.length !== n)
      fail('ShapeError', `${what}: the matrix must be square, and of ${n} rows row ${i} has ${row.length} columns`)
    const wrong = row.findIndex((count) => !(Number.isInteger(count) && count >= 0))
    if (wrong >= 0)
      fail(
        'ValueError',
        `${what}: a count must be an integer of at least 0; row ${i}, column ${wrong} is ${row[wrong]!}`
      )
  })
  return sum(rows.map(sum)) > 0 ? rows : fail('ValueError', `${what}: all counts are 0; there is nothing to show`)
}

/**
 * A confusion matrix: rows are what is true, columns what was predicted. A cell shows how many there are and what share
 * of its row that is; its color shows the share.
 *
 * @shape counts [classes, classes]
 * @throws ShapeError when the matrix is not square
 * @throws ValueError when a count is not a whole number of at least 0, or all are 0, and for an argument or a setting
 * that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { confusionHeatmap } from 'grad-ts/report'
 *
 * const chart = confusionHeatmap({ classNames: ['cat', 'dog'] })([[9, 1], [2, 8]])
 * strictEqual(
 *   chart.description,
 *   'Confusion matrix: 17 of 20 examples (85%) are on the diagonal. The most frequent error: 2 of true dog predicted as cat.'
 * )
 * @category charts
 * @since 0.1.0
 */
export const confusionHeatmap = (given: ConfusionSettings = {}) => {
  const { title, classNames } = confusionSettings.read(given)
  return (counts: Tensor<[number, number]> | readonly Numbers[]): Chart => {
    const rows = countsOf('confusionHeatmap', counts)
    const n = rows.length
    const names = classNamesOf('confusionHeatmap', n, classNames)
    const cells = rows.flatMap((row, i) =>
      row.map((count, j) => {
        const share = count / Math.max(1, sum(row))
        return { true: names[i]!, predicted: names[j]!, count, share, label: percent(share) }
      })
    )
    const [all, right] = [sum(rows.map(sum)), sum(rows.map((row, i) => row[i]!))]
    const errors = cells.filter((cell) => cell.true !== cell.predicted && cell.count > 0)
    const [worst] = errors.toSorted((a, b) => b.count - a.count)
    const size = Math.max(34, Math.min(72, Math.round(320 / n)))
    const band = (field: string, labelAngle: number): JsonObject => ({
      field,
      type: 'nominal',
      title: `${field} class`,
      sort: [...names],
      axis: { labelAngle, ticks: false, domain: false, grid: false, labelFontSize: 12 }
    })
    const text = (field: string, dy: number, fontSize: number) => ({
      mark: { type: 'text', dy, fontSize },
      encoding: {
        text: { field, type: 'nominal' },
        // white on the darker half of viridis
        color: { condition: { test: 'datum.share > 0.44', value: '#000000' }, value: '#ffffff' },
        opacity: { condition: { test: 'datum.count > 0', value: 1 }, value: 0.45 }
      }
    })
    const color = { field: 'share', type: 'quantitative', scale: { scheme: 'viridis', domain: [0, 1] }, legend: null }
    return chart(
      {
        title,
        subtitle: 'Counts, and shares of the true class',
        summary: [
          `${right} of ${counted(all, 'example')} (${percent(right / all)}) are on the diagonal`,
          worst === undefined
            ? 'There are no errors'
            : `The most frequent error: ${worst.count} of true ${worst.true} predicted as ${worst.predicted}`
        ],
        width: Math.max(220, size * n)
      },
      {
        width: { step: size },
        height: { step: size },
        data: { values: cells },
        encoding: {
          x: band('predicted', names.some((name) => name.length > 3) ? -40 : 0),
          y: band('true', 0)
        },
        layer: [
          { mark: 'rect', encoding: { color } },
          text('count', -size / 8, size < 40 ? 11 : 13),
          { transform: [{ filter: 'datum.count > 0' }], ...text('label', size / 4.5, size < 40 ? 10 : 11) }
        ]
      }
    )
  }
}
