import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Vec } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

type F = (x: Scalar) => Scalar
interface Carry {
  readonly y: Scalar
  readonly count: Scalar
}

/** `x` times `x`, until that is at least 20: `x` to the power of one more than the steps taken. */
const power =
  (settings: g.WhileSettings = {}): F =>
  (x) =>
    g.whileLoop(
      ({ y }: Carry) => g.less(20)(y),
      ({ y, count }) => ({ y: g.mul(x)(y), count: g.add(1)(count) }),
      settings
    )({ y: x, count: g.scalar(0) }).y

const exponent = (x: number): number => {
  const steps = (y: number, n: number): number => (y < 20 ? steps(y * x, n + 1) : n)
  return steps(x, 1)
}

/** The derivative of a power, of any order. */
const derivative = (order: number, x: number, n = exponent(x)): number =>
  order === 0 ? x ** n : n * derivative(order - 1, x, n - 1)

const slopeOf =
  (f: F): F =>
  (x) =>
    g.grad(f)(x)
const ahead =
  (f: F): F =>
  (x) =>
    g.jvp(f)(x)(g.scalar(1)).tangent
const nth = (how: (f: F) => F, order: number, f: F): F => Array.from({ length: order }).reduce<F>(how, f)

// nowhere near a number whose power is 20
const number = fc
  .double({ min: 1.2, max: 30, noNaN: true })
  .map(Math.fround)
  .filter((x) => [exponent(x), exponent(x) - 1].every((n) => n === 0 || Math.abs(x ** n - 20) > 0.01))
const close = { rtol: 1e-12, atol: 1e-12 }
const single = { rtol: 1e-4, atol: 1e-4 }
const any = (x: unknown) => x as never

