import * as kinds from '../kinds/index.ts'
import { axisOf, type Dims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { ownArray } from '../tensor/frozen.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { flattenParams, rebuild } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { during, shapeLeaf, tapeOf, token } from '../tape/tape.ts'
import type { Structure } from '../tree/tree.ts'
import { batchTape } from './batch.ts'

/** A tree whose tensors have a new leading axis. @category transform @since 0.1.0 */
export type Batched<P, N extends number = number> =
  P extends Tensor<infer S extends Shape> ? Tensor<[N, ...S]> : { readonly [K in keyof P]: Batched<P[K], N> }

/** The arguments of a mapped function; the first gives the number of examples, the others must agree. */
export type BatchedArguments<A extends readonly unknown[], N extends number> = {
  readonly [K in keyof A]: Batched<A[K], K extends '0' ? N : NoInfer<N>>
}

/** The batch axes of arguments and results. @category transform @since 0.1.0 */
export interface VmapAxes<
  I extends readonly (number | null)[] = readonly (number | null)[],
  O extends number = number
> {
  /** The batch axis of each argument, or `null` for one that is shared; 0 by default. */
  readonly in?: readonly [...I]
  /** The batch axis of every result; 0 by default. */
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
  : P extends Tensor<infer S extends Shape>
    ? Tensor<PutIn<S, Ax, N>>
    : { readonly [K in keyof P]: BatchedAt<P[K], N, Ax> }

type ArgumentsAt<A extends readonly unknown[], N extends number, I extends readonly unknown[]> = {
  readonly [K in keyof A]: BatchedAt<A[K], N, number extends I['length'] ? I[number] : K extends keyof I ? I[K] : null>
}

const toFront = (x: Tensor, axis: number): Tensor =>
  axis === 0 ? x : op.permute(x, [axis, ...dimsOf(x).flatMap((_, i) => (i === axis ? [] : [i]))])

const fromFront = (x: Tensor, axis: number): Tensor => {
  const rest = dimsOf(x).flatMap((_, i) => (i === 0 ? [] : [i]))
  return axis === 0 ? x : op.permute(x, [...rest.slice(0, axis), 0, ...rest.slice(axis)])
}

interface Mapped {
  readonly structure: Structure
  readonly leaves: readonly Tensor[]
  readonly mapped: boolean
}

const prepare = (argument: unknown, index: number, axis: number | null): Mapped => {
  const { leaves, structure } = flattenParams('vmap', argument)
  const what = `vmap: argument ${index}`
  return axis === null
    ? { structure, leaves, mapped: false }
    : { structure, leaves: leaves.map((x) => toFront(x, axisOf(what, dimsOf(x), axis))), mapped: true }
}

const sizeOfExamples = (args: readonly Mapped[]): number => {
  const sizes = args.flatMap(({ leaves, mapped }) => (mapped ? leaves.map((x) => dimsOf(x)[0]!) : []))
  const [first] = sizes
  if (first === undefined) return fail('ShapeError', 'vmap: no argument is mapped; give at least one an axis')
  return sizes.every((n) => n === first)
    ? first
    : fail('ShapeError', `vmap: arguments have different numbers of examples: ${showDims(sizes)}`)
}

const isAxis = (value: unknown): value is number | null => value === null || typeof value === 'number'

const axesFields = kinds.settings('vmap', {
  in: [
    kinds.listOf(kinds.kind<number | null>('an axis or null', isAxis), 'an array of one axis or null an argument'),
    undefined
  ],
  out: [kinds.number('an axis, a whole number', Number.isInteger), 0]
})

/** The type of `vmap`, with or without batch axes. @category transform @since 0.1.0 */
export interface Vmap {
  <
    A extends readonly unknown[],
    Q,
    const I extends readonly (number | null)[] = readonly 0[],
    const O extends number = 0
  >(
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
 * @category transform
 * @since 0.1.0
 */
export const vmap: Vmap = (f: (...args: never) => unknown, axes: VmapAxes = {}) => {
  kinds.mustBe(kinds.anyFunction, 'vmap: f', f)
  const { in: given, out } = axesFields.read(axes)
  const places = ownArray(given)
  return (...args: readonly unknown[]): never => {
    const prepared = args.map((argument, i) => prepare(argument, i, places === undefined ? 0 : (places[i] ?? null)))
    const size = sizeOfExamples(prepared)
    const trace = token('vmap')
    const batches = prepared.flatMap(({ leaves, mapped }) => (mapped ? leaves : []))
    const examples = batches.map((x) => shapeLeaf(trace, dimsOf(x).slice(1)))
    let next = 0
    const inner = prepared.map(({ structure, leaves, mapped }) => {
      if (!mapped) return rebuild<unknown>(structure, leaves)
      next += leaves.length
      return rebuild<unknown>(structure, examples.slice(next - leaves.length, next))
    })
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
    const full = (dims: Dims): Dims => [size, ...dims]
    return rebuild<never>(
      output.structure,
      results.map(({ x, mapped }) => {
        const batched = mapped ? x : op.broadcastTo(x, full(dimsOf(x)))
        return fromFront(batched, axisOf('vmap: out', dimsOf(batched), out))
      })
    )
  }
}
