import { fail, showGiven } from '../tensor/errors.ts'
import { type AxisSettings, type Chart, chart, extent, formatFor, readable, short } from './chart.ts'
import { categoryColors } from './color.ts'
import { type Named, namedOf } from './numbers.ts'
import { checked } from './settings.ts'

/**
 * A bar for each name, in order, its number beside it: times, scores, counts.
 *
 * @throws ValueError when there is nothing to show, or a number is not finite or below 0, and for an argument or a
 * setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { bars } from 'grad-ts/report'
 *
 * const chart = bars({ title: 'Time per epoch', xTitle: 'time (ms)' })({ 'batch 1': 120, 'batch 50': 8.5 })
 * strictEqual(chart.description, 'Time per epoch: time (ms): batch 1 120, batch 50 8.5.')
 * @category charts
 * @since 0.1.0
 */
export const bars = (given: AxisSettings = {}) => {
  const settings = checked('bars', given)
  return (named: Named<number>): Chart => {
    const { title = 'Bars', xTitle = 'value', yTitle } = settings
    const rows = namedOf('bars', named).map(([name, value]) =>
      Number.isFinite(value) && value >= 0
        ? { name, value: short(value), label: readable(value) }
        : fail('ValueError', `bars: ${name} is ${showGiven(value)}; a bar needs a finite number of at least 0`)
    )
    const [, most] = extent(rows.map(({ value }) => value))
    const room = 1 + (0.07 * Math.max(...rows.map(({ label }) => label.length))) / 2.4
    return chart(
      { title, summary: `${xTitle}: ${rows.map(({ name, label }) => `${name} ${label}`).join(', ')}.` },
      {
        width: 250,
        height: { step: 26 },
        data: { values: rows },
        encoding: {
          y: {
            field: 'name',
            type: 'nominal',
            title: yTitle ?? null,
            sort: null,
            axis: { ticks: false, domain: false, labelLimit: 140 }
          },
          x: {
            field: 'value',
            type: 'quantitative',
            title: xTitle,
            scale: { domain: [0, most > 0 ? most * room : 1], nice: false },
            axis: { ...formatFor([0, most]), tickCount: 4 }
          }
        },
        layer: [
          { mark: { type: 'bar', color: categoryColors(1)[0]!, height: 16 } },
          {
            mark: { type: 'text', align: 'left', dx: 4, fontSize: 11 },
            encoding: { text: { field: 'label', type: 'nominal' } }
          }
        ]
      }
    )
  }
}
