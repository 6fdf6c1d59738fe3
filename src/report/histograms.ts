import * as kinds from '../kinds/index.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as params from '../params/params.ts'
import type { Tree } from '../params/tree.ts'
import {
  anyNumbers,
  binsOf,
  extent,
  firstOf,
  gapsOf,
  gapsTold,
  type Interval,
  meanOf,
  type Named,
  namedOf,
  type Numbers,
  stdOf
} from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { counted, readable, sentences } from '../tensor/text.ts'
import { intervalQuantity } from './axis.ts'
import { type Chart, chart, type ChartSettings, titled } from './chart.ts'
import { okabeIto } from './color.ts'

/** How numbers are spread, layer by layer. */

/** Settings of histograms. @category settings @since 0.1.0 */
export interface HistogramSettings extends ChartSettings {
  /** About how many bars a plot has; their bounds are round numbers. 24 when left out. */
  readonly bins?: number
  /** Whether all plots have one x axis, so that layers can be compared; they do. */
  readonly shared?: boolean
  /** What the numbers are, such as `weight`. */
  readonly xTitle?: string
}

const SMALL_WIDTH = 130

/** More bars than pixels cannot be seen. */
const MOST_BINS = 1000

/** More plots than this are no longer compared. */
const MOST_PLOTS = 100

const histogramSettings = kinds.settings('histograms', {
  title: [kinds.text, 'Histograms'],
  xTitle: [kinds.text, 'value'],
  bins: [plot.whole(1), 24],
  shared: plot.flag(true)
})

/**
 * Histograms side by side, one for each name: the weights, activations or gradients of each layer. Bars are shares, so
 * that layers of different sizes compare; mean and standard deviation stand above. Numbers that are not finite are left out,
 * and the description says how many there are; of more than 100 names the first are drawn.
 *
 * @throws ValueError when there is nothing to show, and for an argument or a setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { histograms } from 'grad-ts/report'
 *
 * const chart = histograms({ title: 'Weights' })({ 'layer 1': [-1, 0, 0, 1], 'layer 2': [0.5, 1.5] })
 * strictEqual(
 *   chart.description,
 *   'Weights: layer 1: 4 values, mean 0, std 0.707; layer 2: 2 values, mean 1, std 0.5.'
 * )
 * @category charts
 * @since 0.1.0
 */
export const histograms = (given: HistogramSettings = {}) => {
  const settings = histogramSettings.read(given)
  return (layers: Named<Numbers>): Chart => {
    const { title, shared, xTitle } = settings
    const bins = Math.min(MOST_BINS, settings.bins)
    const named = namedOf('histograms', layers)
    const all = named
      .slice(0, MOST_PLOTS)
      .map(([name, values]) => ({ name, values: anyNumbers('histograms', name, values) }))
    const notes = [
      ...firstOf(all.length, named.length),
      ...all.flatMap(({ name, values }) => gapsOf(name, values, Number.isFinite))
    ]
    const read = all.map(({ name, values }) => ({ name, values: values.filter(Number.isFinite) }))
    const rangeOf = (values: readonly number[]): Interval => (values.length === 0 ? [0, 1] : extent(values))
    const whole = rangeOf(read.flatMap(({ values }) => (values.length === 0 ? [] : extent(values))))
    const parts = read.map(({ name, values }) => ({
      name,
      mean: values.length === 0 ? '–' : readable(meanOf(values)),
      std: values.length === 0 ? '–' : readable(stdOf(values)),
      size: values.length,
      bars: binsOf(values, shared ? whole : rangeOf(values), bins)
    }))
    const columns = Math.min(2, parts.length)
    const width = columns === 1 ? 300 : SMALL_WIDTH
    const shareOf = (count: number, size: number): number => (size === 0 ? 0 : count / size)
    const [, highest] = extent(parts.flatMap(({ bars, size }) => bars.map(({ count }) => shareOf(count, size))))
    return chart(
      {
        title,
        subtitle: gapsTold(notes),
        summary: sentences([
          parts
            .map(({ name, size, mean, std }) => `${name}: ${counted(size, 'value')}, mean ${mean}, std ${std}`)
            .join('; '),
          ...notes
        ])
      },
      {
        concat: parts.map(({ name, mean, std, bars, size }, i) => {
          const across = intervalQuantity(xTitle, [bars[0]!.from, bars.at(-1)!.to], 4)
          const values = bars.map(({ from, to, count }) => ({
            from: across.of(from),
            to: across.of(to),
            share: shareOf(count, size)
          }))
          return {
            title: {
              ...titled(name, undefined, width + 30),
              subtitle: columns === 1 ? `mean ${mean}, std ${std}` : [`mean ${mean}`, `std ${std}`],
              fontSize: 12,
              subtitleFontSize: 11,
              offset: 4
            },
            width,
            height: columns === 1 ? 160 : 90,
            data: { values },
            mark: { type: 'bar', binSpacing: 0.5, color: okabeIto[0]! },
            encoding: {
              x: {
                ...across.channel('from', { axis: { grid: false, labelFlush: true, labelOverlap: true } }),
                bin: 'binned'
              },
              x2: { field: 'to' },
              y: {
                field: 'share',
                type: 'quantitative',
                title: i % columns === 0 ? 'share' : null,
                // the highest label stands at the very top, so that titles side by side stand on one line
                scale: shared ? { domain: [0, highest > 0 ? highest : 1], nice: true } : { zero: true, nice: 3 },
                axis: { format: '~%', tickCount: 3 }
              }
            }
          }
        }),
        columns,
        spacing: { row: 14, column: 12 }
      }
    )
  }
}

/**
 * The tensors of parameters, or of gradients, by their paths: what `histograms` and `layerBoxes` take.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { tensor } from 'grad-ts'
 * import { byPath } from 'grad-ts/report'
 *
 * deepStrictEqual(Object.keys(byPath([{ weight: tensor([[1]]), bias: tensor([0]) }])), ['params[0].weight', 'params[0].bias'])
 * @category charts
 * @since 0.1.0
 */
export const byPath = <P extends Tree<P>>(tree: P): Named<Tensor<Shape>> => {
  const tensors = params.tensors(tree)
  return Object.fromEntries(params.paths(tree).map((path, i) => [path, tensors[i]!] as const))
}
