import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import { makeFrom, type Tensor } from '../../src/tensor/tensor.ts'
import { anyDims, type Dims, fullDims, sizeOf, tensorOf } from '../support/arbitraries.ts'
import { elements, tabulate } from '../support/naive.ts'
import '../support/matchers.ts'

const indicesOf = (dims: Dims, n: number): fc.Arbitrary<Tensor> => tensorOf(dims, fc.nat(n - 1))

/** A tensor, an axis of it, and indices along that of any rank. */
const withIndices = fullDims({ min: 1, max: 3 }).chain((dims) =>
  fc.nat(dims.length - 1).chain((axis) =>
    fc
      .tuple(
        tensorOf(dims),
        anyDims({ max: 2, size: 3 }).chain((shape) => indicesOf(shape, dims[axis]!))
      )
      .map(([x, indices]) => ({ x, axis, indices }))
  )
)

/** An index of `take`, taken apart. */
const parts = (index: readonly number[], axis: number, rank: number) => ({
  before: index.slice(0, axis),
  own: index.slice(axis, axis + rank),
  after: index.slice(axis + rank)
})

describe('take', () => {
  test.prop([withIndices])('puts the sub-tensors at indices in the place of an axis', ({ x, axis, indices }) => {
    const [at, place] = [elements(x), elements(indices)]
    const rank = indices.shape.length
    const expected = tabulate([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], (index) => {
      const { before, own, after } = parts(index, axis, rank)
      return at([...before, place(own), ...after])
    })
    expect(g.take({ axis })(indices)(x)).toBeTensor(expected)
    expect(g.take({ axis: axis - x.shape.length })(indices)(x)).toBeTensor(expected)
    expect(g.compile((y: Tensor, i: Tensor) => g.take({ axis })(i)(y))(x, indices)).toBeTensor(expected)
    const flat = g.toFlatArray(indices)
    const listed = g.take({ axis })(flat)(x)
    expect(listed).toBeTensor(g.take({ axis })(Int32Array.from(flat))(x))
    expect(g.reshape([...expected.shape])(listed)).toBeTensor(expected)
  })

  test.prop([fc.oneof(fc.integer({ min: -5, max: -1 }), fc.integer({ min: 3, max: 9 }), fc.constantFrom(0.5, NaN))])(
    'names a number that is no place, outside and in programs',
    (index) => {
      const says = `index ${index} at position 1 is not a row; use whole numbers from 0 to 2`
      expect(() => g.take({ axis: 0 })([0, index])(g.zeros([3, 2]))).toThrow(says)
      expect(() => g.take({ axis: 1 })([0, index])(g.zeros([2, 3]))).toThrow(says)
      const f = g.compile((i: g.Vec<2>) => g.take({ axis: 1 })(i)(g.zeros([2, 3])))
      expect(() => f(g.tensor([0, index]))).toThrow(says)
    }
  )
})

/** A tensor, and indices of the same rank along an axis, off which some dimensions are 1. */
const withOwnIndices = fullDims({ min: 1, max: 3 }).chain((dims) =>
  fc
    .tuple(fc.nat(dims.length - 1), fc.nat(3), fc.tuple(...dims.map(() => fc.constantFrom(0, 0, 1, 2))))
    .chain(([axis, m, ones]) => {
      const own = (one: number): Dims => dims.map((n, i) => (i !== axis && ones[i] === one ? 1 : n))
      return fc
        .tuple(tensorOf(own(1)), indicesOf(own(2).with(axis, m), dims[axis]!))
        .map(([x, indices]) => ({ x, axis, indices, dims: dims.with(axis, m) }))
    })
)

