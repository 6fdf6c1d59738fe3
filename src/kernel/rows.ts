import { allocate } from './allocate.ts'

/** Rows by index. A row is `width` elements; indices are whole numbers checked by the caller. */

export const gather = (x: Float64Array, indices: Float64Array, width: number): Float64Array => {
  const out = allocate(indices.length * width)
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]! * width
    for (let j = 0; j < width; j++) out[i * width + j] = x[from + j]!
  }
  return out
}

/** Rows of zeros with a single one each, at the label. */
export const oneHot = (labels: Float64Array, classes: number): Float64Array => {
  const out = new Float64Array(labels.length * classes)
  for (let i = 0; i < labels.length; i++) out[i * classes + labels[i]!] = 1
  return out
}

/** Zeros of `rows` rows with each row of `x` added in at its index: the adjoint of `gather`. */
export const scatterAdd = (x: Float64Array, indices: Float64Array, rows: number, width: number): Float64Array => {
  const out = allocate(rows * width)
  for (let i = 0; i < indices.length; i++) {
    const to = indices[i]! * width
    for (let j = 0; j < width; j++) out[to + j]! += x[i * width + j]!
  }
  return out
}
