/** What a program of training keeps between epochs and calls: the data, the state, the number of the step. */
import { describe, expect, it } from 'vitest'
import * as nn from '../../src/nn/index.ts'
import { tanh } from '../../src/ops/index.ts'
import * as optim from '../../src/optim/index.ts'
import * as params from '../../src/params/index.ts'
import * as random from '../../src/random/index.ts'
import { tensors } from '../../src/tape/algebra.ts'
import { tensor, zeros } from '../../src/tensor/construct.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import * as train from '../../src/train/index.ts'
import { dataFor, left, lossesOf, right } from './support.ts'

const column = (...values: readonly number[]) => tensor(values.map((x) => [x])) as never
const close = params.isClose({ atol: 1e-10, rtol: 1e-10 })

describe('a program that is used again', () => {
  const problem = {
    model: nn.sequential(nn.dense({ inputs: 2, outputs: 5, activation: tanh }), nn.dense({ inputs: 5, outputs: 1 })),
    loss: nn.meanSquaredError,
    optimizer: optim.sgd({ learningRate: 0.1 })
  }
  const start = train.start(problem)(random.key(1))
  const [a, b] = [dataFor(12)(random.key(2)), dataFor(12)(random.key(3))]
  it.each([
    ['other targets on the same inputs', { inputs: a.inputs, targets: b.targets }],
    ['other inputs with the same targets', { inputs: b.inputs, targets: a.targets }],
    ['other data altogether', b]
  ])('learns %s', (_, other) => {
    for (const batchSize of [4, 5, 20]) {
      const run = (data: typeof a, compile: boolean) =>
        right(train.fit(problem, { epochs: 2, batchSize, compile })(data)(start))
      for (const data of [a, other, a]) {
        const [program, reference] = [run(data, true), run(data, false)]
        expect(close(reference.params as never)(program.params as never)).toBe(true)
        lossesOf(program).forEach((loss, i) => expect(loss).toBeCloseTo(lossesOf(reference)[i]!, 10))
      }
    }
  })
})

describe('a short batch at the end of an epoch', () => {
  const problem = {
    model: nn.dense({ inputs: 1, outputs: 1 }),
    loss: nn.meanSquaredError,
    optimizer: optim.sgd({ learningRate: 0.1 })
  }
  const start = { ...train.start(problem)(random.key(1)), params: { weight: column(1e-50), bias: zeros([1]) } }
  const settings = { epochs: 3, batchSize: 2, shuffle: false }
  const both = (data: train.Dataset<[1], [1]>) =>
    [true, false].map((compile) => train.fit(problem, { ...settings, compile })(data)(start as never))

  it('that spoils the parameters ends training there, though its loss is a number', () => {
    // the error is 1e150 and its square a number; the gradient is 2e350
    const data = { inputs: column(0, 0, 0, 0, 1e200), targets: column(0, 0, 0, 0, 0) }
    const [program, reference] = both(data)
    expect(left(program!)).toEqual(left(reference!))
    expect(left(program!)).toMatchObject({ _tag: 'Diverged', epoch: 1 })
  })

  it('whose loss is no number ends training there', () => {
    const data = { inputs: column(0, 0, 0, 0, 1e250), targets: column(0, 0, 0, 0, 0) }
    const [program, reference] = both(data)
    expect(left(program!)).toEqual(left(reference!))
  })

  it('whose loss is no number ends training there, though its update is clipped to one', () => {
    const clipped = { ...problem, optimizer: optim.chain(optim.clipByValue(1), optim.sgd({ learningRate: 0.1 })) }
    const data = { inputs: column(0, 0, 0, 0, 1e250), targets: column(0, 0, 0, 0, 0) }
    const begin = { ...train.start(clipped)(random.key(1)), params: start.params }
    const ends = [true, false].map((compile) =>
      left(train.fit(clipped, { ...settings, compile })(data)(begin as never))
    )
    expect(ends[0]).toEqual(ends[1])
  })

  it('counts by its size in the loss, and changes the parameters', () => {
    const data = { inputs: column(1, 2, 3, 4, 5), targets: column(1, 1, 2, 2, 9) }
    const [program, reference] = both(data).map(right)
    expect(close(reference!.params as never)(program!.params as never)).toBe(true)
    lossesOf(program!).forEach((loss, i) => expect(loss).toBeCloseTo(lossesOf(reference!)[i]!, 10))
  })
})

describe('an epoch that the reference takes over', () => {
  /** Remembers what it drew in its last steps. */
  const noting: nn.Layer<{ readonly weight: Tensor }, { readonly drawn: Tensor }, [1], [1]> = {
    name: 'noting',
    input: [1],
    output: [1],
    usesKey: true,
    hasParams: true,
    hasState: true,
    init: () => ({ params: { weight: zeros([1, 1]) }, state: { drawn: zeros([12]) } }),
    apply: (mode) => (given, state) => (x) => {
      const draw = mode._tag === 'Train' ? random.uniform([1])(mode.key) : zeros([1])
      const drawn = tensors.concat([tensors.slice(state.drawn, [1], [12]), draw], 0)
      return [tensors.matmul(x, given.weight) as never, { drawn }]
    }
  }
  const problem = { model: noting, loss: nn.meanSquaredError, optimizer: optim.sgd({ learningRate: 0.5 }) }

  it.each([2, 3])('leaves the number of its last step to the program that goes on, in batches of %i', (batchSize) => {
    // the first loss is 1e50, more than single precision holds; its gradient takes the weight to 0, where it stays
    const data = { inputs: column(1, 1, 1, 1), targets: column(0, 0, 0, 0) }
    const start = { ...train.start(problem)(random.key(5)), params: { weight: column(1e25) } }
    const run = (compile: boolean | object) =>
      right(train.fit(problem, { epochs: 5, batchSize, compile })(data)(start as never))
    const [program, reference] = [run({ precision: 'single' }), run(false)]
    expect(lossesOf(reference)[0]).toBeGreaterThan(1e49)
    expect(lossesOf(program)[0]).toBe(lossesOf(reference)[0])
    expect([program.step, program.epoch]).toEqual([reference.step, reference.epoch])
    const [ours, theirs] = [program, reference].map(({ modelState }) => toFlatArray(modelState.drawn))
    expect(new Set(theirs).size).toBeGreaterThan(9)
    theirs!.forEach((x, i) => expect(ours![i]).toBeCloseTo(x, 6))
  })
})
