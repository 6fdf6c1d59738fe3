/** The time of an epoch does not depend on the epochs before it, whatever looks at them. */
import { inspect } from 'util'
import { describe, expect, it } from 'vitest'
import { xor } from '../../src/data/index.ts'
import * as nn from '../../src/nn/index.ts'
import { tanh } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as random from '../../src/random/index.ts'
import * as train from '../../src/train/index.ts'
import { right } from './support.ts'

const problem = {
  model: nn.sequential(nn.dense({ inputs: 2, outputs: 8, activation: tanh }), nn.dense({ inputs: 8, outputs: 1 })),
  loss: nn.binaryCrossEntropyWithLogits,
  optimizer: optim.sgd({ learningRate: 0.1 })
}
const start = train.start(problem)(random.key(0))
/** The same state with a history so long that going through it takes many times as long as an epoch. */
const late: typeof start = {
  ...start,
  epoch: 100_000,
  history: Array.from({ length: 100_000 }, (_, i) => ({ epoch: i + 1, loss: 1 / (i + 1) }))
}
const settings = { epochs: 200, batchSize: 4 }

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!

type Settings = Partial<train.FitSettings<(typeof start)['params'], (typeof start)['modelState'], [2], [1]>>

/** How many times as long an epoch takes after many than after none, by the times at which epochs end, in turns. */
const growth = (endsFrom: (state: typeof start) => readonly number[]): number => {
  const times = (state: typeof start): number => {
    const ends = endsFrom(state)
    return median(ends.slice(1).map((end, i) => end - ends[i]!))
  }
  return Math.min(...[1, 2, 3].map(() => (times(start), times(late) / times(start))))
}

/** The same, of a run with a rule that notes the time after each epoch. */
const growthWith = (more: Settings): number =>
  growth((state) => {
    const ends: number[] = []
    const clock: train.StoppingRule = train.rule({
      figures: ['loss'],
      from: state.epoch,
      init: false,
      step: () => {
        ends.push(performance.now())
        return false
      },
      value: () => false
    })
    const stop = more.stop === undefined ? clock : train.or(more.stop)(clock)
    right(train.fit(problem, { ...settings, ...more, stop })(xor)(state))
    return ends
  })

describe('an epoch takes no longer for the epochs before it', () => {
  // a copy of the history alone would take some ten times as long as the epoch
  const most = 3

  it.each<[string, Settings]>([
    ['by itself', {}],
    ['with an observer that looks at nothing', { observers: [() => undefined] }],
    ['with an observer of the last figures', { observers: [({ history }) => history.at(-1)!.loss] }],
    ['with patience', { stop: train.patience({ figure: 'loss', patience: 1e6 }) }],
    ['with a target', { stop: train.reaches({ figure: 'loss', target: -1 }) }],
    ['with both', { stop: train.and(train.reaches({ figure: 'loss', target: -1 }))(train.patience({ figure: 'loss', patience: 1e6 })) }], // prettier-ignore
    ['with a plateau', { rateFactor: train.reduceOnPlateau({ figure: 'loss', patience: 1e6 }) }],
    ['with plain functions of the history', { stop: ({ length }) => length < 0, rateFactor: (history) => 1 + 0 * history.length }], // prettier-ignore
    ['by the reference', { compile: false, observers: [() => undefined] }]
  ])('%s', (_, more) => {
    expect(growthWith(more)).toBeLessThan(most)
  })

  it('as train.epochs gives them', () => {
    const endsFrom = (from: typeof start): readonly number[] => {
      const ends: number[] = []
      for (const state of train.epochs(problem, { batchSize: 4 })(xor)(from)) {
        ends.push(performance.now())
        if (right(state).epoch === from.epoch + 200) break
      }
      return ends
    }
    expect(growth(endsFrom)).toBeLessThan(most)
  })
})

