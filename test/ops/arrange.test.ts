import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyDims, anyTensor, type Dims, fullDims, sizeOf, tensorOf } from '../support/arbitraries.ts'
import { elements, stretched, tabulate } from '../support/naive.ts'
import '../support/matchers.ts'

const withAxis = fullDims({ min: 1, max: 3 }).chain((dims) =>
  fc.tuple(tensorOf(dims), fc.nat(dims.length - 1), fc.integer({ min: -9, max: 9 }), fc.nat(3))
)

/** Outside and in a program. */
const both = (f: (x: Tensor) => Tensor, x: Tensor): readonly Tensor[] => [f(x), g.compile(f)(x)]
const expectBoth = (f: (x: Tensor) => Tensor, x: Tensor, expected: Tensor): void => {
  both(f, x).forEach((y) => expect(y).toBeTensor(expected))
}

describe('flip, roll, tile and repeatInterleave', () => {
  test.prop([withAxis])('put each element where their definition says', ([x, axis, shift, repeats]) => {
    const at = elements(x)
    const dims = x.shape
    const n = dims[axis]!
    const moved = (f: (i: number) => number) => tabulate(dims, (index) => at(index.with(axis, f(index[axis]!))))
    expectBoth(
      (y) => g.flip({ axis: axis - dims.length })(y),
      x,
      moved((i) => n - 1 - i)
    )
    expectBoth(
      (y) => g.flip(y),
      x,
      tabulate(dims, (index) => at(index.map((i, a) => dims[a]! - 1 - i)))
    )
    expectBoth(
      (y) => g.roll({ shift, axis })(y),
      x,
      moved((i) => (((i - shift) % n) + n) % n)
    )
    const flat = g.toFlatArray(x)
    const size = flat.length
    expect(g.toFlatArray(g.roll({ shift })(x))).toEqual(flat.map((_, i) => flat[(((i - shift) % size) + size) % size]))
    expectBoth(
      (y) => g.repeatInterleave({ repeats, axis })(y),
      x,
      tabulate(dims.with(axis, n * repeats), (index) => at(index.with(axis, Math.floor(index[axis]! / repeats))))
    )
  })

  test.prop([anyTensor(anyDims({ max: 3 })), anyDims({ max: 3, size: 3 })])('lay tiles', (x, counts) => {
    const at = elements(x)
    const rank = Math.max(counts.length, x.shape.length)
    const filled = (dims: Dims) => [...Array.from({ length: rank - dims.length }, () => 1), ...dims]
    const [own, times] = [filled(x.shape), filled(counts)]
    const dims = own.map((n, axis) => n * times[axis]!)
    expectBoth(
      (y) => g.tile([...counts])(y),
      x,
      tabulate(dims, (index) => at(index.map((i, axis) => i % own[axis]!).slice(rank - x.shape.length)))
    )
  })

  it('refuse an axis that is not there, and a shift that is not whole', () => {
    expect(() => g.flip({ axis: 1 })(g.zeros([2]))).toThrow('flip: axis 1 is out of range for shape [2]')
    expect(() => g.flip({ axis: [0, 0] })(g.zeros([2]))).toThrow('flip: axis 0 is named twice')
    expect(() => g.roll({ shift: 1, axis: -2 })(g.zeros([2]))).toThrow('roll: axis -2 is out of range')
    expect(() => g.roll({ shift: 0.5 })).toThrow('roll: shift must be a whole number')
    expect(() => g.repeatInterleave({ repeats: -1, axis: 0 })).toThrow('repeatInterleave: repeats must be')
    expect(() => g.tile([-1])).toThrow('tile: dimension 0 of shape [-1] is -1')
  })
})

