import * as kinds from '../kinds/index.ts'
import { anyNumbers, binsOf, extent, type Numbers } from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { readable } from '../tensor/text.ts'
import { inked } from './braille.ts'
import { longest, textFields } from './frame.ts'

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

const histogramSettings = kinds.settings('plotHistogram', {
  title: textFields.title,
  width: [plot.integer(1), 50],
  /** About how many bars; their bounds are round numbers. 10 when left out. */
  bins: [plot.integer(1), 10],
  color: textFields.color
})

/** Settings of a histogram as text. @category settings @since 0.1.0 */
export interface PlotHistogramSettings extends kinds.Given<typeof histogramSettings.fields> {}

/**
 * A histogram as text, one line a bar: where the bar begins, the bar, how many there are. Numbers that are not finite are
 * counted in a line below.
 *
 * @throws ValueError when there are no numbers, and for an argument or a setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { plotHistogram } from 'grad-ts/terminal'
 *
 * strictEqual(
 *   plotHistogram({ width: 4, bins: 3 })([0, 0.5, 1, 2.5]),
 *   ['0 ┤████ 2', '1 ┤██ 1', '2 ┤██ 1', '3 ┘'].join('\n')
 * )
 * @category terminal
 * @since 0.1.0
 */
export const plotHistogram = (given: PlotHistogramSettings = {}) => {
  const { title, width, bins, color } = histogramSettings.read(given)
  return (values: Numbers): string => {
    const list = anyNumbers('plotHistogram', 'the list', values)
    const finite = list.filter(Number.isFinite)
    const wrong = list.findIndex((value) => !Number.isFinite(value))
    const left = `${list.length - finite.length} of ${list.length} values are not finite`
    const notes = wrong < 0 ? [] : [`${left}, the first at position ${wrong}: ${list[wrong]}`]
    const heading = title === undefined ? [] : [title]
    if (finite.length === 0) return [...heading, ...notes, 'nothing to draw'].join('\n')
    const bars = binsOf(finite, extent(finite), bins)
    const [, most] = extent(bars.map(({ count }) => count))
    const labels = [...bars.map(({ from }) => from), bars.at(-1)!.to].map(readable)
    const margin = longest(labels)
    const bar = (count: number): string => {
      const parts = Math.round((8 * width * count) / most)
      return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8]!
    }
    const lines = [...bars.map(({ count }) => (count === 0 ? '┤' : `┤${inked(bar(count), 0, color)} ${count}`)), '┘']
    return [...heading, ...lines.map((line, i) => `${labels[i]!.padStart(margin)} ${line}`), ...notes].join('\n')
  }
}
