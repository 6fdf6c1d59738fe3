import { fc, test } from '../support/property.ts'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as random from '../../src/random/index.ts'
import * as train from '../../src/train/index.ts'
import { dataFor, plain, right } from './support.ts'

/** A history of one figure. */
const historyOf = (figure: string, values: readonly number[]): readonly train.EpochRecord[] =>
  values.map((value, i) => ({ epoch: i + 1, loss: 0, [figure]: value }))

/** The epoch after which a rule ends training, or none. */
const stopsAfter = (rule: train.StoppingRule, history: readonly train.EpochRecord[]): number | undefined =>
  history.map((_, i) => i + 1).find((epochs) => rule(history.slice(0, epochs)))

const patience = (figure: string, settings: Omit<train.PatienceSettings, 'figure'>, values: readonly number[]) =>
  stopsAfter(train.patience({ figure, ...settings }), historyOf(figure, values))

const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -5, max: 5, noNaN: true }))
const values = fc.array(value, { maxLength: 20 })
const waiting = fc.integer({ min: 1, max: 5 })

describe('patience', () => {
  it.each<[string, number, readonly number[], number | undefined]>([
    ['goes on while a loss falls', 2, [5, 4, 3, 2, 1], undefined],
    ['ends after `patience` epochs without a smaller loss', 2, [3, 2, 2.5, 2.4, 1], 4],
    ['does not take an equal loss for a smaller one', 2, [3, 2, 2, 2, 1], 4],
    ['counts from the best again once it is beaten', 2, [3, 2, 2.5, 1.9, 2.5, 2.4], 6],
    ['compares with the best and not with the epoch before', 3, [1, 5, 4, 3, 2], 4],
    ['ends at once when patience is 1 and the loss rises', 1, [1, 2], 2]
  ])('%s', (_, epochs, losses, expected) => {
    expect(patience('validationLoss', { patience: epochs }, losses)).toBe(expected)
  })

  it('waits for a larger figure when its name does not end in loss', () => {
    expect(patience('validationAccuracy', { patience: 2 }, [0.5, 0.6, 0.7, 0.6, 0.65])).toBe(5)
    expect(patience('accuracy', { patience: 2 }, [0.7, 0.8, 0.9])).toBeUndefined()
  })

  it('is told by mode which way is good', () => {
    expect(patience('perplexity', { patience: 2, mode: 'min' }, [9, 8, 7, 6])).toBeUndefined()
    expect(patience('perplexity', { patience: 2, mode: 'max' }, [9, 8, 7, 6])).toBe(3)
    expect(patience('loss', { patience: 1, mode: 'max' }, [1, 2, 3, 2])).toBe(4)
  })

  it('takes for improvement only what is more than minDelta', () => {
    const losses = [1, 0.95, 0.9, 0.85]
    expect(patience('loss', { patience: 2, minDelta: 0.2 }, losses)).toBe(3)
    expect(patience('loss', { patience: 2, minDelta: 0.04 }, losses)).toBeUndefined()
    // small steps add up: the best is the one that counts, not the epoch before
    expect(patience('loss', { patience: 3, minDelta: 0.08 }, [1, 0.95, 0.9, 0.85, 0.8])).toBeUndefined()
    expect(patience('loss', { patience: 1, minDelta: 0.5 }, [2, 1.5])).toBe(2)
  })

  it('takes no figure that is not a number for the best', () => {
    expect(patience('loss', { patience: 2 }, [NaN, 3, 2, NaN, 1.5])).toBeUndefined()
    expect(patience('loss', { patience: 2 }, [1, NaN, NaN])).toBe(3)
  })

  test.prop([values, waiting])('ends exactly when the best is `patience` epochs ago', (losses, epochs) => {
    const ago = (n: number) => n - 1 - losses.slice(0, n).indexOf(Math.min(...losses.slice(0, n)))
    const expected = losses.map((_, i) => i + 1).find((n) => ago(n) >= epochs)
    expect(patience('loss', { patience: epochs }, losses)).toBe(expected)
  })

  test.prop([values, waiting])('does with a figure to be large what it does with its negative', (figures, epochs) => {
    const negatives = figures.map((x) => -x)
    expect(patience('figure', { patience: epochs, mode: 'max' }, figures)).toBe(
      patience('figure', { patience: epochs, mode: 'min' }, negatives)
    )
  })

  it('of no epochs at all goes on', () => {
    expect(train.patience({ figure: 'validationLoss', patience: 1 })([])).toBe(false)
  })

  it('throws an error for a figure that the history has not got, and names those it has', () => {
    const rule = train.patience({ figure: 'validationLoss', patience: 2 })
    expect(() => rule([{ epoch: 1, loss: 2, accuracy: 0.5 }])).toThrow(
      expect.objectContaining({
        name: 'ValueError',
        message: 'patience: the history has no figure validationLoss; it has epoch, loss, accuracy'
      })
    )
  })

  it.each<[Omit<train.PatienceSettings, 'figure'>, string]>([
    [{ patience: 0 }, 'patience must be a whole number of at least 1, got 0'],
    [{ patience: 1.5 }, 'patience must be a whole number of at least 1, got 1.5'],
    [{ patience: NaN }, 'patience must be a whole number of at least 1, got NaN'],
    [{ patience: 1, minDelta: -1 }, 'minDelta must be a finite number of at least 0, got -1'],
    [{ patience: 1, minDelta: NaN }, 'minDelta must be a finite number of at least 0, got NaN'],
    [{ patience: 1, minDelta: Infinity }, 'minDelta must be a finite number of at least 0, got Infinity']
  ])('refuses %j when it is made', (settings, message) => {
    expect(() => train.patience({ figure: 'loss', ...settings })).toThrow(
      expect.objectContaining({ name: 'ValueError', message: `patience: ${message}` })
    )
  })
})

