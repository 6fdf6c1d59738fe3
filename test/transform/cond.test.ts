import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Vec } from '../../src/tensor/tensor.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

/** A sine for positive numbers, an exponential for others. */
const either = (x: Scalar): Scalar => g.cond(g.sin<[]>, (y: Scalar) => g.exp(g.mul(0.5)(y)))(g.greater(0)(x), x)

/** Its derivative of any order. */
const derivative = (order: number, x: number): number =>
  x > 0 ? Math.sin(x + (order * Math.PI) / 2) : 0.5 ** order * Math.exp(0.5 * x)

type F = (x: Scalar) => Scalar
const slopeOf =
  (f: F): F =>
  (x) =>
    g.grad(f)(x)
const nth = (order: number): F => Array.from({ length: order }).reduce<F>((f) => slopeOf(f), either)
const forwardNth = (order: number): F =>
  Array.from({ length: order }).reduce<F>((f) => (x) => g.jvp(f)(x)(g.scalar(1)).tangent, either)

/** Numbers of single precision, so that the predicate is the same in both. */
const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -3, max: 3, noNaN: true }).map(Math.fround))
const close = { rtol: 1e-12, atol: 1e-12 }
const single = { rtol: 1e-5, atol: 1e-5 }
const any = (x: unknown) => x as never

