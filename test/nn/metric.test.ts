import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { oneHot, sigmoid, softmax } from '../../src/ops/index.ts'
import { fromRows, tensor, zeros } from '../../src/tensor/construct.ts'
import { as } from '../../src/tensor/read.ts'
import type { Mat, Tensor, Vec } from '../../src/tensor/tensor.ts'
import { vmap } from '../../src/transform/vmap.ts'
import { errorOf, tensorOf } from './support.ts'

describe('binary accuracy', () => {
  const y = tensor([[1], [0], [1], [0]])

  it('is the share on the right side of the threshold, which itself predicts 0', () => {
    expect(nn.binaryAccuracy()(y)(tensor([[0.9], [0.5], [0.5], [0.1]]))).toBe(0.75)
    expect(nn.binaryAccuracy({ threshold: 0.4 })(y)(tensor([[0.9], [0.5], [0.5], [0.1]]))).toBe(0.75)
    expect(nn.binaryAccuracy()(y)(y)).toBe(1)
    expect(nn.binaryAccuracyFromLogits(y)(tensor([[3], [0], [-1], [-2]]))).toBe(0.75)
  })

  // a logit of 1e-300 is above 0, but its probability rounds to 0.5
  const anyLogit = fc.double({ min: -4, max: 4, noNaN: true }).filter((z) => z === 0 || Math.abs(z) > 1e-9)

  test.prop([tensorOf([6], fc.constantFrom(0, 1)), tensorOf([6], anyLogit)])(
    'of logits is that of their sigmoid',
    (t, z) => {
      expect(nn.binaryAccuracyFromLogits(t)(z)).toBe(nn.binaryAccuracy()(t)(sigmoid(z)))
    }
  )

  it('takes a NaN for wrong', () => {
    expect(nn.binaryAccuracy()(y)(tensor([[NaN], [NaN], [NaN], [0]]))).toBe(0.25)
  })

  it('refuses what it cannot count', () => {
    // @ts-expect-error a column beside a vector
    expect(errorOf(() => nn.binaryAccuracy()(y)(zeros([4])))).toBe(
      'ShapeError: binaryAccuracy: predictions [4] and targets [4, 1] must have the same shape; reshape one of them'
    )
    expect(errorOf(() => nn.binaryAccuracyFromLogits(zeros([0]))(zeros([0])))).toBe(
      'ShapeError: binaryAccuracyFromLogits: nothing to take the mean of: shape [0] is empty'
    )
    expect(errorOf(() => nn.binaryAccuracy()(tensor([0, 0.5]))(tensor([0, 0])))).toBe(
      'ValueError: binaryAccuracy: targets must be 0 or 1, got 0.5 at position 1'
    )
    for (const threshold of [-0.1, 1.5, NaN])
      expect(errorOf(() => nn.binaryAccuracy({ threshold }))).toMatch('binaryAccuracy: threshold must be a probability')
    expect(errorOf(() => vmap((x: Vec<1>) => zeros([nn.binaryAccuracy()(tensor([1]))(x)]))(y as never))).toMatch(
      'TracedValueError: binaryAccuracy'
    )
  })
})

describe('categorical accuracy', () => {
  const scores = tensor([
    [0.1, 0.7, 0.2],
    [0.6, 0.1, 0.3],
    [0.4, 0.4, 0.2],
    [-5, -6, -4]
  ])

  it('is the share of rows whose largest score is at the target, the first of equals', () => {
    expect(nn.sparseAccuracy([1, 0, 0, 2])(scores)).toBe(1)
    expect(nn.sparseAccuracy([1, 0, 1, 2])(scores)).toBe(0.75)
    expect(nn.sparseAccuracy(tensor([0, 1, 2, 0]))(scores)).toBe(0)
    expect(nn.categoricalAccuracy(oneHot(3)(tensor([1, 0, 1, 2])))(scores)).toBe(0.75)
  })

  test.prop([fc.array(fc.nat(2), { minLength: 5, maxLength: 5 }), tensorOf([5, 3], fc.integer({ min: -9, max: 9 }))])(
    'is the same of labels and of rows with a one, of logits and of their softmax',
    (labels, z) => {
      const accuracy = nn.sparseAccuracy(labels)(z)
      expect(nn.categoricalAccuracy(oneHot(3)(labels) as Mat)(z)).toBe(accuracy)
      expect(nn.sparseAccuracy(labels)(softmax(z))).toBe(accuracy)
    }
  )

  it('takes any batch dimensions', () => {
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
    expect(
      nn.categoricalAccuracy(t)(
        tensor([
          [
            [1, 2],
            [1, 2]
          ],
          [
            [1, 2],
            [2, 1]
          ]
        ])
      )
    ).toBe(0.5)
    expect(nn.categoricalAccuracy(tensor([0, 1]))(tensor([0.2, 0.8]))).toBe(1)
  })

  it('takes a row with a NaN for wrong', () => {
    expect(
      nn.sparseAccuracy([0, 0])(
        tensor([
          [NaN, 0],
          [1, 0]
        ])
      )
    ).toBe(0.5)
    expect(
      nn.categoricalAccuracy(
        tensor([
          [NaN, 0],
          [1, 0]
        ])
      )(
        tensor([
          [NaN, 0],
          [1, 0]
        ])
      )
    ).toBe(0.5)
  })

  it('refuses what it cannot count', () => {
    expect(errorOf(() => nn.sparseAccuracy([1])(scores))).toBe(
      'ShapeError: sparseAccuracy: 1 labels need predictions of shape [1, classes], got [4, 3]'
    )
    expect(errorOf(() => nn.sparseAccuracy([0, 0, 3, 0])(scores))).toBe(
      'IndexError: sparseAccuracy: label 3 at position 2 is not a class; use whole numbers from 0 to 2'
    )
    expect(errorOf(() => nn.sparseAccuracy([0, 0, 0.5, 0])(scores))).toMatch('label 0.5 at position 2')
    expect(errorOf(() => nn.sparseAccuracy([])(fromRows([])))).toMatch('sparseAccuracy: nothing to take the mean of')
    const column: Tensor = zeros([4, 1])
    expect(errorOf(() => nn.categoricalAccuracy(column)(scores))).toMatch('predictions [4, 3] and targets [4, 1]')
    expect(errorOf(() => nn.categoricalAccuracy(tensor(1))(tensor(1)))).toMatch('needs shape [...batch, classes]')
    expect(errorOf(() => nn.sparseAccuracy(as([4])(tensor([0, 1, 2, 0])))(tensor([0, 1, 2, 0]) as never))).toMatch(
      '4 labels need predictions of shape [4, classes], got [4]'
    )
  })
})
