import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as params from '../params/params.ts'
import type { Tree } from '../params/tree.ts'
import { type Chart, chart, type ChartSettings, counted, extent, formatFor, readable, short, titled } from './chart.ts'
import { categoryColors } from './color.ts'
import { binsOf, meanOf, type Named, namedOf, type Numbers, numbersOf, stdOf, wholeOf } from './numbers.ts'
import { checked } from './settings.ts'

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

/**
 * Histograms side by side, one for each name: the weights, activations or gradients of each layer. Bars are shares, so
 * that layers of different sizes compare; mean and standard deviation stand above.
 *
 * @throws ValueError when there is nothing to show, or a number is not finite, and for an argument or a setting that is
 * not of its kind
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
  const settings = checked('histograms', given)
  return (layers: Named<Numbers>): Chart => {
    const { title = 'Histograms', shared = true, xTitle = 'value' } = settings
    const bins = wholeOf('histograms', 'bins', settings.bins ?? 24, 1)
    const read = namedOf('histograms', layers).map(([name, values]) => ({
      name,
      values: numbersOf('histograms', name, values)
    }))
    const ranges = read.map(({ values }) => extent(values))
    const whole = [extent(ranges.map(([least]) => least))[0], extent(ranges.map(([, most]) => most))[1]] as const
    const parts = read.map(({ name, values }, i) => ({
      name,
      mean: readable(meanOf(values)),
      std: readable(stdOf(values)),
      size: values.length,
      bars: binsOf(values, shared ? whole : ranges[i]!, bins)
    }))
    const columns = Math.min(2, parts.length)
    const width = columns === 1 ? 300 : SMALL_WIDTH
    const highest = Math.max(...parts.flatMap(({ bars, size }) => bars.map(({ count }) => count / size)))
    return chart(
      {
        title,
        summary: `${parts.map(({ name, size, mean, std }) => `${name}: ${counted(size, 'value')}, mean ${mean}, std ${std}`).join('; ')}.`
      },
      {
        concat: parts.map(({ name, mean, std, bars, size }, i) => ({
          title: {
            ...titled(name, undefined, width + 30),
            subtitle: columns === 1 ? `mean ${mean}, std ${std}` : [`mean ${mean}`, `std ${std}`],
            fontSize: 12,
            subtitleFontSize: 10,
            offset: 4
          },
          width,
          height: columns === 1 ? 160 : 90,
          data: { values: bars.map(({ from, to, count }) => ({ from, to, share: short(count / size) })) },
          mark: { type: 'bar', binSpacing: 0.5, color: categoryColors(1)[0]! },
          encoding: {
            x: {
              field: 'from',
              type: 'quantitative',
              bin: 'binned',
              title: xTitle,
              scale: { domain: [bars[0]!.from, bars.at(-1)!.to], nice: false },
              axis: {
                ...formatFor([bars[0]!.from, bars.at(-1)!.to]),
                tickCount: 4,
                grid: false,
                labelFlush: true,
                labelOverlap: true
              }
            },
            x2: { field: 'to' },
            y: {
              field: 'share',
              type: 'quantitative',
              title: i % columns === 0 ? 'share' : null,
              // the highest label stands at the very top, so that titles side by side stand on one line
              scale: shared ? { domain: [0, highest], nice: true } : { zero: true, nice: 3 },
              axis: { format: '~%', tickCount: 3 }
            }
          }
        })),
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
