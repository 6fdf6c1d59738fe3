/** Confusion matrices, and the precision, recall and F1 that are read off them. */
import { fc, test } from '../../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as nn from '../../../src/nn/index.ts'
import { oneHot, transpose } from '../../../src/ops/index.ts'
import { eye, full, ones, tensor, zeros } from '../../../src/tensor/construct.ts'
import { toArray } from '../../../src/tensor/read.ts'
import type { Mat, Tensor, Vec } from '../../../src/tensor/tensor.ts'
import { vmap } from '../../../src/transform/vmap.ts'
import '../../support/matchers.ts'
import { errorOf, tensorOf } from '../support.ts'

/** Rows that predict some classes, whatever the true ones. */
const predicting = (classes: number, predicted: readonly number[]): Mat => oneHot(classes)(predicted)

const examples = 8
const anyClasses = fc.array(fc.nat(2), { minLength: examples, maxLength: examples })
const anyOrder = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: examples })
const names = ['precision', 'recall', 'f1'] as const
const averages = ['macro', 'micro', 'weighted'] as const

const count = (holds: readonly boolean[]): number => holds.filter(Boolean).length
const orZero = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/** Of one class, by its definition. */
const naive = (wanted: readonly number[], got: readonly number[], c: number) => {
  const hits = count(wanted.map((w, i) => w === c && got[i] === c))
  const [support, predicted] = [count(wanted.map((w) => w === c)), count(got.map((p) => p === c))]
  const [precision, recall] = [orZero(hits, predicted), orZero(hits, support)]
  return { precision, recall, f1: orZero(2 * precision * recall, precision + recall), support, predicted }
}

