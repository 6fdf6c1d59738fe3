/** At a kink the derivative is the subgradient of least norm, the same by either mode; at a pole, a zero absorbs. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import type { Scalar, Tensor, Vec } from '../../src/tensor/tensor.ts'
import '../support/matchers.ts'

const { vocabulary: op } = g.primitive
const loose = (x: unknown): Tensor => x as Tensor

type OfVector = (x: Vec) => Scalar
const vec = (values: readonly number[]): Vec => g.reshape([values.length])(g.tensor(values))

/** The gradient by reverse mode and, element by element, by forward mode. */
const bothGradients = (f: OfVector, x: Vec): readonly Tensor[] => [
  loose(g.grad(f)(x)),
  loose(g.jacobian(f, { mode: 'forward' })(x))
]

/** The Hessian by forward over reverse, and by reverse over reverse. */
const bothHessians = (f: OfVector, x: Vec): readonly Tensor[] => [
  loose(g.hessian(f)(x)),
  loose(g.jacobian((y: Vec) => g.grad(f)(y))(x))
]

describe('at a kink the derivative is', () => {
  it.each<readonly [string, OfVector, readonly number[], readonly number[]]>([
    ['0 for relu at 0', (x) => g.sum(g.relu(x)), [0, -0, 1, -1], [0, 0, 1, 0]],
    ['0 for abs at 0', (x) => g.sum(g.abs(x)), [0, -0, 2, -2], [0, 0, 1, -1]],
    ['0 for sign, everywhere', (x) => g.sum(g.sign(x)), [0, 2, -2], [0, 0, 0]],
    ['0 for clip at its bounds', (x) => g.sum(g.clip({ min: -1, max: 1 })(x)), [-1, 1, 0, 2, -2], [0, 0, 1, 0, 0]],
    ['½ for maximum at a tie', (x) => g.sum(g.maximum(1)(x)), [1, 2, 0], [0.5, 1, 0]],
    ['½ for minimum at a tie', (x) => g.sum(g.minimum(1)(x)), [1, 2, 0], [0.5, 0, 1]],
    ['1 for maximum with itself', (x) => g.sum(g.maximum(x)(x)), [3, 0], [1, 1]],
    ['shared by the largest', g.max, [7, 2, 7, 7, 1], [1 / 3, 0, 1 / 3, 1 / 3, 0]],
    ['shared by the smallest', g.min, [7, 2, 7, 2], [0, 0.5, 0, 0.5]],
    [
      'shared within each group',
      (x) => g.sum(g.max({ axis: 1 })(g.reshape([2, 2])(x as never))),
      [4, 4, 1, 5],
      [0.5, 0.5, 0, 1]
    ],
    ['0 for the norm of 0', g.norm, [0, 0], [0, 0]],
    ['0 for the standard deviation of a constant', g.std, [5, 5, 5], [0, 0, 0]],
    ['0 for a comparison', (x) => g.sum(g.greater(0)(x)), [0, 1], [0, 0]],
    ['0 for what is stopped', (x) => g.sum(g.mul(g.stopGradient(x))(x)), [3], [3]]
  ])('%s', (_, f, at, expected) => {
    for (const gradient of bothGradients(f, vec(at))) expect(gradient).toBeCloseToTensor([...expected])
  })

  it('0 for norms along an axis, row by row', () => {
    const f = (x: g.Mat<2, 2>) => g.sum(g.norm({ axis: 1 })(x))
    expect(
      g.grad(f)(
        g.tensor([
          [0, 0],
          [3, 4]
        ])
      )
    ).toBeCloseToTensor([
      [0, 0],
      [0.6, 0.8]
    ])
    const deviations = (x: g.Mat<2, 2>) => g.sum(g.std({ axis: 1 })(x))
    expect(
      g.grad(deviations)(
        g.tensor([
          [7, 7],
          [1, 3]
        ])
      )
    ).toBeCloseToTensor([
      [0, 0],
      [-0.5, 0.5]
    ])
  })

  it('NaN at second order, where a norm has none', () => {
    for (const f of [g.norm, g.std, (x: Vec) => g.square(g.norm(x))])
      for (const hessian of bothHessians(f, vec([0, 0]))) expect(g.toFlatArray(hessian).every(Number.isNaN)).toBe(true)
  })
})

