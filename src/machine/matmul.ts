import { resolved } from './access.ts'
import type { Lanes } from './lanes.ts'
import { dots, isDot, scratchOfDots } from './dots.ts'
import { loop } from './loop.ts'
import { type Matmul, transposed } from './product.ts'
import { unsplit, type Piece, pieceOf, piecesOf, splitLoop, type Work } from './split.ts'
import { isThin, scratchOfThin, thin } from './thin.ts'
import { type AddFunction, packs, scratchOfTiles, tiled } from './tiles.ts'

/** Matrix products: chooses an algorithm by the shape. */

/**
 * How a product is computed: its orientation, algorithm, parts and scratch. Depends on sizes and strides only, not on
 * addresses, so it is decided once, and both memory planning and code generation read it.
 */
export interface Method<At = number> {
  readonly kind: 'dots' | 'thin' | 'tiles'
  /** The product as it is computed, possibly transposed. */
  readonly product: Matmul<At>
  readonly pieces: readonly ScratchPiece[]
  /** Bytes of scratch. */
  readonly scratch: number
}

interface ScratchPiece extends Piece {
  /** Offset of the piece's own scratch, in bytes. */
  readonly scratch: number
}

/** Cost estimate of a product: vector multiplications, packed elements, and scalar loads and stores. */
const costOf = (l: Lanes, p: Matmul<unknown>): number => {
  const vectors = p.batch * p.rows * p.inner * Math.ceil(p.columns / l.count)
  const copied = (isThin(l, p) ? p.right.strides[2] !== 1 : packs(l, p)) ? p.batch * p.inner * p.columns * 2 : 0
  const scattered = [...p.loads, ...p.results].filter(({ strides }) => strides[2]! > 1).length
  return vectors + copied + scattered * p.batch * p.rows * p.columns * 2
}

/** The product or its transpose, whichever is cheaper. */
const oriented = <At>(l: Lanes, p: Matmul<At>): Matmul<At> => {
  const other = transposed(p)
  if (isDot(l, p)) return p
  if (isDot(l, other)) return other
  return costOf(l, other) < costOf(l, p) ? other : p
}

/** The pieces of a tiled product, each with scratch of its own, and the total scratch in bytes. */
const piecesWithScratch = (l: Lanes, p: Matmul<unknown>, parts: number): Pick<Method, 'pieces' | 'scratch'> =>
  piecesOf(p, parts).reduce<Pick<Method, 'pieces' | 'scratch'>>(
    ({ pieces, scratch }, piece) => ({
      pieces: [...pieces, { ...piece, scratch }],
      scratch: scratch + scratchOfTiles(l, { ...p, [piece.axis]: piece.length }) * l.bytes
    }),
    { pieces: [], scratch: 0 }
  )

/** Chooses how a product is computed, in at most `parts` parts. */
export const methodOf = <At>(l: Lanes, product: Matmul<At>, parts: number): Method<At> => {
  const p = oriented(l, product)
  const inOnePiece = (scratch: number) => ({
    pieces: [{ axis: 'batch', start: 0, length: p.batch, scratch: 0 }] as const,
    scratch
  })
  // few columns are too little work to split between threads
  if (isDot(l, p)) return { kind: 'dots', product: p, ...inOnePiece(scratchOfDots(l, p) * l.bytes) }
  return isThin(l, p)
    ? { kind: 'thin', product: p, ...inOnePiece(scratchOfThin(l, p) * l.bytes) }
    : { kind: 'tiles', product: p, ...piecesWithScratch(l, p, parts) }
}

/** The method with addresses resolved. */
export const placedMethod = <A, B>(method: Method<A>, addressOf: (place: A) => B): Method<B> => {
  const at = resolved(addressOf)
  const { left, right, loads, results, scratch, ...shape } = method.product
  return {
    ...method,
    product: {
      ...shape,
      left: at(left),
      right: at(right),
      loads: loads.map(at),
      results: results.map(at),
      scratch: addressOf(scratch)
    }
  }
}

/**
 * The statements of a matrix product, in at most `parts` parts; `add` adds the functions that they call to the module.
 */
export const matmul = (l: Lanes, { kind, product: p, pieces }: Method, parts: number, add: AddFunction): Work => {
  if (p.batch * p.rows * p.columns === 0) return unsplit([])
  switch (kind) {
    case 'dots':
      return unsplit(dots(l, p))
    case 'thin': {
      const { before, sums } = thin(l, p)
      return { before, parts: splitLoop(l, sums, parts).map((piece) => loop(l, piece)) }
    }
    case 'tiles':
      return {
        before: [],
        parts: pieces.map(({ scratch, ...piece }) =>
          tiled(l, { ...pieceOf(l, p, piece), scratch: p.scratch + scratch }, add)
        )
      }
  }
}
