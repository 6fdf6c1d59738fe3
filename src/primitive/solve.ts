import * as E from 'fp-ts/lib/Either.js'
import { choleskyInPlace, COMPLETE, eliminateRows } from '../kernel/gauss.ts'
import { backward, backwardTransposed, forward } from '../kernel/triangular.ts'
import { sameDims, showDims } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import type { Algebra, Structure } from './algebra.ts'
import { values } from './broadcast.ts'
import { reals } from './domain.ts'
import {
  batchOf,
  eachMatrix,
  lower,
  matrixAxes,
  refuse,
  type Refusing,
  sidesOf,
  square,
  strictlyLower,
  strictlyUpper,
  swap,
  symmetric,
  upper
} from './matrix.ts'
import type { Primitive } from './primitive.ts'

/** All that may be known of a matrix. */
export const structures: readonly Structure[] = [
  'general',
  'symmetric',
  'positive definite',
  'lower',
  'upper',
  'unit lower',
  'unit upper'
]

export interface Solve extends Refusing {
  readonly structure: Structure
}

const transposed: Readonly<Record<Structure, Structure>> = {
  general: 'general',
  symmetric: 'symmetric',
  'positive definite': 'positive definite',
  lower: 'upper',
  upper: 'lower',
  'unit lower': 'unit upper',
  'unit upper': 'unit lower'
}

/** What is read of a matrix: a linear map that is its own transpose, and so what its tangents and cotangents pass. */
const read = <A>(op: Algebra<A>, structure: Structure, x: A): A => {
  switch (structure) {
    case 'general':
      return x
    case 'symmetric':
    case 'positive definite':
      return symmetric(op, x)
    case 'lower':
      return lower(op, x)
    case 'upper':
      return upper(op, x)
    case 'unit lower':
      return strictlyLower(op, x)
    case 'unit upper':
      return strictlyUpper(op, x)
  }
}

/** `(A + Aᵀ) / 2` of all matrices. */
export const symmetrised = (a: Float64Array, n: number): Float64Array =>
  a.map((x, at) => {
    const [i, j] = [Math.floor(at / n) % n, at % n]
    return x / 2 + a[at - i * n - j + j * n + i]! / 2
  })

/** Solves for the `k` right-hand sides of one matrix, in place; gives why it cannot be. */
const solveOne = (
  structure: Structure,
  a: Float64Array,
  at: number,
  n: number,
  x: Float64Array,
  to: number,
  k: number
) => {
  const zero = (place: number): string => `is singular: pivot ${place + 1} of ${n} is 0`
  switch (structure) {
    case 'general':
    case 'symmetric': {
      const rows = new Float64Array(n)
      const failed = eliminateRows(a, at, n, rows)
      if (failed !== COMPLETE) return zero(failed)
      const given = x.slice(to, to + n * k)
      rows.forEach((from, i) => x.set(given.subarray(from * k, (from + 1) * k), to + i * k))
      forward(a, at, n, x, to, k, true)
      backward(a, at, n, x, to, k, false)
      return null
    }
    case 'positive definite': {
      const failed = choleskyInPlace(a, at, n)
      if (failed !== COMPLETE) return `is not positive definite: pivot ${failed + 1} of ${n} is not above 0`
      forward(a, at, n, x, to, k, false)
      backwardTransposed(a, at, n, x, to, k)
      return null
    }
    default: {
      const isUnit = structure === 'unit lower' || structure === 'unit upper'
      const failed = isUnit ? COMPLETE : Array.from({ length: n }, (_, i) => a[at + i * n + i]).indexOf(0)
      if (failed !== COMPLETE) return zero(failed)
      if (structure === 'lower' || structure === 'unit lower') forward(a, at, n, x, to, k, isUnit)
      else backward(a, at, n, x, to, k, isUnit)
      return null
    }
  }
}

/**
 * `A⁻¹ B` for `A` `[…, n, n]` and `B` `[…, n, k]`: by elimination with partial pivoting, Cholesky's factor or substitution. A
 * primitive, since the derivative through a factor's own would square the condition number.
 */
export const solve: Primitive<Solve> = {
  name: 'solve',
  arity: 2,
  domain: [reals, reals],
  differentiable: () => true,
  shape: (_, [a, b]) => {
    const [dims, right] = [a!, b!]
    const matrices = square(dims)
    if (E.isLeft(matrices)) return matrices
    return right.length === dims.length && sameDims(dims.slice(0, -1), right.slice(0, -1))
      ? E.right(right)
      : E.left(
          `needs right-hand sides of as many rows, in the same batches, got matrices ${showDims(dims)} and right-hand sides ${showDims(right)}`
        )
  },
  evaluate: ({ structure, what }, [a, b], output) => {
    const dims = dimsOf(a!)
    const [n, k] = sidesOf(output)
    const isSymmetric = structure === 'symmetric' || structure === 'positive definite'
    const factor = isSymmetric ? symmetrised(values(a!), n) : values(a!).slice()
    const x = values(b!).slice()
    eachMatrix(dims, (q) => {
      const why = solveOne(structure, factor, q * n * n, n, x, q * n * k, k)
      if (why === null) return
      refuse(what, dims, q, why)
      x.fill(NaN, q * n * k, (q + 1) * n * k)
    })
    return x
  },
  // of matrices that the function itself has taken already, so that no derivative refuses one
  vjp: (op, { structure }, [a], x, ct, index, reached) => {
    const back = op.solve(swap(op, a!), ct, transposed[structure], null)
    if (index === 1) return back
    const known = reached?.chosen === true ? op.where(reached.mask(), x, op.constant(0)) : x
    return op.neg(read(op, structure, op.matmul(back, swap(op, known))))
  },
  jvp: (op, { structure }, [a], x, t, index) =>
    index === 1
      ? op.solve(a!, t, structure, null)
      : op.neg(op.solve(a!, op.matmul(read(op, structure, t), x), structure, null)),
  reach: {
    along: (_, [a, b], index) => (index === 0 ? [matrixAxes(a!), matrixAxes(b!)] : [[b!.length - 2], [b!.length - 2]])
  },
  batch: ({ op, params, inputs: [a, b], mapped: [left, right], size, again }) => {
    const [x, y] = [a!, b!]
    const dims = op.dims(y)
    // one matrix for all examples: their right-hand sides stand side by side
    if (!left && dims.length === 3) {
      const [, n, k] = dims
      const beside = op.reshape(op.permute(y, [1, 0, 2]), [n!, size * k!])
      return op.permute(op.reshape(again(params, [x, beside]), [n!, size, k!]), [1, 0, 2])
    }
    const spread = (v: typeof x, isMapped: boolean) => (isMapped ? v : op.broadcastTo(v, [size, ...op.dims(v)]))
    return again(params, [spread(x, left!), spread(y, right!)])
  },
  flops: ({ structure }, [a], output) => {
    const [n, k] = sidesOf(output)
    const factor = { general: 2 / 3, symmetric: 2 / 3, 'positive definite': 1 / 3 }[structure as string] ?? 0
    return Math.ceil(batchOf(a!) * n * (factor * n * n + (factor === 0 ? 1 : 2) * n * k))
  }
}
