import * as E from 'fp-ts/lib/Either.js'
import * as loop from '../kernel/cumulative.ts'
import { type Dims, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import { values } from './broadcast.ts'
import { reals } from './domain.ts'
import { nonDifferentiable } from './nonDifferentiable.ts'
import type { Primitive } from './primitive.ts'

/** Running results along an axis: a linear recurrence, of which sums and products are cases, and the largest so far. */

export interface DirectedParams {
  readonly axis: number
  /** From the last element to the first. */
  readonly reverse: boolean
}

const lifted = ({ axis, reverse }: DirectedParams): DirectedParams => ({ axis: axis + 1, reverse })

const alongAxis = ({ axis }: DirectedParams, [x]: readonly Dims[]): E.Either<string, Dims> =>
  axis >= 0 && axis < x!.length ? E.right(x!) : E.left(`${axis} is not an axis of ${showDims(x!)}`)

/** The index of the largest element so far, the first if tied, in the direction of the axis or against it. */
export const cumArgmax: Primitive<DirectedParams> = nonDifferentiable({
  name: 'cumArgmax',
  arity: 1,
  domain: [reals],
  shape: alongAxis,
  evaluate: ({ axis, reverse }, [x]) => loop.cumArgmax(values(x!), dimsOf(x!), axis, reverse),
  batch: ({ params, inputs, again }) => again(lifted(params), inputs),
  flops: (_, [x]) => sizeOf(x!)
})

/** Each element moved one place on along the axis, and a 0 at the first. */
const moved = <A>(op: Algebra<A>, x: A, axis: number, reverse: boolean): A => {
  const dims = op.dims(x)
  const n = dims[axis]!
  if (n === 0) return x
  const at = (place: number): readonly number[] => dims.map((_, i) => (i === axis ? place : 0))
  const kept = op.slice(
    x,
    at(reverse ? 1 : 0),
    dims.map((size, i) => (i === axis && !reverse ? n - 1 : size))
  )
  return op.pad(kept, at(reverse ? 0 : 1), dims)
}

/** Whether any element so far was reached. */
const reachedSoFar = <A>(op: Algebra<A>, mask: A, axis: number, reverse: boolean): A => {
  const one = op.broadcastTo(op.constant(1), op.dims(mask))
  return op.greater(op.linearRecurrence(one, mask, axis, reverse, false), op.constant(0))
}

/** `x` where the mask holds, else 0; all of it without a mask. */
const keptBy = <A>(op: Algebra<A>, mask: A | null, x: A): A => (mask === null ? x : op.where(mask, x, op.constant(0)))

export interface RecurrenceParams extends DirectedParams {
  /** Whether a factor is that of the element before, from which the product comes: `aᵢ₋₁ · yᵢ₋₁`. */
  readonly lagged: boolean
}

/**
 * `yᵢ = aᵢ · yᵢ₋₁ + bᵢ`, with `y₀ = b₀`: running sums with factors of 1, running products with one term at the first. A
 * primitive for speed. It is linear in `b`; the transpose is the recurrence in the other direction, where each factor is
 * that of the element before. A factor is left out where nothing that it would multiply was reached.
 *
 * @see Blelloch, Prefix sums and their applications (1990)
 */
export const linearRecurrence: Primitive<RecurrenceParams> = {
  name: 'linearRecurrence',
  arity: 2,
  domain: [reals, reals],
  differentiable: () => true,
  shape: (params, [a, b]) =>
    sameDims(a!, b!) ? alongAxis(params, [b!]) : E.left(`factors ${showDims(a!)} and terms ${showDims(b!)} differ`),
  evaluate: ({ axis, reverse, lagged }, [a, b]) =>
    loop.linearRecurrence(values(a!), values(b!), dimsOf(b!), axis, reverse, lagged),
  vjp: (op, { axis, reverse, lagged }, [a], y, ct, index, reached) => {
    type A = typeof ct
    const previous = (x: A): A => moved(op, x, axis, reverse)
    const next = (x: A): A => moved(op, x, axis, !reverse)
    const later = reached === null ? null : reachedSoFar(op, reached.mask(), axis, !reverse)
    const of = later !== null && lagged ? next(later) : later
    const back = op.linearRecurrence(keptBy(op, of, a!), ct, axis, !reverse, !lagged)
    return index === 1 ? back : keptBy(op, of, lagged ? op.mul(next(back), y) : op.mul(back, previous(y)))
  },
  jvp: (op, { axis, reverse, lagged }, [a], y, t, index, reached) => {
    type A = typeof t
    const previous = (x: A): A => moved(op, x, axis, reverse)
    const mask = reached === null ? null : reached.mask()
    const before = mask === null ? null : reachedSoFar(op, mask, axis, reverse)
    const factors = keptBy(op, before === null || lagged ? before : previous(before), a!)
    const terms =
      index === 1 ? t : lagged ? previous(keptBy(op, mask, op.mul(t, y))) : keptBy(op, mask, op.mul(t, previous(y)))
    return op.linearRecurrence(factors, terms, axis, reverse, lagged)
  },
  reach: { along: ({ axis }) => [[axis], [axis]] },
  batch: ({ op, params, inputs, mapped, size, again }) =>
    again(
      { ...params, axis: params.axis + 1 },
      inputs.map((x, i) => (mapped[i]! ? x : op.broadcastTo(x, [size, ...op.dims(x)])))
    ),
  flops: (_, [x]) => 2 * sizeOf(x!)
}
