import * as kinds from '../kinds/index.ts'
import { fail } from '../tensor/errors.ts'
import { asDomain } from './domain.ts'
import type { Domain, Primitive } from './primitive.ts'

const never = (name: string): never =>
  fail('ValueError', `${name}: has no derivative rule, since it is not differentiable; check differentiable first`)

const takes = kinds.settings('nonDifferentiable', {
  name: kinds.text,
  arity: kinds.either(kinds.index, kinds.oneOf('any')),
  domain: kinds.kind<Domain>('an array', Array.isArray),
  shape: kinds.callable<unknown>(),
  evaluate: kinds.callable<unknown>(),
  batch: kinds.callable<unknown>(),
  flops: kinds.callable<unknown>()
})

/** A primitive without derivative rules. @category primitive @since 0.1.0 */
export type NonDifferentiableRule<P> = Omit<
  Primitive<P>,
  'multipleResults' | 'differentiable' | 'vjp' | 'jvp' | 'reach'
>

/**
 * A primitive whose derivative is 0 everywhere.
 *
 * @throws ValueError when a part of the rule is missing or of another kind
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { apply, grad, mul, type NoParams, primitive, type Scalar, scalar, toFlatArray, toNumber } from 'grad-ts'
 *
 * const round = primitive.nonDifferentiable<NoParams>({
 *   name: 'round',
 *   arity: 1,
 *   domain: [{ min: 0.6, max: 1.4, avoid: [] }],
 *   shape: (_, [x]) => E.right(x!),
 *   evaluate: (_, [x]) => Float64Array.from(toFlatArray(x!), Math.round),
 *   batch: ({ params, inputs, again }) => again(params, inputs),
 *   flops: () => 1
 * })
 * const f = (x: Scalar) => mul(apply(round, {}, [x]) as Scalar)(x)
 * deepStrictEqual([f(scalar(2.25)), grad(f)(scalar(2.25))].map(toNumber), [4.5, 2])
 * @category primitive
 * @since 0.1.0
 */
export const nonDifferentiable = <P>(rule: NonDifferentiableRule<P>): Primitive<P> => {
  const { name, domain } = takes.read(rule)
  asDomain('nonDifferentiable: domain', domain)
  return { ...rule, differentiable: () => false, vjp: () => never(name), jvp: () => never(name) }
}
