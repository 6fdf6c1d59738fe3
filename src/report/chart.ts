import { fail } from '../tensor/errors.ts'
import { okabeIto } from './color.ts'

/** What JSON can hold. @category charts @since 0.1.0 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A JSON object. @category charts @since 0.1.0 */
// eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style -- Json and this name each other
export interface JsonObject {
  readonly [key: string]: Json
}

/**
 * A chart: a Vega-Lite specification with its data inside, as a plain value. It can be stored as JSON, pasted into any
 * Vega editor, changed by spreading, and drawn with `toSvg`. It holds no colours of ink and paper: who draws it chooses
 * them.
 *
 * @category charts
 * @since 0.1.0
 */
export interface Chart extends JsonObject {
  /** The name of the language, `https://vega.github.io/schema/vega-lite/v6.json`. It is never fetched. */
  readonly $schema: string
  /** The chart in a sentence, for those who do not see it. */
  readonly description: string
}

/** Settings of every chart. @category settings @since 0.1.0 */
export interface ChartSettings {
  readonly title?: string
}

/** Texts beside the axes; a unit goes in brackets, as in `time (ms)`. @category settings @since 0.1.0 */
export interface AxisSettings extends ChartSettings {
  readonly xTitle?: string
  readonly yTitle?: string
}

/** How wide the plot inside the axes is, in pixels: with its labels it still fits a phone. */
export const PLOT_WIDTH = 300

/** Roughly how many pixels a text of the charts takes, on the safe side. */
export const textWidth = (text: string, fontSize: number): number => Math.ceil(text.length * fontSize * 0.62)

/** Wraps words into lines of a given width; a longer word has a line of its own. */
const wrap = (text: string, characters: number): readonly string[] =>
  text
    .split(/\s+/)
    .filter((word) => word !== '')
    .reduce<readonly string[]>((lines, word) => {
      const last = lines[lines.length - 1]
      return last === undefined || last.length + 1 + word.length > characters
        ? [...lines, word]
        : [...lines.slice(0, -1), `${last} ${word}`]
    }, [])

/** The letters of charts: those of the system. */
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"

/** What all charts share: sizes, fonts, the palette; no colour of ink or paper. */
const config: JsonObject = {
  font: FONT,
  padding: 6,
  aria: false,
  title: {
    anchor: 'start',
    frame: 'bounds',
    fontSize: 13,
    fontWeight: 600,
    offset: 8,
    subtitleFontSize: 12,
    subtitlePadding: 3
  },
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', titlePadding: 6, labelLimit: 220 },
  legend: {
    orient: 'top',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 0,
    titleLimit: 0,
    offset: 6,
    symbolStrokeWidth: 2,
    symbolSize: 120,
    columnPadding: 12
  },
  header: { labelFontSize: 12, titleFontSize: 12 },
  view: { stroke: null },
  range: { category: [...okabeIto] }
}

/** Vega reckons with wide letters when it cannot measure them, and so does what must fit: the width of a text, in pixels. */
const reckoned = (characters: number, fontSize: number): number => characters * fontSize * 0.8

/** How many letters of a size are reckoned to fit a width. */
const fitting = (width: number, fontSize: number): number => Math.floor(width / reckoned(1, fontSize))

/** The title of a part or of the whole, on as many lines as it needs. */
export const titled = (title: string, subtitle?: string, width: number = PLOT_WIDTH + 50): JsonObject => ({
  text: [...wrap(title, Math.max(12, fitting(width, 13)))],
  ...(subtitle === undefined ? {} : { subtitle: [...wrap(subtitle, Math.max(16, fitting(width, 12)))] })
})

/** A chart from its body. */
export const chart = (
  {
    title,
    subtitle,
    summary,
    width
  }: {
    readonly title: string
    readonly subtitle?: string | undefined
    /** What follows the title in the description. */
    readonly summary: string
    readonly width?: number | undefined
  },
  body: JsonObject
): Chart => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  description: `${title}: ${summary}`,
  title: titled(title, subtitle, width),
  ...body,
  config
})

/** As many legend columns as fit the plot, for symbols with these labels. */
export const legendColumns = (labels: readonly string[], width: number = PLOT_WIDTH): number => {
  const widest = labels.reduce((most, label) => Math.max(most, label.length), 0)
  return Math.max(1, Math.min(labels.length, Math.floor((width + 30) / (reckoned(widest, 12) + 32))))
}

/** The smallest and the largest. */
export const extent = (values: readonly number[]): readonly [number, number] => [
  values.reduce((least, value) => Math.min(least, value), Infinity),
  values.reduce((most, value) => Math.max(most, value), -Infinity)
]

/** A power of ten, correctly rounded. */
const powerOfTen = (exponent: number): number => Number(`1e${exponent}`)

/** Exponents of ten to label between two positive numbers, at most seven of them, a round step apart. */
const decades = ([least, most]: readonly [number, number]): {
  readonly from: number
  readonly to: number
  readonly exponents: readonly number[]
  readonly every: number
} => {
  // doubles end before the next power of ten
  const from = Math.max(-323, Math.floor(Math.log10(least) + 1e-9))
  const to = Math.min(308, Math.ceil(Math.log10(most) - 1e-9))
  const every = [1, 2, 3, 5, 10, 20, 50].find((step) => (to - from) / step <= 6) ?? 100
  const first = Math.ceil(from / every) * every
  return {
    from,
    to,
    exponents: Array.from({ length: Math.floor((to - first) / every) + 1 }, (_, i) => first + i * every),
    every
  }
}

