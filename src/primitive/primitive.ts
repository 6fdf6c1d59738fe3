import type { Either } from 'fp-ts/lib/Either.js'
import type { Dims } from '../tensor/dims.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'

/**
 * The interval in which an input is sampled by the laws, where the operation is defined and smooth: from `min` to
 * `max`, except near the points in `avoid`.
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

/** The arguments of a batching rule. `again` applies the same primitive to other parameters and inputs. */
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
 * Which elements of a tangent or cotangent a sweep has reached. An unreached element is a structural 0 (a branch that
 * `where` does not take, an element that is not selected), and stays 0 whatever it is multiplied by. Any other 0 is a
 * number, and its product with an infinity is NaN.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Reached<A> {
  /** Non-zero where an element was reached; has the shape of the tangent or cotangent. */
  readonly mask: () => A
  /** Whether a `where` left elements out, so that matrix products must use the mask. */
  readonly chosen: boolean
}

/**
 * How the mask of reached elements propagates between an input and the output. By default each element depends on all,
 * and the result of the rule is masked afterwards; a rule that declares one of these uses `reached` itself.
 *
 * - `element`: elementwise, with broadcasting;
 * - `moves`: the rules are applied to the mask, for operations that reorder, repeat or sum elements;
 * - `selects`, `places`: as `moves`, for operations that drop elements of the input, or have output elements without an input;
 * - `gates`: elementwise, with broadcasting, where values decide which elements pass (relu, maximum);
 * - `chooses`: as `gates`, where a condition decides (`where`);
 * - along some axes: each element depends on all others along these axes.
 *
 * Sweeps mask by it, and `sparsityPattern` finds by it which elements depend on which: it must never leave one out.
 *
 * @category primitive
 * @since 0.1.0
 */
export type Reach<P> = ReachWord | ReachAlong<P>

/** The kinds of propagation without parameters. @category primitive @since 0.1.0 */
export type ReachWord = 'element' | 'moves' | 'selects' | 'places' | 'gates' | 'chooses'

/** Dependence along axes of the input and of the output. */
export interface ReachAlong<P> {
  along(
    params: P,
    inputs: readonly Dims[],
    index: number
  ): readonly [input: readonly number[], output: readonly number[]]
  /** Whether to use only masks that come from `where`, not from gates, to save work (matrix products). */
  readonly whereChosen?: boolean
  /** Whether values decide which of these elements pass (max): the rules are applied to the mask. */
  readonly gates?: boolean
}

/**
 * One operation and all its rules. `evaluate` is the reference: plain loops, the oracle for every engine. Derivative
 * rules are written in the vocabulary only. They are per input: the output's tangent is the sum over the inputs, and
 * the sweep computes only the cotangents that are needed.
 *
 * Rules may assume that shapes fit, since `shape` has checked them.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Primitive<P = unknown> {
  readonly multipleResults?: undefined
  readonly name: string
  readonly arity: number | 'any'
  readonly domain: Domain
  /** Whether the output is differentiable in that input; if not, the derivative is 0 everywhere. */
  differentiable(index: number): boolean
  /** The output's shape, or an error message. */
  shape(params: P, inputs: readonly Dims[]): Either<string, Dims>
  /** The output's values; may return an input's buffer, since buffers are never written to. */
  evaluate(params: P, inputs: readonly Tensor[], output: Dims): Float64Array
  /** The cotangent of input `index`, given the output's. `reached` is null when all elements were reached. */
  vjp<A>(
    op: Algebra<A>,
    params: P,
    inputs: readonly A[],
    output: A,
    ct: A,
    index: number,
    reached: Reached<A> | null
  ): A
  /** The contribution of the tangent of input `index` to the output's tangent. */
  jvp<A>(
    op: Algebra<A>,
    params: P,
    inputs: readonly A[],
    output: A,
    tangent: A,
    index: number,
    reached: Reached<A> | null
  ): A
  /** How the mask of reached elements propagates. */
  readonly reach?: Reach<P>
  /** The batched operation; the result has the extra first axis. */
  batch<A>(batching: Batching<A, P>): A
  /** The number of floating-point operations. */
  flops(params: P, inputs: readonly Dims[], output: Dims): number
}

