import * as E from 'fp-ts/lib/Either.js'
import * as rows from '../kernel/rows.ts'
import * as move from '../kernel/strided.ts'
import { broadcastsTo, type Dims, runningSums, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import { reals } from './domain.ts'
import { sumTo, values } from './broadcast.ts'
import { checkIndices } from './indices.ts'
import { linear } from './linear.ts'
import { nonDifferentiable } from './nonDifferentiable.ts'
import type { Primitive } from './primitive.ts'

/** Operations that only move elements. All are linear, and the transpose of each is another one. */

export const reshape = linear<{ readonly dims: Dims }>('reshape')({
  shape: ({ dims }, x) =>
    sizeOf(dims) === sizeOf(x)
      ? E.right(dims)
      : E.left(`cannot reshape ${showDims(x)} (${sizeOf(x)} elements) to ${showDims(dims)} (${sizeOf(dims)} elements)`),
  evaluate: (_, x) => x,
  transpose: (op, _, ct, dims) => op.reshape(ct, dims),
  lifted: ({ dims }, size) => ({ dims: [size, ...dims] }),
  reach: 'moves',
  forward: (op, { dims }, x) => op.reshape(x, dims)
})

export const broadcastTo: Primitive<{ readonly dims: Dims }> = {
  ...linear<{ readonly dims: Dims }>('broadcastTo')({
    shape: ({ dims }, x) =>
      broadcastsTo(x, dims) ? E.right(dims) : E.left(`${showDims(x)} does not broadcast to ${showDims(dims)}`),
    evaluate: (_, x, dims, output) => move.expand(x, dims, output),
    transpose: (op, _, ct, dims) => sumTo(op, ct, dims),
    lifted: ({ dims }, size) => ({ dims: [size, ...dims] }),
    reach: 'moves',
    forward: (op, { dims }, x) => op.broadcastTo(x, dims)
  }),
  batch: ({ op, params: { dims }, inputs: [x], size, again }) => {
    const each = op.dims(x!).slice(1)
    const lead = dims.length - each.length
    const lined = lead === 0 ? x! : op.reshape(x!, [size, ...Array.from({ length: lead }, () => 1), ...each])
    return again({ dims: [size, ...dims] }, [lined])
  }
}

const inverse = (axes: readonly number[]): readonly number[] => axes.map((_, i) => axes.indexOf(i))

export const permute = linear<{ readonly axes: readonly number[] }>('permute')({
  shape: ({ axes }, x) =>
    axes.length === x.length && axes.every((axis, i) => axes.indexOf(axis) === i && axis >= 0 && axis < x.length)
      ? E.right(axes.map((axis) => x[axis]!))
      : E.left(`${showDims(axes)} does not permute the axes of ${showDims(x)}`),
  evaluate: ({ axes }, x, dims) => move.permute(x, dims, axes),
  transpose: (op, { axes }, ct) => op.permute(ct, inverse(axes)),
  lifted: ({ axes }) => ({ axes: [0, ...axes.map((axis) => axis + 1)] }),
  reach: 'moves',
  forward: (op, { axes }, x) => op.permute(x, axes)
})

/** Distances between the elements taken along each axis; 1 when left out. */
export interface Steps {
  readonly steps?: readonly number[] | undefined
}

const areSteps = ({ steps }: Steps, x: Dims): boolean =>
  steps === undefined || (steps.length === x.length && steps.every((step) => step >= 1))

const stepAt = ({ steps }: Steps, axis: number): number => steps?.[axis] ?? 1

/** From the first to behind the last of `n` elements that are steps apart. */
const extent = (n: number, step: number): number => (n === 0 ? 0 : (n - 1) * step + 1)

/** The same steps, and each example of a batch. */
const liftedSteps = ({ steps }: Steps): Steps => ({ steps: steps && [1, ...steps] })

export const slice = linear<Steps & { readonly starts: readonly number[]; readonly stops: readonly number[] }>('slice')(
  {
    shape: (params, x) => {
      const { starts, stops, steps } = params
      if (!areSteps(params, x)) return E.left(`${showDims(steps!)} are not steps of at least 1 along ${showDims(x)}`)
      return starts.length === x.length &&
        stops.length === x.length &&
        x.every((n, i) => starts[i]! >= 0 && starts[i]! <= stops[i]! && stops[i]! <= n)
        ? E.right(x.map((_, i) => Math.ceil((stops[i]! - starts[i]!) / stepAt(params, i))))
        : E.left(`from ${showDims(starts)} to ${showDims(stops)} is not inside ${showDims(x)}`)
    },
    evaluate: ({ starts, steps }, x, dims, output) => move.slice(x, dims, starts, output, steps),
    transpose: (op, { starts, steps }, ct, dims) => op.pad(ct, starts, dims, steps),
    lifted: ({ starts, stops, ...more }, size) => ({
      starts: [0, ...starts],
      stops: [size, ...stops],
      ...liftedSteps(more)
    }),
    reach: 'selects',
    forward: (op, { starts, stops, steps }, x) => op.slice(x, starts, stops, steps)
  }
)

/** Places the input at `starts`, steps apart, in zeros of shape `dims`: the transpose of `slice`. */
export const pad = linear<Steps & { readonly starts: readonly number[]; readonly dims: Dims }>('pad')({
  shape: (params, x) => {
    const { starts, dims, steps } = params
    if (!areSteps(params, x)) return E.left(`${showDims(steps!)} are not steps of at least 1 along ${showDims(x)}`)
    return x.length === dims.length &&
      x.every((n, i) => starts[i]! >= 0 && starts[i]! + extent(n, stepAt(params, i)) <= dims[i]!)
      ? E.right(dims)
      : E.left(`${showDims(x)} placed at ${showDims(starts)} is not inside ${showDims(dims)}`)
  },
  evaluate: ({ starts, steps }, x, dims, output) => move.pad(x, dims, starts, output, steps),
  transpose: (op, params, ct, dims) =>
    op.slice(
      ct,
      params.starts,
      dims.map((n, i) => params.starts[i]! + extent(n, stepAt(params, i))),
      params.steps
    ),
  lifted: ({ starts, dims, ...more }, size) => ({
    starts: [0, ...starts],
    dims: [size, ...dims],
    ...liftedSteps(more)
  }),
  reach: 'places',
  forward: (op, { starts, dims, steps }, x) => op.pad(x, starts, dims, steps)
})

/** The elements along some axes in reverse order; its own transpose. */
export const flip = linear<{ readonly axes: readonly number[] }>('flip')({
  shape: ({ axes }, x) =>
    axes.every((axis, i) => axes.indexOf(axis) === i && axis >= 0 && axis < x.length)
      ? E.right(x)
      : E.left(`${showDims(axes)} are not axes of ${showDims(x)}`),
  evaluate: ({ axes }, x, dims) => move.flip(x, dims, axes),
  transpose: (op, { axes }, ct) => op.flip(ct, axes),
  lifted: ({ axes }) => ({ axes: axes.map((axis) => axis + 1) }),
  reach: 'moves',
  forward: (op, { axes }, x) => op.flip(x, axes)
})

/** The offset of each input along the axis, memoised, since a sweep calls the rule once per input. */
const beginnings = new WeakMap<readonly unknown[], readonly number[]>()

const beginningsOf = <A>(op: Algebra<A>, inputs: readonly A[], axis: number): readonly number[] => {
  const known = beginnings.get(inputs)
  if (known !== undefined) return known
  const found = runningSums(inputs.map((x) => op.dims(x)[axis]!))
  beginnings.set(inputs, found)
  return found
}

/** The block of the concatenation that comes from input `index`. */
const part = <A>(op: Algebra<A>, inputs: readonly A[], axis: number, index: number, joined: Dims) => {
  const start = beginningsOf(op, inputs, axis)[index]!
  const stop = start + op.dims(inputs[index]!)[axis]!
  return {
    starts: joined.map((_, i) => (i === axis ? start : 0)),
    stops: joined.map((n, i) => (i === axis ? stop : n))
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
    const { starts, stops } = part(op, inputs, axis, index, op.dims(y))
    return op.slice(ct, starts, stops)
  },
  jvp: (op, { axis }, inputs, y, t, index) => op.pad(t, part(op, inputs, axis, index, op.dims(y)).starts, op.dims(y)),
  reach: 'places',
  batch: ({ op, params: { axis }, inputs, mapped, size, again }) =>
    again(
      { axis: axis + 1 },
      inputs.map((x, i) => (mapped[i] ? x : op.broadcastTo(x, [size, ...op.dims(x)])))
    ),
  flops: () => 0
}

const aRow = { one: 'index', of: 'row' }

/** The number of batch axes; each example has rows and indices of its own. */
const leadOf = (indices: Dims): number => indices.length - 1

const sameLead = (x: Dims, indices: Dims): boolean =>
  indices.length >= 1 && x.length >= indices.length && sameDims(x.slice(0, leadOf(indices)), indices.slice(0, -1))

/** Indices into the flattened rows of all examples. */
const amongAll = (indices: Float64Array, dims: Dims, n: number): Float64Array => {
  const count = dims[leadOf(dims)]!
  return dims.length === 1 ? indices : indices.map((index, i) => index + Math.floor(i / count) * n)
}

const width = (x: Dims, indices: Dims): number => sizeOf(x.slice(indices.length))

/** Broadcasts an unmapped operand to all examples. */
const spread = <A>(op: Algebra<A>, x: A, isMapped: boolean, size: number): A =>
  isMapped ? x : op.broadcastTo(x, [size, ...op.dims(x)])

/** Who was called, for an error; an operation of a rule has no caller, and indices that are right. */
export interface Called {
  readonly caller?: string | undefined
}

/** Rows of `x` by a vector of indices; batched when both have the same leading axes. */
export const gather: Primitive<Called> = {
  name: 'gather',
  arity: 2,
  domain: [reals],
  differentiable: (index) => index === 0,
  shape: (_, [x, indices]) =>
    sameLead(x!, indices!)
      ? E.right([...indices!, ...x!.slice(indices!.length)])
      : E.left(`needs rows and a vector of indices, got ${showDims(x!)} and ${showDims(indices!)}`),
  evaluate: ({ caller = 'gather' }, [x, indices]) => {
    const [from, at] = [dimsOf(x!), dimsOf(indices!)]
    const n = from[leadOf(at)]!
    return rows.gather(values(x!), amongAll(checkIndices(caller, indices!, n, aRow), at, n), width(from, at))
  },
  vjp: (op, _, [x, indices], __, ct) => op.scatterAdd(ct, indices!, op.dims(x!)[leadOf(op.dims(indices!))]!),
  jvp: (op, _, [, indices], __, t) => op.gather(t, indices!),
  reach: 'selects',
  batch: ({ op, params, inputs: [x, indices], mapped: [rowsMapped, indicesMapped], size, again }) => {
    const [count, ...more] = indicesMapped ? op.dims(indices!).slice(1) : op.dims(indices!)
    // shared rows: the examples' indices are flattened to one vector
    if (!rowsMapped && more.length === 0) {
      const flat = again(params, [x!, op.reshape(indices!, [size * count!])])
      return op.reshape(flat, [size, count!, ...op.dims(x!).slice(1)])
    }
    return again(params, [spread(op, x!, rowsMapped!, size), spread(op, indices!, indicesMapped!, size)])
  },
  flops: () => 0
}

/** Adds each row of `x` at its index to `rows` rows of zeros: the transpose of `gather`. */
export const scatterAdd: Primitive<Called & { readonly rows: number }> = {
  name: 'scatterAdd',
  arity: 2,
  domain: [reals],
  differentiable: (index) => index === 0,
  shape: (params, [x, indices]) =>
    sameLead(x!, indices!) && sameDims(x!.slice(0, indices!.length), indices!)
      ? E.right([...indices!.slice(0, -1), params.rows, ...x!.slice(indices!.length)])
      : E.left(`needs one index per row, got ${showDims(x!)} and ${showDims(indices!)}`),
  evaluate: ({ rows: n, caller = 'scatterAdd' }, [x, indices], output) => {
    const at = dimsOf(indices!)
    const numbers = amongAll(checkIndices(caller, indices!, n, aRow), at, n)
    return rows.scatterAdd(values(x!), numbers, sizeOf(output.slice(0, at.length)), width(dimsOf(x!), at))
  },
  vjp: (op, _, [, indices], __, ct) => op.gather(ct, indices!),
  jvp: (op, params, [, indices], __, t) => op.scatterAdd(t, indices!, params.rows),
  reach: 'places',
  batch: ({ op, params, inputs: [x, indices], mapped: [rowsMapped, indicesMapped], size, again }) =>
    again(params, [spread(op, x!, rowsMapped!, size), spread(op, indices!, indicesMapped!, size)]),
  flops: (_, [x]) => sizeOf(x!)
}

/** Which of the rows of `scatterAdd` comes last: what is written to a row twice keeps the last of them. */
export const lastAt: Primitive<Called & { readonly rows: number }> = nonDifferentiable({
  name: 'lastAt',
  arity: 1,
  domain: [reals],
  shape: ({ rows: n }, [indices]) =>
    indices!.length >= 1
      ? E.right([...indices!.slice(0, -1), n])
      : E.left(`needs a vector of indices, got ${showDims(indices!)}`),
  evaluate: ({ rows: n, caller = 'lastAt' }, [indices], output) => {
    const at = dimsOf(indices!)
    const numbers = amongAll(checkIndices(caller, indices!, n, aRow), at, n)
    return rows.lastAt(numbers, at[leadOf(at)]!, sizeOf(output))
  },
  batch: ({ params, inputs, again }) => again(params, inputs),
  flops: () => 0
})
