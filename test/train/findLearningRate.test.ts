import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { log, matmul, mean, mul, neg } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import { ones, zeros } from '../../src/tensor/construct.ts'
import { toNumber } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import * as train from '../../src/train/index.ts'
import { test } from '../support/property.ts'
import { anyKey, dataFor, divergence, drawing, expectSame, few, left, right, snapshot } from './support.ts'

const sgd = (learningRate: number) => optim.sgd({ learningRate })
const dense = { model: nn.dense({ inputs: 2, outputs: 1 }), loss: nn.meanSquaredError, optimizer: sgd }
const dropping = { ...drawing, optimizer: (learningRate: number) => optim.adam({ learningRate }) }

/** A linear function of normal numbers, whose loss is a quadratic bowl. */
const linear =
  <const F extends number>(rows: number, features: F) =>
  (key: random.Key): train.Dataset<[F], [1]> => {
    const [inputKey, weightKey] = random.split(2)(key)
    const inputs: Tensor<[number, F]> = random.normal([rows, features])(inputKey)
    return { inputs, targets: matmul(random.normal([features, 1])(weightKey))(inputs) }
  }

const suggestionOf = (curve: train.RateCurve): number => {
  if (O.isSome(curve.suggestion)) return curve.suggestion.value
  throw new Error('no suggestion')
}

describe('the rate that is suggested', () => {
  test.prop([anyKey], few)('trains a regression, and thirty times it diverges', (key) => {
    const data = linear(200, 5)(key)
    const problem = { ...dense, model: nn.dense({ inputs: 5, outputs: 1 }) }
    const curve = right(train.findLearningRate(problem)(data)(key))
    expect(curve.ended).toBe('Exploded')
    const rate = suggestionOf(curve)
    const losses = (learningRate: number): readonly number[] => {
      const chosen = { ...problem, optimizer: sgd(learningRate) }
      const trained = train.fit(chosen, { epochs: 20, batchSize: 32 })(data)(train.start(chosen)(key))
      return E.isRight(trained) ? trained.right.history.map(({ loss }) => loss) : [1, divergence(trained).loss]
    }
    const [good, bad] = [losses(rate), losses(30 * rate)]
    expect(good.at(-1)! / good[0]!).toBeLessThan(1e-3)
    expect(bad.at(-1)! / bad[0]!).not.toBeLessThan(1e3)
  })

  it('has no value where the loss does not fall', () => {
    const still = { ...dense, optimizer: () => sgd(0) }
    const data = dataFor(4)(random.key(0))
    const curve = right(train.findLearningRate(still, { batchSize: 4, steps: 20 })(data)(random.key(0)))
    expect([curve.suggestion, curve.ended, curve.points.length]).toEqual([O.none, 'Finished', 20])
    const uphill = { ...dense, optimizer: (rate: number) => optim.chain(optim.scale(-1), sgd(rate)) }
    const rising = right(train.findLearningRate(uphill, { batchSize: 4 })(data)(random.key(0)))
    expect([rising.suggestion, rising.ended]).toEqual([O.none, 'Exploded'])
  })

  it('is where the slope of the smoothed curve is steepest', () => {
    // a loss that falls by a hundred times the rate each step, which an exponential rate makes steepest at the end
    const fall = {
      model: nn.stateless({
        name: 'level',
        input: [1],
        output: [1],
        init: () => ({ level: zeros([1]) }),
        apply:
          ({ level }) =>
          (x) =>
            mul(level)(x)
      }),
      loss: () => (y: Tensor<[number, 1]>) => mean(y),
      optimizer: sgd
    }
    const data = { inputs: ones([1, 1]), targets: zeros([1, 1]) }
    const { points, suggestion, ended } = right(
      train.findLearningRate(fall, { from: 1, to: 100, steps: 41 })(data)(random.key(0))
    )
    expect(ended).toBe('Finished')
    // the line at the last point reaches back only, so the steepest is the last but one or so
    const at = points.findIndex(({ rate }) => rate === O.toNullable(suggestion))
    expect(at).toBeGreaterThanOrEqual(38)
    expect(points.at(-1)!.loss).toBeLessThan(-500)
  })
})

