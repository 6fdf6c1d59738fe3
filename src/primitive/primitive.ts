import type { Either } from 'fp-ts/lib/Either.js'
import type { Dims } from '../tensor/dims.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'

/**
 * Where an input may be drawn from so that the operation is defined and smooth: between `min` and `max`, and not within
 * `margin` of a point in `avoid`. The laws sample here.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Interval {
  readonly min: number
  readonly max: number
  readonly avoid: readonly number[]
}

/** One interval for each input; the last one serves any further inputs. @category primitive @since 0.1.0 */
export type Domain = readonly Interval[]

/** What a batching rule is given. `again` applies the same operation with other parameters or inputs. */
export interface Batching<A, P> {
  readonly op: Algebra<A>
  readonly params: P
  /** Mapped inputs have an extra first axis of length `size`. */
  readonly inputs: readonly A[]
  readonly mapped: readonly boolean[]
  readonly size: number
  again(this: void, params: P, inputs: readonly A[]): A
}

/**
 * One operation and all its rules. `evaluate` is the reference: plain loops, the oracle for every engine. The rules for
 * derivatives speak the vocabulary only. Both are per input: the whole tangent is the sum over the inputs, and the
 * sweep asks only for the cotangents somebody needs.
 *
 * Rules may take for granted that shapes fit: `shape` has said so.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Primitive<P = unknown> {
  readonly name: string
  readonly arity: number | 'any'
  readonly domain: Domain
  /** Whether the output depends smoothly on that input; where not, its derivative is 0 everywhere. */
  differentiable(index: number): boolean
  /** The output's shape, or a sentence on why the inputs do not fit. */
  shape(params: P, inputs: readonly Dims[]): Either<string, Dims>
  /** The output's values; may be an input's own buffer, since nobody writes to one. */
  evaluate(params: P, inputs: readonly Tensor[], output: Dims): Float64Array
  /** The cotangent of input `index`, given the output's. */
  vjp<A>(op: Algebra<A>, params: P, inputs: readonly A[], output: A, ct: A, index: number): A
  /** What a tangent of input `index` adds to the output's tangent. */
  jvp<A>(op: Algebra<A>, params: P, inputs: readonly A[], output: A, tangent: A, index: number): A
  /** The operation on many examples at once; the result has the extra first axis. */
  batch<A>(batching: Batching<A, P>): A
  /** Floating-point operations, for counting; one an element for most. */
  flops(params: P, inputs: readonly Dims[], output: Dims): number
}

/** Parameters of an operation that has none. */
export interface NoParams {
  readonly _?: never
}
export const noParams: NoParams = {}
