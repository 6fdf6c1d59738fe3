import * as E from 'fp-ts/lib/Either.js'
import { choleskyInPlace, COMPLETE, eliminateAll } from '../kernel/gauss.ts'
import { columnsOf, reflect, writeColumns } from '../kernel/orthogonal.ts'
import type { Dims } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import { values } from './broadcast.ts'
import { reals } from './domain.ts'
import {
  batchOf,
  diagonalOf,
  eachMatrix,
  eliminatedMask,
  identity,
  leading,
  leadingOfMany,
  leadOf,
  leftRows,
  lower,
  matrixAxes,
  onDiagonal,
  refuse,
  type Refusing,
  sidesOf,
  square,
  strictlyLower,
  swap,
  symmetric,
  tall,
  upper,
  withinMatrices
} from './matrix.ts'
import type { Differential, MultiPrimitive, NoParams, Primitive } from './primitive.ts'
import { symmetrised } from './solve.ts'

/** Triangular and orthogonal factors. Their derivatives are put together of products and triangular systems. */

const zero = <A>(op: Algebra<A>, like: A): A => op.broadcastTo(op.constant(0), op.dims(like))
const valueOr = <A>(op: Algebra<A>, given: Differential<A> | undefined, like: A): A => given?.value ?? zero(op, like)

/** `L⁻¹ B`, `L⁻ᵀ B` and their like, of a matrix that has an inverse. */
const under = <A>(op: Algebra<A>, l: A, b: A): A => op.solve(l, b, 'lower', null)
const underTransposed = <A>(op: Algebra<A>, l: A, b: A): A => op.solve(swap(op, l), b, 'upper', null)

/** The lower triangle with half of its diagonal: the part `P` of a symmetric matrix `P + Pᵀ`. */
const half = <A>(op: Algebra<A>, x: A): A =>
  op.sub(lower(op, x), onDiagonal(op, op.mul(diagonalOf(op, x), op.constant(0.5))))

/**
 * Cholesky's factor of `(A + Aᵀ) / 2`, with zeros above the diagonal; NaN, or an error, where it has none.
 *
 * @shape [...S, n, n] → [...S, n, n]
 * @see Murray, Differentiation of the Cholesky decomposition (2016)
 */
export const cholesky: Primitive<Refusing> = {
  name: 'cholesky',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (_, [a]) => square(a!),
  evaluate: ({ what }, [a], output) => {
    const [, n] = sidesOf(output)
    const factor = symmetrised(values(a!), n)
    eachMatrix(output, (q) => {
      const failed = choleskyInPlace(factor, q * n * n, n)
      if (failed === COMPLETE) return
      refuse(what, output, q, `is not positive definite: pivot ${failed + 1} of ${n} is not above 0`)
      factor.fill(NaN, q * n * n, (q + 1) * n * n)
    })
    return factor
  },
  vjp: (op, _, __, l, ct) => {
    const inner = half(op, op.matmul(swap(op, l), ct))
    return symmetric(op, underTransposed(op, l, swap(op, underTransposed(op, l, swap(op, inner)))))
  },
  jvp: (op, _, __, l, t) => op.matmul(l, half(op, under(op, l, swap(op, under(op, l, symmetric(op, t)))))),
  reach: withinMatrices,
  batch: leading,
  flops: (_, [a]) => Math.ceil((batchOf(a!) * sidesOf(a!)[1] ** 3) / 3 + batchOf(a!) * sidesOf(a!)[1] ** 2)
}

export interface Window {
  /** Among so many last pivots, elimination stops at a small one. */
  readonly window: number
}

/** The two factors that `lu` packs: `L` with ones on its diagonal, and `U` with ones in place of what is not eliminated. */
const unpacked = <A>(op: Algebra<A>, packed: A, steps: A) => {
  const n = sidesOf(op.dims(packed))[1]
  const below = eliminatedMask(op, n, steps)
  const eye = identity(op, n)
  const none = op.constant(0)
  return {
    below,
    l: op.add(op.where(below, packed, none), eye),
    u: op.where(leftRows(op, n, steps), op.broadcastTo(eye, op.dims(packed)), upper(op, packed))
  }
}

/** The rows in another order, then the columns. */
const ordered = <A>(op: Algebra<A>, x: A, rows: A, columns: A): A =>
  swap(op, op.gather(swap(op, op.gather(x, rows)), columns))
const reordered = <A>(op: Algebra<A>, x: A, rows: A, columns: A): A => {
  const n = sidesOf(op.dims(x))[1]
  return op.scatterAdd(swap(op, op.scatterAdd(swap(op, x), columns, n)), rows, n)
}

