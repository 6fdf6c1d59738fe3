import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it, test as plain } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import type { Tensor } from '../../src/index.ts'
import { fourier } from '../../src/kernel/fft.ts'
import { test } from '../support/property.ts'
import '../support/matchers.ts'

const { fft, tensor, toFlatArray } = g
const op = g.primitive.vocabulary

type Complex = readonly [re: number, im: number]
const root = (k: number, n: number, sign: 1 | -1): Complex => {
  const angle = (sign * 2 * Math.PI * (k % n)) / n
  return [Math.cos(angle), Math.sin(angle)]
}
/** By the sum that defines it. */
const bySum = (x: readonly Complex[], sign: 1 | -1): readonly Complex[] =>
  x.map((_, k) =>
    x.reduce<Complex>(
      ([re, im], [a, b], j) => {
        const [c, s] = root(j * k, x.length, sign)
        return [re + a * c - b * s, im + a * s + b * c]
      },
      [0, 0]
    )
  )

const part = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1, max: 1, noNaN: true }))
const signal = (max: number) => fc.array(fc.tuple(part, part), { minLength: 1, maxLength: max })
const size = (x: readonly Complex[]): number => x.reduce((sum, [a, b]) => sum + Math.hypot(a, b), 0)
const close = (n: number) => ({ atol: 2e-15 * (n + 1), rtol: 0 })
/** Pairs of any number of rows, whose type does not know it. */
const of = (x: readonly Complex[]): Tensor<[number, 2]> => tensor(x.map(([a, b]) => [a, b] as [number, number]))

