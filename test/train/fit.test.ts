import { fc, test } from '../support/property.ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import * as random from '../../src/random/index.ts'
import { greater } from '../../src/ops/index.ts'
import { scalar } from '../../src/tensor/construct.ts'
import { toNumber } from '../../src/tensor/read.ts'
import * as train from '../../src/train/index.ts'
import { anyKey, dataFor, drawing, expectSame, few, plain, right } from './support.ts'

const classifying = {
  ...plain,
  loss: nn.binaryCrossEntropyWithLogits,
  metrics: { accuracy: nn.binaryAccuracy({ threshold: 0 }) }
}

const labelled = (rows: number) => (key: random.Key) => {
  const { inputs, targets } = dataFor(rows)(key)
  return { inputs, targets: greater(scalar(0))(targets) }
}

describe('fit', () => {
  test.prop([anyKey], few)('for no epochs gives the very state it was given', (key) => {
    const start = train.start(drawing)(key)
    expect(right(train.fit(drawing, { epochs: 0, batchSize: 3 })(dataFor(4)(key))(start))).toBe(start)
  })

  test.prop([anyKey, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 12 })], few)(
    'counts epochs and steps',
    (key, epochs, batchSize) => {
      const state = pipe(train.start(plain)(key), train.fit(plain, { epochs, batchSize })(dataFor(10)(key)), right)
      expect([state.epoch, state.step]).toEqual([epochs, epochs * Math.ceil(10 / batchSize)])
      expect(state.history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: epochs }, (_, i) => i + 1))
    }
  )

  test.prop([anyKey], few)('changes neither the data nor the state it was given', (key) => {
    const [data, start] = [dataFor(9)(key), train.start(drawing)(key)]
    const first = train.fit(drawing, { epochs: 2, batchSize: 4 })(data)(start)
    expectSame(train.fit(drawing, { epochs: 2, batchSize: 4 })(data)(start), first)
    expect([start.epoch, start.step, start.history]).toEqual([0, 0, []])
    expectSame(data, dataFor(9)(key))
  })
})

describe('the history', () => {
  test.prop([anyKey], few)(
    'has loss and accuracy, of the validation data too, as they are at the end of the epoch',
    (key) => {
      const [data, validation] = [labelled(14)(key), labelled(9)(random.foldIn(1)(key))]
      const state = pipe(
        train.start(classifying)(key),
        train.fit(classifying, { epochs: 2, batchSize: 5, validation })(data),
        right
      )
      const last = state.history[1]!
      const predict = nn.predict(classifying.model)(state.params, [])
      const [own, held] = [predict<[number]>(data.inputs), predict<[number]>(validation.inputs)]
      expect(Object.keys(last)).toEqual(['epoch', 'loss', 'accuracy', 'validationLoss', 'validationAccuracy'])
      expect(last.accuracy).toBe(nn.binaryAccuracy({ threshold: 0 })(data.targets)(own))
      expect(last.validationLoss).toBeCloseTo(toNumber(nn.binaryCrossEntropyWithLogits(validation.targets)(held)), 12)
      expect(last.validationAccuracy).toBe(nn.binaryAccuracy({ threshold: 0 })(validation.targets)(held))
    }
  )

  it('has the loss alone when nothing else is asked for', () => {
    const state = pipe(
      train.start(plain)(random.key(0)),
      train.fit(plain, { epochs: 1, batchSize: 3 })(dataFor(4)(random.key(1))),
      right
    )
    expect(state.history.map((record) => Object.keys(record))).toEqual([['epoch', 'loss']])
  })

  it('has the validation loss without metrics, and metrics without validation', () => {
    const data = labelled(6)(random.key(1))
    const start = train.start(classifying)(random.key(0))
    const { metrics: _, ...bare } = classifying
    const figures = <P, St>(result: E.Either<train.TrainingError, train.TrainState<P, St>>) =>
      Object.keys(right(result).history[0]!)
    expect(figures(train.fit(bare, { epochs: 1, batchSize: 3, validation: data })(data)(start))).toEqual([
      'epoch',
      'loss',
      'validationLoss'
    ])
    expect(figures(train.fit(classifying, { epochs: 1, batchSize: 3 })(data)(start))).toEqual([
      'epoch',
      'loss',
      'accuracy'
    ])
  })

  test.prop([anyKey], few)('has the validation loss without the penalty, which is no figure of the data', (key) => {
    const data = labelled(6)(key)
    const last = (problem: typeof classifying) =>
      pipe(
        train.start(problem)(key),
        train.fit(problem, { epochs: 1, batchSize: 6, shuffle: false, validation: data })(data),
        right
      ).history[0]!
    const weighty = last({ ...classifying, penalty: () => scalar(1000) } as never)
    expect(weighty.validationLoss).toBe(last(classifying).validationLoss)
    expect(weighty.loss).toBeCloseTo(last(classifying).loss + 1000, 9)
  })
})

