import { extent, type Interval, isOnScale, type ScaleType, unitOf } from '../plot/numbers.ts'
import { fail } from '../tensor/errors.ts'
import type { JsonObject } from './json.ts'

/** Axes whose labels can be read, from the smallest double to the largest. */

/** Scale and axis of a channel. */
interface Look {
  readonly scale?: JsonObject
  readonly axis?: JsonObject
}

/** A quantity along an axis. */
export interface Quantity {
  /** A number as the data of the chart hold it, in units of the axis; `null` leaves a gap. */
  readonly of: (value: number) => number | null
  /** The channel that shows a field of the data. */
  readonly channel: (field: string, more?: Look) => JsonObject
}

const superscript = (exponent: number): string =>
  Array.from(String(exponent), (letter) => (letter === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(letter)]!)).join('')

/** Powers of ten, all of them alike: `0.01`, `1`, `100`, or where one would be long `10⁻²⁰`, `1`, `10²⁰`. */
const powerLabels = (exponents: readonly number[]): readonly string[] =>
  exponents.every((exponent) => exponent >= -3 && exponent <= 4)
    ? exponents.map((exponent) => (10 ** exponent).toLocaleString('en-US', { maximumFractionDigits: 3 }))
    : exponents.map((exponent) => (exponent === 0 ? '1' : exponent === 1 ? '10' : `10${superscript(exponent)}`))

/** Labels by a format of d3's, an exponent without its plus, as in `2e27`. */
const labelled = (format: string): JsonObject => ({
  labelExpr: `datum.value == 0 ? '0' : replace(format(datum.value, '${format}'), 'e+', 'e')`
})

/** How numbers are written: in full, but large ones with a letter, very large and very small ones with an exponent. */
const formatFor = ([least, most]: Interval): JsonObject => {
  const size = Math.max(Math.abs(least), Math.abs(most))
  return size >= 1e24 || (size > 0 && size < 1e-3) ? labelled('~e') : size >= 1e5 ? { format: '~s' } : {}
}

/** A range with some room where both ends are one number. */
const padded = ([least, most]: Interval): Interval => {
  const room = Math.abs(least) > 1e6 || least > 0 ? Math.abs(least) * 0.1 : 1
  return least < most ? [least, most] : [least - room, Math.min(most + room, Number.MAX_VALUE)]
}

/** A log scale starts and ends at powers of ten, and at most seven of them are labelled, a round step apart. */
const logLook = ([least, most]: Interval): Look => {
  // doubles end before the next power of ten
  const from = Math.max(-323, Math.floor(Math.log10(least) + 1e-9))
  const to = Math.min(308, Math.ceil(Math.log10(most) - 1e-9))
  const every = [1, 2, 3, 5, 10, 20, 50].find((step) => (to - from) / step <= 6) ?? 100
  const exponents = Array.from({ length: to - from + 1 }, (_, i) => from + i).filter((at) => at % every === 0)
  // not 10 ** exponent, which is rounded more than once
  const powers = exponents.map((exponent) => Number(`1e${exponent}`))
  const ends = [Number(`1e${from}`), Number(`1e${to}`)] as const
  return exponents.length < 2
    ? { scale: { type: 'log', domain: padded([least, most]) }, axis: { ...labelled('~g'), tickCount: 4 } }
    : {
        scale: { type: 'log', domain: [Math.min(least, ends[0]), Math.max(most, ends[1])] },
        axis: {
          values: powers,
          labelExpr: `${JSON.stringify(powerLabels(exponents))}[indexof(${JSON.stringify(powers)}, datum.value)]`
        }
      }
}

const quantity = (title: string, unit: number, digits: number, type: ScaleType, { scale, axis }: Look): Quantity => ({
  of: (value) => (isOnScale(type)(value) ? Number((value / unit).toPrecision(digits)) : null),
  channel: (field, more = {}) => ({
    field,
    type: 'quantitative',
    title: unit === 1 ? title : `${title} (×10${superscript(Math.round(Math.log10(unit)))})`,
    scale: { ...scale, ...more.scale },
    axis: { ...axis, ...more.axis }
  })
})

/**
 * The quantity that values are of, with a title; `format` replaces how labels are written, `zero` keeps 0 in sight. Numbers
 * that the scale cannot show are passed over.
 *
 * @throws ValueError when a log scale is to show nothing but numbers of 0 or less
 */
export const quantityOf = (
  what: string,
  title: string,
  values: readonly number[],
  { type = 'linear', format, zero = false }: { type?: ScaleType; format?: string | undefined; zero?: boolean } = {}
): Quantity => {
  const [least, most] = extent(values.filter(isOnScale(type)))
  const wrong = values.find(Number.isFinite)
  if (least > most && wrong !== undefined)
    return fail(
      'ValueError',
      `${what}: a log scale shows numbers above 0 only, and one is ${wrong}; use a linear scale`
    )
  if (least > most)
    return quantity(title, 1, 6, type, { scale: { domain: [0, 1] }, axis: { labels: false, ticks: false } })
  if (type === 'log') return quantity(title, 1, 6, type, logLook([least, most]))
  const unit = unitOf([least, most])
  const ends: Interval = [least / unit, most / unit]
  return quantity(title, unit, 6, type, {
    scale: least === most ? { domain: padded(ends), zero: false, nice: true } : { zero, nice: true },
    axis: { ...(format === undefined ? formatFor(ends) : { format }), tickCount: 5 }
  })
}

/** A quantity over exactly an interval; numbers in a narrow one far from 0 are told apart. */
export const intervalQuantity = (title: string, [from, to]: Interval, tickCount = 5): Quantity => {
  const unit = unitOf([from, to])
  const domain: Interval = [from / unit, to / unit]
  const look = { scale: { domain, nice: false, zero: false }, axis: { ...formatFor(domain), tickCount } }
  return quantity(title, unit, 12, 'linear', look)
}
