/**
 * Substitution in one triangular matrix of a buffer, along rows, so that all accesses are contiguous. The right-hand sides
 * are rows of `k` numbers, solved in place.
 */

/** By rows from the first to the last; `unit` takes the diagonal as ones. */
export const forward = (
  l: Float64Array,
  at: number,
  n: number,
  x: Float64Array,
  to: number,
  k: number,
  unit: boolean
): void => {
  for (let i = 0; i < n; i++) {
    const row = to + i * k
    for (let j = 0; j < i; j++) subtract(x, row, l[at + i * n + j]!, to + j * k, k)
    if (!unit) divide(x, row, l[at + i * n + i]!, k)
  }
}

/** By rows from the last to the first. */
export const backward = (
  u: Float64Array,
  at: number,
  n: number,
  x: Float64Array,
  to: number,
  k: number,
  unit: boolean
): void => {
  for (let i = n - 1; i >= 0; i--) {
    const row = to + i * k
    for (let j = i + 1; j < n; j++) subtract(x, row, u[at + i * n + j]!, to + j * k, k)
    if (!unit) divide(x, row, u[at + i * n + i]!, k)
  }
}

/** As `backward`, by the transpose of a lower triangle. */
export const backwardTransposed = (
  l: Float64Array,
  at: number,
  n: number,
  x: Float64Array,
  to: number,
  k: number
): void => {
  for (let i = n - 1; i >= 0; i--) {
    const row = to + i * k
    divide(x, row, l[at + i * n + i]!, k)
    for (let j = 0; j < i; j++) subtract(x, to + j * k, l[at + i * n + j]!, row, k)
  }
}

const subtract = (x: Float64Array, row: number, factor: number, other: number, k: number): void => {
  for (let c = 0; c < k; c++) x[row + c]! -= factor * x[other + c]!
}

const divide = (x: Float64Array, row: number, by: number, k: number): void => {
  for (let c = 0; c < k; c++) x[row + c]! /= by
}
