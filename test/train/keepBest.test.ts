import type * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { mean, mul } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import { ones, zeros } from '../../src/tensor/construct.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import * as train from '../../src/train/index.ts'
import { fc, test } from '../support/property.ts'
import { anyKey, dataFor, drawing, expectSame, few, left, right } from './support.ts'

type Column = Tensor<[number, 1]>

const goodness: train.Metric<[1], [1]> = (targets) => (y) => -toNumber(nn.meanSquaredError(targets)(y))
const problem = { ...drawing, metrics: { fit: goodness } }

/** The states of a number of epochs. */
const statesOf = <S>(states: Iterable<E.Either<train.TrainingError, S>>, n: number): readonly S[] => {
  const each = states[Symbol.iterator]()
  return Array.from({ length: n }, () => right(each.next().value as E.Either<train.TrainingError, S>))
}

const figures = fc.constantFrom('loss', 'fit', 'validationLoss', 'validationFit')
const run = fc.record({ key: anyKey, epochs: fc.integer({ min: 1, max: 8 }), figure: figures })

describe('keepBest', () => {
  test.prop([run], few)('answers the best of the states of epochs, as it was', ({ key, epochs, figure }) => {
    const [data, validation] = [dataFor(6)(key), dataFor(5)(random.foldIn(1)(key))]
    const settings = { batchSize: 4, validation }
    const start = train.start(problem)(key)
    const states = statesOf(train.epochs(problem, settings)(data)(start), epochs)
    const mode = /loss$/i.test(figure) ? 'min' : 'max'
    // the loss of the history is met before the updates of its epoch
    const lossOf = ({ params, modelState }: typeof start) =>
      toNumber(nn.meanSquaredError(data.targets)(nn.predict(problem.model)(params, modelState)<[number]>(data.inputs)))
    const worth = states.map((state) =>
      figure === 'loss' ? -lossOf(state) : (mode === 'min' ? -1 : 1) * state.history.at(-1)![figure]!
    )
    const answer = right(train.fit(problem, { ...settings, epochs, keepBest: { figure, mode } })(data)(start))
    expectSame(answer, states[worth.indexOf(Math.max(...worth))])
    expect(answer.history.length).toBe(answer.epoch)
  })

  test.prop([anyKey], few)('ends where patience does, and shows every state to observers', (key) => {
    const [data, validation] = [dataFor(4)(key), dataFor(9)(random.foldIn(1)(key))]
    const figure = { figure: 'validationLoss' }
    const settings = { epochs: 60, batchSize: 4, validation, stop: train.patience({ ...figure, patience: 3 }) }
    const start = train.start(problem)(key)
    const seen: number[] = []
    const observers = [({ epoch }: typeof start) => seen.push(epoch)]
    const last = right(train.fit(problem, settings)(data)(start))
    const best = right(train.fit(problem, { ...settings, keepBest: figure, observers })(data)(start))
    expect(seen).toEqual(Array.from({ length: last.epoch }, (_, i) => i + 1))
    const losses = last.history.map(({ validationLoss }) => validationLoss!)
    expect(best.history).toEqual(last.history.slice(0, losses.indexOf(Math.min(...losses)) + 1))
    if (last.epoch < 60) expect(best.epoch).toBe(last.epoch - 3)
  })

  test.prop([anyKey], few)('answers a state to train on from, as from any other', (key) => {
    const data = dataFor(6)(key)
    const start = train.start(problem)(key)
    const settings = { epochs: 5, batchSize: 3 }
    const best = right(train.fit(problem, { ...settings, keepBest: { figure: 'loss', mode: 'max' } })(data)(start))
    const fit = (epochs: number) => train.fit(problem, { ...settings, epochs })(data)
    expectSame(right(fit(2)(best)), right(fit(best.epoch + 2)(start)))
  })
})

/** A run whose figure is as written down: the prediction falls by 1 an epoch, and tells which epoch it is. */
const scripted = (script: readonly number[]) => ({
  model: nn.stateless({
    name: 'countdown',
    input: [1],
    output: [1],
    init: (key) => ({ level: nn.constant(0)([1])(key) }),
    apply:
      ({ level }) =>
      (x) =>
        mul(level)(x)
  }),
  loss: () => (y: Column) => mean(y),
  optimizer: optim.sgd({ learningRate: 1 }),
  metrics: { figure: () => (y: Column) => script[-1 - toFlatArray(y)[0]!] ?? NaN }
})

