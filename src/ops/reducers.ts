import { tensors as op } from '../tape/algebra.ts'
import { type Dims, reducedDims } from '../tensor/dims.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { countKept, kept, type Mask } from './mask.ts'
import { countOver, filled, type MaskedReducer, type Reducer } from './reduction.ts'

/** What several reductions are computed by. */

const zero = op.constant(0)
const one = op.constant(1)
const lowest = op.constant(-Infinity)

export const meanOf =
  (what: string): Reducer =>
  (x, axes, keepDims) =>
    op.div(op.sum(x, axes, keepDims), op.constant(countOver(what, dimsOf(x), axes)))

/** −max(−x). */
export const minOf =
  (what: string): Reducer =>
  (x, axes, keepDims) => {
    countOver(what, dimsOf(x), axes)
    return op.neg(op.max(op.neg(x), axes, keepDims))
  }

/** How many elements count, at least 1: a mean of none is 0 / 1. */
const divisor = (mask: Mask, x: Tensor, axes: readonly number[], keepDims: boolean): Tensor =>
  op.maximum(countKept(mask, dimsOf(x), axes, keepDims), one)

export const maskedMean =
  (what: string): MaskedReducer =>
  (x, mask, axes, keepDims) => {
    countOver(what, dimsOf(x), axes)
    return op.div(op.sum(kept(x, mask, zero), axes, keepDims), divisor(mask, x, axes, keepDims))
  }

export const maskedSum = filled(op.sum, zero)
export const maskedMax = filled(op.max, lowest)
export const maskedMin = (what: string): MaskedReducer => filled(minOf(what), op.constant(Infinity))

/** The result of a reduction that kept its axes, with or without them. */
export const unkept = (x: Tensor, dims: Dims, axes: readonly number[], keepDims: boolean): Tensor =>
  keepDims ? x : op.reshape(x, reducedDims(dims, axes, false))