describe('a while loop', () => {
  for (const order of [0, 1, 2, 3])
    test.prop([fc.array(number, { minLength: 1, maxLength: 4 })], { numRuns: 8 })(
      `has the derivative of order ${order} of the steps that it takes, mapped with as many as each example needs`,
      (xs) => {
        const expected = xs.map((x) => derivative(order, x))
        const points: Vec = g.tensor(xs)
        // forwards without a bound, backwards with one
        for (const f of [nth(ahead, order, power()), nth(slopeOf, order, power({ maxSteps: 20 }))]) {
          xs.forEach((x, i) => expect(f(g.scalar(x))).toBeCloseToTensor(expected[i]!, close))
          const mapped = (x: Vec) => g.vmap(f)(x)
          expect(mapped(points)).toBeCloseToTensor(expected, close)
          expect(g.compile(f, { checked: true })(g.scalar(xs[0]!))).toBeCloseToTensor(expected[0]!, close)
          expect(g.compile(mapped, { checked: true })(points)).toBeCloseToTensor(expected, close)
          expect(g.compile(mapped, { precision: 'single', checked: true })(points)).toBeCloseToTensor(expected, single)
        }
      }
    )

  it('takes no step where the condition does not hold at first, and gives what it began with', () => {
    for (const f of [power(), power({ maxSteps: 3 }), g.compile(power()), g.compile(power({ maxSteps: 3 }))])
      expect(f(g.scalar(20))).toBeTensor(20)
    expect(slopeOf(power({ maxSteps: 3 }))(g.scalar(20))).toBeTensor(1)
    expect(ahead(power())(g.scalar(20))).toBeTensor(1)
  })

  it('ends after maxSteps steps, whether the condition holds or not', () => {
    for (const f of [power({ maxSteps: 3 }), g.compile(power({ maxSteps: 3 }))]) expect(f(g.scalar(2))).toBeTensor(16)
    expect(slopeOf(power({ maxSteps: 3 }))(g.scalar(2))).toBeTensor(4 * 8)
    expect(g.compile(slopeOf(power({ maxSteps: 3 })))(g.scalar(2))).toBeTensor(4 * 8)
    expect(power({ maxSteps: 0 })(g.scalar(2))).toBeTensor(2)
    expect(slopeOf(power({ maxSteps: 0 }))(g.scalar(2))).toBeTensor(1)
    expect(g.vmap(slopeOf(power({ maxSteps: 3 })))(g.tensor([2, 5, 30]))).toBeTensor([32, 10, 1])
  })

  it('takes a hundred thousand steps', () => {
    const count = (x: Scalar) =>
      g.whileLoop(
        (y: Scalar) => g.less(100_000)(y),
        (y: Scalar) => g.add(1)(y)
      )(x)
    for (const f of [count, g.compile(count), g.compile(count, { precision: 'single' })])
      expect(f(g.scalar(0.5))).toBeTensor(100_000.5)
    const bounded = (x: Scalar) =>
      g.whileLoop(
        (y: Scalar) => g.less(10_000)(y),
        (y: Scalar) => g.add(1)(y),
        { maxSteps: 20_000 }
      )(x)
    expect(g.compile(slopeOf(bounded))(g.scalar(0))).toBeTensor(1)
  })

  it('takes exactly 0 from steps that it does not take, whatever their derivative', () => {
    const roots =
      (inside: boolean) =>
      (x: Scalar): Scalar => {
        const before = g.sqrt(x)
        return g.whileLoop(
          ({ count }: Carry) => g.greater(0)(count),
          ({ y, count }) => ({ y: g.add(inside ? g.sqrt(x) : before)(y), count: g.sub(1)(count) }),
          { maxSteps: 4 }
        )({ y: g.scalar(1), count: x }).y
      }
    for (const f of [roots(true), roots(false)]) {
      expect(f(g.scalar(4))).toBeTensor(9)
      expect(slopeOf(f)(g.scalar(4))).toBeTensor(1)
      for (const h of [slopeOf(f), ahead(f), slopeOf(slopeOf(f)), ahead(slopeOf(f)), g.compile(slopeOf(f))])
        expect(h(g.scalar(0))).toBeTensor(0)
      const mapped = (x: Vec) => g.vmap(slopeOf(f))(x)
      for (const h of [mapped, g.compile(mapped), g.compile(mapped, { precision: 'single' })])
        expect(h(g.tensor([0, 4, 0]))).toBeTensor([0, 1, 0])
    }
  })

  it('never reads a step that was not taken: its derivative is the same after a call that took more', () => {
    const f = slopeOf(power({ maxSteps: 40 }))
    const mapped = (x: Vec) => g.vmap(f)(x)
    for (const precision of ['double', 'single'] as const) {
      const [program, programMapped] = [g.compile(f, { precision }), g.compile(mapped, { precision })]
      const [few, fewMapped] = [program(g.scalar(5)), programMapped(g.tensor([5, 30]))]
      program(g.scalar(1.125))
      programMapped(g.tensor([1.125, 1.25]))
      expect(program(g.scalar(5))).toBeTensor(few)
      expect(programMapped(g.tensor([5, 30]))).toBeTensor(fewMapped)
    }
  })

  it('carries keys and values that are not tensors', () => {
    const f = (key: g.random.Key) =>
      g.whileLoop(
        ({ count }: { readonly key: g.random.Key; readonly count: Scalar; readonly by: number }) => g.less(3)(count),
        ({ key: own, count, by }) => ({ key: g.random.split(2)(own)[1], count: g.add(by)(count), by })
      )({ key, count: g.scalar(0), by: 1 })
    const key = g.random.key(11)
    const expected = [1, 2, 3].reduce((own) => g.random.split(2)(own)[1], key)
    for (const h of [f, g.compile(f), g.compile(f, { precision: 'single' })]) expect(h(key).key).toEqual(expected)
  })

  it('runs on threads as without them', () => {
    // rows that are large enough to be shared out
    const f = (x: Vec) =>
      g.whileLoop(
        (y: Vec) => g.less(2)(g.mean(y)),
        (y: Vec) => g.mul(1.25)(g.add(g.mul(0.125)(g.tanh(x)))(y)),
        { maxSteps: 30 }
      )(x)
    const x = g.random.uniform([40_000])(g.random.key(3)) as Vec
    const gradient = (y: Vec) => g.grad((z: Vec) => g.sum(f(z)))(y)
    expect(g.compile(f, { threads: 2 })(x)).toBeTensor(g.compile(f)(x))
    expect(g.compile(gradient, { threads: 2 })(x)).toBeTensor(g.compile(gradient)(x))
  })
})

