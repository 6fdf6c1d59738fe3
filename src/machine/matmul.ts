import { resolved } from './access.ts'
import type { Lanes } from './lanes.ts'
import { dots, isDot, roomOfDots } from './dots.ts'
import { loop } from './loop.ts'
import { type Matmul, transposed } from './product.ts'
import { inOne, type Piece, pieceOf, piecesOf, splitLoop, type Work } from './split.ts'
import { isThin, roomOfThin, thin } from './thin.ts'
import { type AddFunction, packs, roomOfTiles, tiled } from './tiles.ts'

/** A matrix product in the way that suits its shape. */

/**
 * How a product is computed: which way round, by which loops, in which parts, and the room that takes. Sizes and strides
 * decide it, addresses do not, so that it is decided once: memory is planned by it, and the statements are written by it.
 */
export interface Method<At = number> {
  readonly kind: 'dots' | 'thin' | 'tiles'
  /** The product the way round it is computed. */
  readonly product: Matmul<At>
  readonly pieces: readonly RoomyPiece[]
  /** Bytes of room. */
  readonly room: number
}

interface RoomyPiece extends Piece {
  /** Bytes from the beginning of the room to the piece's own. */
  readonly room: number
}

/** What a product costs, about: vectors multiplied, numbers copied and numbers stored one by one. */
const costOf = (l: Lanes, p: Matmul<unknown>): number => {
  const vectors = p.batch * p.rows * p.inner * Math.ceil(p.columns / l.count)
  const copied = (isThin(l, p) ? p.right.strides[2] !== 1 : packs(l, p)) ? p.batch * p.inner * p.columns * 2 : 0
  const scattered = [...p.loads, ...p.results].filter(({ strides }) => strides[2]! > 1).length
  return vectors + copied + scattered * p.batch * p.rows * p.columns * 2
}

/** The way round that is cheaper. */
const oriented = <At>(l: Lanes, p: Matmul<At>): Matmul<At> => {
  const other = transposed(p)
  if (isDot(l, p)) return p
  if (isDot(l, other)) return other
  return costOf(l, other) < costOf(l, p) ? other : p
}

/** Parts that are taken in tiles, each with room of its own, and how many bytes that is in all. */
const roomy = (l: Lanes, p: Matmul<unknown>, parts: number): Pick<Method, 'pieces' | 'room'> =>
  piecesOf(p, parts).reduce<Pick<Method, 'pieces' | 'room'>>(
    ({ pieces, room }, piece) => ({
      pieces: [...pieces, { ...piece, room }],
      room: room + roomOfTiles(l, { ...p, [piece.axis]: piece.length }) * l.bytes
    }),
    { pieces: [], room: 0 }
  )

/** Decides how a product is computed, in `parts` parts at most. */
export const methodOf = <At>(l: Lanes, product: Matmul<At>, parts: number): Method<At> => {
  const p = oriented(l, product)
  const inOnePiece = (room: number) => ({
    pieces: [{ axis: 'batch', start: 0, length: p.batch, room: 0 }] as const,
    room
  })
  // few columns are few elements: not worth being done side by side
  if (isDot(l, p)) return { kind: 'dots', product: p, ...inOnePiece(roomOfDots(l, p) * l.bytes) }
  return isThin(l, p)
    ? { kind: 'thin', product: p, ...inOnePiece(roomOfThin(l, p) * l.bytes) }
    : { kind: 'tiles', product: p, ...roomy(l, p, parts) }
}

/** The same with addresses. */
export const placedMethod = <A, B>(method: Method<A>, addressOf: (place: A) => B): Method<B> => {
  const at = resolved(addressOf)
  const { left, right, loads, results, room, ...shape } = method.product
  return {
    ...method,
    product: {
      ...shape,
      left: at(left),
      right: at(right),
      loads: loads.map(at),
      results: results.map(at),
      room: addressOf(room)
    }
  }
}

/** The statements of a matrix product, in `parts` parts at most; `add` takes the functions that they call. */
export const matmul = (l: Lanes, { kind, product: p, pieces }: Method, parts: number, add: AddFunction): Work => {
  if (p.batch * p.rows * p.columns === 0) return inOne([])
  switch (kind) {
    case 'dots':
      return inOne(dots(l, p))
    case 'thin': {
      const { before, sums } = thin(l, p)
      return { before, parts: splitLoop(l, sums, parts).map((piece) => loop(l, piece)) }
    }
    case 'tiles':
      return {
        before: [],
        parts: pieces.map(({ room, ...piece }) => tiled(l, { ...pieceOf(l, p, piece), room: p.room + room }, add))
      }
  }
}
