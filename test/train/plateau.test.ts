import { describe, expect, it } from 'vitest'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import * as random from '../../src/random/index.ts'
import { grad } from '../../src/transform/grad.ts'
import { square } from '../../src/ops/index.ts'
import { scalar } from '../../src/tensor/construct.ts'
import { toNumber } from '../../src/tensor/read.ts'
import * as train from '../../src/train/index.ts'
import { fc, test } from '../support/property.ts'
import { anyKey, dataFor, drawing, expectSame, few, left, plain, right } from './support.ts'

const historyOf = (figure: string, values: readonly number[]): readonly train.EpochRecord[] =>
  values.map((value, i) => ({ epoch: i + 1, loss: 0, [figure]: value }))

/** The factor of each epoch, the first included. */
const factors = (settings: Partial<train.PlateauSettings>, values: readonly number[]): readonly number[] => {
  const rule = train.reduceOnPlateau({ figure: 'loss', factor: 0.5, patience: 2, minDelta: 0, ...settings })
  const history = historyOf(settings.figure ?? 'loss', values)
  return Array.from({ length: values.length + 1 }, (_, i) => rule(history.slice(0, i)))
}

describe('reduceOnPlateau', () => {
  it.each<[string, Partial<train.PlateauSettings>, readonly number[], readonly number[]]>([
    ['is 1 before there is an epoch', {}, [], [1]],
    ['is 1 while a loss falls', {}, [4, 3, 2, 1], [1, 1, 1, 1, 1]],
    ['is lowered after `patience` epochs without improvement', {}, [1, 2, 2], [1, 1, 1, 0.5]],
    ['is lowered again after as many more', {}, [1, 2, 2, 2, 2, 2], [1, 1, 1, 0.5, 0.5, 0.25, 0.25]],
    ['counts from the start again when there is a better one', {}, [2, 3, 1, 3, 3], [1, 1, 1, 1, 1, 0.5]],
    ['is never raised again', {}, [1, 2, 2, 0.5, 0.4], [1, 1, 1, 0.5, 0.5, 0.5]],
    ['compares with the best, not with the epoch before', {}, [1, 5, 4, 3], [1, 1, 1, 0.5, 0.5]],
    ['takes an equal loss for no better', {}, [1, 1, 1], [1, 1, 1, 0.5]],
    ['is not lowered below its minimum', { minimum: 0.3 }, [1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 0.5, 0.5, 0.3, 0.3, 0.3]],
    [
      'does not count while it cools down',
      { cooldown: 3 },
      [1, 1, 1, 1, 1, 1, 1, 1],
      [1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25]
    ],
    [
      'knows a better one while it cools down',
      { cooldown: 2, patience: 1 },
      [3, 3, 1, 2, 2],
      [1, 1, 0.5, 0.5, 0.5, 0.25]
    ],
    ['takes for better only what is more than minDelta', { minDelta: 1 }, [5, 4, 3.5], [1, 1, 1, 1]],
    [
      'takes for better only what is more than minDelta from the best',
      { minDelta: 1, patience: 1 },
      [5, 4.5, 3.5],
      [1, 1, 0.5, 0.5]
    ],
    ['takes NaN for no better', {}, [1, NaN, NaN], [1, 1, 1, 0.5]],
    ['waits for a larger accuracy', { figure: 'accuracy' }, [0.5, 0.6, 0.4, 0.6], [1, 1, 1, 1, 0.5]],
    ['is told which way is good', { figure: 'perplexity', mode: 'min' }, [3, 2, 1], [1, 1, 1, 1]]
  ])('%s', (_, settings, values, expected) => {
    expect(factors(settings, values)).toEqual(expected)
  })

  it('has the defaults of its kin: a tenth, after ten epochs without a ten-thousandth', () => {
    const rule = train.reduceOnPlateau({ figure: 'loss' })
    const after = (values: readonly number[]) => rule(historyOf('loss', values))
    const creeping = Array.from({ length: 11 }, (_, i) => 1 - i * 9e-6)
    expect(after(creeping.slice(0, 10))).toBe(1)
    expect(after(creeping)).toBe(0.1)
    expect(after([...creeping.slice(0, 10), 0.9])).toBe(1)
  })

  test.prop([fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }), fc.integer({ min: 1, max: 4 })])(
    'without a cooldown is lowered as often as patience would have ended runs',
    (losses, patience) => {
      // each time it is lowered the count begins anew, the best so far remembered
      const count = losses.reduce(
        ({ best, waited, times }, loss) =>
          loss < best
            ? { best: loss, waited: 0, times }
            : waited + 1 === patience
              ? { best, waited: 0, times: times + 1 }
              : { best, waited: waited + 1, times },
        { best: Infinity, waited: 0, times: 0 }
      )
      expect(factors({ patience }, losses).at(-1)).toBe(0.5 ** count.times)
    }
  )

  it('leaves out epochs of an earlier run that had not got the figure', () => {
    const history = [...historyOf('loss', [1, 2, 3, 4]), ...historyOf('validationLoss', [5, 4])]
    expect(train.reduceOnPlateau({ figure: 'validationLoss', patience: 1 })(history)).toBe(1)
  })

  it('throws an error for a figure that the last epoch has not got', () => {
    const rule = train.reduceOnPlateau({ figure: 'validationLoss' })
    expect(() => rule([{ epoch: 1, loss: 2, accuracy: 0.5 }])).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: 'reduceOnPlateau: the history has no figure validationLoss; it has epoch, loss, accuracy'
      })
    )
  })

  it.each<[Partial<train.PlateauSettings>, string]>([
    [{ factor: 1 }, 'factor must be a number above 0 and below 1, got 1'],
    [{ factor: 0 }, 'factor must be a number above 0 and below 1, got 0'],
    [{ factor: NaN }, 'factor must be a number above 0 and below 1, got NaN'],
    [{ patience: 0 }, 'patience must be a whole number of at least 1, got 0'],
    [{ patience: 1.5 }, 'patience must be a whole number of at least 1, got 1.5'],
    [{ minDelta: -1 }, 'minDelta must be a finite number of at least 0, got -1'],
    [{ cooldown: -1 }, 'cooldown must be a whole number of at least 0, got -1'],
    [{ minimum: 1.5 }, 'minimum must be a probability from 0 to 1, got 1.5'],
    [{ minimum: '0' as never }, 'minimum must be a probability from 0 to 1, got "0"']
  ])('refuses %j when it is made', (settings, message) => {
    expect(() => train.reduceOnPlateau({ figure: 'loss', ...settings })).toThrow(
      expect.objectContaining({ name: 'ValueError', message: `reduceOnPlateau: ${message}` })
    )
  })
})