describe('a confusion matrix', () => {
  const scores = tensor([
    [3, 1, 0],
    [0, 2, 2],
    [0.1, 0.2, 0.7],
    [-1, -2, -3]
  ])

  it('counts what was predicted for what: a row for each true class', () => {
    const counts = nn.confusionMatrix(tensor([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]))(scores) // prettier-ignore
    expect(toArray(counts)).toEqual([
      [1, 0, 0],
      [0, 1, 1],
      [1, 0, 0]
    ])
    expectTypeOf(counts).toEqualTypeOf<Tensor<[3, 3]>>()
    expect(toArray(nn.sparse(nn.confusionMatrix)([0, 1, 1, 2])(scores))).toEqual(toArray(counts))
  })

  it('takes any batch dimensions, and a single example', () => {
    const deep = nn.confusionMatrix(tensor([[[1, 0], [0, 1]]]))(tensor([[[0, 1], [0, 1]]])) // prettier-ignore
    expect(toArray(deep)).toEqual([[0, 1], [0, 1]]) // prettier-ignore
    expect(toArray(nn.confusionMatrix(tensor([0, 1]))(tensor([0.2, 0.8])))).toEqual([[0, 0], [0, 1]]) // prettier-ignore
  })

  test.prop([anyClasses, anyClasses])('counts every example once, and on the diagonal what is right', (wanted, got) => {
    const counts = toArray(nn.sparse(nn.confusionMatrix)(wanted)(predicting(3, got) as never))
    for (const i of [0, 1, 2])
      for (const j of [0, 1, 2]) expect(counts[i]![j]).toBe(count(wanted.map((w, k) => w === i && got[k] === j)))
    const right = counts.reduce((total, row, i) => total + row[i]!, 0)
    expect(right / examples).toBe(nn.sparse(nn.categoricalAccuracy)(wanted)(predicting(3, got) as never))
  })

  test.prop([anyClasses, anyClasses])('is transposed when what is true and what is predicted change places', (a, b) => {
    const of = (wanted: readonly number[], got: readonly number[]): Tensor =>
      nn.confusionMatrix(predicting(3, wanted))(predicting(3, got))
    expect(of(b, a)).toBeTensor(transpose(of(a, b) as unknown as Mat<3, 3>))
  })

  test.prop([anyClasses, anyClasses, anyOrder])(
    'takes no notice of the order of the examples',
    (wanted, got, order) => {
      const of = (at: readonly number[]): Tensor =>
        nn.sparse(nn.confusionMatrix)(at.map((i) => wanted[i]!))(
          predicting(
            3,
            at.map((i) => got[i]!)
          ) as never
        )
      expect(of(order)).toBeTensor(of(order.toSorted((a, b) => a - b)))
    }
  )

  it('of two classes goes by a threshold, which itself predicts 0', () => {
    const targets = tensor([[0], [0], [1], [1], [1]])
    const probabilities = tensor([[0.1], [0.8], [0.5], [0.9], [0.51]])
    expect(toArray(nn.binaryConfusionMatrix()(targets)(probabilities))).toEqual([[1, 1], [1, 2]]) // prettier-ignore
    expect(toArray(nn.binaryConfusionMatrix({ threshold: 0.8 })(targets)(probabilities))).toEqual([[2, 0], [2, 1]]) // prettier-ignore
    expect(toArray(nn.binaryConfusionMatrix({ threshold: 0 })(tensor([0, 1]))(tensor([-3, 3])))).toEqual([[1, 0], [0, 1]]) // prettier-ignore
  })

  it('refuses what it cannot count', () => {
    expect(
      errorOf(() =>
        nn.confusionMatrix(eye(2))(
          tensor([
            [1, 0],
            [NaN, 0]
          ])
        )
      )
    ).toBe(
      // prettier-ignore
      'ValueError: confusionMatrix: example 1 has a score of NaN, which predicts nothing'
    )
    expect(
      errorOf(() =>
        nn.confusionMatrix(
          tensor([
            [1, 0],
            [NaN, 0]
          ])
        )(ones([2, 2]))
      )
    ).toBe(
      // prettier-ignore
      'ValueError: confusionMatrix: row 1 of the targets is [NaN, 0]; a row must be zeros with a single one, such as oneHot gives'
    )
    expect(errorOf(() => nn.binaryConfusionMatrix()(zeros([2]))(tensor([NaN, 0])))).toBe(
      'ValueError: binaryConfusionMatrix: example 0 has a score of NaN, which predicts nothing'
    )
    expect(errorOf(() => nn.binaryConfusionMatrix()(tensor([0, 2]))(zeros([2])))).toBe(
      'ValueError: binaryConfusionMatrix: targets must be 0 or 1, got 2 at position 1'
    )
    for (const threshold of [NaN, Infinity, '0.5' as never])
      expect(errorOf(() => nn.binaryConfusionMatrix({ threshold }))).toMatch(
        'ValueError: binaryConfusionMatrix: threshold must be a finite number, got '
      )
    // @ts-expect-error a column beside a vector
    expect(errorOf(() => nn.confusionMatrix(zeros([4, 1]))(zeros([4])))).toMatch('predictions [4] and targets [4, 1]')
    expect(errorOf(() => nn.confusionMatrix(zeros([0, 2]))(zeros([0, 2])))).toMatch('shape [0, 2] is empty')
    expect(errorOf(() => nn.confusionMatrix(tensor(1))(tensor(1)))).toMatch('needs shape [...batch, classes]')
    expect(errorOf(() => vmap((x: Vec<2>) => nn.confusionMatrix(tensor([1, 0]))(x))(ones([3, 2])))).toMatch(
      'TracedValueError'
    )
  })
})

