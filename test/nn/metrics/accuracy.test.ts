import { fc, test } from '../../support/property.ts'
import { describe, expect, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { take, oneHot, sigmoid, softmax } from '../../../src/ops/index.ts'
import { tensor, zeros } from '../../../src/tensor/construct.ts'
import { as, toArray } from '../../../src/tensor/read.ts'
import type { Mat, Tensor, Vec } from '../../../src/tensor/tensor.ts'
import { vmap } from '../../../src/transform/vmap.ts'
import { errorOf, tensorOf } from '../support.ts'

describe('binary accuracy', () => {
  const y = tensor([[1], [0], [1], [0]])

  it('is the share on the right side of the threshold, which itself predicts 0', () => {
    expect(nn.binaryAccuracy()(y)(tensor([[0.9], [0.5], [0.5], [0.1]]))).toBe(0.75)
    expect(nn.binaryAccuracy({ threshold: 0.4 })(y)(tensor([[0.9], [0.5], [0.5], [0.1]]))).toBe(0.75)
    expect(nn.binaryAccuracy()(y)(y)).toBe(1)
    expect(nn.binaryAccuracy({ threshold: 0 })(y)(tensor([[3], [0], [-1], [-2]]))).toBe(0.75)
  })

  // a logit of 1e-300 is above 0, but its probability rounds to 0.5
  const anyLogit = fc.double({ min: -4, max: 4, noNaN: true }).filter((z) => z === 0 || Math.abs(z) > 1e-9)

  test.prop([tensorOf([6], fc.constantFrom(0, 1)), tensorOf([6], anyLogit)])(
    'of logits is that of their sigmoid',
    (t, z) => {
      expect(nn.binaryAccuracy({ threshold: 0 })(t)(z)).toBe(nn.binaryAccuracy()(t)(sigmoid(z)))
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
    expect(errorOf(() => nn.binaryAccuracy({ threshold: 0 })(zeros([0]))(zeros([0])))).toBe(
      'ShapeError: binaryAccuracy: cannot average an empty tensor: shape [0] is empty'
    )
    expect(errorOf(() => nn.binaryAccuracy()(tensor([0, 0.5]))(tensor([0, 0])))).toBe(
      'ValueError: binaryAccuracy: targets must be 0 or 1, got 0.5 at position 1'
    )
    for (const threshold of [Infinity, NaN])
      expect(errorOf(() => nn.binaryAccuracy({ threshold }))).toMatch(
        'binaryAccuracy: threshold must be a finite number'
      )
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
    expect(nn.sparse(nn.categoricalAccuracy)([1, 0, 0, 2])(scores)).toBe(1)
    expect(nn.sparse(nn.categoricalAccuracy)([1, 0, 1, 2])(scores)).toBe(0.75)
    expect(nn.sparse(nn.categoricalAccuracy)(tensor([0, 1, 2, 0]))(scores)).toBe(0)
    expect(nn.categoricalAccuracy(oneHot(3)(tensor([1, 0, 1, 2])))(scores)).toBe(0.75)
  })

  test.prop([fc.array(fc.nat(2), { minLength: 5, maxLength: 5 }), tensorOf([5, 3], fc.integer({ min: -9, max: 9 }))])(
    'does not depend on whether targets are labels or one-hot rows, or scores are logits or their softmax',
    (labels, z) => {
      const accuracy = nn.sparse(nn.categoricalAccuracy)(labels)(z)
      expect(nn.categoricalAccuracy(oneHot(3)(labels) as Mat)(z)).toBe(accuracy)
      expect(nn.sparse(nn.categoricalAccuracy)(labels)(softmax(z))).toBe(accuracy)
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
      nn.sparse(nn.categoricalAccuracy)([0, 0])(
        tensor([
          [NaN, 0],
          [1, 0]
        ])
      )
    ).toBe(0.5)
    expect(
      nn.categoricalAccuracy(
        tensor([
          [1, 0],
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
    expect(errorOf(() => nn.sparse(nn.categoricalAccuracy)([1])(scores))).toBe(
      'ShapeError: sparse: 1 labels need predictions of shape [1, classes], got [4, 3]'
    )
    expect(errorOf(() => nn.sparse(nn.categoricalAccuracy)([0, 0, 3, 0])(scores))).toBe(
      'IndexError: sparse: label 3 at position 2 is not a class; use whole numbers from 0 to 2'
    )
    expect(errorOf(() => nn.sparse(nn.categoricalAccuracy)([0, 0, 0.5, 0])(scores))).toMatch('label 0.5 at position 2')
    expect(errorOf(() => nn.sparse(nn.categoricalAccuracy)([])(zeros([0, 0])))).toMatch(
      'sparse: cannot average an empty tensor'
    )
    const column: Tensor = zeros([4, 1])
    expect(errorOf(() => nn.categoricalAccuracy(column)(scores))).toMatch('predictions [4, 3] and targets [4, 1]')
    expect(errorOf(() => nn.categoricalAccuracy(tensor(1))(tensor(1)))).toMatch('needs shape [...batch, classes]')
    expect(
      errorOf(() => nn.sparse(nn.categoricalAccuracy)(as([4])(tensor([0, 1, 2, 0])))(tensor([0, 1, 2, 0]) as never))
    ).toMatch('4 labels need predictions of shape [4, classes], got [4]')
  })
})

describe('top-k accuracy', () => {
  const scores = tensor([
    [0.1, 0.7, 0.2],
    [0.6, 0.1, 0.3],
    [0.4, 0.4, 0.2],
    [-5, -6, -4]
  ])
  const top = (k: number) => nn.sparse(nn.topKAccuracy({ k }))

  it('is the share of rows in which the target is among the k largest, the first of equals first', () => {
    expect([1, 2, 3].map((k) => top(k)([2, 2, 1, 1])(scores))).toEqual([0, 0.75, 1])
    expect([1, 2].map((k) => top(k)([0, 1, 0, 0])(scores))).toEqual([0.25, 0.5])
    expect(top(1)([1, 1])(tensor([[2, 2], [2, 2]]))).toBe(0) // prettier-ignore
    expect(nn.topKAccuracy({ k: 2 })(tensor([[[0, 1, 0]]]))(tensor([[[3, 2, 1]]]))).toBe(1)
  })

  const anyScores = tensorOf([6, 4], fc.integer({ min: -3, max: 3 }))
  const anyLabels = fc.array(fc.nat(3), { minLength: 6, maxLength: 6 })

  test.prop([anyLabels, anyScores, fc.integer({ min: 1, max: 4 })])(
    'is what sorting the scores gives, for any k',
    (labels, z, k) => {
      const right = toArray(z).filter((row, i) => {
        const order = row.map((score, j) => ({ score, j })).sort((a, b) => b.score - a.score || a.j - b.j)
        return order.slice(0, k).some(({ j }) => j === labels[i])
      })
      expect(top(k)(labels)(z)).toBe(right.length / 6)
    }
  )

  test.prop([anyLabels, anyScores])('is the accuracy for one, and 1 for all, and grows with k', (labels, z) => {
    const [one, two, three, all] = [1, 2, 3, 4].map((k) => top(k)(labels)(z)) as [number, number, number, number]
    expect([one, all]).toEqual([nn.sparse(nn.categoricalAccuracy)(labels)(z), 1])
    expect(one <= two && two <= three && three <= all).toBe(true)
    expect(nn.categoricalAccuracy(oneHot(4)(labels) as Mat)(z)).toBe(one)
  })

  test.prop([anyLabels, anyScores, fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 })])(
    'takes no notice of the order of the examples',
    (labels, z, order) => {
      const shuffled = order.map((i) => labels[i]!)
      expect(top(2)(shuffled)(take({ axis: 0 })(order)(z) as never)).toBe(top(2)(labels)(z))
    }
  )

  it('takes a row with a NaN for wrong, whatever k', () => {
    expect(top(2)([0, 1])(tensor([[NaN, 1], [0, 1]]))).toBe(0.5) // prettier-ignore
  })

  it('refuses what it cannot count', () => {
    for (const k of [0, 1.5, -1, NaN, Infinity, '2' as never])
      expect(errorOf(() => nn.topKAccuracy({ k }))).toMatch(
        'ValueError: topKAccuracy: k must be a whole number of at least 1'
      )
    expect(errorOf(() => nn.topKAccuracy(undefined as never))).toBe(
      'ValueError: topKAccuracy: needs settings { k }, got undefined'
    )
    expect(errorOf(() => top(4)([0, 0, 0, 0])(scores))).toBe(
      'ValueError: topKAccuracy: k must be at most the number of classes, 3, got 4'
    )
    // @ts-expect-error labels beside rows of scores
    expect(errorOf(() => nn.topKAccuracy({ k: 1 })(tensor([0, 1, 2, 0]))(scores))).toBe(
      'ShapeError: topKAccuracy: predictions [4, 3] and targets [4] must have the same shape; reshape one of them'
    )
    expect(errorOf(() => nn.topKAccuracy({ k: 1 })(tensor(1))(tensor(1)))).toMatch('needs shape [...batch, classes]')
  })
})

describe('a metric of labels', () => {
  const scores = tensor([
    [2, 1],
    [0, 3]
  ])

  it('is that of rows with a one, for labels as an array or as a vector', () => {
    expect(nn.sparse(nn.categoricalAccuracy)([0, 0])(scores)).toBe(0.5)
    expect(nn.sparse(nn.categoricalAccuracy)(tensor([0, 1]))(scores)).toBe(1)
    expect(nn.sparse(nn.confusionMatrix)(new Uint8Array([0, 0]))(scores).shape).toEqual([2, 2])
  })

  it('refuses what are no labels, by its own name', () => {
    const accuracy = nn.sparse(nn.categoricalAccuracy)
    expect(errorOf(() => accuracy([0, 2])(scores))).toBe(
      'IndexError: sparse: label 2 at position 1 is not a class; use whole numbers from 0 to 1'
    )
    expect(errorOf(() => accuracy([0.5, 1])(scores))).toMatch('sparse: label 0.5 at position 0')
    expect(errorOf(() => accuracy([0])(scores))).toBe(
      'ShapeError: sparse: 1 labels need predictions of shape [1, classes], got [2, 2]'
    )
    expect(errorOf(() => accuracy([])(zeros([0, 2])))).toMatch('sparse: cannot average an empty tensor')
    expect(errorOf(() => accuracy(null as never)(scores))).toMatch(
      'sparse: labels must be an array or a vector, got null'
    )
    // @ts-expect-error three labels, two rows
    expect(errorOf(() => accuracy(tensor([0, 1, 0]))(scores))).toMatch('3 labels need predictions of shape')
  })
})
