import * as kinds from '../../kinds/index.ts'
import { asMask, countKept, kept, type Mask, maskSetting, notBareMask } from '../../ops/mask.ts'
import { tensors as op } from '../../tape/algebra.ts'
import { broadcastsTo, type Dims, sameDims, showDims, sizeOf } from '../../tensor/dims.ts'
import { fail } from '../../tensor/errors.ts'
import type { Shape } from '../../tensor/shape.ts'
import { dimsOf, type Scalar, type Tensor } from '../../tensor/tensor.ts'
import type { Comparable } from './compare.ts'

/**
 * Losses: `loss(targets)(predictions)` is one number to make small. Each is a mean and its gradient is the gradient of
 * that mean, the division by the number of examples included. What all of them share: shapes, means and masks.
 */

/** Options of a loss. @category losses @since 0.1.0 */
export interface LossOptions {
  /**
   * 1 for what counts and 0 for what does not, such as padding: the loss is the mean over what counts, and 0 with derivative
   * 0 when nothing does. One number for each example, `[...batch]` or `[...batch, 1]`; a loss that is a mean over elements
   * takes one for each element too. Targets and predictions that do not count may be anything, NaN included.
   */
  readonly mask?: Tensor<Shape>
}

/**
 * A loss: one number from targets, then predictions of exactly the same shape.
 *
 * @category losses
 * @since 0.1.0
 */
export type Loss = <T extends Shape>(
  targets: Tensor<T>,
  options?: LossOptions
) => <S extends Shape>(predictions: Tensor<S> & Comparable<T, S>) => Scalar

/** What a loss is the mean over. */
type Unit = 'element' | 'example'

/** The definition of a loss. */
export interface LossRule {
  /** Checks the shapes of both, and gives it. */
  readonly dims: (what: string, targets: Tensor, predictions: Tensor) => Dims
  readonly meanOver: Unit
  /** Whether the loss is what the terms add up to, with its sign changed. */
  readonly negated?: boolean
  /** A target and a prediction to stand where nothing counts, for which `terms` is finite and smooth. */
  readonly stand: (dims: Dims) => readonly [target: number, prediction: number]
  /** What is added up, one number for each element. */
  readonly terms: (what: string, targets: Tensor, predictions: Tensor, dims: Dims) => Tensor
}

const zero = op.constant(0)
const one = op.constant(1)

const total = (x: Tensor): Tensor =>
  op.sum(
    x,
    op.dims(x).map((_, axis) => axis),
    false
  )

/** The shape of what a loss is the mean over; all axes but the last count examples. */
const unitDims = (unit: Unit, dims: Dims): Dims => (unit === 'element' ? dims : [...dims.slice(0, -1), 1])

/** A mask that broadcasts to the units of a loss. Nothing is stretched from the right: `[batch]` is one for each example. */
export const maskOver = (what: string, given: Tensor<Shape>, unit: Unit, dims: Dims): Mask => {
  const mask = asMask(what, given)
  const own = dimsOf(mask.counts)
  const [examples, units] = [dims.slice(0, -1), unitDims(unit, dims)]
  if (own.length === dims.length && broadcastsTo(own, units)) return mask
  if (!sameDims(own, examples) || dims.length === 0)
    return fail(
      'ShapeError',
      `${what}: mask of shape ${showDims(own)} for predictions ${showDims(dims)}; give one number for each example, ` +
        `${showDims(examples)} or ${showDims([...examples, 1])}` +
        (unit === 'element' ? `, or one for each element, ${showDims(dims)}` : '')
    )
  const column = (x: Tensor): Tensor => op.reshape(x, [...examples, 1])
  return { counts: column(mask.counts), guard: mask.guard === null ? null : column(mask.guard) }
}

/** `0 − x`, so that a loss of 0 is not printed as `−0`. */
const minus = (x: Tensor): Tensor => op.sub(zero, x)

const masked = (
  what: string,
  { meanOver, stand, terms }: LossRule,
  given: Tensor<Shape>,
  targets: Tensor,
  predictions: Tensor,
  dims: Dims
): Tensor => {
  const mask = maskOver(what, given, meanOver, dims)
  const [target, prediction] = stand(dims)
  const y = op.where(mask.counts, targets, op.constant(target))
  const x = kept(predictions, mask, op.constant(prediction))
  const units = unitDims(meanOver, dims)
  const axes = units.map((_, axis) => axis)
  const sum = total(op.where(mask.counts, terms(what, y, x, dims), zero))
  return op.div(sum, op.maximum(countKept(mask, units, axes, false), one))
}

/** A loss by a rule, under the name that its errors begin with. */
export const loss = (what: string, rule: LossRule): Loss => {
  const { dims: dimsOfBoth, meanOver, negated = false, terms } = rule
  const lossSettings = kinds.settings(what, maskSetting)
  return ((targets: Tensor, options: LossOptions = {}) => {
    const { mask } = lossSettings.read(notBareMask(what, options))
    return (predictions: Tensor): Tensor => {
      const dims = dimsOfBoth(what, targets, predictions)
      const mean =
        mask === undefined
          ? op.div(total(terms(what, targets, predictions, dims)), op.constant(sizeOf(unitDims(meanOver, dims))))
          : masked(what, rule, mask, targets, predictions, dims)
      return negated ? minus(mean) : mean
    }
  }) as unknown as Loss
}
