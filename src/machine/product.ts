import type { Access } from './access.ts'
import type { Lanes } from './lanes.ts'
import { assign, type Effect, i32, local, type Local, doWhile, type Statement, type Value } from './wasm.ts'
import { loadVector, storeVector } from './vector.ts'

/** Shared by the matrix product algorithms: the description of a product, and the epilogue of a tile. */

/**
 * A matrix product with a fused elementwise epilogue. `At` is an address, or a relative one before memory is planned.
 */
export interface Matmul<At = number> {
  readonly batch: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
  /** Strides for batch, row, inner. */
  readonly left: Access<At>
  /** Strides for batch, inner, column. */
  readonly right: Access<At>
  /** Operands of the epilogue; strides for batch, row, column. */
  readonly loads: readonly Access<At>[]
  /** The epilogue: the stored results from the product and its operands. */
  readonly body: (product: Value, vectors: readonly Value[]) => readonly Value[]
  /** Strides for batch, row, column; addresses are distinct. */
  readonly results: readonly Access<At>[]
  /** Scratch for a packed operand. */
  readonly scratch: At
}

/** The product as its transpose: `(A B)ᵀ = Bᵀ Aᵀ`. */
export const transposed = <At>(p: Matmul<At>): Matmul<At> => {
  const swap = ({ address, strides: [batch, a, b] }: Access<At>): Access<At> => ({
    address,
    strides: [batch!, b!, a!]
  })
  return {
    ...p,
    rows: p.columns,
    columns: p.rows,
    left: swap(p.right),
    right: swap(p.left),
    loads: p.loads.map(swap),
    results: p.results.map(swap)
  }
}

/**
 * A loop of `turns` iterations that advances pointers by steps in bytes, and resets them at the end; one iteration is
 * inlined.
 */
export const countedLoop = (
  turns: number,
  steps: readonly (readonly [Local, number])[],
  body: readonly Statement[]
): readonly Statement[] => {
  const left = local('i32')
  const forward = steps.filter(([, step]) => step !== 0)
  if (turns === 0) return []
  if (turns === 1) return body
  return [
    assign([left, i32.constant(turns)]),
    doWhile(
      left,
      ...body,
      assign(
        [left, i32.sub(left, i32.constant(1))],
        ...forward.map(([pointer, step]) => [pointer, i32.add(pointer, i32.constant(step))] as const)
      )
    ),
    assign(...forward.map(([pointer, step]) => [pointer, i32.sub(pointer, i32.constant(step * turns))] as const))
  ]
}

/** The position of a tile: the indices of its first element, in locals. */
export interface Position {
  readonly batch: Local
  readonly row: Local
  readonly column: Local
}

/** The byte offset of an element from its batch, row and column indices. */
const addressOf = (l: Lanes, { strides }: Access, { batch, row, column }: Position): Value => {
  const parts = [batch, row, column].flatMap((index, d) => {
    const bytes = strides[d]! * l.bytes
    return bytes === 0 ? [] : [i32.mul(index, i32.constant(bytes))]
  })
  return parts.length === 0 ? i32.constant(0) : parts.reduce((sum, part) => i32.add(sum, part))
}

export interface Tile {
  readonly rows: number
  /** For each vector of a row, the number of lanes in use. */
  readonly lanes: readonly number[]
}

/**
 * The epilogue and the stores of a tile, one vector at a time to keep register pressure low.
 */
export const epilogue = (
  l: Lanes,
  p: Matmul,
  tile: Tile,
  at: Position,
  sums: readonly (readonly Value[])[]
): readonly Statement[] => {
  const bases = [...p.loads, ...p.results].map((access) => ({ access, base: local('i32') }))
  const offsetOf = ({ address, strides }: Access, row: number, vector: number): number =>
    address + (row * strides[1]! + vector * l.count * strides[2]!) * l.bytes
  const [loads, results] = [bases.slice(0, p.loads.length), bases.slice(p.loads.length)]
  return [
    assign(...bases.map(({ access, base }) => [base, addressOf(l, access, at)] as const)),
    ...sums.flatMap((vectors, row) =>
      vectors.map((sum, vector): Statement => {
        const lanes = tile.lanes[vector]!
        const operands = loads.map(({ access, base }) =>
          loadVector(l, base, offsetOf(access, row, vector), access.strides[2]!, lanes)
        )
        const values = p.body(sum, operands)
        return {
          _tag: 'Step',
          sets: [],
          effects: results.flatMap(({ access, base }, i): readonly Effect[] =>
            storeVector(l, base, values[i]!, offsetOf(access, row, vector), access.strides[2]!, lanes)
          )
        }
      })
    )
  ]
}

/** A length rounded up to a multiple of the lane count. */
export const paddedToLanes = (l: Lanes, n: number): number => Math.ceil(n / l.count) * l.count
