import * as kinds from '../kinds/index.ts'
import { asArray } from '../tensor/given.ts'
import {
  anyNumbers,
  extent,
  gapsOf,
  gapsTold,
  isPlaced,
  meanOf,
  type Named,
  namedOf,
  type Numbers,
  quantile,
  type ScaleType,
  stdOf,
  varianceOf
} from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { counted, readable, sentences } from '../tensor/text.ts'
import { quantityOf } from './axis.ts'
import { type Chart, chart, type ChartSettings } from './chart.ts'
import { okabeIto } from './color.ts'
import { linePanel } from './lines.ts'

/** How numbers change from layer to layer. */

/** Settings of boxes by layer. @category settings @since 0.1.0 */
export interface BoxSettings extends ChartSettings {
  readonly yTitle?: string
}

const boxSettings = kinds.settings('layerBoxes', {
  title: [kinds.text, 'Values by layer'],
  yTitle: [kinds.text, 'value']
})

/**
 * A box for each layer, in order: from the lower to the upper quartile, the median across it, a whisker from the smallest
 * to the largest number, and a dot at the mean. Numbers that are not finite are left out, and the description says how many
 * there are.
 *
 * @throws ValueError when there is nothing to show, and for an argument or a setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { layerBoxes } from 'grad-ts/report'
 *
 * const chart = layerBoxes({ title: 'Activations' })({ first: [-2, -1, 0, 1, 2], second: [0, 0, 1] })
 * strictEqual(chart.description, 'Activations: first from −2 to 2, median 0; second from 0 to 1, median 0.')
 * @category charts
 * @since 0.1.0
 */
export const layerBoxes = (given: BoxSettings = {}) => {
  const settings = boxSettings.read(given)
  return (layers: Named<Numbers>): Chart => {
    const { title, yTitle } = settings
    const read = namedOf('layerBoxes', layers).map(([layer, values]) => ({
      layer,
      values: anyNumbers('layerBoxes', layer, values)
    }))
    const gaps = read.flatMap(({ layer, values }) => gapsOf(layer, values, Number.isFinite))
    const boxes = read.map(({ layer, values }) => ({
      layer,
      sorted: values.filter(Number.isFinite).toSorted((a, b) => a - b)
    }))
    const rows = boxes.map(({ layer, sorted }): BoxRow => {
      const box = {
        least: sorted[0]!,
        lower: quantile(sorted, 0.25),
        median: quantile(sorted, 0.5),
        upper: quantile(sorted, 0.75),
        most: sorted.at(-1)!,
        mean: meanOf(sorted)
      }
      return { layer, box: sorted.length === 0 ? undefined : box }
    })
    const up = quantityOf(
      'layerBoxes',
      yTitle,
      rows.flatMap(({ box }) => (box === undefined ? [] : [box.least, box.most]))
    )
    const at = up.channel
    const width = Math.max(10, Math.min(34, Math.round(180 / rows.length)))
    const color = okabeIto[0]!
    const long = rows.length > 6 || rows.some(({ layer }) => layer.length > 40 / rows.length)
    return chart(
      {
        title,
        subtitle: ['Box: quartiles and median. Whisker: least to most. Dot: mean.', ...gaps.slice(0, 2)].join(' '),
        summary: sentences([boxSummary(rows), ...gaps])
      },
      {
        width: 300,
        height: 190,
        data: {
          values: rows.map(({ layer, box }) => ({
            layer,
            ...Object.fromEntries(Object.entries(box ?? {}).map(([name, value]) => [name, up.of(value)] as const))
          }))
        },
        encoding: {
          x: {
            field: 'layer',
            type: 'nominal',
            title: 'layer',
            sort: null,
            axis: { labelAngle: long ? -40 : 0, labelLimit: 120 }
          }
        },
        layer: [
          { mark: { type: 'rule' }, encoding: { y: at('least'), y2: { field: 'most' } } },
          { mark: { type: 'bar', size: width, color }, encoding: { y: at('lower'), y2: { field: 'upper' } } },
          { mark: { type: 'tick', size: width, color: '#ffffff', thickness: 2 }, encoding: { y: at('median') } },
          {
            mark: {
              type: 'point',
              filled: true,
              size: 30,
              opacity: 1,
              color: '#e69f00',
              stroke: '#000000',
              strokeWidth: 0.7
            },
            encoding: { y: at('mean') }
          }
        ]
      }
    )
  }
}

/** A layer and its statistics; without them where no number is finite. */
interface BoxRow {
  readonly layer: string
  readonly box: { readonly least: number; readonly median: number; readonly most: number } | undefined
}

