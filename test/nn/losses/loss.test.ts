import { fc, test } from '../../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { add, get, mean, mul, neg, oneHot, sigmoid, softmax, sub } from '../../../src/ops/index.ts'
import { tensor, zeros } from '../../../src/tensor/construct.ts'
import { isClose, toArray, toFlatArray, toNumber } from '../../../src/tensor/read.ts'
import type { Mat, Scalar, Tensor } from '../../../src/tensor/tensor.ts'
import { grad } from '../../../src/transform/grad.ts'
import { vmap } from '../../../src/transform/vmap.ts'
import { checkGradient, errorOf, tensorOf } from '../support.ts'

type M = Tensor<[3, 4]>
const few = { numRuns: 25 }
const shape = [3, 4] as const

const anyProbability = fc.double({ min: 0.02, max: 0.98, noNaN: true })
const anyTarget = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))

/** Errors away from the kinks at 0 and ±1, where a central difference is no derivative. */
const awayFromKinks = fc.double({ min: 0.05, max: 3, noNaN: true }).filter((x) => Math.abs(x - 1) > 0.05)
const signed = fc.tuple(awayFromKinks, fc.constantFrom(-1, 1)).map(([x, sign]) => x * sign)

/** Rows that add up to 1. */
const shares = (from: fc.Arbitrary<number>): fc.Arbitrary<M> =>
  tensorOf(shape, from).map((x) => {
    const rows = toArray(x).map((row) => [row[0]! + 0.01, row[1]!, row[2]!, row[3]!])
    return tensor(rows.map((row) => row.map((value) => value / row.reduce((a, b) => a + b)))) as unknown as M
  })
const oneHotRows: fc.Arbitrary<M> = fc
  .array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 })
  .map((labels) => oneHot(4)(labels) as unknown as M)

const number = tensorOf(shape, fc.double({ min: -6, max: 6, noNaN: true }))
const anyError = tensorOf(shape, signed)
const origin = fc.constant(zeros(shape))
const targetsOfTwo = tensorOf(shape, anyTarget)
const distributions = fc.oneof(oneHotRows, shares(anyTarget))

/** Every loss of two equal shapes, targets that it takes, and predictions that it is smooth at. */
const losses: Readonly<Record<string, readonly [nn.Loss, fc.Arbitrary<M>, fc.Arbitrary<M>]>> = {
  binaryCrossEntropy: [nn.binaryCrossEntropy, targetsOfTwo, tensorOf(shape, anyProbability)],
  binaryCrossEntropyWithLogits: [nn.binaryCrossEntropyWithLogits, targetsOfTwo, number],
  categoricalCrossEntropy: [nn.categoricalCrossEntropy, distributions, shares(anyProbability)],
  softmaxCrossEntropy: [nn.softmaxCrossEntropy, distributions, number],
  meanSquaredError: [nn.meanSquaredError, number, number],
  halfMeanSquaredError: [nn.halfMeanSquaredError, number, number],
  meanAbsoluteError: [nn.meanAbsoluteError, origin, anyError],
  huber: [nn.huber(), origin, anyError]
}

const ofClasses = (name: string): boolean => name === 'categoricalCrossEntropy' || name === 'softmaxCrossEntropy'

