import { type Dims, sizeBetween } from '../tensor/dims.ts'
import { allocate } from './allocate.ts'

/** Sorting along one axis. */

/** Whether `a` comes before `b` in ascending order, NaN above all. */
const isBelow = (a: number, b: number): boolean => a < b || (Number.isNaN(b) && !Number.isNaN(a))

/** Merges neighbouring runs of `width` places, of which `x` are the elements, into `to`. */
const mergeRuns = (x: Float64Array, from: Uint32Array, to: Uint32Array, width: number, descending: boolean): void => {
  const n = from.length
  for (let start = 0; start < n; start += 2 * width) {
    const middle = Math.min(start + width, n)
    const end = Math.min(middle + width, n)
    let left = start
    let right = middle
    for (let at = start; at < end; at++) {
      const a = x[from[left]!]!
      const b = x[from[right]!]!
      // the left one of equals
      const takesRight = left === middle || (right < end && (descending ? isBelow(a, b) : isBelow(b, a)))
      to[at] = takesRight ? from[right++]! : from[left++]!
    }
  }
}

/** The places of the elements of each line in sorted order, by merging; equal ones keep theirs, and NaN is above all. */
export const argsort = (x: Float64Array, dims: Dims, axis: number, descending: boolean): Float64Array => {
  const n = dims[axis]!
  const outer = sizeBetween(dims, 0, axis)
  const inner = sizeBetween(dims, axis + 1, dims.length)
  const out = allocate(x.length)
  const line = new Float64Array(n)
  let from = new Uint32Array(n)
  let to = new Uint32Array(n)
  for (let o = 0; o < outer; o++)
    for (let j = 0; j < inner; j++) {
      const first = o * n * inner + j
      for (let i = 0; i < n; i++) {
        line[i] = x[first + i * inner]!
        from[i] = i
      }
      for (let width = 1; width < n; width *= 2) {
        mergeRuns(line, from, to, width, descending)
        ;[from, to] = [to, from]
      }
      for (let i = 0; i < n; i++) out[first + i * inner] = from[i]!
    }
  return out
}
