import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import { anyNumbers, type Named, namedOf, type Numbers, numbersOf } from './numbers.ts'

/**
 * Something to draw along an axis: numbers, which stand at 0, 1, 2, …, or pairs of x and y, joined by a line or not.
 *
 * @category charts
 * @since 0.1.0
 */
export type Series = Numbers | { readonly x: Numbers; readonly y: Numbers; readonly as?: 'line' | 'points' }

/** A series as two lists of numbers. */
export interface Coordinates {
  readonly name: string
  readonly as: 'line' | 'points'
  readonly x: readonly number[]
  readonly y: readonly number[]
}

// numbers are checked where they are read
const pairFields = {
  x: kinds.anything as kinds.Kind<Numbers>,
  y: kinds.anything as kinds.Kind<Numbers>,
  as: [kinds.oneOf('line', 'points'), 'line']
} as const

const someSeries = kinds.record('numbers, or { x, y }', {})

/** The coordinates of each series; those along the x axis are finite. */
export const coordinatesOf = (what: string, series: Named<Series>): readonly Coordinates[] =>
  namedOf(what, series).map(([name, given]) => {
    kinds.mustBe(someSeries, `${what}: ${name}`, given)
    if (!('x' in given)) {
      const y = anyNumbers(what, name, given)
      return { name, as: 'line', x: y.map((_, i) => i), y }
    }
    const { as } = kinds.settings(`${what}: ${name}`, pairFields).read(given)
    const [x, y] = [numbersOf(what, `x of ${name}`, given.x), anyNumbers(what, `y of ${name}`, given.y)]
    return x.length === y.length
      ? { name, as, x, y }
      : fail('ShapeError', `${what}: ${name} has ${x.length} numbers for x and ${y.length} for y`)
  })