describe.each(Object.entries(losses))('%s', (name, [loss, targets, predicted]) => {
  test.prop([targets, predicted], few)('has the gradient of central differences', (y, x) => {
    const f = (p: M): Scalar => loss(y)(p)
    checkGradient(f, x, grad(f)(x))
  })

  test.prop([targets, predicted], few)('is a mean: the same batch twice has the same loss', (y, x) => {
    const twice = (v: M): Mat => tensor([...toArray(v), ...toArray(v)])
    expect(toNumber(loss(twice(y))(twice(x)))).toBeCloseTo(toNumber(loss(y)(x)), 12)
  })

  test.prop([targets, predicted], few)('is the mean of the losses of its examples', (y, x) => {
    const each = vmap((t: Tensor<[1, 4]>, p: Tensor<[1, 4]>) => loss(t)(p))
    const rows = (v: M): Tensor<[3, 1, 4]> => tensor(toArray(v).map((row) => [row])) as unknown as Tensor<[3, 1, 4]>
    expect(toNumber(mean(each(rows(y), rows(x))))).toBeCloseTo(toNumber(loss(y)(x)), 12)
  })

  it('refuses shapes that differ, and broadcasts nothing', () => {
    const [column, vector]: readonly [Tensor, Tensor] = [zeros([3, 1]), zeros([3])]
    expect(errorOf(() => loss(column)(zeros([3, 4])))).toBe(
      `ShapeError: ${name}: predictions [3, 4] and targets [3, 1] must have the same shape; reshape one of them`
    )
    expect(errorOf(() => loss(vector)(zeros([3, 1])))).toMatch(`${name}: predictions [3, 1] and targets [3]`)
  })

  it('refuses what is no tensor', () => {
    expect(errorOf(() => loss([1] as never)(zeros([1])))).toBe(
      `ValueError: ${name}: targets: needs a tensor, got an array; make it one with tensor`
    )
    expect(errorOf(() => loss(zeros([1]))([1] as never))).toMatch(`${name}: predictions: needs a tensor`)
  })

  it('refuses an empty batch', () => {
    expect(errorOf(() => loss(zeros([0, 4]))(zeros([0, 4])))).toBe(
      `ShapeError: ${name}: cannot average an empty tensor: shape [0, 4] is empty`
    )
  })

  it('refuses shapes that differ at compile time', () => {
    // @ts-expect-error a column beside a vector
    expect(() => loss(zeros([8]))(zeros([8, 1]))).toThrow()
    // @ts-expect-error seven targets for eight predictions
    expect(() => loss(zeros([7, 1]))(zeros([8, 1]))).toThrow()
    const n = Number('8')
    // @ts-expect-error a column beside a vector, of any length
    expect(() => loss(zeros([n]))(zeros([n, 1]))).toThrow()
    const generic = <B extends number>(y: Tensor<[B, 1]>, x: Tensor<[B, 1]>): Scalar => loss(y)(x)
    expect(generic).toBeTypeOf('function')
    const dynamic: Tensor = zeros([2, 1])
    if (!ofClasses(name)) expect(loss(dynamic)(tensor([[0.5], [0.5]])).shape).toEqual([])
  })
})

const agree = (f: (x: M) => Scalar, g: (x: M) => Scalar, x: M): void => {
  const close = isClose({ atol: 1e-10, rtol: 1e-9 })
  expect([close(f(x))(g(x)), close(grad(f)(x))(grad(g)(x))]).toEqual([true, true])
}

