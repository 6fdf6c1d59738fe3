import type { Lanes } from './lanes.ts'
import { dots, isDot, roomOfDots } from './dots.ts'
import { loop } from './loop.ts'
import { type Matmul, transposed } from './product.ts'
import { inOne, splitLoop, splitProduct, type Work } from './split.ts'
import { isThin, roomOfThin, thin } from './thin.ts'
import { type AddFunction, packs, roomOfTiles, tiled } from './tiles.ts'

/** A matrix product in the way that suits its shape. */

/** What a product costs, about: vectors multiplied, numbers copied and numbers stored one by one. */
const costOf = (l: Lanes, p: Matmul): number => {
  const vectors = p.batch * p.rows * p.inner * Math.ceil(p.columns / l.count)
  const copied = (isThin(l, p) ? p.right.strides[2] !== 1 : packs(l, p)) ? p.batch * p.inner * p.columns * 2 : 0
  const scattered = [...p.loads, ...p.results].filter(({ strides }) => strides[2]! > 1).length
  return vectors + copied + scattered * p.batch * p.rows * p.columns * 2
}

/** The way round that is cheaper. */
const oriented = (l: Lanes, p: Matmul): Matmul => {
  const other = transposed(p)
  if (isDot(l, p)) return p
  if (isDot(l, other)) return other
  return costOf(l, other) < costOf(l, p) ? other : p
}

/** A product in parts that are taken in tiles, each with room of its own. */
const tilesOf = (l: Lanes, p: Matmul, parts: number): readonly Matmul[] => {
  const pieces = splitProduct(l, p, parts)
  return pieces.map((piece, i) => ({
    ...piece,
    room: pieces.slice(0, i).reduce((at, before) => at + roomOfTiles(l, before) * l.bytes, p.room)
  }))
}

/** How many elements of room a product needs. */
export const packedSize = (l: Lanes, product: Matmul, parts: number): number => {
  const p = oriented(l, product)
  return isDot(l, p)
    ? roomOfDots(l, p)
    : isThin(l, p)
      ? roomOfThin(l, p)
      : tilesOf(l, p, parts).reduce((size, piece) => size + roomOfTiles(l, piece), 0)
}

/** The statements of a matrix product, in so many parts at most; `add` takes the functions that they call. */
export const matmul = (l: Lanes, product: Matmul, parts: number, add: AddFunction): Work => {
  const p = oriented(l, product)
  if (p.batch * p.rows * p.columns === 0) return inOne([])
  // few columns are few elements: not worth being done side by side
  if (isDot(l, p)) return inOne(dots(l, p))
  if (!isThin(l, p)) return { before: [], parts: tilesOf(l, p, parts).map((piece) => tiled(l, piece, add)) }
  const { before, sums } = thin(l, p)
  return { before, parts: splitLoop(l, sums, parts).map((piece) => loop(l, piece)) }
}
