import { fail } from '../tensor/errors.ts'
import { extent, type Interval, isPlaced, type ScaleType, unitOf } from '../plot/numbers.ts'
import type { JsonObject } from './json.ts'

/** Axes whose labels can be read, from the smallest double to the largest. */

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
const formatFor = ([least, most]: readonly [number, number]): JsonObject => {
  const size = Math.max(Math.abs(least), Math.abs(most))
  return size >= 1e24 || (size > 0 && size < 1e-3) ? withPower : size >= 1e5 ? { format: '~s' } : {}
}

/** The title of an axis whose numbers are divided by a unit. */
const inUnits = (title: string, unit: number): string =>
  unit === 1 ? title : `${title} (×10${superscript(Math.round(Math.log10(unit)))})`

/**
 * Scale and axis of a quantity: a log scale starts and ends at powers of ten and labels those. Numbers that have no place on
 * it are passed over.
 *
 * @throws ValueError when a log scale is to show nothing but numbers of 0 or less
 */
const quantity = (
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

/** A number with six significant digits: what a picture needs, and short as JSON. */
const short = (value: number): number => Number(value.toPrecision(6))

/** A quantity along an axis. */
export interface Quantity {
  /** A number as the data of the chart hold it, in units of the axis; `null` leaves a gap. */
  readonly of: (value: number) => number | null
  /** The channel that shows a field of the data. */
  readonly channel: (field: string, more?: { readonly scale?: JsonObject; readonly axis?: JsonObject }) => JsonObject
}

/**
 * The quantity that values are of, with a title; `format` replaces how labels are written, `zero` keeps 0 in sight.
 *
 * @throws ValueError when a log scale is to show nothing but numbers of 0 or less
 */
export const quantityOf = (
  what: string,
  title: string,
  values: readonly number[],
  { type = 'linear', ...look }: { readonly type?: ScaleType; readonly format?: string; readonly zero?: boolean } = {}
): Quantity => {
  const isDrawn = isPlaced(type)
  const unit = type === 'log' ? 1 : unitOf(extent(values.filter(isDrawn)))
  const { scale, axis } = quantity(
    what,
    type,
    values.map((value) => value / unit),
    look
  )
  return {
    of: (value) => (isDrawn(value) ? short(value / unit) : null),
    channel: (field, more = {}) => ({
      field,
      type: 'quantitative',
      title: inUnits(title, unit),
      scale: { ...scale, ...more.scale },
      axis: { ...axis, ...more.axis }
    })
  }
}

/** A quantity over exactly an interval. */
export const intervalQuantity = (
  title: string,
  [from, to]: Interval,
  tickCount = 5
): { readonly of: (value: number) => number; readonly channel: Quantity['channel'] } => {
  const unit = unitOf([from, to])
  return {
    // what lies in a narrow interval far from 0 is told apart
    of: (value) => Number((value / unit).toPrecision(12)),
    channel: (field, { axis = {} } = {}) => ({
      field,
      type: 'quantitative',
      title: inUnits(title, unit),
      scale: { domain: [from / unit, to / unit], nice: false, zero: false },
      axis: { ...formatFor([from / unit, to / unit]), tickCount, ...axis }
    })
  }
}

/** Pixels of the plot, from the left or from the top, without an axis. */
export const pixelsOf = (field: string, size: number, down = false): JsonObject => ({
  field,
  type: 'quantitative',
  axis: null,
  scale: { domain: down ? [size, 0] : [0, size], nice: false, zero: false }
})
