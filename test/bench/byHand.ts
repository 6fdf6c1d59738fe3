/**
 * What a network with one hidden layer comes to when it is written by hand: loops over typed arrays that are overwritten,
 * nothing allocated while training, derivatives worked out on paper. The arithmetic is that of the library.
 */

import { toFlatArray } from '../../src/index.ts'
import type { DenseParams } from './inputs.ts'

export interface Layer {
  readonly weight: Float64Array
  readonly bias: Float64Array
}

export interface Network {
  readonly inputs: number
  readonly units: number
  readonly outputs: number
  readonly hidden: Layer
  readonly last: Layer
}

/** A copy of a layer's parameters, to be overwritten. */
export const layerByHand = ({ weight, bias }: DenseParams): Layer => ({
  weight: Float64Array.from(toFlatArray(weight)),
  bias: Float64Array.from(toFlatArray(bias))
})

/** `out = x · weight + bias`. */
const affine = (
  x: Float64Array,
  { weight, bias }: Layer,
  out: Float64Array,
  rows: number,
  from: number,
  to: number
): void => {
  for (let i = 0; i < rows; i++) {
    const o = i * to
    for (let j = 0; j < to; j++) out[o + j] = bias[j]!
    for (let p = 0; p < from; p++) {
      const v = x[i * from + p]!
      const q = p * to
      for (let j = 0; j < to; j++) out[o + j] = out[o + j]! + v * weight[q + j]!
    }
  }
}

/** `weight −= rate · xᵀ · d`, and the bias likewise; `row` is room for a row of the gradient. */
const descend = (
  x: Float64Array,
  d: Float64Array,
  { weight, bias }: Layer,
  row: Float64Array,
  rows: number,
  from: number,
  to: number,
  rate: number
): void => {
  for (let p = 0; p < from; p++) {
    for (let j = 0; j < to; j++) row[j] = 0
    for (let i = 0; i < rows; i++) {
      const v = x[i * from + p]!
      if (v === 0) continue
      for (let j = 0; j < to; j++) row[j] = row[j]! + v * d[i * to + j]!
    }
    const q = p * to
    for (let j = 0; j < to; j++) weight[q + j] = weight[q + j]! - rate * row[j]!
  }
  for (let j = 0; j < to; j++) {
    let sum = 0
    for (let i = 0; i < rows; i++) sum += d[i * to + j]!
    bias[j] = bias[j]! - rate * sum
  }
}

/** `out = d · weightᵀ` where the unit was active, 0 elsewhere. */
const back = (
  d: Float64Array,
  { weight }: Layer,
  active: Float64Array,
  out: Float64Array,
  rows: number,
  from: number,
  to: number
): void => {
  for (let i = 0; i < rows; i++)
    for (let p = 0; p < from; p++) {
      let sum = 0
      if (active[i * from + p]! > 0) {
        const q = p * to
        for (let j = 0; j < to; j++) sum += d[i * to + j]! * weight[q + j]!
      }
      out[i * from + p] = sum
    }
}

/** The mean loss of logits, which are overwritten by their cotangents. */
export type LossByHand = (z: Float64Array, y: Float64Array, rows: number, outputs: number) => number

export const binaryCrossEntropy: LossByHand = (z, y, rows) => {
  let loss = 0
  for (let i = 0; i < rows; i++) {
    const v = z[i]!
    const t = y[i]!
    loss += Math.max(v, 0) - v * t + Math.log1p(Math.exp(-Math.abs(v)))
    z[i] = (1 / (1 + Math.exp(-v)) - t) / rows
  }
  return loss / rows
}

export const softmaxCrossEntropy: LossByHand = (z, y, rows, outputs) => {
  let loss = 0
  for (let i = 0; i < rows; i++) {
    const o = i * outputs
    let top = -Infinity
    let sum = 0
    for (let j = 0; j < outputs; j++) top = Math.max(top, z[o + j]!)
    for (let j = 0; j < outputs; j++) sum += Math.exp(z[o + j]! - top)
    const log = top + Math.log(sum)
    for (let j = 0; j < outputs; j++) {
      const p = z[o + j]! - log
      loss -= y[o + j]! * p
      z[o + j] = (Math.exp(p) - y[o + j]!) / rows
    }
  }
  return loss / rows
}

/** A train step by gradient descent on up to `most` rows, that changes the network and answers the loss before it. */
export const stepByHand = (
  { inputs, units, outputs, hidden, last }: Network,
  loss: LossByHand,
  rate: number,
  most: number
) => {
  const a = new Float64Array(most * units)
  const d = new Float64Array(most * units)
  const z = new Float64Array(most * outputs)
  const row = new Float64Array(Math.max(units, outputs))
  return (x: Float64Array, y: Float64Array, rows: number): number => {
    affine(x, hidden, a, rows, inputs, units)
    for (let i = 0; i < rows * units; i++) if (!(a[i]! > 0)) a[i] = 0
    affine(a, last, z, rows, units, outputs)
    const value = loss(z, y, rows, outputs)
    back(z, last, a, d, rows, units, outputs)
    descend(a, z, last, row, rows, units, outputs, rate)
    descend(x, d, hidden, row, rows, inputs, units, rate)
    return value
  }
}

/** Rows in another order, copied. */
export const gatherByHand = (x: Float64Array, order: Int32Array, width: number, out: Float64Array): void => {
  for (let i = 0; i < order.length; i++) {
    const from = order[i]! * width
    for (let j = 0; j < width; j++) out[i * width + j] = x[from + j]!
  }
}

/** Shuffles in place, with the simplest of generators. */
export const shuffleByHand = (order: Int32Array, seed: number): number => {
  let state = seed
  for (let i = order.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const j = Math.floor((state / 2 ** 32) * (i + 1))
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return state
}
