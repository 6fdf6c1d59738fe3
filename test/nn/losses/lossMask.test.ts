/** Losses with a mask: the loss of what counts, and of nothing else. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { compile } from '../../../src/compile/index.ts'
import * as nn from '../../../src/nn/index.ts'
import { take, greaterEqual, mean, reshape, softmax } from '../../../src/ops/index.ts'
import * as optim from '../../../src/optim/index.ts'
import { key } from '../../../src/random/key.ts'
import { ones, tensor, zeros } from '../../../src/tensor/construct.ts'
import { toArray, toFlatArray, toNumber } from '../../../src/tensor/read.ts'
import type { Mat, Scalar, Tensor, Vec } from '../../../src/tensor/tensor.ts'
import * as train from '../../../src/train/index.ts'
import { grad } from '../../../src/transform/grad.ts'
import { hessian } from '../../../src/transform/jacobian.ts'
import { vmap } from '../../../src/transform/vmap.ts'
import '../../support/matchers.ts'
import { fc, test } from '../../support/property.ts'
import { errorOf, tensorOf } from '../support.ts'

const [rows, classes] = [4, 3]
const shape = [rows, classes] as const
const few = { numRuns: 25 }

const number = fc.double({ min: -4, max: 4, noNaN: true }).map(Math.fround)
const numbers: fc.Arbitrary<Mat> = tensorOf(shape, number)
const share: fc.Arbitrary<Mat> = tensorOf(shape, fc.double({ min: 0.05, max: 0.95, noNaN: true }))
const distributions = numbers.map((x) => softmax(x))

/** Every loss of two equal shapes, its targets and its predictions, and whether it takes a mask of elements. */
const losses: Readonly<Record<string, readonly [nn.Loss, fc.Arbitrary<Mat>, fc.Arbitrary<Mat>, elements: boolean]>> = {
  binaryCrossEntropy: [nn.binaryCrossEntropy, share, share, true],
  binaryCrossEntropyWithLogits: [nn.binaryCrossEntropyWithLogits, share, numbers, true],
  categoricalCrossEntropy: [nn.categoricalCrossEntropy, distributions, distributions, false],
  softmaxCrossEntropy: [nn.softmaxCrossEntropy, distributions, numbers, false],
  meanSquaredError: [nn.meanSquaredError, numbers, numbers, true],
  halfMeanSquaredError: [nn.halfMeanSquaredError, numbers, numbers, false],
  meanAbsoluteError: [nn.meanAbsoluteError, numbers, numbers, true],
  huber: [nn.huber(), numbers, numbers, true]
}

const anyMask = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: rows, maxLength: rows })
const hidden = fc.constantFrom(NaN, Infinity, -Infinity, 5, -1, 1e300)

/** Numbers of the rows that count, and one number for all others. */
const hide = (x: Mat, counts: readonly number[], other: number): Mat =>
  tensor(toArray(x).map((row, i) => (counts[i] === 1 ? row : row.map(() => other))))

const keep = (x: Mat, counts: readonly number[]): Mat =>
  take({ axis: 0 })(counts.flatMap((count, i) => (count === 1 ? [i] : [])))(x)

