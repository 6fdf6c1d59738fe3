/** Norms, deviations and what is normalised by them, of numbers whose squares are beyond what a number can be. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'

type OfVector = (x: Vec) => Scalar
const vec = (values: readonly number[]): Vec => g.reshape([values.length])(g.tensor(values))
const flat = (x: unknown): readonly number[] => g.toFlatArray(x as Tensor)

/** Ways to run a function, and the exponents of two that its numbers may have. */
const engines = {
  'outside of programs': { run: <F>(f: F): F => f, least: -1000, most: 1000, digits: 1e-14 },
  'in a program': { run: <F>(f: F): F => g.compile(f as never), least: -1000, most: 1000, digits: 1e-14 },
  'in a program in single precision': {
    run: <F>(f: F): F => g.compile(f as never, { precision: 'single' }),
    least: -120,
    most: 120,
    digits: 1e-5
  }
} as const

const expectClose = (actual: readonly number[], expected: readonly number[], digits: number): void =>
  actual.forEach((a, i) => {
    expect(Math.abs(a - expected[i]!), `${a} instead of ${expected[i]!}`).toBeLessThanOrEqual(
      digits * Math.abs(expected[i]!)
    )
  })

describe.each(Object.entries(engines))('%s', (_, { run, least, most, digits }) => {
  const scales = fc.integer({ min: least, max: most }).map((k) => 2 ** k)

  it.each<readonly [string, OfVector]>([
    ['norm', g.norm],
    ['std', g.std],
    ['norm an axis', (x) => g.sum(g.norm({ axis: 0 })(x))],
    ['std an axis', (x) => g.sum(g.std({ axis: 0 })(x))],
    ['params.norm', (x) => g.params.norm({ x })]
  ])('%s of numbers s times as large is s times as large, and its gradient the same', (__, f) => {
    const [value, gradient] = [run(f), run(g.grad(f))]
    const point = [3, -1, 4]
    const [atOne, gradientAtOne] = [g.toNumber(f(vec(point))), flat(g.grad(f)(vec(point)))]
    fc.assert(
      fc.property(scales, fc.constantFrom(1, -1), (s, sign) => {
        const x = vec(point.map((number) => sign * s * number))
        expectClose([g.toNumber(value(x))], [s * atOne], digits)
        expectClose(
          flat(gradient(x)),
          gradientAtOne.map((number) => sign * number),
          digits
        )
      })
    )
  })

  it('the Hessian of a norm of numbers s times as large is that divided by s', () => {
    const hessian = run(g.hessian(g.norm as OfVector))
    const atOne = flat(g.hessian(g.norm as OfVector)(vec([3, 4])))
    fc.assert(
      fc.property(scales, (s) => {
        expectClose(
          flat(hessian(vec([3 * s, 4 * s]))),
          atOne.map((number) => number / s),
          4 * digits
        )
      })
    )
  })

  it.each([
    ['layerNorm', (s: number) => [s, -s]],
    ['batchNorm', (s: number) => [s, -s]]
  ] as const)('%s of large numbers is ±1, whatever their size', (name, numbers) => {
    const layer = name === 'layerNorm' ? g.nn.layerNorm({ features: 2 }) : g.nn.batchNorm({ features: 1 })
    const { params, state } = layer.init(g.random.key(0))
    const dims = name === 'layerNorm' ? [1, 2] : [2, 1]
    const f = run(
      (x: Vec) =>
        g.reshape([2])(
          layer.apply(g.nn.training(g.random.key(1)))(params as never, state as never)(
            g.reshape(dims as never)(x) as never
          )[0] as never
        ) as unknown as Vec
    )
    fc.assert(
      fc.property(fc.integer({ min: 20, max: most }), (k) => {
        expectClose(flat(f(vec(numbers(2 ** k)))), [1, -1], digits)
      })
    )
  })
})