describe('the best state', () => {
  const data = { inputs: ones([1, 1]), targets: zeros([1, 1]) }
  const best = (script: readonly number[], settings: object = {}, epochs = script.length, from?: number) => {
    const task = scripted(script)
    const fit = (given: object) => train.fit(task, { epochs, batchSize: 1, ...given })(data)
    const start = train.start(task)(random.key(0))
    const began = from === undefined ? start : right(fit({ epochs: from })(start))
    return right(fit({ keepBest: { figure: 'figure', mode: 'max', ...settings } })(began)).epoch
  }

  it.each<[string, readonly number[], object, number]>([
    ['is where a figure is largest', [1, 3, 2], {}, 2],
    ['is the first of equals', [1, 3, 3, 2], {}, 2],
    ['is where it is smallest, when told so', [2, 1, 3], { mode: 'min' }, 2],
    ['is the last when each is better', [1, 2, 3], {}, 3],
    ['is the first when each is worse', [3, 2, 1], {}, 1],
    ['is not beaten by less than minDelta', [1, 1.5, 1.9, 2.5], { minDelta: 1 }, 4],
    ['is not beaten by minDelta itself', [1, 1.5, 2], { minDelta: 1 }, 1],
    ['is never one with NaN', [NaN, 1, NaN], {}, 2],
    ['is the last when all are NaN', [NaN, NaN, NaN], {}, 3],
    ['may be infinite', [1, Infinity, 2], {}, 2],
    ['need not be infinite', [-Infinity, 1, 0], {}, 2]
  ])('%s', (_, script, settings, expected) => {
    expect(best(script, settings)).toBe(expected)
  })

  it('is one of this run, and not of what went before', () => {
    expect(best([9, 8, 1, 3, 2], {}, 3, 2)).toBe(4)
  })

  it('is the state that training began with when there was no epoch', () => {
    expect(best([1, 2], {}, 0)).toBe(0)
  })

  it('is not answered when the run diverges', () => {
    const wild = { ...drawing, optimizer: optim.sgd({ learningRate: 1e200 }) }
    const error = pipe(
      train.start(wild)(random.key(0)),
      train.fit(wild, { epochs: 9, batchSize: 6, keepBest: { figure: 'loss' } })(dataFor(6)(random.key(0))),
      left
    )
    expect(error._tag).toBe('Diverged')
  })

  it('is the last one without the setting', () => {
    const task = scripted([3, 2, 1])
    const start = train.start(task)(random.key(0))
    expect(right(train.fit(task, { epochs: 3, batchSize: 1 })(data)(start))).toMatchObject({ epoch: 3 })
  })
})

describe('what to keep', () => {
  const faults = (keepBest: unknown, more: object = {}) => {
    const error = left(
      train.fit(problem, { epochs: 1, batchSize: 2, keepBest, ...more } as never)(dataFor(4)(random.key(0)))(
        train.start(problem)(random.key(0))
      )
    )
    return error._tag === 'InvalidSettings' ? error.faults.map(({ path, message }) => `${path}: ${message}`) : error
  }

  it('is a figure of the run', () => {
    expect(faults({ figure: 'validationLoss' })).toEqual([
      'keepBest.figure: needs one of loss, fit, got "validationLoss"'
    ])
    expect(faults({ figure: 'accuracy' }, { validation: dataFor(2)(random.key(1)) })).toEqual([
      'keepBest.figure: needs one of loss, fit, validationLoss, validationFit, got "accuracy"'
    ])
    expect(faults({})).toEqual(['keepBest.figure: needs one of loss, fit, got undefined'])
  })

  it('is refused with every fault', () => {
    expect(faults({ figure: 3, minDelta: -1, mode: 'most' })).toEqual([
      'keepBest.figure: needs one of loss, fit, got 3',
      'keepBest.minDelta: needs a finite number of at least 0, got -1',
      'keepBest.mode: needs one of min, max, got "most"'
    ])
    expect(faults('loss')).toEqual(['keepBest: needs settings { figure }, got "loss"'])
    expect(faults(null)).toEqual(['keepBest: needs settings { figure }, got null'])
  })
})