describe('takeAlongAxis', () => {
  test.prop([withOwnIndices])('takes an element at an index of its own', ({ x, axis, indices, dims }) => {
    const [at, place] = [elements(x), elements(indices)]
    const within = (shape: Dims, index: readonly number[]) =>
      index.map((i, a) => (shape[a] === 1 && a !== axis ? 0 : i))
    const off = dims.map((n, a) => (a === axis ? n : Math.max(x.shape[a]!, indices.shape[a]!)))
    const expected = tabulate(off, (index) =>
      at(within(x.shape, index).with(axis, place(within(indices.shape, index))))
    )
    expect(g.takeAlongAxis({ axis })(indices)(x)).toBeTensor(expected)
    expect(g.takeAlongAxis({ axis: axis - dims.length })(indices)(x)).toBeTensor(expected)
    expect(g.compile((y: Tensor, i: Tensor) => g.takeAlongAxis({ axis })(i)(y))(x, indices)).toBeTensor(expected)
  })

  it('finds what argmax has found', () => {
    const x = g.tensor([
      [1, 5, 2],
      [7, 0, 6]
    ])
    const places = g.reshape([2, 1])(g.argmax({ axis: 1 })(x))
    expect(g.takeAlongAxis({ axis: 1 })(places)(x)).toBeTensor(g.max({ axis: 1, keepDims: true })(x))
  })

  it('refuses indices that do not fit, and those that are no places', () => {
    const x = g.zeros([2, 3])
    const says =
      (indices: Tensor, axis = 1) =>
      () =>
        g.takeAlongAxis({ axis })(indices)(x)
    expect(says(g.zeros([2]) as never)).toThrow('takeAlongAxis: indices of shape [2] do not fit [2, 3] off axis 1')
    expect(says(g.zeros([3, 1]) as never)).toThrow(
      'takeAlongAxis: indices of shape [3, 1] do not fit [2, 3] off axis 1'
    )
    expect(says(g.tensor([[0], [-1]]) as never)).toThrow('index -1 at position [1, 0] is not a row')
    expect(says(g.tensor([[3], [0]]) as never)).toThrow('index 3 at position [0, 0] is not a row')
    expect(says(g.zeros([2, 1]) as never, 2)).toThrow('takeAlongAxis: axis 2 is out of range for shape [2, 3]')
  })
})

/** Whole numbers, whose sums are the same in any order. */
const whole = fc.integer({ min: -9, max: 9 })

const withUpdates = withIndices.chain(({ x, axis, indices }) =>
  fc
    .tuple(
      tensorOf(x.shape, whole),
      tensorOf([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], whole)
    )
    .map(([base, updates]) => ({ x: base, axis, indices, updates }))
)

/** What is at an index of `x` after all updates, in their order. */
const written = (
  {
    x,
    axis,
    indices,
    updates
  }: { readonly x: Tensor; readonly axis: number; readonly indices: Tensor; readonly updates: Tensor },
  write: (before: number, update: number) => number
): Tensor => {
  const [at, place, update] = [elements(x), elements(indices), elements(updates)]
  const rank = indices.shape.length
  const all = tabulate(indices.shape, () => 0)
  const places = Array.from({ length: sizeOf(all.shape) }, (_, k) =>
    indices.shape.map((n, i) => Math.floor(k / sizeOf(indices.shape.slice(i + 1))) % n)
  )
  return tabulate(x.shape, (index) => {
    const { before, own, after } = parts(index, axis, 1)
    return places
      .filter((i) => place(i) === own[0])
      .reduce((value, i) => write(value, update([...before, ...i.slice(0, rank), ...after])), at(index))
  })
}

