import * as kinds from '../kinds/index.ts'
import { characters, type Dot, inked, lineDots } from './braille.ts'
import {
  anyNumbers,
  between,
  extent,
  gapsOf,
  isPlaced,
  type Named,
  type Numbers,
  partOf,
  type ScaleType
} from '../plot/numbers.ts'
import { readSeries, type Series } from '../plot/series.ts'
import { readable } from '../tensor/text.ts'
import { asRecord } from '../tensor/given.ts'
import { isTensor } from '../tensor/tensor.ts'
import * as plot from '../plot/settings.ts'

/** Lines as text. */

/** Settings of every plot as text. @category settings @since 0.1.0 */
export interface TextSettings {
  readonly title?: string
  /** Characters across, axis labels not counted; 60 when left out. */
  readonly width?: number
  /** Lines of text, titles and axis labels not counted; 15 when left out. */
  readonly height?: number
  /** Whether to colour the text for a terminal with ANSI sequences; it is plain when left out. */
  readonly color?: boolean
}

/** Settings of lines as text. @category settings @since 0.1.0 */
export interface PlotSettings extends TextSettings {
  readonly xTitle?: string
  readonly yTitle?: string
  readonly xScale?: ScaleType
  readonly yScale?: ScaleType
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

const isOne = (series: Numbers | Named<Series>): series is Numbers =>
  Array.isArray(series) || ArrayBuffer.isView(series) || isTensor(series)

/** Where a number stands on a scale; not finite where it has no place. */
const placeOn = (scale: ScaleType): ((value: number) => number) => (scale === 'log' ? Math.log10 : (value) => value)

const plotSettings = kinds.settings('plotLines', {
  width: [plot.whole(2), 60],
  height: [plot.whole(2), 15],
  color: plot.flag(false),
  xScale: plot.scale,
  yScale: plot.scale,
  ...plot.axes
})

/**
 * Lines as text in braille, for a terminal: one list of numbers, or several by name. The letter of a line stands where it
 * ends; that of a single point stands in its place. Numbers that are not finite (or not above 0 on a log scale) leave a gap, and a line below says how many there are.
 *
 * @throws ValueError when there are no numbers, and for an argument or a setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { plotLines } from 'grad-ts/terminal'
 *
 * strictEqual(
 *   plotLines({ width: 8, height: 2 })([0, 1, 4, 9]),
 *   ['9 ┤     ⢀⠤⠊', '0 ┤⣀⡠⠤⠔⠊⠁  ', '  └────────', '   0      3'].join('\n')
 * )
 * @category terminal
 * @since 0.1.0
 */
export const plotLines = (given: PlotSettings = {}) => {
  const settings = plotSettings.read(given)
  return (series: Numbers | Named<Series>): string => {
    const what = 'plotLines'
    const { title, xTitle, yTitle, xScale, yScale, color, width, height } = settings
    const [across, up] = [placeOn(xScale), placeOn(yScale)]
    const single = isOne(asRecord(what, 'numbers, or series by name', series))
    const read = readSeries(what, single ? { values: series as Numbers } : (series as Named<Series>))
    const notes = read.flatMap(({ name, x, y }) => [
      ...gapsOf(`x of ${name}`, x, isPlaced(xScale)),
      ...gapsOf(name, y, isPlaced(yScale))
    ])
    const points = read.map(({ as, x, y }) => ({
      as,
      places: x.map((at, i) => (isPlaced(xScale)(at) && isPlaced(yScale)(y[i]!) ? ([at, y[i]!] as const) : undefined))
    }))
    const drawable = points.flatMap(({ places }) => places.filter((place) => place !== undefined))
    if (drawable.length === 0) return [...(title === undefined ? [] : [title]), ...notes, 'nothing to draw'].join('\n')
    const [low, high] = extent(drawable.map(([, y]) => y))
    const [left, right] = extent(drawable.map(([x]) => x))
    const part = (value: number, least: number, most: number): number =>
      least < most ? partOf(value, least, most) : 0.5
    const dotOf = ([x, y]: readonly [number, number]): Dot => [
      Math.round(part(across(x), across(left), across(right)) * (2 * width - 1)),
      Math.round((1 - part(up(y), up(low), up(high))) * (4 * height - 1))
    ]
    const layers = points.map(({ as, places }) => {
      const dots = places.map((place) => (place === undefined ? undefined : dotOf(place)))
      const marks = dots.flatMap((dot, i) => {
        const before = dots[i - 1]
        return dot === undefined ? [] : as === 'line' && before !== undefined ? lineDots(before, dot) : [dot]
      })
      const cells = characters(width, height, marks)
      const end = dots.findLast((dot) => dot !== undefined)
      return read.length > 1 && places.length === 1 && end !== undefined
        ? { cells, end: undefined, alone: [Math.floor(end[0] / 2), Math.floor(end[1] / 4)] as const }
        : { cells, end, alone: undefined }
    })
    const letterOf = (k: number): string => letters[k % letters.length]!
    // where lines meet, the dots of all are shown in the colour of the last
    const canvas = Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (__, column) => {
        const here = layers.flatMap(({ cells }, k) =>
          cells[row]![column] === ' ' ? [] : [{ k, text: cells[row]![column]! }]
        )
        const top = here.at(-1)
        const alone = layers.findIndex((layer) => layer.alone?.[0] === column && layer.alone[1] === row)
        if (alone >= 0) return inked(letterOf(alone), alone, color)
        const code = here.reduce((bits, { text }) => bits | (text.charCodeAt(0) - 0x2800), 0)
        return top === undefined ? ' ' : inked(String.fromCharCode(0x2800 + code), top.k, color)
      }).join('')
    )
    const several = read.length > 1
    const endsAt = (row: number): string =>
      several
        ? layers
            .map(({ end }, k) =>
              end !== undefined && Math.floor(end[1] / 4) === row ? inked(letterOf(k), k, color) : ''
            )
            .join('')
        : ''
    const labels = labelsOf(height, low, high, yScale)
    const margin = labels.reduce((most, label) => Math.max(most, label.length), 0)
    const [from, to] = [readable(left), readable(right)]
    const room = Math.max(1, width - from.length - to.length)
    const legend = several
      ? read.map(({ name, y }, k) => `${inked(`${letterOf(k)} ${name}`, k, color)}${endOf(y)}`)
      : []
    return [
      ...(title === undefined ? [] : [title]),
      ...(yTitle === undefined ? [] : scaled(yTitle, yScale)),
      ...canvas.map(
        (line, row) =>
          `${labels[row]!.padStart(margin)} ${labels[row] === '' ? '│' : '┤'}${line}${endsAt(row) === '' ? '' : ` ${endsAt(row)}`}`
      ),
      `${' '.repeat(margin)} └${'─'.repeat(width)}`,
      `${' '.repeat(margin)}  ${from}${' '.repeat(room)}${to}`,
      ...scaled(xTitle, xScale, 'x').map((line) => `${' '.repeat(margin)}  ${line}`),
      ...(yTitle === undefined && yScale === 'log' ? [`${' '.repeat(margin)}  y (log scale)`] : []),
      ...legend.map((line) => `${' '.repeat(margin)}  ${line}`),
      ...notes
    ].join('\n')
  }
}

