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
 * Which elements of a tangent or cotangent a sweep has reached. One that it has not reached is a 0 because it takes no part
 * (a branch that `where` does not take, an element that is not selected), and stays 0 whatever it is multiplied by. Any
 * other 0 is a number, and its product with an infinity is NaN.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Reached<A> {
  /** Not 0 where an element was reached; of the shape of the tangent or cotangent. */
  readonly mask: () => A
  /** Whether a choice made by the function itself left elements out, so that a product of matrices has to look. */
  readonly chosen: boolean
}

/**
 * How the elements of an input and of an output that a sweep reaches belong together. When left out, each with all, and what
 * was not reached is set to 0 behind the rule; a rule that declares one of these looks at `reached` itself.
 *
 * - `element`: place by place, or with what was stretched to it;
 * - `moves`: as the rules move a mask, for what reorders, repeats or sums elements;
 * - `selects`, `places`: the same, for what leaves out elements of its input, or has elements that come from no input;
 * - `gates`: the same, where numbers decide which elements pass (relu, maximum);
 * - `chooses`: the same, where a condition decides (`where`);
 * - along some axes: each with all others that differ from it along these only.
 *
 * @category primitive
 * @since 0.1.0
 */
export type Reach<P> = ReachWord | ReachAlong<P>

/** The ways that need no more than a word. @category primitive @since 0.1.0 */
export type ReachWord = 'element' | 'moves' | 'selects' | 'places' | 'gates' | 'chooses'

/** Elements that belong together along axes of the input, and of the output. */
export interface ReachAlong<P> {
  along(
    params: P,
    inputs: readonly Dims[],
    index: number
  ): readonly [input: readonly number[], output: readonly number[]]
  /** Whether to look at elements left out by `where` only, not by the signs of numbers: what a matrix product can afford. */
  readonly whereChosen?: boolean
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
  readonly multipleResults?: undefined
  readonly name: string
  readonly arity: number | 'any'
  readonly domain: Domain
  /** Whether the output depends smoothly on that input; where not, its derivative is 0 everywhere. */
  differentiable(index: number): boolean
  /** The output's shape, or a sentence on why the inputs do not fit. */
  shape(params: P, inputs: readonly Dims[]): Either<string, Dims>
  /** The output's values; may be an input's own buffer, since buffers are never written to. */
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
  /** What a tangent of input `index` adds to the output's tangent. */
  jvp<A>(
    op: Algebra<A>,
    params: P,
    inputs: readonly A[],
    output: A,
    tangent: A,
    index: number,
    reached: Reached<A> | null
  ): A
  /** How elements that a sweep has reached pass from output to input and back. */
  readonly reach?: Reach<P>
  /** The operation on many examples at once; the result has the extra first axis. */
  batch<A>(batching: Batching<A, P>): A
  /** Floating-point operations, for counting; one an element for most. */
  flops(params: P, inputs: readonly Dims[], output: Dims): number
}

/**
 * A primitive of one tensor that keeps its shape, as `primitive.elementwise` makes them: `apply` gives a tensor of the same type.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Elementwise<P = NoParams> extends Primitive<P> {
  readonly arity: 1
  readonly reach: 'element' | 'gates'
}

/** A tangent or cotangent, and what of it a sweep has reached: `null` when that is all of it. @category primitive */
export interface Differential<A> {
  readonly value: A
  readonly reached: Reached<A> | null
}

/**
 * What a rule makes of tangents or cotangents. When `reached` is left out, what was reached follows from how the elements of
 * the primitive belong together.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface Derived<A> {
  readonly value: A
  readonly reached?: Reached<A> | null
}

/** What a batching rule of several results is given; `again` gives all of them. @category primitive @since 0.1.0 */
export interface BatchingOfMany<A, P> extends Omit<Batching<A, P>, 'again'> {
  again(this: void, params: P, inputs: readonly A[]): readonly A[]
}

/**
 * How the elements of inputs and results belong together: `element`, place by place, in which case the rules look at what was
 * reached themselves; or along some axes, each with all others that differ from it along these only. Each with all when left
 * out. Where it is not `element`, what was not reached is set to 0 behind the rule.
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
 * One operation with several results, and all its rules, which speak of all of them at once. As in `Primitive`, `evaluate`
 * is the reference, and the rules for derivatives speak the vocabulary only.
 *
 * @category primitive
 * @since 0.1.0
 */
export interface MultiPrimitive<P = unknown> {
  readonly multipleResults: true
  readonly name: string
  readonly arity: number | 'any'
  readonly domain: Domain
  /** Whether the results depend smoothly on that input; where not, their derivative is 0 everywhere. */
  differentiable(index: number): boolean
  /** The shapes of the results, or a sentence on why the inputs do not fit. */
  shape(params: P, inputs: readonly Dims[]): Either<string, readonly Dims[]>
  /** The values of each result; may be an input's own buffer, since buffers are never written to. */
  evaluate(params: P, inputs: readonly Tensor[], outputs: readonly Dims[]): readonly Float64Array[]
  /**
   * The cotangents of the inputs that are wanted, given those of the results; `undefined` for a result that has none, and
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
  /** The tangents of the results, given those of the inputs; `undefined` for what has none. */
  jvp<A>(
    op: Algebra<A>,
    params: P,
    inputs: readonly A[],
    outputs: readonly A[],
    tangents: readonly (Differential<A> | undefined)[]
  ): readonly (Derived<A> | undefined)[]
  /** How elements that a sweep has reached pass from results to inputs and back. */
  readonly reach?: ReachOfMany<P>
  /** The operation on many examples at once; each result that differs between them has the extra first axis. */
  batch<A>(batching: BatchingOfMany<A, P>): readonly A[]
  /** Which results differ between examples when these inputs do; all when left out. */
  varies?(params: P, mapped: readonly boolean[]): readonly boolean[]
  /** Floating-point operations, for counting. */
  flops(params: P, inputs: readonly Dims[], outputs: readonly Dims[]): number
}

/** An operation with one result or with several. @category primitive @since 0.1.0 */
export type AnyPrimitive<P = unknown> = Primitive<P> | MultiPrimitive<P>

/** Parameters of an operation that has none. */
export interface NoParams {
  readonly _?: never
}
export const noParams: NoParams = {}
