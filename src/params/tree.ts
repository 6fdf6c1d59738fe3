import { sameDims, showDims } from '../tensor/dims.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import type { Shape, ShapeError } from '../tensor/shape.ts'
import { dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'
import { DEEPEST, type Flat, flatten, leavesAs, pathsOf, showPath, type Structure, unflatten } from '../tree/tree.ts'

/**
 * The type of a parameter tree: `P` itself when every leaf is a tensor, otherwise a type that names the leaf that is
 * none. Written against `P` so that interfaces are accepted too, and inference through higher-order functions survives.
 *
 * @category params
 * @since 0.1.0
 */
export type TreeOf<P> = P extends Params
  ? P
  : P extends (...args: never) => unknown
    ? ShapeError<'a function is not a parameter'>
    : P extends object
      ? { readonly [K in keyof P]: TreeOf<P[K]> }
      : ShapeError<'not a tensor'>

/** Parameters of any kind: tensors in any nesting of records, tuples and arrays. @category params @since 0.1.0 */
export type Params = Tensor<Shape> | readonly Params[] | { readonly [key: string]: Params }

/**
 * The constraint on a type of parameters, `<P extends Tree<P>>`: any `Params`, and an interface whose leaves are all
 * tensors (it has no index signature, so it is not assignable to `Params`). `object` refuses numbers and strings, whose
 * mapped type would be themselves, and the symbol refuses functions.
 *
 * @category params
 * @since 0.1.0
 */
export type Tree<P> =
  Params | ({ readonly [K in keyof P]: TreeOf<P[K]> } & { readonly [Symbol.hasInstance]?: never } & object)

/** A tree of the same structure with every tensor replaced. @category params @since 0.1.0 */
export type MapTree<P, L> = P extends Tensor<Shape> ? L : { readonly [K in keyof P]: MapTree<P[K], L> }

const describe = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? 'an object that is neither a plain record nor an array'
    : typeof value === 'number' || typeof value === 'string'
      ? `the ${typeof value} ${showGiven(value)}`
      : showGiven(value)

/** The tensors of a tree and its structure; `root` names the tree in a message. @internal */
export const flattenParams = (what: string, tree: unknown, root = 'params'): Flat<Tensor> =>
  flatten(isTensor, ({ path, value, endless }) =>
    fail(
      'TreeError',
      endless === true
        ? `${what}: ${showPath(root, path)} is nested too deeply, or contains itself`
        : `${what}: ${showPath(root, path)} is ${describe(value)}; every leaf must be a tensor`
    )
  )(tree)

/** The tensors of a value that may hold others beside them, which are static. @internal */
export const flattenArguments = (what: string, value: unknown): Flat<Tensor> =>
  flatten(isTensor, (other) =>
    other.endless === true
      ? fail('TreeError', `${what}: an argument is nested more than ${DEEPEST} levels deep, or contains itself`)
      : { _tag: 'Static', value: other.value }
  )(value)

/** What the two trees of a comparison are called in a message. @internal */
export interface TreeNames {
  /** The one whose structure is expected. */
  readonly model: string
  readonly tree: string
  /** What a path begins with; `params` when left out. */
  readonly root?: string
}

/** The tensors of a tree that must have the structure of another. @internal */
export const leavesOf = (
  what: string,
  structure: Structure,
  tree: unknown,
  names: TreeNames = { model: 'one', tree: 'the other' }
): readonly Tensor[] =>
  leavesAs<Tensor>(isTensor, ({ path, expected, found, missing, extra }) => {
    const root = names.root ?? 'params'
    const at = (key: string): string => showPath(root, [...path, key])
    const keys = [
      ...missing.map((key) => `; ${at(key)} is missing from ${names.tree}`),
      ...extra.map((key) => `; ${at(key)} of ${names.tree} is not in ${names.model}`)
    ]
    return fail(
      'TreeError',
      `${what}: the two trees differ at ${showPath(root, path)}: ${expected} in ${names.model}, ${found} in ${names.tree}${keys.join('')}`
    )
  })(structure)(tree)

/** As above, for a tree whose tensors must also have the shapes of the other's. @internal */
export const matchingLeaves = (
  what: string,
  { leaves, structure }: Flat<Tensor>,
  tree: unknown,
  names: TreeNames
): readonly Tensor[] => {
  const others = leavesOf(what, structure, tree, names)
  const odd = leaves.findIndex((x, i) => !sameDims(dimsOf(x), dimsOf(others[i]!)))
  return odd < 0
    ? others
    : fail(
        'ShapeError',
        `${what}: ${showPath(names.root ?? 'params', pathsOf(structure)[odd]!)} needs shape ${showDims(dimsOf(leaves[odd]!))}, got ${showDims(dimsOf(others[odd]!))}; ${names.tree} must have the shapes of ${names.model}`
      )
}

/** The one place that asserts the type of a tree. @internal */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it is a cast
export const rebuild = <P>(structure: Structure, leaves: readonly Tensor[]): P => unflatten(structure)(leaves) as P