describe('cross-entropies', () => {
  const [y, p] = [
    [1, 0, 1, 0.25],
    [0.8, 0.3, 0.5, 0.25]
  ]

  it('are the sums of the textbook', () => {
    const binary = y.map((t, i) => -(t * Math.log(p[i]!) + (1 - t) * Math.log(1 - p[i]!)))
    expect(toNumber(nn.binaryCrossEntropy(tensor(y))(tensor(p)))).toBeCloseTo(
      (binary[0]! + binary[1]! + binary[2]! + binary[3]!) / 4,
      14
    )
    const rows = nn.categoricalCrossEntropy(
      tensor([
        [0, 1],
        [1, 0],
        [0.5, 0.5]
      ])
    )(
      tensor([
        [0.2, 0.8],
        [0.3, 0.7],
        [0.5, 0.5]
      ])
    )
    expect(toNumber(rows)).toBeCloseTo(-(Math.log(0.8) + Math.log(0.3) + Math.log(0.5)) / 3, 14)
  })

  test.prop([tensorOf(shape, anyTarget), tensorOf(shape, fc.double({ min: -12, max: 12, noNaN: true }))], few)(
    'of logits and of their sigmoid agree, and so do their gradients',
    (t, z) => {
      const fused = (x: M): Scalar => nn.binaryCrossEntropyWithLogits(t)(x)
      const composed = (x: M): Scalar => nn.binaryCrossEntropy(t)(sigmoid(x))
      agree(fused, composed, z)
    }
  )

  test.prop([distributions, tensorOf(shape, fc.double({ min: -12, max: 12, noNaN: true }))], few)(
    'of logits and of their softmax agree, and so do their gradients',
    (t, z) => {
      const fused = (x: M): Scalar => nn.softmaxCrossEntropy(t)(x)
      const composed = (x: M): Scalar => nn.categoricalCrossEntropy(t)(softmax(x))
      agree(fused, composed, z)
    }
  )

  it('of a certainty that is right are 0, with a gradient that is finite where the composite would give NaN', () => {
    const t = tensor([[1, 0]])
    const binary = (x: Tensor<[1, 2]>): Scalar => nn.binaryCrossEntropy(t)(x)
    expect(toNumber(binary(tensor([[1, 0]])))).toBe(0)
    expect(toArray(grad(binary)(tensor([[1, 0]])))).toEqual([[-0.5, 0.5]])
    const categorical = (x: Tensor<[1, 2]>): Scalar => nn.categoricalCrossEntropy(t)(x)
    expect(toNumber(categorical(tensor([[1, 0]])))).toBe(0)
    expect(toArray(grad(categorical)(tensor([[1, 0]])))).toEqual([[-1, -0]])
  })

  it('of infinite logits that are right are 0, with a gradient of 0, at second order too', () => {
    const z = tensor([[Infinity, -Infinity]])
    const t = tensor([[1, 0]])
    for (const loss of [nn.binaryCrossEntropyWithLogits, nn.softmaxCrossEntropy]) {
      const f = (x: Tensor<[1, 2]>): Scalar => loss(t)(x)
      expect(toNumber(f(z))).toBe(0)
      expect(toFlatArray(grad(f)(z)).map(Math.abs)).toEqual([0, 0])
      const slope = (x: Tensor<[1, 2]>): Scalar => mean(grad(f)(x))
      expect(toFlatArray(grad(slope)(z)).map(Math.abs)).toEqual([0, 0])
    }
  })

  it('of infinite logits that are wrong are infinite, with a finite gradient', () => {
    const f = (x: Tensor<[1, 2]>): Scalar => nn.binaryCrossEntropyWithLogits(tensor([[0, 1]]))(x)
    expect(toNumber(f(tensor([[Infinity, -Infinity]])))).toBe(Infinity)
    expect(toArray(grad(f)(tensor([[Infinity, -Infinity]])))).toEqual([[0.5, -0.5]])
    expect(toNumber(nn.softmaxCrossEntropy(tensor([[0, 1]]))(tensor([[Infinity, 0]])))).toBe(Infinity)
    expect(toNumber(nn.binaryCrossEntropy(tensor([0]))(tensor([1])))).toBe(Infinity)
  })

  it('stay finite for huge logits', () => {
    expect(toNumber(nn.softmaxCrossEntropy(tensor([[0, 1]]))(tensor([[1e300, 0]])))).toBe(1e300)
    expect(toNumber(nn.binaryCrossEntropyWithLogits(tensor([0, 1]))(tensor([700, 700])))).toBe(350)
  })

  it('take any batch dimensions', () => {
    const t = tensor([
      [
        [0, 1],
        [1, 0]
      ],
      [
        [0, 1],
        [0, 1]
      ]
    ])
    const z = tensor([
      [
        [0, 0],
        [0, 0]
      ],
      [
        [0, 0],
        [0, 0]
      ]
    ])
    expect(toNumber(nn.softmaxCrossEntropy(t)(z))).toBeCloseTo(Math.log(2), 14)
    expect(toNumber(nn.softmaxCrossEntropy(tensor([0, 1]))(tensor([0, 0])))).toBeCloseTo(Math.log(2), 14)
    expect(errorOf(() => nn.softmaxCrossEntropy(tensor(1))(tensor(1)))).toBe(
      'ShapeError: softmaxCrossEntropy: needs shape [...batch, classes], got the scalar shape []'
    )
  })

  it('have the gradients of the lesson, divided by the size of the batch', () => {
    const t = tensor([[1], [0], [1]])
    const f = (x: Tensor<[3, 1]>): Scalar => nn.binaryCrossEntropyWithLogits(t)(x)
    const z = tensor([[0.3], [-1], [2]])
    expect(toFlatArray(grad(f)(z))).toEqual(
      toFlatArray(sigmoid(z)).map((a, i) => expect.closeTo((a - toNumber(get(i, 0)(t))) / 3, 14) as number)
    )
  })
})

describe('losses of class labels', () => {
  const z = tensor([
    [1, -2, 0.5],
    [0, 3, 1]
  ])

  it('agree with those of rows of zeros with a one', () => {
    const t = tensor([
      [0, 0, 1],
      [1, 0, 0]
    ])
    expect(toNumber(nn.sparseSoftmaxCrossEntropy([2, 0])(z))).toBe(toNumber(nn.softmaxCrossEntropy(t)(z)))
    expect(toNumber(nn.sparseCategoricalCrossEntropy(tensor([2, 0]))(softmax(z)))).toBe(
      toNumber(nn.categoricalCrossEntropy(t)(softmax(z)))
    )
  })

  it('have the gradient of central differences', () => {
    const f = (x: Tensor<[2, 3]>): Scalar => nn.sparseSoftmaxCrossEntropy([2, 0])(x)
    checkGradient(f, z, grad(f)(z))
  })

  it('refuse labels that do not fit', () => {
    expect(errorOf(() => nn.sparseSoftmaxCrossEntropy([1])(z))).toBe(
      'ShapeError: sparseSoftmaxCrossEntropy: 1 labels need predictions of shape [1, classes], got [2, 3]'
    )
    expect(errorOf(() => nn.sparseSoftmaxCrossEntropy([1, 3])(z))).toMatch('IndexError')
    // @ts-expect-error three labels, two rows
    expect(errorOf(() => nn.sparseSoftmaxCrossEntropy(tensor([1, 1, 1]))(z))).toMatch('3 labels need')
    expect(errorOf(() => nn.sparseCategoricalCrossEntropy(zeros([2, 1]) as never)(z))).toBe(
      'ShapeError: sparseCategoricalCrossEntropy: labels must be a vector, got shape [2, 1]'
    )
    expect(errorOf(() => nn.sparseSoftmaxCrossEntropy([])(zeros([0, 0])))).toMatch('cannot average an empty tensor')
  })
})

