import * as kinds from '../kinds/index.ts'
import type { Scalar, Tensor } from '../tensor/tensor.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape.ts'
import { flattenParams, matchingLeaves, rebuild, type Tree, type TreeNames } from '../params/tree.ts'
import type { Structure } from '../tree/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Taken, TakesAnyShape } from './argument.ts'
import { sweepBack, sweepForward, traceAt } from './sweep.ts'
import { differentiate, scalarOutput, traceTree } from './tree.ts'

/** A value and its gradient. @category transform @since 0.1.0 */
export interface ValueAndGrad<P> {
  readonly value: Scalar
  readonly grad: P
}

/** The type of `valueAndGrad` of a function of one number, or of any one tensor. @category transform @since 0.1.0 */
export type ValueAndGradOf<F> = TakesAnyShape<
  F,
  <S extends Shape>(x: Tensor<S>) => ValueAndGrad<Tensor<S>>,
  (x: Taken<F>) => ValueAndGrad<Taken<F>>
>

/** A value, its gradient, and the auxiliary result. @category transform @since 0.1.0 */
export interface ValueAndGradAux<P, X> extends ValueAndGrad<P> {
  readonly aux: X
}

const auxSettings = kinds.settings('valueAndGrad', { aux: [kinds.yesOrNo, false] })

/**
 * The value and the gradient of a scalar function by its first argument, in one pass; further arguments are data. With
 * `{ aux: true }` the function returns a pair of its scalar and a tree of auxiliary tensors (predictions, new running
 * statistics), which are not differentiated.
 *
 * @shape the gradient has the structure and shapes of the first argument
 * @throws ShapeError when the function does not return a scalar
 * @throws TreeError when a leaf of the first argument, or of the auxiliary result, is not a tensor
 * @throws ValueError when the function returns no pair, and `aux` is true
 * @example
 * import { strictEqual } from 'assert'
 * import { exp, type Scalar, scalar, square, toNumber, valueAndGrad } from 'grad-ts'
 *
 * const { value, grad } = valueAndGrad(square)(scalar(3))
 * strictEqual(toNumber(value), 9)
 * strictEqual(toNumber(grad), 6)
 *
 * const both = (x: Scalar) => [square(x), { growth: exp(x) }] as const
 * const found = valueAndGrad(both, { aux: true })(scalar(3))
 * strictEqual(toNumber(found.grad), 6)
 * strictEqual(toNumber(found.aux.growth), toNumber(exp(scalar(3))))
 * @category transform
 * @since 0.1.0
 */
export function valueAndGrad<P extends Tree<P>, X extends Tree<X>, A extends readonly unknown[]>(
  f: (params: P, ...data: A) => readonly [Scalar, X],
  settings: { readonly aux: true }
): (params: P, ...data: A) => ValueAndGradAux<P, X>
export function valueAndGrad<F extends (x: Scalar) => Scalar>(
  f: F,
  settings?: { readonly aux?: false }
): ValueAndGradOf<F>
export function valueAndGrad<P extends Tree<P>, A extends readonly unknown[]>(
  f: (params: P, ...data: A) => Scalar,
  settings?: { readonly aux?: false }
): (params: P, ...data: A) => ValueAndGrad<P>
export function valueAndGrad(
  f: (params: unknown, ...data: readonly unknown[]) => unknown,
  settings: { readonly aux?: boolean } = {}
): (params: unknown, ...data: readonly unknown[]) => ValueAndGrad<unknown> {
  kinds.mustBe(kinds.anyFunction, 'valueAndGrad: f', f)
  const by = auxSettings.read(settings).aux ? differentiateWithAux : differentiate
  return (params, ...data) => by('valueAndGrad', params, (p) => f(p, ...data))
}

const differentiateWithAux = <P>(what: string, params: P, f: (params: P) => unknown): ValueAndGradAux<P, unknown> => {
  const { leaves, structure } = flattenParams(what, params)
  const seen: { structure?: Structure } = {}
  const traced = traceAt('grad', leaves, (xs) => {
    const [output, aux] = pairOf(what, f(rebuild<P>(structure, xs)))
    const flat = flattenParams(what, aux, 'aux')
    seen.structure = flat.structure
    return [scalarOutput(what, output), ...flat.leaves]
  })
  const [value, ...aux] = traced.values
  return {
    value: value as unknown as Scalar,
    grad: rebuild<P>(structure, sweepBack(traced, [op.constant(1)])),
    aux: rebuild(seen.structure!, aux)
  }
}

