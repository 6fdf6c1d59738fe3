import * as E from 'fp-ts/lib/Either.js'
import { eigenOf } from '../kernel/eigen.ts'
import { exponentialOf } from '../kernel/exponential.ts'
import { writeColumns } from '../kernel/orthogonal.ts'
import { pseudoInverseOf, singularOf } from '../kernel/singular.ts'
import { type Dims, showDims } from '../tensor/dims.ts'
import { dimsOf } from '../tensor/tensor.ts'
import type { Algebra } from './algebra.ts'
import { values } from './broadcast.ts'
import { reals } from './domain.ts'
import {
  asColumn,
  asRow,
  batchOf,
  diagonalOf,
  eachMatrix,
  identity,
  leading,
  leadingOfMany,
  leadOf,
  matrixAxes,
  onDiagonal,
  sidesOf,
  square,
  swap,
  symmetric,
  tall,
  withinMatrices
} from './matrix.ts'
import type { MultiPrimitive, NoParams, Primitive } from './primitive.ts'

/** Decompositions by eigenvalues and singular values, and functions of a matrix that follow from these or from products. */

/** A vector of each matrix depends on all of it. */
const alongVector = (matrix: Dims) => [matrixAxes(matrix), [matrix.length - 2]] as const

/** `x / (bⱼ − aᵢ)` off the diagonal, and 0 on it: infinite or NaN where both are equal. */
const overGaps = <A>(op: Algebra<A>, gaps: A, x: A): A => {
  const eye = identity(op, sidesOf(op.dims(x))[1])
  const [none, one] = [op.constant(0), op.constant(1)]
  return op.where(eye, none, op.div(op.where(eye, none, x), op.where(eye, one, gaps)))
}

const differences = <A>(op: Algebra<A>, x: A): A => {
  const dims = op.dims(x)
  const wide = [...dims, dims[dims.length - 1]!]
  return op.sub(op.broadcastTo(asRow(op, x), wide), op.broadcastTo(asColumn(op, x), wide))
}

/**
 * Eigenvalues of `(A + Aᵀ) / 2` in ascending order, and orthonormal eigenvectors as columns. At equal eigenvalues the
 * vectors are not determined, and derivatives by them are NaN.
 *
 * @shape [...S, n, n] → [...S, n], [...S, n, n]
 */
export const eigh: MultiPrimitive<NoParams> = {
  multipleResults: true,
  name: 'eigh',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (_, [a]) => E.map((dims: Dims): readonly Dims[] => [dims.slice(0, -1), dims])(square(a!)),
  evaluate: (_, [a], [, dims]) => {
    const [, n] = sidesOf(dims!)
    const batch = batchOf(dims!)
    const [w, v] = [new Float64Array(batch * n), new Float64Array(batch * n * n)]
    eachMatrix(dims!, (q) => {
      const found = eigenOf(values(a!), q * n * n, n)
      w.set(found.values, q * n)
      writeColumns(found.vectors, n, n, v, q * n * n)
    })
    return [w, v]
  },
  vjp: (op, _, __, [w, v], [ofW, ofV]) => {
    const fromValues = ofW === undefined ? [] : [onDiagonal(op, ofW.value)]
    const fromVectors = ofV === undefined ? [] : [overGaps(op, differences(op, w!), op.matmul(swap(op, v!), ofV.value))]
    const [first, second] = [...fromValues, ...fromVectors]
    if (first === undefined) return [undefined]
    const inner = second === undefined ? first : op.add(first, second)
    return [{ value: symmetric(op, op.matmul(op.matmul(v!, inner), swap(op, v!))) }]
  },
  jvp: (op, _, __, [w, v], [t]) => {
    if (t === undefined) return [undefined, undefined]
    const inner = op.matmul(op.matmul(swap(op, v!), symmetric(op, t.value)), v!)
    return [{ value: diagonalOf(op, inner) }, { value: op.matmul(v!, overGaps(op, differences(op, w!), inner)) }]
  },
  reach: { along: (_, [a], __, result) => (result === 0 ? alongVector(a!) : [matrixAxes(a!), matrixAxes(a!)]) },
  batch: leadingOfMany,
  flops: (_, [a]) => 9 * batchOf(a!) * sidesOf(a!)[1] ** 3
}