const superscript = (exponent: number): string =>
  Array.from(String(exponent), (letter) => (letter === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(letter)]!)).join('')

/** Powers of ten, all of them alike: `0.01`, `1`, `100`, or where one would be long `10⁻²⁰`, `1`, `10²⁰`. */
const powersOfTen = (exponents: readonly number[]): readonly string[] =>
  exponents.every((exponent) => exponent >= -3 && exponent <= 4)
    ? exponents.map((exponent) => (10 ** exponent).toLocaleString('en-US', { maximumFractionDigits: 3 }))
    : exponents.map((exponent) => (exponent === 0 ? '1' : exponent === 1 ? '10' : `10${superscript(exponent)}`))

/** Numbers with a power of ten: `2e27`, not the letters that end at 10²⁴, and 0 as `0`. */
const withPower: JsonObject = { labelExpr: "datum.value == 0 ? '0' : replace(format(datum.value, '~e'), 'e+', 'e')" }

const general: JsonObject = { labelExpr: "replace(format(datum.value, '~g'), 'e+', 'e')" }

/** How labels of an axis are written: in full, but large numbers with a letter, very large and very small ones with a power. */
export const formatFor = ([least, most]: readonly [number, number]): JsonObject => {
  const size = Math.max(Math.abs(least), Math.abs(most))
  return size >= 1e24 || (size > 0 && size < 1e-3) ? withPower : size >= 1e5 ? { format: '~s' } : {}
}

/**
 * What the numbers of a linear axis are divided by: 1, but a power of ten where sums and differences on the way to a picture
 * would leave the range of doubles.
 */
export const unitOf = ([least, most]: readonly [number, number]): number => {
  const size = Math.max(Math.abs(least), Math.abs(most))
  const isExtreme = Number.isFinite(size) && (size > 1e300 || (size > 0 && size < 1e-300))
  return isExtreme ? 10 ** Math.max(-307, Math.floor(Math.log10(size))) : 1
}

/** The title of an axis whose numbers are divided by a unit. */
export const inUnits = (title: string, unit: number): string =>
  unit === 1 ? title : `${title} (×10${superscript(Math.round(Math.log10(unit)))})`

/** How numbers grow along an axis. @category settings @since 0.1.0 */
export type ScaleType = 'linear' | 'log'

/** Whether a number has a place on a scale. */
export const isPlaced =
  (type: ScaleType) =>
  (value: number): boolean =>
    Number.isFinite(value) && (type === 'linear' || value > 0)

/**
 * Scale and axis of a quantity: a log scale starts and ends at powers of ten and labels those. Numbers that have no place on
 * it are passed over.
 *
 * @throws ValueError when a log scale is to show nothing but numbers of 0 or less
 */
export const quantity = (
  what: string,
  type: ScaleType,
  values: readonly number[],
  { format, zero = false }: { readonly format?: string; readonly zero?: boolean } = {}
): { readonly scale: JsonObject; readonly axis: JsonObject } => {
  const placed = values.filter(isPlaced(type))
  const [least, most] = extent(placed)
  const unplaced = values.find(Number.isFinite)
  if (placed.length === 0)
    return unplaced === undefined
      ? { scale: { domain: [0, 1] }, axis: { labels: false, ticks: false } }
      : fail(
          'ValueError',
          `${what}: a log scale shows numbers above 0 only, and one is ${unplaced}; use a linear scale`
        )
  if (type === 'linear')
    return {
      scale: least === most ? { domain: padded([least, most]), zero: false, nice: true } : { zero, nice: true },
      axis: { ...(format === undefined ? formatFor([least, most]) : { format }), tickCount: 5 }
    }
  const { from, to, exponents, every } = decades([least, most])
  return exponents.length < 2
    ? { scale: { type: 'log', domain: padded([least, most]) }, axis: { ...general, tickCount: 4 } }
    : {
        scale: {
          type: 'log',
          domain: [least < 1e-323 ? least : powerOfTen(from), most > 1e308 ? most : powerOfTen(to)]
        },
        axis: {
          values: exponents.map(powerOfTen),
          labelExpr: `${JSON.stringify(powersOfTen(exponents))}[round((log(datum.value) / LN10 - ${exponents[0]!}) / ${every})]`
        }
      }
}

/** A range with some room where both ends are one number. */
const padded = ([least, most]: readonly [number, number]): readonly [number, number] =>
  least < most
    ? [least, most]
    : least > 0
      ? [least * 0.9, Math.min(most * 1.1, Number.MAX_VALUE)]
      : least < -1e6
        ? [least * 1.1, most * 0.9]
        : [least - 1, most + 1]

/** A number to be read: three significant digits or more, a true minus sign. */
export const readable = (value: number): string =>
  (value === 0
    ? '0'
    : Number.isInteger(value) && Math.abs(value) < 1e6
      ? String(value)
      : Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4
        ? value
            .toExponential(2)
            .replace(/\.?0+e/, 'e')
            .replace('e+', 'e')
        : Math.abs(value) >= 100
          ? String(Math.round(value))
          : String(Number(value.toPrecision(3)))
  ).replaceAll('-', '−')

/** A share as a percentage, to a tenth. */
export const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`

/** A number with six significant digits: what a picture needs, and short as JSON. */
export const short = (value: number): number => Number(value.toPrecision(6))

/** `1 run`, `2 runs`. */
export const counted = (count: number, thing: string, things = `${thing}s`): string =>
  `${count} ${count === 1 ? thing : things}`
