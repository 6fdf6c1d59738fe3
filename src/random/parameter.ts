import * as kinds from '../kinds/index.ts'
import { tensors as op } from '../tape/algebra.ts'
import { broadcastsTo, type Dims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { bufferOf, dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'

/** Parameters of distributions that may be tensors, with derivatives. */

/** A parameter: one for all numbers, or a tensor that broadcasts to what is drawn. @category settings @since 0.1.0 */
export type Parameter = number | Tensor<Shape>

/** @internal */
export const someParameter = kinds.kind<Parameter>(
  'a number or a tensor',
  (value) => typeof value === 'number' || isTensor(value)
)

/** What a parameter must be, and the lowest number that it may be. */
interface Requirement {
  readonly kind: kinds.Kind<number>
  readonly isMet: (x: Tensor) => Tensor
}
const zero = op.constant(0)
const met = op.constant(1)
const nan = op.constant(NaN)

export const anyFinite: Requirement = { kind: kinds.finite, isMet: () => met }
export const atLeastZero: Requirement = { kind: kinds.notNegative, isMet: (x) => op.greaterEqual(x, zero) }
export const aboveZero: Requirement = { kind: kinds.positive, isMet: (x) => op.greater(x, zero) }

/**
 * A parameter as a tensor of the shape of what is drawn. Where its numbers are not known yet, in a compiled function, a wrong one
 * makes the result NaN.
 *
 * @internal
 */
export const parameter = (what: string, { kind, isMet }: Requirement, given: Parameter, dims: Dims): Tensor => {
  if (typeof given === 'number') return op.constant(kinds.mustBe(kind, what, given))
  const x = given as unknown as Tensor
  if (!broadcastsTo(dimsOf(x), dims))
    fail('ShapeError', `${what} of shape ${showDims(dimsOf(x))} does not broadcast to ${showDims(dims)}`)
  const values = bufferOf(x)
  if (values === null) return op.where(isMet(x), x, nan)
  values.forEach((value, i) => kinds.mustBe(kind, `${what}, position ${i}`, value))
  return x
}

/** Numbers in (−1, 1), evenly spread and never 0: a share of a distribution, from the end that is nearer. @internal */
export const tailsOf = (key: Tensor, dims: Dims): Tensor => op.uniform(key, 2 ** -53 - 1, 1, dims)
