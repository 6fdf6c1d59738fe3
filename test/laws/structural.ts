/** The operations that move elements, with arguments to run them on. */
import fc from 'fast-check'
import { anySize, tensorOf } from '../../laws/draw.ts'
import * as laws from '../../laws/index.ts'
import * as ops from '../../src/ops/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { type Any, type Row, row, rows, type Table } from './row.ts'

const x = anySize([6])
const m = anySize([2, 3])
const { tensor: ordinary } = laws.arbitrary
/** Small ones: the numbers of ordinary size that the walk makes of others stay as they are. */
const places = (dims: readonly number[], n: number) => tensorOf(dims)(fc.nat(n - 1))

const unary = (f: Any): readonly Row[] => row(f, x)
const whole = (f: Any): readonly Row[] => row(f, m)

export const ofStructure: Table = {
  reshape: whole(ops.reshape([3, 2])),
  broadcastTo: unary(ops.broadcastTo([2, 6])),
  permute: whole(ops.permute([1, 0])),
  ...Object.fromEntries((['flatten', 'transpose'] as const).map((name) => [name, whole(ops[name] as Any)])),
  slice: rows(unary(ops.slice(0, 1, 4)), unary(ops.slice(0, 5, undefined, -2)), whole(ops.slice(1, 0, 3, 2))),
  split: rows(unary(ops.split({ axis: 0, sections: 3 })), whole(ops.split({ axis: 1, sections: [1, 1] }))),
  get: unary(ops.get(2)),
  concat: rows(
    row((b: Tensor<[6]>, a: Tensor<[6]>) => ops.concat(b, 0)(a), x, x),
    row((a: Tensor<[6]>, b: Tensor<[6]>) => ops.concat(0)([a, b]), x, x)
  ),
  stack: row((a: Tensor<[6]>, b: Tensor<[6]>) => ops.stack([a, b]), x, x),
  take: rows(
    row((k: Tensor<[2]>, a: Tensor<[6]>) => ops.take({ axis: 0 })(k)(a), places([2], 4), x),
    row((k: Tensor<[2, 2]>, a: Tensor<[2, 3]>) => ops.take({ axis: 1 })(k)(a), places([2, 2], 3), m)
  ),
  takeAlongAxis: rows(
    row((k: Tensor<[2, 4]>, a: Tensor<[2, 3]>) => ops.takeAlongAxis({ axis: 1 })(k)(a), places([2, 4], 3), m),
    row((k: Tensor<[1, 3]>, a: Tensor<[2, 3]>) => ops.takeAlongAxis({ axis: 0 })(k)(a), places([1, 3], 2), m)
  ),
  ...Object.fromEntries(
    (['scatterAdd', 'scatterSet'] as const).map((name) => [
      name,
      rows(
        row((k: Tensor<[6]>, u: Tensor<[6]>, a: Tensor<[6]>) => ops[name]({ axis: 0 })(k, u)(a), places([6], 4), x, x),
        row((k: Tensor<[3]>, a: Tensor<[2, 3]>) => ops[name]({ axis: 1 })(k, 2)(a), places([3], 3), m)
      )
    ])
  ),
  segmentSum: row((k: Tensor<[6]>, a: Tensor<[6]>) => ops.segmentSum(3)(k)(a), places([6], 3), x),
  flip: rows(unary(ops.flip), whole(ops.flip({ axis: 1 }))),
  roll: rows(unary(ops.roll({ shift: 2 })), whole(ops.roll({ shift: -1, axis: 1 }))),
  tile: rows(unary(ops.tile([2])), whole(ops.tile([2, 1, 2]))),
  repeatInterleave: whole(ops.repeatInterleave({ repeats: 3, axis: 0 })),
  pad: rows(
    unary(ops.pad({ widths: [[1, 2]], value: 3 })),
    ...(['constant', 'edge', 'reflect'] as const).map((mode) =>
      whole(
        ops.pad({
          widths: [
            [1, 0],
            [2, 4]
          ],
          mode
        })
      )
    )
  ),
  expandDims: unary(ops.expandDims({ axis: 1 })),
  squeeze: row(ops.squeeze, anySize([2, 1, 3])),
  broadcastArrays: row((a: Tensor<[2, 1]>, b: Tensor<[6]>) => ops.broadcastArrays([a, b]), anySize([2, 1]), x),
  meshgrid: row((a: Tensor<[6]>, b: Tensor<[2]>) => ops.meshgrid()([a, b]), x, anySize([2])),
  ...Object.fromEntries(
    (['triu', 'tril', 'diagonal', 'matrixTrace'] as const).map((name) => [
      name,
      rows(whole(ops[name] as Any), whole(ops[name]({ offset: 1 }) as Any), whole(ops[name]({ offset: -1 }) as Any))
    ])
  ),
  diag: rows(unary(ops.diag), unary(ops.diag({ offset: -2 }))),
  diff: rows(unary(ops.diff), whole(ops.diff({ axis: 0 }))),
  trapezoid: rows(
    unary(ops.trapezoid),
    whole(ops.trapezoid({ dx: 0.5, axis: 0 })),
    row((p: Tensor<[6]>, y: Tensor<[6]>) => ops.trapezoid({ x: p })(y), ordinary([6]), ordinary([6]))
  ),
  polyval: row((c: Tensor<[3]>, y: Tensor<[6]>) => ops.polyval(c)(y), ordinary([3]), ordinary([6])),
  outer: row((b: Tensor<[6]>, a: Tensor<[6]>) => ops.outer(b)(a), x, x),
  kron: row((b: Tensor<[6]>, a: Tensor<[2, 3]>) => ops.kron(b)(a), x, m),
  einsum: rows(
    row((a: Tensor<[2, 3]>, b: Tensor<[2, 3]>) => ops.einsum('ij,kj->ik')(a, b), m, m),
    row((a: Tensor<[6]>, b: Tensor<[6]>) => ops.einsum('i,j->ij')(a, b), x, x),
    row((a: Tensor<[3, 3]>) => ops.einsum('ii')(a), anySize([3, 3]))
  )
}
