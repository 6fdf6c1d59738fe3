import fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'
import { gradientCheck, numericGrad } from '../../src/check/numeric.ts'
import * as g from '../../src/index.ts'
import '../support/matchers.ts'

interface Net {
  readonly layers: readonly { readonly weight: g.Mat; readonly bias: g.Vec }[]
}

const net =
  (sizes: readonly number[]) =>
  (key: g.random.Key): Net => ({
    layers: sizes.slice(1).map((outputs, i) => ({
      weight: g.random.normal([sizes[i]!, outputs])(g.random.foldIn(2 * i)(key)),
      bias: g.random.normal([outputs])(g.random.foldIn(2 * i + 1)(key))
    }))
  })

const x = g.random.normal([5, 2])(g.random.key(1))
const y = g.random.uniform([5, 1])(g.random.key(2))

/** Binary cross-entropy of a network with tanh inside, from its logits. */
const loss = ({ layers }: Net): g.Scalar => {
  const logits = layers.reduce<g.Mat>((h, { weight, bias }, i) => {
    const z = pipe(h, g.matmul(weight), g.add(bias)) as g.Mat
    return i === layers.length - 1 ? z : g.tanh(z)
  }, x)
  return pipe(g.softplus(logits), g.sub(g.mul(y as g.Mat)(logits)), g.mean)
}

describe('a numeric gradient', () => {
  it('has the structure, the shapes and the numbers of the gradient', () => {
    const f = ({ a, rest: [b] }: { readonly a: g.Mat<2, 2>; readonly rest: readonly [g.Scalar] }) =>
      g.sum(pipe(g.pow(3)(a), g.mul(b)))
    const p = {
      a: g.tensor([
        [1, -2],
        [0.5, 3]
      ]),
      rest: [g.scalar(2)]
    } as const
    const numeric = numericGrad(f)(p)
    expect(numeric.a).toBeCloseToTensor(
      [
        [6, 24],
        [1.5, 54]
      ],
      { rtol: 1e-9, atol: 1e-9 }
    )
    expect(numeric.rest[0]).toBeCloseToTensor(20.125, { rtol: 1e-9, atol: 1e-9 })
  })

  it('agrees with the gradient of a network', () => {
    fc.assert(
      fc.property(laws.arbitrary.key, (key) => {
        const p = net([2, 3, 1])(key)
        expect(g.params.isClose({ rtol: 1e-6, atol: 1e-8 })(g.grad(loss)(p))(numericGrad(loss)(p))).toBe(true)
      }),
      { numRuns: 10 }
    )
  })

  it('takes two calls a number, and copies only the tensor that it moves', () => {
    const p = { a: g.ones([3]), b: g.ones([2, 2]) }
    const seen: (typeof p)[] = []
    numericGrad((q: typeof p) => {
      seen.push(q)
      return g.add(g.sum(q.a))(g.sum(q.b))
    })(p)
    expect(seen.length).toBe(2 * 7)
    expect(seen.slice(0, 6).every(({ a, b }) => a !== p.a && b === p.b)).toBe(true)
    expect(seen.slice(6).every(({ a, b }) => a === p.a && b !== p.b)).toBe(true)
    expect(p.a).toBeTensor([1, 1, 1])
  })

  it('of many numbers takes a program for the calls, made once for points of the same shapes', () => {
    let calls = 0
    const big = (p: Net) => {
      calls++
      return loss(p)
    }
    const numeric = numericGrad(big)
    for (const seed of [1, 2]) {
      const p = net([2, 40, 1])(g.random.key(seed))
      expect(g.params.isClose({ rtol: 1e-6, atol: 1e-8 })(g.grad(loss)(p))(numeric(p))).toBe(true)
    }
    expect(calls).toBe(1)
    numeric(net([2, 50, 1])(g.random.key(3)))
    expect(calls).toBe(2)
  })

  it('of many numbers calls a function that branches on them', () => {
    const x = g.random.normal([200])(g.random.key(4))
    const f = (v: g.Vec): g.Scalar => (g.toNumber(g.sum(v)) > 0 ? g.sum(g.square(v)) : g.sum(v))
    const expected = g.toNumber(g.sum(x)) > 0 ? g.mul(g.scalar(2))(x) : g.ones([200])
    expect(numericGrad(f)(x)).toBeCloseToTensor(g.toArray(expected), { rtol: 1e-6, atol: 1e-8 })
  })

  it('moves large numbers by steps that they can tell', () => {
    expect(numericGrad((v: g.Scalar) => g.square(v))(g.scalar(1e9))).toBeCloseToTensor(2e9, { rtol: 1e-7 })
    expect(numericGrad((v: g.Scalar) => g.square(v), { step: 1e-3 })(g.scalar(0))).toBeCloseToTensor(0)
  })

  it('of no numbers is empty', () => {
    expect(numericGrad((v: g.Vec) => g.sum(v))(g.zeros([0]) as g.Vec)).toBeTensor(g.zeros([0]))
  })

  it('of a vector is an error', () => {
    expect(() => numericGrad(g.square as never)(g.ones([2]) as never)).toThrow(
      expect.objectContaining({
        name: 'ShapeError',
        message: 'numericGrad: the function must return a scalar, it returned shape [2]; reduce it with mean or sum'
      })
    )
  })

  it.each([0, -1, NaN, Infinity])('with a step of %s is an error', (step) => {
    expect(() => numericGrad(g.sum as never, { step })(g.ones([2]) as never)).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: `numericGrad: step must be a finite number above 0, got ${step}`
      })
    )
  })
})