describe('pad', () => {
  const width = fc.tuple(fc.nat(5), fc.nat(5))
  const padded = fullDims({ max: 3, size: 3 }).chain((dims) =>
    fc.tuple(tensorOf(dims), fc.tuple(...dims.map(() => width)))
  )
  const mirrored = (i: number, n: number): number =>
    n === 1 ? 0 : i < 0 ? mirrored(-i, n) : i >= n ? mirrored(2 * (n - 1) - i, n) : i

  test.prop([padded])('adds a number, the nearest element, or mirrored ones', ([x, widths]) => {
    const at = elements(x)
    const dims = x.shape.map((n, axis) => n + widths[axis]![0] + widths[axis]![1])
    const from = (f: (i: number, n: number) => number) =>
      tabulate(dims, (index) => at(index.map((i, axis) => f(i - widths[axis]![0], x.shape[axis]!))))
    const isInside = (index: readonly number[]) =>
      index.every((i, axis) => i >= widths[axis]![0] && i < widths[axis]![0] + x.shape[axis]!)
    const filled = (value: number) =>
      tabulate(dims, (index) => (isInside(index) ? at(index.map((i, axis) => i - widths[axis]![0])) : value))
    expectBoth((y) => g.pad({ widths })(y), x, filled(0))
    expectBoth((y) => g.pad({ widths, value: NaN })(y), x, filled(NaN))
    expectBoth(
      (y) => g.pad({ widths, mode: 'edge' })(y),
      x,
      from((i, n) => Math.min(n - 1, Math.max(0, i)))
    )
    expectBoth((y) => g.pad({ widths, mode: 'reflect' })(y), x, from(mirrored))
  })

  it('refuses widths that do not fit, and wants something to repeat', () => {
    expect(() => g.pad({ widths: [[1, 1]] })(g.zeros([2, 2]))).toThrow(
      'pad: needs a pair of widths for each axis of shape [2, 2], got 1'
    )
    expect(() => g.pad({ widths: [[1, -1]] })).toThrow('pad: widths[0] must be a pair of whole numbers of at least 0')
    expect(() => g.pad({ widths: [[1, 1]], mode: 'edge' })(g.zeros([0]))).toThrow(
      'pad: there is nothing to repeat along axis 0 of shape [0]'
    )
  })
})

describe('expandDims, squeeze, broadcastArrays and meshgrid', () => {
  test.prop([anyTensor(anyDims({ max: 3 }))])('add and take away axes of 1', (x) => {
    const rank = x.shape.length
    Array.from({ length: rank + 1 }, (_, axis) => axis).forEach((axis) => {
      const wide = g.expandDims({ axis })(x)
      expect(wide.shape).toEqual(x.shape.toSpliced(axis, 0, 1))
      expect(g.expandDims({ axis: axis - rank - 1 })(x)).toBeTensor(wide)
      expect(g.squeeze({ axis })(wide)).toBeTensor(x)
    })
    expect(g.squeeze(x).shape).toEqual(x.shape.filter((n) => n !== 1))
  })

  test.prop([anyTensor(anyDims({ max: 2, size: 1 })), anyTensor(anyDims({ max: 3 }))])('stretch both sides', (x, y) => {
    const fits = [...x.shape].reverse().every((n, i) => n === 1 || [1, n].includes([...y.shape].reverse()[i] ?? 1))
    if (!fits) return expect(() => g.broadcastArrays([x, y])).toThrow('broadcastArrays: cannot broadcast')
    const [a, b] = g.broadcastArrays([x, y])
    expect(a.shape).toEqual(b.shape)
    expect(a).toBeTensor(tabulate(a.shape, (index) => elements(x)(stretched(x.shape, index))))
    expect(b).toBeTensor(tabulate(a.shape, (index) => elements(y)(stretched(y.shape, index))))
  })

  it('spread coordinates over a grid, in either order', () => {
    const vectors = [g.arange(2), g.arange(3), g.arange(4)] as const
    const grid = (indexing: 'ij' | 'xy') => g.meshgrid({ indexing })(vectors)
    grid('ij').forEach((x, k) => expect(x).toBeTensor(tabulate([2, 3, 4], (index) => index[k]!)))
    grid('xy').forEach((x, k) => expect(x).toBeTensor(tabulate([3, 2, 4], ([i, j, l]) => [j!, i!, l!][k]!)))
    expect(g.meshgrid()([g.arange(2)])[0]).toBeTensor([0, 1])
  })

  it('refuse what does not fit', () => {
    expect(() => g.expandDims({ axis: 2 })(g.scalar(1) as never)).toThrow('expandDims: axis 2 is out of range')
    expect(() => g.squeeze({ axis: 0 })(g.zeros([2]) as never)).toThrow(
      'squeeze: axis 0 of shape [2] is not of length 1'
    )
    expect(() => g.broadcastArrays([])).toThrow('broadcastArrays: needs at least one tensor')
    expect(() => g.meshgrid()([g.zeros([2, 2]) as never])).toThrow('meshgrid: needs vectors, got shape [2, 2]')
  })
})