describe('a factor of the rate', () => {
  const data = dataFor(8)(random.key(1))
  const fit = (rateFactor: train.RateRule | undefined, problem = plain, epochs = 3) =>
    right(
      train.fit(problem, { epochs, batchSize: 4, ...(rateFactor === undefined ? {} : { rateFactor }) })(data)(
        train.start(problem)(random.key(0))
      )
    )

  it('of 1 changes nothing, bit for bit', () => {
    expectSame(
      fit(() => 1),
      fit(undefined)
    )
    expectSame(
      fit(() => 1, drawing),
      fit(undefined, drawing)
    )
  })

  it('of 0 stands still, though the optimiser goes on', () => {
    const adam = { ...plain, optimizer: optim.adam({ learningRate: 0.1 }) }
    const [start, still] = [train.start(adam)(random.key(0)), fit(() => 0, adam)]
    expectSame(still.params, start.params)
    expect(still.step).toBe(6)
    expect(still.history.map(({ loss }) => loss)).not.toContain(NaN)
  })

  it('is that of a smaller learning rate', () => {
    // a power of two, so that the order of the products does not matter
    const half = { ...plain, optimizer: optim.sgd({ learningRate: 0.025 }) }
    expectSame(fit(() => 0.5).params, fit(undefined, half).params)
  })

  it('is asked once before each epoch, with the history so far', () => {
    const asked: number[] = []
    fit((history) => {
      asked.push(history.length)
      return 1
    })
    expect(asked).toEqual([0, 1, 2])
  })

  test.prop([anyKey], few)('moves with the history: two halves of a run are runs of two rates', (key) => {
    const of = (rate: number) => ({ ...plain, optimizer: optim.sgd({ learningRate: rate }) })
    const settings = { epochs: 2, batchSize: 4 }
    const start = train.start(plain)(key)
    const parts = right(train.fit(of(0.0125), settings)(data)(right(train.fit(of(0.05), settings)(data)(start))))
    const rateFactor: train.RateRule = ({ length }) => (length < 2 ? 1 : 0.25)
    expectSame(right(train.fit(plain, { ...settings, epochs: 4, rateFactor })(data)(start)), parts)
  })

  it.each([
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [-0.5, '-0.5'],
    ['1', '"1"']
  ])('of %s is an error that names it, with the epoch and the step', (factor, said) => {
    const rateFactor: train.RateRule = ({ length }) => (length < 2 ? 1 : (factor as number))
    const result = train.fit(plain, { epochs: 3, batchSize: 4, rateFactor })(data)(train.start(plain)(random.key(0)))
    expect(train.showError(left(result))).toBe(
      'training failed in epoch 3, step 5:\n' +
        `  rateFactor: must give a finite number of at least 0, it gave ${said} after 2 epochs`
    )
  })

  it('that is no function is a fault of the settings', () => {
    const result = train.fit(plain, { epochs: 1, batchSize: 4, rateFactor: 0.5 as never })(data)(
      train.start(plain)(random.key(0))
    )
    expect(train.showError(left(result))).toBe(
      'invalid settings:\n  rateFactor: needs a function of the history, got 0.5'
    )
  })
})

describe('a step with a factor', () => {
  it('scales the updates by the factor, and hands on the same state', () => {
    const adam = optim.adam({ learningRate: 0.5 })
    const w = scalar(3)
    const [whole, after] = optim.step(adam)(w, grad(square)(w), adam.init(w))
    const [part, next] = optim.step(adam)(w, grad(square)(w), adam.init(w), scalar(0.25))
    expect(toNumber(part) - 3).toBe((toNumber(whole) - 3) / 4)
    expectSame(next, after)
  })

  it('is a step of training', () => {
    const data = dataFor(4)(random.key(1))
    const start = train.start(plain)(random.key(0))
    const [whole, half] = [train.step(plain)(data)(start), train.step(plain)(data, 0.5)(start)]
    expectSame(half.grads, whole.grads)
    expectSame(half.loss, whole.loss)
    const moved = (to: typeof start.params) => params.sub(start.params)(to)
    expect(
      params.isClose({ atol: 1e-15, rtol: 1e-9 })(params.scale(0.5)(moved(whole.state.params)))(
        moved(half.state.params)
      )
    ).toBe(true)
  })
})
