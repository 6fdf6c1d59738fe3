import type { Lanes } from './lanes.ts'
import { countedLoop, epilogue, type Matmul, type Position, type Tile } from './product.ts'
import { loadVector, storeVector } from './vector.ts'
import {
  assign,
  callFor,
  type Effect,
  type Func,
  i32,
  local,
  type Local,
  doWhile,
  perform,
  type Statement,
  v128,
  type Value
} from './wasm.ts'

/**
 * Register-tiled matrix products: a tile of a few rows by a few vectors of columns accumulates in locals along the
 * inner dimension, then the elementwise epilogue runs before the tile is stored. Each element is summed in order.
 *
 * @see Goto, van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008)
 */

/** Rows of a tile. */
const ROWS = 4
/** Vectors in a row of a tile. */
const VECTORS = 2
/** Accumulators that fit in registers, when a tile has fewer rows. */
const ACCUMULATORS = 8
/** Unroll factor of packing, in rows of a panel. */
const UNROLL = 4
/** Size of a block of left rows that is multiplied with all columns before the next: it stays in the L2 cache. */
const BLOCK_BYTES = 512 * 1024

/** From this many multiplications on, tiles are functions instead of inlined. */
const CALLED = 2 ** 20

/** Adds a function to a module, and gives its index. */
export type AddFunction = (func: Func) => number

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Whether the right operand is packed first, into panels with contiguous rows. */
export const packs = (l: Lanes, { rows, inner, columns, right }: Matmul<unknown>): boolean => {
  const [, step, across] = right.strides
  return across !== 1 || (rows >= 4 * ROWS && inner * step! * l.bytes > 16 * 1024 && columns > VECTORS * l.count)
}

/** The panel widths of a product, in columns from left to right. */
const panelsOf = (l: Lanes, rows: number, columns: number) => {
  const vectors = rows >= ROWS ? VECTORS : Math.floor(ACCUMULATORS / Math.max(1, rows))
  const width = vectors * l.count
  const whole = Math.floor(columns / width)
  const rest = columns % width
  return { width, whole, rest, restWidth: Math.ceil(rest / l.count) * l.count }
}

/** Scratch of a tiled product, in elements. */
export const scratchOfTiles = (l: Lanes, p: Matmul<unknown>): number => {
  if (!packs(l, p)) return 0
  const { width, whole, restWidth } = panelsOf(l, p.rows, p.columns)
  return p.inner * (whole * width + restWidth)
}

/** The right operand as a tile reads it. */
interface Panel {
  readonly pointer: Local
  readonly address: number
  /** Stride along the inner dimension, in elements. */
  readonly step: number
}

/**
 * One tile: accumulators, the loop along the inner dimension, then the epilogue. The loop is not unrolled, since
 * compilers hoist the loads of a loop body to its beginning, where more of them would spill. Each row has a pointer of
 * its own, since a splatting load takes no immediate offset on the machine.
 */
const tileOf = (l: Lanes, p: Matmul, tile: Tile, left: Local, panel: Panel, at: Position): readonly Statement[] => {
  const [, down, along] = p.left.strides
  const sums = numbers(tile.rows).map(() => tile.lanes.map(() => local('v128')))
  const into = (values: readonly (readonly Value[])[]): readonly (readonly [Local, Value])[] =>
    sums.flatMap((row, r) => row.map((sum, v) => [sum, values[r]![v]!] as const))
  if (p.inner === 0)
    return epilogue(
      l,
      p,
      tile,
      at,
      sums.map((row) => row.map(() => l.constant(0)))
    )
  const pointers = sums.map(() => local('i32'))
  const [b, count] = [local('i32'), local('i32')]
  const products = (first: boolean) => {
    const right = tile.lanes.map((_, v) => v128.load(b, panel.address + v * l.count * l.bytes))
    return sums.map((row, r) => {
      const x = l.loadSplat(pointers[r]!)
      return row.map((sum, v): Value => (first ? l.mul(x, right[v]!) : l.madd(x, right[v]!, sum)))
    })
  }
  const forward = [
    ...pointers.map((pointer) => [pointer, i32.add(pointer, i32.constant(along! * l.bytes))] as const),
    [b, i32.add(b, i32.constant(panel.step * l.bytes))] as const
  ]
  return [
    assign(
      ...pointers.map(
        (pointer, row) => [pointer, i32.add(left, i32.constant(p.left.address + row * down! * l.bytes))] as const
      ),
      [b, panel.pointer]
    ),
    assign(...into(products(true)), ...forward),
    ...(p.inner === 1
      ? []
      : [
          assign([count, i32.constant(p.inner - 1)]),
          doWhile(count, assign(...into(products(false)), ...forward, [count, i32.sub(count, i32.constant(1))]))
        ]),
    ...epilogue(l, p, tile, at, sums)
  ]
}

