import type { Access } from './access.ts'
import type { Lanes } from './lanes.ts'
import { assign, type Effect, i32, local, type Local, doWhile, type Statement, type Value } from './wasm.ts'
import { loadVector, storeVector } from './vector.ts'

/** What the ways to multiply matrices have in common: what a product is, and what follows it for a tile of its elements. */

/** A matrix product, and what follows it element by element. `At` is an address, or a relative one before memory is planned. */
export interface Matmul<At = number> {
  readonly batch: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
  /** Strides for batch, row, inner. */
  readonly left: Access<At>
  /** Strides for batch, inner, column. */
  readonly right: Access<At>
  /** Operands of what follows; strides for batch, row, column. */
  readonly loads: readonly Access<At>[]
  /** What is stored, from the product and the operands. */
  readonly body: (product: Value, vectors: readonly Value[]) => readonly Value[]
  /** Strides for batch, row, column; no place is met twice. */
  readonly results: readonly Access<At>[]
  /** Where the room for an operand in another order begins. */
  readonly room: At
}

/** The same product with its roles exchanged: the transpose, of transposed operands. */
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

/** A loop of a variable that counts bytes, or its body once. */
export const counted = (
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

/** Where a tile is: the bytes its first element is from the first of each access, by variables. */
export interface Position {
  readonly batch: Local
  readonly row: Local
  readonly column: Local
}

/** An address from the numbers of batch, row and column. */
const addressOf = (l: Lanes, { strides }: Access, { batch, row, column }: Position): Value => {
  const parts = [batch, row, column].flatMap((index, d) => {
    const bytes = strides[d]! * l.bytes
    return bytes === 0 ? [] : [i32.mul(index, i32.constant(bytes))]
  })
  return parts.length === 0 ? i32.constant(0) : parts.reduce((sum, part) => i32.add(sum, part))
}

export interface Tile {
  readonly rows: number
  /** For each vector of a row, how many of its lanes are columns. */
  readonly lanes: readonly number[]
}

/**
 * What follows the product of a tile, and its stores: one vector after another, so that only its operands need registers.
 */
export const finish = (
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

/** A length in whole vectors. */
export const evenly = (l: Lanes, n: number): number => Math.ceil(n / l.count) * l.count
