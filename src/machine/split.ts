import type { Access } from './access.ts'
import type { Lanes } from './lanes.ts'
import type { Loop } from './nest.ts'
import type { Matmul } from './product.ts'
import type { Statement } from './wasm.ts'

/** Work cut into parts that can be done side by side. Each element is computed as it would be in one piece, to the bit. */

/** The statements of a kernel: what comes first, then parts of it that know nothing of each other. */
export interface Work {
  readonly before: readonly Statement[]
  readonly parts: readonly (readonly Statement[])[]
}

/** Work in one piece. */
export const inOne = (statements: readonly Statement[]): Work => ({ before: [], parts: [statements] })

/** Parts are multiples of this many elements, so that the vectors of a part are those of the whole. */
export const TOGETHER = 8

interface Part {
  readonly start: number
  readonly length: number
}

/** A length in parts of whole units, the last with what is left over; in one when there are not enough. */
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

/** A loop nest in parts, along the outermost loop that all results depend on. */
export const splitLoop = (l: Lanes, loop: Loop, parts: number): readonly Loop[] => {
  const { dims, loads, results } = loop
  const isLast = (axis: number): boolean => dims.slice(axis + 1).every((n) => n === 1)
  const axis = dims.findIndex(
    (n, d) =>
      n >= (isLast(d) ? 2 * TOGETHER : 2) &&
      results.every(({ to, reduction }) => reduction === null || to.strides[d] !== 0)
  )
  return axis < 0
    ? [loop]
    : cut(dims[axis]!, parts, isLast(axis) ? TOGETHER : 1).map(({ start, length }) => ({
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

/** A product in parts: of its batch, else of its rows or its columns, whichever are more. */
export const piecesOf = (p: Matmul<unknown>, parts: number): readonly Piece[] => {
  const axis = p.batch >= parts ? 'batch' : p.rows >= p.columns ? 'rows' : 'columns'
  return cut(p[axis], parts, axis === 'batch' ? 1 : TOGETHER).map((part) => ({ ...part, axis }))
}

/** A part of a product as a product of its own. */
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
