import type * as E from 'fp-ts/lib/Either.js'
import * as kinds from '../kinds/index.ts'
import { type Dims, sizeOf } from '../tensor/dims.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import { asDomain, reals } from './domain.ts'
import type {
  BatchingOfMany,
  Derived,
  Differential,
  Domain,
  MultiPrimitive,
  NoParams,
  ReachOfMany
} from './primitive.ts'
import { acrossResult, type Direction } from './reach.ts'

/** The rule of a primitive with several results; `P` are its parameters. @category primitive @since 0.1.0 */
export interface MultiRule<P = NoParams> {
  readonly arity: number | 'any'
  /** Where it is defined and smooth; from −3 to 3 when left out. */
  readonly domain?: Domain
  /** The shapes of the results, or an error message. */
  readonly shape: (params: P, inputs: readonly Dims[]) => E.Either<string, readonly Dims[]>
  /** The values of each result, in row-major order. */
  readonly evaluate: (params: P, inputs: readonly Tensor[], outputs: readonly Dims[]) => readonly Float64Array[]
  /** The contribution of one result's cotangent to the cotangent of one input, in the vocabulary. */
  readonly vjp: PairRule<P>
  /** The contribution of one input's tangent to the tangent of one result. */
  readonly jvp: PairRule<P>
  /** Which elements of inputs and results depend on each other; by default each on all. */
  readonly reach?: ReachOfMany<P>
  /** The batched operation; each result has the extra first axis. */
  readonly batch: <A>(batching: BatchingOfMany<A, P>) => readonly A[]
  /** Floating-point operations; by default one per element of the inputs and of the results. */
  readonly flops?: (params: P, inputs: readonly Dims[], outputs: readonly Dims[]) => number
}

/**
 * The rule for one pair of input and result, applied to a tangent or cotangent `v`. @category primitive @since 0.1.0
 */
export type PairRule<P> = <A>(
  op: Algebra<A>,
  params: P,
  inputs: readonly A[],
  outputs: readonly A[],
  v: A,
  index: number,
  result: number
) => A

const takes = kinds.settings('multi', {
  arity: kinds.either(kinds.index, kinds.oneOf('any')),
  domain: [kinds.kind<Domain>('an array', Array.isArray), [reals]],
  shape: kinds.callable<unknown>(),
  evaluate: kinds.callable<unknown>(),
  vjp: kinds.callable<unknown>(),
  jvp: kinds.callable<unknown>(),
  reach: [
    kinds.kind<ReachOfMany<never>>(
      "'element' or { along }",
      (value) => value === 'element' || (typeof value === 'object' && value !== null)
    ),
    undefined
  ],
  batch: kinds.callable<unknown>(),
  flops: [kinds.callable<unknown>(), undefined]
})

const axes = kinds.settings('multi: reach', { along: kinds.callable<unknown>() })

/**
 * A primitive with several results. Its derivative is given for each pair of input and result; the contributions are
 * masked by reach and summed here. `apply` gives an array of all results. A rule that computes the cotangents of all
 * inputs together is written as a `MultiPrimitive` instead.
 *
 * @throws ValueError when the name is not a text, or a part of the rule is missing or of another kind
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { apply, grad, mul, primitive, type Scalar, scalar, toFlatArray, toNumber } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const sinCos = primitive.multi('sinCos')({
 *   arity: 1,
 *   shape: (_, [x]) => E.right([x!, x!]),
 *   evaluate: (_, [x]) => [Math.sin, Math.cos].map((f) => Float64Array.from(toFlatArray(x!), f)),
 *   vjp: (op, _, __, [sin, cos], ct, ___, result) => (result === 0 ? op.mul(ct, cos!) : op.neg(op.mul(ct, sin!))),
 *   jvp: (op, _, __, [sin, cos], t, ___, result) => (result === 0 ? op.mul(t, cos!) : op.neg(op.mul(t, sin!))),
 *   reach: 'element',
 *   batch: ({ params, inputs, again }) => again(params, inputs)
 * })
 *
 * deepStrictEqual(apply(sinCos, {}, [scalar(0)]).map((x) => toFlatArray(x)), [[0], [1]])
 * const half = (x: Scalar) => {
 *   const [sin, cos] = apply(sinCos, {}, [x]) as readonly [Scalar, Scalar]
 *   return mul(cos)(sin)
 * }
 * ok(Math.abs(toNumber(grad(half)(scalar(0.3))) - Math.cos(0.6)) < 1e-15)
 * laws.assert(laws.primitive(sinCos), { numRuns: 5 })
 * @category primitive
 * @since 0.1.0
 */
export const multi = <P = NoParams>(name: string) => {
  kinds.mustBe(kinds.name, 'multi: name', name)
  return (rule: MultiRule<P>): MultiPrimitive<P> => {
    const { arity, domain } = takes.read(rule)
    const { shape, evaluate, vjp, jvp, reach, batch, flops } = rule
    if (typeof reach === 'object') axes.read(reach)
    /** The sum of the contributions of all given tangents or cotangents to one of the other side. */
    const shareOf = <A>(
      direction: Direction,
      op: Algebra<A>,
      params: P,
      inputs: readonly A[],
      outputs: readonly A[],
      given: readonly (Differential<A> | undefined)[],
      asked: number
    ): Derived<A> | undefined => {
      const shapes = { params, inputs: inputs.map(op.dims), outputs: outputs.map(op.dims) }
      const shares = given.flatMap((one, at) => {
        if (one === undefined) return []
        const [index, result] = direction === 'back' ? [asked, at] : [at, asked]
        const made = (direction === 'back' ? vjp : jvp)(op, params, inputs, outputs, one.value, index, result)
        if (one.reached === null) return [made]
        const mask = acrossResult(op, direction, reach, shapes, index, result, one.reached.mask())
        return [op.where(mask, made, op.constant(0))]
      })
      return shares.length === 0 ? undefined : { value: shares.reduce((a, b) => op.add(a, b)) }
    }
    return {
      multipleResults: true,
      name,
      arity,
      domain: asDomain('multi: domain', domain),
      differentiable: () => true,
      shape,
      evaluate,
      vjp: (op, params, inputs, outputs, cts, wanted) =>
        inputs.map((_, index) =>
          wanted[index]! ? shareOf('back', op, params, inputs, outputs, cts, index) : undefined
        ),
      jvp: (op, params, inputs, outputs, tangents) =>
        outputs.map((_, result) => shareOf('forward', op, params, inputs, outputs, tangents, result)),
      ...(reach === undefined ? {} : { reach }),
      batch,
      flops: flops ?? ((_, inputs, outputs) => [...inputs, ...outputs].reduce((sum, dims) => sum + sizeOf(dims), 0))
    }
  }
}
