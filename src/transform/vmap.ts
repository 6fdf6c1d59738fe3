import * as kinds from '../kinds/index.ts'
import { axisOf, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { ownArray } from '../tensor/frozen.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, isTensor, type Tensor } from '../tensor/tensor.ts'
import { flattenParams, rebuild } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { during, shapeLeaf, tapeOf, token } from '../tape/tape.ts'
import { type Path, type PathStep, pathsOf, showPath, type Structure } from '../tree/tree.ts'
import { batchTape } from './batch.ts'

/** A tree whose tensors have a new leading axis. @category transform @since 0.1.0 */
export type Batched<P, N extends number = number> =
  P extends Tensor<infer S extends Shape> ? Tensor<[N, ...S]> : { readonly [K in keyof P]: Batched<P[K], N> }

/** The arguments of a mapped function; the first gives the number of examples, the others must agree. */
export type BatchedArguments<A extends readonly unknown[], N extends number> = {
  readonly [K in keyof A]: Batched<A[K], K extends '0' ? N : NoInfer<N>>
}

/**
 * A batch axis, which is counted from the end where it is negative; `null` for none. Of a tree, one for all of its tensors, or a
 * tree of axes for its parts.
 *
 * @category transform
 * @since 0.1.0
 */
export type VmapAxis = number | null | readonly VmapAxis[] | { readonly [key: string]: VmapAxis }

/** The batch axes of arguments and results. @category transform @since 0.1.0 */
export interface VmapAxes<I extends readonly VmapAxis[] = readonly VmapAxis[], O extends VmapAxis = VmapAxis> {
  /** The batch axis of each argument, or `null` for one that is shared: one entry per argument; 0 for all by default. */
  readonly in?: readonly [...I]
  /** The batch axis of the results; `null` for one that is the same for all examples, and stays as it is; 0 by default. */
  readonly out?: O
}

/** The shape of an example with the batch axis inserted. */
type PutIn<S extends Shape, Ax, N extends number> = Ax extends 0
  ? [N, ...S]
  : Ax extends -1
    ? [...S, N]
    : Ax extends 1
      ? S extends readonly [infer H extends number, ...infer R extends Shape]
        ? [H, N, ...R]
        : number[]
      : number[]

/** A tree whose tensors have a new axis at a chosen position; `null` for none. @category transform @since 0.1.0 */
export type BatchedAt<P, N extends number, Ax> = [Ax] extends [null]
  ? P
  : [Ax] extends [number]
    ? P extends Tensor<infer S extends Shape>
      ? Tensor<PutIn<S, Ax, N>>
      : { readonly [K in keyof P]: BatchedAt<P[K], N, Ax> }
    : { readonly [K in keyof P]: BatchedAt<P[K], N, K extends keyof Ax ? Ax[K] : null> }

type ArgumentsAt<A extends readonly unknown[], N extends number, I extends readonly unknown[]> = {
  readonly [K in keyof A]: BatchedAt<A[K], N, number extends I['length'] ? I[number] : K extends keyof I ? I[K] : null>
}

const toFront = (x: Tensor, axis: number): Tensor =>
  axis === 0 ? x : op.permute(x, [axis, ...dimsOf(x).flatMap((_, i) => (i === axis ? [] : [i]))])

const fromFront = (x: Tensor, axis: number): Tensor => {
  const rest = dimsOf(x).flatMap((_, i) => (i === 0 ? [] : [i]))
  return axis === 0 ? x : op.permute(x, [...rest.slice(0, axis), 0, ...rest.slice(axis)])
}

/** The batch axis of each tensor of a structure, from axes for it or for its parts. */
const axesIn = (what: string, structure: Structure, axes: VmapAxis): readonly (number | null)[] => {
  const at = (node: Structure, axis: VmapAxis, path: Path): readonly (number | null)[] => {
    if (axis === null || typeof axis === 'number') return pathsOf(node).map(() => axis)
    const keys = node._tag === 'Record' ? node.keys : node._tag === 'List' ? [...node.items.keys()] : null
    const given = Array.isArray(axis) ? [...axis.keys()] : Object.keys(axis)
    if (keys === null || node._tag === 'Leaf' || node._tag === 'Static')
      return fail(
        'TreeError',
        `vmap: ${showPath(what, path)} is no record or array, and has axes for ${given.join(', ')}`
      )
    if (keys.length !== given.length || keys.some((key) => !Object.hasOwn(axis, key)))
      return fail('TreeError', `vmap: ${showPath(what, path)} has ${keys.join(', ')}, and axes for ${given.join(', ')}`)
    return keys.flatMap((key, i) =>
      at(node.items[i]!, (axis as Readonly<Record<PathStep, VmapAxis>>)[key]!, [...path, key])
    )
  }
  return at(structure, axes, [])
}

interface Mapped {
  readonly structure: Structure
  readonly leaves: readonly Tensor[]
  /** Whether each leaf differs between examples. */
  readonly mapped: readonly boolean[]
}

const prepare = (argument: unknown, index: number, axes: VmapAxis): Mapped => {
  const { leaves, structure } = flattenParams('vmap', argument, `argument ${index}`)
  const what = `vmap: argument ${index}`
  const places = axesIn(`argument ${index}`, structure, axes)
  return {
    structure,
    leaves: leaves.map((x, i) => {
      const axis = places[i] ?? null
      return axis === null ? x : toFront(x, axisOf(what, dimsOf(x), axis))
    }),
    mapped: places.map((axis) => axis !== null)
  }
}

const batchesOf = (args: readonly Mapped[]): readonly Tensor[] =>
  args.flatMap(({ leaves, mapped }) => leaves.filter((_, i) => mapped[i]!))

const sizeOfExamples = (batches: readonly Tensor[]): number => {
  const sizes = batches.map((x) => dimsOf(x)[0]!)
  const [first] = sizes
  if (first === undefined) return fail('ShapeError', 'vmap: no argument is mapped; give at least one an axis')
  return sizes.every((n) => n === first)
    ? first
    : fail('ShapeError', `vmap: arguments have different numbers of examples: ${showDims(sizes)}`)
}

const isAxis = (value: unknown): value is VmapAxis =>
  value === null ||
  Number.isInteger(value) ||
  (typeof value === 'object' && !isTensor(value) && Object.values(value).every(isAxis))

const anAxis = kinds.kind<VmapAxis>('an axis, null, or a tree of them', isAxis)

const axesFields = kinds.settings('vmap', {
  in: [kinds.listOf(anAxis, 'an array of one axis or null an argument'), undefined],
  out: [anAxis, 0]
})

/** The type of `vmap`, with or without batch axes. @category transform @since 0.1.0 */
export interface Vmap {
  <A extends readonly unknown[], Q, const I extends readonly VmapAxis[] = readonly 0[], const O extends VmapAxis = 0>(
    f: (...args: A) => Q,
    axes: VmapAxes<I, O>
  ): <N extends number>(...args: ArgumentsAt<A, N, I>) => BatchedAt<Q, N, O>
  <A extends readonly unknown[], Q>(
    f: (...args: A) => Q
  ): <N extends number>(...args: BatchedArguments<A, N>) => Batched<Q, N>
}

/**
 * Vectorises a function of one example over an axis of its arguments, by default the first of each: the function is
 * traced by shape alone, and every operation is replaced by its batched form. A branch on a value inside is an error;
 * select with `where`.
 *
 * @shape arguments [n, …example] → results [n, …result]
 * @throws ShapeError when the arguments have different numbers of examples
 * @throws ValueError when `in` has not one entry per argument
 * @throws TreeError when a leaf of an argument or of the result is not a tensor, or a tree of axes has another structure
 * @throws AxisError when an axis is out of range
 * @throws TracedValueError when the function reads a number of an example
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { dot, grad, square, sum, tensor, toArray, type Vec, vmap } from 'grad-ts'
 *
 * // one gradient an example
 * const perExample = vmap(grad((x: Vec<2>) => sum(square(x))))
 * deepStrictEqual(toArray(perExample(tensor([[1, 2], [3, 4]]))), [[2, 4], [6, 8]])
 * // examples in columns, beside a weight that is shared
 * const scores = vmap((x: Vec<2>, w: Vec<2>) => dot(w)(x), { in: [1, null] })
 * deepStrictEqual(toArray(scores(tensor([[1, 2], [3, 4]]), tensor([1, 10]))), [31, 42])
 * // one part of a record for each example, another shared
 * const p = { x: tensor([[1, 2], [3, 4]]), w: tensor([1, 10]) }
 * const both = (p: { readonly x: Vec<2>; readonly w: Vec<2> }) => dot(p.w)(p.x)
 * deepStrictEqual(toArray(vmap(both, { in: [{ x: 0, w: null }] })(p)), [21, 43])
 * @category transform
 * @since 0.1.0
 */
export const vmap: Vmap = (f: (...args: never) => unknown, axes: VmapAxes = {}) => {
  kinds.mustBe(kinds.anyFunction, 'vmap: f', f)
  const { in: given, out } = axesFields.read(axes)
  const places = ownArray(given)
  return (...args: readonly unknown[]): never => {
    if (places !== undefined && places.length !== args.length)
      fail(
        'ValueError',
        `vmap: in needs one axis, or null, per argument: ${args.length} for this call, got ${places.length}`
      )
    const prepared = args.map((argument, i) => prepare(argument, i, places === undefined ? 0 : places[i]!))
    const batches = batchesOf(prepared)
    const size = sizeOfExamples(batches)
    const trace = token('vmap')
    const examples = batches.map((x) => shapeLeaf(trace, dimsOf(x).slice(1)))
    const left = [...examples]
    const inner = prepared.map(({ structure, leaves, mapped }) =>
      rebuild<unknown>(
        structure,
        leaves.map((x, i) => (mapped[i]! ? left.shift()! : x))
      )
    )
    const output = flattenParams(
      'vmap',
      during(trace, () => f(...(inner as never))),
      'result'
    )
    const tape = tapeOf(trace, examples, output.leaves)

    const results = batchTape(
      tape,
      batches.map((x) => ({ x, mapped: true })),
      size
    )
    const axesOut = axesIn('result', output.structure, out)
    return rebuild<never>(
      output.structure,
      results.map(({ x, mapped }, i) => {
        const axis = axesOut[i] ?? null
        if (axis === null)
          return mapped
            ? fail(
                'ValueError',
                `vmap: out: ${showPath('result', pathsOf(output.structure)[i]!)} differs between examples; give it an axis`
              )
            : x
        const batched = mapped ? x : op.broadcastTo(x, [size, ...dimsOf(x)])
        return fromFront(batched, axisOf('vmap: out', dimsOf(batched), axis))
      })
    )
  }
}
