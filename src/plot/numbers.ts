import * as kinds from '../kinds/index.ts'
import { countEach } from '../kernel/tally.ts'
import { showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { asList } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, isTensor, type Tensor, valuesOf } from '../tensor/tensor.ts'

/** Reading and summing up the numbers that charts and plots are given. */

/** Some numbers: a tensor of any shape, an array, a typed array. @category charts @since 0.1.0 */
export type Numbers = Tensor<Shape> | ArrayLike<number>

/** Points of the plane, one a row. @category charts @since 0.1.0 */
export type Points = Tensor<[number, 2]> | readonly (readonly number[])[]

/** Things by name; the names become the legend. @category charts @since 0.1.0 */
export type Named<T> = Readonly<Record<string, T>>

/** The numbers, finite or not; at least one. */
export const anyNumbers = (what: string, name: string, values: Numbers): readonly number[] => {
  const list = Array.from(isTensor(values) ? valuesOf(what, values) : asList(`${what}: ${name}`, values))
  if (list.length === 0) return fail('ValueError', `${what}: ${name} is empty; it needs at least one number`)
  const wrong = list.findIndex((value: unknown) => typeof value !== 'number')
  return wrong < 0
    ? list
    : fail('ValueError', `${what}: ${name} holds ${showGiven(list[wrong])} at position ${wrong}; it needs numbers only`)
}

/** Finite numbers, at least one. */
export const numbersOf = (what: string, name: string, values: Numbers): readonly number[] => {
  const list = anyNumbers(what, name, values)
  const wrong = list.findIndex((value) => !Number.isFinite(value))
  return wrong < 0
    ? list
    : fail('ValueError', `${what}: ${name} holds ${list[wrong]} at position ${wrong}; it needs finite numbers only`)
}

/** What of a series leaves a gap, in words; nothing when all of it is drawn. */
export const gapsOf = (
  name: string,
  values: readonly number[],
  isDrawn: (value: number) => boolean,
  place = (i: number): string => `at position ${i}`
): readonly string[] => {
  const gaps = values.flatMap((value, i) => (isDrawn(value) ? [] : [i]))
  const [first] = gaps
  return first === undefined
    ? []
    : [
        `${name}: ${gaps.length} of ${values.length} values cannot be drawn, the first ${place(first)}: ${values[first]}`
      ]
}

/** Rows of finite numbers from a matrix or an array of rows. */
export const rowsOf = (
  what: string,
  name: string,
  rows: Tensor<Shape> | readonly Numbers[]
): readonly (readonly number[])[] => {
  if (!isTensor(rows))
    return Array.from(
      kinds.mustBe(kinds.list<Numbers>('a matrix or an array of rows'), `${what}: ${name}`, rows),
      (row, i) => numbersOf(what, `row ${i} of ${name}`, row)
    )
  const [count, width, ...more] = dimsOf(rows)
  if (count === undefined || width === undefined || width === 0 || more.length > 0)
    return fail('ShapeError', `${what}: ${name} must be a matrix with one row each, got ${showDims(dimsOf(rows))}`)
  const values = valuesOf(what, rows)
  return Array.from({ length: count }, (_, i) => numbersOf(what, name, values.subarray(i * width, (i + 1) * width)))
}

/** Points of the plane. */
export const pointsOf = (what: string, name: string, points: Points): readonly (readonly [number, number])[] =>
  rowsOf(what, name, points).map((row, i) =>
    row.length === 2
      ? [row[0]!, row[1]!]
      : fail('ShapeError', `${what}: ${name} must be points of the plane, and row ${i} has ${row.length} numbers`)
  )

const someThings = kinds.record('a record of things by name', {})

/** Things by name as pairs; at least one. */
export const namedOf = <T>(what: string, things: Named<T>): readonly (readonly [string, T])[] => {
  const entries = Object.entries<T>(kinds.mustBe(someThings, `${what}: what is shown`, things))
  return entries.length > 0
    ? entries
    : fail('ValueError', `${what}: there is nothing to show; give at least one by name`)
}

/** The names of classes, which are their numbers when left out: one for each, all different. */
export const classNamesOf = (
  what: string,
  classes: number,
  names: readonly string[] = Array.from({ length: classes }, (_, i) => String(i))
): readonly string[] => {
  if (names.length !== classes)
    return fail('ValueError', `${what}: there are ${classes} classes and ${names.length} class names`)
  return new Set(names).size === classes
    ? names
    : fail('ValueError', `${what}: two classes have one name: ${names.join(', ')}`)
}

/** An interval of the line, from a smaller number to a larger. @category charts @since 0.1.0 */
export type Interval = readonly [number, number]

