import { type Dims, sizeBetween } from '../tensor/dims.ts'
import { allocate } from './allocate.ts'

/** Probabilities of logits, their logarithms, and log-sum-exp along one axis; infinite logits are taken as limits. */

type Group = (x: Float64Array, out: Float64Array, start: number, n: number, step: number) => void

const along =
  (group: Group) =>
  (x: Float64Array, dims: Dims, axis: number): Float64Array => {
    const out = allocate(x.length)
    const n = dims[axis]!
    const inner = sizeBetween(dims, axis + 1, dims.length)
    const outer = sizeBetween(dims, 0, axis)
    for (let o = 0; o < outer; o++) for (let j = 0; j < inner; j++) group(x, out, o * n * inner + j, n, inner)
    return out
  }

const largest = (x: Float64Array, start: number, n: number, step: number): number => {
  let top = -Infinity
  for (let i = 0; i < n; i++) top = Math.max(top, x[start + i * step]!)
  return top
}

/** A logit of +∞ takes all the mass; several share it equally. */
export const probabilities = along((x, out, start, n, step) => {
  const top = largest(x, start, n, step)
  let total = 0
  for (let i = 0; i < n; i++) {
    const at = start + i * step
    const value = top === Infinity ? (x[at] === Infinity ? 1 : 0) : Math.exp(x[at]! - top)
    out[at] = value
    total += value
  }
  for (let i = 0; i < n; i++) out[start + i * step]! /= total
})

/**
 * `Σ exp(x − max) − 1`, summed without the largest term, so that a small remainder keeps its digits.
 */
const othersOf = (x: Float64Array, top: number, start: number, n: number, step: number): number => {
  let others = 0
  let ties = 0
  for (let i = 0; i < n; i++) {
    const value = x[start + i * step]!
    if (value === top && Math.abs(top) < Infinity) ties++
    else if (top === Infinity) ties += value === Infinity ? 1 : 0
    else others += Math.exp(value - top)
  }
  return others + (ties - 1)
}

export const logProbabilities = along((x, out, start, n, step) => {
  const top = largest(x, start, n, step)
  const logTotal = Math.log1p(othersOf(x, top, start, n, step))
  for (let i = 0; i < n; i++) {
    const at = start + i * step
    const value = x[at]!
    out[at] = (value === top && !Number.isNaN(value) ? 0 : value - top) - logTotal
  }
})

/** `log Σ exp x` along one axis: the maximum plus `log1p` of the other terms. */
export const logSumExp = (x: Float64Array, dims: Dims, axis: number): Float64Array => {
  const n = dims[axis]!
  const inner = sizeBetween(dims, axis + 1, dims.length)
  const outer = sizeBetween(dims, 0, axis)
  const out = allocate(outer * inner)
  for (let o = 0; o < outer; o++)
    for (let j = 0; j < inner; j++) {
      const start = o * n * inner + j
      const top = largest(x, start, n, inner)
      out[o * inner + j] = Number.isFinite(top) ? top + Math.log1p(othersOf(x, top, start, n, inner)) : top
    }
  return out
}
