/** What losses and metrics make of numbers outside their domain: an error, or NaN, and never a plain number. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile/index.ts'
import * as nn from '../../src/nn/index.ts'
import { reshape, oneHot, softmax, sum } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import { key } from '../../src/random/key.ts'
import { ones, tensor } from '../../src/tensor/construct.ts'
import { toArray, toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Mat, Scalar, Tensor } from '../../src/tensor/tensor.ts'
import * as train from '../../src/train/index.ts'
import { grad } from '../../src/transform/grad.ts'
import { hessian } from '../../src/transform/jacobian.ts'
import { vmap } from '../../src/transform/vmap.ts'
import { fc, test } from '../support/property.ts'
import { errorOf } from './support.ts'

type Pair = (y: Mat, x: Mat) => Scalar

const hasNaN = (x: Tensor): boolean => toFlatArray(x).some(Number.isNaN)

/** What a loss of a batch gives by each way of running it. */
const everywhere = (loss: Pair, y: Mat, x: Mat): Readonly<Record<string, Tensor>> => {
  const one = (v: Mat): Tensor<[1, number, number]> => reshape([1, ...v.shape])(tensor(toFlatArray(v)))
  const gradient = (t: Mat, p: Mat): Mat => grad((q: Mat) => loss(t, q))(p)
  const single = { precision: 'single' } as const
  return {
    program: compile(loss)(y, x),
    'single program': compile(loss, single)(y, x),
    mapped: vmap(loss)(one(y) as never, one(x) as never),
    'program of a gradient': compile(gradient)(y, x),
    'single program of a gradient': compile(gradient, single)(y, x),
    'mapped gradient': vmap(gradient)(one(y) as never, one(x) as never)
  }
}

const expectNaN = (results: Readonly<Record<string, Tensor>>): void => {
  expect(Object.entries(results).flatMap(([way, x]) => (hasNaN(x) ? [] : [[way, toFlatArray(x)]]))).toEqual([])
}