/**
 * A shape-preserving unary primitive, as `primitive.elementwise` makes them: `apply` gives a tensor of the same type.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Elementwise<P = NoParams> extends Primitive<P> {
  readonly arity: 1
  readonly reach: 'element' | 'gates'
}

/** A tangent or cotangent, and which elements were reached; `null` for all. @category primitive */
export interface Differential<A> {
  readonly value: A
  readonly reached: Reached<A> | null
}

/**
 * The tangent or cotangent that a rule computes. By default its mask follows from the primitive's `reach`.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Derived<A> {
  readonly value: A
  readonly reached?: Reached<A> | null
}

/**
 * The arguments of a batching rule with several results; `again` gives all of them. @category primitive @since 0.1.0
 */
export interface BatchingOfMany<A, P> extends Omit<Batching<A, P>, 'again'> {
  again(this: void, params: P, inputs: readonly A[]): readonly A[]
}

/**
 * How the mask of reached elements propagates between inputs and results: `element`, elementwise, in which case the
 * rules use the mask themselves; or along axes, where each element depends on all others along these. By default each
 * element depends on all. Where it is not `element`, the result of the rule is masked afterwards.
 *
 * @category primitive
 * @since 0.1.0
 */
export type ReachOfMany<P> =
  | 'element'
  | {
      along(
        params: P,
        inputs: readonly Dims[],
        index: number,
        result: number
      ): readonly [input: readonly number[], output: readonly number[]]
    }

/**
 * One operation with several results and all its rules, each for all inputs and results at once. As in `Primitive`,
 * `evaluate` is the reference, and derivative rules are written in the vocabulary only.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface MultiPrimitive<P = unknown> {
  readonly multipleResults: true
  readonly name: string
  readonly arity: number | 'any'
  readonly domain: Domain
  /** Whether the results are differentiable in that input; if not, the derivative is 0 everywhere. */
  differentiable(index: number): boolean
  /** The shapes of the results, or an error message. */
  shape(params: P, inputs: readonly Dims[]): Either<string, readonly Dims[]>
  /** The values of each result; may return input buffers, since buffers are never written to. */
  evaluate(params: P, inputs: readonly Tensor[], outputs: readonly Dims[]): readonly Float64Array[]
  /**
   * The cotangents of the wanted inputs from those of the results; `undefined` for a result without a cotangent, and
   * for an input that none reaches.
   */
  vjp<A>(
    op: Algebra<A>,
    params: P,
    inputs: readonly A[],
    outputs: readonly A[],
    cts: readonly (Differential<A> | undefined)[],
    wanted: readonly boolean[]
  ): readonly (Derived<A> | undefined)[]
  /** The tangents of the results from those of the inputs; `undefined` where there is none. */
  jvp<A>(
    op: Algebra<A>,
    params: P,
    inputs: readonly A[],
    outputs: readonly A[],
    tangents: readonly (Differential<A> | undefined)[]
  ): readonly (Derived<A> | undefined)[]
  /** How the mask of reached elements propagates. */
  readonly reach?: ReachOfMany<P>
  /** The batched operation; each result that differs between examples has the extra first axis. */
  batch<A>(batching: BatchingOfMany<A, P>): readonly A[]
  /** Which results differ between examples, given which inputs do; by default all. */
  varies?(params: P, mapped: readonly boolean[]): readonly boolean[]
  /** The number of floating-point operations. */
  flops(params: P, inputs: readonly Dims[], outputs: readonly Dims[]): number
}

/** An operation with one result or with several. @category primitive @since 0.1.0 */
export type AnyPrimitive<P = unknown> = Primitive<P> | MultiPrimitive<P>

/** The parameters of an operation without any. */
export interface NoParams {
  readonly _?: never
}
export const noParams: NoParams = {}
