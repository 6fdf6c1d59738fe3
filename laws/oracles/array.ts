import * as E from 'fp-ts/lib/Either.js'
import type { Algebra, PrimitiveName } from '../../src/primitive/algebra.ts'
import { wordsOf } from '../../src/primitive/carrier.ts'
import type { Primitive } from '../../src/primitive/primitive.ts'
import { type Dims, sizeOf, stridesOf } from '../../src/tensor/dims.ts'
import { fail } from '../../src/tensor/errors.ts'

/**
 * Arrays as a carrier of the vocabulary, whose elements are numbers of some other kind: integers of any size, power
 * series, intervals. The words that move or combine elements are here by their definition; each kind of number brings
 * those of its own.
 */

export interface Arr<N> {
  readonly dims: Dims
  readonly values: readonly N[]
}

/** The settings of all words; each has some of them. */
export interface Settings {
  readonly axes: readonly number[]
  readonly keepDims: boolean
  readonly starts: readonly number[]
  readonly steps?: readonly number[]
  readonly axis: number
  readonly reverse: boolean
  readonly lagged: boolean
  readonly exponent: number
  readonly min: number
  readonly max: number
  readonly rate: number
  readonly order: number
}

/** The meaning of words that work element by element, on one element of each input. */
export type Pointwise<N> = Readonly<Partial<Record<PrimitiveName, (xs: readonly N[], settings: Settings) => N>>>

/** A kind of number. */
export interface Numbers<N> {
  readonly constant: (value: number) => N
  /** The whole number that an element stands for, of an array of indices. */
  readonly index: (x: N) => number
  readonly words: Pointwise<N>
}

type Index = readonly number[]
type Meant<N> = (dims: Dims, inputs: readonly Arr<N>[], settings: Settings) => readonly N[]

const indexAt = (dims: Dims, offset: number): Index =>
  stridesOf(dims).map((stride, axis) => Math.floor(offset / stride) % dims[axis]!)
const offsetAt = (dims: Dims, index: Index): number =>
  stridesOf(dims).reduce((sum, stride, axis) => sum + stride * index[axis]!, 0)

/** The element at an index of the shape that an array is stretched to. */
const get = <N>({ dims, values }: Arr<N>, index: Index): N =>
  values[
    offsetAt(
      dims,
      index.slice(index.length - dims.length).map((i, axis) => (dims[axis] === 1 ? 0 : i))
    )
  ]!

const build = <N>(dims: Dims, f: (index: Index) => N): readonly N[] =>
  Array.from({ length: sizeOf(dims) }, (_, offset) => f(indexAt(dims, offset)))

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

/** The elements of an array that are sent to each index of a shape. */
const collected = <N>(dims: Dims, x: Arr<N>, to: (index: Index) => Index): readonly (readonly N[])[] => {
  const found = x.values.reduce<ReadonlyMap<number, readonly N[]>>((groups, value, offset) => {
    const at = offsetAt(dims, to(indexAt(x.dims, offset)))
    return new Map([...groups, [at, [...(groups.get(at) ?? []), value]]])
  }, new Map())
  return upTo(sizeOf(dims)).map((offset) => found.get(offset) ?? [])
}

/** The index of a result, from one of what is reduced along axes. */
const reducedTo =
  ({ axes, keepDims }: Settings) =>
  (index: Index): Index =>
    keepDims ? index.map((i, axis) => (axes.includes(axis) ? 0 : i)) : index.filter((_, axis) => !axes.includes(axis))

/** Where an element of a block is in the whole. */
const placed =
  ({ starts, steps }: Settings) =>
  (index: Index): Index =>
    index.map((i, axis) => starts[axis]! + i * (steps?.[axis] ?? 1))

