import * as E from 'fp-ts/lib/Either.js'
import * as loop from '../kernel/matmul.ts'
import { type Dims, sameDims, showDims, sizeBetween, sizeOf } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import { reals } from './domain.ts'
import { values } from './broadcast.ts'
import type { NoParams, Primitive, Reached } from './primitive.ts'

const matrixSwap: readonly number[] = [1, 0]

/** The last two axes swapped. */
const swapLast = <A>(op: Algebra<A>, x: A): A => {
  const rank = op.dims(x).length
  return op.permute(x, rank === 2 ? matrixSwap : [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2])
}

const shape = (_: NoParams, [a, b]: readonly Dims[]): E.Either<string, Dims> => {
  const [left, right] = [a!, b!]
  const rank = left.length
  if (rank < 2 || right.length !== rank || (rank > 2 && !sameDims(left.slice(0, -2), right.slice(0, -2))))
    return E.left(
      `left ${showDims(left)} and right ${showDims(right)} need the same batch dimensions and rank 2 or more`
    )
  return left[rank - 1] === right[rank - 2]
    ? E.right(rank === 2 ? [left[0]!, right[1]!] : [...left.slice(0, -1), right[rank - 1]!])
    : E.left(
        `inner sizes differ: left ${showDims(left)}, right ${showDims(right)} (${left[rank - 1]} against ${right[rank - 2]}); check the layer's inputs`
      )
}

/**
 * Zeroes the rows or columns of an operand that multiply only unreached elements, so that non-finite values in them do
 * not spread. `axis`, from the end, is the axis of the mask that is reduced.
 */
const present = <A>(op: Algebra<A>, x: A, reached: Reached<A> | null, axis: -1 | -2): A => {
  if (reached?.chosen !== true) return x
  const mask = reached.mask()
  return op.where(op.max(mask, [op.dims(mask).length + axis], true), x, op.constant(0))
}

/**
 * Matrix products of two operands with the same leading dimensions. The other cases of NumPy's rules (vectors, one
 * unbatched operand) are composed of this and reshapes.
 */
export const matmul: Primitive<NoParams> = {
  name: 'matmul',
  arity: 2,
  domain: [reals, reals],
  differentiable: () => true,
  shape,
  evaluate: (_, [a, b], output) => {
    const rank = output.length
    const left = dimsOf(a!)
    const [m, k, n] = [left[rank - 2]!, left[rank - 1]!, output[rank - 1]!]
    return loop.matmul(values(a!), values(b!), rank === 2 ? 1 : sizeBetween(output, 0, rank - 2), m, k, n)
  },
  vjp: (op, _, [a, b], __, ct, index, reached) =>
    index === 0
      ? op.matmul(ct, swapLast(op, present(op, b!, reached, -2)))
      : op.matmul(swapLast(op, present(op, a!, reached, -1)), ct),
  jvp: (op, _, [a, b], __, t, index, reached) =>
    index === 0
      ? op.matmul(t, swapLast(op, present(op, swapLast(op, b!), reached, -2)))
      : op.matmul(swapLast(op, present(op, swapLast(op, a!), reached, -1)), t),
  reach: {
    along: (_, [a], index) => {
      const axis = a!.length - (index === 0 ? 1 : 2)
      return [[axis], [axis]]
    },
    whereChosen: true
  },
  batch: ({ op, params, inputs: [a, b], mapped: [left, right], size, again }) => {
    const [x, y] = [a!, b!]
    const dims = op.dims(x)
    // a shared right matrix: the examples' rows are stacked to one left operand
    if (left && !right && op.dims(y).length === 2) {
      const rows = again(params, [op.reshape(x, [size * dims[1]!, dims[2]!]), y])
      return op.reshape(rows, [size, dims[1]!, op.dims(y)[1]!])
    }
    const spread = (v: typeof x, isMapped: boolean) => (isMapped ? v : op.broadcastTo(v, [size, ...op.dims(v)]))
    return again(params, [spread(x, left!), spread(y, right!)])
  },
  flops: (_, [a], output) => 2 * sizeOf(output) * a![a!.length - 1]!
}