/** `sⱼ² − sᵢ²`, without squares that cancel. */
const squareGaps = <A>(op: Algebra<A>, s: A): A => {
  const dims = op.dims(s)
  const wide = [...dims, dims[dims.length - 1]!]
  return op.mul(differences(op, s), op.add(op.broadcastTo(asRow(op, s), wide), op.broadcastTo(asColumn(op, s), wide)))
}

/** What is left of columns outside the span of orthonormal ones. */
const outside = <A>(op: Algebra<A>, u: A, x: A): A => op.sub(x, op.matmul(u, op.matmul(swap(op, u), x)))

/** A cotangent or tangent of singular values, of which one of 0 has none: the kink of a size. */
const offZero = <A>(op: Algebra<A>, s: A, x: A): A => op.where(op.greater(s, op.constant(0)), x, op.constant(0))

/**
 * `A = U diag(s) Vᵀ` for `m ≥ n`: singular values in descending order, and both sets of vectors as columns. At equal
 * singular values, and at 0, the vectors are not determined, and derivatives by them are NaN.
 *
 * @shape [...S, m, n] → [...S, m, n], [...S, n], [...S, n, n]
 */
export const svd: MultiPrimitive<NoParams> = {
  multipleResults: true,
  name: 'svd',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (_, [a]) => tall(a!, (lead, n) => [a!, [...lead, n], [...lead, n, n]]),
  evaluate: (_, [a], [dims]) => {
    const [m, n] = sidesOf(dims!)
    const batch = batchOf(dims!)
    const [u, s, v] = [batch * m * n, batch * n, batch * n * n].map((size) => new Float64Array(size))
    eachMatrix(dims!, (q) => {
      const found = singularOf(values(a!), q * m * n, m, n)
      writeColumns(found.left, m, n, u!, q * m * n)
      s!.set(found.values, q * n)
      writeColumns(found.right, n, n, v!, q * n * n)
    })
    return [u!, s!, v!]
  },
  vjp: (op, _, __, [u, s, v], [ofU, ofS, ofV]) => {
    const [row, column] = [asRow(op, s!), asColumn(op, s!)]
    const twice = (x: typeof row): typeof row => op.add(x, swap(op, x))
    const gapped = (x: typeof row): typeof row => overGaps(op, squareGaps(op, s!), x)
    const back = swap(op, v!)
    const [m, n] = sidesOf(op.dims(u!))
    const parts = [
      ...(ofS === undefined ? [] : [onDiagonal(op, offZero(op, s!, ofS.value))]),
      ...(ofU === undefined ? [] : [op.mul(twice(gapped(op.matmul(swap(op, u!), ofU.value))), row)]),
      ...(ofV === undefined ? [] : [op.mul(twice(gapped(op.matmul(back, ofV.value))), column)])
    ]
    const shares = [
      ...parts.map((part) => op.matmul(op.matmul(u!, part), back)),
      ...(ofU === undefined || m === n ? [] : [op.matmul(op.div(outside(op, u!, ofU.value), row), back)])
    ]
    return [shares.length === 0 ? undefined : { value: shares.reduce((a, b) => op.add(a, b)) }]
  },
  jvp: (op, _, __, [u, s, v], [t]) => {
    if (t === undefined) return [undefined, undefined, undefined]
    const [row, column] = [asRow(op, s!), asColumn(op, s!)]
    const moved = op.matmul(t.value, v!)
    const inner = op.matmul(swap(op, u!), moved)
    const other = swap(op, inner)
    const gapped = (x: typeof row): typeof row => overGaps(op, squareGaps(op, s!), x)
    const left = op.matmul(u!, gapped(op.add(op.mul(inner, row), op.mul(other, column))))
    const right = op.matmul(v!, gapped(op.add(op.mul(inner, column), op.mul(other, row))))
    const [m, n] = sidesOf(op.dims(u!))
    return [
      { value: m === n ? left : op.add(left, op.div(outside(op, u!, moved), row)) },
      { value: offZero(op, s!, diagonalOf(op, inner)) },
      { value: right }
    ]
  },
  reach: { along: (_, [a], __, result) => (result === 1 ? alongVector(a!) : [matrixAxes(a!), matrixAxes(a!)]) },
  batch: leadingOfMany,
  flops: (_, [a]) => 20 * batchOf(a!) * sidesOf(a!)[0] * sidesOf(a!)[1] ** 2
}