describe('triu, tril, diagonal, diag and matrixTrace', () => {
  const matrices = fc
    .tuple(anyDims({ max: 1 }), fc.nat(5), fc.nat(5))
    .chain(([lead, m, n]) => fc.tuple(tensorOf([...lead, m, n]), fc.integer({ min: -7, max: 7 })))

  test.prop([matrices])('are of the last two axes, from a diagonal on', ([x, offset]) => {
    const at = elements(x)
    const rank = x.shape.length
    const [m, n] = [x.shape[rank - 2]!, x.shape[rank - 1]!]
    const above = (index: readonly number[]) => index[rank - 1]! - index[rank - 2]!
    expectBoth(
      (y) => g.triu({ offset })(y),
      x,
      tabulate(x.shape, (i) => (above(i) >= offset ? at(i) : 0))
    )
    expectBoth(
      (y) => g.tril({ offset })(y),
      x,
      tabulate(x.shape, (i) => (above(i) <= offset ? at(i) : 0))
    )
    const places = Array.from({ length: m }, (_, i) => [i, i + offset] as const).filter(([, j]) => j >= 0 && j < n)
    const lead = x.shape.slice(0, -2)
    const line = tabulate([...lead, places.length], (index) =>
      at([...index.slice(0, -1), ...places[index[rank - 2]!]!])
    )
    expectBoth((y) => g.diagonal({ offset })(y), x, line)
    expect(g.matrixTrace({ offset })(x)).toBeTensor(g.sum({ axis: -1 })(line))
    expect(g.matrixTrace(x)).toBeTensor(g.sum({ axis: -1 })(g.diagonal(x)))
  })

  test.prop([anyTensor(anyDims({ min: 1, max: 1 })), fc.integer({ min: -3, max: 3 })])(
    'put a vector there',
    (x, offset) => {
      const n = x.shape[0]! + Math.abs(offset)
      const expected = tabulate([n, n], ([i, j]) => (offset === j! - i! ? elements(x)([Math.min(i!, j!)]) : 0))
      expectBoth((y) => g.diag({ offset })(y as never), x, expected)
      expect(g.diagonal({ offset })(expected)).toBeTensor(x)
    }
  )

  it('cut off what would be NaN, with derivative 0', () => {
    const x = g.tensor([
      [1, 2],
      [NaN, Infinity]
    ])
    const f = (y: g.Mat<2, 2>) => g.sum(g.square(g.tril({ offset: -2 })(y)))
    expect(g.toArray(g.grad(f)(x))).toEqual([
      [0, 0],
      [0, 0]
    ])
  })

  it('say what they need', () => {
    expect(() => g.triu(g.zeros([2]))).toThrow('triu: needs a matrix, or a batch of them, got shape [2]')
    expect(() => g.diagonal(g.zeros([2]))).toThrow('diagonal: needs a matrix')
    expect(() => g.matrixTrace(g.scalar(1))).toThrow('matrixTrace: needs a matrix')
    expect(() => g.diag(g.zeros([2, 2]) as never)).toThrow(
      'diag: needs a vector, got shape [2, 2]; diagonal reads one of a matrix'
    )
    expect(() => g.triu({ offset: 0.5 })).toThrow('triu: offset must be a whole number')
  })
})

