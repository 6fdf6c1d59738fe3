/** Running reductions, against the reduction of each beginning. */
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile/index.ts'
import * as g from '../../src/ops/index.ts'
import { tensor, zeros } from '../../src/tensor/construct.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Tensor, Vec } from '../../src/tensor/tensor.ts'
import { grad, jvp } from '../../src/transform/grad.ts'
import { anyTensor, fullDims } from '../support/arbitraries.ts'
import { elements, tabulate } from '../support/naive.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

type Group = readonly number[]
const max = (group: Group): number => Math.max(...group)

/** A running reduction, and the reduction of a group, or of nothing. */
const running: Readonly<Record<string, readonly [g.Cumulative, (group: Group) => number]>> = {
  cumsum: [g.cumsum, (group) => group.reduce((a, b) => a + b, 0)],
  cumprod: [g.cumprod, (group) => group.reduce((a, b) => a * b, 1)],
  cumMax: [g.cumMax, max],
  cumMin: [g.cumMin, (group) => Math.min(...group)],
  cumLogSumExp: [
    g.cumLogSumExp,
    (group) =>
      group.length === 0
        ? -Infinity
        : max(group) + Math.log(group.reduce((sum, x) => sum + Math.exp(x - max(group)), 0))
  ]
}

const cases = anyTensor(fullDims({ min: 1 }), fc.integer({ min: -3, max: 3 })).chain((x) =>
  fc.record({
    x: fc.constant(x),
    axis: fc.nat(x.shape.length - 1),
    back: fc.boolean(),
    reverse: fc.boolean(),
    exclusive: fc.boolean()
  })
)

describe.each(Object.entries(running))('%s', (name, [f, ofGroup]) => {
  test.prop([cases])('is the reduction of each beginning, in programs too', ({ x, axis, back, reverse, exclusive }) => {
    const at = elements(x)
    const n = x.shape[axis]!
    const expected = tabulate(x.shape, (index) => {
      const here = index[axis]!
      const places = Array.from({ length: n }, (_, i) => i).filter((i) =>
        i === here ? !exclusive : reverse ? i > here : i < here
      )
      return ofGroup(places.map((i) => at(index.map((k, d) => (d === axis ? i : k)))))
    })
    const own = f({ axis: back ? axis - x.shape.length : axis, reverse, exclusive })
    const close = { atol: 1e-12, rtol: 1e-12 }
    expect(own(x)).toBeCloseToTensor(expected, close)
    expect(compile((y: Tensor) => own(y))(x)).toBeCloseToTensor(expected, close)
    expect(compile((y: Tensor) => own(y), { precision: 'single' })(x)).toBeCloseToTensor(expected, {
      atol: 1e-4,
      rtol: 1e-4
    })
    if (!reverse && !exclusive && axis === x.shape.length - 1) expect(f(x)).toBeTensor(own(x))
  })

  it('of nothing is nothing, and says its own name', () => {
    expect(f(zeros([2, 0]))).toBeTensor(zeros([2, 0]))
    expect(() => f(5 as never)).toThrow(`${name}: needs a tensor`)
    expect(() => f({ axis: 2 })(zeros([2, 2]))).toThrow(`${name}: axis 2 is out of range`)
    expect(() => f({ reverse: 1 as never })).toThrow(`${name}: reverse must be true or false`)
  })

  it('is NaN from the first NaN on', () => {
    expect(toFlatArray(f(tensor([1, NaN, 2]))).map(Number.isNaN)).toEqual([false, true, true])
  })
})

describe('running reductions at the edge', () => {
  it('of a long line agree between the program and the loops', () => {
    const x = tensor(Array.from({ length: 100_000 }, (_, i) => 1 + Math.sin(i) / 1000))
    for (const [f] of Object.values(running)) expect(compile((y: Vec) => f(y))(x)).toBeCloseToTensor(f(x), { rtol: 1e-13 }) // prettier-ignore
  })

  it('keep the sign of a zero in a product', () => {
    expect(g.cumprod(tensor([-1, 0, 5]))).toBeTensor([-1, -0, -0])
  })

  it('leave the derivative of a maximum to the first of equals', () => {
    const x = tensor([2, 1, 2, 3, 3])
    const weights = tensor([1, 10, 100, 1000, 10000])
    const weighted = (f: g.Cumulative) => (y: Vec<5>) => g.sum(g.mul(weights)(f(y)))
    expect(grad(weighted(g.cumMax))(x)).toBeTensor([111, 0, 0, 11000, 0])
    const reversed = g.cumMax({ reverse: true }) as g.Cumulative
    expect(grad(weighted(reversed))(x)).toBeTensor([0, 0, 0, 0, 11111])
  })

  it('reach nothing behind a place, even where a factor is infinite', () => {
    const first = (y: Vec<3>) => g.get(0)(g.cumprod(y))
    expect(grad(first)(tensor([2, Infinity, 3]))).toBeTensor([1, 0, 0])
    const last = (y: Vec<3>) => g.get(2)(g.cumprod({ reverse: true })(y))
    expect(grad(last)(tensor([2, Infinity, 3]))).toBeTensor([0, 0, 1])
    const masked = (y: Vec<2>) => g.cumprod(g.where(tensor([0, 1]), 1)(y))
    expect(jvp(masked)(tensor([Infinity, 3]))(tensor([1, 1])).tangent).toBeTensor([0, 1])
  })

  it('keep the digits of a logarithm near 0, as logSumExp does', () => {
    for (const x of [tensor([0, -50, -60]), tensor([-50, 0, -60]), tensor([0, -Infinity, -700])]) {
      const found = g.get(2)(g.cumLogSumExp(x))
      expect(toNumber(found) / toNumber(g.logSumExp(x))).toBeCloseTo(1, 14)
    }
  })

  it('take infinite exponents as limits', () => {
    const x = tensor([-Infinity, 0, Infinity, 1])
    expect(g.cumLogSumExp(x)).toBeTensor([-Infinity, 0, Infinity, Infinity])
    expect(grad((y: Vec<2>) => g.get(0)(g.cumLogSumExp(y)))(tensor([-Infinity, 0]))).toBeTensor([0, 0])
    expect(grad((y: Vec<2>) => g.get(1)(g.cumLogSumExp(y)))(tensor([-Infinity, 900]))).toBeTensor([0, 1])
  })
})