describe('a gradient check', () => {
  it('of a right gradient finds a relative error far below 1e-7', () => {
    fc.assert(
      fc.property(laws.arbitrary.key, (key) => {
        expect(gradientCheck(loss)(net([2, 4, 1])(key)).relativeError).toBeLessThan(1e-8)
      }),
      { numRuns: 10 }
    )
  })

  it('with the step of 1e-7 that textbooks take finds more rounding, and passes still', () => {
    const { relativeError } = gradientCheck(loss, { step: 1e-7 })(net([2, 4, 1])(g.random.key(3)))
    expect(relativeError).toBeGreaterThan(1e-11)
    expect(relativeError).toBeLessThan(1e-6)
  })

  it('names the parameter and the element where a gradient is most wrong', () => {
    const f = ({ a, b }: { readonly a: g.Vec<2>; readonly b: g.Mat<2, 2> }) =>
      g.sum(pipe(a, g.mul(pipe(g.square(b), g.sum({ axis: 0 }))), g.add(g.stopGradient(pipe(b, g.sum({ axis: 1 }))))))
    const b = g.tensor([
      [1, 2],
      [3, 4]
    ])
    const { relativeError, worst } = gradientCheck(f)({ a: g.tensor([1, 0]), b })
    expect(worst.path).toBe('params.b')
    expect(worst.index).toEqual([0, 0])
    expect(worst.analytic).toBe(2)
    expect(worst.numeric).toBeCloseTo(3, 9)
    expect(relativeError).toBeGreaterThan(0.01)
  })

  it('is 2 ‖a‖ / 2 ‖a‖ = 1 for a gradient of the wrong sign', () => {
    const f = (v: g.Vec<2>) => g.sum(pipe(g.stopGradient(g.mul(2)(g.square(v))), g.sub(g.square(v))))
    expect(gradientCheck(f)(g.tensor([1, -2])).relativeError).toBeCloseTo(1, 9)
  })

  it('is 0 where both gradients are', () => {
    expect(gradientCheck((v: g.Vec<2>) => g.sum(g.stopGradient(g.mul(0)(v))))(g.ones([2]))).toEqual({
      relativeError: 0,
      worst: { path: 'params', index: [0], analytic: 0, numeric: 0 }
    })
  })

  it('is NaN, at the first NaN, when a gradient is', () => {
    const f = (v: g.Vec<3>) => g.sum(g.sqrt(v))
    const { relativeError, worst } = gradientCheck(f)(g.tensor([4, -1, 9]))
    expect(relativeError).toBeNaN()
    expect(worst.index).toEqual([0])
    expect(worst.numeric).toBeNaN()
  })

  it('is NaN, there, when the gradient alone is, though the function is a number', () => {
    // x with √x for its derivative: right at 1, not a number below 0
    const wrong = g.primitive.elementwise('identity')({
      evaluate: (value) => value,
      derivative: (op, x) => op.sqrt(x)
    })
    const f = (v: g.Vec) => g.sum(g.apply(wrong, {}, [v]))
    for (const [at, numbers] of [
      [1, [1, -1, 4]],
      [0, [-1]]
    ] as const) {
      const { relativeError, worst } = gradientCheck(f)(g.tensor(numbers))
      expect(relativeError).toBeNaN()
      expect(worst.index).toEqual([at])
      expect(worst.analytic).toBeNaN()
      expect(worst.numeric).toBeCloseTo(1, 9)
    }
  })

  it('neither overflows nor vanishes for huge and tiny gradients', () => {
    for (const k of [1e200, 1e-200])
      expect(gradientCheck((v: g.Vec<2>) => g.mul(k)(g.sum(g.square(v))))(g.tensor([1, 2])).relativeError).toBeLessThan(
        1e-8
      )
  })

  it('of no numbers is an error', () => {
    expect(() => gradientCheck(g.sum as never)(g.zeros([0]) as never)).toThrow(
      'gradientCheck: the parameters hold no numbers to check'
    )
  })
})
