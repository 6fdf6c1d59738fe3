/** Products of square matrices. */
import { compile, matmul, type Mat, toFlatArray } from '../../src/index.ts'
import { mustAgree, rate, type Workload } from './figure.ts'
import { tensorOf, uniform } from './inputs.ts'
import { measure, repeated } from './measure.ts'

const matrix = (n: number, seed: number): Mat =>
  tensorOf(
    [n, n],
    uniform(seed, n * n).map((u) => u - 0.5)
  )

export const products: Workload = {
  name: 'W6',
  what: 'the product of two matrices, n by n, into a new one',
  *run() {
    for (const precision of ['single', 'double'] as const)
      for (const n of [128, 256, 512, 1024]) {
        const [a, b] = [matrix(n, 61), matrix(n, 62)]
        const program = compile((x: Mat, y: Mat) => matmul(y)(x), { precision })
        const [row, column] = [
          Float64Array.from(toFlatArray(a)).subarray((n - 1) * n),
          Float64Array.from(toFlatArray(b)).filter((_, i) => i % n === 0)
        ]
        const found = Float64Array.from(toFlatArray(program(a, b)))[(n - 1) * n]!
        mustAgree(
          `W6 ${precision} n${n}`,
          found,
          row.reduce((total, x, i) => total + x * column[i]!, 0),
          precision === 'double' ? 1e-9 : 1e-3
        )
        yield rate('W6', 'GFLOP/s')(
          `grad-ts ${precision} n${n}`,
          (2 * n ** 3) / 1e9,
          measure(repeated(() => program(a, b))),
          found
        )
      }
  }
}
