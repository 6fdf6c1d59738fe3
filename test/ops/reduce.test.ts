import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/ops/index.ts'
import { compile } from '../../src/compile/index.ts'
import { scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Vec } from '../../src/tensor/tensor.ts'
import { grad } from '../../src/transform/grad.ts'
import { anyDims, anyTensor, fullDims, sizeOf, wildNumber } from '../support/arbitraries.ts'
import { elements, groups, tabulate, without } from '../support/naive.ts'
import { reshape } from '../../src/ops/index.ts'
import '../support/matchers.ts'

type Group = readonly number[]
const total = (group: Group): number => group.reduce((sum, x) => sum + x, 0)
const mean = (group: Group): number => total(group) / group.length
const variance = (group: Group): number => mean(group.map((x) => (x - mean(group)) ** 2))

/** A reduction, its definition, and whether it is defined for an empty group. */
const reductions: Readonly<Record<string, readonly [g.Reduction, (group: Group) => number, boolean]>> = {
  sum: [g.sum, total, true],
  mean: [g.mean, mean, false],
  max: [g.max, (group) => Math.max(...group), false],
  min: [g.min, (group) => Math.min(...group), false],
  variance: [g.variance, variance, false],
  std: [g.std, (group) => Math.sqrt(variance(group)), false],
  norm: [g.norm, (group) => Math.hypot(...group), true],
  prod: [g.prod, (group) => group.reduce((product, x) => product * x, 1), true],
  any: [g.any, (group) => Number(group.some((x) => x !== 0)), true],
  all: [g.all, (group) => Number(group.every((x) => x !== 0)), true],
  median: [
    g.median,
    (group) =>
      mean(
        [Math.floor((group.length - 1) / 2), Math.ceil((group.length - 1) / 2)].map(
          (i) => group.toSorted((a, b) => a - b)[i]!
        )
      ),
    false
  ],
  logSumExp: [
    g.logSumExp,
    (group) => Math.max(...group) + Math.log(total(group.map((x) => Math.exp(x - Math.max(...group))))),
    false
  ]
}

const tolerance = { atol: 1e-6, rtol: 1e-9 }
/** There are twelve reductions, and each is put to several properties. */
const some = { numRuns: 50 }

/** A tensor and some of its axes, in any order and spelled from either end. */
const withAxes = (dims = fullDims(), number?: fc.Arbitrary<number>) =>
  anyTensor(dims, number).chain((x) => {
    const all = x.shape.map((_, i) => i)
    return fc.tuple(fc.shuffledSubarray(all), fc.func(fc.boolean())).map(([axes, back]) => ({
      x,
      axes,
      spelled: axes.map((axis) => (back(axis) ? axis - all.length : axis))
    }))
  })

describe.each(Object.entries(reductions))('%s', (name, [reduce, f, ofNothing]) => {
  test.prop([withAxes()], some)('over axes is its definition on each group', ({ x, axes, spelled }) => {
    const expected = groups(x.shape, axes, elements(x)).map(f)
    expect(reduce({ axis: spelled })(x)).toBeCloseToTensor(
      reshape([...without(x.shape, axes)])(tensor(expected)),
      tolerance
    )
    const kept = x.shape.map((n, i) => (axes.includes(i) ? 1 : n))
    expect(reduce({ axis: spelled, keepDims: true })(x)).toBeCloseToTensor(reshape(kept)(tensor(expected)), tolerance)
    expect(reduce({ axis: spelled, keepDims: false })(x)).toBeTensor(reduce({ axis: spelled })(x))
  })

  test.prop([anyTensor(fullDims({ min: 1 })), fc.nat()], some)('over one axis is over a list of it', (x, seed) => {
    const axis = seed % x.shape.length
    expect(reduce({ axis })(x)).toBeTensor(reduce({ axis: [axis] })(x))
    expect(reduce({ axis: axis - x.shape.length })(x)).toBeTensor(reduce({ axis })(x))
  })

  test.prop([anyTensor(fullDims({ max: 3 }))], some)('of everything is one number', (x) => {
    expect(reduce(x)).toBeCloseToTensor(f(toFlatArray(x)), tolerance)
    expect(reduce(x)).toBeCloseToTensor(reduce({ axis: x.shape.map((_, i) => i) })(x), tolerance)
  })

  test.prop([withAxes(anyDims({ size: 2 }))], some)('of an empty group is 0 or an error', ({ x, axes }) => {
    const count = sizeOf(axes.map((axis) => x.shape[axis]!))
    const run = () => reduce({ axis: axes })(x)
    if (count > 0 || ofNothing) expect(run().shape).toEqual(without(x.shape, axes))
    else expect(run).toThrow(/empty/)
  })

  it('does not hide a NaN, which is not 0', () => {
    const ofNan = name === 'any' || name === 'all' ? 1 : NaN
    expect(reduce(tensor([1, NaN, 2]))).toBeTensor(ofNan)
    expect(reduce({ axis: 1 })(reshape([2, 2])(tensor([1, 2, 3, NaN])))).toBeCloseToTensor(
      [f([1, 2]), ofNan],
      tolerance
    )
  })

  it('says its own name', () => {
    expect(() => reduce(5 as never)).toThrow(`${name}: needs a tensor`)
    expect(() => reduce({ axis: 0 })(5 as never)).toThrow(`${name}: needs a tensor`)
    expect(() => reduce({ axis: 2 })(zeros([2, 2]) as never)).toThrow(`${name}: axis 2 is out of range`)
    expect(() => reduce({ axis: [0, 0] as number[] })(zeros([2, 2]))).toThrow(`${name}: axis 0 is named twice`)
  })
})

