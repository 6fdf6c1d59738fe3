/** Rules on figures: folds that are functions of the history, with a direction that is known or asked for. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import * as nn from '../../src/nn/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import { tensor } from '../../src/tensor/construct.ts'
import { toNumber } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import * as train from '../../src/train/index.ts'
import { fc, test } from '../support/property.ts'
import { left, right } from './support.ts'

const figure = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(NaN))
const histories = fc
  .array(fc.record({ loss: figure, validationLoss: fc.option(figure, { nil: undefined }) }), { maxLength: 25 })
  .map((figures) => figures.map((record, i): train.EpochRecord => ({ epoch: i + 1, ...record }) as train.EpochRecord))
const waiting = fc.integer({ min: 1, max: 4 })

/** What a rule says after each epoch, moved on by one epoch at a time. */
const along = <A>(rule: train.HistoryRule<A>, history: readonly train.EpochRecord[]): readonly A[] => {
  let progress = rule.begin!
  return history.map((record, i) => {
    progress = progress.next(record, () => history.slice(0, i + 1))
    return progress.value()
  })
}

describe('a rule, moved on by an epoch at a time, says what it says of the whole history', () => {
  const says = <A>(rule: train.HistoryRule<A>, history: readonly train.EpochRecord[]): void =>
    expect(along(rule, history)).toEqual(history.map((_, i) => rule(history.slice(0, i + 1))))

  test.prop([histories, waiting, fc.nat({ max: 6 })])('when it has patience', (history, patience, from) =>
    says(train.patience({ figure: 'loss', patience, from }), history)
  )
  test.prop([histories, waiting, fc.nat({ max: 3 }), fc.nat({ max: 6 })])(
    'when it lowers the rate on a plateau',
    (history, patience, cooldown, from) =>
      says(train.reduceOnPlateau({ figure: 'loss', patience, cooldown, factor: 0.5, from }), history)
  )
  test.prop([histories, waiting])('when it is made of others, and of plain functions', (history, patience) => {
    const waits = train.patience({ figure: 'loss', patience })
    const long: train.StoppingRule = ({ length }) => length > 3
    says(pipe(waits, train.and(long), train.or(train.reaches({ figure: 'loss', target: 0 }))), history)
  })

  it('reads the figures of all its parts', () => {
    const rule = train.and(train.reaches({ figure: 'accuracy', target: 1 }))(train.patience({ figure: 'loss', patience: 2 })) // prettier-ignore
    expect(rule.figures).toEqual(['loss', 'accuracy'])
  })
})