describe('observers', () => {
  const data = dataFor(6)(random.key(1))
  const start = train.start(drawing)(random.key(0))
  const fit = (observers: readonly ((state: typeof start) => void)[]) =>
    right(train.fit(drawing, { epochs: 3, batchSize: 4, observers })(data)(start))

  it('receive the state after each epoch, one after the other', () => {
    const seen: (readonly [string, number, number])[] = []
    fit([
      ({ epoch, history }) => seen.push(['first', epoch, history.length]),
      ({ epoch, history }) => seen.push(['second', epoch, history.length])
    ])
    expect(seen).toEqual(
      [1, 2, 3].flatMap((n) => [
        ['first', n, n],
        ['second', n, n]
      ])
    )
  })

  it('receive states that are all their own, and the last is the result', () => {
    const seen: (typeof start)[] = []
    const result = fit([(state) => seen.push(state)])
    expectSame(seen[2], result)
    expectSame(seen[0], right(train.fit(drawing, { epochs: 1, batchSize: 4 })(data)(start)))
  })

  it('change nothing by being there, whatever they return', () => {
    expectSame(fit([() => ({ epoch: 99 })]), fit([]))
  })

  it.each<[string, (state: never) => unknown]>([
    ['a parameter', (state: { params: [{ bias: unknown }] }) => (state.params[0].bias = null)],
    ['the list of layers', (state: { params: unknown[] }) => state.params.pop()],
    ['the optimizer’s memory', (state: { optimizerState: unknown[] }) => (state.optimizerState[0] = null)],
    ['the history', (state: { history: unknown[] }) => state.history.pop()],
    ['a figure', (state: { history: { loss: number }[] }) => (state.history[0]!.loss = 0)],
    ['the step', (state: { step: number }) => (state.step = 0)]
  ])('cannot change %s', (_, change) => {
    expect(() => fit([change as () => void])).toThrow(TypeError)
  })

  it('cannot change the figures that the history holds', () => {
    const observers = [
      (_: unknown, figures: { readonly loss: number }) => {
        ;(figures as { loss: number }).loss = 99
      }
    ]
    expect(() => train.fit(drawing, { epochs: 3, batchSize: 4, observers })(data)(start)).toThrow(TypeError)
  })

  it('and rules read a history that began as the caller’s own, which stays as it was', () => {
    const own = { epoch: 1, loss: 5 }
    const from = { ...start, epoch: 1, step: 2, history: [own] }
    const seen: boolean[] = []
    const stop = (history: readonly object[]): boolean => {
      seen.push(history.every((record) => Object.isFrozen(record)))
      return false
    }
    const after = right(train.fit(drawing, { epochs: 1, batchSize: 4, stop, observers: [() => undefined] })(data)(from))
    expect(after.history[0]).toEqual(own)
    expect(seen).toEqual([true])
    expect(Object.isFrozen(own)).toBe(false)
  })

  it('do not freeze the state that training began with', () => {
    fit([() => undefined])
    expect(Object.isFrozen(start)).toBe(false)
    expect(Object.isFrozen(start.params)).toBe(false)
  })

  it('do not see an epoch that diverged', () => {
    const seen: number[] = []
    const wild = { ...plain, loss: () => () => scalar(NaN) }
    const result = train.fit(wild, { epochs: 3, batchSize: 4, observers: [({ epoch }) => seen.push(epoch)] })(data)(
      train.start(wild)(random.key(0))
    )
    expect(E.isLeft(result)).toBe(true)
    expect(seen).toEqual([])
  })
})

describe('epochs', () => {
  const data = dataFor(6)(random.key(1))
  const start = train.start(drawing)(random.key(0))

  it('are without end, and computed as they are asked for', () => {
    const calls: number[] = []
    const problem = { ...drawing, metrics: { calls: () => () => calls.push(0) } }
    const states = train.epochs(problem, { batchSize: 4 })(data)(start)
    expect(calls.length).toBe(0)
    const taken: number[] = []
    // and one call more: before the first step, whether the metric takes the targets
    for (const state of states) {
      taken.push(right(state).epoch)
      expect(calls.length).toBe(1 + taken.length)
      if (taken.length === 3) break
    }
    expect(taken).toEqual([1, 2, 3])
    expect(calls.length).toBe(4)
  })

  it('are the same when gone through again', () => {
    const states = train.epochs(drawing, { batchSize: 4 })(data)(start)
    const two = (): unknown => {
      const each = states[Symbol.iterator]()
      return [each.next().value, each.next().value]
    }
    expectSame(two(), two())
  })

  it('end with the error, when there is one', () => {
    const wild = { ...plain, loss: () => () => scalar(NaN) }
    const all = [...train.epochs(wild, { batchSize: 4 })(data)(train.start(wild)(random.key(0)))]
    expect(all.map(({ _tag }) => _tag)).toEqual(['Left'])
  })

  it('are nothing but faults for settings that are wrong', () => {
    expect([...train.epochs(drawing, { batchSize: 0 })(data)(start)]).toEqual([
      E.left({
        _tag: 'InvalidSettings',
        faults: [{ path: 'batchSize', message: 'needs a whole number of at least 1, got 0' }]
      })
    ])
  })
})