describe('a class report', () => {
  it('has precision, recall, F1 and support of each class, 0 for what cannot be told', () => {
    // class 1 is never predicted, class 3 neither occurs nor is predicted
    const report = nn.classReport(tensor([[3, 0, 1, 0], [2, 0, 0, 0], [1, 0, 5, 0], [0, 0, 0, 0]])) // prettier-ignore
    expectTypeOf(report).toEqualTypeOf<nn.ClassReport<4>>()
    expect(report.precision).toBeCloseToTensor([3 / 6, 0, 5 / 6, 0])
    expect(report.recall).toBeCloseToTensor([3 / 4, 0, 5 / 6, 0])
    expect(report.f1).toBeCloseToTensor([6 / 10, 0, 10 / 12, 0])
    expect(report.support).toBeTensor([4, 2, 6, 0])
  })

  test.prop([anyClasses, anyClasses])('is the definition of each', (wanted, got) => {
    const report = nn.classReport(nn.sparse(nn.confusionMatrix)(wanted)(predicting(3, got) as never))
    const each = [0, 1, 2].map((c) => naive(wanted, got, c))
    for (const name of names) expect(report[name]).toBeCloseToTensor(each.map((score) => score[name]))
    expect(report.support).toBeTensor(each.map(({ support }) => support))
  })

  it('refuses what is no confusion matrix', () => {
    const says = (x: Tensor): string => errorOf(() => nn.classReport(x as never))
    for (const [x, shape] of [
      [zeros([2, 3]), '[2, 3]'],
      [zeros([2]), '[2]'],
      [zeros([0, 0]), '[0, 0]'],
      [ones([1, 1]), '[1, 1]'],
      [full([])(1), '[]']
    ] as const)
      // prettier-ignore
      expect(says(x as unknown as Tensor)).toBe(`ShapeError: classReport: needs counts of shape [classes, classes], of at least two classes, got ${shape}`)
    expect(
      says(
        tensor([
          [1, 2],
          [-1, 0]
        ]) as never
      )
    ).toBe(
      // prettier-ignore
      'ValueError: classReport: row 1, column 0 is -1, which is not a count'
    )
    expect(says(tensor([[1, NaN], [1, 0]]) as never)).toMatch('row 0, column 1 is NaN') // prettier-ignore
    expect(says([[1]] as never)).toMatch('ValueError: classReport: needs a tensor')
    // @ts-expect-error not square
    expect(() => nn.classReport(zeros([2, 3]))).toThrow('needs counts')
  })
})

