/** Order along an axis, against the sorting of each line by JavaScript. */
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile/index.ts'
import * as g from '../../src/ops/index.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import type { Tensor, Vec } from '../../src/tensor/tensor.ts'
import { grad } from '../../src/transform/grad.ts'
import { anyTensor, fullDims } from '../support/arbitraries.ts'
import { elements, tabulate } from '../support/naive.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

/** Numbers that tie often, with all that is special. */
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(-0, NaN, Infinity, -Infinity),
  fc.double({ noNaN: true }).map(Math.fround)
)

const above = (a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a < b ? -1 : Number(a > b)

/** The places of a line in order; the method is stable. */
const placesOf = (line: readonly number[], descending: boolean): readonly number[] =>
  line.map((_, i) => i).toSorted((i, j) => (descending ? above(line[j]!, line[i]!) : above(line[i]!, line[j]!)))

const cases = anyTensor(fullDims({ min: 1 }), number).chain((x) =>
  fc.record({
    x: fc.constant(x),
    axis: fc.nat(x.shape.length - 1),
    descending: fc.boolean()
  })
)

describe('sort and argsort', () => {
  test.prop([cases])('are those of each line, in programs too', ({ x, axis, descending }) => {
    const at = elements(x)
    const ofLine = (index: readonly number[]): readonly number[] =>
      Array.from({ length: x.shape[axis]! }, (_, i) => at(index.map((k, d) => (d === axis ? i : k))))
    const places = tabulate(x.shape, (index) => placesOf(ofLine(index), descending)[index[axis]!]!)
    const sorted = tabulate(x.shape, (index) => ofLine(index)[placesOf(ofLine(index), descending)[index[axis]!]!]!)
    const options = { axis: axis - x.shape.length, descending }
    expect(g.argsort(options)(x)).toBeTensor(places)
    expect(g.sort(options)(x)).toBeTensor(sorted)
    for (const precision of ['double', 'single'] as const) {
      expect(compile((y: Tensor) => g.argsort(options)(y), { precision })(x)).toBeTensor(places)
      expect(compile((y: Tensor) => g.sort(options)(y), { precision })(x)).toBeTensor(sorted)
    }
  })

  test.prop(
    [fc.constantFrom(0, 1, 2, 39, 40, 41, 300, 9000), fc.constantFrom(1, 3), fc.boolean(), fc.nat({ max: 12 })],
    { numRuns: 30 }
  )('of long lines too, of few numbers or many', (n, inner, descending, bits) => {
    const values = Array.from({ length: n * inner }, (_, i) => Math.round(Math.sin(i * i + bits) * 2 ** (3 * bits)))
    const x = g.reshape([n, inner])(tensor(values.map(Math.fround)))
    const lines = Array.from({ length: inner }, (_, j) =>
      placesOf(
        Array.from({ length: n }, (_, i) => Math.fround(values[i * inner + j]!)),
        descending
      )
    )
    const expected = values.map((_, k) => lines[k % inner]![Math.floor(k / inner)]!)
    const argsort = (y: Tensor): Tensor => g.argsort({ axis: 0, descending })(y)
    expect(toFlatArray(argsort(x as never))).toEqual(expected)
    for (const precision of ['double', 'single'] as const)
      expect(toFlatArray(compile(argsort, { precision })(x as never))).toEqual(expected)
  })

  it('sort what is a view of other elements', () => {
    const x = tensor([[3, 1, 2], [9, 7, 8]]) // prettier-ignore
    const f = (y: typeof x) => g.sort(g.slice(0, 0, 2)(g.transpose(y)))
    expect(compile(f)(x)).toBeTensor([[3, 9], [1, 7]]) // prettier-ignore
  })

  it('say their own names', () => {
    expect(() => g.sort(scalar(1))).toThrow('sort: axis -1 is out of range')
    expect(() => g.argsort({ axis: 2 })(zeros([2, 2]))).toThrow('argsort: axis 2 is out of range')
    expect(() => g.sort({ descending: 1 as never })).toThrow('sort: descending must be true or false')
  })
})

describe('topK', () => {
  test.prop([cases, fc.nat({ max: 3 })])('is the beginning of what is sorted', ({ x, axis, descending }, more) => {
    const k = Math.min(more, x.shape[axis]!)
    const { values, indices } = g.topK({ k, axis, largest: descending })(x)
    const part = (y: Tensor): Tensor => g.slice(axis, 0, k)(y)
    expect(values).toBeTensor(part(g.sort({ axis, descending })(x)))
    expect(indices).toBeTensor(part(g.argsort({ axis, descending })(x)))
  })

  it('gives a derivative to what it takes alone', () => {
    const f = (y: Vec<4>) => g.sum(g.square(g.topK({ k: 2 })(y).values))
    expect(grad(f)(tensor([3, 1, 4, 2]))).toBeTensor([6, 0, 8, 0])
  })

  it('refuses what it cannot give', () => {
    expect(() => g.topK({ k: 3 })(zeros([2]))).toThrow('topK: axis 0 of shape [2] has fewer than 3 elements')
    expect(() => g.topK({ k: 0.5 })).toThrow('topK: k must be')
  })
})

describe('searchsorted', () => {
  const sortedLines = anyTensor(fullDims({ min: 1 }), number).chain((x) =>
    fc.record({ axis: fc.nat(x.shape.length - 1), x: fc.constant(x) }).chain(({ axis }) =>
      fc.record({
        axis: fc.constant(axis),
        sorted: fc.constant(g.sort({ axis })(x)),
        values: anyTensor(
          fc.nat({ max: 4 }).map((m) => x.shape.with(axis, m)),
          number
        )
      })
    )
  )

  test.prop([sortedLines, fc.constantFrom('left', 'right')])(
    'counts what is less, or not greater, in programs too',
    ({ axis, sorted, values }, side) => {
      const [at, value] = [elements(sorted), elements(values)]
      const expected = tabulate(values.shape, (index) => {
        const line = Array.from({ length: sorted.shape[axis]! }, (_, i) => at(index.with(axis, i)))
        return line.filter((one) => above(one, value(index)) < (side === 'left' ? 0 : 1)).length
      })
      const f = (a: Tensor, b: Tensor): Tensor => g.searchsorted(a, { axis, side })(b)
      expect(f(sorted, values)).toBeTensor(expected)
      expect(compile(f)(sorted, values)).toBeTensor(expected)
    }
  )

  it('takes values of any shape for a vector', () => {
    expect(g.searchsorted(tensor([1, 2, 4]))(tensor([[0, 2], [3, 9]]))).toBeTensor([[0, 1], [2, 3]]) // prettier-ignore
    expect(g.searchsorted(tensor([1, 2, 4]))(scalar(5))).toBeTensor(3)
    expect(g.searchsorted(zeros([0]))(tensor([1, 2]))).toBeTensor([0, 0])
  })

  it('has no derivative, and refuses lines that do not fit', () => {
    expect(grad((x: Vec<2>) => g.sum(g.searchsorted(x)(g.square(x))))(tensor([1, 2]))).toBeTensor([0, 0])
    expect(() => g.searchsorted(scalar(1))).toThrow('searchsorted: axis -1 is out of range')
    expect(() => g.searchsorted(zeros([2, 3]))(zeros([3, 3]))).toThrow('searchsorted: values of shape [3, 3] differ')
  })
})
