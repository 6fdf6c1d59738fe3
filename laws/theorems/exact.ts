import * as E from 'fp-ts/lib/Either.js'
import type { Algebra, Word } from '../../src/primitive/algebra.ts'
import { wordsOf } from '../../src/primitive/carrier.ts'
import type { Primitive } from '../../src/primitive/primitive.ts'
import { type Dims, sameDims, sizeOf, stridesOf } from '../../src/tensor/dims.ts'
import { fail } from '../../src/tensor/errors.ts'

/** Arrays of integers of any size as a carrier of the vocabulary: the linear words, without rounding. */

export interface Exact {
  readonly dims: Dims
  readonly values: readonly bigint[]
}

type Index = readonly number[]

const indexAt = (dims: Dims, offset: number): Index =>
  stridesOf(dims).map((stride, axis) => Math.floor(offset / stride) % dims[axis]!)
const offsetAt = (dims: Dims, index: Index): number =>
  stridesOf(dims).reduce((sum, stride, axis) => sum + stride * index[axis]!, 0)

/** The element at an index of the shape that an array is stretched to. */
const get = ({ dims, values }: Exact, index: Index): bigint =>
  values[
    offsetAt(
      dims,
      index.slice(index.length - dims.length).map((i, axis) => (dims[axis] === 1 ? 0 : i))
    )
  ]!

const build = (dims: Dims, f: (index: Index) => bigint): readonly bigint[] =>
  Array.from({ length: sizeOf(dims) }, (_, offset) => f(indexAt(dims, offset)))

const total = (numbers: readonly bigint[]): bigint => numbers.reduce((a, b) => a + b, 0n)
const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

/** Zeros, with each element of an array added in at the index that its own is sent to. */
const collected = (dims: Dims, x: Exact, to: (index: Index) => Index): readonly bigint[] => {
  const sums = x.values.reduce<ReadonlyMap<number, bigint>>((found, value, offset) => {
    const at = offsetAt(dims, to(indexAt(x.dims, offset)))
    return new Map([...found, [at, (found.get(at) ?? 0n) + value]])
  }, new Map())
  return upTo(sizeOf(dims)).map((offset) => sums.get(offset) ?? 0n)
}

interface Settings {
  readonly axes: readonly number[]
  readonly keepDims: boolean
  readonly starts: readonly number[]
  readonly axis: number
}

type Meant = (dims: Dims, inputs: readonly Exact[], settings: Settings) => readonly bigint[]

const pointwise =
  (f: (...numbers: readonly bigint[]) => bigint): Meant =>
  (dims, inputs) =>
    build(dims, (index) => f(...inputs.map((x) => get(x, index))))

/** Which row an index of the gathered rows stands for. */
const rowOf = (indices: Exact, index: Index): number => Number(get(indices, index.slice(0, indices.dims.length)))
const withRow = (indices: Exact, index: Index): Index =>
  index.map((i, axis) => (axis === indices.dims.length - 1 ? rowOf(indices, index) : i))