describe('a cond', () => {
  for (const order of [0, 1, 2, 3, 4])
    test.prop([fc.array(number, { minLength: 1, maxLength: 4 })], { numRuns: 10 })(
      `has the derivative of order ${order} of the branch taken, in both modes, mapped and in programs`,
      (xs) => {
        const expected = xs.map((x) => derivative(order, x))
        const points: Vec = g.tensor(xs)
        for (const f of [nth(order), forwardNth(order)]) {
          xs.forEach((x, i) => expect(f(g.scalar(x))).toBeCloseToTensor(expected[i]!, close))
          expect(g.vmap(f)(points)).toBeCloseToTensor(expected, close)
        }
        const mapped = (x: Vec) => g.vmap(nth(order))(x)
        expect(g.compile(nth(order), { checked: true })(g.scalar(xs[0]!))).toBeCloseToTensor(expected[0]!, close)
        expect(g.compile(mapped, { checked: true })(points)).toBeCloseToTensor(expected, close)
        expect(g.compile(mapped, { precision: 'single' })(points)).toBeCloseToTensor(expected, single)
      }
    )

  it('chooses for all examples at once when the predicate is not mapped', () => {
    const f = (xs: Vec, predicate: Scalar) => g.vmap((x: Scalar) => g.cond(g.square<[]>, g.neg<[]>)(predicate, x))(xs)
    const xs = g.tensor([1, 2, 3])
    expect(f(xs, g.scalar(1))).toBeTensor([1, 4, 9])
    expect(f(xs, g.scalar(0))).toBeTensor([-1, -2, -3])
    expect(g.compile(f)(xs, g.scalar(0))).toBeTensor([-1, -2, -3])
    const entries = g
      .trace((p: Scalar) => f(xs, p))(g.scalar(1))
      .entries.filter(({ primitive }) => primitive === g.table.scan)
    // nothing is chosen within the steps
    entries.forEach(({ params }) =>
      expect((params as { readonly step: g.Tape }).step.entries.map(({ primitive }) => primitive.name)).not.toContain(
        'where'
      )
    )
  })

  it('chooses example by example when only the predicate is mapped', () => {
    const f = (flags: Vec, x: Scalar) => g.vmap((p: Scalar) => g.cond(g.square<[]>, g.neg<[]>)(p, x))(flags)
    expect(f(g.tensor([1, 0, -2, NaN]), g.scalar(3))).toBeTensor([9, -3, 9, 9])
    expect(g.compile(f)(g.tensor([1, 0, -2, NaN]), g.scalar(3))).toBeTensor([9, -3, 9, 9])
    expect(g.grad((x: Scalar) => g.sum(f(g.tensor([1, 0]), x)))(g.scalar(3))).toBeTensor(5)
  })

  it('has no derivative by its predicate, and the branch of a predicate that is differentiated too', () => {
    const f = (x: Scalar) => g.cond(g.square<[]>, (y: Scalar) => g.mul(-3)(y))(g.sub(1)(x), x)
    expect(g.grad(f)(g.scalar(4))).toBeTensor(8)
    expect(g.grad(f)(g.scalar(1))).toBeTensor(-3)
    expect(g.grad((p: Scalar) => g.cond(g.square<[]>, g.neg<[]>)(p, g.scalar(3)))(g.scalar(1))).toBeTensor(0)
  })

  const poles: Readonly<Record<string, (x: Scalar) => Scalar>> = {
    'sqrt at 0': g.sqrt,
    'log at 0': g.log,
    'a quotient of zeros': (x) => g.div(x)(x),
    'a power with an infinite derivative': g.pow(0.25)
  }
  it.each(Object.entries(poles))('takes exactly 0 from a branch that is not taken: %s', (_, pole) => {
    const zeroes = g.tensor([0, 0])
    const inside = (x: Scalar) => g.cond(pole, (y: Scalar) => g.mul(3)(y))(g.greater(0)(x), x)
    // and what the branch is given has an infinite derivative
    const before = (x: Scalar) => g.cond(g.square<[]>, () => g.scalar(3))(g.greater(0)(x), pole(x))
    const captured = (x: Scalar) => {
      const y = pole(x)
      return g.cond(
        (z: Scalar) => g.mul(y)(z),
        (z: Scalar) => g.mul(3)(z)
      )(g.greater(0)(x), x)
    }
    for (const [f, slope] of [
      [inside, 3],
      [before, 0],
      [captured, 3]
    ] as const) {
      const second = (x: Scalar) => slopeOf(slopeOf(f))(x)
      expect(g.grad(f)(g.scalar(0))).toBeTensor(slope)
      expect(g.jvp(f)(g.scalar(0))(g.scalar(1)).tangent).toBeTensor(slope)
      expect(second(g.scalar(0))).toBeTensor(0)
      expect(g.vmap(slopeOf(f))(zeroes)).toBeTensor([slope, slope])
      expect(g.compile(slopeOf(f))(g.scalar(0))).toBeTensor(slope)
      expect(g.compile((x: Vec) => g.vmap(slopeOf(f))(x), { precision: 'single' })(zeroes)).toBeTensor([slope, slope])
      expect(g.vmap(second)(zeroes)).toBeTensor([0, 0])
    }
  })

  it('takes keys and gives them, and draws only in the branch taken', () => {
    const draw = (key: g.random.Key, flag: Scalar) =>
      g.cond(
        (k: g.random.Key) => {
          const [now, next] = g.random.split(2)(k)
          return { key: next, x: g.random.normal([])(now) }
        },
        (k: g.random.Key) => ({ key: k, x: g.scalar(0) })
      )(flag, key)
    const key = g.random.key(7)
    const [now, next] = g.random.split(2)(key)
    const x = g.random.normal([])(now)
    for (const f of [draw, g.compile(draw)]) {
      expect(f(key, g.scalar(1)).key).toEqual(next)
      expect(f(key, g.scalar(1)).x).toBeCloseToTensor(x, close)
      expect(f(key, g.scalar(0)).key).toEqual(key)
    }
    const inSingle = g.compile(draw, { precision: 'single' })
    expect(inSingle(key, g.scalar(1)).key).toEqual(next)
    expect(inSingle(key, g.scalar(0)).key).toEqual(key)
    const both = (flags: Vec) => g.vmap((flag: Scalar) => draw(key, flag))(flags)
    for (const f of [both, g.compile(both), g.compile(both, { precision: 'single' })])
      expect(g.toArray(any(f(g.tensor([1, 0])).key))).toEqual([g.toArray(next), g.toArray(key)])
  })

  it('takes values that are not tensors as they are', () => {
    const scaled = g.cond(
      (x: Vec<2>, { by }: { readonly by: number }) => g.mul(by)(x),
      (x: Vec<2>, { by }: { readonly by: number }) => g.add(by)(x)
    )
    expect(scaled(g.scalar(1), g.tensor([1, 2]), { by: 3 })).toBeTensor([3, 6])
    expect(scaled(g.scalar(0), g.tensor([1, 2]), { by: 3 })).toBeTensor([4, 5])
  })

  it('gives what it was given, and constants, without an operation', () => {
    const f = (x: Scalar, y: Scalar) =>
      g.cond(
        (a: Scalar, b: Scalar) => ({ first: b, second: a, third: g.scalar(5) }),
        (a: Scalar, b: Scalar) => ({ first: a, second: b, third: g.scalar(6) })
      )(g.greater(y)(x), x, y)
    for (const h of [f, g.compile(f), g.compile(f, { precision: 'single', checked: true })]) {
      const { first, second, third } = h(g.scalar(2), g.scalar(1))
      expect(g.toFlatArray(g.stack([first, second, third]))).toEqual([1, 2, 5])
      expect(h(g.scalar(1), g.scalar(2)).third).toBeTensor(6)
    }
  })

  it('runs the branch taken alone, eager and in a program', () => {
    let runs = 0
    const counted = g.primitive.elementwise('counted')({
      evaluate: (x) => {
        runs++
        return 2 * x
      },
      derivative: (op) => op.constant(2)
    })
    const f = (x: Scalar) => g.cond((y: Scalar) => g.apply(counted, {}, [y]), g.neg<[]>)(g.greater(0)(x), x)
    for (const h of [f, slopeOf(f), g.compile(f), g.compile(slopeOf(f))]) {
      // the first call of a program traces it
      h(g.scalar(-1))
      runs = 0
      h(g.scalar(-1))
      expect(runs).toBe(0)
    }
    runs = 0
    expect(f(g.scalar(1))).toBeTensor(2)
    expect(runs).toBe(1)
  })

  test.prop([fc.array(number, { minLength: 1, maxLength: 5 })], { numRuns: 20 })(
    'nests in itself, in a scan and in a loop',
    (xs) => {
      // counts down from positive numbers, up from negative ones, and squares small ones
      const step = (x: Scalar): Scalar =>
        g.cond(g.square<[]>, (y: Scalar) =>
          g.cond(
            (z: Scalar) => g.sub(1)(z),
            (z: Scalar) => g.add(1)(z)
          )(g.greater(0)(y), y)
        )(g.less(1)(g.abs(x)), x)
      const byHand = ([y, slope]: readonly [number, number]): readonly [number, number] =>
        Math.abs(y) < 1 ? [y * y, 2 * y * slope] : [y > 0 ? y - 1 : y + 1, slope]
      const byScan = (x: Scalar) => g.repeat(3)(step)(x)
      const byLoop = (x: Scalar) =>
        g.whileLoop(
          ([count]: readonly [Scalar, Scalar]) => g.less(3)(count),
          ([count, y]) => [g.add(1)(count), step(y)] as const,
          { maxSteps: 4 }
        )([g.scalar(0), x])[1]
      const expected = xs.map((x) => byHand(byHand(byHand([x, 1]))))
      for (const f of [byScan, byLoop]) {
        const all = (x: Vec) => [g.vmap(f)(x), g.vmap(slopeOf(f))(x)] as const
        for (const h of [all, g.compile(all)]) {
          const [values, slopes] = h(g.tensor(xs))
          expect(values).toBeCloseToTensor(
            expected.map(([y]) => y),
            close
          )
          expect(slopes).toBeCloseToTensor(
            expected.map(([, slope]) => slope),
            close
          )
        }
      }
    }
  )
})

