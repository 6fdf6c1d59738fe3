/** What does not count under a mask: a masked function is the same function of the elements that count. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile/index.ts'
import * as g from '../../src/ops/index.ts'
import { ones, tensor } from '../../src/tensor/construct.ts'
import { toArray, toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Mat, Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { grad, jvp } from '../../src/transform/grad.ts'
import { hessian } from '../../src/transform/jacobian.ts'
import { vmap } from '../../src/transform/vmap.ts'
import { errorOf } from '../nn/support.ts'
import '../support/matchers.ts'
import { fc, test } from '../support/property.ts'
import { reshape } from '../../src/ops/index.ts'

type Masked = (x: Mat, mask: Mat) => Mat

/** Each row by itself, as a row of one number or of as many; and what a row is of which nothing counts. */
const functions: Readonly<Record<string, { readonly f: (x: Mat, mask?: Mat) => Tensor; readonly empty: number }>> = {
  sum: { f: (x, mask) => g.sum({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 0 },
  mean: { f: (x, mask) => g.mean({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 0 },
  max: { f: (x, mask) => g.max({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: -Infinity },
  min: { f: (x, mask) => g.min({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: Infinity },
  variance: { f: (x, mask) => g.variance({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 0 },
  std: { f: (x, mask) => g.std({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 0 },
  norm: { f: (x, mask) => g.norm({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 0 },
  logSumExp: { f: (x, mask) => g.logSumExp({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: -Infinity },
  prod: { f: (x, mask) => g.prod({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 1 },
  any: { f: (x, mask) => g.any({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 0 },
  all: { f: (x, mask) => g.all({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 1 },
  median: { f: (x, mask) => g.median({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 0 },
  nanSum: { f: (x, mask) => g.nanSum({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 0 },
  nanMean: { f: (x, mask) => g.nanMean({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: 0 },
  nanMax: { f: (x, mask) => g.nanMax({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: -Infinity },
  nanMin: { f: (x, mask) => g.nanMin({ axis: 1, keepDims: true, ...(mask && { mask }) })(x), empty: Infinity },
  'norm of order 1': {
    f: (x, mask) => g.norm({ ord: 1, axis: 1, keepDims: true, ...(mask && { mask }) })(x),
    empty: 0
  },
  'norm of order 3': {
    f: (x, mask) => g.norm({ ord: 3, axis: 1, keepDims: true, ...(mask && { mask }) })(x),
    empty: 0
  },
  softmax: { f: (x, mask) => g.softmax({ axis: 1, ...(mask && { mask }) })(x), empty: 0 },
  logSoftmax: { f: (x, mask) => g.logSoftmax({ axis: 1, ...(mask && { mask }) })(x), empty: -Infinity }
}

/** Numbers that single precision holds, so that two of them tie in both precisions or in neither. */
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -3, max: 3, noNaN: true })).map(Math.fround)

const hidden = fc.oneof(number, fc.constantFrom(NaN, Infinity, -Infinity, 1e308, -1e308))

/** Rows of numbers, a mask of them, and anything at all where nothing counts. */
const maskedRows = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 })).chain(([rows, columns]) => {
  const n = rows * columns
  const list = <A>(of: fc.Arbitrary<A>): fc.Arbitrary<readonly A[]> => fc.array(of, { minLength: n, maxLength: n })
  return fc.tuple(list(number), list(hidden), list(fc.integer({ min: 0, max: 1 }))).map(([shown, other, counts]) => {
    const matrix = (values: readonly number[]): Mat => reshape([rows, columns])(tensor(values))
    return { x: matrix(shown.map((value, i) => (counts[i] === 1 ? value : other[i]!))), mask: matrix(counts) }
  })
})

/** For each row the numbers that count, as a matrix of one row. */
const compacted = (x: Mat, mask: Mat): readonly (readonly number[])[] => {
  const counts = toArray(mask)
  return toArray(x).map((row, i) => row.filter((_, j) => counts[i]![j] === 1))
}

/** Numbers of the elements that count, put back to where they were, among others. */
const spread = (mask: Mat, rows: readonly (readonly number[])[], other: number): Tensor =>
  tensor(
    toArray(mask).map((counts, i) => {
      const own = [...rows[i]!]
      return counts.map((count) => (count === 1 ? own.shift()! : other))
    })
  )

/** A weighted sum of squares, so that second derivatives are not 0. Where nothing counts its value may be infinite. */
const squares =
  (f: (x: Mat) => Tensor, counts?: Mat) =>
  (x: Mat): Scalar => {
    const y = f(x)
    // an infinite logarithm beside a mask is of no use to a model; a row without anything is left in
    const used = counts !== undefined && counts.shape[1] === y.shape[1] ? g.where(counts as never, 0)(y as never) : y
    return g.sum(g.square(used))
  }

describe.each(Object.entries(functions))('%s with a mask', (name, { f, empty }) => {
  const [called = ''] = name.split(' ')
  const rowwise = name === 'softmax' || name === 'logSoftmax'
  const row = (values: readonly number[]): Mat => tensor([values])
  const alone = (values: readonly number[], of: (x: Mat) => Tensor): readonly number[] =>
    values.length === 0 ? (rowwise ? [] : [empty]) : toFlatArray(of(row(values)))

  test.prop([maskedRows], { numRuns: 40 })(
    'is the function of the elements that count, whatever the others are',
    ({ x, mask }) => {
      const rows = compacted(x, mask).map((values) => alone(values, (v) => f(v)))
      expect(f(x, mask)).toBeCloseToTensor(rowwise ? spread(mask, rows, empty) : tensor(rows as number[][]))
    }
  )

  test.prop([maskedRows], { numRuns: 40 })(
    'has the derivatives of that, and 0 for what does not count',
    ({ x, mask }) => {
      const masked = squares((v) => f(v, mask), mask)
      const rows = compacted(x, mask)
      const gradients = rows.map((values) =>
        values.length === 0 ? [] : toFlatArray(grad(squares((v) => f(v)))(row(values)))
      )
      expect(grad(masked)(x)).toBeCloseToTensor(spread(mask, gradients, 0))
      const own = toFlatArray(hessian(masked)(x))
      const [count, columns] = x.shape
      const at = toArray(mask).flatMap((counts, i) =>
        counts.map((value, j) => ({ i: value === 1 ? i : -1, k: counts.slice(0, j).reduce((a, b) => a + b, 0) }))
      )
      const blocks = rows.map((values) =>
        values.length === 0 ? [] : toFlatArray(hessian(squares((v) => f(v)))(row(values)))
      )
      const expected = at.flatMap((a) =>
        at.map((b) => (a.i < 0 || a.i !== b.i ? 0 : blocks[a.i]![a.k * rows[a.i]!.length + b.k]!))
      )
      const shape = [count * columns, count * columns] as const
      expect(reshape(shape)(tensor(own))).toBeCloseToTensor(reshape(shape)(tensor(expected)))
    }
  )

  test.prop([maskedRows], { numRuns: 40 })(
    'has the same derivatives forwards, whatever moves what does not count',
    ({ x, mask }) => {
      const masked = squares((v) => f(v, mask), mask)
      const moves = toFlatArray(mask).map((count, i) => (count === 1 ? 1 + (i % 3) : NaN))
      const { tangent } = jvp(masked)(x)(reshape(x.shape)(tensor(moves)))
      const slopes = toFlatArray(grad(masked)(x))
      const along = slopes.reduce((sum, slope, i) => sum + (Number.isNaN(moves[i]) ? 0 : slope * moves[i]!), 0)
      expect(tangent).toBeCloseToTensor(along)
    }
  )

  test.prop([maskedRows], { numRuns: 15 })(
    'is the same in programs and under vmap, with a mask that is not known yet',
    ({ x, mask }) => {
      const masked: Masked = (v, m) => f(v, m) as Mat
      const gradient: Masked = (v, m) => grad((u: Mat) => squares((w) => f(w, m), m)(u))(v)
      for (const h of [masked, gradient]) {
        const expected = h(x, mask)
        expect(compile(h)(x, mask)).toBeCloseToTensor(expected, { atol: 1e-9, rtol: 1e-9 })
        expect(compile(h, { precision: 'single' })(x, mask)).toBeCloseToTensor(expected, { atol: 1e-3, rtol: 1e-3 })
        const each = vmap((v: Vec, m: Vec) => g.flatten(h(fromRow(v), fromRow(m))))(x, mask)
        expect(each).toBeCloseToTensor(expected)
      }
    }
  )

  it('refuses a mask that is not of 0 and 1, or does not fit', () => {
    const x = ones([2, 3]) as Mat
    for (const value of [2, 0.5, -1, NaN, Infinity])
      expect(
        errorOf(() =>
          f(
            x,
            tensor([
              [1, 0, 1],
              [1, value, 0]
            ]) as never
          )
        )
      ).toBe(
        // prettier-ignore
        `ValueError: ${called}: mask must be of 0 and 1, got ${value} at position 4`
      )
    expect(errorOf(() => f(x, ones([2]) as never))).toBe(
      `ShapeError: ${called}: mask of shape [2] does not broadcast to [2, 3]`
    )
    expect(errorOf(() => f(x, [1, 0, 1] as never))).toBe(
      `ValueError: ${called}: mask must be a tensor of 0 and 1, such as tensor([1, 0]), got an array`
    )
  })

  it('is NaN, as its gradient is, for a mask that turns out not to be of 0 and 1', () => {
    const x = tensor([[1, 2, 3]]) as unknown as Mat
    const values: Masked = (v, m) => f(v, m) as Mat
    const gradient: Masked = (v, m) => grad((u: Mat) => squares((w) => f(w, m))(u))(v)
    for (const value of [2, 0.5, NaN, Infinity])
      for (const h of name === 'any' || name === 'all' ? [values] : [values, gradient])
        for (const run of [compile(h), compile(h, { precision: 'single' })])
          expect(toFlatArray(run(x, tensor([[1, value, 0]]) as never)).some(Number.isNaN)).toBe(true)
  })
})

const fromRow = (v: Vec): Mat => g.reshape([1, v.shape[0]])(v as never)

describe('a mask', () => {
  it('is stretched as an operand is', () => {
    const x = tensor([[1, 2, 3], [4, 5, 6]]) // prettier-ignore
    expect(g.sum({ axis: 1, mask: tensor([1, 0, 1]) })(x)).toBeTensor([4, 10])
    expect(g.sum({ axis: 0, mask: tensor([[1], [0]]) })(x)).toBeTensor([1, 2, 3])
    expect(g.mean({ mask: tensor([1, 0, 0]) })(x)).toBeTensor(2.5)
    expect(g.max({ mask: tensor(0), keepDims: true })(x)).toBeTensor([[-Infinity]])
  })

  it('is refused by the compiler where it cannot be stretched', () => {
    const x = tensor([[1, 2, 3], [4, 5, 6]]) // prettier-ignore
    // @ts-expect-error [2] does not broadcast to [2, 3]
    expect(() => g.sum({ axis: 1, mask: tensor([1, 0]) })(x)).toThrow('does not broadcast')
    // @ts-expect-error [3, 1] does not broadcast to [2, 3]
    expect(() => g.softmax({ axis: 1, mask: tensor([[1], [0], [1]]) })(x)).toThrow('does not broadcast')
  })

  it('has no derivative of its own', () => {
    const x = tensor([1, 2, 5])
    const of = (mask: Vec<3>): Scalar => g.mean({ axis: 0, mask })(x)
    expect(toArray(grad(of)(tensor([1, 0, 1])))).toEqual([0, 0, 0])
  })

  it('made of comparisons inside a program goes with the numbers', () => {
    const f = (x: Vec<4>): Scalar => g.mean({ mask: g.greater(0)(x) })(x)
    expect(toNumber(compile(f)(tensor([-3, 2, NaN, 4])))).toBe(3)
    expect(toNumber(compile(f)(tensor([-3, -2, -1, 0])))).toBe(0)
  })
})

describe('a reduction whose axis is left out', () => {
  it('is over all axes of an input of any rank', () => {
    const x = tensor([[1, 2], [3, 6]]) // prettier-ignore
    expect(g.sum({})(x)).toBeTensor(12)
    expect(g.mean({ keepDims: true })(x)).toBeTensor([[3]])
    const scalar: Scalar = g.max({})(x)
    const kept: Tensor<[1, 1]> = g.norm({ keepDims: true })(x)
    expect([toNumber(scalar), kept.shape]).toEqual([6, [1, 1]])
    expect(errorOf(() => g.sum({ axis: 'every' as never }))).toMatch('sum: axis must be an axis or an array of axes')
  })
})

describe('attention with padding', () => {
  interface Params {
    readonly query: Mat
    readonly key: Mat
    readonly value: Mat
  }
  const width = 3
  const params: Params = {
    query: reshape([width, width])(tensor([0.3, -0.2, 0.5, 0.1, 0.7, -0.4, 0.2, 0.6, -0.1])),
    key: reshape([width, width])(tensor([0.5, 0.1, -0.3, 0.4, -0.6, 0.2, 0.3, 0.1, 0.8])),
    value: reshape([width, width])(tensor([-0.2, 0.4, 0.1, 0.6, 0.3, -0.5, 0.2, -0.7, 0.9]))
  }
  /** Positions that see each other where both are real; the mean square over the real ones. */
  const lossOf =
    (x: Mat, real: Vec) =>
    ({ query, key, value }: Params): Scalar => {
      const n = x.shape[0]
      const column = g.reshape([n, 1])(real as never) as unknown as Mat
      const both = g.mul(g.broadcastTo([n, n])(real as never))(g.broadcastTo([n, n])(column as never)) as Mat
      const scores = g.matmul(g.transpose(g.matmul(key)(x)))(g.matmul(query)(x))
      const seen = g.matmul(g.matmul(value)(x))(g.softmax({ axis: -1, mask: both })(scores as Mat) as Mat)
      return pipe(g.square(seen as Mat), g.mean({ mask: column }))
    }
  const tokens = [[1, -0.5, 0.3], [0.2, 0.8, -1], [-0.7, 0.4, 0.6]] // prettier-ignore
  const padded = tensor([...tokens, [9, -9, 9], [0, 0, 0]]) as unknown as Mat
  const real = tensor([1, 1, 1, 0, 0]) as unknown as Vec

  it('has the loss and the gradient of the sequence without it, compiled or not', () => {
    const short = lossOf(tensor(tokens), ones([3]))
    const long = lossOf(padded, real)
    expect(long(params)).toBeCloseToTensor(short(params))
    const expected = grad(short)(params)
    const program = compile((x: Mat, counts: Vec, p: Params) => grad(lossOf(x, counts))(p))
    const single = compile((x: Mat, counts: Vec, p: Params) => grad(lossOf(x, counts))(p), { precision: 'single' })
    for (const name of ['query', 'key', 'value'] as const) {
      expect(toFlatArray(expected[name]).every((v) => Number.isFinite(v) && v !== 0)).toBe(true)
      expect(grad(long)(params)[name]).toBeCloseToTensor(expected[name])
      expect(program(padded, real, params)[name]).toBeCloseToTensor(expected[name])
      expect(single(padded, real, params)[name]).toBeCloseToTensor(expected[name], { atol: 1e-5, rtol: 1e-4 })
    }
  })

  it('trains, a batch of sequences of other lengths at once', () => {
    const batch = reshape([2, 5, 3])(tensor([...toFlatArray(padded), ...toFlatArray(padded)]))
    const lengths = tensor([[1, 1, 1, 0, 0], [0, 0, 0, 0, 0]]) as unknown as Mat // prettier-ignore
    const loss = (p: Params): Scalar =>
      g.sum(vmap((x: Mat, counts: Vec) => lossOf(x, counts)(p))(batch as never, lengths))
    const step = compile((p: Params) => grad(loss)(p))
    const descend = (p: Params): Params => {
      const slope = step(p)
      const moved = (name: keyof Params): Mat => g.sub(g.mul(0.2)(slope[name]))(p[name])
      return { query: moved('query'), key: moved('key'), value: moved('value') }
    }
    const trained = Array.from({ length: 200 }).reduce<Params>(descend, params)
    expect(toNumber(loss(trained))).toBeLessThan(0.05 * toNumber(loss(params)))
  })
})