describe('losses of errors', () => {
  const [y, x] = [
    tensor([
      [0, 0],
      [0, 0],
      [0, 0]
    ]),
    tensor([
      [0.5, 2],
      [-3, 0],
      [1, -1]
    ])
  ]

  it('are what they say', () => {
    const squares = 0.25 + 4 + 9 + 0 + 1 + 1
    expect(toNumber(nn.meanSquaredError(y)(x))).toBeCloseTo(squares / 6, 14)
    expect(toNumber(nn.halfMeanSquaredError(y)(x))).toBeCloseTo(squares / 6, 14)
    expect(toNumber(nn.halfMeanSquaredError(tensor([[0, 0, 0]]))(tensor([[1, 2, 3]])))).toBe(7)
    expect(toNumber(nn.meanAbsoluteError(y)(x))).toBeCloseTo(7.5 / 6, 14)
    expect(toNumber(nn.huber()(y)(x))).toBeCloseTo((0.125 + 1.5 + 2.5 + 0 + 0.5 + 0.5) / 6, 14)
    expect(toNumber(nn.huber({ delta: 2 })(y)(x))).toBeCloseTo((0.125 + 2 + 4 + 0 + 0.5 + 0.5) / 6, 14)
  })

  it('have these derivatives at their kinks', () => {
    const absolute = (v: Tensor<[2]>): Scalar => nn.meanAbsoluteError(tensor([1, 0]))(v)
    expect(toArray(grad(absolute)(tensor([1, 2])))).toEqual([0, 0.5])
    const rounded = (v: Tensor<[2]>): Scalar => nn.huber()(tensor([0, 0]))(v)
    expect(toArray(grad(rounded)(tensor([1, -1])))).toEqual([0.5, -0.5])
  })

  test.prop([fc.double({ min: 0.1, max: 4, noNaN: true }), tensorOf([6])])(
    'of Huber lie under half the square and under the scaled absolute error',
    (delta, v) => {
      const zero = zeros([6])
      const huber = toNumber(nn.huber({ delta })(zero)(v))
      expect(huber).toBeLessThanOrEqual(toNumber(nn.meanSquaredError(zero)(v)) / 2 + 1e-12)
      expect(huber).toBeLessThanOrEqual(delta * toNumber(nn.meanAbsoluteError(zero)(v)) + 1e-12)
    }
  )

  it('of Huber need a bound', () => {
    expect(errorOf(() => nn.huber({ delta: 0 }))).toBe(
      'ValueError: huber: delta must be a finite number above 0, got 0'
    )
    expect(errorOf(() => nn.huber({ delta: NaN }))).toMatch('got NaN')
  })

  it('that count examples refuse a vector, which leaves open what it holds', () => {
    expect(errorOf(() => nn.halfMeanSquaredError(tensor([1, 2]))(tensor([1, 2])))).toBe(
      'ShapeError: halfMeanSquaredError: needs shape [...batch, outputs], got [2]; reshape to [batch, 1] or [1, outputs]'
    )
  })

  test.prop([tensorOf([4]), tensorOf([4])])('do not care which side is the target', (a, b) => {
    for (const loss of [nn.meanSquaredError, nn.meanAbsoluteError, nn.huber()])
      expect(toNumber(loss(a)(b))).toBe(toNumber(loss(b)(a)))
    expect(toNumber(nn.meanSquaredError(a)(b))).toBeCloseTo(toNumber(nn.meanSquaredError(zeros([4]))(sub(a)(b))), 10)
    expect(toNumber(nn.meanAbsoluteError(neg(a))(mul(-1)(b)))).toBeCloseTo(toNumber(nn.meanAbsoluteError(a)(b)), 10)
    expect(toNumber(nn.huber()(add(1)(a))(add(1)(b)))).toBeCloseTo(toNumber(nn.huber()(a)(b)), 10)
  })
})

it('settings that are not known are refused by losses, metrics, penalties and layers', () => {
  const misspelt = { stength: 1 } as never
  const makers: Readonly<Record<string, (settings: never) => unknown>> = {
    huber: nn.huber,
    binaryAccuracy: nn.binaryAccuracy,
    topKAccuracy: nn.topKAccuracy,
    l2: nn.l2,
    l1: nn.l1,
    dense: nn.dense,
    dropout: nn.dropout,
    batchNorm: nn.batchNorm,
    layerNorm: nn.layerNorm
  }
  Object.entries(makers).forEach(([name, make]) => {
    expect(errorOf(() => make(misspelt))).toContain(`ValueError: ${name}: stength is not known; there is `)
  })
})
