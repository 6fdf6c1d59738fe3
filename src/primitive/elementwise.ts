import * as E from 'fp-ts/lib/Either.js'
import { type Binary, type Unary } from '../kernel/elementwise.ts'
import { expand } from '../kernel/strided.ts'
import {
  broadcast,
  broadcastFault,
  broadcastsTo,
  type Dims,
  sameDims,
  showDims,
  sizeOf,
  stretchedAxes
} from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf, dimsOf, type Tensor } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import type { Batching, Domain, Interval, NoParams, Primitive, Reached } from './primitive.ts'

/** What every elementwise family shares: reading buffers, undoing a broadcast, and lining up a batch. */

/** The numbers of a tensor that is known to have them. */
export const values = (x: Tensor): Float64Array => bufferOf(x)!

/** Sums a cotangent back to the shape of the operand that was stretched to it. */
export const sumTo = <A>(op: Algebra<A>, ct: A, dims: Dims): A => {
  const from = op.dims(ct)
  if (sameDims(from, dims)) return ct
  const axes = stretchedAxes(dims, from)
  const summed = axes.length === 0 ? ct : op.sum(ct, axes, false)
  return sameDims(op.dims(summed), dims) ? summed : op.reshape(summed, dims)
}

/** Stretches to a shape, when it is not that already. */
export const stretch = <A>(op: Algebra<A>, x: A, dims: Dims): A =>
  sameDims(op.dims(x), dims) ? x : op.broadcastTo(x, dims)

/** The operand that all the others stretch to. */
const largestOf = (inputs: readonly Dims[]): Dims | undefined =>
  inputs.find((to) => inputs.every((from) => broadcastsTo(from, to)))

/** One-sided broadcasting of several operands: all stretch to one of them. */
export const broadcastAll = (inputs: readonly Dims[]): E.Either<string, Dims> => {
  const largest = largestOf(inputs)
  return largest === undefined
    ? E.left(`no operand of ${inputs.map(showDims).join(', ')} has a shape that the others broadcast to`)
    : E.right(largest)
}

/**
 * Operands of a broadcasting operation, lined up for a batch: the batch axis comes first, each example's dimensions stay
 * at the right, and one operand has the full shape, so that the operation itself still stretches only the others.
 */
export const lineUp = <A>({
  op,
  inputs,
  mapped,
  size
}: Pick<Batching<A, unknown>, 'op' | 'inputs' | 'mapped' | 'size'>) => {
  const each = inputs.map((x, i) => (mapped[i] ? op.dims(x).slice(1) : op.dims(x)))
  const rank = Math.max(...each.map((dims) => dims.length))
  const full = [size, ...(largestOf(each) ?? [])]
  const lined = inputs.map((x, i) =>
    mapped[i] && each[i]!.length < rank
      ? op.reshape(x, [size, ...Array.from({ length: rank - each[i]!.length }, () => 1), ...each[i]!])
      : x
  )
  const widest = lined.some((x) => sameDims(op.dims(x), full)) ? -1 : mapped.indexOf(true)
  return lined.map((x, i) => (i === widest ? op.broadcastTo(x, full) : x))
}

/** What a rule makes of a tangent or cotangent: exactly 0 where that was not reached, whatever it is there. */
const reachedOnly = <A>(op: Algebra<A>, made: A, reached: Reached<A> | null): A =>
  reached === null ? made : op.where(reached.mask(), made, op.constant(0))

/** A tangent or cotangent times a derivative: exactly 0 where it was not reached, whatever the derivative is there. */
const times = <A>(op: Algebra<A>, v: A, derivative: A, reached: Reached<A> | null): A =>
  reachedOnly(op, op.mul(v, derivative), reached)

interface UnaryValue<P> {
  readonly domain: Interval
  readonly evaluate: (params: P) => Unary
}

/** `f′`, from the input and the output. */
type Derivative<P> = <A>(op: Algebra<A>, params: P, x: A, y: A) => A

/** A function by its derivative, or by `v · f′` where that may be an ordinary number though `f′` overflows. */
type UnaryRule<P> = UnaryValue<P> &
  ({ readonly derivative: Derivative<P> } | { readonly scaled: <A>(op: Algebra<A>, params: P, v: A, x: A, y: A) => A })

/** One number in, one number out, with parameters. */
export const elementwiseWith =
  <P>(name: string) =>
  (rule: UnaryRule<P>): Primitive<P> => {
    const moved = <A>(op: Algebra<A>, params: P, v: A, x: A, y: A, reached: Reached<A> | null): A =>
      'scaled' in rule
        ? reachedOnly(op, rule.scaled(op, params, v, x, y), reached)
        : times(op, v, rule.derivative(op, params, x, y), reached)
    return {
      name,
      arity: 1,
      domain: [rule.domain],
      differentiable: () => true,
      shape: (_, [x]) => E.right(x!),
      evaluate: (params, [x]) => rule.evaluate(params)(values(x!)),
      vjp: (op, params, [x], y, ct, _, reached) => moved(op, params, ct, x!, y, reached),
      jvp: (op, params, [x], y, t, _, reached) => moved(op, params, t, x!, y, reached),
      reach: 'element',
      batch: ({ params, inputs, again }) => again(params, inputs),
      flops: (_, __, output) => sizeOf(output)
    }
  }