const pairOf = (what: string, given: unknown): readonly [unknown, unknown] =>
  Array.isArray(given) && given.length === 2
    ? (given as unknown as readonly [unknown, unknown])
    : fail('ValueError', `${what}: the function must return a pair, [scalar, tree], it returned ${showGiven(given)}`)

/** The type of `grad` of a function of one number, or of any one tensor. @category transform @since 0.1.0 */
export type GradOf<F> = TakesAnyShape<F, <S extends Shape>(x: Tensor<S>) => Tensor<S>, (x: Taken<F>) => Taken<F>>

/**
 * The gradient of a scalar function by its first argument; further arguments are data. It has the type of that
 * argument, and is itself differentiable, to any order.
 *
 * @shape the gradient has the structure and shapes of the first argument
 * @throws ShapeError when the function does not return a scalar
 * @throws TreeError when a leaf of the first argument is not a tensor
 * @see Griewank and Walther, Evaluating Derivatives (2008), chapter 3
 * @example
 * import { strictEqual } from 'assert'
 * import { grad, scalar, sin, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(grad(sin)(scalar(0))), 1)
 * strictEqual(toNumber(grad(grad(grad(sin)))(scalar(0))), -1)
 * @category transform
 * @since 0.1.0
 */
export function grad<F extends (x: Scalar) => Scalar>(f: F): GradOf<F>
export function grad<P extends Tree<P>, A extends readonly unknown[]>(
  f: (params: P, ...data: A) => Scalar
): (params: P, ...data: A) => P
export function grad<P, A extends readonly unknown[]>(
  f: (params: P, ...data: A) => Scalar
): (params: P, ...data: A) => P {
  kinds.mustBe(kinds.anyFunction, 'grad: f', f)
  return (params, ...data) => differentiate('grad', params, (p) => f(p, ...data)).grad
}

const ofCotangent: TreeNames = { model: 'the result', tree: 'the cotangent', root: 'cotangent' }
const ofTangent: TreeNames = { model: 'the point', tree: 'the tangent', root: 'tangent' }
const ofDirection: TreeNames = { model: 'the point', tree: 'the direction', root: 'direction' }

/** A value and its pullback. @category transform @since 0.1.0 */
export interface Pullback<P, Q> {
  readonly value: Q
  readonly pullback: (cotangent: Q) => P
}

/**
 * Reverse mode: the value of a function at a point, and its pullback, which takes a cotangent of the value to the
 * cotangent of the point. The function is run once; the pullback may be called any number of times. Further arguments are data.
 *
 * @throws ShapeError when a cotangent does not have the value's shape
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { square, tensor, toArray, vjp } from 'grad-ts'
 *
 * const { pullback } = vjp(square<[2]>)(tensor([1, 2]))
 * deepStrictEqual(toArray(pullback(tensor([1, 10]))), [2, 40])
 * @category transform
 * @since 0.1.0
 */
export const vjp = <P extends Tree<P>, Q extends Tree<Q>, A extends readonly unknown[]>(f: (p: P, ...data: A) => Q) => {
  kinds.mustBe(kinds.anyFunction, 'vjp: f', f)
  return (p: P, ...data: A): Pullback<P, Q> => {
    const { traced, structure, outputs } = traceTree('vjp', (at: P) => f(at, ...data), p)
    return {
      value: rebuild<Q>(outputs, traced.values),
      pullback: (cotangent) => {
        const model = { leaves: traced.values, structure: outputs }
        return rebuild<P>(structure, sweepBack(traced, matchingLeaves('vjp', model, cotangent, ofCotangent)))
      }
    }
  }
}

/** A value and the function that pushes tangents of the point forward. @category transform @since 0.1.0 */
export interface Pushforward<P, Q> {
  readonly value: Q
  readonly pushforward: (tangent: P) => Q
}

/** A value and its tangent. @category transform @since 0.1.0 */
export interface Dual<Q> {
  readonly value: Q
  readonly tangent: Q
}

/**
 * Forward mode: the value of a function at a point and its directional derivative along a tangent. Further arguments are data.
 *
 * @throws ShapeError when the tangent does not have the point's shape
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { jvp, square, tensor, toArray } from 'grad-ts'
 *
 * const { tangent } = jvp(square<[2]>)(tensor([1, 2]))(tensor([1, 10]))
 * deepStrictEqual(toArray(tangent), [2, 40])
 * @category transform
 * @since 0.1.0
 */
