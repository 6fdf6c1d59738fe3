import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { arange, eye, full, linspace, ones, scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { toArray, toFlatArray } from '../../src/tensor/read.ts'
import { makeFrom, type Mat, type Vec } from '../../src/tensor/tensor.ts'
import { anyDims, fullDims, sizeOf, valuesFor, wildNumber } from '../support/arbitraries.ts'
import { tabulate } from '../support/naive.ts'
import '../support/matchers.ts'

const filled = fullDims().chain((dims) => fc.tuple(fc.constant(dims), valuesFor(dims, wildNumber)))

describe('a tensor is made', () => {
  it('from a number, a list, or lists of lists', () => {
    expect(tensor(5).shape).toEqual([])
    expect(tensor([1, 2, 3]).shape).toEqual([3])
    expect(toFlatArray(tensor([[[1, 2, 3], [4, 5, 6]]]))).toEqual([1, 2, 3, 4, 5, 6]) // prettier-ignore
    expect(tensor([]).shape).toEqual([0])
    expect(tensor([[], []]).shape).toEqual([2, 0])
    expect(scalar(-0)).toBeTensor(-0)
  })

  test.prop([filled])('from nested arrays, which it gives back', ([dims, values]) => {
    const made = makeFrom(dims, values)
    expect(tensor(toArray(made) as never)).toBeTensor(made)
  })

  test.prop([fc.array(fc.array(wildNumber, { minLength: 3, maxLength: 3 }))])('from rows read at run time', (rows) => {
    const x: Mat = tensor(rows)
    expect(x.shape).toEqual(rows.length === 0 ? [0] : [rows.length, 3])
    expect(toArray(x)).toEqual(rows)
  })

  test.prop([anyDims(), wildNumber])('of one value', (dims, value) => {
    expect(full([...dims])(value)).toBeTensor(tabulate(dims, () => value))
    expect(zeros([...dims])).toBeTensor(tabulate(dims, () => 0))
    expect(ones([...dims])).toBeTensor(tabulate(dims, () => 1))
  })

  test.prop([fc.array(wildNumber)])('from a typed array of any kind, as a vector', (values) => {
    const own = [Float64Array, Float32Array, Int8Array, Uint8ClampedArray, Uint32Array].map((T) => T.from(values))
    for (const typed of own) {
      const x: Vec = tensor(typed)
      expect(x).toBeTensor(makeFrom([values.length], typed))
    }
  })

  test.prop([fc.nat(6)])('as an identity matrix', (n) => {
    expect(eye(n)).toBeTensor(tabulate([n, n], ([i, j]) => (i === j ? 1 : 0)))
  })
})

describe('a range of numbers', () => {
  test.prop([fc.nat(50)])('counts up from 0', (n) => {
    expect(toFlatArray(arange(n))).toEqual(Array.from({ length: n }, (_, i) => i))
  })

  it('goes from a start to below a stop, by a step of either sign', () => {
    expect(toFlatArray(arange(1, 7, 2))).toEqual([1, 3, 5])
    expect(toFlatArray(arange(3, 0, -1))).toEqual([3, 2, 1])
    expect(toFlatArray(arange(0, 1, 0.25))).toEqual([0, 0.25, 0.5, 0.75])
    expect(toFlatArray(arange(-2, 1))).toEqual([-2, -1, 0])
    expect(toFlatArray(arange(2, 2))).toEqual([])
    expect(toFlatArray(arange(2, 1))).toEqual([])
  })

  it('leaves the stop out where rounding would let it in', () => {
    // (1.3 − 1) / 0.1 is a little above 3
    expect(toFlatArray(arange(1, 1.3, 0.1))).toHaveLength(3)
  })

  const bound = fc.double({ min: -20, max: 20, noNaN: true })
  const step = fc.double({ min: 0.05, max: 3, noNaN: true })
  test.prop([bound, bound, step, fc.boolean()])(
    'stays within its bounds, and would leave them by one more',
    (a, b, size, up) => {
      const [start, stop, by] = up ? [a, b, size] : [b, a, -size]
      const values = toFlatArray(arange(start, stop, by))
      const inside = (x: number): boolean => (up ? x < stop : x > stop)
      expect(values.every(inside)).toBe(true)
      // one more, and a rounding error further
      expect(inside(start + values.length * by + Math.sign(by) * 1e-12)).toBe(false)
    }
  )
})

describe('evenly spaced numbers', () => {
  const end = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  test.prop([end, end, fc.integer({ min: 2, max: 20 })])(
    'hold both ends exactly, in equal steps',
    (from, to, count) => {
      const values = toFlatArray(linspace(from, to, count))
      expect(values).toHaveLength(count)
      expect([values[0], values[count - 1]].map((x) => x! + 0)).toEqual([from, to].map((x) => x + 0))
      const steps = values.slice(1).map((x, i) => x - values[i]!)
      const even = (to - from) / (count - 1)
      expect(steps.every((x) => Math.abs(x - even) <= 1e-9 * Math.max(1, Math.abs(from), Math.abs(to)))).toBe(true)
    }
  )

  it('are the start alone when there is one', () => {
    expect(toFlatArray(linspace(3, 7, 1))).toEqual([3])
  })
})

describe('what a tensor was made from', () => {
  it('may be changed later without changing it', () => {
    const nested = [
      [1, 2],
      [3, 4]
    ]
    const typed = Float64Array.of(1, 2, 3, 4)
    const shape = [2, 2]
    const made = [tensor(nested as never), tensor(typed), full(shape)(7), zeros(shape), ones(shape)]
    const before = made.map((x) => [x.shape, toFlatArray(x)])
    nested[0]![0] = 99
    nested.pop()
    typed.fill(99)
    shape[0] = 99
    expect(made.map((x) => [x.shape, toFlatArray(x)])).toEqual(before)
    expect(made.every((x) => sizeOf(x.shape) === 4)).toBe(true)
  })
})
