import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { broadcastsTo, type Dims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { notTensor } from './operand.ts'
import { bufferOf, dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'

/**
 * Masks: which elements count. What does not count is replaced before anything is computed of it, so that it contributes
 * exactly 0 to derivatives of every order, whatever it is.
 */

/** Options of what takes a mask. @category reduction @since 0.1.0 */
export interface MaskOptions<M extends Shape = Shape> {
  /**
   * 1 for the elements that count and 0 for those that do not; it broadcasts to the shape of the input. The numbers that do
   * not count may be anything, NaN and infinities included: values and derivatives are those of the others alone.
   */
  readonly mask?: Tensor<M>
}

const someMask = kinds.kind<Tensor<Shape>>('a tensor of 0 and 1, such as tensor([1, 0])', isTensor)

/** The setting of what takes a mask. */
export const maskSetting = { mask: [someMask, undefined] } as const

/** Settings, or an error when a mask stands in their place. */
export const notBareMask = <T>(what: string, settings: T): T => notTensor(what, settings, 'write { mask } for a mask')

/** A mask that has been checked. */
export interface Mask {
  /** 1 or 0, without a derivative. */
  readonly counts: Tensor
  /** 1, or NaN where the mask is neither 0 nor 1; `null` when its numbers are known and right. */
  readonly guard: Tensor | null
}

const zero = op.constant(0)
const one = op.constant(1)
const nan = op.constant(NaN)

/** Checks the numbers of a mask. Where they are not known yet, in a compiled function, a wrong number makes the result NaN. */
export const asMask = (what: string, given: Tensor<Shape>): Mask => {
  const mask = given as unknown as Tensor
  const values = bufferOf(mask)
  const wrong = values?.findIndex((value) => value !== 0 && value !== 1) ?? -1
  if (wrong >= 0)
    return fail('ValueError', `${what}: mask must be of 0 and 1, got ${values![wrong]} at position ${wrong}`)
  const counts = op.equal(op.equal(mask, zero), zero)
  return { counts, guard: values === null ? op.where(op.equal(mask, counts), one, nan) : null }
}

/** A mask for an input of this shape. */
export const maskFor = (what: string, given: Tensor<Shape>, dims: Dims): Mask => {
  const mask = asMask(what, given)
  const own = dimsOf(mask.counts)
  return broadcastsTo(own, dims)
    ? mask
    : fail('ShapeError', `${what}: mask of shape ${showDims(own)} does not broadcast to ${showDims(dims)}`)
}

/** The elements that count, and `fill` in the place of the others. */
export const kept = (x: Tensor, { counts, guard }: Mask, fill: Tensor): Tensor =>
  op.where(counts, guard === null ? x : op.mul(x, guard), fill)

/** How many elements count, along axes of an input of this shape. */
export const countKept = ({ counts }: Mask, dims: Dims, axes: readonly number[], keepDims: boolean): Tensor =>
  op.sum(op.broadcastTo(counts, dims), axes, keepDims)

/** A result that a NaN in the place of an element would not show, or NaN where the mask is wrong. */
export const unlessWrong = (
  { guard }: Mask,
  dims: Dims,
  axes: readonly number[],
  keepDims: boolean,
  y: Tensor
): Tensor => (guard === null ? y : op.add(y, op.sum(op.broadcastTo(op.sub(guard, one), dims), axes, keepDims)))