describe('of numbers among NaN', () => {
  const nans = { nanSum: g.nanSum, nanMean: g.nanMean, nanMax: g.nanMax, nanMin: g.nanMin }
  const usual = { nanSum: g.sum, nanMean: g.mean, nanMax: g.max, nanMin: g.min }
  const wild = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(NaN))

  describe.each(Object.entries(nans))('%s', (name, f) => {
    test.prop([withAxes(fullDims({ min: 1 }), wild), fc.boolean()], some)(
      'is the reduction with a mask of the numbers, whether or not some of these do not count',
      ({ x, axes }, isMasked) => {
        const numbers = g.equal(x)(x)
        const mask = isMasked ? g.greater(0)(x) : numbers
        const own = { axis: axes, ...(isMasked ? { mask } : {}) }
        expect(f(own)(x as never)).toBeTensor(usual[name as 'nanSum']({ axis: axes, mask })(x as never))
      }
    )
  })
})

describe('the order of a norm', () => {
  test.prop([withAxes(fullDims({ min: 1 }))], some)('is the power that sizes have', ({ x, axes }) => {
    const by = (f: (sizes: Group) => number) =>
      reshape([...without(x.shape, axes)])(
        tensor(groups(x.shape, axes, elements(x)).map((group) => f(group.map(Math.abs))))
      )
    for (const p of [1, 1.5, 2, 3, 100])
      expect(g.norm({ axis: axes, ord: p })(x)).toBeCloseToTensor(
        by((sizes) => Math.max(...sizes) * total(sizes.map((v) => (v / Math.max(1e-300, ...sizes)) ** p)) ** (1 / p)),
        { atol: 1e-12, rtol: 1e-9 }
      )
    expect(g.norm({ axis: axes, ord: Infinity })(x)).toBeTensor(by((sizes) => Math.max(...sizes)))
  })

  it('is at least 1', () => {
    expect(() => g.norm({ ord: 0.5 })).toThrow('norm: ord must be a number of at least 1, or Infinity, got 0.5')
    expect(() => g.norm({ ord: NaN })).toThrow('norm: ord must be')
  })

  it('of nothing or of zeros is 0, with derivative 0', () => {
    for (const ord of [1, 1.5, 2, 3, Infinity]) {
      expect(g.norm({ ord })(zeros([0]))).toBeTensor(0)
      const f = (x: Vec<2>) => g.norm({ ord })(x)
      expect([f(zeros([2])), grad(f)(zeros([2]))].map((x) => toFlatArray(x))).toEqual([[0], [0, 0]])
    }
  })

  it.each([1e-310, 1e-200, 1e200, 1e307])('is right for numbers such as %s', (size) => {
    for (const ord of [1, 1.5, 3, 50, Infinity]) {
      const f = (x: Vec<2>) => g.norm({ ord })(x)
      const atOne = tensor([2, -1])
      const scaled = g.mul(size)(atOne)
      expect(Math.abs(toNumber(f(scaled)) / size / toNumber(f(atOne)) - 1)).toBeLessThan(1e-12)
      expect(grad(f)(scaled)).toBeCloseToTensor(grad(f)(atOne), { rtol: 1e-12 })
      expect(compile(grad(f))(scaled)).toBeCloseToTensor(grad(f)(atOne), { rtol: 1e-12 })
    }
  })
})