export interface Truncated {
  /** Singular values of at most this share of the largest count as 0. */
  readonly rtol: number
}

/**
 * Moore and Penrose's inverse. Its derivative is that among matrices of the same rank; across ranks it jumps.
 *
 * @shape [...S, m, n] → [...S, n, m]
 * @see Golub, Pereyra, The Differentiation of Pseudo-Inverses and Nonlinear Least Squares Problems (1973)
 */
export const pinv: Primitive<Truncated> = {
  name: 'pinv',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (_, [a]) => {
    const [m, n] = sidesOf(a!)
    return a!.length >= 2 ? E.right([...leadOf(a!), n, m]) : E.left(`needs matrices, got shape ${showDims(a!)}`)
  },
  evaluate: ({ rtol }, [a]) => {
    const dims = dimsOf(a!)
    const [m, n] = sidesOf(dims)
    const out = new Float64Array(batchOf(dims) * m * n)
    eachMatrix(dims, (q) => {
      out.set(pseudoInverseOf(values(a!), q * m * n, m, n, rtol), q * m * n)
    })
    return out
  },
  vjp: (op, _, [a], p, ct) => {
    const [pt, ctT] = [swap(op, p), swap(op, ct)]
    // each share is the transpose of one of jvp
    const through = op.neg(op.matmul(op.matmul(pt, ct), pt))
    const rows = op.matmul(op.sub(ctT, op.matmul(a!, op.matmul(p, ctT))), op.matmul(p, pt))
    const columns = op.matmul(op.matmul(pt, p), op.sub(ctT, op.matmul(op.matmul(ctT, p), a!)))
    return op.add(through, op.add(rows, columns))
  },
  jvp: (op, _, [a], p, t) => {
    const [pt, tT] = [swap(op, p), swap(op, t)]
    const through = op.neg(op.matmul(op.matmul(p, t), p))
    const rows = op.matmul(op.matmul(p, pt), op.sub(tT, op.matmul(op.matmul(tT, a!), p)))
    const columns = op.matmul(op.sub(tT, op.matmul(p, op.matmul(a!, tT))), op.matmul(pt, p))
    return op.add(through, op.add(rows, columns))
  },
  reach: withinMatrices,
  batch: leading,
  flops: (_, [a]) => {
    const [m, n] = sidesOf(a!)
    return 24 * batchOf(a!) * m * n * Math.min(m, n)
  }
}

/**
 * The exponential of a matrix along a direction: the block above the diagonal of the exponential of `[[A, E], [0, A]]`.
 *
 * @see Higham, Functions of Matrices (2008), §10.6
 */
const alongDirection = <A>(op: Algebra<A>, a: A, direction: A): A => {
  const dims = op.dims(a)
  const n = dims[dims.length - 1]!
  const [rows, columns] = [dims.length - 2, dims.length - 1]
  // of size 1, so that the direction decides nothing of the scaling
  const size = op.stopGradient(op.max(op.abs(direction), [rows, columns], true))
  const scale = op.where(op.greater(size, op.constant(0)), size, op.constant(1))
  const none = op.broadcastTo(op.constant(0), dims)
  const blocks = op.concat([op.concat([a, op.div(direction, scale)], columns), op.concat([none, a], columns)], rows)
  const start = dims.map((_, axis) => (axis === columns ? n : 0))
  const stop = dims.map((size, axis) => (axis === columns ? 2 * n : size))
  return op.mul(op.slice(op.expm(blocks), start, stop), scale)
}

export const expm: Primitive<NoParams> = {
  name: 'expm',
  arity: 1,
  domain: [reals],
  differentiable: () => true,
  shape: (_, [a]) => square(a!),
  evaluate: (_, [a], output) => {
    const [, n] = sidesOf(output)
    const from = values(a!)
    const out = new Float64Array(from.length)
    eachMatrix(output, (q) => {
      out.set(exponentialOf(from.subarray(q * n * n, (q + 1) * n * n), n), q * n * n)
    })
    return out
  },
  vjp: (op, _, [a], __, ct) => alongDirection(op, swap(op, a!), ct),
  jvp: (op, _, [a], __, t) => alongDirection(op, a!, t),
  reach: withinMatrices,
  batch: leading,
  flops: (_, [a]) => 20 * batchOf(a!) * sidesOf(a!)[1] ** 3
}
