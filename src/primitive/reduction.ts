import * as E from 'fp-ts/lib/Either.js'
import * as loop from '../kernel/reduce.ts'
import * as logits from '../kernel/logits.ts'
import { type Dims, reducedDims, showDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import { reals } from './domain.ts'
import { shareOf } from './elementwise.ts'
import { values } from './broadcast.ts'
import { nonDifferentiable } from './nonDifferentiable.ts'
import type { Primitive, ReachAlong } from './primitive.ts'

/** Reductions along axes (non-negative, increasing), softmax, log-softmax and log-sum-exp. */

export interface AxesParams {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}
export interface AxisParams {
  readonly axis: number
}

/** Re-inserts reduced axes with size 1 (`keepDims`), to broadcast against the input. */
const restore = <A>(op: Algebra<A>, reduced: A, dims: Dims, { axes, keepDims }: AxesParams): A =>
  keepDims || op.dims(reduced).length === 0 ? reduced : op.reshape(reduced, reducedDims(dims, axes, true))

const liftAxes = ({ axes, keepDims }: AxesParams): AxesParams => ({ axes: axes.map((axis) => axis + 1), keepDims })

const isAxis = (axis: number, dims: Dims): boolean => axis >= 0 && axis < dims.length

const alongAxes = (params: AxesParams, [x]: readonly Dims[]): E.Either<string, Dims> =>
  !params.axes.every((axis) => isAxis(axis, x!))
    ? E.left(`${showDims(params.axes)} are not axes of ${showDims(x!)}`)
    : params.axes.every((axis, i) => i === 0 || axis > params.axes[i - 1]!)
      ? E.right(reducedDims(x!, params.axes, params.keepDims))
      : E.left(`axes must be strictly increasing, got ${showDims(params.axes)}`)

export const sum: Primitive<AxesParams> = {
  name: 'sum',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: alongAxes,
  evaluate: ({ axes }, [x]) => loop.sum(values(x!), dimsOf(x!), axes),
  vjp: (op, params, [x], _, ct) => op.broadcastTo(restore(op, ct, op.dims(x!), params), op.dims(x!)),
  jvp: (op, { axes, keepDims }, _, __, t) => op.sum(t, axes, keepDims),
  reach: 'moves',
  batch: ({ params, inputs, again }) => again(liftAxes(params), inputs),
  flops: (_, [x]) => sizeOf(x!)
}

/**
 * 1 / (number of ties) where the input is the maximum of its group, else 0: the subgradient of least norm. NaN
 * propagates.
 */
const tieShares = <A>(op: Algebra<A>, params: AxesParams, x: A, y: A): A => {
  const isTop = op.equal(x, restore(op, y, op.dims(x), params))
  return op.div(isTop, op.sum(isTop, params.axes, true))
}

/** Tied maxima share the cotangent equally. */
export const max: Primitive<AxesParams> = {
  name: 'max',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (params, [x]) =>
    params.axes.some((axis) => x![axis] === 0)
      ? E.left(`no elements to compare: ${showDims(x!)} is empty along the reduced axes ${showDims(params.axes)}`)
      : alongAxes(params, [x!]),
  evaluate: ({ axes }, [x]) => loop.max(values(x!), dimsOf(x!), axes),
  vjp: (op, params, [x], y, ct, _, reached) => {
    const spread = (v: typeof ct): typeof ct => op.broadcastTo(restore(op, v, op.dims(x!), params), op.dims(x!))
    const own = reached === null ? null : { ...reached, mask: () => spread(reached.mask()) }
    return shareOf(op, spread(ct), tieShares(op, params, x!, y), own)
  },
  jvp: (op, params, [x], y, t, _, reached) =>
    op.sum(shareOf(op, t, tieShares(op, params, x!, y), reached), params.axes, params.keepDims),
  reach: { along: ({ axes, keepDims }) => [axes, keepDims ? axes : []], gates: true },
  batch: ({ params, inputs, again }) => again(liftAxes(params), inputs),
  flops: (_, [x]) => sizeOf(x!)
}

const nonEmptyAxis = ({ axis }: AxisParams, [x]: readonly Dims[], output: Dims): E.Either<string, Dims> =>
  !isAxis(axis, x!)
    ? E.left(`${axis} is not an axis of ${showDims(x!)}`)
    : x![axis] === 0
      ? E.left(`axis ${axis} of ${showDims(x!)} is empty`)
      : E.right(output)

const liftAxis = ({ axis }: AxisParams): AxisParams => ({ axis: axis + 1 })

/** The index of the maximum along an axis, the first if tied. */
export const argmax: Primitive<AxisParams> = nonDifferentiable({
  name: 'argmax',
  arity: 1,
  domain: [reals],
  shape: (params, inputs) => nonEmptyAxis(params, inputs, reducedDims(inputs[0]!, [params.axis], false)),
  evaluate: ({ axis }, [x]) => loop.argmax(values(x!), dimsOf(x!), axis),
  batch: ({ params, inputs, again }) => again(liftAxis(params), inputs),
  flops: (_, [x]) => sizeOf(x!)
})

/** Each element of a group depends on all of them. */
const alongAxis: ReachAlong<AxisParams> = { along: ({ axis }) => [[axis], [axis]] }

/**
 * A primitive for accuracy (infinite logits; derivatives of every order in terms of its own output) and for speed.
 */
export const softmax: Primitive<AxisParams> = {
  name: 'softmax',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (params, inputs) => nonEmptyAxis(params, inputs, inputs[0]!),
  evaluate: ({ axis }, [x]) => logits.probabilities(values(x!), dimsOf(x!), axis),
  vjp: (op, { axis }, _, y, ct) => centred(op, axis, y, ct),
  // the Jacobian of softmax is symmetric
  jvp: (op, { axis }, _, y, t) => centred(op, axis, y, t),
  reach: alongAxis,
  batch: ({ params, inputs, again }) => again(liftAxis(params), inputs),
  flops: (_, [x]) => 4 * sizeOf(x!)
}

/** Whether a probability exceeds ½: it may round to 1, which would cancel against the others. */
const dominates = <A>(op: Algebra<A>, y: A): A => op.greater(y, op.constant(0.5))

/**
 * `v` minus its element at the dominating probability, if any: the Jacobian's rows sum to 0, so a constant shift has no
 * effect.
 */
const relative = <A>(op: Algebra<A>, axis: number, y: A, v: A): A =>
  op.sub(v, op.sum(op.where(dominates(op, y), v, op.constant(0)), [axis], true))

/** `v` minus its mean under the probabilities; the shift in `relative` avoids cancellation where one dominates. */
const deviation = <A>(op: Algebra<A>, axis: number, y: A, v: A): A => {
  const above = relative(op, axis, y, v)
  return op.sub(above, op.sum(op.mul(y, above), [axis], true))
}

const centred = <A>(op: Algebra<A>, axis: number, y: A, v: A): A => op.mul(y, deviation(op, axis, y, v))

/** `1 − y`; for a dominating probability it is the sum of the others, which does not cancel. */
const oneMinus = <A>(op: Algebra<A>, axis: number, y: A): A => {
  const isTop = dominates(op, y)
  const others = op.sum(op.where(isTop, op.constant(0), y), [axis], true)
  return op.where(isTop, others, op.sub(op.constant(1), y))
}

/** A primitive for the same reasons as softmax. */
export const logSoftmax: Primitive<AxisParams> = {
  name: 'logSoftmax',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (params, inputs) => nonEmptyAxis(params, inputs, inputs[0]!),
  evaluate: ({ axis }, [x]) => logits.logProbabilities(values(x!), dimsOf(x!), axis),
  // ct − y · Σ ct, without cancellation at a dominating probability
  vjp: (op, { axis }, [x], _, ct) => {
    const y = op.softmax(x!, axis)
    const others = op.sub(op.sum(ct, [axis], true), ct)
    return op.sub(op.mul(ct, oneMinus(op, axis, y)), op.mul(y, others))
  },
  jvp: (op, { axis }, [x], _, t) => deviation(op, axis, op.softmax(x!, axis), t),
  reach: alongAxis,
  batch: ({ params, inputs, again }) => again(liftAxis(params), inputs),
  flops: (_, [x]) => 5 * sizeOf(x!)
}

/** A primitive for the same reasons as softmax, which is its derivative. */
export const logSumExp: Primitive<AxisParams> = {
  name: 'logSumExp',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (params, inputs) => nonEmptyAxis(params, inputs, reducedDims(inputs[0]!, [params.axis], false)),
  evaluate: ({ axis }, [x]) => logits.logSumExp(values(x!), dimsOf(x!), axis),
  vjp: (op, { axis }, [x], _, ct) =>
    op.mul(op.softmax(x!, axis), restore(op, ct, op.dims(x!), { axes: [axis], keepDims: false })),
  jvp: (op, { axis }, [x], _, t) => op.sum(op.mul(op.softmax(x!, axis), t), [axis], false),
  reach: { along: ({ axis }) => [[axis], []] },
  batch: ({ params, inputs, again }) => again(liftAxis(params), inputs),
  flops: (_, [x]) => 4 * sizeOf(x!)
}