describe.each(Object.entries(losses))('%s with a mask', (name, [loss, targets, predictions, elements]) => {
  const masked = (y: Mat, x: Mat, mask: Tensor): Scalar => loss(y, { mask })(x)
  const gradient = (y: Mat, x: Mat, mask: Tensor): Mat => grad((p: Mat) => masked(y, p, mask))(x)

  test.prop([targets, predictions, anyMask, hidden, hidden], few)(
    'is the loss of the examples that count, with 0 for the derivatives of the others',
    (y, x, counts, a, b) => {
      const [shown, seen] = [hide(y, counts, a), hide(x, counts, b)]
      const some = counts.includes(1)
      const alone = some ? toNumber(loss(keep(y, counts))(keep(x, counts))) : 0
      const slopes = some ? toArray(grad((p: Mat) => loss(keep(y, counts))(p))(keep(x, counts))) : []
      const next = [...slopes]
      const expected = counts.flatMap((count) => (count === 1 ? next.shift()! : [0, 0, 0]))
      for (const mask of [tensor(counts), reshape([rows, 1])(tensor(counts))] as readonly Tensor[]) {
        expect(toNumber(masked(shown, seen, mask))).toBeCloseTo(alone, 10)
        expect(gradient(shown, seen, mask)).toBeCloseToTensor(reshape(shape)(tensor(expected)))
      }
    }
  )

  test.prop([targets, predictions, anyMask, hidden, hidden], { numRuns: 8 })(
    'is the same in programs and under vmap, with a mask that is not known yet',
    (y, x, counts, a, b) => {
      const given = [hide(y, counts, a), hide(x, counts, b), tensor(counts) as unknown as Tensor] as const
      const [value, slopes] = [masked(...given), gradient(...given)]
      expect(compile(masked)(...given)).toBeCloseToTensor(value, { atol: 1e-9, rtol: 1e-9 })
      expect(compile(gradient)(...given)).toBeCloseToTensor(slopes, { atol: 1e-9, rtol: 1e-9 })
      const single = { precision: 'single' } as const
      expect(compile(masked, single)(...given)).toBeCloseToTensor(value, { atol: 1e-3, rtol: 1e-3 })
      expect(compile(gradient, single)(...given)).toBeCloseToTensor(slopes, { atol: 1e-3, rtol: 1e-3 })
      const batch = given.map((v) => reshape([1, ...v.shape])(tensor(toFlatArray(v)))) as never as readonly [
        never,
        never,
        never
      ]
      expect(vmap(masked)(...batch)).toBeCloseToTensor([toNumber(value)])
      expect(vmap(gradient)(...batch)).toBeCloseToTensor(reshape([1, ...shape])(tensor(toFlatArray(slopes))))
    }
  )

  it('has second derivatives of 0 for what does not count', () => {
    const y = reshape(shape)(tensor(Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 1 : 0))))
    const x = reshape(shape)(tensor([0.2, 0.3, 0.5, NaN, NaN, NaN, 0.1, 0.6, 0.3, Infinity, 0, -Infinity]))
    const second = toFlatArray(hessian((p: Mat) => masked(y, p, tensor([1, 0, 1, 0])))(x))
    const counted = (k: number): boolean => k < 3 || (k >= 6 && k < 9)
    second.forEach((value, at) => {
      const [i, j] = [Math.floor(at / 12), at % 12]
      if (counted(i) && counted(j)) expect(Number.isFinite(value)).toBe(true)
      else expect(value).toBeCloseTo(0, 20)
    })
  })

  it('of nothing is 0', () => {
    const bad = reshape(shape)(tensor(Array.from({ length: 12 }, () => NaN)))
    expect(toNumber(masked(bad, bad, zeros([rows])))).toBe(0)
    expect(toFlatArray(gradient(bad, bad, zeros([rows]))).every((slope) => slope === 0)).toBe(true)
  })

  it(`${elements ? 'takes' : 'refuses'} one number for each element`, () => {
    const y = reshape(shape)(tensor(Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 1 : 0))))
    const x = reshape(shape)(tensor(Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 0.5 : 0.25))))
    const mask = reshape(shape)(tensor(Array.from({ length: 12 }, (_, i) => (i === 4 || i === 6 ? 1 : 0))))
    if (elements)
      expect(toNumber(masked(y, x, mask))).toBeCloseTo(toNumber(loss(tensor([0, 1]))(tensor([0.25, 0.5]))), 12)
    else
      expect(errorOf(() => masked(y, x, mask))).toBe(
        `ShapeError: ${name}: mask of shape [4, 3] for predictions [4, 3]; give one number for each example, [4] or [4, 1]`
      )
  })

  it('refuses a mask of another shape, or of other numbers', () => {
    const y = reshape(shape)(tensor(Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 1 : 0))))
    for (const wrong of [[3], [1, 4], [5, 1], [2, 4, 3]])
      expect(errorOf(() => masked(y, y, ones(wrong)))).toMatch(
        `ShapeError: ${name}: mask of shape [${wrong.join(', ')}] for predictions [4, 3]; give one number for each example`
      )
    expect(errorOf(() => masked(y, y, tensor([1, 0, 2, 1]) as never))).toBe(
      `ValueError: ${name}: mask must be of 0 and 1, got 2 at position 2`
    )
    expect(errorOf(() => loss(y, ones([4]) as never)(y))).toMatch('write { mask } for a mask')
    const wrong = compile(masked)(y, y, tensor([1, 0, 2, 1]))
    expect(toNumber(wrong)).toBeNaN()
  })
})