/** The title of an axis, if there is one, and that its scale is logarithmic, if it is. */
const scaled = (title: string | undefined, scale: ScaleType, name = ''): readonly string[] =>
  scale === 'log' ? [`${title ?? name} (log scale)`] : title === undefined ? [] : [title]

const endOf = (y: readonly number[]): string => {
  const end = y.at(-1)
  return end === undefined ? '' : ` (last ${readable(end)})`
}

/** The numbers beside the axis: at the top, at the bottom, and in the middle where there is room. */
const labelsOf = (height: number, low: number, high: number, scale: ScaleType): readonly string[] => {
  const halfway = scale === 'log' ? Math.sqrt(low) * Math.sqrt(high) : between(low, high, 0.5)
  // what is left of two ends that nearly cancel is no number to read
  const middle = scale === 'linear' && Math.abs(halfway) < high * 1e-3 - low * 1e-3 ? 0 : halfway
  const shown: Readonly<Record<number, number>> =
    low === high
      ? { [Math.floor((height - 1) / 2)]: low }
      : { 0: high, [height - 1]: low, ...(height >= 5 && height % 2 === 1 ? { [(height - 1) / 2]: middle } : {}) }
  return Array.from({ length: height }, (_, row) => (shown[row] === undefined ? '' : readable(shown[row])))
}

const blocks = '▁▂▃▄▅▆▇█'

/**
 * Numbers as one line of blocks, from the smallest to the largest; what is not finite is a `?`.
 *
 * @throws ValueError when there are no numbers, and for an argument or a setting that is not of its kind
 * @example
 * import { strictEqual } from 'assert'
 * import { sparkline } from 'grad-ts/terminal'
 *
 * strictEqual(sparkline([1, 2, NaN, 8]), '▁▂?█')
 * @category terminal
 * @since 0.1.0
 */
export const sparkline = (values: Numbers): string => {
  const list = anyNumbers('sparkline', 'the list', values)
  const [low, high] = extent(list.filter(Number.isFinite))
  return list
    .map((value) =>
      Number.isFinite(value) ? blocks[low < high ? Math.min(7, Math.floor(8 * partOf(value, low, high))) : 3]! : '?'
    )
    .join('')
}
