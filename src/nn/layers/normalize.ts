import * as kinds from '../../kinds/index.ts'
import { tensors as op } from '../../tape/algebra.ts'
import { ones, zeros } from '../../tensor/construct.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { checkPart } from './checked.ts'

/** What batch and layer normalisation share. */

/**
 * The parameters of a normalising layer: what each feature is multiplied by, and what is added then. They start at 1 and
 * 0, and are the γ and β of the papers.
 *
 * @category layers
 * @since 0.1.0
 */
export interface ScaleAndShift<N extends number> {
  readonly scale: Tensor<[N]>
  readonly shift: Tensor<[N]>
}

export const startNormalized = <N extends number>(features: N): ScaleAndShift<N> => ({
  scale: ones([features]),
  shift: zeros([features])
})

const parameters = kinds.record('parameters { scale, shift }', {})

/** Both parameters, of the shape that they must have. */
export const scaleAndShift = (
  what: string,
  features: number,
  params: ScaleAndShift<number>
): { readonly scale: Tensor; readonly shift: Tensor } => {
  const { scale, shift } = kinds.mustBe(parameters, `${what}: params`, params) as unknown as {
    readonly scale: Tensor
    readonly shift: Tensor
  }
  return {
    scale: checkPart(what, 'params.scale', [features], scale),
    shift: checkPart(what, 'params.shift', [features], shift)
  }
}

export const meanOver = (x: Tensor, axes: readonly number[], count: number, keepDims: boolean): Tensor =>
  op.div(op.sum(x, axes, keepDims), op.constant(count))

/** `√(variance + epsilon)`, which is smooth where the variance is 0, as epsilon is above it. */
export const spreadOf = (variance: Tensor, epsilon: number): Tensor => op.sqrt(op.add(variance, op.constant(epsilon)))

/**
 * `centred / √(variance + epsilon)` as a numerator and a denominator, both divided by the largest size where that is
 * large, so that no square overflows; small ones may vanish beside epsilon. And the variance, the mean of the squares:
 * divided by how many there are, not by one less.
 */
export const standardized = (
  centred: Tensor,
  axes: readonly number[],
  count: number,
  epsilon: number,
  keepDims: boolean
): { readonly above: Tensor; readonly below: Tensor; readonly variance: Tensor } => {
  const largest = op.max(op.abs(op.stopGradient(centred)), axes, keepDims)
  const isLarge = op.mul(op.greater(largest, op.constant(2 ** 16)), op.greater(op.constant(Infinity), largest))
  const size = op.where(isLarge, largest, op.constant(1))
  const above = op.div(centred, size)
  const part = meanOver(op.square(above), axes, count, keepDims)
  return {
    above,
    below: op.sqrt(op.add(part, op.div(op.constant(epsilon), op.square(size)))),
    variance: op.mul(op.mul(part, size), size)
  }
}
