import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { dot, matmul } from '../../src/ops/matmul.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyDims, type Dims, tensorOf } from '../support/arbitraries.ts'
import { elements, stretched, tabulate } from '../support/naive.ts'
import '../support/matchers.ts'

/** NumPy's rules: a vector is a row on the left and a column on the right, and batches stretch on both sides. */
const naive = (a: Tensor, b: Tensor): Tensor => {
  const [rowOnly, columnOnly] = [a.shape.length === 1, b.shape.length === 1]
  const left: Dims = rowOnly ? [1, ...a.shape] : a.shape
  const right: Dims = columnOnly ? [...b.shape, 1] : b.shape
  const [p, q] = [left.slice(0, -2), right.slice(0, -2)]
  const rank = Math.max(p.length, q.length)
  const batch = Array.from({ length: rank }, (_, i) => {
    const [x, y] = [p[i - rank + p.length] ?? 1, q[i - rank + q.length] ?? 1]
    return x === 1 ? y : x
  })
  const [m, k, n] = [left[left.length - 2]!, left[left.length - 1]!, right[right.length - 1]!]
  const [x, y] = [elements(a), elements(b)]
  const at = (i: number, j: number, index: readonly number[]): number =>
    Array.from({ length: k }, (_, inner) => {
      const row = [...stretched(p, index), ...(rowOnly ? [] : [i]), inner]
      const column = [...stretched(q, index), inner, ...(columnOnly ? [] : [j])]
      return x(row) * y(column)
    }).reduce((sum, term) => sum + term, 0)
  const to = [...batch, ...(rowOnly ? [] : [m]), ...(columnOnly ? [] : [n])]
  return tabulate(to, (index) => {
    const rest = index.slice(batch.length)
    return at(rowOnly ? 0 : rest[0]!, columnOnly ? 0 : rest[rest.length - 1]!, index.slice(0, batch.length))
  })
}

/** Two batch shapes, each dimension of which is 1 on one side or equal on both. */
const batches = anyDims({ max: 2, size: 3 }).chain((dims) =>
  fc
    .tuple(
      fc.array(fc.constantFrom('left', 'right', 'both'), { minLength: dims.length, maxLength: dims.length }),
      fc.nat(dims.length),
      fc.boolean()
    )
    .map(([keep, skip, shortLeft]) => {
      const p = dims.map((n, i) => (keep[i] === 'right' ? 1 : n))
      const q = dims.map((n, i) => (keep[i] === 'left' ? 1 : n))
      return shortLeft ? ([p.slice(skip), q] as const) : ([p, q.slice(skip)] as const)
    })
)
const size = fc.nat(4)

const pairs = fc.oneof(
  fc
    .tuple(batches, size, size, size)
    .chain(([[p, q], m, k, n]) => fc.tuple(tensorOf([...p, m, k]), tensorOf([...q, k, n]))),
  fc.tuple(batches, size, size).chain(([[p], m, k]) => fc.tuple(tensorOf([...p, m, k]), tensorOf([k]))),
  fc.tuple(batches, size, size).chain(([[, q], k, n]) => fc.tuple(tensorOf([k]), tensorOf([...q, k, n]))),
  size.chain((k) => fc.tuple(tensorOf([k]), tensorOf([k])))
)

describe('matmul', () => {
  test.prop([pairs], { numRuns: 300 })('follows NumPy’s rules for vectors, matrices and batches', ([a, b]) => {
    expect(matmul(b)(a)).toBeCloseToTensor(naive(a, b), { atol: 1e-9, rtol: 1e-9 })
  })

  test.prop([anyDims({ max: 3, min: 1, size: 3 }), anyDims({ max: 3, min: 1, size: 3 })])(
    'refuses inner sizes that differ, and only those and batches',
    (p, q) => {
      const [inner, outer] = [p[p.length - 1], q[Math.max(0, q.length - 2)]]
      const run = () => matmul(zeros<number[]>([...q]))(zeros<number[]>([...p]))
      const [left, right] = [p.slice(0, -2), q.slice(0, -2)]
      const rank = Math.min(left.length, right.length)
      const fits = Array.from({ length: rank }, (_, i) => {
        const [x, y] = [left[left.length - 1 - i]!, right[right.length - 1 - i]!]
        return x === y || x === 1 || y === 1
      }).every(Boolean)
      if (inner !== outer) expect(run).toThrow(`inner sizes differ: left [${p.join(', ')}], right [${q.join(', ')}]`)
      else if (fits) expect(run).not.toThrow()
      else expect(run).toThrow('the batch dimensions do not broadcast')
    }
  )

  it('sums nothing to 0', () => {
    expect(matmul(zeros([0, 3]))(zeros([2, 0]))).toBeTensor(zeros([2, 3]))
    expect(matmul(zeros([0]))(zeros([0]))).toBeTensor(0)
  })

  it('refuses scalars', () => {
    expect(() => matmul(scalar(1) as Tensor)(zeros([2]))).toThrow('a scalar has no rows; use mul')
    expect(() => matmul(zeros([2, 2]))(scalar(1) as Tensor)).toThrow('a scalar has no rows; use mul')
  })
})

describe('dot', () => {
  test.prop([size.chain((k) => fc.tuple(tensorOf([k]), tensorOf([k])))])('is the product of two vectors', ([a, b]) => {
    expect(dot(b as Tensor<[number]>)(a as Tensor<[number]>)).toBeCloseToTensor(naive(a, b), { atol: 1e-9, rtol: 1e-9 })
  })

  it('wants vectors of one length', () => {
    expect(() => dot(tensor([1, 2, 3]) as Tensor<[number]>)(tensor([1]))).toThrow('got [1] and [3]')
    expect(() => dot(zeros([1, 1]) as never)(zeros([1, 1]) as never)).toThrow('needs two vectors')
  })
})