/** The smallest and the largest. */
export const extent = (values: readonly number[]): Interval => [
  values.reduce((least, value) => Math.min(least, value), Infinity),
  values.reduce((most, value) => Math.max(most, value), -Infinity)
]

/** How numbers grow along an axis. @category settings @since 0.1.0 */
export type ScaleType = 'linear' | 'log'

/** Whether a scale can show a number. */
export const isOnScale =
  (type: ScaleType) =>
  (value: number): boolean =>
    Number.isFinite(value) && (type === 'linear' || value > 0)

/**
 * What the numbers of a linear axis are divided by: 1, but a power of ten where sums and differences on the way to a picture
 * would overflow or underflow.
 */
export const unitOf = ([least, most]: Interval): number => {
  const size = Math.max(Math.abs(least), Math.abs(most))
  const isExtreme = Number.isFinite(size) && (size > 1e300 || (size > 0 && size < 1e-300))
  return isExtreme ? 10 ** Math.max(-307, Math.floor(Math.log10(size))) : 1
}

/** Where a number lies between two others, 0 at the first and 1 at the second, even if their difference overflows. */
export const fractionOf = (value: number, from: number, to: number): number =>
  Number.isFinite(to - from) ? (value - from) / (to - from) : (value / 2 - from / 2) / (to / 2 - from / 2)

/** Where a number stands on a scale between two others, from 0 to 1; halfway where the two are one. */
export const placeOn = (type: ScaleType, [from, to]: Interval): ((value: number) => number) => {
  const grown = (value: number): number => (type === 'log' ? Math.log(value) : value)
  return (value) => (from < to ? fractionOf(grown(value), grown(from), grown(to)) : 0.5)
}

/** The number at a fraction of the way between two others, even if their difference overflows. */
export const interpolate = (from: number, to: number, fraction: number): number =>
  Number.isFinite(to - from) ? from + (to - from) * fraction : from * (1 - fraction) + to * fraction

/** The nearest finite number. */
export const finite = (value: number): number => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value))

/** The largest absolute value as a power of two: what numbers are divided by lest their sums or squares overflow. */
const magnitudeOf = (values: readonly number[]): number => {
  const most = extent(values.map(Math.abs))[1]
  return most > 0 ? 2 ** Math.max(-1000, Math.min(1000, Math.floor(Math.log2(most)))) : 1
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
export const meanOf = (values: readonly number[]): number => {
  const unit = magnitudeOf(values)
  return unit * (sum(values.map((value) => value / unit)) / values.length)
}
export const stdOf = (values: readonly number[]): number => {
  const [unit, mean] = [magnitudeOf(values), meanOf(values)]
  return unit * Math.sqrt(sum(values.map((value) => (value / unit - mean / unit) ** 2)) / values.length)
}

/** The quantile of sorted numbers, interpolated between neighbors. */
export const quantile = (sorted: readonly number[], part: number): number => {
  const place = part * (sorted.length - 1)
  const lower = sorted[Math.floor(place)]!
  return interpolate(lower, sorted[Math.ceil(place)] ?? lower, place - Math.floor(place))
}

/** A bin and how many numbers it holds. */
export interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** A round step, 1, 2 or 5 times a power of ten, so that about `bins` of them cover a width. */
const roundStep = (width: number, bins: number): number => {
  const power = 10 ** Math.floor(Math.log10(width / bins))
  const ratio = width / bins / power
  return (ratio > 5 ? 10 : ratio > 2 ? 5 : ratio > 1 ? 2 : 1) * power
}

/** Bins with round bounds over an interval; every number of the interval is in one. */
export const binsOf = (values: readonly number[], interval: Interval, bins: number): readonly Bin[] => {
  const unit = unitOf(interval)
  const [least, most] = [interval[0] / unit, interval[1] / unit]
  const half = least === 0 ? 0.5 : Math.max(Math.abs(least) * 0.1, Number.MIN_VALUE * 1e20)
  const [from, to] = least < most ? [least, most] : [least - half, most + half]
  const step = roundStep(to - from, bins)
  const first = Math.floor(from / step)
  const count = Math.max(1, Math.ceil(to / step - 1e-9) - first)
  const places = values.map((value) => Math.min(count - 1, Math.max(0, Math.floor(value / unit / step - first + 1e-9))))
  const counts = countEach(count, places)
  const bound = (i: number): number => finite(Number(((first + i) * step).toPrecision(12)) * unit)
  return Array.from({ length: count }, (_, i) => ({ from: bound(i), to: bound(i + 1), count: counts[i]! }))
}
