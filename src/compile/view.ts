import { type Dims, sameDims, stridesOf } from '../tensor/dims.ts'

/**
 * A node as a strided view of another node's elements, with an offset. Reshape, transpose, slice and broadcast often
 * need no copy.
 */
export interface View {
  /** The node that owns the elements; the node itself if it is stored. */
  readonly base: number
  readonly offset: number
  readonly dims: Dims
  /** Strides in elements of the base; 0 along broadcast axes. */
  readonly strides: readonly number[]
}

/** The dense view of a node that owns its elements. */
export const own = (base: number, dims: Dims): View => ({ base, offset: 0, dims, strides: stridesOf(dims) })

/** A shape without its axes of size 1. */
export const squeezedDims = (dims: Dims): Dims => dims.filter((n) => n !== 1)

/** The axes of size other than 1, with their strides. */
export const squeezed = ({ dims, strides }: Pick<View, 'dims' | 'strides'>): Pick<View, 'dims' | 'strides'> => {
  const axes = dims.flatMap((n, i) => (n === 1 ? [] : [i]))
  return { dims: axes.map((i) => dims[i]!), strides: axes.map((i) => strides[i]!) }
}

/** Whether elements are contiguous, in row-major order. */
export const isDense = (view: View): boolean => {
  const { dims, strides } = squeezed(view)
  return sameDims(strides, stridesOf(dims))
}

/** A reshaped view; `null` when elements would have to be copied. */
export const reshaped = (view: View, dims: Dims): View | null => {
  if (isDense(view)) return { ...view, dims, strides: stridesOf(dims) }
  const short = squeezed(view)
  const wanted = squeezedDims(dims)
  if (!sameDims(short.dims, wanted)) return null
  const seen = dims.map((n, i) => (n === 1 ? 0 : short.strides[dims.slice(0, i).filter((m) => m !== 1).length]!))
  return { ...view, dims, strides: seen }
}

export const stretched = (view: View, dims: Dims): View => {
  const lead = dims.length - view.dims.length
  return {
    ...view,
    dims,
    strides: dims.map((n, i) => (i < lead || (view.dims[i - lead] === 1 && n !== 1) ? 0 : view.strides[i - lead]!))
  }
}

export const permuted = (view: View, dims: Dims, { axes }: { readonly axes: readonly number[] }): View => ({
  ...view,
  dims,
  strides: axes.map((axis) => view.strides[axis]!)
})

export const sliced = (
  view: View,
  dims: Dims,
  { starts, steps }: { readonly starts: readonly number[]; readonly steps?: readonly number[] }
): View => ({
  ...view,
  dims,
  offset: view.offset + starts.reduce((sum, start, i) => sum + start * view.strides[i]!, 0),
  strides: steps === undefined ? view.strides : view.strides.map((stride, i) => stride * steps[i]!)
})

/** Read backwards, by negative strides from the last element. */
export const flipped = (view: View, dims: Dims, { axes }: { readonly axes: readonly number[] }): View => ({
  ...view,
  offset: view.offset + axes.reduce((sum, axis) => sum + Math.max(0, dims[axis]! - 1) * view.strides[axis]!, 0),
  strides: view.strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride))
})

/** Whether a view is read backwards along an axis. */
export const isBackwards = ({ dims, strides }: View): boolean =>
  strides.some((stride, axis) => stride < 0 && dims[axis] !== 1)

/** A view broadcast to the dimensions of a loop, by the rules of broadcasting. */
export const along = (view: View, dims: Dims): View => (sameDims(view.dims, dims) ? view : stretched(view, dims))