describe('the degrees of freedom of a variance', () => {
  it('are its number less ddof', () => {
    const x = tensor([[1, 2, 4], [3, 3, 9]]) // prettier-ignore
    expect(g.variance({ axis: 1, ddof: 1 })(x)).toBeCloseToTensor([7 / 3, 12])
    expect(g.std({ axis: 1, ddof: 1 })(x)).toBeCloseToTensor([Math.sqrt(7 / 3), Math.sqrt(12)])
    const mask = tensor([[1, 1, 0], [0, 1, 0]]) // prettier-ignore
    expect(g.variance({ axis: 1, ddof: 1, mask })(x)).toBeCloseToTensor([0.5, 0])
    expect(grad((y: typeof x) => g.sum(g.std({ axis: 1, ddof: 1, mask })(y)))(x)).toBeCloseToTensor([[-Math.SQRT1_2, Math.SQRT1_2, 0], [0, 0, 0]]) // prettier-ignore
  })

  it('must be more than 0', () => {
    expect(() => g.variance({ ddof: 2 })(tensor([1, 2]))).toThrow('variance: ddof 2 needs more elements than shape [2]')
    expect(() => g.std({ ddof: -1 })).toThrow('std: ddof must be a finite number of at least 0, got -1')
  })
})

describe('reductions at the edge', () => {
  it('of one value are that value, or nothing', () => {
    const one = tensor([3])
    expect([g.sum, g.mean, g.max, g.min, g.norm, g.logSumExp].map((f) => toNumber(f(one)))).toEqual([3, 3, 3, 3, 3, 3])
    expect([g.variance, g.std].map((f) => toNumber(f(one)))).toEqual([0, 0])
    expect(g.sum(scalar(-2))).toBeTensor(-2)
    expect(g.logSumExp(scalar(5))).toBeTensor(5)
  })

  it('of equal values have no variance', () => {
    expect(g.std(tensor([0.1, 0.1, 0.1]))).toBeCloseToTensor(0)
    expect(g.variance(tensor([2, 2, 2]))).toBeTensor(0)
  })

  it('of infinities are what the numbers say', () => {
    const x = tensor([1, Infinity])
    expect([g.sum, g.mean, g.max, g.norm, g.logSumExp].every((f) => toNumber(f(x)) === Infinity)).toBe(true)
    expect(g.min(x)).toBeTensor(1)
    expect(g.sum(tensor([Infinity, -Infinity]))).toBeTensor(NaN)
    expect(g.logSumExp(tensor([-Infinity, -Infinity]))).toBeTensor(-Infinity)
  })

  it('never overflow in logSumExp', () => {
    expect(g.logSumExp({ axis: 1 })(tensor([[1000, 1000], [-1000, -1000]]))).toBeCloseToTensor([1000 + Math.LN2, Math.LN2 - 1000]) // prettier-ignore
  })
})

const withAxis = (number = wildNumber) =>
  anyTensor(fullDims({ min: 1 }), number).chain((x) =>
    fc.tuple(fc.nat(x.shape.length - 1), fc.boolean()).map(([axis, back]) => ({
      x,
      axis,
      spelled: back ? axis - x.shape.length : axis
    }))
  )

describe('argmin', () => {
  test.prop([withAxis()])('is the argmax of the negative, whether or not some do not count', ({ x, axis, spelled }) => {
    expect(g.argmin({ axis: spelled })(x)).toBeTensor(g.argmax({ axis })(g.neg(x)))
    expect(g.argmin(x)).toBeTensor(g.argmax(g.neg(x)))
    const mask = g.greater(0)(x)
    expect(g.argmin({ axis, mask })(x as never)).toBeTensor(g.argmax({ axis, mask })(g.neg(x) as never))
  })
})

