import type { Access } from './access.ts'
import type { Lanes } from './lanes.ts'
import type { Loop } from './nest.ts'
import type { Matmul } from './product.ts'
import type { Statement } from './wasm.ts'

/** Splits work into parts that can run in parallel, bit-identical to running it in one piece. */

/** The statements of a kernel: a prologue, then independent parts. */
export interface Work {
  readonly before: readonly Statement[]
  readonly parts: readonly (readonly Statement[])[]
}

/** Work that is not split. */
export const unsplit = (statements: readonly Statement[]): Work => ({ before: [], parts: [statements] })

/** Part sizes are multiples of this many elements, so that vectors do not straddle parts. */
export const SPLIT_UNIT = 8

interface Part {
  readonly start: number
  readonly length: number
}

/** Cuts a length into at most `parts` parts of whole units; the last one also takes the remainder. */
export const cut = (length: number, parts: number, unit: number): readonly Part[] => {
  const count = Math.max(1, Math.min(parts, Math.floor(length / unit)))
  const each = Math.floor(length / count / unit) * unit
  return Array.from({ length: count }, (_, i) => ({
    start: i * each,
    length: i === count - 1 ? length - i * each : each
  }))
}

const from = (l: Lanes, { address, strides }: Access, axis: number, start: number): Access => ({
  address: address + start * strides[axis]! * l.bytes,
  strides
})

/** Splits a loop nest along the outermost loop that reduces no result. */
export const splitLoop = (l: Lanes, loop: Loop, parts: number): readonly Loop[] => {
  const { dims, loads, results } = loop
  const isLast = (axis: number): boolean => dims.slice(axis + 1).every((n) => n === 1)
  const axis = dims.findIndex(
    (n, d) =>
      n >= (isLast(d) ? 2 * SPLIT_UNIT : 2) &&
      results.every(({ to, reduction }) => reduction === null || to.strides[d] !== 0)
  )
  return axis < 0
    ? [loop]
    : cut(dims[axis]!, parts, isLast(axis) ? SPLIT_UNIT : 1).map(({ start, length }) => ({
        ...loop,
        dims: dims.with(axis, length),
        loads: loads.map((load) => from(l, load, axis, start)),
        results: results.map((result) => ({ ...result, to: from(l, result.to, axis, start) }))
      }))
}

/** A part of a product: a range of its batch, its rows or its columns. */
export interface Piece extends Part {
  readonly axis: 'batch' | 'rows' | 'columns'
}

/** Splits a product along its batch when that is long enough, else along the larger of rows and columns. */
export const piecesOf = (p: Matmul<unknown>, parts: number): readonly Piece[] => {
  const axis = p.batch >= parts ? 'batch' : p.rows >= p.columns ? 'rows' : 'columns'
  return cut(p[axis], parts, axis === 'batch' ? 1 : SPLIT_UNIT).map((part) => ({ ...part, axis }))
}

/** One piece of a product as a product. */
export const pieceOf = (l: Lanes, p: Matmul, { axis, start, length }: Piece): Matmul => {
  const d = ['batch', 'rows', 'columns'].indexOf(axis)
  return {
    ...p,
    [axis]: length,
    left: axis === 'columns' ? p.left : from(l, p.left, d, start),
    right: axis === 'rows' ? p.right : from(l, p.right, d, start),
    loads: p.loads.map((load) => from(l, load, d, start)),
    results: p.results.map((result) => from(l, result, d, start))
  }
}
