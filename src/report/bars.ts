import * as kinds from '../kinds/index.ts'
import { extent, gapsOf, type Named, namedOf } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { readable } from '../tensor/text.ts'
import { intervalQuantity } from './axis.ts'
import { type Chart, chart, firstOf, textWidth } from './chart.ts'
import { okabeIto } from './color.ts'

/** More bars than this are no longer compared. */
const MOST_BARS = 100

const WIDTH = 250

const barSettings = kinds.settings('bars', { ...plot.axes, title: [kinds.text, 'Bars'], xTitle: [kinds.text, 'value'] })

/** Texts beside the axes; a unit goes in brackets, as in `time (ms)`. @category settings @since 0.1.0 */
export interface BarSettings extends kinds.Given<typeof barSettings.fields> {}

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
export const bars = (given: BarSettings = {}) => {
  const { title, xTitle, yTitle } = barSettings.read(given)
  return (named: Named<number>): Chart => {
    const all = namedOf('bars', named)
    const wrong = all.find(
      ([, value]) => typeof (value as unknown) !== 'number' || (value < 0 && Number.isFinite(value))
    )
    if (wrong !== undefined)
      return fail('ValueError', `bars: ${wrong[0]} is ${showGiven(wrong[1])}; a bar needs a number of at least 0`)
    const shown = all.slice(0, MOST_BARS)
    const values = all.map(([, value]) => value)
    const [, most] = extent([0, ...values.slice(0, MOST_BARS).filter(Number.isFinite)])
    const [, widest] = extent(shown.map(([, value]) => textWidth(readable(value), 12) + 6))
    // room for the longest label beside the longest bar, unless that is the largest double there is
    const room = Math.min(Number.MAX_VALUE, most * (1 + widest / (WIDTH - widest)))
    const across = intervalQuantity(xTitle, [0, most > 0 ? room : 1], 4)
    const rows = shown.map(([name, value]) => ({ name, value: across.of(value) ?? 0, label: readable(value) }))
    return chart(
      {
        title,
        summary: [`${xTitle}: ${rows.map(({ name, label }) => `${name} ${label}`).join(', ')}`],
        gaps: [...firstOf(shown.length, all.length), ...gapsOf(xTitle, values, Number.isFinite)]
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
