import { type Dims, sizeBetween } from '../tensor/dims.ts'
import { allocate } from './allocate.ts'

/** Running results along one axis, in its direction or from the last element to the first. */

/** Calls `line` with the first place of each line along the axis, and the distance from one place to the next. */
const overLines = (
  dims: Dims,
  axis: number,
  reverse: boolean,
  line: (first: number, step: number, n: number) => void
): void => {
  const n = dims[axis]!
  const outer = sizeBetween(dims, 0, axis)
  const inner = sizeBetween(dims, axis + 1, dims.length)
  if (n === 0) return
  for (let o = 0; o < outer; o++)
    for (let j = 0; j < inner; j++) line((o * n + (reverse ? n - 1 : 0)) * inner + j, reverse ? -inner : inner, n)
}

/** `yᵢ = aᵢ · yᵢ₋₁ + bᵢ`, beginning with `b` itself; `lagged`: with `aᵢ₋₁`. */
export const linearRecurrence = (
  a: Float64Array,
  b: Float64Array,
  dims: Dims,
  axis: number,
  reverse: boolean,
  lagged: boolean
): Float64Array => {
  const out = allocate(b.length)
  overLines(dims, axis, reverse, (first, step, n) => {
    let y = b[first]!
    out[first] = y
    for (let i = 1, at = first + step; i < n; i++, at += step) {
      y = a[lagged ? at - step : at]! * y + b[at]!
      out[at] = y
    }
  })
  return out
}

/** The index of the maximum so far, the first if tied; NaN counts as the maximum. */
export const cumArgmax = (x: Float64Array, dims: Dims, axis: number, reverse: boolean): Float64Array => {
  const out = allocate(x.length)
  overLines(dims, axis, reverse, (first, step, n) => {
    let top = x[first]!
    let best = 0
    for (let i = 0, at = first; i < n; i++, at += step) {
      const value = x[at]!
      if (!Number.isNaN(top) && (value > top || Number.isNaN(value))) {
        top = value
        best = i
      }
      out[at] = reverse ? n - 1 - best : best
    }
  })
  return out
}