describe('a rule that counts from an epoch', () => {
  test.prop([histories, histories, waiting])('says what it would say of that history alone', (a, b, patience) => {
    const both = [...a, ...b.map((record) => ({ ...record, epoch: record.epoch + a.length }))]
    const settings = { figure: 'loss', patience }
    expect(train.patience({ ...settings, from: a.length })(both)).toBe(train.patience(settings)(b))
    expect(train.reduceOnPlateau({ ...settings, from: a.length })(both)).toBe(train.reduceOnPlateau(settings)(b))
  })

  const problem = {
    model: nn.dense({ inputs: 1, outputs: 1 }),
    loss: nn.meanSquaredError,
    optimizer: optim.sgd({ learningRate: 0.05 })
  }
  const [first, second] = [
    { inputs: tensor([[0], [1]]), targets: tensor([[1], [3]]) },
    { inputs: tensor([[0], [1]]), targets: tensor([[10], [-30]]) }
  ]
  const settings = { epochs: 200, batchSize: 2 }
  const stop = train.patience({ figure: 'loss', patience: 5 })
  const began = right(train.fit(problem, { ...settings, stop })(first)(train.start(problem)(random.key(0))))

  const epochsOf = (more: Partial<train.FitSettings<unknown, unknown, [1], [1]>>, data: train.Dataset<[1], [1]>) =>
    right(train.fit(problem, { ...settings, stop, ...more })(data)(began)).epoch - began.epoch

  it('does not end a second training, on other data, by what the first one reached', () => {
    expect(epochsOf({}, second)).toBe(200)
  })

  it('does not lower the rate of a second training by what the first one reached', () => {
    const loss = (history: typeof began.history) => {
      const rateFactor = train.reduceOnPlateau({ figure: 'loss', patience: 3 })
      const state = { ...began, history }
      return right(train.fit(problem, { ...settings, epochs: 30, rateFactor })(second)(state)).history.at(-1)!.loss
    }
    expect(loss(began.history)).toBe(loss([]))
    expect(loss(began.history)).toBeLessThan(150)
  })

  describe('on the same data', () => {
    // improvements of less than 100 are none, so it ends a run on the first data after six epochs
    const strict = { ...settings, stop: train.patience({ figure: 'loss', patience: 5, minDelta: 100 }) }
    const more = (state: typeof began, data: train.Dataset<[1], [1]>, validation?: train.Dataset<[1], [1]>) =>
      right(train.fit(problem, validation === undefined ? strict : { ...strict, validation })(data)(state))
    const ended = more(train.start(problem)(random.key(0)), first)
    const State = codec.trainState(train.start(problem)(random.key(0)))
    const loaded = right(codec.parse(State)(codec.print(State)(ended)) as E.Either<train.TrainingError, typeof began>)

    it('goes on counting, be they other tensors, and in a state from a file', () => {
      const again = { inputs: tensor([[0], [1]]), targets: tensor([[1], [3]]) }
      expect(ended.epoch).toBe(6)
      const epochs = [more(ended, first), more(ended, again), more(loaded, first)].map(({ epoch }) => epoch)
      expect(epochs).toEqual([7, 7, 7])
      expect(codec.print(State)(more(loaded, second))).toBe(codec.print(State)(more(ended, second)))
    })

    it('begins anew with other validation data, and when it comes back to them after others', () => {
      expect(more(ended, first, second).epoch).toBe(12)
      const between = right(train.fit(problem, { epochs: 1, batchSize: 2 })(second)(ended))
      expect(more(between, first).epoch).toBe(13)
    })

    it('counts what came of another loss too, unless it is told from where to count', () => {
      const absolute = { ...problem, loss: nn.meanAbsoluteError }
      const stop = (from: number) => train.patience({ figure: 'loss', patience: 5, minDelta: 100, from })
      const epoch = (from: number) => right(train.fit(absolute, { ...settings, stop: stop(from) })(first)(ended)).epoch
      expect([epoch(0), epoch(ended.epoch)]).toEqual([7, 12])
    })
  })

  it('is a plain function of the records on these data too', () => {
    const seen: number[][] = []
    const rule: train.StoppingRule = (history) => (seen.push(history.map(({ epoch }) => epoch)), false)
    right(train.fit(problem, { epochs: 2, batchSize: 2, stop: rule })(second)(began))
    expect(seen).toEqual([[began.epoch + 1], [began.epoch + 1, began.epoch + 2]])
  })

  it.each([-1, 0.5, NaN, '3'])('refuses %s for the epoch', (from) => {
    expect(() => train.patience({ figure: 'loss', patience: 1, from: from as never })).toThrow(
      /^patience: from must be a whole number of at least 0, got /
    )
  })
})

