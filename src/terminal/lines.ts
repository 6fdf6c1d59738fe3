import * as kinds from '../kinds/index.ts'
import * as numbers from '../plot/numbers.ts'
import { coordinatesOf, type Series } from '../plot/series.ts'
import * as plot from '../plot/settings.ts'
import { isTensor } from '../tensor/tensor.ts'
import { readable } from '../tensor/text.ts'
import { characterAt, characters, type Dot, inked, lineDots } from './braille.ts'
import { framed, textFields } from './frame.ts'

/** Lines as text. */

const plotSettings = kinds.settings('plotLines', {
  ...textFields,
  ...plot.axes,
  xScale: plot.scale,
  yScale: plot.scale
})

/** Settings of lines as text. @category settings @since 0.1.0 */
export interface PlotSettings extends kinds.Given<typeof plotSettings.fields> {}

const letters = 'abcdefghijklmnopqrstuvwxyz'

const isOne = (series: numbers.Numbers | numbers.Named<Series>): series is numbers.Numbers =>
  Array.isArray(series) || ArrayBuffer.isView(series) || isTensor(series)

const someSeries = kinds.record('numbers, or series by name', {})

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
  const { title, xTitle, yTitle, xScale, yScale, color, width, height } = plotSettings.read(given)
  return (series: numbers.Numbers | numbers.Named<Series>): string => {
    const what = 'plotLines'
    kinds.mustBe(someSeries, `${what}: series`, series)
    const all = coordinatesOf(what, isOne(series) ? { values: series } : series)
    const [isX, isY] = [numbers.isOnScale(xScale), numbers.isOnScale(yScale)]
    const gaps = all.flatMap(({ name, x, y }) => [
      ...numbers.gapsOf(`x of ${name}`, x, isX),
      ...numbers.gapsOf(name, y, isY)
    ])
    const places = all.map(({ x, y }) => x.map((at, i) => (isX(at) && isY(y[i]!) ? ([at, y[i]!] as const) : undefined)))
    const drawable = places.flat().filter((place) => place !== undefined)
    const heading = title === undefined ? [] : [title]
    if (drawable.length === 0) return [...heading, ...gaps, 'nothing to draw'].join('\n')
    const [xs, ys] = [numbers.extent(drawable.map(([x]) => x)), numbers.extent(drawable.map(([, y]) => y))]
    const [across, up] = [numbers.placeOn(xScale, xs), numbers.placeOn(yScale, ys)]
    const dotOf = ([x, y]: numbers.Interval): Dot => [
      Math.round(across(x) * (2 * width - 1)),
      Math.round((1 - up(y)) * (4 * height - 1))
    ]
    const dots = places.map((own) => own.map((place) => (place === undefined ? undefined : dotOf(place))))
    const drawn = dots.map((own, k) =>
      own.flatMap((dot, i) => {
        const before = all[k]!.as === 'line' ? own[i - 1] : undefined
        return dot === undefined ? [] : before === undefined ? [dot] : lineDots(before, dot)
      })
    )
    const ink = (text: string, k: number): string => inked(text, k, color)
    const letterOf = (k: number): string => letters[k % letters.length]!
    // of several series, a single point is a letter in its place, and a line has its letter where it ends
    const ends = dots.map((own) => own.findLast((dot) => dot !== undefined))
    const isSingle = (k: number): boolean => dots[k]!.length === 1
    const lettersAt = (row: number, column?: number): readonly string[] =>
      ends.flatMap((end, k) => {
        const [x, y] = end === undefined ? [] : characterAt(end)
        return all.length > 1 && y === row && column === (isSingle(k) ? x : undefined) ? [ink(letterOf(k), k)] : []
      })
    const rows = characters(width, height, drawn, ink).map((line, row) => {
      const beside = lettersAt(row).join('')
      return `${line.map((text, column) => lettersAt(row, column)[0] ?? text).join('')}${beside === '' ? '' : ` ${beside}`}`
    })
    const legend = all.map(({ name, y }, k) => `${ink(`${letterOf(k)} ${name}`, k)} (last ${readable(y.at(-1)!)})`)
    return [
      ...heading,
      ...(yTitle === undefined ? [] : axisTitle(yTitle, yScale)),
      ...framed(labelsOf(height, ys, yScale), rows, width, xs, [
        ...axisTitle(xTitle, xScale, 'x'),
        ...(yTitle === undefined ? axisTitle(yTitle, yScale, 'y') : []),
        ...(all.length > 1 ? legend : [])
      ]),
      ...gaps
    ].join('\n')
  }
}

/** The title of an axis, if there is one, and that its scale is logarithmic, if it is. */
const axisTitle = (title: string | undefined, scale: numbers.ScaleType, name = ''): readonly string[] =>
  scale === 'log' ? [`${title ?? name} (log scale)`] : title === undefined ? [] : [title]

/** The numbers beside the axis: at the top, at the bottom, and in the middle where there is room. */
const labelsOf = (height: number, [low, high]: numbers.Interval, scale: numbers.ScaleType): readonly string[] => {
  const halfway = scale === 'log' ? Math.sqrt(low) * Math.sqrt(high) : numbers.interpolate(low, high, 0.5)
  // what is left of two ends that nearly cancel is rounding
  const middle = scale === 'linear' && Math.abs(halfway) < high * 1e-3 - low * 1e-3 ? 0 : halfway
  const center = (height - 1) / 2
  const shown: readonly (readonly [number, number])[] =
    low === high
      ? [[Math.floor(center), low]]
      : [[0, high], ...(height >= 5 ? [[center, middle] as const] : []), [height - 1, low]]
  const labels = new Map(shown)
  return Array.from({ length: height }, (_, row) => (labels.has(row) ? readable(labels.get(row)!) : ''))
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
export const sparkline = (values: numbers.Numbers): string => {
  const list = numbers.anyNumbers('sparkline', 'the list', values)
  const [low, high] = numbers.extent(list.filter(Number.isFinite))
  return list
    .map((value) =>
      Number.isFinite(value)
        ? blocks[low < high ? Math.min(7, Math.floor(8 * numbers.fractionOf(value, low, high))) : 3]!
        : '?'
    )
    .join('')
}