describe('the Fourier transform', () => {
  test.prop([signal(70), fc.constantFrom<1 | -1>(1, -1)])('is the sum that defines it, of any length', (x, sign) => {
    expect(op.fourier(of(x), 0, sign)).toBeCloseToTensor(of(bySum(x, sign)), close(3 * size(x)))
  })

  it.each([64, 97, 128, 210, 1009, 37 * 41])('keeps its digits for %d terms', (n) => {
    const x = Array.from({ length: n }, (_, k): Complex => [Math.sin(k * k), Math.cos(3 * k)])
    const found = fourier(Float64Array.from(x.flat()), 1, n, 1, -1)
    bySum(x, -1).forEach(([a, b], k) => {
      // the sum itself is rounded n times
      expect(Math.abs(found[2 * k]! - a)).toBeLessThan(1e-11)
      expect(Math.abs(found[2 * k + 1]! - b)).toBeLessThan(1e-11)
    })
  })

  test.prop([signal(40), fc.constantFrom('backward', 'ortho', 'forward' as const)])(
    'is undone by the inverse of the same norm, and keeps the sum of squares as it says',
    (x, norm) => {
      const given = of(x)
      const y = fft.fft({ norm })(given)
      expect(fft.ifft({ norm })(y)).toBeCloseToTensor(given, close(size(x)))
      const energy = (z: Tensor<[number, 2]>): number => toFlatArray(z).reduce((sum, v) => sum + v * v, 0)
      const factor = { backward: x.length, ortho: 1, forward: 1 / x.length }[norm]
      expect(Math.abs(energy(y) - factor * energy(given))).toBeLessThanOrEqual(1e-13 * factor * energy(given) + 1e-300)
    }
  )

  test.prop([fc.array(part, { minLength: 1, maxLength: 30 })])(
    'of real numbers is the first half, and is undone',
    (x) => {
      const given: Tensor<[number]> = tensor(x)
      const whole = fft.fft(of(x.map((a): Complex => [a, 0])))
      const half = fft.rfft(given)
      expect(half).toBeCloseToTensor(g.slice(0, 0, Math.floor(x.length / 2) + 1)(whole), close(10))
      expect(fft.irfft({ n: x.length })(half)).toBeCloseToTensor(given, close(10 + x.length))
    }
  )

  it('works along any axis, without the axis of pairs, and of rows at once', () => {
    const x = g.random.normal([3, 4, 2])(g.random.key(1))
    const columns = g.permute([1, 0, 2])(fft.fft({ axis: 0 })(x))
    expect(columns).toBeCloseToTensor(fft.fft(g.permute([1, 0, 2])(x)), { atol: 1e-14, rtol: 0 })
    expect(fft.fft({ axis: -2 })(x)).toBeTensor(fft.fft({ axis: 0 })(x))
    expect(g.vmap((row: Tensor<[4, 2]>) => fft.fft(row))(x)).toBeTensor(fft.fft(x))
  })

  it('crops and fills terms, and leaves out imaginary parts that real numbers have none of, as NumPy does', () => {
    const y = tensor([
      [1, 5],
      [2, -1],
      [3, 4]
    ])
    expect(fft.irfft(y)).toBeCloseToTensor(tensor([2, 0, 0, -1]), { atol: 1e-15, rtol: 0 })
    expect(fft.irfft({ n: 2 })(y)).toBeCloseToTensor(tensor([1.5, -0.5]), { atol: 1e-15, rtol: 0 })
    expect(fft.irfft({ n: 6 })(y)).toBeCloseToTensor(fft.irfft(g.concat(g.zeros([1, 2]), 0)(y)), {
      atol: 1e-15,
      rtol: 0
    })
    expectTypeOf(fft.rfft(g.ones([5, 8]))).toEqualTypeOf<Tensor<[5, number, 2]>>()
    expectTypeOf(fft.irfft(g.ones([5, 3, 2]))).toEqualTypeOf<Tensor<[5, number]>>()
  })

  it('keeps a NaN within its line', () => {
    const x = tensor([
      [
        [NaN, 0],
        [1, 0]
      ],
      [
        [1, 0],
        [1, 0]
      ]
    ])
    expect(toFlatArray(fft.fft(x)).map(Number.isNaN)).toEqual([true, false, true, false, false, false, false, false])
  })

  it('refuses what is no signal', () => {
    expect(() => fft.fft(g.ones([3]))).toThrow(
      'fft: needs pairs of a real and an imaginary part along the last axis, got shape [3]'
    )
    expect(() => fft.ifft({ axis: 1 })(g.ones([3, 2]))).toThrow('ifft: axis 1 is out of range')
    expect(() => fft.fft(g.ones([0, 2]))).toThrow('fft: axis -1 of [0] is empty')
    expect(() => fft.rfft(g.ones([0]))).toThrow('rfft: axis -1 of [0] is empty')
    expect(() => fft.irfft(g.ones([1, 2]))).toThrow('irfft: one term leaves the length open; name it by n')
    expect(() => fft.irfft({ n: 0 })).toThrow('irfft: n must be')
    expect(() => fft.fft({ norm: 'unitary' as never })).toThrow('fft: norm must be one of backward, ortho, forward')
    expect(() => fft.rfft(5 as never)).toThrow(
      "rfft: needs a tensor, or settings such as { axis: 0, norm: 'ortho' }, got 5"
    )
  })

  test.prop([signal(20), signal(20)])('has a transpose that is the one of the other sign', (x, y) => {
    const n = Math.min(x.length, y.length)
    const [a, b] = [of(x.slice(0, n)), of(y.slice(0, n))]
    const dot = (p: Tensor<[number, 2]>, q: Tensor<[number, 2]>): number => g.toNumber(g.sum(g.mul(p)(q)))
    const pullback = g
      .vjp((z: Tensor<[number, 2]>) => fft.fft(z))(a)
      .pullback(b)
    expect(Math.abs(dot(fft.fft(a), b) - dot(a, pullback))).toBeLessThan(1e-13 * (size(x) * size(y) + 1))
  })

  const cases = { fft: [5, 2], ifft: [6, 2], rfft: [5], irfft: [3, 2] } as const
  for (const [name, shape] of Object.entries(cases))
    laws.register(plain)(
      laws.operation({
        name,
        // a square, for derivatives of higher order
        f: (x: Tensor) => g.square(fft[name as keyof typeof cases](x as never) as unknown as Tensor),
        shape,
        cost: 12
      }),
      { numRuns: 10 }
    )
})