/**
 * Elimination with complete pivoting: the packed factors, with what is not eliminated as it is; the orders of rows and
 * columns; the number of pivots that were divided by; and the sign of both orders. The packed factors are smooth where no
 * pivots tie; whatever follows from them and the sign alone, such as the determinant, is so at ties too.
 *
 * @shape [...S, n, n] → [...S, n, n], [...S, n], [...S, n], [...S], [...S]
 */
export const lu: MultiPrimitive<Window> = {
  multipleResults: true,
  name: 'lu',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (_, [a]) =>
    E.map((dims: Dims): readonly Dims[] => [dims, dims.slice(0, -1), dims.slice(0, -1), leadOf(dims), leadOf(dims)])(
      square(a!)
    ),
  evaluate: ({ window }, [a]) => {
    const dims = dimsOf(a!)
    const { packed, rows, columns, steps, sign } = eliminateAll(values(a!), batchOf(dims), sidesOf(dims)[1], window)
    return [packed, rows, columns, steps, sign]
  },
  vjp: (op, _, __, [packed, rows, columns, steps], [ct]) => {
    if (ct === undefined) return [undefined]
    const { below, l, u } = unpacked(op, packed!, steps!)
    const none = op.constant(0)
    const [left, right] = [op.where(below, ct.value, none), op.where(below, none, ct.value)]
    const inner = op.where(below, op.matmul(swap(op, l), left), op.matmul(right, swap(op, u)))
    const moved = op.solve(swap(op, l), inner, 'unit upper', null)
    return [{ value: reordered(op, swap(op, op.solve(u, swap(op, moved), 'upper', null)), rows!, columns!) }]
  },
  jvp: (op, _, __, [packed, rows, columns, steps], [t]) => {
    if (t === undefined) return [undefined, undefined, undefined, undefined, undefined]
    const { below, l, u } = unpacked(op, packed!, steps!)
    const none = op.constant(0)
    const moved = op.solve(l, ordered(op, t.value, rows!, columns!), 'unit lower', null)
    const inner = swap(op, op.solve(swap(op, u), swap(op, moved), 'lower', null))
    const tangent = op.add(op.matmul(l, op.where(below, inner, none)), op.matmul(op.where(below, none, inner), u))
    return [{ value: tangent }, undefined, undefined, undefined, undefined]
  },
  reach: {
    along: (_, [a], __, result) => {
      const axes = matrixAxes(a!)
      return [axes, result === 0 ? axes : result < 3 ? axes.slice(0, 1) : []]
    }
  },
  batch: leadingOfMany,
  flops: (_, [a]) => batchOf(a!) * sidesOf(a!)[1] ** 3
}

/**
 * `A = Q R` for `m ≥ n`: `n` orthonormal columns, and an upper triangle with no negative number on its diagonal, which makes
 * both unique where the columns of `A` are independent. Where they are not, the derivatives are NaN.
 *
 * @shape [...S, m, n] → [...S, m, n], [...S, n, n]
 */
export const qr: MultiPrimitive<NoParams> = {
  multipleResults: true,
  name: 'qr',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (_, [a]) => tall(a!, (lead, n) => [a!, [...lead, n, n]]),
  evaluate: (_, [a], [dims]) => {
    const [m, n] = sidesOf(dims!)
    const batch = batchOf(dims!)
    const [q, r] = [new Float64Array(batch * m * n), new Float64Array(batch * n * n)]
    eachMatrix(dims!, (k) => {
      const found = reflect(columnsOf(values(a!), k * m * n, m, n), m, n, false)
      writeColumns(found.q, m, n, q, k * m * n)
      writeColumns(found.r, n, n, r, k * n * n)
    })
    return [q, r]
  },
  vjp: (op, _, __, [q, r], [ofQ, ofR]) => {
    const [ctQ, ctR] = [valueOr(op, ofQ, q!), valueOr(op, ofR, r!)]
    const inner = op.sub(op.matmul(swap(op, q!), ctQ), op.matmul(ctR, swap(op, r!)))
    const turned = op.add(upper(op, inner), strictlyLower(op, swap(op, inner)))
    const ct = op.sub(ctQ, op.matmul(q!, turned))
    return [{ value: swap(op, op.solve(r!, swap(op, ct), 'upper', null)) }]
  },
  jvp: (op, _, __, [q, r], [t]) => {
    if (t === undefined) return [undefined, undefined]
    const c = swap(op, op.solve(swap(op, r!), swap(op, t.value), 'lower', null))
    const along = op.matmul(swap(op, q!), c)
    const below = strictlyLower(op, along)
    const change = op.sub(along, op.sub(below, swap(op, below)))
    return [{ value: op.sub(c, op.matmul(q!, change)) }, { value: op.matmul(change, r!) }]
  },
  reach: withinMatrices,
  batch: leadingOfMany,
  flops: (_, [a]) => 4 * batchOf(a!) * sidesOf(a!)[0] * sidesOf(a!)[1] ** 2
}