describe('a mask of losses', () => {
  it('of as many numbers as there are rows is of rows, though there are as many columns', () => {
    const [y, x] = [zeros([2, 2]), tensor([[1, 2], [30, 40]])] // prettier-ignore
    expect(toNumber(nn.meanSquaredError(y, { mask: tensor([1, 0]) })(x))).toBe((1 + 4) / 2)
    expect(toNumber(nn.meanSquaredError(y, { mask: tensor([[1, 0]]) })(x))).toBe((1 + 900) / 2)
  })

  it('leaves labels out that are no classes, such as -1', () => {
    const z = tensor([[1, -2, 0.5], [0, 3, 1], [2, 2, 2]]) // prettier-ignore
    const mask = tensor([1, 0, 1])
    const expected = toNumber(nn.sparseSoftmaxCrossEntropy([2, 0])(take({ axis: 0 })([0, 2])(z)))
    expect(toNumber(nn.sparseSoftmaxCrossEntropy([2, -1, 0], { mask })(z))).toBeCloseTo(expected, 12)
    expect(toNumber(nn.sparseSoftmaxCrossEntropy(tensor([2, 99, 0]), { mask })(z))).toBeCloseTo(expected, 12)
    expect(toNumber(nn.sparseCategoricalCrossEntropy([2, NaN, 0], { mask })(softmax(z)))).toBeCloseTo(expected, 12)
    expect(errorOf(() => nn.sparseSoftmaxCrossEntropy([2, 0, -1], { mask })(z))).toMatch('IndexError')
    const program = compile((labels: Vec<3>, scores: Tensor<[3, 3]>) =>
      nn.sparseSoftmaxCrossEntropy(labels, { mask: greaterEqual(0)(labels) })(scores)
    )
    expect(toNumber(program(tensor([2, -1, 0]), z))).toBeCloseTo(expected, 12)
  })

  it('made of the targets goes with every batch of a training', () => {
    const unknown = -1
    const loss = (y: Mat): ((x: Mat) => Scalar) => nn.meanSquaredError(y, { mask: greaterEqual(0)(y) })
    const problem = {
      model: nn.dense({ inputs: 1, outputs: 1 }),
      loss: loss as (y: Tensor<[number, 1]>) => (x: Tensor<[number, 1]>) => Scalar,
      optimizer: optim.sgd({ learningRate: 0.1 })
    }
    const data = {
      inputs: tensor([[0], [1], [2], [3]]),
      targets: tensor([[1], [3], [unknown], [7]])
    }
    const trained = pipe(train.start(problem)(key(0)), train.fit(problem, { epochs: 400, batchSize: 2 })(data))
    const after = E.isRight(trained) ? nn.predict(problem.model)(trained.right.params, [])(data.inputs) : null
    expect(after === null ? [] : toFlatArray(after)[2]).toBeCloseTo(5, 2)
  })

  it('is checked against the number of examples whatever the rank', () => {
    const three = (v: readonly number[]): Tensor => reshape([2, 2, 2])(tensor(v) as never)
    const y = three([1, 0, 0, 1, 1, 0, 0, 1])
    const x = three([0, 0, 1, 1, 5, 5, 2, 2])
    const mask = tensor([[1, 0], [0, 1]]) as unknown as Tensor // prettier-ignore
    expect(toNumber(nn.softmaxCrossEntropy(y, { mask })(x))).toBeCloseTo(Math.LN2, 12)
  })
})

it('options that are not known are refused by losses, reductions and softmax', () => {
  const targets = tensor([[1, 0]])
  const misspelt = { msk: tensor([[1, 0]]) } as never
  const calls: readonly (() => unknown)[] = [
    () => nn.meanSquaredError(targets, misspelt),
    () => nn.softmaxCrossEntropy(targets, misspelt),
    () => nn.sparseSoftmaxCrossEntropy([1], misspelt),
    () => softmax(misspelt)
  ]
  calls.forEach((call) => {
    expect(call).toThrow(/^\w+: msk is not known; there is (axis, )?mask$/)
  })
  expect(() => mean(misspelt)).toThrow('mean: msk is not known; there is axis, keepDims, mask')
})
