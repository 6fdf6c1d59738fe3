import { fail, showGiven } from './errors.ts'

/** Run-time arithmetic on shapes: sizes, strides, axes, one-sided broadcasting. */
export type Dims = readonly number[]

/** The most numbers that a tensor may hold: positions among them are 32-bit integers. */
export const MOST_NUMBERS = 2 ** 31 - 1

/** A dimension, which may be anything when a caller without types gives it. */
const showSize = (n: unknown): string => (typeof n === 'number' || typeof n === 'string' ? String(n) : showGiven(n))

/** `[2, 3]`, for messages. */
export const showDims = (dims: Dims): string => `[${dims.map(showSize).join(', ')}]`

/** The number of elements: the product of the dimensions, 1 for a scalar. */
export const sizeOf = (dims: Dims): number => {
  let size = 1
  for (let i = 0; i < dims.length; i++) size *= dims[i]!
  return size
}

/** The sum of the numbers before each one. */
export const runningSums = (values: readonly number[]): readonly number[] => {
  const sums = new Array<number>(values.length)
  let sum = 0
  for (let i = 0; i < values.length; i++) {
    sums[i] = sum
    sum += values[i]!
  }
  return sums
}

export const sameDims = (a: Dims, b: Dims): boolean => {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Row-major strides, in elements. */
export const stridesOf = (dims: Dims): number[] => {
  const strides = new Array<number>(dims.length)
  let stride = 1
  for (let i = dims.length - 1; i >= 0; i--) {
    strides[i] = stride
    stride *= dims[i]!
  }
  return strides
}

/** Whether `from` broadcasts to exactly `to`: right-aligned, each dimension equal or 1. */
export const broadcastsTo = (from: Dims, to: Dims): boolean => {
  const lead = to.length - from.length
  if (lead < 0) return false
  for (let i = 0; i < from.length; i++) if (from[i] !== 1 && from[i] !== to[i + lead]) return false
  return true
}

/** The axes of `to` along which `from` repeats when it is broadcast there. */
export const stretchedAxes = (from: Dims, to: Dims): number[] => {
  const lead = to.length - from.length
  const axes: number[] = []
  for (let i = 0; i < to.length; i++) if (i < lead || (from[i - lead] === 1 && to[i] !== 1)) axes.push(i)
  return axes
}

/** The product of the dimensions from `start` up to `stop`. */
export const sizeBetween = (dims: Dims, start: number, stop: number): number => {
  let size = 1
  for (let i = start; i < stop; i++) size *= dims[i]!
  return size
}

/**
 * One-sided broadcasting: the result has the shape of one of the operands, otherwise `undefined`. An outer sum such as
 * `[3, 1]` with `[4]` must say `broadcastTo`: stretching both sides at once is the classic silent bug.
 */
export const broadcast = (a: Dims, b: Dims): Dims | undefined =>
  sameDims(a, b) || broadcastsTo(b, a) ? a : broadcastsTo(a, b) ? b : undefined

/** Broadcasting that stretches both sides: each pair of dimensions is equal or has a 1; otherwise `undefined`. */
export const broadcastBoth = (a: Dims, b: Dims): Dims | undefined => {
  const rank = Math.max(a.length, b.length)
  const joined = new Array<number>(rank)
  for (let i = 1; i <= rank; i++) {
    const x = a[a.length - i] ?? 1
    const y = b[b.length - i] ?? 1
    if (x !== y && x !== 1 && y !== 1) return undefined
    joined[rank - i] = x === 1 ? y : x
  }
  return joined
}

/** Why `broadcast` gave nothing, as a sentence. */
export const broadcastFault = (a: Dims, b: Dims): string => {
  const rank = Math.max(a.length, b.length)
  for (let i = 1; i <= rank; i++) {
    const x = a[a.length - i] ?? 1
    const y = b[b.length - i] ?? 1
    if (x !== y && x !== 1 && y !== 1)
      return `cannot broadcast ${showDims(a)} with ${showDims(b)}: ${x} and ${y} differ; reshape one of them`
  }
  return `${showDims(a)} and ${showDims(b)} would both be stretched; broadcast one of them with broadcastTo first`
}

/** Narrows nothing: the type is right already, unless the caller has none. */
const isArray: (value: unknown) => boolean = Array.isArray

/** An axis counted from the front; negative ones count from the end. */
export const axisOf = (what: string, dims: Dims, axis: number): number => {
  // asked first, as not everything can be compared with a number
  const found = !Number.isInteger(axis) ? -1 : axis < 0 ? axis + dims.length : axis
  return found >= 0 && found < dims.length
    ? found
    : fail(
        'AxisError',
        `${what}: axis ${showGiven(axis)} is out of range for shape ${showDims(dims)}; ${axisRange(dims.length)}`
      )
}

/** An index along an axis, counted from the front; negative ones count from the end. */
export const placeOf = (what: string, dims: Dims, axis: number, index: number): number => {
  const n = dims[axis]!
  const found = !Number.isInteger(index) ? -1 : index < 0 ? index + n : index
  return found >= 0 && found < n
    ? found
    : fail(
        'IndexError',
        `${what}: index ${showGiven(index)} is out of range for axis ${axis} of shape ${showDims(dims)}`
      )
}

const axisRange = (rank: number): string =>
  rank === 0 ? 'a scalar has no axes' : `use an integer from ${-rank} to ${rank - 1}`

/** Distinct axes counted from the front, in increasing order. */
export const axesOf = (what: string, dims: Dims, axes: number | readonly number[]): readonly number[] => {
  const list = typeof axes === 'number' ? [axes] : axes
  if (!isArray(list)) return fail('AxisError', `${what}: needs an axis or an array of axes, got ${showGiven(axes)}`)
  const found = list.map((axis) => axisOf(what, dims, axis)).sort((a, b) => a - b)
  for (let i = 1; i < found.length; i++)
    if (found[i] === found[i - 1])
      fail('AxisError', `${what}: axis ${found[i]} is named twice in ${showDims(list)} for shape ${showDims(dims)}`)
  return found
}

/** The shape left by reducing over `axes` (counted from the front, in order). */
export const reducedDims = (dims: Dims, axes: readonly number[], keepDims: boolean): Dims => {
  const left: number[] = []
  for (let i = 0, next = 0; i < dims.length; i++) {
    const reduced = axes[next] === i
    if (reduced) next++
    if (!reduced) left.push(dims[i]!)
    else if (keepDims) left.push(1)
  }
  return left
}

/** Whether a value is a shape: whole numbers of at least 0. */
export const isDims = (value: unknown): value is Dims =>
  Array.isArray(value) && value.every((n) => Number.isInteger(n) && (n as number) >= 0)

/** Checks dimensions that come from outside the type system: whole numbers of at least 0. */
export const checkDims = (what: string, dims: Dims): Dims => {
  if (!isArray(dims)) return fail('ShapeError', `${what}: a shape is an array of whole numbers, not ${showGiven(dims)}`)
  for (let i = 0; i < dims.length; i++) {
    const n = dims[i]!
    if (!Number.isInteger(n) || n < 0)
      fail(
        'ShapeError',
        `${what}: dimension ${i} of shape ${showDims(dims)} is ${showGiven(n)}; it must be a whole number, 0 or more`
      )
  }
  return sizeOf(dims) <= MOST_NUMBERS
    ? dims
    : fail('ShapeError', `${what}: shape ${showDims(dims)} holds ${sizeOf(dims)} numbers, more than ${MOST_NUMBERS}`)
}
