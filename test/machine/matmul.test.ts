import { describe, expect } from 'vitest'
import { lanesOf } from '../../src/machine/lanes.ts'
import { matmul, methodOf } from '../../src/machine/matmul.ts'
import type { Work } from '../../src/machine/split.ts'
import type { Func, Statement, Value } from '../../src/machine/wasm.ts'
import { fc, test } from '../support/property.ts'
import { execute } from './support.ts'

const size = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.integer({ min: 0, max: 40 }))
const statementsOf = ({ before, parts }: Work): readonly Statement[] => [...before, ...parts.flat()]

const whole = (count: number) =>
  fc.array(fc.integer({ min: -9, max: 9 }), { minLength: count, maxLength: count, size: 'max' })

const product = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    rows: size,
    inner: size,
    columns: size,
    left: fc.boolean(),
    right: fc.boolean(),
    out: fc.boolean(),
    precision: fc.constantFrom('double' as const, 'single' as const),
    parts: fc.integer({ min: 1, max: 3 })
  })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      a: whole(shape.batch * shape.rows * shape.inner),
      b: whole(shape.batch * shape.inner * shape.columns),
      bias: whole(shape.columns)
    })
  )

describe('a matrix product in tiles', () => {
  test.prop([product])(
    'is exact for whole numbers, however its operands and its result lie',
    ({ shape, a, b, bias }) => {
      const { batch, rows, inner, columns, left, right, out, precision, parts } = shape
      const l = lanesOf(precision)
      const places = [a.length, b.length, bias.length, batch * rows * columns]
      const [, second, third, fourth, scratch] = places.reduce<readonly number[]>(
        (ends, n) => [...ends, ends[ends.length - 1]! + 4 * Math.ceil(n / 4)],
        [0]
      )
      const spec = {
        batch,
        rows,
        inner,
        columns,
        left: { address: 0, strides: left ? [rows * inner, 1, rows] : [rows * inner, inner, 1] },
        right: {
          address: second! * l.bytes,
          strides: right ? [inner * columns, 1, inner] : [inner * columns, columns, 1]
        },
        loads: [{ address: third! * l.bytes, strides: [0, 0, 1] }],
        body: (x: Value, [y]: readonly Value[]) => [l.add(x, y!)],
        results: [
          { address: fourth! * l.bytes, strides: out ? [rows * columns, 1, rows] : [rows * columns, columns, 1] }
        ],
        scratch: scratch! * l.bytes
      }
      const numbers = new Array<number>(scratch!).fill(0)
      a.forEach((x, i) => (numbers[i] = x))
      b.forEach((x, i) => (numbers[second! + i] = x))
      bias.forEach((x, i) => (numbers[third! + i] = x))
      const method = methodOf(l, spec, parts)
      const total = scratch! + method.scratch / l.bytes
      const functions: Func[] = []
      const work = matmul(l, method, parts, (func) => functions.push(func) - 1)
      const memory = execute(l, statementsOf(work), numbers, total, functions)
      for (let q = 0; q < batch; q++)
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++) {
            let sum = bias[j]!
            for (let k = 0; k < inner; k++)
              sum +=
                a[q * rows * inner + (left ? k * rows + i : i * inner + k)]! *
                b[q * inner * columns + (right ? j * inner + k : k * columns + j)]!
            expect(memory[fourth! + q * rows * columns + (out ? j * rows + i : i * columns + j)]).toBe(sum)
          }
    }
  )
})