describe('scatterAdd and scatterSet', () => {
  test.prop([withUpdates])('write to places along an axis, in the order of the indices', (given) => {
    const { x, axis, indices, updates } = given
    const sum = written(given, (before, update) => before + update)
    const last = written(given, (_, update) => update)
    expect(g.scatterAdd({ axis })(indices, updates)(x)).toBeTensor(sum)
    expect(g.scatterSet({ axis })(indices, updates)(x)).toBeTensor(last)
    const both = (y: Tensor, i: Tensor, u: Tensor) =>
      [g.scatterAdd({ axis })(i, u)(y), g.scatterSet({ axis })(i, u)(y)] as readonly Tensor[]
    const [added, set] = g.compile(both)(x, indices, updates)
    expect(added!).toBeTensor(sum)
    expect(set!).toBeTensor(last)
  })

  it('broadcast a number, and a row', () => {
    const x = g.tensor([
      [1, 2],
      [3, 4]
    ])
    expect(g.scatterSet({ axis: 1 })([0], 9)(x)).toBeTensor([
      [9, 2],
      [9, 4]
    ])
    expect(g.scatterAdd({ axis: 0 })([1, 1], g.tensor([1, 2]))(x)).toBeTensor([
      [1, 2],
      [5, 8]
    ])
  })

  it('differentiate what counts: an update that is overwritten, and what it overwrites, have derivative 0', () => {
    const f = (x: g.Vec<3>, u: g.Vec<3>) =>
      g.sum(g.mul(g.tensor([1, 10, 100]))(g.scatterSet({ axis: 0 })([2, 0, 2], u)(x)))
    const gradients = g.grad(([x, u]: readonly [g.Vec<3>, g.Vec<3>]) => f(x, u))([
      g.tensor([1, 2, 3]),
      g.tensor([NaN, 5, 6])
    ])
    expect(gradients.map(g.toArray)).toEqual([
      [0, 10, 0],
      [0, 1, 100]
    ])
  })

  it('write for each example of a batch by its own indices', () => {
    const f = (i: g.Vec<2>) => g.scatterSet({ axis: 0 })(i, g.tensor([1, 2]))(g.zeros([3]))
    const at = g.tensor([
      [0, 1],
      [2, 2]
    ])
    expect(g.vmap(f)(at)).toBeTensor([
      [1, 2, 0],
      [0, 0, 2]
    ])
    expect(g.compile(g.vmap(f))(at)).toBeTensor([
      [1, 2, 0],
      [0, 0, 2]
    ])
  })

  it('refuse an index that is no place, and updates that do not fit', () => {
    const set = (indices: readonly number[], updates: Tensor | number) => () =>
      g.scatterSet({ axis: 0 })(indices, updates as never)(g.zeros([3]))
    expect(set([0, 3], 1)).toThrow('scatterSet: index 3 at position 1 is not a row; use whole numbers from 0 to 2')
    expect(set([0, -1], 1)).toThrow('index -1')
    expect(set([0, 1], g.zeros([3]) as never)).toThrow('scatterSet: updates of shape [3] do not broadcast to [2]')
    const program = g.compile((i: g.Vec<2>) => g.scatterSet({ axis: 0 })(i, 1)(g.zeros([3])))
    expect(() => program(g.tensor([3, 0]))).toThrow('scatterSet: index 3 at position 0 is not a row')
  })
})

describe('segmentSum', () => {
  test.prop([
    fc
      .integer({ min: 1, max: 4 })
      .chain((count) =>
        fc
          .array(fc.tuple(fc.nat(count - 1), fc.tuple(fc.nat(9), fc.nat(9))), { maxLength: 6 })
          .map((rows) => ({ count, rows }))
      )
  ])('sums the rows of each segment', ({ count, rows }) => {
    const x = makeFrom(
      [rows.length, 2],
      rows.flatMap(([, row]) => row)
    )
    const expected = tabulate([count, 2], ([k, j]) =>
      rows.filter(([segment]) => segment === k).reduce((sum, [, row]) => sum + row[j!]!, 0)
    )
    expect(g.segmentSum(count)(rows.map(([segment]) => segment))(x as never)).toBeTensor(expected)
  })

  it('wants one segment a row', () => {
    expect(() => g.segmentSum(2)([0])(g.zeros([2]) as never)).toThrow(
      'segmentSum: needs one segment for each row of [2], got [1]'
    )
    expect(() => g.segmentSum(2)([0, 2])(g.zeros([2]))).toThrow('segmentSum: index 2 at position 1')
    expect(() => g.segmentSum(-1)).toThrow('segmentSum: count must be a whole number')
  })
})

describe('what moves along an axis', () => {
  const at = g.tensor([2, 0, 2])
  const suites = [
    laws.operation({ name: 'take', f: (x: Tensor<[2, 3]>) => g.take({ axis: 1 })(at)(g.square(x)), shape: [2, 3] }),
    laws.operation({
      name: 'takeAlongAxis',
      f: (x: Tensor<[3, 2]>) => g.takeAlongAxis({ axis: 0 })(g.tensor([[1, 2]]))(g.square(x)),
      shape: [3, 2]
    }),
    laws.operation({
      name: 'scatterAdd',
      f: (x: Tensor<[3]>) => g.scatterAdd({ axis: 0 })(at, g.sin(x))(g.square(x)),
      shape: [3]
    }),
    laws.operation({
      name: 'scatterSet',
      f: (x: Tensor<[3]>) => g.scatterSet({ axis: 0 })(at, g.sin(x))(g.square(x)),
      shape: [3],
      cost: 8
    }),
    laws.operation({ name: 'segmentSum', f: (x: Tensor<[3]>) => g.segmentSum(3)(at)(g.square(x)), shape: [3] })
  ]
  for (const suite of suites) laws.register(test as never)(suite, { numRuns: 15 })
})
