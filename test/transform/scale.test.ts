/** Long chains: loops and not the call stack, and time in proportion. */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'

const chain =
  (length: number) =>
  (x: Scalar): Scalar => {
    let y = x
    for (let i = 0; i < length; i++) y = i % 2 === 0 ? g.neg(y) : g.sin(y)
    return y
  }

/** The lesser of two times, in milliseconds, since whatever else runs only adds. */
const timeOf = (f: () => unknown): number =>
  Math.min(
    ...Array.from({ length: 2 }, () => {
      const start = performance.now()
      f()
      return performance.now() - start
    })
  )

const many = 150_000

describe('a chain of 150,000 operations', () => {
  const x = g.scalar(0.5)

  it('has a gradient, a tangent, a tape and a cost', () => {
    const gradient = g.toNumber(g.grad(chain(many))(x))
    expect(Number.isFinite(gradient)).toBe(true)
    expect(g.jvp(chain(many))(x)(g.scalar(1)).tangent).toBeCloseToTensor(gradient)
    const tape = g.trace(chain(many))(x)
    expect(tape.entries.length).toBe(many)
    expect(g.cost(tape)).toEqual({ operations: many, flops: many, bytes: 8 * many })
    expect(g.showTape(tape).split('\n').length).toBe(many + 2)
  })

  it('is mapped', () => {
    const ys = g.vmap(chain(many))(g.tensor([0.5, 1]) as never)
    expect(ys).toBeCloseToTensor([g.toNumber(chain(many)(x)), g.toNumber(chain(many)(g.scalar(1)))])
  })

  // a machine that is busy with other things may spoil one measurement, not three
  it('takes twice the time of half the chain, not four times', { retry: 2 }, () => {
    g.grad(chain(10_000))(x)
    const half = timeOf(() => g.grad(chain(many / 2))(x))
    const whole = timeOf(() => g.grad(chain(many))(x))
    // twice, with room for a garbage collection; four times would be quadratic
    expect(whole / half).toBeLessThan(3.5)
  })

  it('of which the second derivative is taken still fits the stack', () => {
    const curvature = g.toNumber(g.grad(g.grad(chain(20_000)))(x))
    expect(Number.isFinite(curvature)).toBe(true)
  })
})

describe('a wide graph', () => {
  it('in which one value is used 50,000 times has the sum of the cotangents', () => {
    const f = (x: Scalar): Scalar => {
      let total: Scalar = g.scalar(0)
      for (let i = 0; i < 50_000; i++) total = g.add(x)(total)
      return total
    }
    expect(g.grad(f)(g.scalar(1))).toBeTensor(50_000)
  })

  it('in which every value is used twice is walked once, not 2ⁿ times', () => {
    const f = (x: Scalar): Scalar => {
      let y = x
      for (let i = 0; i < 60; i++) y = g.add(y)(y)
      return y
    }
    expect(g.grad(f)(g.scalar(1))).toBeTensor(2 ** 60)
    expect(g.trace(f)(g.scalar(1)).entries.length).toBe(60)
    expect(g.grad(g.grad((x: Scalar) => g.square(f(x))))(g.scalar(1))).toBeTensor(2 ** 121)
  })
})