describe('precision, recall and F1', () => {
  const [y, p] = [tensor([[1], [0], [1], [1], [0]]), tensor([[0.9], [0.8], [0.4], [0.5], [0.2]])]

  it('are those of class 1, by a threshold that itself predicts 0', () => {
    expect([nn.precision()(y)(p), nn.recall()(y)(p), nn.f1()(y)(p)]).toEqual([1 / 2, 1 / 3, 2 / 5])
    const low = { threshold: 0.4 }
    expect([nn.precision(low)(y)(p), nn.recall(low)(y)(p), nn.f1(low)(y)(p)]).toEqual([2 / 3, 2 / 3, 2 / 3])
  })

  it('are 0 where there is nothing to divide by', () => {
    const none = [tensor([0, 0]), tensor([0.1, 0.2])] as const
    for (const name of names) expect(nn[name]()(none[0])(none[1])).toBe(0)
    expect(nn.precision()(tensor([1, 1]))(none[1])).toBe(0)
    expect(nn.recall()(none[0])(tensor([0.9, 0.1]))).toBe(0)
  })

  it('are averaged over the classes that occur, all alike or by their examples', () => {
    // of class 3 there is nothing, true or predicted
    const [wanted, got] = [
      [0, 0, 0, 0, 1, 1, 2, 2],
      [0, 0, 0, 1, 1, 0, 0, 0]
    ]
    const scores = tensor(toArray(predicting(4, got)) as [number, number, number, number][])
    const of = (name: (typeof names)[number], average: nn.Average): number =>
      nn.sparse(nn[name]({ average }))(wanted)(scores as never)
    expect(of('precision', 'macro')).toBeCloseTo((3 / 6 + 1 / 2 + 0) / 3, 14)
    expect(of('recall', 'macro')).toBeCloseTo((3 / 4 + 1 / 2 + 0) / 3, 14)
    expect(of('f1', 'macro')).toBeCloseTo((6 / 10 + 2 / 4 + 0) / 3, 14)
    expect(of('precision', 'weighted')).toBeCloseTo((4 * (3 / 6) + 2 * (1 / 2) + 0) / 8, 14)
    expect(of('f1', 'weighted')).toBeCloseTo((4 * (6 / 10) + 2 * (2 / 4) + 0) / 8, 14)
    expect(names.map((name) => of(name, 'micro'))).toEqual([0.5, 0.5, 0.5])
  })

  test.prop([anyClasses, anyClasses])('of many classes are the means of those of each', (wanted, got) => {
    const each = [0, 1, 2].map((c) => naive(wanted, got, c))
    const occurring = each.filter(({ support, predicted }) => support + predicted > 0)
    for (const name of names) {
      const of = (average: nn.Average): number => nn.sparse(nn[name]({ average }))(wanted)(predicting(3, got) as never)
      const total = (scores: readonly number[]): number => scores.reduce((sum, score) => sum + score, 0)
      expect(of('macro')).toBeCloseTo(total(occurring.map((score) => score[name])) / occurring.length, 12)
      expect(of('weighted')).toBeCloseTo(total(each.map((score) => score[name] * score.support)) / examples, 12)
      expect(of('micro')).toBe(nn.sparse(nn.categoricalAccuracy)(wanted)(predicting(3, got) as never))
    }
  })

  const anyBinary = tensorOf([7], fc.constantFrom(0, 1))

  test.prop([anyBinary, tensorOf([7], fc.double({ min: 0, max: 1, noNaN: true }))])(
    'of two classes are those of class 1 in the report',
    (targets, scores) => {
      const report = nn.classReport(nn.binaryConfusionMatrix()(targets)(scores))
      for (const name of names) expect(nn[name]()(targets)(scores)).toBe(toArray(report[name])[1])
    }
  )

  test.prop([anyClasses, anyClasses, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), anyOrder])(
    'take no notice of the order of the examples and of the names of the classes',
    (wanted, got, renamed, order) => {
      const moved = (classes: readonly number[]): number[] => order.map((i) => renamed[classes[i]!]!)
      for (const name of names)
        for (const average of averages) {
          const of = (a: readonly number[], b: readonly number[]): number =>
            nn[name]({ average })(predicting(3, a))(predicting(3, b))
          expect(of(moved(wanted), moved(got))).toBeCloseTo(of(wanted, got), 12)
          // what is true and what is predicted change places
          if (average === 'macro' && name === 'f1') expect(of(got, wanted)).toBeCloseTo(of(wanted, got), 12)
        }
      const swapped = nn.recall({ average: 'macro' })(predicting(3, got))(predicting(3, wanted))
      expect(swapped).toBeCloseTo(nn.precision({ average: 'macro' })(predicting(3, wanted))(predicting(3, got)), 12)
    }
  )

  it('are NaN where a score is', () => {
    for (const name of names) {
      expect(nn[name]()(tensor([0, 1]))(tensor([NaN, 1]))).toBeNaN()
      expect(nn[name]({ average: 'macro' })(tensor([[0, 1]]))(tensor([[NaN, 1]]))).toBeNaN()
    }
  })

  it('refuse settings and targets that are not valid', () => {
    for (const name of names) {
      expect(errorOf(() => nn[name]({ threshold: NaN }))).toBe(
        `ValueError: ${name}: threshold must be a finite number, got NaN`
      )
      expect(errorOf(() => nn[name]({ average: 'mean' as never }))).toBe(
        `ValueError: ${name}: average must be one of macro, weighted, micro, got "mean"`
      )
      // @ts-expect-error one or the other
      expect(errorOf(() => nn[name]({ average: 'macro', threshold: 0.5 }))).toBe(
        `ValueError: ${name}: threshold is for two classes and average for many; give one of them`
      )
      expect(errorOf(() => nn[name](null as never))).toBe(
        `ValueError: ${name}: needs settings such as { threshold }, got null`
      )
      expect(errorOf(() => nn[name]()(tensor([0, 0.5]))(zeros([2])))).toBe(
        `ValueError: ${name}: targets must be 0 or 1, got 0.5 at position 1`
      )
      // @ts-expect-error a column beside a vector
      expect(errorOf(() => nn[name]()(y)(zeros([5])))).toMatch(`${name}: predictions [5] and targets [5, 1]`)
    }
  })
})
