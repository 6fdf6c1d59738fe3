import type { Access } from './access.ts'
import type { Lanes } from './lanes.ts'
import { loop } from './loop.ts'
import type { Loop } from './nest.ts'
import { paddedToLanes, type Matmul } from './product.ts'
import type { Statement, Value } from './wasm.ts'

/** Matrix products with a short inner dimension (sums of few outer products). */

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

/** Up to this inner dimension a product is computed as an elementwise loop. */
const THIN = 4

/** Whether the inner dimension is so short that a tile's prologue and epilogue would dominate. */
export const isThin = (l: Lanes, { inner, columns }: Matmul<unknown>): boolean =>
  inner > 0 && inner <= THIN && columns >= 2 * l.count

/** Scratch of a thin product, in elements. */
export const scratchOfThin = (l: Lanes, p: Matmul<unknown>): number =>
  p.right.strides[2] === 1 ? 0 : p.batch * p.inner * paddedToLanes(l, p.columns)

/**
 * The product as an elementwise loop of a few multiply-adds; the right operand is packed first if its rows are not
 * contiguous.
 */
export const thin = (l: Lanes, p: Matmul): { readonly before: readonly Statement[]; readonly sums: Loop } => {
  const width = paddedToLanes(l, p.columns)
  const [batch, step, across] = p.right.strides
  const copied = across !== 1
  const right: Access = copied ? { address: p.scratch, strides: [p.inner * width, width, 1] } : p.right
  const terms = numbers(p.inner)
  const at = ({ address, strides }: Access, k: number, axis: 1 | 2): number => address + k * strides[axis]! * l.bytes
  const dims = [p.batch, p.rows, p.columns]
  return {
    before: copied
      ? loop(l, {
          dims: [p.batch, p.inner, p.columns],
          loads: [{ address: p.right.address, strides: [batch!, step!, across!] }],
          body: ([x]) => [x!],
          results: [{ to: right, reduction: null }]
        })
      : [],
    sums: {
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
    }
  }
}