describe('a cond refuses', () => {
  const id = (x: Scalar) => x
  it.each([
    ['what is no function', () => g.cond(any(1), any(id)), /^cond: whenTrue must be a function/],
    ['a second that is no function', () => g.cond(id, any(1)), /^cond: whenFalse must be a function/],
    [
      'a predicate that is no scalar',
      () => g.cond(id, id)(any(g.tensor([1])), g.scalar(1)),
      'cond: the predicate must be a scalar, got shape [1]; choose element by element with where'
    ],
    ['a predicate that is no tensor', () => g.cond(id, id)(any(true), g.scalar(1)), /^cond: the predicate/],
    [
      'branches of different shapes',
      () =>
        g.cond(
          id,
          any((x: Scalar) => g.reshape([1])(x))
        )(g.scalar(1), g.scalar(1)),
      /^cond: .*result.*\[1\]/
    ],
    [
      'branches of different structures',
      () =>
        g.cond(
          (x: Scalar) => ({ x }),
          any((y: Scalar) => ({ y }))
        )(g.scalar(1), g.scalar(1)),
      /^cond: .*(x|y)/
    ],
    [
      'a result that is no tensor',
      () =>
        g.cond(
          any(() => 1),
          any(() => 1)
        )(g.scalar(1), g.scalar(1)),
      /^cond: result is the number 1/
    ],
    [
      'to read a number of an operand',
      () => g.cond((x: Scalar) => (g.toNumber(x) > 0 ? x : x), id)(g.scalar(1), g.scalar(1)),
      /^toNumber: /
    ]
  ])('%s', (_, call, message) => {
    expect(call).toThrow(message)
  })
})