/** The linear words, by their definition: where each element of the result comes from. */
const meant: Readonly<Partial<Record<Word, Meant>>> = {
  add: pointwise((a, b) => a + b),
  sub: pointwise((a, b) => a - b),
  mul: pointwise((a, b) => a * b),
  neg: pointwise((x) => -x),
  where: pointwise((c, a, b) => (c === 0n ? b : a)),
  reshape: (_, [x]) => x!.values,
  broadcastTo: (dims, [x]) => build(dims, (index) => get(x!, index)),
  permute: (dims, [x], { axes }) =>
    build(dims, (index) =>
      get(
        x!,
        upTo(axes.length).map((axis) => index[axes.indexOf(axis)]!)
      )
    ),
  slice: (dims, [x], { starts }) =>
    build(dims, (index) =>
      get(
        x!,
        index.map((i, axis) => i + starts[axis]!)
      )
    ),
  pad: (dims, [x], { starts }) => collected(dims, x!, (index) => index.map((i, axis) => i + starts[axis]!)),
  sum: (dims, [x], { axes, keepDims }) =>
    collected(dims, x!, (index) =>
      keepDims ? index.map((i, axis) => (axes.includes(axis) ? 0 : i)) : index.filter((_, axis) => !axes.includes(axis))
    ),
  concat: (dims, inputs, { axis }) => {
    const ends = inputs.map((_, i) => inputs.slice(0, i + 1).reduce((sum, x) => sum + x.dims[axis]!, 0))
    return build(dims, (index) => {
      const which = ends.findIndex((end) => index[axis]! < end)
      return get(
        inputs[which]!,
        index.map((i, a) => (a === axis ? i - (ends[which - 1] ?? 0) : i))
      )
    })
  },
  gather: (dims, [x, indices]) => build(dims, (index) => get(x!, withRow(indices!, index))),
  scatterAdd: (dims, [x, indices]) => collected(dims, x!, (index) => withRow(indices!, index)),
  matmul: (dims, [a, b]) =>
    build(dims, (index) => {
      const [lead, i, j] = [index.slice(0, -2), index[index.length - 2]!, index[index.length - 1]!]
      return total(upTo(a!.dims[a!.dims.length - 1]!).map((k) => get(a!, [...lead, i, k]) * get(b!, [...lead, k, j])))
    })
}

const applied = <P>(primitive: Primitive<P>, params: P, inputs: readonly Exact[]): Exact => {
  const dims = primitive.shape(
    params,
    inputs.map((x) => x.dims)
  )
  if (E.isLeft(dims)) return fail('ShapeError', `${primitive.name}: ${dims.left}`)
  const meaning = meant[primitive.name as Word]
  return meaning === undefined
    ? fail('ValueError', `${primitive.name}: is not one of the linear words of exact arithmetic`)
    : { dims: dims.right, values: meaning(dims.right, inputs, params as unknown as Settings) }
}

export const exacts: Algebra<Exact> = {
  ...wordsOf<Exact>(applied),
  dims: (x) => x.dims,
  constant: (value) => ({ dims: [], values: [BigInt(value)] }),
  range: (count, step) => ({ dims: [count], values: upTo(count).map((i) => BigInt(i * step)) })
}

const dot = (a: Exact, b: Exact): bigint => total(a.values.map((value, i) => value * b.values[i]!))

/** A place to hold the rules of a linear primitive: its inputs, and a tangent of each. */
export interface LinearPoint<P> {
  readonly params: P
  readonly inputs: readonly Exact[]
  readonly tangents: readonly Exact[]
  /** Makes a cotangent of a shape. */
  readonly cotangent: (dims: Dims) => Exact
}

const same = (a: Exact, b: Exact): boolean =>
  a.values.length === b.values.length && a.values.every((value, i) => value === b.values[i])

/**
 * Whether the rules of a primitive that is linear in each input are exactly right there, by input: the tangent is what the
 * output changes by, and the cotangent its transpose, `⟨ct, J t⟩ = ⟨Jᵀ ct, t⟩`.
 */
export const linearFaults = <P>(
  primitive: Primitive<P>,
  { params, inputs, tangents, cotangent }: LinearPoint<P>
): readonly string[] => {
  const y = applied(primitive, params, inputs)
  const ct = cotangent(y.dims)
  return inputs.flatMap((x, i) => {
    if (!primitive.differentiable(i)) return []
    const t = tangents[i]!
    const further = applied(
      primitive,
      params,
      inputs.map((input, k) => (k === i ? exacts.add(x, t) : input))
    )
    const forward = primitive.jvp(exacts, params, inputs, y, t, i, null)
    const back = primitive.vjp(exacts, params, inputs, y, ct, i, null)
    return [
      ...(same(exacts.sub(further, y), forward) ? [] : [`${primitive.name}: the jvp by input ${i} is not the change`]),
      ...(sameDims(back.dims, x.dims) && dot(ct, forward) === dot(back, t)
        ? []
        : [`${primitive.name}: the vjp by input ${i} is not the transpose of the jvp`])
    ]
  })
}

/** What a primitive computes, by the definition of its word. */
export const exactValue = applied
