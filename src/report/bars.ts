import * as kinds from '../kinds/index.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { extent, firstOf, gapsOf, type Named, namedOf } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { readable, sentences } from '../tensor/text.ts'
import { intervalQuantity } from './axis.ts'
import { type AxisSettings, type Chart, chart, textWidth } from './chart.ts'
import { okabeIto } from './color.ts'

/** More bars than this are no longer compared. */
const MOST_BARS = 100

const WIDTH = 250

const barSettings = kinds.settings('bars', { ...plot.axes, title: [kinds.text, 'Bars'], xTitle: [kinds.text, 'value'] })

/**
 * A bar for each name, in order, its number beside it: times, scores, counts. A number that is not finite stands there
 * without a bar. Of more than 100 names the first are drawn, and the chart says how many there are.
 *
 * @throws ValueError when there is nothing to show, or a number is finite and below 0, and for an argument or a setting
 * that is not of its kind
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
  const settings = barSettings.read(given)
  return (named: Named<number>): Chart => {
    const { title, xTitle, yTitle } = settings
    const all = namedOf('bars', named).map(([name, value]) =>
      typeof (value as unknown) !== 'number' || (value < 0 && Number.isFinite(value))
        ? fail('ValueError', `bars: ${name} is ${showGiven(value)}; a bar needs a number of at least 0`)
        : { name, value }
    )
    const shown = all.slice(0, MOST_BARS)
    const [, most] = extent([0, ...shown.map(({ value }) => value).filter(Number.isFinite)])
    const labels = shown.map(({ value }) => readable(value))
    const widest = labels.reduce((width, label) => Math.max(width, textWidth(label, 12)), 0)
    // room for the longest label beside the longest bar, unless that is the largest double there is
    const room = Math.min(Number.MAX_VALUE, most * (1 + (widest + 6) / (WIDTH - widest - 6)))
    const across = intervalQuantity(xTitle, [0, most > 0 ? room : 1], 4)
    const rows = shown.map(({ name, value }, i) => ({
      name,
      value: Number.isFinite(value) ? across.of(value) : 0,
      label: labels[i]!
    }))
    const gaps = gapsOf(
      xTitle,
      all.map(({ value }) => value),
      Number.isFinite
    )
    const notes = [...firstOf(shown.length, all.length), ...gaps]
    return chart(
      {
        title,
        subtitle: notes.length === 0 ? undefined : notes.join('; '),
        summary: sentences([`${xTitle}: ${rows.map(({ name, label }) => `${name} ${label}`).join(', ')}`, ...notes])
      },
      {
        width: WIDTH,
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
          x: across.channel('value')
        },
        layer: [
          { mark: { type: 'bar', color: okabeIto[0]!, height: 16 } },
          {
            mark: { type: 'text', align: 'left', dx: 4, fontSize: 12 },
            encoding: { text: { field: 'label', type: 'nominal' } }
          }
        ]
      }
    )
  }
}
