import * as E from 'fp-ts/lib/Either.js'
import { type Binary, map, type Unary, zip } from '../kernel/elementwise.ts'
import { expand } from '../kernel/strided.ts'
import * as kinds from '../kinds/index.ts'
import { broadcast, broadcastFault, type Dims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import { alignBatch, stretch, sumTo, values } from './broadcast.ts'
import { asDomain, asInterval, reals } from './domain.ts'
import { nonDifferentiable } from './nonDifferentiable.ts'
import type { Batching, Domain, Elementwise, Interval, NoParams, Primitive, Reached } from './primitive.ts'

/** Elementwise primitives from a function and its derivative; the other rules follow. */

/** Masks the result of a rule to exactly 0 where the tangent or cotangent was not reached. */
const reachedOnly = <A>(op: Algebra<A>, made: A, reached: Reached<A> | null): A =>
  reached === null ? made : op.where(reached.mask(), made, op.constant(0))

/** A tangent or cotangent times a derivative; exactly 0 where it was not reached, whatever the derivative is there. */
export const times = <A>(op: Algebra<A>, v: A, derivative: A, reached: Reached<A> | null): A =>
  reachedOnly(op, op.mul(v, derivative), reached)

/**
 * How numbers are computed: by a function of one element, or by a loop over buffers where a call per element would
 * dominate the cost.
 *
 * @category primitive
 * @since 0.1.0
 */
export type Computed<F, L> =
  { readonly evaluate: F; readonly loop?: undefined } | { readonly loop: L; readonly evaluate?: undefined }

type OfOne<P> = Computed<(x: number, params: P) => number, (params: P) => Unary>
type OfTwo = Computed<(a: number, b: number) => number, Binary>

/** A rule from untyped JavaScript, not yet checked. */
interface Unchecked<T extends { readonly evaluate?: unknown; readonly loop?: unknown }> {
  readonly evaluate?: T['evaluate']
  readonly loop?: T['loop']
}

const neither = (what: string, parts = 'evaluate or loop'): never =>
  fail('ValueError', `${what}: needs ${parts}, got neither`)

const unaryLoop = <P>(what: string, { evaluate, loop }: Unchecked<OfOne<P>>): ((params: P) => Unary) =>
  loop ?? (evaluate === undefined ? neither(what) : (params) => map(evaluate, params))

const binaryLoop = (what: string, { evaluate, loop }: Unchecked<OfTwo>): Binary =>
  loop ?? (evaluate === undefined ? neither(what) : zip(evaluate))

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const f = [kinds.callable<unknown>(), undefined] as const
const ofOne = { evaluate: f, loop: f, domain: [kinds.kind<Interval>('an interval', isObject), reals] } as const
const ofTwo = { evaluate: f, loop: f, domain: [kinds.kind<Domain>('an array', Array.isArray), [reals, reals]] } as const

const takes = {
  elementwise: kinds.settings('elementwise', { derivative: f, scaled: f, ...ofOne }),
  binary: kinds.settings('binary', {
    partials: kinds.kind<readonly [Partial, Partial]>('a pair', (value) => Array.isArray(value) && value.length === 2),
    ...ofTwo
  })
}

/** The rule of an elementwise unary primitive; `P` are its parameters. @category primitive @since 0.1.0 */
export type ElementwiseRule<P = NoParams> = Computed<(x: number, params: P) => number, (params: P) => Unary> & {
  /** Where it is defined and smooth; from −3 to 3 when left out. */
  readonly domain?: Interval
} & Derivative<P>

/**
 * `f′` from the input and the output, written in the vocabulary, so that it can be differentiated again; or `scaled`,
 * `v · f′`, where that may be finite though `f′` overflows.
 *
 * @category primitive
 * @since 0.1.0
 */
export type Derivative<P = NoParams> =
  | { readonly derivative: <A>(op: Algebra<A>, x: A, y: A, params: P) => A; readonly scaled?: undefined }
  | { readonly scaled: <A>(op: Algebra<A>, v: A, x: A, y: A, params: P) => A; readonly derivative?: undefined }

/** What elementwise unary primitives have in common: all but the derivative. */
export const unary = <P>(name: string, loop: (params: P) => Unary, domain: Interval) => ({
  name,
  arity: 1 as const,
  domain: [domain],
  differentiable: () => true,
  shape: (_: P, [x]: readonly Dims[]) => E.right(x!),
  evaluate: (params: P, [x]: readonly Tensor[]) => loop(params)(values(x!)),
  batch: <A>({ params, inputs, again }: Batching<A, P>) => again(params, inputs),
  flops: (_: P, __: readonly Dims[], output: Dims) => sizeOf(output)
})

/**
 * An elementwise unary primitive. The derivative is the only rule to write.
 *
 * @throws ValueError when the name is not a text, or a part of the rule is missing or of another kind
 * @example
 * import { ok } from 'assert'
 * import { apply, compile, grad, primitive, type Scalar, scalar, toNumber } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const gudermannian = primitive.elementwise('gudermannian')({
 *   evaluate: (x) => Math.atan(Math.sinh(x)),
 *   derivative: (op, x) => op.div(op.constant(1), op.cosh(x))
 * })
 *
 * const latitude = (x: Scalar) => apply(gudermannian, {}, [x])
 * ok(Math.abs(4 * toNumber(compile(latitude)(scalar(Math.asinh(1)))) - Math.PI) < 1e-15)
 * ok(Math.abs(toNumber(grad(grad(latitude))(scalar(Math.asinh(1)))) + 0.5) < 1e-15)
 * laws.assert(laws.primitive(gudermannian), { numRuns: 5 })
 * @category primitive
 * @since 0.1.0
 */
export const elementwise = <P = NoParams>(name: string) => {
  kinds.mustBe(kinds.name, 'elementwise: name', name)
  return (rule: ElementwiseRule<P>): Elementwise<P> => {
    const { domain } = takes.elementwise.read(rule)
    const { derivative, scaled }: { readonly [K in 'derivative' | 'scaled']?: Derivative<P>[K] } = rule
    if (derivative === undefined && scaled === undefined) return neither('elementwise', 'derivative or scaled')
    const moved = <A>(op: Algebra<A>, params: P, v: A, x: A, y: A, reached: Reached<A> | null): A =>
      derivative === undefined
        ? reachedOnly(op, scaled!(op, v, x, y, params), reached)
        : times(op, v, derivative(op, x, y, params), reached)
    return {
      ...unary<P>(name, unaryLoop('elementwise', rule), asInterval('elementwise: domain', domain)),
      vjp: (op, params, [x], y, ct, _, reached) => moved(op, params, ct, x!, y, reached),
      jvp: (op, params, [x], y, t, _, reached) => moved(op, params, t, x!, y, reached),
      reach: 'element'
    }
  }
}

/** The rule of a gate. */
type GatedRule<P> = Computed<(x: number, params: P) => number, (params: P) => Unary> & {
  readonly domain: Interval
  /** Non-zero where a number passes, from the input and the output. */
  readonly passes: <A>(op: Algebra<A>, x: A, y: A, params: P) => A
}

/**
 * An elementwise gate, which passes some numbers unchanged and blocks others, such as relu: the derivative is 1 where
 * they pass, and exactly 0 elsewhere, even times infinity.
 */
export const gated =
  <P = NoParams>(name: string) =>
  (rule: GatedRule<P>): Elementwise<P> => {
    const pass = <A>(op: Algebra<A>, params: P, x: A, y: A, v: A): A =>
      op.where(rule.passes(op, x, y, params), v, op.constant(0))
    return {
      ...unary<P>(name, unaryLoop(name, rule), rule.domain),
      vjp: (op, params, [x], y, ct) => pass(op, params, x!, y, ct),
      jvp: (op, params, [x], y, t) => pass(op, params, x!, y, t),
      reach: 'gates'
    }
  }

const runBinary = (loop: Binary, [a, b]: readonly Tensor[], output: Dims): Float64Array => {
  const n = sizeOf(output)
  const [x, y] = [values(a!), values(b!)]
  // a single number is not expanded: it is read with stride 0
  const left = x.length === n ? x : x.length === 1 ? x : expand(x, dimsOf(a!), output)
  const right = y.length === n ? y : y.length === 1 ? y : expand(y, dimsOf(b!), output)
  return loop(left, left.length === n ? 1 : 0, right, right.length === n ? 1 : 0, n)
}

const pairShape = ([a, b]: readonly Dims[]): E.Either<string, Dims> => {
  const dims = broadcast(a!, b!)
  return dims === undefined ? E.left(broadcastFault(a!, b!)) : E.right(dims)
}

/** 1 for `x ≥ bound`, NaN below: outside its domain a function has no derivatives either. */
export const whereDefined = <A>(op: Algebra<A>, x: A, bound: number): A =>
  op.where(op.greater(op.constant(bound), x), op.constant(NaN), op.constant(1))

/** `v · share`; exactly 0 where the share is 0 or `v` was not reached, whatever `v` is. */
export const shareOf = <A>(op: Algebra<A>, v: A, share: A, reached: Reached<A> | null): A =>
  op.where(share, times(op, v, share, reached), op.constant(0))

/**
 * The partial derivative by one operand: a sign; a function in the vocabulary; `scaled`, the product with the cotangent
 * or tangent, where the derivative alone may overflow; or a `share`, whose zeros absorb any cotangent, even an infinite
 * one.
 *
 * @category primitive
 * @since 0.1.0
 */
export type Partial =
  | 1
  | -1
  | (<A>(op: Algebra<A>, a: A, b: A, y: A) => A)
  | { readonly scaled: <A>(op: Algebra<A>, v: A, a: A, b: A, y: A) => A }
  | { readonly share: <A>(op: Algebra<A>, a: A, b: A) => A }

const partial = kinds.kind<Partial>(
  '1, -1, a function, { scaled } or { share }',
  (value) =>
    value === 1 ||
    value === -1 ||
    typeof value === 'function' ||
    (isObject(value) && ('scaled' in value || 'share' in value))
)

const scale = <A>(op: Algebra<A>, partial: Partial, [a, b]: readonly A[], y: A, v: A, reached: Reached<A> | null): A =>
  partial === 1
    ? v
    : partial === -1
      ? op.neg(v)
      : typeof partial === 'function'
        ? times(op, v, partial(op, a!, b!, y), reached)
        : 'scaled' in partial
          ? reachedOnly(op, partial.scaled(op, v, a!, b!, y), reached)
          : shareOf(op, v, partial.share(op, a!, b!), reached)

/** The rule of an elementwise binary primitive. @category primitive @since 0.1.0 */
export type BinaryRule = Computed<(a: number, b: number) => number, Binary> & {
  /** Where it is defined and smooth; from −3 to 3 when left out. */
  readonly domain?: Domain
  /** The derivative by each operand. */
  readonly partials: readonly [Partial, Partial]
}

/** What elementwise binary primitives have in common: all but the derivatives. */
export const pairs = <P>(name: string, loop: (params: P) => Binary, domain: Domain) => ({
  name,
  arity: 2 as const,
  domain,
  shape: (_: P, inputs: readonly Dims[]) => pairShape(inputs),
  evaluate: (params: P, inputs: readonly Tensor[], output: Dims) => runBinary(loop(params), inputs, output),
  batch: <A>(batching: Batching<A, P>) => batching.again(batching.params, alignBatch(batching)),
  flops: (_: P, __: readonly Dims[], output: Dims) => sizeOf(output)
})

/**
 * An elementwise binary primitive with one-sided broadcasting.
 *
 * @throws ValueError when the name is not a text, or a part of the rule is missing or of another kind
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { apply, grad, primitive, type Scalar, scalar, toNumber } from 'grad-ts'
 *
 * const hypot = primitive.binary('hypot')({
 *   evaluate: Math.hypot,
 *   partials: [(op, a, _, y) => op.div(a, y), (op, _, b, y) => op.div(b, y)]
 * })
 * const length = (sides: readonly [Scalar, Scalar]) => apply(hypot, {}, sides) as Scalar
 * deepStrictEqual(grad(length)([scalar(3), scalar(4)]).map(toNumber), [0.6, 0.8])
 * @category primitive
 * @since 0.1.0
 */
export const binary = (name: string) => {
  kinds.mustBe(kinds.name, 'binary: name', name)
  return (rule: BinaryRule): Primitive<NoParams> => {
    const { domain, partials } = takes.binary.read(rule)
    const loop = binaryLoop('binary', rule)
    const common = pairs<NoParams>(name, () => loop, asDomain('binary: domain', domain))
    partials.forEach((by, i) => kinds.mustBe(partial, `binary: partial ${i}`, by))
    return {
      ...common,
      differentiable: () => true,
      vjp: (op, _, inputs, y, ct, index, reached) =>
        sumTo(op, scale(op, partials[index]!, inputs, y, ct, reached), op.dims(inputs[index]!)),
      jvp: (op, _, inputs, y, t, index, reached) =>
        stretch(op, scale(op, partials[index]!, inputs, y, stretch(op, t, op.dims(y)), reached), op.dims(y)),
      reach: partials.some((by) => typeof by === 'object' && 'share' in by) ? 'gates' : 'element'
    }
  }
}

/** An elementwise comparison, 1 or 0: locally constant, so its derivative is 0. */
export const comparison =
  (name: string) =>
  (loop: Binary): Primitive<NoParams> =>
    nonDifferentiable(pairs<NoParams>(name, () => loop, [reals, reals]))
