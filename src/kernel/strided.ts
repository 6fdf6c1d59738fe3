import { type Dims, sameDims, sizeOf, stridesOf } from '../tensor/dims.ts'
import { allocate } from './allocate.ts'

/** Strided copies: broadcast, transpose, slice, pad, concatenate. */

/** From this many on, contiguous elements are copied with `set`. */
const MANY = 32

/** The first axis from which on both sides are contiguous. */
const denseFrom = (dims: Dims, outStrides: Dims, strides: Dims): number => {
  let axis = dims.length
  for (let size = 1; axis > 0 && outStrides[axis - 1] === size && strides[axis - 1] === size; axis--)
    size *= dims[axis - 1]!
  return axis
}

const copy = (
  out: Float64Array,
  outOffset: number,
  outStrides: Dims,
  source: Float64Array,
  offset: number,
  strides: Dims,
  dims: Dims,
  axis: number,
  dense: number
): void => {
  const n = dims[axis]!
  const to = outStrides[axis]!
  const from = strides[axis]!
  if (axis === dense && n * to >= MANY) out.set(source.subarray(offset, offset + n * from), outOffset)
  else if (axis === dims.length - 1) for (let i = 0; i < n; i++) out[outOffset + i * to] = source[offset + i * from]!
  else
    for (let i = 0; i < n; i++)
      copy(out, outOffset + i * to, outStrides, source, offset + i * from, strides, dims, axis + 1, dense)
}

/** A fresh row-major buffer of shape `dims` whose element at `i` is `source[offset + i · strides]`. */
export const read = (source: Float64Array, dims: Dims, strides: Dims, offset: number): Float64Array => {
  const out = allocate(sizeOf(dims))
  const own = stridesOf(dims)
  if (dims.length === 0) out[0] = source[offset]!
  else if (out.length > 0) copy(out, 0, own, source, offset, strides, dims, 0, denseFrom(dims, own, strides))
  return out
}

/** Writes all of `source`, row-major of shape `dims`, into `out` at `offset + i · strides`. */
const write = (out: Float64Array, strides: Dims, offset: number, source: Float64Array, dims: Dims): void => {
  const own = stridesOf(dims)
  if (dims.length === 0) out[offset] = source[0]!
  else if (source.length > 0) copy(out, offset, strides, source, 0, own, dims, 0, denseFrom(dims, strides, own))
}

/** Tiles `source`, as a bias is over its batch, by repeated doubling. */
const repeat = (source: Float64Array, size: number): Float64Array => {
  const out = allocate(size)
  if (size > 0) out.set(source)
  for (let filled = source.length; filled > 0 && filled < size; filled *= 2) out.copyWithin(filled, 0, size - filled)
  return out
}

/** Broadcasts `source` to shape `to`; the same buffer when the shapes are equal. */
export const expand = (source: Float64Array, from: Dims, to: Dims): Float64Array => {
  if (sameDims(from, to)) return source
  if (source.length === 1) return allocate(sizeOf(to)).fill(source[0]!)
  const lead = to.length - from.length
  if (from.every((n, i) => n === to[lead + i])) return repeat(source, sizeOf(to))
  const own = stridesOf(from)
  return read(
    source,
    to,
    to.map((_, i) => (i < lead || from[i - lead] === 1 ? 0 : own[i - lead]!)),
    0
  )
}

/** The 2-D case, on the path of every dense layer's gradient. */
const transpose = (source: Float64Array, rows: number, columns: number): Float64Array => {
  const out = allocate(source.length)
  for (let j = 0; j < columns; j++) for (let i = 0; i < rows; i++) out[j * rows + i] = source[i * columns + j]!
  return out
}

/** Axes in a new order: axis `i` of the result is axis `axes[i]` of the source. */
export const permute = (source: Float64Array, dims: Dims, axes: readonly number[]): Float64Array => {
  if (dims.length === 2) return axes[0] === 0 ? source : transpose(source, dims[0]!, dims[1]!)
  const own = stridesOf(dims)
  return read(
    source,
    axes.map((axis) => dims[axis]!),
    axes.map((axis) => own[axis]!),
    0
  )
}

const offsetOf = (starts: readonly number[], strides: Dims): number =>
  starts.reduce((offset, start, axis) => offset + start * strides[axis]!, 0)

const spaced = (strides: Dims, steps: readonly number[] | undefined): Dims =>
  steps === undefined ? strides : strides.map((stride, axis) => stride * steps[axis]!)

/** The block from `starts`, of shape `to`, each step. */
export const slice = (
  source: Float64Array,
  dims: Dims,
  starts: readonly number[],
  to: Dims,
  steps?: readonly number[]
): Float64Array => {
  const own = stridesOf(dims)
  return read(source, to, spaced(own, steps), offsetOf(starts, own))
}

/** Zeros of shape `to` with the source put in at `starts`, steps apart: the adjoint of `slice`. */
export const pad = (
  source: Float64Array,
  dims: Dims,
  starts: readonly number[],
  to: Dims,
  steps?: readonly number[]
): Float64Array => {
  const out = allocate(sizeOf(to))
  const own = stridesOf(to)
  write(out, spaced(own, steps), offsetOf(starts, own), source, dims)
  return out
}

/** Axes in reverse order. */
export const flip = (source: Float64Array, dims: Dims, axes: readonly number[]): Float64Array => {
  const own = stridesOf(dims)
  return read(
    source,
    dims,
    own.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
    axes.reduce((offset, axis) => offset + (dims[axis]! - 1) * own[axis]!, 0)
  )
}

/** Concatenates sources along one axis. */
export const concat = (
  sources: readonly Float64Array[],
  dims: readonly Dims[],
  axis: number,
  to: Dims
): Float64Array => {
  const out = allocate(sizeOf(to))
  const own = stridesOf(to)
  let offset = 0
  for (let i = 0; i < sources.length; i++) {
    write(out, own, offset, sources[i]!, dims[i]!)
    offset += dims[i]![axis]! * own[axis]!
  }
  return out
}
