import { colorColumns, type Coloring, transposed } from '../kernel/coloring.ts'
import type { IndexSet } from '../kernel/indexSets.ts'
import * as kinds from '../kinds/index.ts'
import type { Tree } from '../params/tree.ts'
import { tensors as op } from '../tape/algebra.ts'
import { checkDims, runningSums, sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import { dimsOf, make, type Mat, type Scalar, type Tensor, type Vec } from '../tensor/tensor.ts'
import type { JacobianSettings } from './jacobian.ts'
import { rowsOf } from './pattern.ts'
import { elementsOf, type Reach } from './reach.ts'
import { sweptBack, sweptForward, type Traced } from './sweep.ts'
import { differentiate, sizeOfAll, traceTree } from './tree.ts'
import { vmap } from './vmap.ts'

/**
 * Where a matrix may be other than 0: the row and the column of each entry, sorted by row and then by column. A row
 * is an element of the value and a column one of the argument, counted through all tensors of a tree.
 *
 * @category transform
 * @since 0.1.0
 */
export interface SparsityPattern {
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  /** The numbers of rows and columns of the matrix. */
  readonly shape: readonly [rows: number, columns: number]
}

/** A sparse matrix in coordinate form: a pattern, and the number at each of its entries. @category transform @since 0.1.0 */
export interface SparseMatrix extends SparsityPattern {
  /** In the order of the entries; differentiable like any other tensor. */
  readonly values: Vec
}

/** What `sparseJacobian` and `sparseHessian` give. @category transform @since 0.1.0 */
export interface SparseDerivatives extends SparseMatrix {
  /** The number of sweeps that the values took. */
  readonly colors: number
}

const sizesOf = (xs: readonly Tensor[]): readonly number[] => xs.map((x) => sizeOf(dimsOf(x)))
const leavesIn = ({ primals, inputs }: Traced): readonly Tensor[] => primals.slice(0, inputs)

/** More entries than this are no sparse matrix, and lists of them would not fit the memory. */
const MOST_ENTRIES = 2 ** 25

/** The columns of each row of a Jacobian. */
const sparseRows = (what: string, traced: Traced): readonly IndexSet[] => {
  const rows = rowsOf(traced)
  const count = rows.reduce((sum, row) => sum + row.length, 0)
  return count <= MOST_ENTRIES
    ? rows
    : fail(
        'ShapeError',
        `${what}: ${count} derivatives may be other than 0, more than ${MOST_ENTRIES}; use ${what === 'sparseHessian' ? 'hvp' : 'jvp or vjp'}`
      )
}

/** The entries of a matrix that is given by the columns of each row. */
const entriesOf = (rows: readonly IndexSet[], columns: number): SparsityPattern => ({
  rows: rows.flatMap((row, i) => row.map(() => i)),
  columns: rows.flat(),
  shape: [rows.length, columns]
})

/** For each colour a row of ones at the elements of that colour, cut into tensors of the shapes of `like`. */
const seedsOf = ({ count, colors }: Coloring, like: readonly Tensor[]): readonly Tensor[] => {
  const sizes = sizesOf(like)
  const first = runningSums(sizes)
  return like.map((x, k) => {
    const size = sizes[k]!
    const ones = new Float64Array(count * size)
    for (let i = 0; i < size; i++) {
      const color = colors[first[k]! + i]!
      if (color >= 0) ones[color * size + i] = 1
    }
    return make([count, ...dimsOf(x)], ones)
  })
}

/** One sweep a colour, mapped: a row for each, of all elements that the sweep gives. */
const sweptOnce = (
  coloring: Coloring,
  like: readonly Tensor[],
  sweep: (moving: readonly Tensor[], seeds: readonly Reach[]) => readonly Tensor[]
): Tensor => {
  const each = (...moving: readonly Tensor[]): readonly Tensor[] =>
    sweep(
      moving,
      moving.map((x) => elementsOf(x))
    ).map((x) => op.reshape(x, [sizeOf(dimsOf(x))]))
  const mapped = vmap(each) as unknown as (...moving: readonly Tensor[]) => readonly Tensor[]
  const found = mapped(...seedsOf(coloring, like))
  const rows = found.length === 1 ? found[0]! : op.concat(found, 1)
  return op.reshape(rows, [sizeOf(dimsOf(rows))])
}

/** The derivatives of a trace at the entries of its pattern. */
const compressed = (what: string, traced: Traced, wanted: JacobianSettings['mode']): SparseDerivatives => {
  const leaves = leavesIn(traced)
  const rows = sparseRows(what, traced)
  const width = sizeOfAll(leaves)
  const columns = transposed(rows, width)
  const pattern = entriesOf(rows, width)
  const forward = wanted === 'reverse' ? null : colorColumns(rows, columns)
  const reverse = wanted === 'forward' ? null : colorColumns(columns, rows)
  const isForward = reverse === null || (forward !== null && forward.count <= reverse.count)
  const coloring = isForward ? forward! : reverse
  if (pattern.rows.length === 0) return { ...pattern, values: make([0], new Float64Array(0)), colors: 0 }
  const numbers = isForward
    ? sweptOnce(coloring, leaves, (moving, seeds) => sweptForward(traced, moving, seeds).values)
    : sweptOnce(coloring, traced.values, (moving, seeds) => sweptBack(traced, moving, seeds).values)
  const [seeded, found, length] = isForward
    ? [pattern.columns, pattern.rows, rows.length]
    : [pattern.rows, pattern.columns, width]
  const places = Float64Array.from(found, (at, entry) => coloring.colors[seeded[entry]!]! * length + at)
  return { ...pattern, values: op.gather(numbers, make([places.length], places)) as Vec, colors: coloring.count }
}

/**
 * The sparsity pattern of a Jacobian: which elements of the value may depend on which of the argument, found by running the traced
 * function once over sets of indices. That of a Hessian is `sparsityPattern(grad(f))`: linear operations make no pairs.
 *
 * It never leaves out an entry that is not 0, and holds at every point: of `where`, `maximum`, `relu`, `max` and the like it has all
 * branches. What a tensor depends on through `gather` is known where the indices do not depend on the argument, and have values
 * (not if they are arguments of a program); else each row may be any row. A `scan` is followed step by step; a `customVjp` by its
 * rule. Other operations count as dense (`matmul` along the axes that it multiplies), so an entry may be 0 everywhere.
 *
 * What `jacobian` may have outside of it is a NaN that is 0 · ∞, where an infinity in a `matmul` meets the zeros of other rows.
 *
 * @throws TreeError when a leaf of the argument or of the value is not a tensor
 * @throws ShapeError when more than 2²⁵ entries may be other than 0
 * @see Griewank and Walther, Evaluating Derivatives (2008), section 7.1
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { grad, mul, slice, sparsityPattern, sub, sum, square, tensor, type Vec } from 'grad-ts'
 *
 * const differences = (x: Vec<3>) => sub(slice(0, 0, 2)(x))(slice(0, 1, 3)(x))
 * const at = tensor([1, 2, 4])
 * deepStrictEqual(sparsityPattern(differences)(at), { rows: [0, 0, 1, 1], columns: [0, 1, 1, 2], shape: [2, 3] })
 * // the Hessian of a sum of squares is diagonal
 * const squares = (x: Vec<3>) => sum(mul(x)(x))
 * deepStrictEqual(sparsityPattern(grad(squares))(at), { rows: [0, 1, 2], columns: [0, 1, 2], shape: [3, 3] })
 * @category transform
 * @since 0.1.0
 */
export const sparsityPattern = <P extends Tree<P>, Q extends Tree<Q>, A extends readonly unknown[]>(
  f: (p: P, ...data: A) => Q
) => {
  kinds.mustBe(kinds.anyFunction, 'sparsityPattern: f', f)
  return (p: P, ...data: A): SparsityPattern => {
    const { traced } = traceTree('sparsityPattern', (at: P) => f(at, ...data), p)
    return entriesOf(sparseRows('sparsityPattern', traced), sizeOfAll(leavesIn(traced)))
  }
}

const modes = kinds.settings('sparseJacobian', { mode: [kinds.oneOf('forward', 'reverse'), undefined] })

/**
 * The Jacobian of a function by its first argument, where it may be other than 0. Columns that have no row in common share one
 * sweep in forward mode, rows that have no column in common one in reverse mode; by default whichever needs fewer, forward
 * where both need the same. The values are those of `jacobian`, bit for bit in the same mode. A tree counts as one vector of all
 * its elements; `toDense` makes it a matrix.
 *
 * It pays where the number of colours is well below that of `jacobian`'s sweeps, from some dozen elements on; else `jacobian` is
 * faster, as the pattern and the colours have to be found. In a program they are found once, when it is traced. What a program, or a
 * function under `vmap`, returns of it is `values` or `toDense`, as `rows` and `columns` are not tensors.
 *
 * @throws TreeError when a leaf of the argument or of the value is not a tensor
 * @throws ShapeError when more than 2²⁵ entries may be other than 0
 * @see Gebremedhin, Manne, Pothen, What color is your Jacobian? (2005), section 3
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { mul, slice, sparseJacobian, tensor, toArray, toDense, type Vec } from 'grad-ts'
 *
 * const products = (x: Vec<4>) => mul(slice(0, 0, 3)(x))(slice(0, 1, 4)(x))
 * const found = sparseJacobian(products)(tensor([1, 2, 3, 4]))
 * deepStrictEqual(found.columns, [0, 1, 1, 2, 2, 3])
 * deepStrictEqual(toArray(found.values), [2, 1, 3, 2, 4, 3])
 * deepStrictEqual(found.colors, 2)
 * deepStrictEqual(toArray(toDense(found)), [[2, 1, 0, 0], [0, 3, 2, 0], [0, 0, 4, 3]])
 * @category transform
 * @since 0.1.0
 */
export const sparseJacobian = <P extends Tree<P>, Q extends Tree<Q>, A extends readonly unknown[]>(
  f: (p: P, ...data: A) => Q,
  settings: JacobianSettings = {}
) => {
  kinds.mustBe(kinds.anyFunction, 'sparseJacobian: f', f)
  const { mode } = modes.read(settings)
  return (p: P, ...data: A): SparseDerivatives =>
    compressed('sparseJacobian', traceTree('sparseJacobian', (at: P) => f(at, ...data), p).traced, mode)
}

/**
 * The Hessian of a scalar function by its first argument, where it may be other than 0: the sparse Jacobian of its gradient, forward
 * over reverse. Only pairs of elements that interact nonlinearly have entries, and those on both sides of the diagonal do. The
 * values are those of `hessian`, bit for bit. A banded Hessian takes as many sweeps as it has diagonals, whatever its size.
 * A row that is full, as of a parameter that meets all others, takes as many as `hessian`: colours are not shared across the diagonal,
 * as an entry and its mirror image may differ in the last bits.
 *
 * Further arguments are data. See `sparseJacobian` for where it pays.
 *
 * @throws ShapeError when the function does not return a scalar, or more than 2²⁵ entries may be other than 0
 * @throws TreeError when a leaf of the argument is not a tensor
 * @see Gebremedhin, Manne, Pothen, What color is your Jacobian? (2005), section 4
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { mul, slice, sparseHessian, sum, tensor, toArray, toDense, type Vec } from 'grad-ts'
 *
 * const neighbours = (x: Vec<4>) => sum(mul(slice(0, 0, 3)(x))(slice(0, 1, 4)(x)))
 * const found = sparseHessian(neighbours)(tensor([1, 2, 3, 4]))
 * deepStrictEqual(toArray(toDense(found)), [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]])
 * deepStrictEqual(found.rows, [0, 1, 1, 2, 2, 3])
 * @category transform
 * @since 0.1.0
 */
export const sparseHessian = <P extends Tree<P>, A extends readonly unknown[]>(f: (p: P, ...data: A) => Scalar) => {
  kinds.mustBe(kinds.anyFunction, 'sparseHessian: f', f)
  return (p: P, ...data: A): SparseDerivatives => {
    const gradient = (at: P): P => differentiate('sparseHessian', at, (q) => f(q, ...data), 'argument').grad
    return compressed('sparseHessian', traceTree('sparseHessian', gradient, p).traced, 'forward')
  }
}

const positions = kinds.listOf(kinds.index, 'an array of indices')

const sparseMatrix = kinds.record('a sparse matrix such as sparseJacobian gives', {
  rows: positions,
  columns: positions,
  shape: kinds.kind<SparsityPattern['shape']>(
    'a pair of whole numbers of at least 0',
    (value) => kinds.shape.holds(value) && value.length === 2
  )
})

/**
 * The matrix with zeros at all other places.
 *
 * @shape a sparse matrix → [rows, columns]
 * @throws ValueError when it is not a sparse matrix
 * @throws IndexError when an entry is outside its shape
 * @throws ShapeError when there are not as many values as entries, or the matrix would hold too many numbers
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { square, sparseJacobian, tensor, toArray, toDense } from 'grad-ts'
 *
 * deepStrictEqual(toArray(toDense(sparseJacobian(square)(tensor([1, 2])))), [[2, 0], [0, 4]])
 * @category transform
 * @since 0.1.0
 */
export const toDense = (matrix: SparseMatrix): Mat => {
  const { rows, columns, shape } = kinds.mustBe(sparseMatrix, 'toDense: matrix', matrix) as SparsityPattern
  const values = asTensor('toDense: matrix.values', matrix.values)
  const [height, width] = checkDims('toDense', shape) as SparsityPattern['shape']
  if (!sameDims(dimsOf(values), [rows.length]) || columns.length !== rows.length)
    fail(
      'ShapeError',
      `toDense: needs as many columns and values as rows, got ${rows.length} rows, ${columns.length} columns and values of shape ${showDims(dimsOf(values))}`
    )
  const outside = rows.findIndex((row, entry) => row >= height || columns[entry]! >= width)
  if (outside >= 0)
    fail(
      'IndexError',
      `toDense: entry ${outside}, at ${showDims([rows[outside]!, columns[outside]!])}, is outside the shape ${showDims(shape)}`
    )
  const places = Float64Array.from(rows, (row, entry) => row * width + columns[entry]!)
  return op.reshape(op.scatterAdd(values, make([places.length], places), height * width), shape) as Mat
}
