import * as E from 'fp-ts/lib/Either.js'
import * as rows from '../kernel/rows.ts'
import * as move from '../kernel/strided.ts'
import { broadcastsTo, type Dims, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { dimsOf } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import { reals } from './domain.ts'
import { sumTo, values } from './elementwise.ts'
import type { NoParams, Primitive } from './primitive.ts'

/** Operations that only move elements. All are linear, and each one's transpose is another of them. */

interface LinearRule<P> {
  readonly shape: (params: P, x: Dims) => E.Either<string, Dims>
  readonly evaluate: (params: P, x: Float64Array, dims: Dims, output: Dims) => Float64Array
  readonly transpose: <A>(op: Algebra<A>, params: P, ct: A, dims: Dims) => A
  /** The same parameters for examples that have a batch axis in front. */
  readonly lifted: (params: P, size: number, dims: Dims) => P
  readonly reach?: 'selects' | 'places'
}

/** One input; the tangent goes the same way as the value, the cotangent back along the transpose. */
const linear = <P>(
  name: string,
  rule: LinearRule<P>,
  self: <A>(op: Algebra<A>, params: P, x: A) => A
): Primitive<P> => ({
  name,
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (params, [x]) => rule.shape(params, x!),
  evaluate: (params, [x], output) => rule.evaluate(params, values(x!), dimsOf(x!), output),
  vjp: (op, params, [x], _, ct) => rule.transpose(op, params, ct, op.dims(x!)),
  jvp: (op, params, _, __, t) => self(op, params, t),
  reach: rule.reach ?? 'moves',
  batch: ({ op, params, inputs: [x], size, again }) => again(rule.lifted(params, size, op.dims(x!).slice(1)), [x!]),
  flops: () => 0
})

export const reshape = linear<{ readonly dims: Dims }>(
  'reshape',
  {
    shape: ({ dims }, x) =>
      sizeOf(dims) === sizeOf(x)
        ? E.right(dims)
        : E.left(
            `cannot reshape ${showDims(x)} (${sizeOf(x)} elements) to ${showDims(dims)} (${sizeOf(dims)} elements)`
          ),
    evaluate: (_, x) => x,
    transpose: (op, _, ct, dims) => op.reshape(ct, dims),
    lifted: ({ dims }, size) => ({ dims: [size, ...dims] })
  },
  (op, { dims }, x) => op.reshape(x, dims)
)

export const broadcastTo: Primitive<{ readonly dims: Dims }> = {
  ...linear<{ readonly dims: Dims }>(
    'broadcastTo',
    {
      shape: ({ dims }, x) =>
        broadcastsTo(x, dims) ? E.right(dims) : E.left(`${showDims(x)} does not broadcast to ${showDims(dims)}`),
      evaluate: (_, x, dims, output) => move.expand(x, dims, output),
      transpose: (op, _, ct, dims) => sumTo(op, ct, dims),
      lifted: ({ dims }, size) => ({ dims: [size, ...dims] })
    },
    (op, { dims }, x) => op.broadcastTo(x, dims)
  ),
  batch: ({ op, params: { dims }, inputs: [x], size, again }) => {
    const each = op.dims(x!).slice(1)
    const lead = dims.length - each.length
    const lined = lead === 0 ? x! : op.reshape(x!, [size, ...Array.from({ length: lead }, () => 1), ...each])
    return again({ dims: [size, ...dims] }, [lined])
  }
}

const inverse = (axes: readonly number[]): readonly number[] => axes.map((_, i) => axes.indexOf(i))

export const permute = linear<{ readonly axes: readonly number[] }>(
  'permute',
  {
    shape: ({ axes }, x) =>
      axes.length === x.length && axes.every((axis, i) => axes.indexOf(axis) === i && axis >= 0 && axis < x.length)
        ? E.right(axes.map((axis) => x[axis]!))
        : E.left(`${showDims(axes)} does not permute the axes of ${showDims(x)}`),
    evaluate: ({ axes }, x, dims) => move.permute(x, dims, axes),
    transpose: (op, { axes }, ct) => op.permute(ct, inverse(axes)),
    lifted: ({ axes }) => ({ axes: [0, ...axes.map((axis) => axis + 1)] })
  },
  (op, { axes }, x) => op.permute(x, axes)
)

export const slice = linear<{ readonly starts: readonly number[]; readonly stops: readonly number[] }>(
  'slice',
  {
    shape: ({ starts, stops }, x) =>
      starts.length === x.length &&
      stops.length === x.length &&
      x.every((n, i) => starts[i]! >= 0 && starts[i]! <= stops[i]! && stops[i]! <= n)
        ? E.right(x.map((_, i) => stops[i]! - starts[i]!))
        : E.left(`from ${showDims(starts)} to ${showDims(stops)} is not inside ${showDims(x)}`),
    evaluate: ({ starts }, x, dims, output) => move.slice(x, dims, starts, output),
    transpose: (op, { starts }, ct, dims) => op.pad(ct, starts, dims),
    lifted: ({ starts, stops }, size) => ({ starts: [0, ...starts], stops: [size, ...stops] }),
    reach: 'selects'
  },
  (op, { starts, stops }, x) => op.slice(x, starts, stops)
)

/** The input placed at `starts` in a tensor of zeros of shape `dims`: the transpose of `slice`. */
export const pad = linear<{ readonly starts: readonly number[]; readonly dims: Dims }>(
  'pad',
  {
    shape: ({ starts, dims }, x) =>
      x.length === dims.length && x.every((n, i) => starts[i]! >= 0 && starts[i]! + n <= dims[i]!)
        ? E.right(dims)
        : E.left(`${showDims(x)} placed at ${showDims(starts)} is not inside ${showDims(dims)}`),
    evaluate: ({ starts }, x, dims, output) => move.pad(x, dims, starts, output),
    transpose: (op, { starts }, ct, dims) =>
      op.slice(
        ct,
        starts,
        dims.map((n, i) => n + starts[i]!)
      ),
    lifted: ({ starts, dims }, size) => ({ starts: [0, ...starts], dims: [size, ...dims] }),
    reach: 'places'
  },
  (op, { starts, dims }, x) => op.pad(x, starts, dims)
)

/** The block of the joined tensor that came from input `index`. */
const part = (inputs: readonly Dims[], axis: number, index: number, joined: Dims) => {
  const start = inputs.slice(0, index).reduce((sum, dims) => sum + dims[axis]!, 0)
  const at = (offset: number): readonly number[] => joined.map((_, i) => (i === axis ? offset : 0))
  return {
    starts: at(start),
    stops: joined.map((n, i) => (i === axis ? start + inputs[index]![axis]! : n))
  }
}

export const concat: Primitive<{ readonly axis: number }> = {
  name: 'concat',
  arity: 'any',
  domain: [reals],
  differentiable: () => true,
  shape: ({ axis }, inputs) => {
    const first = inputs[0]
    if (first === undefined) return E.left('needs at least one tensor')
    if (axis < 0 || axis >= first.length) return E.left(`${axis} is not an axis of ${showDims(first)}`)
    const misfit = inputs.find(
      (dims) => dims.length !== first.length || dims.some((n, i) => i !== axis && n !== first[i])
    )
    return misfit === undefined
      ? E.right(first.map((n, i) => (i === axis ? inputs.reduce((sum, dims) => sum + dims[axis]!, 0) : n)))
      : E.left(`along axis ${axis}: ${showDims(first)} and ${showDims(misfit)} differ off the axis`)
  },
  evaluate: ({ axis }, inputs, output) => move.concat(inputs.map(values), inputs.map(dimsOf), axis, output),
  vjp: (op, { axis }, inputs, y, ct, index) => {
    const { starts, stops } = part(inputs.map(op.dims), axis, index, op.dims(y))
    return op.slice(ct, starts, stops)
  },
  jvp: (op, { axis }, inputs, y, t, index) =>
    op.pad(t, part(inputs.map(op.dims), axis, index, op.dims(y)).starts, op.dims(y)),
  reach: 'places',
  batch: ({ op, params: { axis }, inputs, mapped, size, again }) =>
    again(
      { axis: axis + 1 },
      inputs.map((x, i) => (mapped[i] ? x : op.broadcastTo(x, [size, ...op.dims(x)])))
    ),
  flops: () => 0
}

const checkIndices = (what: string, indices: Float64Array, n: number): void => {
  const wrong = indices.findIndex((index) => !(Number.isInteger(index) && index >= 0 && index < n))
  if (wrong >= 0)
    fail(
      'IndexError',
      `${what}: index ${indices[wrong]} at position ${wrong} is not a row; use whole numbers from 0 to ${n - 1}`
    )
}

const width = (dims: Dims): number => sizeOf(dims.slice(1))

/** Offsets that make the rows of example `e` start at `e · rows` once the batch axis is folded into the rows. */
const offsetIndices = <A>(
  op: Algebra<A>,
  indices: A,
  isMapped: boolean,
  size: number,
  count: number,
  rows: number
): A => {
  const spread = isMapped ? indices : op.broadcastTo(indices, [size, count])
  return op.reshape(op.add(spread, op.reshape(op.range(size, rows), [size, 1])), [size * count])
}

/** Rows of `x` by a vector of indices. */
export const gather: Primitive<NoParams> = {
  name: 'gather',
  arity: 2,
  domain: [reals],
  differentiable: (index) => index === 0,
  shape: (_, [x, indices]) =>
    x!.length >= 1 && indices!.length === 1
      ? E.right([indices![0]!, ...x!.slice(1)])
      : E.left(`needs rows and a vector of indices, got ${showDims(x!)} and ${showDims(indices!)}`),
  evaluate: (_, [x, indices]) => {
    checkIndices('gather', values(indices!), dimsOf(x!)[0]!)
    return rows.gather(values(x!), values(indices!), width(dimsOf(x!)))
  },
  vjp: (op, _, [x, indices], __, ct) => op.scatterAdd(ct, indices!, op.dims(x!)[0]!),
  jvp: (op, _, [, indices], __, t) => op.gather(t, indices!),
  reach: 'selects',
  batch: ({ op, params, inputs: [x, indices], mapped: [rowsMapped, indicesMapped], size, again }) => {
    const count = op.dims(indices!)[indicesMapped ? 1 : 0]!
    if (!rowsMapped) {
      const flat = again(params, [x!, op.reshape(indices!, [size * count])])
      return op.reshape(flat, [size, count, ...op.dims(x!).slice(1)])
    }
    const [, n, ...rest] = op.dims(x!)
    const flat = again(params, [
      op.reshape(x!, [size * n!, ...rest]),
      offsetIndices(op, indices!, indicesMapped!, size, count, n!)
    ])
    return op.reshape(flat, [size, count, ...rest])
  },
  flops: () => 0
}

/** Zeros of `rows` rows, each row of `x` added in at its index: the transpose of `gather`. */
export const scatterAdd: Primitive<{ readonly rows: number }> = {
  name: 'scatterAdd',
  arity: 2,
  domain: [reals],
  differentiable: (index) => index === 0,
  shape: (params, [x, indices]) =>
    indices!.length === 1 && x!.length >= 1 && sameDims(x!.slice(0, 1), indices!)
      ? E.right([params.rows, ...x!.slice(1)])
      : E.left(`needs one index a row, got ${showDims(x!)} and ${showDims(indices!)}`),
  evaluate: (params, [x, indices]) => {
    checkIndices('scatterAdd', values(indices!), params.rows)
    return rows.scatterAdd(values(x!), values(indices!), params.rows, width(dimsOf(x!)))
  },
  vjp: (op, _, [, indices], __, ct) => op.gather(ct, indices!),
  jvp: (op, params, [, indices], __, t) => op.scatterAdd(t, indices!, params.rows),
  reach: 'places',
  batch: ({ op, params, inputs: [x, indices], mapped: [rowsMapped, indicesMapped], size, again }) => {
    const each = rowsMapped ? op.dims(x!).slice(1) : op.dims(x!)
    const spread = rowsMapped ? x! : op.broadcastTo(x!, [size, ...each])
    const [count, ...rest] = each
    const flat = again({ rows: params.rows * size }, [
      op.reshape(spread, [size * count!, ...rest]),
      offsetIndices(op, indices!, indicesMapped!, size, count!, params.rows)
    ])
    return op.reshape(flat, [size, params.rows, ...rest])
  },
  flops: (_, [x]) => sizeOf(x!)
}
