import { fc, test } from '../support/property.ts'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import type { Key } from '../../src/random/index.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Scalar, Tensor } from '../../src/tensor/tensor.ts'
import * as train from '../../src/train/index.ts'
import {
  anyBatchSize,
  anyKey,
  anyRows,
  dataFor,
  expectSame,
  few,
  lossesOf,
  onlyLooking,
  plain,
  right
} from './support.ts'

/** Examples that are their own numbers, met by a model that passes them on: which ones each batch held, in order. */
const met = (rows: number, settings: { epochs: number; batchSize: number; shuffle?: boolean }, key: Key) => {
  const batches: number[][] = []
  const numbers = tensor(Array.from({ length: rows }, (_, i) => [i])) as Tensor<[number, 1]>
  const loss =
    (targets: Tensor<[number, 1]>) =>
    (predictions: Tensor<[number, 1]>): Scalar => {
      batches.push(toFlatArray(targets))
      return nn.meanSquaredError(targets)(predictions)
    }
  const problem = { ...onlyLooking, loss }
  const state = pipe(
    train.start(problem)(key),
    train.fit(problem, settings)({ inputs: numbers, targets: numbers }),
    right
  )
  // before the first step the loss is asked whether it takes the targets
  expect(batches.shift()).toEqual(upTo(rows))
  const each = Math.ceil(rows / settings.batchSize)
  const epochs = Array.from({ length: settings.epochs }, (_, i) => batches.slice(i * each, (i + 1) * each))
  expect(batches.length).toBe(each * settings.epochs)
  return { epochs, losses: lossesOf(state) }
}

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

describe('an epoch', () => {
  test.prop([anyKey, anyRows, anyBatchSize], few)(
    'meets every example once, in batches of the size asked for and perhaps a short last one',
    (key, rows, batchSize) => {
      for (const batches of met(rows, { epochs: 3, batchSize }, key).epochs) {
        expect(batches.flat().sort((a, b) => a - b)).toEqual(upTo(rows))
        expect(batches.slice(0, -1).every((batch) => batch.length === batchSize)).toBe(true)
      }
    }
  )

  test.prop([anyKey, anyRows, anyBatchSize], few)('keeps inputs and targets together', (key, rows, batchSize) => {
    expect(met(rows, { epochs: 2, batchSize }, key).losses).toEqual([0, 0])
  })

  test.prop([anyKey, anyBatchSize], few)('has an order of its own, which the key decides', (key, batchSize) => {
    const settings = { epochs: 3, batchSize }
    const orders = met(24, settings, key).epochs
    expect(met(24, settings, { ...key }).epochs).toEqual(orders)
    expect(new Set(orders.map((batches) => batches.flat().join())).size).toBe(3)
    expect(met(24, settings, random.foldIn(0)(key)).epochs).not.toEqual(orders)
  })

  test.prop([anyKey, anyBatchSize, anyBatchSize], few)(
    'has the same order whatever the size of a batch',
    (key, one, other) => {
      const order = (batchSize: number) =>
        met(20, { epochs: 2, batchSize }, key).epochs.map((batches) => batches.flat())
      expect(order(one)).toEqual(order(other))
    }
  )

  test.prop([anyKey, anyRows, anyBatchSize], few)(
    'takes the examples as they come when not to shuffle',
    (key, rows, batchSize) => {
      const { epochs } = met(rows, { epochs: 2, batchSize, shuffle: false }, key)
      for (const batches of epochs) expect(batches.flat()).toEqual(upTo(rows))
    }
  )

  test.prop([anyKey, anyRows, fc.integer({ min: 0, max: 100 })], few)(
    'is one step when a batch could hold more than there is',
    (key, rows, more) => {
      const data = dataFor(rows)(key)
      const run = (batchSize: number) =>
        pipe(train.start(plain)(key), train.fit(plain, { epochs: 2, batchSize, shuffle: false })(data), right)
      expectSame(run(rows + more), run(rows))
      expect(run(rows + more).step).toBe(2)
    }
  )
})

describe('the loss of an epoch', () => {
  const still = { ...plain, optimizer: optim.sgd({ learningRate: 0 }) }

  test.prop([anyKey, anyRows, anyBatchSize], few)(
    'is the mean over the examples, a short last batch counted by its size',
    (key, rows, batchSize) => {
      const data = dataFor(rows)(key)
      const state = pipe(train.start(still)(key), train.fit(still, { epochs: 2, batchSize })(data), right)
      const whole = toNumber(
        nn.meanSquaredError(data.targets)(nn.predict(plain.model)(state.params, [])<[number]>(data.inputs))
      )
      for (const loss of lossesOf(state)) expect(Math.abs(loss - whole)).toBeLessThanOrEqual(1e-13 * whole)
    }
  )

  test.prop([anyKey, anyRows], few)('is the loss before the step when there is one', (key, rows) => {
    const data = dataFor(rows)(key)
    const start = train.start(plain)(key)
    const state = pipe(
      start,
      train.fit(plain, { epochs: 1, batchSize: rows, shuffle: false, compile: false })(data),
      right
    )
    const step = train.step(plain)(data)(start)
    expect(state.history[0]!.loss).toBeCloseTo(toNumber(step.loss), 14)
    expectSame(state.params, step.state.params)
  })

  it('weighs 2 and 1 examples, where the mean of the batches would be another', () => {
    const looking = { ...onlyLooking, loss: nn.meanSquaredError }
    const data = {
      inputs: tensor([[0], [0], [0]]) as Tensor<[number, 1]>,
      targets: tensor([[1], [1], [4]]) as Tensor<[number, 1]>
    }
    const state = pipe(
      train.start(looking)(random.key(0)),
      train.fit(looking, { epochs: 1, batchSize: 2, shuffle: false, compile: false })(data),
      right
    )
    // (1 · 2 + 16 · 1) / 3, not (1 + 16) / 2, nor (1 + 16) / 1 as when divided by the full batches
    expect(lossesOf(state)).toEqual([6])
  })

  test.prop([anyKey], few)('has the penalty in it, once', (key) => {
    const data = dataFor(7)(key)
    const loss = (problem: typeof still) =>
      pipe(train.start(problem)(key), train.fit(problem, { epochs: 1, batchSize: 2 })(data), right, lossesOf)[0]!
    const penalty = nn.l2({ strength: 3 })
    const own = toNumber(penalty(train.start(still)(key).params))
    expect(loss({ ...still, penalty } as never)).toBeCloseTo(loss(still) + own, 9)
  })
})