describe('argmax', () => {
  test.prop([withAxis(), fc.func(fc.boolean())])(
    'with a mask is where the largest of those that count comes first, and 0 for none',
    ({ x, axis }, counts) => {
      const values = toFlatArray(x)
      const at = elements(reshape([...x.shape])(tensor(values.map((_, i) => i))))
      const mask = tabulate(x.shape, (index) => Number(counts(at(index))))
      const expected = groups(x.shape, [axis], at).map((places) => {
        const shown = places.map((place) => (counts(place) ? values[place]! : null))
        const nan = shown.findIndex(Number.isNaN)
        const top = shown.reduce<number | null>((a, b) => (b !== null && (a === null || b > a) ? b : a), null)
        return nan >= 0
          ? nan
          : Math.max(
              0,
              shown.findIndex((value) => value !== null && value === top)
            )
      })
      const one = g.argmax({ axis, mask } as never) as (y: typeof x) => typeof x
      expect(one(x)).toBeTensor(reshape([...without(x.shape, [axis])])(tensor(expected)))
    }
  )

  it('keeps the axis when asked, and takes a mask of all elements', () => {
    const x = tensor([[1, 5, 2], [7, 0, 7]]) // prettier-ignore
    expect(g.argmax({ axis: 1, keepDims: true })(x)).toBeTensor([[1], [0]])
    expect(g.argmax({ mask: tensor([[1], [0]]) })(x)).toBeTensor(1)
    expect(g.argmax({ keepDims: true })(x)).toBeTensor([[3]])
    const wrong = compile((mask: Vec<2>) => g.argmax({ mask })(tensor([1, 2])))
    expect(wrong(tensor([1, 3]))).toBeTensor(NaN)
  })

  test.prop([withAxis()])('along an axis is where the largest comes first, NaN above all', ({ x, axis, spelled }) => {
    const expected = groups(x.shape, [axis], elements(x)).map((group) => {
      const nan = group.findIndex(Number.isNaN)
      return nan < 0 ? group.indexOf(Math.max(...group)) : nan
    })
    expect(g.argmax({ axis: spelled })(x)).toBeTensor(reshape([...without(x.shape, [axis])])(tensor(expected)))
  })

  test.prop([anyTensor(fullDims())])('of everything is a row-major index', (x) => {
    const values = toFlatArray(x)
    expect(toNumber(g.argmax(x))).toBe(values.indexOf(Math.max(...values)))
  })
})

describe('softmax and its logarithm', () => {
  test.prop([withAxis(fc.integer({ min: -20, max: 20 }))])('share out one along their axis', ({ x, axis, spelled }) => {
    const element = elements(x)
    const shift = groups(x.shape, [axis], element).map((group) => Math.max(...group))
    const totals = elements(
      reshape([...without(x.shape, [axis])])(
        tensor(
          groups(x.shape, [axis], element).map((group, i) => total(group.map((value) => Math.exp(value - shift[i]!))))
        )
      )
    )
    const tops = elements(reshape([...without(x.shape, [axis])])(tensor(shift)))
    const share = (index: readonly number[]): number => {
      const rest = without(index, [axis])
      return Math.exp(element(index) - tops(rest)) / totals(rest)
    }
    expect(g.softmax({ axis: spelled })(x)).toBeCloseToTensor(tabulate(x.shape, share))
    expect(g.logSoftmax({ axis: spelled })(x)).toBeCloseToTensor(
      tabulate(x.shape, (index) => Math.log(share(index))),
      { atol: 1e-9, rtol: 1e-9 }
    )
  })

  test.prop([anyTensor(fullDims({ min: 1 }))])('are along the last axis when none is named', (x) => {
    expect(g.softmax(x)).toBeTensor(g.softmax({ axis: -1 })(x))
    expect(g.logSoftmax(x)).toBeTensor(g.logSoftmax({ axis: x.shape.length - 1 })(x))
  })

  it('take infinite logits as limits', () => {
    expect(g.softmax(tensor([Infinity, 0]))).toBeTensor([1, 0])
    expect(g.softmax(tensor([0, -Infinity]))).toBeTensor([1, 0])
    expect(g.logSoftmax(tensor([0, -Infinity]))).toBeTensor([0, -Infinity])
    expect(g.softmax(tensor([1, NaN]))).toBeTensor([NaN, NaN])
  })
})