describe('which way a figure is better', () => {
  type Column = Tensor<[number, 1]>
  const meanAbsoluteError = (y: Column) => (x: Column) => toNumber(nn.meanAbsoluteError(y)(x))
  const problemOf = (name: string) => ({
    model: nn.dense({ inputs: 1, outputs: 1, bias: false, weight: nn.constant(1) }),
    loss: nn.meanSquaredError,
    optimizer: optim.sgd({ learningRate: 0.1 }),
    metrics: { [name]: meanAbsoluteError }
  })
  const data = { inputs: tensor([[1]]), targets: tensor([[3]]) }
  const run = (name: string, more: object) => {
    const problem = problemOf(name)
    return train.fit(problem, { epochs: 10, batchSize: 1, ...more })(data)(train.start(problem)(random.key(0)))
  }

  it.each(['meanAbsoluteError', 'mae', 'mse', 'rmse', 'error', 'huber', 'hingeLoss', 'test_loss'])(
    'is known of %s, which is to fall',
    (name) => {
      expect(right(run(name, { keepBest: { figure: name } })).epoch).toBe(10)
      expect(right(run(name, { stop: train.patience({ figure: name, patience: 3 }) })).epoch).toBe(10)
      const reached = right(run(name, { stop: train.reaches({ figure: name, target: 0.5 }) }))
      expect(reached.history.at(-1)![name]).toBeLessThanOrEqual(0.5)
      expect(reached.history.at(-2)![name]).toBeGreaterThan(0.5)
      expect(train.reduceOnPlateau({ figure: name, patience: 1 })(right(run(name, {})).history)).toBe(1)
    }
  )

  it.each(['accuracy', 'precision', 'recall', 'f1', 'auc', 'rocAuc', 'rSquared', 'topKAccuracy', 'validationAccuracy'])(
    'is known of %s, which is to rise',
    (name) => {
      const history = [0.1, 0.2, 0.3].map((value, i) => ({ epoch: i + 1, loss: 1, [name]: value }))
      expect(train.patience({ figure: name, patience: 1 })(history)).toBe(false)
      expect(train.reaches({ figure: name, target: 0.3 })(history)).toBe(true)
    }
  )

  const sentence = (name: string): string =>
    `needs 'min' or 'max': whether ${name} is to fall or to rise is not known by its name`

  it.each(['perplexity', 'score', 'cost', 'gloss', 'distance', 'inaccuracy'])('is asked of %s, not guessed', (name) => {
    const said = (more: object) => train.showError(left(run(name, more)))
    expect(said({ keepBest: { figure: name } })).toBe(`invalid settings:\n  keepBest.mode: ${sentence(name)}`)
    const faulty = `mode ${sentence(name)}`
    const stop = train.patience({ figure: name, patience: 3 })
    expect(said({ stop })).toBe(`invalid settings:\n  stop: ${faulty}`)
    expect(said({ stop: train.or(() => false)(stop) })).toBe(`invalid settings:\n  stop: ${faulty}`)
    expect(said({ stop: train.reaches({ figure: name, target: 3 }) })).toBe(`invalid settings:\n  stop: ${faulty}`)
    expect(said({ rateFactor: train.reduceOnPlateau({ figure: name }) })).toBe(
      `invalid settings:\n  rateFactor: ${faulty}`
    )
    expect(() => stop([{ epoch: 1, loss: 1, [name]: 2 }])).toThrow(`patience: ${faulty}`)
    expect(right(run(name, { keepBest: { figure: name, mode: 'min' } })).epoch).toBe(10)
  })

  it('is asked for in settings files, at its path', () => {
    const read = (more: object) => codec.decode(codec.JsonFitSettings)({ epochs: 1, batchSize: 1, ...more })
    const unsaid = { figure: 'perplexity' }
    const result = read({ patience: { ...unsaid, patience: 3 }, keepBest: unsaid, reduceOnPlateau: unsaid })
    expect(E.isLeft(result) && result.left.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      `patience.mode: ${sentence('perplexity')}`,
      `keepBest.mode: ${sentence('perplexity')}`,
      `reduceOnPlateau.mode: ${sentence('perplexity')}`
    ])
    expect(E.isRight(read({ keepBest: { ...unsaid, mode: 'min' } }))).toBe(true)
  })
})

describe('a rule that writes to the figures', () => {
  it('fails, and changes no history', () => {
    const writes = train.rule({
      figures: ['loss'],
      init: 0,
      step: (_, record) => {
        ;(record as { loss: number }).loss = 99
        return 0
      },
      value: () => false
    })
    const problem = {
      model: nn.dense({ inputs: 1, outputs: 1 }),
      loss: nn.meanSquaredError,
      optimizer: optim.sgd({ learningRate: 0.01 })
    }
    const set = { inputs: tensor([[1], [2]]), targets: tensor([[1], [2]]) }
    const answer = train.fit(problem, { epochs: 2, batchSize: 1, stop: writes })(set)(
      train.start(problem)(random.key(0))
    )
    expect(E.isLeft(answer) && answer.left._tag === 'Failed' && answer.left.faults[0]!.path).toBe('stop')
  })
})

describe('settings of rules that are not known', () => {
  it.each<[string, () => unknown]>([
    ['patience: minDelt is not known; there is figure, patience, minDelta, mode, from', () => train.patience({ figure: 'loss', patience: 1, minDelt: 1 } as never)], // prettier-ignore
    ['reaches: at is not known; there is figure, target, mode', () => train.reaches({ figure: 'loss', target: 1, at: 1 } as never)], // prettier-ignore
    ['reduceOnPlateau: wait is not known; there is figure, factor, patience, minDelta, cooldown, minimum, mode, from', () => train.reduceOnPlateau({ figure: 'loss', wait: 1 } as never)], // prettier-ignore
    ['rule: begin is not known; there is name, figures, init, step, value, from', () => train.rule({ figures: [], init: 0, step: () => 0, value: () => 0, begin: 0 } as never)], // prettier-ignore
    ['reaches: target must be a number other than NaN, got NaN', () => train.reaches({ figure: 'loss', target: NaN })]
  ])('are told: %s', (message, make) => {
    expect(make).toThrow(expect.objectContaining({ name: 'ValueError', message }))
  })
})