describe('diff, trapezoid, polyval, outer and kron', () => {
  const whole = fc.integer({ min: -9, max: 9 })
  const samples = fullDims({ min: 1, max: 3 }).chain((dims) =>
    fc
      .nat(dims.length - 1)
      .chain((axis) => fc.tuple(tensorOf(dims, whole), fc.constant(axis), tensorOf([dims[axis]!], whole)))
  )

  test.prop([samples])('are by their definition, on whole numbers', ([y, axis, places]) => {
    const at = elements(y)
    const n = y.shape[axis]!
    const apart = tabulate(y.shape.with(axis, n - 1), (index) => at(index.with(axis, index[axis]! + 1)) - at(index))
    expectBoth((x) => g.diff({ axis })(x), y, apart)
    expectBoth((x) => g.diff({ axis, order: 2 })(x), y, n === 1 ? apart : g.diff({ axis })(apart))
    expect(g.diff({ axis, order: 0 })(y)).toBeTensor(y)
    const p = elements(places)
    const area = (index: readonly number[], width: (i: number) => number) =>
      Array.from({ length: n - 1 }, (_, i) => {
        const [a, b] = [index.toSpliced(axis, 0, i), index.toSpliced(axis, 0, i + 1)]
        return (width(i) * (at(a) + at(b))) / 2
      }).reduce((sum, part) => sum + part, 0)
    const left = y.shape.toSpliced(axis, 1)
    expectBoth(
      (x) => g.trapezoid({ axis, dx: 2 })(x),
      y,
      tabulate(left, (index) => area(index, () => 2))
    )
    expectBoth(
      (x) => g.add(0)(g.trapezoid({ axis, x: places as never })(x)),
      y,
      tabulate(left, (index) => area(index, (i) => p([i + 1]) - p([i])))
    )
  })

  test.prop([fc.array(whole, { maxLength: 4 }), tensorOf([3], whole)])('evaluate polynomials', (coefficients, x) => {
    const power = coefficients.length - 1
    expectBoth(
      (y) => g.polyval(coefficients)(y),
      x,
      g.tensor(g.toFlatArray(x).map((v) => coefficients.reduce((s, c, i) => s + c * v ** (power - i), 0)))
    )
  })

  test.prop([anyTensor(anyDims({ max: 2 }), whole), anyTensor(anyDims({ max: 2 }), whole)])(
    'multiply all by all',
    (a, b) => {
      const rank = Math.max(a.shape.length, b.shape.length)
      const filled = (dims: Dims) => [...Array.from({ length: rank - dims.length }, () => 1), ...dims]
      const [m, n] = [filled(a.shape), filled(b.shape)]
      const own = (dims: Dims, index: readonly number[]) => index.slice(rank - dims.length)
      expectBoth(
        (x) => g.kron(b)(x),
        a,
        tabulate(
          m.map((k, axis) => k * n[axis]!),
          (index) =>
            elements(a)(
              own(
                a.shape,
                index.map((i, axis) => Math.floor(i / n[axis]!))
              )
            ) *
            elements(b)(
              own(
                b.shape,
                index.map((i, axis) => i % n[axis]!)
              )
            )
        )
      )
      const [u, v] = [g.flatten(a), g.flatten(b)]
      expect(g.outer(v)(u)).toBeTensor(
        g.reshape([sizeOf(a.shape), sizeOf(b.shape)])(g.kron(v)(g.reshape([sizeOf(a.shape), 1])(u)) as never)
      )
    }
  )

  it('say what they need', () => {
    expect(() => g.diff(g.scalar(1) as never)).toThrow('diff: axis -1 is out of range for shape []')
    expect(() => g.trapezoid({ dx: 1, x: g.zeros([2]) })(g.zeros([2]))).toThrow('trapezoid: give dx or x, not both')
    expect(() => g.trapezoid({ x: g.zeros([3]) })(g.zeros([2]))).toThrow(
      'trapezoid: x must be a vector of 2 numbers, one for each sample, got shape [3]'
    )
    expect(() => g.polyval(g.zeros([2, 2]) as never)).toThrow(
      'polyval: needs a vector of coefficients, got shape [2, 2]'
    )
    expect(() => g.outer(g.zeros([2, 2]) as never)(g.zeros([2]))).toThrow(
      'outer: needs two vectors, got [2] and [2, 2]'
    )
  })
})

describe('what is put together of moves', () => {
  const square = (x: Tensor): Tensor => g.square(x)
  const of = (name: string, shape: readonly number[], f: (x: Tensor) => Tensor) =>
    laws.operation({ name, f: (x: Tensor) => f(square(x)), shape: shape })
  const widths = [
    [1, 2],
    [0, 3]
  ] as const
  const suites = [
    of('flip and slice', [3, 4], (x) => g.add(g.slice(1, 3, undefined, -2)(x))(g.slice(1, 0, 4, 2)(g.flip(x)))),
    of('roll and split', [5], (x) =>
      g.stack(
        g
          .split({ axis: 0, sections: [1, 2] })(g.roll({ shift: 2 })(x))
          .slice(0, 2)
      )
    ),
    of('tile and repeatInterleave', [2, 3], (x) => g.tile([2])(g.repeatInterleave({ repeats: 2, axis: 0 })(x))),
    of('pad', [2, 3], (x) => g.pad({ widths, value: 2 })(x)),
    of('pad, edge', [2, 3], (x) => g.pad({ widths, mode: 'edge' })(x)),
    of('pad, reflect', [2, 3], (x) => g.pad({ widths, mode: 'reflect' })(x)),
    of('triu and tril', [3, 3], (x) => g.add(g.triu({ offset: 1 })(x))(g.tril(x))),
    of('diagonal and diag', [3, 4], (x) => g.diag({ offset: 1 })(g.diagonal({ offset: 1 })(x) as never)),
    of('matrixTrace', [2, 3, 3], (x) => g.matrixTrace(x)),
    of('diff', [5], (x) => g.diff({ order: 2 })(x)),
    of('trapezoid', [4], (x) => g.trapezoid({ x: x as never })(g.sin(x))),
    of('polyval', [3], (x) => g.polyval(x as never)(g.sin(x))),
    of('outer and kron', [3], (x) => g.kron(x)(g.outer(g.sin(x) as never)(x as never))),
    of('broadcastArrays', [3], (x) =>
      g.add(g.broadcastArrays([g.expandDims({ axis: 1 })(x), x])[0])(g.outer(x as never)(x as never))
    )
  ]
  for (const suite of suites) laws.register(test as never)(suite, { numRuns: 10 })
})