describe('a cross-entropy of numbers that are not probabilities', () => {
  const wrong: Readonly<Record<string, readonly [nn.Loss, Mat, Mat]>> = {
    'logits as probabilities of two classes': [nn.binaryCrossEntropy, tensor([[1], [0]]), tensor([[3], [-2]])],
    'above 1 where the target is 1': [nn.binaryCrossEntropy, tensor([[1]]), tensor([[1.001]])],
    'below 0 where the target is 0': [nn.binaryCrossEntropy, tensor([[0]]), tensor([[-1e-30]])],
    'logits as probabilities of classes': [nn.categoricalCrossEntropy, tensor([[1, 0]]), tensor([[3, -1]])],
    'a row that adds up to half': [nn.categoricalCrossEntropy, tensor([[1, 0]]), tensor([[0.25, 0.25]])],
    'a row that adds up to four': [nn.categoricalCrossEntropy, tensor([[0, 1]]), tensor([[2, 2]])],
    'a row of zeros': [nn.categoricalCrossEntropy, tensor([[0, 1]]), tensor([[0, 0]])],
    'a row that adds up to 1 by a negative number': [
      nn.categoricalCrossEntropy,
      tensor([[1, 0]]),
      tensor([[1.5, -0.5]])
    ],
    'one such row among others': [
      nn.categoricalCrossEntropy,
      tensor([[1, 0], [1, 0]]), // prettier-ignore
      tensor([[0.5, 0.5], [0.7, 0.7]]) // prettier-ignore
    ]
  }

  it.each(Object.entries(wrong))('is NaN, and so is its gradient: %s', (_, [loss, y, x]) => {
    const f = (p: Mat): Scalar => loss(y)(p)
    expectNaN({
      value: f(x),
      gradient: grad(f)(x),
      'second derivatives': hessian(f)(x),
      ...everywhere((t, p) => loss(t)(p), y, x)
    })
  })

  it.each([
    ['binaryCrossEntropy', 1, tensor([[0], [1]])], // prettier-ignore
    ['categoricalCrossEntropy', 2, tensor([[0, 1], [1, 0]])] // prettier-ignore
  ] as const)('ends a training with what was not a probability, compiled or not: %s', (name, outputs, targets) => {
    const problem = {
      model: nn.dense({ inputs: 1, outputs, weight: nn.constant(3) }),
      loss: (y: Mat) => nn[name](y) as (x: Mat) => Scalar,
      optimizer: optim.sgd({ learningRate: 0.1 })
    }
    const set = { inputs: tensor([[-1], [1]]), targets: targets as Mat }
    for (const withProgram of [true, false]) {
      const settings = { epochs: 3, batchSize: 2, shuffle: false, compile: withProgram }
      const trained = train.fit(problem as never, settings)(set)(train.start(problem as never)(key(0)))
      // an output of −3 is 3 below 0, and one of 3 is 2 above 1
      expect(E.isLeft(trained) && train.showError(trained.left)).toMatch(
        /epoch 1, step 1: the loss is NaN.* log .*\(-3 at/
      )
    }
  })

  it('is a number for what softmax gives, in single precision too', () => {
    const logits = reshape([4, 1000])(tensor(Array.from({ length: 4000 }, (_, i) => Math.sin(i) * 9)))
    const labels = oneHot(1000)([1, 20, 300, 999])
    const f = (z: Mat): Scalar => nn.categoricalCrossEntropy(labels as Mat)(softmax(z))
    const exact = toNumber(nn.softmaxCrossEntropy(labels as Mat)(logits as Mat))
    expect(toNumber(f(logits))).toBeCloseTo(exact, 9)
    expect(toNumber(compile(f, { precision: 'single' })(logits))).toBeCloseTo(exact, 4)
  })
})

describe('a cross-entropy of targets that are not probabilities', () => {
  const even = tensor([[0.5, 0.5]])
  const losses: Readonly<Record<string, readonly [nn.Loss, readonly Mat[], string]>> = {
    binaryCrossEntropy: [
      nn.binaryCrossEntropy,
      [tensor([[2, 0]]), tensor([[-1, 0]]), tensor([[NaN, 0]])],
      'targets must be from 0 to 1, got'
    ],
    binaryCrossEntropyWithLogits: [
      nn.binaryCrossEntropyWithLogits,
      [tensor([[2, 0]]), tensor([[-1, 0]]), tensor([[NaN, 0]])],
      'targets must be from 0 to 1, got'
    ],
    categoricalCrossEntropy: [
      nn.categoricalCrossEntropy,
      [tensor([[0, 0]]), tensor([[1, 1]]), tensor([[0.5, 0.4]]), tensor([[1.5, -0.5]]), tensor([[NaN, 1]])],
      'row 0 of the targets is'
    ],
    softmaxCrossEntropy: [
      nn.softmaxCrossEntropy,
      [tensor([[0, 0]]), tensor([[1, 1]]), tensor([[0.5, 0.4]]), tensor([[1.5, -0.5]]), tensor([[NaN, 1]])],
      'row 0 of the targets is'
    ]
  }

  it.each(Object.entries(losses))('is refused where they are known, and NaN where they are not: %s', (name, entry) => {
    const [loss, wrong, message] = entry
    for (const y of wrong) {
      expect(errorOf(() => loss(y)(even as Mat))).toMatch(`ValueError: ${name}: ${message}`)
      expectNaN(everywhere((t, p) => loss(t)(p), y, even))
    }
  })

  it('is told by `fit` before the first step, as data', () => {
    const problem = {
      model: nn.dense({ inputs: 1, outputs: 2 }),
      loss: nn.softmaxCrossEntropy,
      optimizer: optim.sgd({ learningRate: 0.1 })
    }
    const set = { inputs: tensor([[0], [1]]), targets: tensor([[1, 0], [0, 0]]) } // prettier-ignore
    const trained = train.fit(problem, { epochs: 1, batchSize: 1 })(set)(train.start(problem)(key(0)))
    expect(E.isLeft(trained) && train.showError(trained.left)).toContain(
      'softmaxCrossEntropy: row 0 of the targets is [0, 0]; a row must be numbers from 0 to 1 that add up to 1'
    )
  })

  it('is NaN in the derivatives by the targets too, where they are not known', () => {
    const uneven = tensor([[0.3, 0.6]])
    const byTargets = compile((y: Mat) => grad((t: Mat) => nn.softmaxCrossEntropy(t)(even as Mat))(y))
    expect(toFlatArray(byTargets(tensor([[1, 1]]) as Mat)).every(Number.isNaN)).toBe(true)
    const byTarget = compile((y: Mat) => grad((t: Mat) => nn.binaryCrossEntropy(t)(uneven as Mat))(y))
    expect(toFlatArray(byTarget(tensor([[2, 0]]) as Mat))[0]).toBeNaN()
  })

  it('takes labels that are smoothed or mixed', () => {
    const smooth = tensor([[0.95, 0.05], [0.3, 0.7]]) // prettier-ignore
    expect(toNumber(nn.softmaxCrossEntropy(smooth)(tensor([[0, 0], [0, 0]])))).toBeCloseTo(Math.LN2, 14) // prettier-ignore
  })

  it('has the derivative by the targets too, where one of them is 0', () => {
    const p = tensor([[0.2, 0.8]])
    const byLabels = grad((y: Mat) => nn.categoricalCrossEntropy(y)(p as Mat))(tensor([[0, 1]]))
    expect(toFlatArray(byLabels)).toEqual([-Math.log(0.2), -Math.log(0.8)])
    const z = tensor([[-2, 3]])
    const bySigmoid = grad((y: Mat) => nn.binaryCrossEntropyWithLogits(y)(z as Mat))(tensor([[0, 1]]))
    // d/dy of y · softplus(−z) + (1 − y) · softplus(z) is −z
    expect(toFlatArray(bySigmoid).map((v) => v * 2)).toEqual([expect.closeTo(2, 14), expect.closeTo(-3, 14)])
  })
})

describe('one class, which is always right', () => {
  const column = tensor([[0], [1]]) as unknown as Mat
  const cases: Readonly<Record<string, readonly [() => unknown, string]>> = {
    softmaxCrossEntropy: [() => nn.softmaxCrossEntropy(column)(column), 'use binaryCrossEntropyWithLogits'],
    categoricalCrossEntropy: [() => nn.categoricalCrossEntropy(column)(column), 'use binaryCrossEntropy '],
    sparseSoftmaxCrossEntropy: [
      () => nn.sparseSoftmaxCrossEntropy([0, 0])(column as never),
      'use binaryCrossEntropyWithLogits'
    ],
    sparseCategoricalCrossEntropy: [
      () => nn.sparseCategoricalCrossEntropy([0, 0])(column as never),
      'use binaryCrossEntropy '
    ],
    categoricalAccuracy: [() => nn.categoricalAccuracy(column)(column), 'use binaryAccuracy'],
    topKAccuracy: [() => nn.topKAccuracy({ k: 1 })(column)(column), 'use binaryAccuracy'],
    confusionMatrix: [() => nn.confusionMatrix(column)(column), 'use binaryConfusionMatrix'],
    precision: [() => nn.precision({ average: 'macro' })(column)(column), 'use precision without average'],
    recall: [() => nn.recall({ average: 'micro' })(column)(column), 'use recall without average'],
    f1: [() => nn.f1({ average: 'weighted' })(column)(column), 'use f1 without average'],
    sparse: [() => nn.sparse(nn.topKAccuracy({ k: 1 }))([0, 0])(column as never), 'use a binary metric']
  }

  it.each(Object.entries(cases))('is refused by %s, which names what to use instead', (name, [call, advice]) => {
    expect(errorOf(call)).toMatch(
      `ShapeError: ${name}: needs at least two classes along the last axis, got shape [2, 1]`
    )
    expect(errorOf(call)).toMatch(advice)
  })

  it('is told by `fit` before the first step', () => {
    const problem = {
      model: nn.dense({ inputs: 1, outputs: 1 }),
      loss: nn.softmaxCrossEntropy,
      optimizer: optim.adam({ learningRate: 0.1 }),
      metrics: { accuracy: nn.categoricalAccuracy }
    }
    const data = { inputs: tensor([[0], [1], [2], [3]]), targets: tensor([[0], [0], [1], [1]]) }
    const trained = pipe(train.start(problem)(key(0)), train.fit(problem, { epochs: 2, batchSize: 2 })(data))
    expect(E.isLeft(trained) && train.showError(trained.left)).toContain('needs at least two classes')
  })
})

describe('targets that are not one-hot', () => {
  const scores = tensor([[5, 1, 1], [0, 9, 0], [7, 0, 0]]) as unknown as Mat // prettier-ignore
  const metrics: Readonly<Record<string, (y: Mat) => (x: Mat) => unknown>> = {
    categoricalAccuracy: nn.categoricalAccuracy,
    topKAccuracy: nn.topKAccuracy({ k: 2 }),
    confusionMatrix: nn.confusionMatrix,
    precision: nn.precision({ average: 'macro' }),
    recall: nn.recall({ average: 'micro' }),
    f1: nn.f1({ average: 'weighted' })
  }

  describe.each(Object.entries(metrics))('are refused by %s', (name, metric) => {
    const says = (row: readonly number[], at: number): void => {
      const rows = [0, 1, 2].map((i) => (i === at ? row : [0, 1, 0]))
      const message = errorOf(() => metric(tensor(rows))(scores))
      expect(message).toBe(
        `ValueError: ${name}: row ${at} of the targets is [${row.join(', ')}]; a row must be zeros with a single one, such as oneHot gives`
      )
    }

    it('which names the row', () => {
      for (const row of [[0, 0, 0], [1, 1, 0], [0, 2, 0], [0.5, 0.5, 0], [1, -1, 1], [0, NaN, 1]]) says(row, 1) // prettier-ignore
      says([0, 0, 0], 0)
      says([1, 0, 1], 2)
    })
  })

  test.prop([fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 9 })])(
    'and rows that are count as the labels they were made of',
    (labels) => {
      const counts = toArray(nn.confusionMatrix(oneHot(3)(labels) as Mat)(ones([labels.length, 3]) as Mat))
      expect(counts.map((row) => row[0])).toEqual([0, 1, 2].map((c) => labels.filter((label) => label === c).length))
      expect(toNumber(sum(oneHot(3)(labels)))).toBe(labels.length)
    }
  )
})