describe('at 0', () => {
  it.each<readonly [string, OfVector, readonly number[]]>([
    ['norm', g.norm, [0, 0]],
    ['std', g.std, [5, 5]],
    ['params.norm', (x) => g.params.norm({ x }), [0, 0]]
  ])('%s has a gradient of 0 and no Hessian', (_, f, at) => {
    expect(g.grad(f)(vec(at)) as Tensor).toBeTensor([0, 0])
    expect(flat(g.hessian(f)(vec(at))).every(Number.isNaN)).toBe(true)
    // the identity times the norm's square would be a half of it, which the parts do not know
    expect(flat(g.hessian((x: Vec) => g.square(f(x)))(vec(at))).every(Number.isNaN)).toBe(true)
  })

  it.each([[[0.1, 0.1, 0.1]], [[1e308, 1e308, 1e308]], [[-0.7, -0.7, -0.7, -0.7, -0.7]]])(
    'std of equal numbers has no Hessian either where their mean is rounded, and is exactly 0: %s',
    (x) => {
      const mask = vec([...x.map(() => 1), 0])
      const masked = (v: Vec): Scalar => g.std({ mask: mask as never })(v as never)
      const cases: readonly (readonly [OfVector, Vec])[] = [
        [g.std, vec(x)],
        [masked, vec([...x, 5])]
      ]
      cases.forEach(([f, at]) => {
        expect([f, g.compile(f)].map((run) => g.toNumber(run(at)))).toEqual([0, 0])
        expect(flat(g.grad(f)(at)).every((d) => d === 0)).toBe(true)
        expect(flat(g.hessian(f)(at)).slice(0, x.length).every(Number.isNaN)).toBe(true)
      })
    }
  )

  it.each([[[5e-324, 5e-324]], [[3e-310, 4e-310]], [[1e-308, 1e-308]]])(
    'a norm whose inverse is at the end of the range has its gradient, and a Hessian without any finite number: %s',
    (x) => {
      const [a, b] = x
      const size = Math.hypot(a! / 2 ** -1022, b! / 2 ** -1022)
      expectClose(flat(g.grad(g.norm as OfVector)(vec(x))), [a! / 2 ** -1022 / size, b! / 2 ** -1022 / size], 1e-14)
      expect(flat(g.hessian(g.norm as OfVector)(vec(x))).some(Number.isFinite)).toBe(false)
    }
  )

  it.each(['double', 'single'] as const)(
    'a norm that is a normal number has its Hessian, however small it is, in %s precision',
    (precision) => {
      const [least, digits] = precision === 'double' ? [2 ** -1022, 1e-13] : [2 ** -126, 1e-5]
      const hessian = g.compile(g.hessian(g.norm as OfVector), { precision })
      const angles = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true })
      fc.assert(
        fc.property(angles, fc.double({ min: 1.001, max: 8, noNaN: true }), (angle, size) => {
          const [a, b] = [size * Math.cos(angle), size * Math.sin(angle)]
          const expected = [b * b, -a * b, -a * b, a * a].map((product) => product / size ** 3)
          flat(hessian(vec([a * least, b * least]))).forEach((found, i) => {
            expect(Math.abs(found * least - expected[i]!)).toBeLessThanOrEqual(digits)
          })
        })
      )
    }
  )

  it('a layer that adds epsilon is smooth', () => {
    const layer = g.nn.layerNorm({ features: 2 })
    const { params } = layer.init(g.random.key(0))
    const f = (x: Vec) => g.sum(g.square(g.nn.predict(layer)(params, [])(g.reshape([1, 2])(x as never) as never)))
    expect(g.params.allFinite(g.hessian(f)(vec([7, 7])) as Tensor)).toBe(true)
  })
})

it.each([
  [[1e308, 1.2e308], 1e307],
  [[1.7e308, -1.7e308], 1.7e308],
  [[1e308, 1e308, 1.3e308], Math.sqrt(2) * 1e307],
  [[1e16, 1e16 + 2, 1e16 + 4], Math.sqrt(8 / 3)]
])('std of %s is right though sums and squares overflow or round', (x, expected) => {
  const mask = vec([...x.map(() => 1), 0])
  const masked = (v: Vec): Scalar => g.std({ mask: mask as never })(v as never)
  expectClose([g.toNumber(g.std(vec(x)))], [expected], 1e-14)
  expectClose([g.toNumber(g.compile(g.std)(vec(x)))], [expected], 1e-14)
  expectClose([g.toNumber(masked(vec([...x, Infinity])))], [expected], 1e-14)
})

describe.each(Object.entries(engines))('the variance %s', (_, { run, least, most, digits }) => {
  const masked = (x: Vec): Scalar =>
    g.variance({ mask: vec([...Array<number>(x.shape[0] - 1).fill(1), 0]) as never })(x as never)

  it('of numbers s times as large is s² times as large, and its gradient s times', () => {
    const point = [3, -1, 4]
    const cases: readonly (readonly [OfVector, readonly number[]])[] = [
      [g.variance, point],
      [masked, [...point, Infinity]]
    ]
    fc.assert(
      fc.property(fc.integer({ min: least / 2, max: most / 2 }), (k) => {
        const s = 2 ** k
        for (const [f, at] of cases) {
          const x = vec(at.map((number) => s * number))
          expectClose([g.toNumber(run(f)(x))], [(s * s * 14) / 3], digits)
          expectClose(
            flat(run(g.grad(f))(x)).slice(0, 3),
            [1, -3, 2].map((number) => (s * number * 2) / 3),
            digits
          )
        }
      })
    )
  })

  it('is right where only a sum on the way overflows, and exactly 0 of equal numbers', () => {
    const large = 2 ** (run === engines['in a program in single precision'].run ? 63 : 511)
    const alternating = Array.from({ length: 100 }, (__, i) => (i % 2 === 0 ? large : -large))
    expect(g.toNumber(run(g.variance)(vec(alternating)))).toBe(large * large)
    expect(g.toNumber(run(masked)(vec([...alternating, Infinity])))).toBe(large * large)
    for (const size of [0.1, -0.7, 1.9 * large * large])
      expect(g.toNumber(run(g.variance)(vec([size, size, size])))).toBe(0)
  })

  it('of a batch is that, in the state of batchNorm', () => {
    const large = 2 ** (run === engines['in a program in single precision'].run ? 63 : 511)
    const layer = g.nn.batchNorm({ features: 1, momentum: 0.5 })
    const { params, state } = layer.init(g.random.key(0))
    const next = run((x: Tensor) => layer.apply(g.nn.training(g.random.key(1)))(params, state)(x as never)[1].variance)
    const rows = Array.from({ length: 100 }, (__, i) => [i % 2 === 0 ? large : -large])
    expectClose(flat(next(g.tensor(rows as never))), [(large * large * 50) / 99], digits)
  })
})

it('R² does not depend on the unit of what is predicted', () => {
  const [y, x] = [
    [1, 2, 4],
    [1, 2, 3]
  ] as const
  const of = (s: number): number =>
    g.nn.rSquared(g.tensor(y.map((v) => [s * v])) as never)(g.tensor(x.map((v) => [s * v])) as never)
  fc.assert(fc.property(fc.integer({ min: -1000, max: 1000 }), (k) => Object.is(of(2 ** k), of(1))))
})