describe('the derivative of an iteration to a fixed point', () => {
  const better = (a: Scalar) => (x: Scalar) => g.div(2)(g.add(x)(g.div(x)(a)))
  const residual = (a: Scalar) => (x: Scalar) => g.greater(1e-12)(g.abs(g.sub(a)(g.square(x))))

  test.prop([fc.oneof(fc.constantFrom(1, 4, 9), fc.double({ min: 0.1, max: 50, noNaN: true }))])(
    'is that of the fixed point after one step more than its value needs, even if the loop takes none',
    (a) => {
      const root = (x: Scalar): Scalar => better(x)(g.whileLoop(residual(x), better(x), { maxSteps: 50 })(g.scalar(1)))
      expect(root(g.scalar(a))).toBeCloseToTensor(g.scalar(Math.sqrt(a)))
      for (const slope of [slopeOf(root), ahead(root)])
        expect(slope(g.scalar(a))).toBeCloseToTensor(g.scalar(0.5 / Math.sqrt(a)), { rtol: 1e-9, atol: 1e-9 })
    }
  )

  test.prop([fc.oneof(fc.constantFrom(1, 4, 9), fc.double({ min: 0.1, max: 50, noNaN: true }))])(
    'is implicit, and needs no bound, as a customVjp around the loop',
    (a) => {
      const root: F = g.customVjp((x: Scalar) => {
        const value = g.whileLoop(residual(x), better(x))(g.scalar(1))
        return { value, pullback: (ct: Scalar) => g.div(g.mul(2)(value))(ct) }
      })
      expect(slopeOf(root)(g.scalar(a))).toBeCloseToTensor(g.scalar(0.5 / Math.sqrt(a)))
    }
  )
})

describe('a while loop refuses', () => {
  const positive = (x: Scalar) => g.greater(0)(x)
  const less = (x: Scalar) => g.sub(1)(x)
  it.each([
    ['a test that is no function', () => g.whileLoop(any(1), less), /^whileLoop: test must be a function/],
    ['a step that is no function', () => g.whileLoop(positive, any(1)), /^whileLoop: step must be a function/],
    ['half a step', () => g.whileLoop(positive, less, { maxSteps: 0.5 }), /^whileLoop: maxSteps must be/],
    ['steps without end', () => g.whileLoop(positive, less, { maxSteps: Infinity }), /^whileLoop: maxSteps must be/],
    [
      'a test that is no scalar',
      () =>
        g.whileLoop(
          any((x: Vec) => g.greater(0)(x)),
          any(less)
        )(any(g.tensor([1, 2]))),
      'whileLoop: the test must be a scalar, got shape [2]'
    ],
    [
      'a carry that changes its shape',
      () =>
        g.whileLoop(
          any(positive),
          any((x: Scalar) => g.reshape([1])(x))
        )(any(g.scalar(1))),
      'whileLoop: the carry must keep its structure; carry began as a tensor of shape [], and is a tensor of shape [1] after a step'
    ],
    [
      'a step that reads a number',
      () => g.whileLoop(positive, (x: Scalar) => (g.toNumber(x) > 1 ? less(x) : x))(g.scalar(1)),
      /^toNumber: /
    ],
    [
      'reverse mode without a bound',
      () => g.grad((x: Scalar) => g.whileLoop(positive, less)(x))(g.scalar(3)),
      "whileLoop: reverse mode needs a bound: pass { maxSteps }, or use jvp, or jacobian with { mode: 'forward' }"
    ],
    [
      'reverse mode with a bound of more steps than can be stored',
      () => g.grad((x: Scalar) => g.whileLoop(positive, less, { maxSteps: 1e12 })(x))(g.scalar(3)),
      /reverse mode of whileLoop stores the carry of up to maxSteps steps, here \[1000000000000\].*pass a smaller maxSteps, or use jvp$/
    ],
    [
      'reverse mode by what it closes over, without a bound',
      () => g.grad((x: Scalar) => g.whileLoop(positive, (y: Scalar) => g.sub(x)(y))(g.scalar(3)))(g.scalar(1)),
      /^whileLoop: .*\{ maxSteps \}/
    ]
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message)
  })
})