/** Statements that compute one tile from its size, its operands and its position. */
type WriteTile = (tile: Tile, left: Local, panel: Panel, at: Position) => readonly Statement[]

/**
 * Tiles are inlined, or, in a large product, functions that are called for each tile. That shortens a program's first
 * run: WebAssembly engines optimise a hot function in the background, and use the new code only at its next call.
 */
const tileWriter = (l: Lanes, p: Matmul, add: AddFunction): WriteTile => {
  if (p.batch * p.rows * p.inner * p.columns < CALLED) return (...where) => tileOf(l, p, ...where)
  const known = new Map<string, number>()
  return (tile, left, panel, at) => {
    const params = [left, panel.pointer, at.batch, at.row, at.column]
    const name = `tile of ${tile.rows} by ${tile.lanes.join('+')}`
    const number =
      known.get(name) ?? add({ name, params, results: [], body: tileOf(l, p, tile, left, panel, at), exported: false })
    known.set(name, number)
    return [perform(callFor(number, ...params))]
  }
}

const lanesOfPanel = (l: Lanes, columns: number): readonly number[] =>
  numbers(Math.ceil(columns / l.count)).map((v) => Math.min(l.count, columns - v * l.count))

/** The tiles of all rows of one panel of columns. */
const rowsOf = (
  l: Lanes,
  p: Matmul,
  writeTile: WriteTile,
  rows: number,
  columns: number,
  left: Local,
  panel: Panel,
  at: Position
): readonly Statement[] => {
  const lanes = lanesOfPanel(l, columns)
  const height = Math.min(ROWS, rows)
  const whole = Math.floor(rows / height)
  const rest = rows % height
  const down = p.left.strides[1]! * l.bytes
  const tiles = countedLoop(
    whole,
    [
      [left, height * down],
      [at.row, height]
    ],
    writeTile({ rows: height, lanes }, left, panel, at)
  )
  if (rest === 0) return tiles
  const step = whole * height
  return [
    ...tiles,
    assign([left, i32.add(left, i32.constant(step * down))], [at.row, i32.add(at.row, i32.constant(step))]),
    ...writeTile({ rows: rest, lanes }, left, panel, at),
    assign([left, i32.sub(left, i32.constant(step * down))], [at.row, i32.sub(at.row, i32.constant(step))])
  ]
}

/** Packs a panel of the right operand row by row, padded to whole vectors. */
const packPanel = (l: Lanes, p: Matmul, columns: number, width: number, from: Local, to: Local) => {
  const [, step, across] = p.right.strides
  const copy = (k: number): readonly Effect[] =>
    lanesOfPanel(l, columns).flatMap((lanes, v) =>
      storeVector(
        l,
        to,
        loadVector(l, from, p.right.address + (k * step! + v * l.count * across!) * l.bytes, across!, lanes),
        p.scratch + (k * width + v * l.count) * l.bytes,
        1,
        l.count
      )
    )
  const turns = Math.floor(p.inner / UNROLL)
  const rest = p.inner % UNROLL
  const skip = (by: number): readonly (readonly [Local, Value])[] => [
    [from, i32.add(from, i32.constant(by * UNROLL * step! * l.bytes))],
    [to, i32.add(to, i32.constant(by * UNROLL * width * l.bytes))]
  ]
  const perform = (k: number): Statement => ({ _tag: 'Step', sets: [], effects: copy(k) })
  return [
    ...countedLoop(
      turns,
      [
        [from, UNROLL * step! * l.bytes],
        [to, UNROLL * width * l.bytes]
      ],
      numbers(UNROLL).map(perform)
    ),
    ...(rest === 0 ? [] : [assign(...skip(turns)), ...numbers(rest).map(perform), assign(...skip(-turns))])
  ]
}

