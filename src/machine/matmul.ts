import type { Access } from './access.ts'
import { acrossLanes, loadVector, loop, storeVector } from './loop.ts'
import type { Lanes } from './lanes.ts'
import { assign, type Effect, i32, local, type Local, loopWhile, type Statement, v128, type Value } from './wasm.ts'

/**
 * Matrix products in register tiles: a few rows by a few vectors of columns are summed in variables while a loop runs along
 * the inner dimension, then what follows elementwise is done to them before they are stored. Each element is the sum of
 * its products from first to last.
 *
 * @see Goto, van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008)
 */
export interface Matmul {
  readonly batch: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
  /** Strides for batch, row, inner. */
  readonly left: Access
  /** Strides for batch, inner, column. */
  readonly right: Access
  /** Operands of what follows; strides for batch, row, column. */
  readonly loads: readonly Access[]
  /** What is stored, from the product and the operands. */
  readonly body: (product: Value, vectors: readonly Value[]) => readonly Value[]
  /** Strides for batch, row, column; no place is met twice. */
  readonly results: readonly Access[]
  /** Room for the right operand in another order, `packedSize` elements of it. */
  readonly room: number
}

/** Rows of a tile. */
const ROWS = 4
/** Vectors in a row of a tile. */
const VECTORS = 2
/** How many accumulators fit in the registers when there are fewer rows. */
const ACCUMULATORS = 8
/** How many rows of a panel are copied in one turn of a loop. */
const UNROLL = 4
/** Rows that are multiplied with all columns before the next ones are: their left operand stays in the second cache. */
const BLOCK_BYTES = 512 * 1024

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** The same product with its roles exchanged: the transpose, of transposed operands. */
const transposed = (p: Matmul): Matmul => {
  const swap = ({ address, strides: [batch, a, b] }: Access): Access => ({ address, strides: [batch!, b!, a!] })
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

/** Whether the right operand is copied first, so that a row of a tile lies together. */
const packs = (l: Lanes, { rows, inner, columns, right }: Matmul): boolean => {
  const [, step, across] = right.strides
  return across !== 1 || (rows >= 4 * ROWS && inner * step! * l.bytes > 16 * 1024 && columns > VECTORS * l.count)
}

/** Up to such an inner dimension a product is a sum of so many terms, which a plain loop over its elements takes. */
const THIN = 4

/** Whether a product is so thin: a tile would be begun and ended more than it is worked on. */
const isThin = (l: Lanes, { inner, columns }: Matmul): boolean => inner > 0 && inner <= THIN && columns >= 2 * l.count

/** What a product costs, about: vectors multiplied, numbers copied and numbers stored one by one. */
const costOf = (l: Lanes, p: Matmul): number => {
  const vectors = p.batch * p.rows * p.inner * Math.ceil(p.columns / l.count)
  const copied = (isThin(l, p) ? p.right.strides[2] !== 1 : packs(l, p)) ? p.batch * p.inner * p.columns * 2 : 0
  const scattered = [...p.loads, ...p.results].filter(({ strides }) => strides[2]! > 1).length
  return vectors + copied + scattered * p.batch * p.rows * p.columns * 2
}

/** Up to so many columns are worth multiplying along the inner dimension. */
const MOST_DOTS = 3

/**
 * Whether a product is better taken along the inner dimension, with whole vectors of products for each element: when there
 * are few columns, and the rows of the left lie that way.
 */
const isDot = (l: Lanes, { rows, columns, inner, left, right }: Matmul): boolean =>
  columns <= MOST_DOTS &&
  left.strides[2] === 1 &&
  inner >= 8 * l.count &&
  (right.strides[1] === 1 || rows >= 4) &&
  // as many vectors as there are columns, where tiles would have lanes to spare
  columns * Math.ceil(inner / l.count) < inner * Math.ceil(columns / l.count)

/** The way round that is cheaper. */
const oriented = (l: Lanes, p: Matmul): Matmul => {
  const other = transposed(p)
  if (isDot(l, p)) return p
  if (isDot(l, other)) return other
  return costOf(l, other) < costOf(l, p) ? other : p
}

/** How many columns the tiles of a product have, from left to right. */
const panelsOf = (l: Lanes, rows: number, columns: number) => {
  const vectors = rows >= ROWS ? VECTORS : Math.floor(ACCUMULATORS / Math.max(1, rows))
  const width = vectors * l.count
  const whole = Math.floor(columns / width)
  const rest = columns % width
  return { width, whole, rest, restWidth: Math.ceil(rest / l.count) * l.count }
}

/** How many elements of room a product needs. */
export const packedSize = (l: Lanes, product: Matmul): number => {
  const p = oriented(l, product)
  if (isDot(l, p)) return p.right.strides[1] === 1 ? 0 : p.batch * p.columns * evenly(l, p.inner)
  if (isThin(l, p)) return p.right.strides[2] === 1 ? 0 : p.batch * p.inner * evenly(l, p.columns)
  if (!packs(l, p)) return 0
  const { width, whole, restWidth } = panelsOf(l, p.rows, p.columns)
  return p.inner * (whole * width + restWidth)
}

/** A loop of a variable that counts bytes, or its body once. */
const counted = (
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
    loopWhile(
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
interface Position {
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

interface Tile {
  readonly rows: number
  /** For each vector of a row, how many of its lanes are columns. */
  readonly lanes: readonly number[]
}

/**
 * What follows the product of a tile, and its stores: one vector after another, so that only its operands need registers.
 */
const finish = (
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

/** How the right operand lies for a tile. */
interface Panel {
  readonly pointer: Local
  readonly address: number
  /** Elements from one inner index to the next. */
  readonly step: number
}

/**
 * One tile: the sums in variables, the loop along the inner dimension, then what follows. The loop is not unrolled, and
 * each row has a pointer of its own: compilers gather the loads of a loop's body at its beginning, where more of them do
 * not fit in the registers, and a splatting load takes an address in a register, without a distance.
 */
const tileOf = (l: Lanes, p: Matmul, tile: Tile, left: Local, panel: Panel, at: Position): readonly Statement[] => {
  const [, down, along] = p.left.strides
  const sums = numbers(tile.rows).map(() => tile.lanes.map(() => local('v128')))
  const into = (values: readonly (readonly Value[])[]): readonly (readonly [Local, Value])[] =>
    sums.flatMap((row, r) => row.map((sum, v) => [sum, values[r]![v]!] as const))
  if (p.inner === 0)
    return finish(
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
          loopWhile(count, assign(...into(products(false)), ...forward, [count, i32.sub(count, i32.constant(1))]))
        ]),
    ...finish(l, p, tile, at, sums)
  ]
}

const lanesOfPanel = (l: Lanes, columns: number): readonly number[] =>
  numbers(Math.ceil(columns / l.count)).map((v) => Math.min(l.count, columns - v * l.count))

/** All rows of one panel of columns. */
const rowsOf = (
  l: Lanes,
  p: Matmul,
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
  const tiles = counted(
    whole,
    [
      [left, height * down],
      [at.row, height]
    ],
    tileOf(l, p, { rows: height, lanes }, left, panel, at)
  )
  if (rest === 0) return tiles
  const step = whole * height
  return [
    ...tiles,
    assign([left, i32.add(left, i32.constant(step * down))], [at.row, i32.add(at.row, i32.constant(step))]),
    ...tileOf(l, p, { rows: rest, lanes }, left, panel, at),
    assign([left, i32.sub(left, i32.constant(step * down))], [at.row, i32.sub(at.row, i32.constant(step))])
  ]
}

/** Copies a panel of the right operand, row by row, each as long as its vectors. */
const packPanel = (l: Lanes, p: Matmul, columns: number, width: number, from: Local, to: Local) => {
  const [, step, across] = p.right.strides
  const copy = (k: number): readonly Effect[] =>
    lanesOfPanel(l, columns).flatMap((lanes, v) =>
      storeVector(
        l,
        to,
        loadVector(l, from, p.right.address + (k * step! + v * l.count * across!) * l.bytes, across!, lanes),
        p.room + (k * width + v * l.count) * l.bytes,
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
    ...counted(
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

/** A product of one matrix by one other, batch by batch; `batch` counts them. */
const tiled = (l: Lanes, p: Matmul): readonly Statement[] => {
  const packed = packs(l, p)
  const { width, whole, rest, restWidth } = panelsOf(l, p.rows, p.columns)
  const [leftBatch, down] = p.left.strides
  const [rightBatch, step, across] = p.right.strides
  const [left, right, from, to] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const at: Position = { batch: local('i32'), row: local('i32'), column: local('i32') }
  const [leftStart, rightStart] = [local('i32'), local('i32')]
  const forward = (columns: number): number => (packed ? columns * p.inner : columns * across!) * l.bytes
  const panelOf = (columns: number): Panel => ({
    pointer: right,
    address: packed ? p.room : p.right.address,
    step: packed ? columns : step!
  })
  const copies = !packed
    ? []
    : [
        assign([from, rightStart], [to, i32.constant(0)]),
        ...counted(
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
    ...counted(
      whole,
      [
        [right, forward(width)],
        [at.column, width]
      ],
      rowsOf(l, p, rows, width, left, panelOf(width), at)
    ),
    ...(rest === 0
      ? []
      : [
          assign(
            [right, i32.add(right, i32.constant(whole * forward(width)))],
            [at.column, i32.constant(whole * width)]
          ),
          ...rowsOf(l, p, rows, rest, left, panelOf(restWidth), at)
        ])
  ]
  const block = Math.max(ROWS, Math.floor(BLOCK_BYTES / Math.max(1, p.inner * l.bytes) / ROWS) * ROWS)
  const blocks = Math.floor(p.rows / block)
  const last = p.rows % block
  const one: readonly Statement[] = [
    ...copies,
    assign([left, leftStart], [at.row, i32.constant(0)]),
    ...counted(
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
    ...counted(
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

const evenly = (l: Lanes, n: number): number => Math.ceil(n / l.count) * l.count

/** Rows of a tile of dots, by how many columns it has: with more the operands would not fit in registers. */
const dotRows = [0, 4, 4, 3] as const

/** Copies the columns of the right operand so that each lies along the inner dimension. */
const straighten = (l: Lanes, p: Matmul): readonly Statement[] =>
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
            address: p.room + column * evenly(l, p.inner) * l.bytes,
            strides: [p.columns * evenly(l, p.inner), 1]
          },
          reduction: null
        }
      ]
    })
  )

/** Rows by columns that both lie along the inner dimension: whole vectors of products, summed at the end. */
const dots = (l: Lanes, product: Matmul): readonly Statement[] => {
  const copied = product.right.strides[1] !== 1
  const p: Matmul = copied
    ? {
        ...product,
        right: {
          address: product.room,
          strides: [product.columns * evenly(l, product.inner), 1, evenly(l, product.inner)]
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
    const single: Tile = { rows: 1, lanes: [1] }
    return [
      assign([a, left], [b, right], ...sums.flat().map((sum) => [sum, l.constant(0)] as const)),
      ...counted(
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
      ...sums.flatMap((row, r) =>
        row.flatMap((sum, c) => {
          const place = { ...at, row: local('i32'), column: local('i32') }
          return [
            assign([place.row, i32.add(at.row, i32.constant(r))], [place.column, i32.constant(c)]),
            ...finish(l, p, single, place, [[acrossLanes(l, 'sum', sum)]])
          ]
        })
      )
    ]
  }
  const blocks = Math.floor(p.rows / height)
  const last = p.rows % height
  return [
    ...(copied ? straighten(l, product) : []),
    assign([at.batch, i32.constant(0)], [at.column, i32.constant(0)], [right, i32.constant(0)]),
    ...counted(
      p.batch,
      [
        [right, p.right.strides[0]! * l.bytes],
        [at.batch, 1]
      ],
      [
        assign([left, i32.mul(at.batch, i32.constant(leftBatch! * l.bytes))], [at.row, i32.constant(0)]),
        ...counted(
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

/** A sum of a few products for each element, in a plain loop; the rows of the right operand are laid out first if need be. */
const thin = (l: Lanes, p: Matmul): readonly Statement[] => {
  const width = evenly(l, p.columns)
  const [batch, step, across] = p.right.strides
  const copied = across !== 1
  const right: Access = copied ? { address: p.room, strides: [p.inner * width, width, 1] } : p.right
  const terms = numbers(p.inner)
  const at = ({ address, strides }: Access, k: number, axis: 1 | 2): number => address + k * strides[axis]! * l.bytes
  const dims = [p.batch, p.rows, p.columns]
  return [
    ...(copied
      ? loop(l, {
          dims: [p.batch, p.inner, p.columns],
          loads: [{ address: p.right.address, strides: [batch!, step!, across!] }],
          body: ([x]) => [x!],
          results: [{ to: right, reduction: null }]
        })
      : []),
    ...loop(l, {
      dims,
      loads: [
        ...terms.map((k) => ({ address: at(p.left, k, 2), strides: [p.left.strides[0]!, p.left.strides[1]!, 0] })),
        ...terms.map((k) => ({ address: at(right, k, 1), strides: [right.strides[0]!, 0, 1] })),
        ...p.loads
      ],
      body: (vectors) => {
        const [xs, ys] = [vectors.slice(0, p.inner), vectors.slice(p.inner, 2 * p.inner)]
        const product = xs.slice(1).reduce<Value>((sum, x, k) => l.madd(x, ys[k + 1]!, sum), l.mul(xs[0]!, ys[0]!))
        return p.body(product, vectors.slice(2 * p.inner))
      },
      results: p.results.map((to) => ({ to, reduction: null }))
    })
  ]
}

/** The statements of a matrix product. */
export const matmul = (l: Lanes, product: Matmul): readonly Statement[] => {
  const p = oriented(l, product)
  if (p.batch * p.rows * p.columns === 0) return []
  return isDot(l, p) ? dots(l, p) : isThin(l, p) ? thin(l, p) : tiled(l, p)
}