describe('the curve', () => {
  test.prop([anyKey], few)('has rates that rise evenly, and averages that are corrected for their start', (key) => {
    const settings = { from: 1e-4, to: 1e-1, steps: 13, smoothing: 0.5, batchSize: 5, explode: 1e9 }
    const { points, ended } = right(train.findLearningRate(dense, settings)(dataFor(12)(key))(key))
    expect(ended).toBe('Finished')
    points.forEach(({ rate, smoothed }, i) => {
      expect(rate).toBeCloseTo(1e-4 * 10 ** (i / 4), 12)
      const weights = points.slice(0, i + 1).map((_, k) => 0.5 ** (i - k))
      const total = weights.reduce((a, b) => a + b)
      const average = weights.reduce((sum, weight, k) => sum + weight * points[k]!.loss, 0) / total
      expect(Math.abs(smoothed - average)).toBeLessThanOrEqual(1e-12 * Math.abs(average))
    })
    expect([points[0]!.rate, points[12]!.rate]).toEqual([1e-4, 1e-1])
  })

  test.prop([anyKey], few)('has the losses of training: the same start, order and dropout', (key) => {
    const data = dataFor(10)(key)
    const fixed = { ...dropping, optimizer: () => optim.adam({ learningRate: 0.05 }) }
    const { points } = right(train.findLearningRate(fixed, { batchSize: 4, steps: 6, explode: 1e9 })(data)(key))
    const problem = { ...drawing, optimizer: fixed.optimizer() }
    const { history } = right(
      train.fit(problem, { epochs: 2, batchSize: 4, compile: false })(data)(train.start(problem)(key))
    )
    const losses = points.map(({ loss }) => loss)
    const epochs = [losses.slice(0, 3), losses.slice(3)].map(
      ([a = NaN, b = NaN, c = NaN]) => (a * 4 + b * 4 + c * 2) / 10
    )
    expect(epochs).toEqual(history.map(({ loss }) => loss))
  })

  test.prop([anyKey], few)('is the same for the same key, and for the state that training begins with', (key) => {
    const data = dataFor(20)(key)
    const found = train.findLearningRate(dropping, { from: 1e-6, batchSize: 8 })(data)
    expectSame(found(key), found(key))
    const start = train.start({ ...dropping, optimizer: dropping.optimizer(1e-6) })(key)
    const before = snapshot(start)
    expectSame(found(start), found(key))
    expectSame(start, before)
  })

  it('begins where a state is, and goes through its coming epochs', () => {
    const data = dataFor(6)(random.key(1))
    const problem = { ...dense, optimizer: sgd(0.05) }
    const trained = right(train.fit(problem, { epochs: 3, batchSize: 2 })(data)(train.start(problem)(random.key(0))))
    const { points } = right(
      train.findLearningRate({ ...dense, optimizer: () => sgd(0.05) }, { batchSize: 2, steps: 3 })(data)(trained)
    )
    const next = right(train.fit(problem, { epochs: 1, batchSize: 2 })(data)(trained))
    expect(points.reduce((sum, { loss }) => sum + loss * 2, 0) / 6).toBe(next.history.at(-1)!.loss)
  })

  it('ends with the first smoothed loss that is `explode` times the least', () => {
    const data = linear(100, 2)(random.key(3))
    for (const explode of [1.5, 4, 20]) {
      const { points, ended } = right(train.findLearningRate(dense, { explode })(data)(random.key(0)))
      expect(ended).toBe('Exploded')
      const ratios = points.map(
        ({ smoothed }, i) => smoothed / Math.min(...points.slice(0, i + 1).map((point) => point.smoothed))
      )
      expect(ratios.findIndex((ratio) => ratio > explode)).toBe(points.length - 1)
    }
  })

  it('ends before a loss that is not finite', () => {
    const data = linear(100, 2)(random.key(3))
    const { points, ended } = right(
      train.findLearningRate(dense, { from: 1, to: 1e300, explode: 1e300 })(data)(random.key(0))
    )
    expect(ended).toBe('NotFinite')
    expect(points.length).toBeGreaterThan(0)
    expect(points.every(({ loss, smoothed }) => Number.isFinite(loss) && Number.isFinite(smoothed))).toBe(true)
  })

  it('counts the penalty', () => {
    const data = dataFor(4)(random.key(0))
    const penalty = nn.l2({ strength: 1 })
    const of = (problem: typeof dense) =>
      right(train.findLearningRate(problem, { batchSize: 4 })(data)(random.key(0))).points[0]!.loss
    const { params } = train.start({ ...dense, optimizer: sgd(0) })(random.key(0))
    expect(of({ ...dense, penalty } as never) - of(dense)).toBeCloseTo(toNumber(penalty(params)), 12)
  })
})

describe('a range test that cannot be made', () => {
  const data = dataFor(4)(random.key(0))

  it('tells every wrong setting at once', () => {
    const settings = { from: 0, to: -1, steps: 2, batchSize: 0.5, smoothing: 1, explode: 1 }
    expect(train.showError(left(train.findLearningRate(dense, settings)(data)(random.key(0))))).toBe(
      [
        'invalid settings:',
        '  from: needs a finite number above 0, got 0',
        '  to: needs a finite number above 0, got -1',
        '  steps: needs a whole number of at least 3, got 2',
        '  batchSize: needs a whole number of at least 1, got 0.5',
        '  smoothing: needs a number of at least 0 and below 1, got 1',
        '  explode: needs a finite number above 1, got 1'
      ].join('\n')
    )
  })

  it.each<[train.FindSettings, string]>([
    [{ from: NaN }, 'from: needs a finite number above 0, got NaN'],
    [{ from: 0.1, to: 0.1 }, 'to: needs a finite number above from (0.1), got 0.1'],
    [{ to: Infinity }, 'to: needs a finite number above 0, got Infinity'],
    [{ smoothing: -0.1 }, 'smoothing: needs a number of at least 0 and below 1, got -0.1'],
    [{ steps: '100' as never }, 'steps: needs a whole number of at least 3, got "100"']
  ])('reports %j', (settings, fault) => {
    expect(train.showError(left(train.findLearningRate(dense, settings)(data)(random.key(0))))).toBe(
      `invalid settings:\n  ${fault}`
    )
  })

  it('tells the faults of data', () => {
    const wrong = { inputs: zeros([4, 3]), targets: zeros([4, 1]) } as never
    expect(left(train.findLearningRate(dense)(wrong)(random.key(0)))).toMatchObject({
      _tag: 'InvalidData',
      faults: [{ path: 'data.inputs' }]
    })
    const wide = { inputs: zeros([4, 2]), targets: zeros([4, 2]) } as never
    expect(left(train.findLearningRate(dense)(wide)(random.key(0)))).toMatchObject({
      _tag: 'InvalidData',
      faults: [{ path: 'data.targets' }]
    })
  })

  it('reports a loss that is not finite from the first', () => {
    const broken = { ...dense, loss: () => (y: Tensor<[number, 1]>) => mean(log(neg(mul(y)(y)))) }
    expect(divergence(train.findLearningRate(broken)(data)(random.key(0)))).toMatchObject({
      epoch: 1,
      step: 1,
      loss: NaN,
      operation: 'log [4, 1]'
    })
  })
})
