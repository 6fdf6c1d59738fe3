import * as kinds from '../kinds/index.ts'
import type { Eq as FpEq } from 'fp-ts/lib/Eq.js'
import { areFinite } from '../kernel/finite.ts'
import { dimsOf, isTensor, make, type Scalar, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { showDims, sizeOf } from '../tensor/dims.ts'
import { columns } from '../tensor/text.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { closeNumbers, defaultTolerance, Eq as tensorEq, type Tolerance } from '../tensor/read.ts'
import { tensors as op } from '../tape/algebra.ts'
import type { Shape } from '../tensor/shape.ts'
import { pathsOf, sameNesting, showPath, type Structure } from '../tree/tree.ts'
import { normOf } from './norm.ts'
import { flattenParams, leavesOf, matchingLeaves, rebuild, type Tree, type TreeNames } from './tree.ts'

/** A function that works on a tensor of any shape and keeps the shape. */
export type Leafwise = <S extends Shape>(x: Tensor<S>) => Tensor<S>
/** A function of two tensors of one shape, any shape, that keeps it. */
export type LeafwisePair = <S extends Shape>(x: Tensor<S>, y: Tensor<S>) => Tensor<S>

/**
 * Applies a shape-keeping function to every tensor of a tree.
 *
 * @throws TreeError when a leaf is not a tensor
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { mul, ones, params, toArray } from 'grad-ts'
 *
 * const p = { weight: ones([2]), rest: [ones([1])] }
 * deepStrictEqual(toArray(params.map(mul(3))(p).weight), [3, 3])
 * @category params
 * @since 0.1.0
 */
export const map = (f: Leafwise) => {
  kinds.mustBe(kinds.anyFunction, 'params.map: f', f)
  return <P extends Tree<P>>(p: P): P => {
    const { leaves, structure } = flattenParams('params.map', p)
    const results = leaves.map((x) => f(x))
    return rebuild<P>(structure, allTensors('params.map', structure, results))
  }
}

/** The leaves that a caller's function gave, all of them tensors. */
const allTensors = (what: string, structure: Structure, leaves: readonly Tensor[]): readonly Tensor[] => {
  const wrong = leaves.findIndex((x) => !isTensor(x))
  return wrong < 0
    ? leaves
    : fail(
        'ValueError',
        `${what}: the function gave ${showGiven(leaves[wrong])} for ${showPath('params', pathsOf(structure)[wrong]!)}; it must give a tensor`
      )
}

/**
 * Applies a function to every tensor of a tree and its path, such as `params[0].weight`.
 *
 * @category params
 * @since 0.1.0
 */
export const mapWithPath = (f: (path: string) => Leafwise) => {
  kinds.mustBe(kinds.anyFunction, 'params.mapWithPath: f', f)
  return <P extends Tree<P>>(p: P): P => {
    const { leaves, structure } = flattenParams('params.mapWithPath', p)
    const paths = pathsOf(structure)
    const results = leaves.map((x, i) =>
      kinds.mustBe(
        kinds.anyFunction,
        'params.mapWithPath: what the function gives for a path',
        f(showPath('params', paths[i]!))
      )(x)
    )
    return rebuild<P>(structure, allTensors('params.mapWithPath', structure, results))
  }
}

/** Two trees that must agree, by the names of the arguments they are. */
const pairs = (what: string, p: unknown, q: unknown, names: TreeNames = { model: 'p', tree: 'q' }) => {
  const flat = flattenParams(what, p)
  return { ...flat, others: matchingLeaves(what, flat, q, names) }
}

/**
 * Combines two trees of the same structure and shapes, tensor by tensor: `zipWith(f)(q)(p)` is `f(p, q)` at each leaf.
 *
 * @throws TreeError when the structures differ, naming the place
 * @throws ShapeError when two shapes differ, naming the parameter
 * @category params
 * @since 0.1.0
 */
export const zipWith = (f: LeafwisePair) => {
  kinds.mustBe(kinds.anyFunction, 'params.zipWith: f', f)
  return <P extends Tree<P>>(q: P) =>
    (p: NoInfer<P>): P => {
      const { leaves, others, structure } = pairs('params.zipWith', p, q)
      const results = leaves.map((x, i) => f(x, others[i]!))
      return rebuild<P>(structure, allTensors('params.zipWith', structure, results))
    }
}

/**
 * Folds over the tensors of a tree, in order.
 *
 * @category params
 * @since 0.1.0
 */
export const reduce = <B>(initial: B, f: (accumulated: B, x: Tensor, path: string) => B) => {
  kinds.mustBe(kinds.anyFunction, 'params.reduce: f', f)
  return <P extends Tree<P>>(p: P): B => foldLeaves('params.reduce', initial, f)(p)
}

const foldLeaves =
  <B>(what: string, initial: B, f: (accumulated: B, x: Tensor, path: string) => B) =>
  (p: unknown): B => {
    const { leaves, structure } = flattenParams(what, p)
    const paths = pathsOf(structure)
    return leaves.reduce((accumulated, x, i) => f(accumulated, x, showPath('params', paths[i]!)), initial)
  }

/**
 * The path of every tensor, in order.
 *
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { ones, params } from 'grad-ts'
 *
 * deepStrictEqual(params.paths([{ weight: ones([1]) }]), ['params[0].weight'])
 * @category params
 * @since 0.1.0
 */
export const paths = <P extends Tree<P>>(p: P): readonly string[] =>
  pathsOf(flattenParams('params.paths', p).structure).map((path) => showPath('params', path))

/** The tensors of a tree, in order. @category params @since 0.1.0 */
export const tensors = <P extends Tree<P>>(p: P): readonly Tensor[] => flattenParams('params.tensors', p).leaves

/** How many numbers a tree holds. @category params @since 0.1.0 */
export const count = <P extends Tree<P>>(p: P): number =>
  foldLeaves('params.count', 0, (total: number, x) => total + sizeOf(dimsOf(x)))(p)

/** The same structure, all zeros: the neutral element of `add`. @category params @since 0.1.0 */
export const zerosLike = <P extends Tree<P>>(p: P): P => {
  const { leaves, structure } = flattenParams('params.zerosLike', p)
  return rebuild<P>(
    structure,
    leaves.map((x) => make(dimsOf(x), new Float64Array(sizeOf(dimsOf(x)))))
  )
}

/** `p + q`, tensor by tensor. @category params @since 0.1.0 */
export const add =
  <P extends Tree<P>>(q: P) =>
  (p: NoInfer<P>): P => {
    const { leaves, others, structure } = pairs('params.add', p, q)
    return rebuild<P>(
      structure,
      leaves.map((x, i) => op.add(x, others[i]!))
    )
  }

/** `p − q`, tensor by tensor. @category params @since 0.1.0 */
export const sub =
  <P extends Tree<P>>(q: P) =>
  (p: NoInfer<P>): P => {
    const { leaves, others, structure } = pairs('params.sub', p, q)
    return rebuild<P>(
      structure,
      leaves.map((x, i) => op.sub(x, others[i]!))
    )
  }

/** `k · p`. @category params @since 0.1.0 */
export const scale = (k: number) => {
  const factor = op.constant(kinds.mustBe(kinds.anyNumber, 'params.scale: k', k))
  return <P extends Tree<P>>(p: P): P => {
    const { leaves, structure } = flattenParams('params.scale', p)
    return rebuild<P>(
      structure,
      leaves.map((x) => op.mul(x, factor))
    )
  }
}

/** `p + k · q`. @category params @since 0.1.0 */
export const addScaled = (k: number) => {
  const factor = op.constant(kinds.mustBe(kinds.anyNumber, 'params.addScaled: k', k))
  return <P extends Tree<P>>(q: P) =>
    (p: NoInfer<P>): P => {
      const { leaves, others, structure } = pairs('params.addScaled', p, q)
      return rebuild<P>(
        structure,
        leaves.map((x, i) => op.add(x, op.mul(others[i]!, factor)))
      )
    }
}

/** The inner product of two trees: the sum over all of `p · q`. @category params @since 0.1.0 */
export const dot =
  <P extends Tree<P>>(q: P) =>
  (p: NoInfer<P>): Scalar =>
    innerProduct('params.dot', p, q) as unknown as Scalar

const innerProduct = (what: string, p: unknown, q: unknown): Tensor => {
  const { leaves, others } = pairs(what, p, q)
  const products = leaves.map((x, i) =>
    op.sum(
      op.mul(x, others[i]!),
      dimsOf(x).map((_, axis) => axis),
      false
    )
  )
  return products.reduce((a, b) => op.add(a, b), op.constant(0))
}

/**
 * The Euclidean norm over all parameters, `√Σ p²`, without overflow or underflow of the squares; its derivative where all
 * are 0 is 0.
 *
 * @example
 * import { ok, strictEqual } from 'assert'
 * import { params, scalar, tensor, toNumber } from 'grad-ts'
 *
 * strictEqual(toNumber(params.norm({ weight: tensor([3, 0]), bias: scalar(4) })), 5)
 * const large = params.norm({ weight: tensor([3e200, 0]), bias: scalar(4e200) })
 * ok(Math.abs(toNumber(large) / 5e200 - 1) < 1e-15)
 * @category params
 * @since 0.1.0
 */
export const norm = <P extends Tree<P>>(p: P): Scalar =>
  normOf(flattenParams('params.norm', p).leaves) as unknown as Scalar

/** Exact equality: same structure, same shapes, same numbers; keys in any order. @category params @since 0.1.0 */
export const getEq = <P extends Tree<P>>(): FpEq<P> => ({
  equals: (p, q) => {
    const { leaves, structure } = flattenParams('params.Eq', p)
    if (!sameNesting(structure, flattenParams('params.Eq', q).structure)) return false
    const others = leavesOf('params.Eq', structure, q)
    return leaves.every((x, i) => tensorEq.equals(x, others[i]!))
  }
})

/** Whether all numbers of two trees agree within a tolerance. @category params @since 0.1.0 */
export const isClose = (tolerance: Tolerance = defaultTolerance) => {
  const close = closeNumbers(tolerance)
  return <P extends Tree<P>>(expected: P) =>
    (actual: NoInfer<P>): boolean => {
      const { leaves, others } = pairs('params.isClose', actual, expected, { model: 'actual', tree: 'expected' })
      return leaves.every((x, i) => {
        const b = valuesOf('params.isClose', others[i]!)
        return valuesOf('params.isClose', x).every((value, k) => close(value, b[k]!))
      })
    }
}

/** Whether every number of a tree is finite. @category params @since 0.1.0 */
export const allFinite = <P extends Tree<P>>(p: P): boolean =>
  flattenParams('params.allFinite', p).leaves.every((x) => areFinite(valuesOf('params.allFinite', x)))

/**
 * A table of the parameters: path, shape, number of elements, and the total.
 *
 * @example
 * import { ok } from 'assert'
 * import { params, zeros } from 'grad-ts'
 *
 * ok(params.summary({ weight: zeros([2, 4]), bias: zeros([4]) }).endsWith('total: 12'))
 * @category params
 * @since 0.1.0
 */
export const summary = <P extends Tree<P>>(p: P): string => {
  const { leaves, structure } = flattenParams('params.summary', p)
  const paths = pathsOf(structure)
  const sizes = leaves.map((x) => sizeOf(dimsOf(x)))
  const rows = leaves.map((x, i) => [showPath('params', paths[i]!), showDims(dimsOf(x)), String(sizes[i])])
  return [
    ...(rows.length === 0 ? [] : [columns(rows)]),
    `total: ${sizes.reduce((total, size) => total + size, 0)}`
  ].join('\n')
}