/** The words that move or combine elements, by their definition. */
const meaningsOf = <N>({
  constant,
  index: whole,
  words
}: Numbers<N>): Readonly<Partial<Record<PrimitiveName, Meant<N>>>> => {
  const none = {} as Settings
  const say = (name: keyof Pointwise<N>, ...xs: readonly N[]): N =>
    (words[name] ?? fail('ValueError', `${name}: has no meaning for this kind of number`))(xs, none)
  const total = (xs: readonly N[]): N => xs.reduce((a, b) => say('add', a, b), constant(0))
  /** Which row an index of the gathered rows stands for. */
  const withRow = (indices: Arr<N>, index: Index): Index =>
    index.map((i, axis) =>
      axis === indices.dims.length - 1 ? whole(get(indices, index.slice(0, indices.dims.length))) : i
    )
  /** The elements beside one, along an axis. */
  const group = (x: Arr<N>, index: Index, axis: number): readonly N[] =>
    upTo(x.dims[axis]!).map((k) => get(x, [...index.slice(0, axis), k, ...index.slice(axis + 1)]))
  const exponentials = (x: Arr<N>, index: Index, axis: number): N =>
    total(group(x, index, axis).map((value) => say('exp', value)))
  return {
    leaf: (_, [x]) => x!.values,
    reshape: (_, [x]) => x!.values,
    broadcastTo: (dims, [x]) => build(dims, (index) => get(x!, index)),
    permute: (dims, [x], { axes }) =>
      build(dims, (index) =>
        get(
          x!,
          upTo(axes.length).map((axis) => index[axes.indexOf(axis)]!)
        )
      ),
    slice: (dims, [x], settings) => build(dims, (index) => get(x!, placed(settings)(index))),
    pad: (dims, [x], settings) => collected(dims, x!, placed(settings)).map(total),
    flip: (dims, [x], { axes }) =>
      build(dims, (index) =>
        get(
          x!,
          index.map((i, axis) => (axes.includes(axis) ? dims[axis]! - 1 - i : i))
        )
      ),
    sum: (dims, [x], settings) => collected(dims, x!, reducedTo(settings)).map(total),
    max: (dims, [x], settings) =>
      collected(dims, x!, reducedTo(settings)).map(([first, ...rest]) =>
        rest.reduce((a, b) => say('maximum', a, b), first!)
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
    scatterAdd: (dims, [x, indices]) => collected(dims, x!, (index) => withRow(indices!, index)).map(total),
    linearRecurrence: (dims, [a, b], { axis, reverse, lagged }) => {
      const from = (index: Index): N => {
        const before = index.map((i, d) => (d === axis ? i + (reverse ? 1 : -1) : i))
        const isFirst = before[axis]! < 0 || before[axis]! >= dims[axis]!
        const factor = (): N => get(a!, lagged ? before : index)
        return isFirst ? get(b!, index) : say('add', say('mul', factor(), from(before)), get(b!, index))
      }
      return build(dims, from)
    },
    matmul: (dims, [a, b]) =>
      build(dims, (index) => {
        const [lead, i, j] = [index.slice(0, -2), index[index.length - 2]!, index[index.length - 1]!]
        const inner = upTo(a!.dims[a!.dims.length - 1]!)
        return total(inner.map((k) => say('mul', get(a!, [...lead, i, k]), get(b!, [...lead, k, j]))))
      }),
    softmax: (dims, [x], { axis }) =>
      build(dims, (index) => say('div', say('exp', get(x!, index)), exponentials(x!, index, axis))),
    // by differences: those of a single class leave no rounding
    logSoftmax: (dims, [x], { axis }) =>
      build(dims, (index) => {
        const others = group(x!, index, axis).map((value) => say('exp', say('sub', value, get(x!, index))))
        return say('neg', say('log', total(others)))
      }),
    logSumExp: (dims, [x], { axis }) =>
      build(dims, (index) => say('log', exponentials(x!, index.toSpliced(axis, 0, 0), axis)))
  }
}

/** The vocabulary over arrays of some kind of number. */
export interface Arrays<N> {
  readonly op: Algebra<Arr<N>>
  /** What a primitive computes, by the definition of its word. */
  readonly applied: <P>(primitive: Primitive<P>, params: P, inputs: readonly Arr<N>[]) => Arr<N>
  /** Whether a primitive has a definition. */
  readonly knows: (name: string) => boolean
}

export const arraysOf = <N>(numbers: Numbers<N>): Arrays<N> => {
  const { constant, words } = numbers
  const pointwise = Object.fromEntries(
    Object.entries(words).map(([name, f]): [string, Meant<N>] => [
      name,
      (dims, inputs, settings) =>
        build(dims, (index) =>
          f(
            inputs.map((x) => get(x, index)),
            settings
          )
        )
    ])
  )
  const meant = new Map<string, Meant<N>>(Object.entries({ ...meaningsOf(numbers), ...pointwise }))
  const applied = <P>(primitive: Primitive<P>, params: P, inputs: readonly Arr<N>[]): Arr<N> => {
    const dims = primitive.shape(
      params,
      inputs.map((x) => x.dims)
    )
    if (E.isLeft(dims)) return fail('ShapeError', `${primitive.name}: ${dims.left}`)
    const meaning = meant.get(primitive.name)
    return meaning === undefined
      ? fail('ValueError', `${primitive.name}: has no meaning for this kind of number`)
      : { dims: dims.right, values: meaning(dims.right, inputs, params as unknown as Settings) }
  }
  return {
    op: {
      ...wordsOf<Arr<N>>(applied),
      dims: (x) => x.dims,
      constant: (value) => ({ dims: [], values: [constant(value)] }),
      range: (count, step) => ({ dims: [count], values: upTo(count).map((i) => constant(i * step)) })
    },
    applied,
    knows: (name) => meant.has(name)
  }
}