describe('at a pole', () => {
  /** A branch that has an infinite derivative, not taken at the first element. */
  const guarded: readonly (readonly [string, OfVector, readonly number[], readonly number[], readonly number[]])[] = [
    ['a logarithm', (x) => g.sum(pipe(g.log(x), g.where(g.greater(0)(x), 0))), [0, 2], [0, 0.5], [0, -0.25]],
    ['a root', (x) => g.sum(pipe(g.sqrt(x), g.where(g.greater(0)(x), 0))), [0, 4], [0, 0.25], [0, -1 / 32]],
    ['a quotient', (x) => g.sum(pipe(g.pow(-1)(x), g.where(g.notEqual(0)(x), 0))), [0, 2], [0, -0.25], [0, 0.25]],
    [
      'a division',
      (x) => g.sum(pipe(g.ones([2]), g.div(x as Vec<2>), g.where(g.notEqual(0)(x) as never, 0))),
      [0, 2],
      [0, -0.25],
      [0, 0.25]
    ],
    ['log1p', (x) => g.sum(pipe(g.log1p(x), g.where(g.greater(-1)(x), 0))), [-1, 1], [0, 0.5], [0, -0.25]],
    [
      'a logarithm of something negative',
      (x) => g.sum(pipe(g.log(x), g.where(g.greater(0)(x), 0))),
      [-3, 2],
      [0, 0.5],
      [0, -0.25]
    ],
    [
      'the square of a guarded logarithm',
      (x) => g.sum(g.square(pipe(g.log(x), g.where(g.greater(0)(x), 0)))),
      [0, 1],
      [0, 0],
      [0, 2]
    ],
    ['x log x', (x) => g.sum(g.xlogy(x)(x)), [1, 2], [1, 1 + Math.LN2], [1, 0.5]],
    ['a root of what relu made 0', (x) => g.sum(g.sqrt(g.relu(x))), [-1, 4], [0, 0.25], [0, -1 / 32]],
    [
      'an exponential that overflows',
      (x) => g.sum(pipe(g.exp(x), g.where(g.greater(700)(g.mul(-1)(x)) as never, 0), g.add(x))),
      [1000, 2],
      [1, 1],
      [0, 0]
    ]
  ]

  it.each(guarded)('%s that is not chosen gives 0, at both orders and by both modes', (_, f, at, first, second) => {
    const x = vec(at)
    for (const gradient of bothGradients(f, x)) expect(gradient).toBeCloseToTensor([...first])
    const diagonal = second.map((value, i) => second.map((__, j) => (i === j ? value : 0)))
    for (const hessian of bothHessians(f, x)) expect(hessian).toBeCloseToTensor(diagonal)
  })

  it('that is chosen, the derivative is infinite and not hidden', () => {
    expect(g.grad((x: Scalar) => g.log(x))(g.scalar(0))).toBeTensor(Infinity)
    expect(g.grad((x: Scalar) => g.sqrt(x))(g.scalar(0))).toBeTensor(Infinity)
    expect(g.grad((x: Scalar) => g.pow(-1)(x))(g.scalar(0))).toBeTensor(-Infinity)
  })

  it('nothing infinite spreads to what has no part in it', () => {
    // the derivative of √ is infinite at the largest, 0, and the others have no part in that
    expect(g.grad((x: Vec<3>) => g.sqrt(g.max(x)))(g.tensor([-1, 0, -2]))).toBeTensor([0, Infinity, 0])
    const clipped = (x: Vec<2>) => g.sum(g.sqrt(g.clip({ min: 0, max: 9 })(x)))
    expect(g.grad(clipped)(g.tensor([-1, 4]))).toBeTensor([0, 0.25])
  })

  it('a parameter that is not used has a gradient of 0', () => {
    const p = { used: g.scalar(2), unused: g.scalar(0) }
    expect(g.grad(({ used }: typeof p) => g.square(used))(p).unused).toBeTensor(0)
    const { tangent } = g.jvp((x: Scalar) => ({ x, one: g.ones([2]) }))(g.scalar(2))(g.scalar(3))
    expect(tangent.one).toBeTensor([0, 0])
  })
})

describe('an infinite logit', () => {
  const second = (x: Vec): Scalar => op.slice(loose(x), [1], [2]) as unknown as Scalar
  const pick =
    (f: (x: Vec) => Tensor): OfVector =>
    (x) =>
      op.reshape(loose(second(loose(f(x)) as unknown as Vec)), []) as unknown as Scalar

  it.each<readonly [string, OfVector, readonly number[], readonly number[]]>([
    ['of −∞ has no share of softmax', pick(g.softmax), [-Infinity, 0, 0], [0, 0.25, -0.25]],
    ['of +∞ takes all of softmax', pick(g.softmax), [Infinity, 0, 0], [0, 0, 0]],
    ['of −∞ has no part in logSoftmax', pick(g.logSoftmax), [-Infinity, 0, 0], [0, 0.5, -0.5]],
    ['of −∞ has no part in logSumExp', g.logSumExp, [-Infinity, 0, 0], [0, 0.5, 0.5]],
    ['of +∞ is all of logSumExp', g.logSumExp, [Infinity, 0], [1, 0]]
  ])('%s', (_, f, at, expected) => {
    for (const gradient of bothGradients(f, vec(at))) expect(gradient).toBeCloseToTensor([...expected])
    for (const hessian of bothHessians(f, vec(at))) expect(g.params.allFinite(hessian)).toBe(true)
  })

  it('in rows that are masked out leaves no NaN behind', () => {
    const masked = (x: g.Mat<2, 2>) =>
      g.sum(
        pipe(
          g.softmax(x),
          g.square,
          g.where(
            g.tensor([
              [1, 1],
              [0, 0]
            ]),
            0
          )
        )
      )
    const x = g.tensor([
      [0, 0],
      [-Infinity, -Infinity]
    ])
    expect(g.grad(masked)(x)).toBeTensor([
      [0, 0],
      [0, 0]
    ])
    expect(
      g.params.allFinite(
        g.hvp(masked)(x)(
          g.tensor([
            [1, 2],
            [3, 4]
          ])
        )
      )
    ).toBe(true)
  })

  it('softmax then cross-entropy agrees with the form on logits, at both orders', () => {
    const labels = g.tensor([0, 1, 0])
    const composed = (x: Vec) => g.sum(g.neg(g.xlogy(g.softmax(x))(labels as never)))
    const fused = (x: Vec) => g.sum(g.neg(g.where(labels as never, 0)(g.logSoftmax(x))))
    for (const at of [
      [1, 2, 3],
      [-Infinity, 1, 0],
      [0.5, 0, -40]
    ]) {
      const x = vec(at)
      expect(g.grad(composed)(x)).toBeCloseToTensor(loose(g.grad(fused)(x)))
      expect(g.hessian(composed)(x)).toBeCloseToTensor(loose(g.hessian(fused)(x)))
    }
  })
})
