import { type Dims, sizeBetween } from '../tensor/dims.ts'
import { allocate } from './allocate.ts'

/** Reductions along axes, viewed as `[outer, n, inner]`: sizes before, along and after the axis. */

const sumAxis = (x: Float64Array, outer: number, n: number, inner: number): Float64Array => {
  const out = allocate(outer * inner)
  if (inner === 1) {
    for (let o = 0; o < outer; o++) {
      let total = 0
      for (let i = 0; i < n; i++) total += x[o * n + i]!
      out[o] = total
    }
    return out
  }
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < n; i++) {
      const from = (o * n + i) * inner
      const to = o * inner
      for (let j = 0; j < inner; j++) out[to + j]! += x[from + j]!
    }
  return out
}

/** NaN propagates; an empty group gives −∞, which callers refuse beforehand. */
const maxAxis = (x: Float64Array, outer: number, n: number, inner: number): Float64Array => {
  const out = allocate(outer * inner).fill(-Infinity)
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < n; i++) {
      const from = (o * n + i) * inner
      const to = o * inner
      for (let j = 0; j < inner; j++) out[to + j] = Math.max(out[to + j]!, x[from + j]!)
    }
  return out
}

/** Neighbouring axes are reduced together, other groups one after another from the last. */
const reduce =
  (along: typeof sumAxis) =>
  (x: Float64Array, dims: Dims, axes: readonly number[]): Float64Array => {
    let values = x
    let left = dims
    for (let end = axes.length - 1; end >= 0;) {
      let start = end
      while (start > 0 && axes[start - 1] === axes[start]! - 1) start--
      const first = axes[start]!
      const last = axes[end]!
      values = along(
        values,
        sizeBetween(left, 0, first),
        sizeBetween(left, first, last + 1),
        sizeBetween(left, last + 1, left.length)
      )
      if (start === 0) return values
      left = [...left.slice(0, first), ...left.slice(last + 1)]
      end = start - 1
    }
    // without axes it is a copy: a kernel always gives a new buffer
    return values === x ? x.slice() : values
  }

export const sum = reduce(sumAxis)
export const max = reduce(maxAxis)

/** The index of the maximum along one axis, the first if tied; NaN counts as the maximum. */
export const argmax = (x: Float64Array, dims: Dims, axis: number): Float64Array => {
  const outer = sizeBetween(dims, 0, axis)
  const n = dims[axis]!
  const inner = sizeBetween(dims, axis + 1, dims.length)
  const out = allocate(outer * inner)
  for (let o = 0; o < outer; o++)
    for (let j = 0; j < inner; j++) {
      let best = 0
      let top = x[o * n * inner + j]!
      for (let i = 1; i < n && !Number.isNaN(top); i++) {
        const value = x[(o * n + i) * inner + j]!
        if (value > top || Number.isNaN(value)) {
          top = value
          best = i
        }
      }
      out[o * inner + j] = best
    }
  return out
}