/** One number in, one number out. The derivative is the only mathematics to write. */
export const elementwise =
  (name: string) =>
  (
    rule: { readonly domain: Interval; readonly evaluate: Unary } & (
      | { readonly derivative: <A>(op: Algebra<A>, x: A, y: A) => A }
      | { readonly scaled: <A>(op: Algebra<A>, v: A, x: A, y: A) => A }
    )
  ): Primitive<NoParams> => {
    const value = { domain: rule.domain, evaluate: () => rule.evaluate }
    return elementwiseWith<NoParams>(name)(
      'scaled' in rule
        ? { ...value, scaled: (op, _, v, x, y) => rule.scaled(op, v, x, y) }
        : { ...value, derivative: (op, _, x, y) => rule.derivative(op, x, y) }
    )
  }

const runBinary = (loop: Binary, [a, b]: readonly Tensor[], output: Dims): Float64Array => {
  const n = sizeOf(output)
  const [x, y] = [values(a!), values(b!)]
  // a single number needs no copies: the loop stands still on it
  const left = x.length === n ? x : x.length === 1 ? x : expand(x, dimsOf(a!), output)
  const right = y.length === n ? y : y.length === 1 ? y : expand(y, dimsOf(b!), output)
  return loop(left, left.length === n ? 1 : 0, right, right.length === n ? 1 : 0, n)
}

const pairShape = ([a, b]: readonly Dims[]): E.Either<string, Dims> => {
  const dims = broadcast(a!, b!)
  return dims === undefined ? E.left(broadcastFault(a!, b!)) : E.right(dims)
}

/** One number in, one number out, which numbers decide to pass or not; what does not pass has a derivative of 0. */
export const gated =
  <P>(name: string) =>
  ({
    domain,
    evaluate,
    passes
  }: UnaryValue<P> & {
    /** Not 0 where the number passes. */
    readonly passes: Derivative<P>
  }): Primitive<P> => {
    const pass = <A>(op: Algebra<A>, params: P, x: A, y: A, v: A): A =>
      op.where(passes(op, params, x, y), v, op.constant(0))
    return {
      ...elementwiseWith<P>(name)({ domain, evaluate, derivative: passes }),
      vjp: (op, params, [x], y, ct) => pass(op, params, x!, y, ct),
      jvp: (op, params, [x], y, t) => pass(op, params, x!, y, t),
      reach: 'gates'
    }
  }

/** 1 where `x` is at least `bound`, and NaN below: what has no value there has no derivative of any order. */
export const whereDefined = <A>(op: Algebra<A>, x: A, bound: number): A =>
  op.where(op.greater(op.constant(bound), x), op.constant(NaN), op.constant(1))

/** A share of a tangent or cotangent: exactly 0 where the share is, whatever it is a share of, and where it was not reached. */
export const shareOf = <A>(op: Algebra<A>, v: A, share: A, reached: Reached<A> | null): A =>
  op.where(share, times(op, v, share, reached), op.constant(0))

/**
 * How one operand's cotangent or tangent is scaled: by a constant sign, by a partial derivative, as it is written out where
 * that derivative alone may overflow, or by a share.
 */
export type Partial =
  | 1
  | -1
  | (<A>(op: Algebra<A>, a: A, b: A, y: A) => A)
  | { readonly scaled: <A>(op: Algebra<A>, v: A, a: A, b: A, y: A) => A }
  | { readonly share: <A>(op: Algebra<A>, a: A, b: A) => A }

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

/** Two operands, one of which may be stretched to the other's shape. */
export const binary =
  (name: string) =>
  ({
    domain,
    evaluate,
    partials
  }: {
    readonly domain: Domain
    readonly evaluate: Binary
    readonly partials: readonly [Partial, Partial]
  }): Primitive<NoParams> => ({
    name,
    arity: 2,
    domain,
    differentiable: () => true,
    shape: (_, inputs) => pairShape(inputs),
    evaluate: (_, inputs, output) => runBinary(evaluate, inputs, output),
    vjp: (op, _, inputs, y, ct, index, reached) =>
      sumTo(op, scale(op, partials[index]!, inputs, y, ct, reached), op.dims(inputs[index]!)),
    jvp: (op, _, inputs, y, t, index, reached) =>
      stretch(op, scale(op, partials[index]!, inputs, y, stretch(op, t, op.dims(y)), reached), op.dims(y)),
    reach: partials.some((partial) => typeof partial === 'object' && 'share' in partial) ? 'gates' : 'element',
    batch: (batching) => batching.again(batching.params, lineUp(batching)),
    flops: (_, __, output) => sizeOf(output)
  })

const never = (name: string): never =>
  fail('ValueError', `${name}: has no derivative, so there is no rule to ask; check differentiable first`)

/** Two operands and an answer that is 1 or 0: locally constant, so its derivative is 0. */
export const comparison =
  (name: string) =>
  (evaluate: Binary, domain: Domain): Primitive<NoParams> => ({
    name,
    arity: 2,
    domain,
    differentiable: () => false,
    shape: (_, inputs) => pairShape(inputs),
    evaluate: (_, inputs, output) => runBinary(evaluate, inputs, output),
    vjp: () => never(name),
    jvp: () => never(name),
    batch: (batching) => batching.again(batching.params, lineUp(batching)),
    flops: (_, __, output) => sizeOf(output)
  })

/** An operation that is never differentiated, whatever its shape. */
export const nonDifferentiable = <P>(rule: Omit<Primitive<P>, 'differentiable' | 'vjp' | 'jvp'>): Primitive<P> => ({
  ...rule,
  differentiable: () => false,
  vjp: () => never(rule.name),
  jvp: () => never(rule.name)
})
