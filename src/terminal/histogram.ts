import * as kinds from '../kinds/index.ts'
import { anyNumbers, binsOf, extent, type Numbers } from '../plot/numbers.ts'
import { readable } from '../tensor/text.ts'
import { inked } from './braille.ts'
import type { TextSettings } from './lines.ts'
import * as plot from '../plot/settings.ts'

/** Settings of a histogram as text. @category settings @since 0.1.0 */
export interface PlotHistogramSettings extends Omit<TextSettings, 'height'> {
  /** About how many bars; their bounds are round numbers. 10 when left out. */
  readonly bins?: number
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

const histogramSettings = kinds.settings('plotHistogram', {
  width: [plot.whole(1), 50],
  bins: [plot.whole(1), 10],
  color: plot.flag(false),
  ...plot.titled
})

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
  const settings = histogramSettings.read(given)
  return (values: Numbers): string => {
    const what = 'plotHistogram'
    const list = anyNumbers(what, 'the list', values)
    const { width, bins } = settings
    const finite = list.filter(Number.isFinite)
    const heading = settings.title === undefined ? [] : [settings.title]
    const wrong = list.findIndex((value) => !Number.isFinite(value))
    const notes =
      wrong < 0
        ? []
        : [
            `${list.length - finite.length} of ${list.length} values are not finite, the first at position ${wrong}: ${list[wrong]}`
          ]
    if (finite.length === 0) return [...heading, ...notes, 'nothing to draw'].join('\n')
    const [low, high] = extent(finite)
    const bars = binsOf(finite, [low, high], bins)
    const [, most] = extent(bars.map(({ count }) => count))
    const labels = [...bars.map(({ from }) => from), bars.at(-1)!.to].map(readable)
    const margin = labels.reduce((longest, label) => Math.max(longest, label.length), 0)
    const bar = (count: number): string => {
      const parts = Math.round((8 * width * count) / most)
      return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8]!
    }
    return [
      ...heading,
      ...bars.map(({ count }, i) => {
        const drawn = inked(bar(count), 0, settings.color && count > 0)
        return `${labels[i]!.padStart(margin)} ┤${drawn}${count === 0 ? '' : ` ${count}`}`
      }),
      `${labels.at(-1)!.padStart(margin)} ┘`,
      ...notes
    ].join('\n')
  }
}