describe('reaches', () => {
  it('ends once a loss is low enough, or another figure high enough', () => {
    expect(
      stopsAfter(
        train.reaches({ figure: 'loss', target: 0.1 }),
        [1, 0.5, 0.1, 0.01].map((loss, i) => ({ epoch: i + 1, loss }))
      )
    ).toBe(3)
    expect(
      stopsAfter(train.reaches({ figure: 'accuracy', target: 0.9 }), historyOf('accuracy', [0.5, 0.89, 0.91]))
    ).toBe(3)
    expect(stopsAfter(train.reaches({ figure: 'error', target: 1, mode: 'min' }), historyOf('error', [3, 2, 0]))).toBe(
      3
    )
  })

  it('does not end for NaN, nor before there is an epoch', () => {
    const rule = train.reaches({ figure: 'loss', target: 0.1 })
    expect(rule([])).toBe(false)
    expect(rule([{ epoch: 1, loss: NaN }])).toBe(false)
  })
})

describe('rules together', () => {
  const after =
    (epochs: number): train.StoppingRule =>
    (history) =>
      history.length >= epochs
  const epochs = fc.integer({ min: 0, max: 6 })
  const long = historyOf('loss', [1, 1, 1, 1, 1, 1])

  test.prop([epochs, epochs])('end with and when both do, with or when either does', (a, b) => {
    for (const history of long.map((_, i) => long.slice(0, i))) {
      expect(train.and(after(a))(after(b))(history)).toBe(history.length >= Math.max(a, b))
      expect(train.or(after(a))(after(b))(history)).toBe(history.length >= Math.min(a, b))
    }
  })

  it('may be nested, and read in order', () => {
    const rule = pipe(after(5), train.and(after(2)), train.or(after(3)))
    expect(stopsAfter(rule, long)).toBe(3)
  })
})

describe('fit with a rule', () => {
  const data = dataFor(8)(random.key(1))
  const start = train.start(plain)(random.key(0))
  const fit = (epochs: number, stop?: train.StoppingRule) =>
    train.fit(plain, { epochs, batchSize: 4, ...(stop === undefined ? {} : { stop }) })(data)

  it('ends after the epoch at which the rule holds', () => {
    const state = right(fit(10, ({ length }) => length === 3)(start))
    expect(state.epoch).toBe(3)
    expect(state.history).toEqual(right(fit(3)(start)).history)
  })

  it('ends at the number of epochs when the rule never holds', () => {
    expect(right(fit(4, () => false)(start)).epoch).toBe(4)
  })

  it('is not asked before the first epoch', () => {
    expect(right(fit(4, () => true)(start)).epoch).toBe(1)
    expect(right(fit(0, () => true)(start)).epoch).toBe(0)
  })

  it('looks at the whole history, also of training that was resumed', () => {
    const stop = train.reaches({ figure: 'epoch', target: 5 })
    const parts = pipe(right(fit(3, stop)(start)), fit(10, stop), right)
    expect(parts).toEqual(right(fit(10, stop)(start)))
    expect(parts.epoch).toBe(5)
  })

  it('stops early when the validation data stop getting better', () => {
    const settings = { epochs: 500, batchSize: 8, validation: dataFor(8)(random.key(2)) }
    const stop = train.patience({ figure: 'validationLoss', patience: 5 })
    const { history } = right(train.fit(plain, { ...settings, stop })(data)(start))
    const losses = history.map(({ validationLoss }) => validationLoss!)
    expect(history.length).toBeLessThan(500)
    expect(losses.length - 1 - losses.indexOf(Math.min(...losses))).toBe(5)
  })
})