export const jvp = <P extends Tree<P>, Q extends Tree<Q>, A extends readonly unknown[]>(f: (p: P, ...data: A) => Q) => {
  kinds.mustBe(kinds.anyFunction, 'jvp: f', f)
  return (p: P, ...data: A) =>
    (tangent: NoInfer<P>): Dual<Q> =>
      push('jvp', p, (at: P) => f(at, ...data), tangent, { point: 'argument', names: ofTangent })
}

/** What a message calls the point and the tangent. */
interface PushNames {
  readonly point: string
  readonly names: TreeNames
}

const push = <P, Q>(what: string, p: P, f: (p: P) => Q, tangent: P, { point, names }: PushNames): Dual<Q> => {
  const tangents = matchingLeaves(what, flattenParams(what, p, point), tangent, names)
  const { traced, outputs } = traceTree(what, f, p)
  return {
    value: rebuild<Q>(outputs, traced.values),
    tangent: rebuild<Q>(outputs, sweepForward(traced, tangents))
  }
}

/**
 * Forward mode for many tangents: the value of a function at a point and its pushforward there, the linear map that takes tangents
 * of the point to tangents of the value. The function is run once; the pushforward may be called any number of times. Further
 * arguments are data.
 *
 * @throws ShapeError when a tangent does not have the point's shape
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { linearize, square, tensor, toArray } from 'grad-ts'
 *
 * const { pushforward } = linearize(square<[2]>)(tensor([1, 2]))
 * deepStrictEqual(toArray(pushforward(tensor([1, 0]))), [2, 0])
 * deepStrictEqual(toArray(pushforward(tensor([0, 1]))), [0, 4])
 * @category transform
 * @since 0.1.0
 */
export const linearize = <P extends Tree<P>, Q extends Tree<Q>, A extends readonly unknown[]>(
  f: (p: P, ...data: A) => Q
) => {
  kinds.mustBe(kinds.anyFunction, 'linearize: f', f)
  return (p: P, ...data: A): Pushforward<P, Q> => {
    const { traced, structure, outputs } = traceTree('linearize', (at: P) => f(at, ...data), p)
    const leaves = traced.primals.slice(0, traced.inputs)
    return {
      value: rebuild<Q>(outputs, traced.values),
      pushforward: (tangent) =>
        rebuild<Q>(
          outputs,
          sweepForward(traced, matchingLeaves('linearize', { leaves, structure }, tangent, ofTangent))
        )
    }
  }
}

/** The type of `hvp` of a function of one number, or of any one tensor. @category transform @since 0.1.0 */
export type HvpOf<F> = TakesAnyShape<
  F,
  <S extends Shape>(x: Tensor<S>) => (direction: NoInfer<Tensor<S>>) => Tensor<S>,
  (x: Taken<F>) => (direction: Taken<F>) => Taken<F>
>

/**
 * The Hessian of a scalar function times a direction, without ever making the Hessian: forward over reverse. Further arguments
 * are data.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { hvp, pow, sum, tensor, toArray, type Vec } from 'grad-ts'
 *
 * const cubes = (x: Vec<2>) => sum(pow(3)(x))
 * deepStrictEqual(toArray(hvp(cubes)(tensor([1, 2]))(tensor([1, 1]))), [6, 12])
 * @category transform
 * @since 0.1.0
 */
export function hvp<F extends (x: Scalar) => Scalar>(f: F): HvpOf<F>
export function hvp<P extends Tree<P>, A extends readonly unknown[]>(
  f: (params: P, ...data: A) => Scalar
): (params: P, ...data: A) => (direction: NoInfer<P>) => P
export function hvp<P, A extends readonly unknown[]>(
  f: (params: P, ...data: A) => Scalar
): (params: P, ...data: A) => (direction: NoInfer<P>) => P {
  kinds.mustBe(kinds.anyFunction, 'hvp: f', f)
  return (params, ...data) => {
    const gradient = (at: P): P => differentiate('hvp', at, (p) => f(p, ...data)).grad
    return (direction) => push('hvp', params, gradient, direction, { point: 'params', names: ofDirection }).tangent
  }
}
