import { extent, readable, type ScaleType } from './chart.ts'
import { characters, type Dot, inked, lineDots } from './braille.ts'
import { readSeries, type Series } from './lines.ts'
import { anyNumbers, type Named, type Numbers, wholeOf } from './numbers.ts'

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
  readonly yScale?: ScaleType
}

const letters = 'abcdefghijklmnopqrstuvwxyz'

const isOne = (series: Numbers | Named<Series>): series is Numbers =>
  Array.isArray(series) || ArrayBuffer.isView(series) || isTensorLike(series)
const isTensorLike = (value: object): boolean =>
  'shape' in value && Array.isArray((value as { readonly shape: unknown }).shape) && !('y' in value)

/** What cannot be drawn, in a sentence; nothing when all can. */
const noteOn = (name: string, values: readonly number[], logarithmic: boolean): readonly string[] => {
  const wrong = values.flatMap((value, i) => (Number.isFinite(value) && !(logarithmic && value <= 0) ? [] : [i]))
  const first = wrong[0]
  return first === undefined
    ? []
    : [
        `${name}: ${wrong.length} of ${values.length} values cannot be drawn, the first at position ${first}: ${values[first]}`
      ]
}

/**
 * Lines as text in braille, for a terminal: one list of numbers, or several by name. The letter of a line stands where it
 * ends. Numbers that are not finite (or not above 0 on a log scale) leave a gap, and a line below says how many there are.
 *
 * @throws ValueError when there are no numbers
 * @example
 * import { strictEqual } from 'assert'
 * import { plotLines } from 'grad-ts/report'
 *
 * strictEqual(
 *   plotLines({ width: 8, height: 2 })([0, 1, 4, 9]),
 *   ['9 ┤     ⢀⠤⠊', '0 ┤⣀⡠⠤⠔⠊⠁  ', '  └────────', '   0      3'].join('\n')
 * )
 * @category terminal
 * @since 0.1.0
 */
export const plotLines =
  (settings: PlotSettings = {}) =>
  (series: Numbers | Named<Series>): string => {
    const what = 'plotLines'
    const width = wholeOf(what, 'width', settings.width ?? 60, 2)
    const height = wholeOf(what, 'height', settings.height ?? 15, 2)
    const { title, xTitle, yTitle, yScale = 'linear', color = false } = settings
    const logarithmic = yScale === 'log'
    const single = isOne(series)
    const read = readSeries(what, single ? { values: series } : series, anyNumbers)
    const notes = read.flatMap(({ name, y }) => noteOn(name, y, logarithmic))
    const heightOf = (value: number): number => (logarithmic ? Math.log10(value) : value)
    const drawable = (value: number): boolean => Number.isFinite(heightOf(value))
    const levels = read.flatMap(({ y }) => y.filter(drawable))
    if (levels.length === 0) return [...(title === undefined ? [] : [title]), ...notes, 'nothing to draw'].join('\n')
    const [low, high] = extent(levels)
    const [left, right] = extent(read.flatMap(({ x }) => x))
    const part = (value: number, least: number, most: number): number =>
      least < most ? (value - least) / (most - least) : 0.5
    const dotOf = (x: number, y: number): Dot => [
      Math.round(part(x, left, right) * (2 * width - 1)),
      Math.round((1 - part(heightOf(y), heightOf(low), heightOf(high))) * (4 * height - 1))
    ]
    const layers = read.map(({ as, x, y }) => {
      const dots = x.map((at, i) => (drawable(y[i]!) ? dotOf(at, y[i]!) : undefined))
      const marks = dots.flatMap((dot, i) => {
        const before = dots[i - 1]
        return dot === undefined ? [] : as === 'line' && before !== undefined ? lineDots(before, dot) : [dot]
      })
      return { cells: characters(width, height, marks), end: dots.findLast((dot) => dot !== undefined) }
    })
    // where lines meet, the dots of all are shown in the colour of the last
    const canvas = Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (__, column) => {
        const here = layers.flatMap(({ cells }, k) =>
          cells[row]![column] === ' ' ? [] : [{ k, text: cells[row]![column]! }]
        )
        const top = here.at(-1)
        const code = here.reduce((bits, { text }) => bits | (text.charCodeAt(0) - 0x2800), 0)
        return top === undefined ? ' ' : inked(String.fromCharCode(0x2800 + code), top.k, color)
      }).join('')
    )
    const several = read.length > 1
    const letterOf = (k: number): string => letters[k % letters.length]!
    const endsAt = (row: number): string =>
      several
        ? layers
            .map(({ end }, k) =>
              end !== undefined && Math.floor(end[1] / 4) === row ? inked(letterOf(k), k, color) : ''
            )
            .join('')
        : ''
    const labels = labelsOf(height, low, high, logarithmic)
    const margin = Math.max(...labels.map((label) => label.length))
    const [from, to] = [readable(left), readable(right)]
    const room = Math.max(1, width - from.length - to.length)
    const legend = several
      ? read.map(({ name, y }, k) => `${inked(`${letterOf(k)} ${name}`, k, color)}${endOf(y)}`)
      : []
    return [
      ...(title === undefined ? [] : [title]),
      ...(yTitle === undefined ? [] : [yTitle]),
      ...canvas.map(
        (line, row) =>
          `${labels[row]!.padStart(margin)} ${labels[row] === '' ? '│' : '┤'}${line}${endsAt(row) === '' ? '' : ` ${endsAt(row)}`}`
      ),
      `${' '.repeat(margin)} └${'─'.repeat(width)}`,
      `${' '.repeat(margin)}  ${from}${' '.repeat(room)}${to}`,
      ...(xTitle === undefined ? [] : [`${' '.repeat(margin)}  ${xTitle}`]),
      ...legend.map((line) => `${' '.repeat(margin)}  ${line}`),
      ...notes
    ].join('\n')
  }

const endOf = (y: readonly number[]): string => {
  const end = y.at(-1)
  return end === undefined ? '' : ` (last ${readable(end)})`
}

/** The numbers beside the axis: at the top, at the bottom, and in the middle where there is room. */
const labelsOf = (height: number, low: number, high: number, logarithmic: boolean): readonly string[] => {
  const middle = logarithmic ? Math.sqrt(low * high) : (low + high) / 2
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
 * @throws ValueError when there are no numbers
 * @example
 * import { strictEqual } from 'assert'
 * import { sparkline } from 'grad-ts/report'
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
      Number.isFinite(value)
        ? blocks[low < high ? Math.min(7, Math.floor((8 * (value - low)) / (high - low))) : 3]!
        : '?'
    )
    .join('')
}