/** A few layers one by one, more of them as a whole. */
const boxSummary = (all: readonly BoxRow[]): string => {
  const rows = all.flatMap(({ layer, box }) => (box === undefined ? [] : [{ layer, ...box }]))
  const [first, last] = [rows[0], rows.at(-1)]
  return first === undefined || last === undefined
    ? 'nothing to draw'
    : rows.length <= 4
      ? rows
          .map(
            ({ layer, least, most, median }) =>
              `${layer} from ${readable(least)} to ${readable(most)}, median ${readable(median)}`
          )
          .join('; ')
      : `${counted(rows.length, 'layer')}, all values from ${readable(extent(rows.map(({ least }) => least))[0])} ` +
        `to ${readable(extent(rows.map(({ most }) => most))[1])}; ` +
        `medians from ${readable(first.median)} (${first.layer}) to ${readable(last.median)} (${last.layer})`
}

const statistics = {
  std: { of: stdOf, title: 'standard deviation' },
  variance: { of: varianceOf, title: 'variance' },
  mean: { of: meanOf, title: 'mean' },
  meanSize: { of: (values: readonly number[]): number => meanOf(values.map(Math.abs)), title: 'mean size' }
} as const

/** Settings of a statistic by layer. @category settings @since 0.1.0 */
export interface SpreadSettings extends ChartSettings {
  /** What is taken of the numbers of each layer; `std` when left out. `meanSize` is the mean of absolute values. */
  readonly statistic?: keyof typeof statistics
  /** `log` when left out, but `linear` for the mean. */
  readonly scale?: ScaleType
  readonly yTitle?: string
}

const spreadSettings = kinds.settings('layerSpread', {
  title: [kinds.text, 'Spread by layer'],
  statistic: [kinds.oneOf(...(Object.keys(statistics) as (keyof typeof statistics)[])), 'std'],
  scale: [plot.scale[0], undefined],
  yTitle: plot.axes.yTitle
})

/**
 * How a statistic goes through the layers, one line for each network: whether signals or gradients vanish or explode. The
 * layers of a network are listed in order and counted from 1. A layer that holds what is not finite, or has no place on a log
 * scale, leaves a gap, and the description says how many there are.
 *
 * @throws ValueError when a layer is empty, or a log scale has nothing above 0 to show, and for an argument or a setting
 * that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { layerSpread } from 'grad-ts/report'
 *
 * const chart = layerSpread({ statistic: 'variance' })({ small: [[1, -1], [0.1, -0.1]], he: [[1, -1], [1.1, -0.9]] })
 * strictEqual(chart.description, 'Spread by layer: variance over 2 layers: small from 1 to 0.01, he from 1 to 1.')
 * @category charts
 * @since 0.1.0
 */
export const layerSpread = (given: SpreadSettings = {}) => {
  const settings = spreadSettings.read(given)
  return (networks: Named<readonly Numbers[]>): Chart => {
    const what = 'layerSpread'
    const { title, statistic } = settings
    const { of, title: yTitle } = statistics[statistic]
    const read = namedOf(what, networks).map(([name, layers]) => ({
      name,
      // NaN of a layer with a NaN
      values: anyNumbers(
        what,
        `network ${name}`,
        Array.from(asArray(`${what}: network ${name}`, 'an array of layers', layers), (values, i) => {
          const list = anyNumbers(what, `layer ${i + 1} of ${name}`, values)
          return list.every(Number.isFinite) ? of(list) : NaN
        })
      )
    }))
    const scale = settings.scale ?? (statistic === 'mean' ? 'linear' : 'log')
    const gaps = read.flatMap(({ name, values }) => gapsOf(name, values, isPlaced(scale), (i) => `at layer ${i + 1}`))
    const deepest = read.reduce((most, { values }) => Math.max(most, values.length), 0)
    const ends = read.map(({ name, values }) => `${name} from ${readable(values[0]!)} to ${readable(values.at(-1)!)}`)
    return chart(
      {
        title,
        subtitle: gapsTold(gaps),
        summary: sentences([`${yTitle} over ${counted(deepest, 'layer')}: ${ends.join(', ')}`, ...gaps])
      },
      linePanel(
        what,
        read.map(({ name, values: y }) => ({ name, as: 'line', x: y.map((_, i) => i + 1), y })),
        {
          xTitle: 'layer',
          yTitle: settings.yTitle ?? yTitle,
          yScale: scale,
          height: 200,
          x: [Math.min(1, deepest - 1), deepest],
          dotted: true
        }
      ).panel
    )
  }
}