/** The statements of a tiled product, in a loop over its batch. */
export const tiled = (l: Lanes, p: Matmul, add: AddFunction): readonly Statement[] => {
  const packed = packs(l, p)
  const writeTile = tileWriter(l, p, add)
  const { width, whole, rest, restWidth } = panelsOf(l, p.rows, p.columns)
  const [leftBatch, down] = p.left.strides
  const [rightBatch, step, across] = p.right.strides
  const [left, right, from, to] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const at: Position = { batch: local('i32'), row: local('i32'), column: local('i32') }
  const [leftStart, rightStart] = [local('i32'), local('i32')]
  const forward = (columns: number): number => (packed ? columns * p.inner : columns * across!) * l.bytes
  const panelOf = (columns: number): Panel => ({
    pointer: right,
    address: packed ? p.scratch : p.right.address,
    step: packed ? columns : step!
  })
  const copies = !packed
    ? []
    : [
        assign([from, rightStart], [to, i32.constant(0)]),
        ...countedLoop(
          whole,
          [
            [from, width * across! * l.bytes],
            [to, width * p.inner * l.bytes]
          ],
          packPanel(l, p, width, width, from, to)
        ),
        ...(rest === 0
          ? []
          : [
              assign(
                [from, i32.add(from, i32.constant(whole * width * across! * l.bytes))],
                [to, i32.constant(whole * width * p.inner * l.bytes)]
              ),
              ...packPanel(l, p, rest, restWidth, from, to)
            ])
      ]
  const panels = (rows: number): readonly Statement[] => [
    assign([right, packed ? i32.constant(0) : rightStart], [at.column, i32.constant(0)]),
    ...countedLoop(
      whole,
      [
        [right, forward(width)],
        [at.column, width]
      ],
      rowsOf(l, p, writeTile, rows, width, left, panelOf(width), at)
    ),
    ...(rest === 0
      ? []
      : [
          assign(
            [right, i32.add(right, i32.constant(whole * forward(width)))],
            [at.column, i32.constant(whole * width)]
          ),
          ...rowsOf(l, p, writeTile, rows, rest, left, panelOf(restWidth), at)
        ])
  ]
  const block = Math.max(ROWS, Math.floor(BLOCK_BYTES / Math.max(1, p.inner * l.bytes) / ROWS) * ROWS)
  const blocks = Math.floor(p.rows / block)
  const last = p.rows % block
  const one: readonly Statement[] = [
    ...copies,
    assign([left, leftStart], [at.row, i32.constant(0)]),
    ...countedLoop(
      blocks,
      [
        [left, block * down! * l.bytes],
        [at.row, block]
      ],
      panels(block)
    ),
    ...(last === 0
      ? []
      : [
          assign(
            [left, i32.add(leftStart, i32.constant(blocks * block * down! * l.bytes))],
            [at.row, i32.constant(blocks * block)]
          ),
          ...panels(last)
        ])
  ]
  return [
    assign([leftStart, i32.constant(0)], [rightStart, i32.constant(0)], [at.batch, i32.constant(0)]),
    ...countedLoop(
      p.batch,
      [
        [leftStart, leftBatch! * l.bytes],
        [rightStart, rightBatch! * l.bytes],
        [at.batch, 1]
      ],
      one
    )
  ]
}
