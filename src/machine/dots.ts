import type { Lanes } from './lanes.ts'
import { loop } from './loop.ts'
import { countedLoop, paddedToLanes, epilogue, type Matmul, type Position } from './product.ts'
import { loadVector, sumsOfLanes } from './vector.ts'
import { assign, i32, local, type Statement } from './wasm.ts'

/** Matrix products with few columns, as dot products vectorised along the inner dimension. */

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** The most columns for which dot products beat tiles. */
const MAX_DOT_COLUMNS = 3

/**
 * Whether a product is computed as dot products, vectorised along the inner dimension: few columns, and rows of the
 * left operand that are contiguous.
 */
export const isDot = (l: Lanes, { rows, columns, inner, left, right }: Matmul<unknown>): boolean =>
  columns <= MAX_DOT_COLUMNS &&
  left.strides[2] === 1 &&
  inner >= 8 * l.count &&
  (right.strides[1] === 1 || rows >= 4) &&
  // fewer vector operations than tiles, whose lanes would be partly idle
  columns * Math.ceil(inner / l.count) < inner * Math.ceil(columns / l.count)

/** Scratch of a product by dots, in elements. */
export const scratchOfDots = (l: Lanes, p: Matmul<unknown>): number =>
  p.right.strides[1] === 1 ? 0 : p.batch * p.columns * paddedToLanes(l, p.inner)

/** Rows of a tile of dots by its column count, limited by register pressure. */
const dotRows = [0, 4, 4, 3] as const

/** Packs the right operand so that each of its columns is contiguous along the inner dimension. */
const packColumns = (l: Lanes, p: Matmul): readonly Statement[] =>
  numbers(p.columns).flatMap((column) =>
    loop(l, {
      dims: [p.batch, p.inner],
      loads: [
        {
          address: p.right.address + column * p.right.strides[2]! * l.bytes,
          strides: [p.right.strides[0]!, p.right.strides[1]!]
        }
      ],
      body: ([x]) => [x!],
      results: [
        {
          to: {
            address: p.scratch + column * paddedToLanes(l, p.inner) * l.bytes,
            strides: [p.columns * paddedToLanes(l, p.inner), 1]
          },
          reduction: null
        }
      ]
    })
  )

/** Dot products of contiguous rows and columns: vector accumulators, summed across lanes at the end. */
export const dots = (l: Lanes, product: Matmul): readonly Statement[] => {
  const copied = product.right.strides[1] !== 1
  const p: Matmul = copied
    ? {
        ...product,
        right: {
          address: product.scratch,
          strides: [product.columns * paddedToLanes(l, product.inner), 1, paddedToLanes(l, product.inner)]
        }
      }
    : product
  const at: Position = { batch: local('i32'), row: local('i32'), column: local('i32') }
  const [left, right] = [local('i32'), local('i32')]
  const [leftBatch, down] = p.left.strides
  const across = p.right.strides[2]!
  const whole = Math.floor(p.inner / l.count)
  const rest = p.inner % l.count
  const height = dotRows[p.columns as 1 | 2 | 3]
  const columns = numbers(p.columns)
  /** The columns of each vector of results. */
  const groups = numbers(Math.ceil(p.columns / l.count)).map((v) => columns.slice(v * l.count, (v + 1) * l.count))
  const several = (rows: number): readonly Statement[] => {
    const sums = numbers(rows).map(() => columns.map(() => local('v128')))
    const [a, b] = [local('i32'), local('i32')]
    const add = (lanes: number): Statement => {
      const ys = columns.map((c) => loadVector(l, b, p.right.address + c * across * l.bytes, 1, lanes))
      return assign(
        ...sums.flatMap((row, r) => {
          const x = loadVector(l, a, p.left.address + r * down! * l.bytes, 1, lanes)
          return row.map((sum, c) => [sum, l.madd(x, ys[c]!, sum)] as const)
        })
      )
    }
    const step = l.count * l.bytes
    return [
      assign([a, left], [b, right], ...sums.flat().map((sum) => [sum, l.constant(0)] as const)),
      ...countedLoop(
        whole,
        [
          [a, step],
          [b, step]
        ],
        [add(l.count)]
      ),
      ...(rest === 0
        ? []
        : [
            assign([a, i32.add(a, i32.constant(whole * step))], [b, i32.add(b, i32.constant(whole * step))]),
            add(rest)
          ]),
      ...epilogue(
        l,
        p,
        { rows, lanes: groups.map((group) => group.length) },
        at,
        sums.map((row) =>
          groups.map((group) =>
            sumsOfLanes(
              l,
              group.map((c) => row[c]!)
            )
          )
        )
      )
    ]
  }
  const blocks = Math.floor(p.rows / height)
  const last = p.rows % height
  return [
    ...(copied ? packColumns(l, product) : []),
    assign([at.batch, i32.constant(0)], [at.column, i32.constant(0)], [right, i32.constant(0)]),
    ...countedLoop(
      p.batch,
      [
        [right, p.right.strides[0]! * l.bytes],
        [at.batch, 1]
      ],
      [
        assign([left, i32.mul(at.batch, i32.constant(leftBatch! * l.bytes))], [at.row, i32.constant(0)]),
        ...countedLoop(
          blocks,
          [
            [left, height * down! * l.bytes],
            [at.row, height]
          ],
          several(height)
        ),
        ...(last === 0
          ? []
          : [
              assign(
                [left, i32.add(left, i32.constant(blocks * height * down! * l.bytes))],
                [at.row, i32.constant(blocks * height)]
              ),
              ...several(last)
            ])
      ]
    )
  ]
}
