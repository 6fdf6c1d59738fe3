import { allocate } from './allocate.ts'

/** Gather and scatter of rows of `width` elements; the caller has checked the indices. */

export const gather = (x: Float64Array, indices: Float64Array, width: number): Float64Array => {
  const out = allocate(indices.length * width)
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * width
    for (let j = 0; j < width; j++) out[i * width + j] = x[from + j]!
  }
  return out
}

/** One-hot rows of labels. */
export const oneHot = (labels: Float64Array, classes: number): Float64Array => {
  const out = new Float64Array(labels.length * classes)
  for (let i = 0; i < labels.length; i++) out[i * classes + labels[i]!] = 1
  return out
}

/** `rows` rows of zeros, with each row of `x` added at its index: the adjoint of `gather`. */
export const scatterAdd = (x: Float64Array, indices: Float64Array, rows: number, width: number): Float64Array => {
  const out = allocate(rows * width)
  for (let i = 0; i < indices.length; i++) {
    const to = indices[i]! * width
    for (let j = 0; j < width; j++) out[to + j]! += x[i * width + j]!
  }
  return out
}

/**
 * For each row the position, counted from 1, of the last of the indices that names it, and 0 where none does; each `count`
 * indices are counted by themselves.
 */
export const lastAt = (indices: Float64Array, count: number, rows: number): Float64Array => {
  const out = allocate(rows)
  for (let i = 0; i < indices.length; i++) out[indices[i]!] = (i % count) + 1
  return out
}