describe('a run of one epoch takes no longer for the epochs before it', () => {
  const one = (more: Settings) => (state: typeof start) =>
    right(train.fit(problem, { epochs: 1, batchSize: 4, ...more })(xor)(state))
  const rules: Settings = {
    stop: train.or(train.reaches({ figure: 'loss', target: -1 }))(train.patience({ figure: 'loss', patience: 1e6 })),
    rateFactor: train.reduceOnPlateau({ figure: 'loss', patience: 1e6 }),
    observers: [({ history }) => history.at(-1)!.loss]
  }

  it('reading the records of a history from outside once, and of its own never', () => {
    let reads = 0
    const count = <T extends object>(x: T): T =>
      new Proxy(Object.freeze(x), {
        get: (target, key) => {
          reads++
          return Reflect.get(target, key) as unknown
        }
      })
    const history = Array.from({ length: 1000 }, (_, i) => count({ epoch: i + 1, loss: 1 / (i + 1) }))
    const first = one(rules)({ ...start, epoch: 1000, history })
    expect(reads).toBeGreaterThan(1000)
    reads = 0
    const last = Array.from({ length: 5 }).reduce<typeof start>((state) => one(rules)(state), first)
    // where the records of these data begin is found by halving
    expect(reads).toBeLessThan(5 * 50)
    expect(last.history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 1006 }, (_, i) => i + 1))
  })

  it.each<[string, Settings]>([
    ['by itself', {}],
    ['with rules and an observer', rules]
  ])('%s', (_, more) => {
    const endsFrom = (state: typeof start): readonly number[] => {
      const ends: number[] = []
      Array.from({ length: 60 }).reduce<typeof start>((now) => {
        const next = one(more)(now)
        ends.push(performance.now())
        return next
      }, one(more)(state))
      return ends
    }
    expect(growth(endsFrom)).toBeLessThan(3)
  })

  it('though several go on from the same state, in turns or one within another', () => {
    const began = one({})(start)
    const records = (state: typeof start) => state.history.map(({ epoch, loss }) => [epoch, loss])
    const slow = { ...problem, optimizer: optim.sgd({ learningRate: 1e-6 }) }
    const alone = right(train.fit(problem, { epochs: 3, batchSize: 4 })(xor)(start))
    const [a, b] = [problem, slow].map((own) => train.epochs(own, { batchSize: 4 })(xor)(began)[Symbol.iterator]())
    const next = (run: typeof a) => right(run!.next().value as Parameters<typeof right>[0]) as typeof start
    const [a2, b2, a3, b3] = [next(a), next(b), next(a), next(b)]
    expect(records(a3)).toEqual(records(alone))
    expect(records(a2)).toEqual(records(alone).slice(0, 2))
    expect(records(b3).slice(0, 2)).toEqual(records(b2))
    expect(records(b2)[1]).toEqual(records(a2)[1])
    expect(records(b3)[2]).not.toEqual(records(a3)[2])
    expect(records(one({})(one({})(began)))).toEqual(records(alone))
    expect(records(began)).toEqual(records(alone).slice(0, 1))
  })
})

describe('the history of a state that fit answers', () => {
  const result = right(train.fit(problem, { epochs: 3, batchSize: 4 })(xor)(start))

  it('is one array, which nobody can write to', () => {
    expect(result.history).toBe(result.history)
    expect(() => (result.history as train.EpochRecord[]).push({ epoch: 4, loss: 0 })).toThrow(TypeError)
    expect(() => Object.assign(result, { history: [] })).toThrow(TypeError)
    expect(result.history).toHaveLength(3)
  })

  it('is printed and written with the rest of the state', () => {
    const plain = { ...result, history: [...result.history] }
    expect(inspect(result, { depth: 9 })).toBe(inspect(plain, { depth: 9 }))
    expect(JSON.stringify(result)).toBe(JSON.stringify(plain))
    expect(Object.keys(result)).toEqual(Object.keys(plain))
  })
})

describe('the history of a state while a run goes on', () => {
  type State = typeof start
  const seen: State[] = []
  const result = right(
    train.fit(problem, { epochs: 5, batchSize: 4, observers: [(state) => seen.push(state)] })(xor)(start)
  )
  const history = result.history.slice(0, 3)
  const view = seen[2]!.history

  it('is what it was at its time, though the run went on', () => {
    expect(view).toEqual(history)
    expect([...view]).toEqual(history)
    expect(view.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
    expect([view.length, view.at(-1), view[2], view[3]]).toEqual([3, history[2], history[2], undefined])
    expect([Array.isArray(view), 2 in view, 3 in view, Object.keys(view)]).toEqual([true, true, false, ['0', '1', '2']])
  })

  it('is copied to an array that can be cloned', () => {
    expect(structuredClone([...view])).toEqual(history)
  })

  it('is written and printed as an array', () => {
    expect(JSON.stringify(view)).toBe(JSON.stringify(history))
    expect(inspect(view)).toBe(inspect(history))
  })

  it.each<[string, (view: train.EpochRecord[]) => unknown]>([
    ['a further record', (rows) => rows.push({ epoch: 9, loss: 0 })],
    ['a record less', (rows) => rows.pop()],
    ['another record', (rows) => (rows[0] = { epoch: 9, loss: 0 })],
    ['another length', (rows) => (rows.length = 0)],
    ['another order', (rows) => rows.sort(() => -1)]
  ])('cannot be given %s', (_, change) => {
    expect(() => change(view as train.EpochRecord[])).toThrow(TypeError)
    expect(view).toEqual(history)
  })

  it('is an array of its own in what fit answers', () => {
    expect(structuredClone(result.history)).toEqual(seen[4]!.history)
  })

  it('comes with the figures of the epoch', () => {
    const figures: train.EpochRecord[] = []
    const state = right(
      train.fit(problem, { epochs: 3, batchSize: 4, observers: [(_, record) => figures.push(record)] })(xor)(start)
    )
    expect(figures).toEqual(state.history)
  })
})
