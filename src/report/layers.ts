import * as kinds from '../kinds/index.ts'
import * as numbers from '../plot/numbers.ts'
import * as plot from '../plot/settings.ts'
import { counted, readable } from '../tensor/text.ts'
import { quantityOf } from './axis.ts'
import { type Chart, chart } from './chart.ts'
import { okabeIto } from './color.ts'
import { linePanel } from './lines.ts'

/** How numbers change from layer to layer. */

const boxSettings = kinds.settings('layerBoxes', {
  title: [kinds.text, 'Values by layer'],
  yTitle: [kinds.text, 'value']
})

/** Settings of boxes by layer. @category settings @since 0.1.0 */
export interface BoxSettings extends kinds.Given<typeof boxSettings.fields> {}

/** The five numbers of a box, and the mean. */
const boxOf = (layer: string, values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number): number => numbers.quantile(sorted, part)
  return {
    layer,
    least: at(0),
    lower: at(0.25),
    median: at(0.5),
    upper: at(0.75),
    most: at(1),
    mean: numbers.meanOf(sorted)
  }
}

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
  const { title, yTitle } = boxSettings.read(given)
  return (layers: numbers.Named<numbers.Numbers>): Chart => {
    const what = 'layerBoxes'
    const named = numbers.namedOf(what, layers)
    const all = named.map(([layer, values]) => ({ layer, values: numbers.anyNumbers(what, layer, values) }))
    const boxes = all.flatMap(({ layer, values }) => {
      const finite = values.filter(Number.isFinite)
      return finite.length === 0 ? [] : [boxOf(layer, finite)]
    })
    const up = quantityOf(
      what,
      yTitle,
      boxes.flatMap(({ least, most }) => [least, most])
    )
    const size = Math.max(10, Math.min(34, Math.round(180 / all.length)))
    const names = all.map(({ layer }) => layer)
    const isLong = names.length > 6 || names.some((name) => name.length > 40 / names.length)
    const from = (field: string, to?: string) => ({
      y: up.channel(field),
      ...(to === undefined ? {} : { y2: { field: to } })
    })
    return chart(
      {
        title,
        subtitle: 'Box: quartiles and median. Whisker: least to most. Dot: mean.',
        summary: [boxSummary(boxes)],
        gaps: all.flatMap(({ layer, values }) => numbers.gapsOf(layer, values, Number.isFinite))
      },
      {
        width: 300,
        height: 190,
        data: {
          values: boxes.map(({ layer, ...box }) => ({
            layer,
            ...Object.fromEntries(Object.entries(box).map(([name, value]) => [name, up.of(value)] as const))
          }))
        },
        encoding: {
          x: {
            field: 'layer',
            type: 'nominal',
            title: 'layer',
            sort: null,
            scale: { domain: names },
            axis: { labelAngle: isLong ? -40 : 0, labelLimit: 120 }
          }
        },
        layer: [
          { mark: { type: 'rule' }, encoding: from('least', 'most') },
          { mark: { type: 'bar', size, color: okabeIto[0]! }, encoding: from('lower', 'upper') },
          { mark: { type: 'tick', size, color: '#ffffff', thickness: 2 }, encoding: from('median') },
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
            encoding: from('mean')
          }
        ]
      }
    )
  }
}

/** A few layers one by one, more of them as a whole. */
const boxSummary = (boxes: readonly ReturnType<typeof boxOf>[]): string => {
  if (boxes.length === 0) return 'nothing to draw'
  const [least] = numbers.extent(boxes.map((box) => box.least))
  const [, most] = numbers.extent(boxes.map((box) => box.most))
  return boxes.length > 4
    ? `${counted(boxes.length, 'layer')}, all values from ${readable(least)} to ${readable(most)}`
    : boxes
        .map((b) => `${b.layer} from ${readable(b.least)} to ${readable(b.most)}, median ${readable(b.median)}`)
        .join('; ')
}

const statistics = {
  std: { of: numbers.stdOf, title: 'standard deviation' },
  variance: { of: (values: readonly number[]): number => numbers.stdOf(values) ** 2, title: 'variance' },
  mean: { of: numbers.meanOf, title: 'mean' },
  meanSize: { of: (values: readonly number[]): number => numbers.meanOf(values.map(Math.abs)), title: 'mean size' }
} as const

const spreadSettings = kinds.settings('layerSpread', {
  title: [kinds.text, 'Spread by layer'],
  /** What is taken of the numbers of each layer; `std` when left out. `meanSize` is the mean of absolute values. */
  statistic: [kinds.oneOf('std', 'variance', 'mean', 'meanSize'), 'std'],
  /** `log` when left out, but `linear` for the mean. */
  scale: [plot.scale[0], undefined],
  yTitle: plot.axes.yTitle
})

/** Settings of a statistic by layer. @category settings @since 0.1.0 */
export interface SpreadSettings extends kinds.Given<typeof spreadSettings.fields> {}

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
  const { title, statistic, ...settings } = spreadSettings.read(given)
  return (networks: numbers.Named<readonly numbers.Numbers[]>): Chart => {
    const what = 'layerSpread'
    const { of, title: yTitle } = statistics[statistic]
    const statisticOf = (name: string, values: numbers.Numbers): number => {
      const list = numbers.anyNumbers(what, name, values)
      return list.every(Number.isFinite) ? of(list) : NaN
    }
    const all = numbers.namedOf(what, networks).map(([name, given]) => {
      const layers = Array.from(kinds.mustBe(kinds.list('an array of layers'), `${what}: network ${name}`, given))
      const values = layers.map((layer, i) => statisticOf(`layer ${i + 1} of ${name}`, layer))
      return { name, y: numbers.anyNumbers(what, `network ${name}`, values) }
    })
    const yScale = settings.scale ?? (statistic === 'mean' ? 'linear' : 'log')
    const isDrawn = numbers.isOnScale(yScale)
    const [, deepest] = numbers.extent(all.map(({ y }) => y.length))
    const ends = all.map(({ name, y }) => `${name} from ${readable(y[0]!)} to ${readable(y.at(-1)!)}`)
    return chart(
      {
        title,
        summary: [`${yTitle} over ${counted(deepest, 'layer')}: ${ends.join(', ')}`],
        gaps: all.flatMap(({ name, y }) => numbers.gapsOf(name, y, isDrawn, (i) => `at layer ${i + 1}`))
      },
      linePanel(
        what,
        all.map(({ name, y }) => ({ name, as: 'line', x: y.map((_, i) => i + 1), y })),
        {
          xTitle: 'layer',
          yTitle: settings.yTitle ?? yTitle,
          yScale,
          height: 200,
          x: [Math.min(1, deepest - 1), deepest],
          dotted: true
        }
      ).panel
    )
  }
}
