import * as kinds from '../kinds/index.ts'
import * as params from '../params/params.ts'
import type { Tree } from '../params/tree.ts'
import * as numbers from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { counted, readable } from '../tensor/text.ts'
import { intervalQuantity } from './axis.ts'
import { type Chart, chart, firstOf, titleOf } from './chart.ts'
import { okabeIto } from './color.ts'
import type { JsonObject } from './json.ts'

/** How numbers are spread, layer by layer. */

/** More bars than pixels cannot be seen. */
const MOST_BINS = 1000

/** More plots than this are no longer compared. */
const MOST_PLOTS = 100

const histogramSettings = kinds.settings('histograms', {
  title: [kinds.text, 'Histograms'],
  /** What the numbers are, such as `weight`. */
  xTitle: [kinds.text, 'value'],
  /** About how many bars a plot has; their bounds are round numbers. 24 when left out. */
  bins: [plot.integer(1), 24],
  /** Whether all plots have one x axis, so that layers can be compared; they do. */
  shared: plot.flag(true)
})

/** Settings of histograms. @category settings @since 0.1.0 */
export interface HistogramSettings extends kinds.Given<typeof histogramSettings.fields> {}

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
  const { title, shared, xTitle, bins } = histogramSettings.read(given)
  return (layers: numbers.Named<numbers.Numbers>): Chart => {
    const what = 'histograms'
    const named = numbers.namedOf(what, layers)
    const all = named.slice(0, MOST_PLOTS).map(([name, values]) => {
      const list = numbers.anyNumbers(what, name, values)
      return { name, finite: list.filter(Number.isFinite), gaps: numbers.gapsOf(name, list, Number.isFinite) }
    })
    const rangeOf = (values: readonly number[]): numbers.Interval =>
      values.length === 0 ? [0, 1] : numbers.extent(values)
    const whole = rangeOf(all.flatMap(({ finite }) => (finite.length === 0 ? [] : numbers.extent(finite))))
    const parts = all.map(({ name, finite }) => {
      const show = (statistic: (values: readonly number[]) => number): string =>
        finite.length === 0 ? '–' : readable(statistic(finite))
      const bars = numbers.binsOf(finite, shared ? whole : rangeOf(finite), Math.min(MOST_BINS, bins))
      return {
        name,
        size: finite.length,
        statistics: [`mean ${show(numbers.meanOf)}`, `std ${show(numbers.stdOf)}`],
        bars: bars.map(({ count, ...bar }) => ({ ...bar, share: count / Math.max(1, finite.length) }))
      }
    })
    const [, highest] = numbers.extent(parts.flatMap(({ bars }) => bars.map(({ share }) => share)))
    const columns = Math.min(2, parts.length)
    const [width, height] = columns === 1 ? [300, 160] : [130, 90]
    // the highest label stands at the very top, so that titles side by side stand on one line
    const scale: JsonObject = shared ? { domain: [0, highest > 0 ? highest : 1], nice: true } : { zero: true, nice: 3 }
    return chart(
      {
        title,
        summary: [
          parts
            .map(({ name, size, statistics }) => `${name}: ${counted(size, 'value')}, ${statistics.join(', ')}`)
            .join('; ')
        ],
        gaps: [...firstOf(all.length, named.length), ...all.flatMap(({ gaps }) => gaps)]
      },
      {
        concat: parts.map(({ name, statistics, bars }, i) => {
          const across = intervalQuantity(xTitle, [bars[0]!.from, bars.at(-1)!.to], 4)
          const axis = { grid: false, labelFlush: true, labelOverlap: true }
          return {
            title: {
              ...titleOf(name, '', width + 30),
              subtitle: columns === 1 ? statistics.join(', ') : statistics,
              fontSize: 12,
              subtitleFontSize: 11,
              offset: 4
            },
            width,
            height,
            data: {
              values: bars.map(({ from, to, share }) => ({ from: across.of(from), to: across.of(to), share }))
            },
            mark: { type: 'bar', binSpacing: 0.5, color: okabeIto[0]! },
            encoding: {
              x: { ...across.channel('from', { axis }), bin: 'binned' },
              x2: { field: 'to' },
              y: {
                field: 'share',
                type: 'quantitative',
                title: i % columns === 0 ? 'share' : null,
                scale,
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
export const byPath = <P extends Tree<P>>(tree: P): numbers.Named<Tensor<Shape>> => {
  const tensors = params.tensors(tree)
  return Object.fromEntries(params.paths(tree).map((path, i) => [path, tensors[i]!] as const))
}
